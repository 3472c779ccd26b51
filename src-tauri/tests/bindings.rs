//! The TypeScript bindings must be those of this source. `UPDATE_BINDINGS=1` writes them.

use std::path::{Path, PathBuf};

use specta_typescript::Typescript;

const HEADER: &str = "// Generated from src-tauri/src/commands and crates/desktop/src/view; \
                      written by `UPDATE_BINDINGS=1 cargo test -p guildhall --test bindings`.\n// @ts-nocheck";

#[test]
fn the_bindings_are_fresh() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/lib/ipc/bindings.ts");
    let fresh = generated();

    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(&committed, &fresh).expect("the bindings can be written");
    }
    let committed = std::fs::read_to_string(&committed).expect("the bindings are there");

    assert!(
        committed == fresh,
        "ui/src/lib/ipc/bindings.ts is stale: run this test with UPDATE_BINDINGS=1"
    );
}

fn generated() -> String {
    let folder = tempfile::tempdir().expect("is made");
    let file: PathBuf = folder.path().join("bindings.ts");
    guildhall_shell::ipc::bridge()
        .export(Typescript::default().header(HEADER), &file)
        .expect("can be exported");
    std::fs::read_to_string(file).expect("is written")
}
