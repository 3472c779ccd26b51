//! One server per folder.

use crate::program::{Server, refusal, run};

#[test]
fn a_second_server_on_a_folder_refuses_until_the_first_is_dead() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("market");
    let first = Server::start(&data);

    let second = run(&["serve", "--listen", "127.0.0.1:0"], &data);
    let said = refusal(&second);
    assert!(
        said.contains("a server already runs on this folder; stop it first"),
        "{said}"
    );
    assert!(
        second.stdout.is_empty(),
        "it printed a secret or an address"
    );

    let copy = folder.path().join("copy.db");
    let copied = run(&["backup", copy.to_str().expect("is UTF-8")], &data);
    assert!(copied.status.success(), "{copied:?}");

    // Dropping kills it with -9.
    drop(first);
    Server::start(&data);
}
