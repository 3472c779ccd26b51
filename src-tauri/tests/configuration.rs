//! What the shell is allowed stays as little as it is: no remote pages, no dangerous switches, no plugin that
//! reaches files, processes or the network from the webview.

use std::path::Path;

use serde_json::Value;

fn read(path: &str) -> Value {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .expect("is there");
    serde_json::from_str(&text).expect("is JSON")
}

#[test]
fn the_webview_may_load_and_call_nothing_foreign() {
    let configuration = read("tauri.conf.json");
    let security = &configuration["app"]["security"];
    let csp = security["csp"].as_str().expect("is set");

    for source in [
        "default-src 'self'",
        "style-src 'self'",
        "connect-src ipc: http://ipc.localhost",
        "object-src 'none'",
    ] {
        assert!(csp.contains(source), "{source}");
    }
    assert!(!csp.contains("unsafe") && !csp.contains('*'));
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(configuration["app"]["withGlobalTauri"], false);
    assert!(!configuration.to_string().contains("dangerous"));
}

#[test]
fn the_capability_is_minimal() {
    let capability = read("capabilities/main.json");

    assert_eq!(
        capability["permissions"],
        serde_json::json!(["core:default"])
    );
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert!(capability.get("remote").is_none());
    let others = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities"))
        .expect("is there");
    assert_eq!(others.count(), 1);
}

#[test]
fn a_plain_build_embeds_the_pages() {
    assert!(read("tauri.conf.json")["build"].get("devUrl").is_none());
}

#[test]
fn the_names_that_others_rely_on_do_not_change() {
    let configuration = read("tauri.conf.json");

    assert_eq!(configuration["identifier"], "org.guildhall.desktop");
    assert_eq!(configuration["mainBinaryName"], "guildhall");
    assert_eq!(
        configuration["bundle"]["targets"],
        serde_json::json!(["deb", "rpm"])
    );
}
