//! The programs that are killed: found beside this test, built when they are missing or older than what they are made of.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The server.
pub(crate) fn server() -> PathBuf {
    let arguments = ["-p", "guildhall-server", "--bin", "guildhall-server"];
    program(Path::new("guildhall-server"), &arguments)
}

/// The desktop without a window.
pub(crate) fn core() -> PathBuf {
    let arguments = ["-p", "guildhall-desktop", "--example", "core"];
    program(&Path::new("examples").join("core"), &arguments)
}

fn program(name: &Path, arguments: &[&str]) -> PathBuf {
    let this = std::env::current_exe().expect("is known");
    let profile = this
        .parent()
        .and_then(Path::parent)
        .expect("lies in the folder of a profile");
    let target = profile.parent().expect("lies in the target folder");
    let program = profile
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION);
    if is_current(&program) {
        return program;
    }
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build
        .current_dir(root())
        .arg("build")
        .args(arguments)
        .env("CARGO_TARGET_DIR", target);
    // The folder of every profile but this one bears its name.
    if !profile.ends_with("debug") {
        let name = profile.file_name().expect("is named");
        build.arg("--profile").arg(name);
    }
    let status = build.status().expect("cargo runs");
    assert!(status.success(), "{} cannot be built", program.display());
    program
}

fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = crates.and_then(Path::parent);
    root.expect("the crate lies in the workspace").to_owned()
}

/// True when no source has changed since the program was made.
fn is_current(program: &Path) -> bool {
    let Ok(made) = std::fs::metadata(program).and_then(|about| about.modified()) else {
        return false;
    };
    let root = root();
    let crates = std::fs::read_dir(root.join("crates")).expect("is there");
    let sources = crates
        .map(|found| found.expect("reads").path().join("src"))
        .chain([
            root.join("sync-server").join("src"),
            root.join("crates").join("desktop").join("examples"),
            root.join("migrations"),
        ]);
    sources
        .filter_map(|folder| newest(&folder))
        .all(|changed| changed <= made)
}

fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    entries
        .filter_map(|entry| {
            if entry.file_type().ok()?.is_dir() {
                newest(&entry.path())
            } else {
                entry.metadata().ok()?.modified().ok()
            }
        })
        .max()
}
