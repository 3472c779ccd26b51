//! The document of what programs can ask: it names every way in that is theirs, and the server keeps to it.

use crate::deeds::hire;
use crate::server::TestServer;
use guildhall_oauth::{ApiScope, ApiScopes};
use guildhall_protocol::path;
use guildhall_server::doors::{DOORS, Entry};
use guildhall_server::oauth::{Roles, WantedToken};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use tokio::process::Command;

/// Names the program that tries everything which the document allows, where it is not on the path.
const SCHEMATHESIS: &str = "SCHEMATHESIS";

async fn document(server: &TestServer) -> Value {
    let answer = server.send(Method::GET, path::API_DOCUMENT, None, None);
    answer.await.json()
}

#[tokio::test]
async fn every_way_in_of_programs_is_in_the_document_and_nothing_else() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("is an object") {
        for method in operations.as_object().expect("is an object").keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let doors = DOORS.iter().filter(|door| door.is_documented());
    let doors: BTreeSet<String> = doors
        .map(|door| format!("{} {}", door.method, door.path))
        .collect();

    assert!(doors.len() > 25, "{doors:?}");
    assert_eq!(described, doors);
}

#[tokio::test]
async fn the_document_says_who_comes_in_and_every_operation_has_a_name_of_its_own() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    let mut names = BTreeSet::new();
    for door in DOORS.iter().filter(|door| door.is_documented()) {
        let method = door.method.as_str().to_lowercase();
        let operation = &document["paths"][door.path][&method];
        let scheme = match door.entry {
            Entry::Program(..) => Some("program"),
            Entry::Own(_) | Entry::Hidden(_) | Entry::Oversight(_) | Entry::Thing(_) => {
                Some("desktop")
            }
            Entry::Open(_) | Entry::Page(_) => None,
        };
        let said = operation["security"][0].as_object();
        let said = said.and_then(|said| said.keys().next());
        assert_eq!(said.map(String::as_str), scheme, "{method} {}", door.path);
        let name = operation["operationId"].as_str().expect("has a name");
        assert!(names.insert(name.to_owned()), "{name} is there twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_keeps_to_the_document_whatever_is_asked() {
    let program = std::env::var(SCHEMATHESIS).unwrap_or_else(|_| "schemathesis".to_owned());
    match Command::new(&program).arg("--version").output().await {
        Ok(found) => assert!(found.status.success(), "{found:?}"),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("skipped: schemathesis is not installed (pip install schemathesis)");
            return;
        }
        Err(error) => panic!("{program}: {error}"),
    }
    let server = TestServer::start().await;
    let mut ada = server.person("Ada Client", Roles::BOTH).await;
    let mut ben = server.freelancer("Ben Builder").await;
    ada.offers_skills(&["Rust"]).await;
    hire(&mut ada, &mut ben).await;
    server.promote(ada.account).await;
    let wanted = WantedToken {
        name: "everything",
        scopes: ApiScopes::from_iter(ApiScope::ALL),
        days: 30,
    };
    let made = server
        .market
        .oauth
        .make_personal_token(ada.account.0, &wanted);
    let made = made.await.expect("is made");

    // What it notes for itself shall not lie beside the sources.
    let folder = tempfile::TempDir::new().expect("a folder can be made");
    for (part, token) in [
        ("^/api/", Some(made.reveal().to_owned())),
        ("^/v1/", Some(server.token(ada.account).await)),
        ("^/(oauth|[.]well-known)/", None),
    ] {
        let mut command = Command::new(&program);
        command
            .current_dir(folder.path())
            .arg("run")
            .arg(format!("http://{}{}", server.address, path::API_DOCUMENT))
            .args(["--include-path-regex", part])
            .args(["--phases", "examples,coverage,fuzzing,stateful"])
            .args(["--checks", "all", "--max-examples", "40", "--seed", "1"])
            .args([
                "--continue-on-failure",
                "--no-color",
                "--request-timeout",
                "60",
            ]);
        if part != "^/api/" {
            // What is well formed may still be refused there: a wrong secret, an act that is none of moderation, a spent code.
            command.args(["--exclude-checks", "positive_data_acceptance"]);
        }
        if let Some(token) = token {
            let header = format!("Authorization: Bearer {token}");
            command.args(["--header", &header]);
        }
        let done = command.output().await.expect("runs");
        let told = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{part}\n{told}");
        println!("{part}\n{told}");
    }
}
