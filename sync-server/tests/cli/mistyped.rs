//! A mistyped folder makes no marketplace.

use crate::program::{Server, refusal, run};

#[test]
fn only_a_server_begins_a_marketplace() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("markt");
    let copy = folder.path().join("copy.db");
    let copy = copy.to_str().expect("is UTF-8");
    for arguments in [
        &["admin", "secret"][..],
        &["admin", "people"],
        &["admin", "registration", "invited"],
        &["admin", "newcomers", "20"],
        &["admin", "invite"],
        &["admin", "invitations"],
        &["admin", "grant", "ada@example.org"],
        &["admin", "revoke", "ada@example.org"],
        &["admin", "set-password", "ada@example.org"],
        &["demo", "hand-over", "ada@example.org"],
        &["backup", copy],
    ] {
        let said = refusal(&run(arguments, &data));
        let expected = format!("there is no marketplace in {}", data.display());
        assert!(said.contains(&expected), "{arguments:?}: {said}");
        assert!(!data.exists(), "{arguments:?} made a folder");
    }
    let said = refusal(&run(&["restore", copy], &data));
    assert!(said.contains("there is no file"), "{said}");
    assert!(!data.exists(), "restore made a folder");

    drop(Server::start(&data));
    let secret = run(&["admin", "secret"], &data);
    assert!(secret.status.success(), "{secret:?}");
}

#[test]
fn a_demo_keeps_off_a_marketplace_that_waits_for_its_first_admin() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("market");
    // It may be killed before it prints its secret, so there is another.
    drop(Server::start(&data));
    assert!(run(&["admin", "secret"], &data).status.success());

    let demo = run(&["serve", "--demo", "--listen", "127.0.0.1:0"], &data);
    let said = refusal(&demo);
    assert!(
        said.contains("holds a marketplace that is no demo"),
        "{said}"
    );
}
