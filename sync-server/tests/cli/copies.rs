//! Copies of a marketplace in a PostgreSQL, as an operator makes them and puts them back.

use crate::program::{Server, refusal, run};
use guildhall_postgres_ground::Ground;

const IN_USE: &str = "a server has the database open; stop it first";

#[test]
fn a_postgresql_is_copied_while_its_server_runs_and_put_back_when_it_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("market");
    let url = Ground::shared().database().expect("is made");
    let archive = folder.path().join("market.dump");
    let archive = archive.to_str().expect("is UTF-8");
    let server = Server::start_with(&data, &["--database", &url]);

    let copied = run(&["backup", archive, "--database", &url], &data);
    assert!(copied.status.success(), "{copied:?}");
    let said = String::from_utf8_lossy(&copied.stdout).into_owned();
    assert!(said.contains("is a whole copy up to version "), "{said}");
    let said = refusal(&run(&["backup", archive, "--database", &url], &data));
    assert!(said.contains("exists already"), "{said}");
    let said = refusal(&run(&["restore", archive, "--database", &url], &data));
    assert!(said.contains(IN_USE), "{said}");

    // The database notices a little later that a server was killed.
    drop(server);
    let restored = loop {
        let restored = run(&["restore", archive, "--database", &url], &data);
        if !String::from_utf8_lossy(&restored.stderr).contains(IN_USE) {
            break restored;
        }
    };
    assert!(restored.status.success(), "{restored:?}");
    let said = String::from_utf8_lossy(&restored.stdout).into_owned();
    assert!(said.contains("restored a copy up to version "), "{said}");
    assert!(said.contains("are in the schema before-"), "{said}");
    Server::start_with(&data, &["--database", &url]);
}

#[test]
fn an_address_that_does_not_answer_is_told_without_its_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("market.dump");
    let copy = copy.to_str().expect("is UTF-8");
    let url = "postgres://somebody:hunter2@127.0.0.1:1/market";

    let said = refusal(&run(&["backup", copy, "--database", url], folder.path()));

    assert!(
        said.contains("the PostgreSQL does not do as asked"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}
