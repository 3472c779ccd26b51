//! Starting a program so that its system calls are written down.

use crate::plan::PATIENCE;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::time::sleep;

/// What writes, syncs, names a file, or says something.
const CALLS: &str = "trace=openat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,fsync,fdatasync,sync_file_range,sendto,sendmsg";

/// The beginning of a command whose system calls go into a file. The process that is started is the program itself, and the one
/// that watches it is its child.
pub(crate) fn watched(program: &Path, log: &Path) -> Command {
    let mut command = Command::new("strace");
    command
        .args(["-D", "-f", "-q", "--seccomp-bpf"])
        // Paths of descriptors; all bytes of all texts, in hexadecimal.
        .args(["-y", "-xx", "-s", "16777216"])
        .args(["-e", CALLS, "-o"])
        .args([log.as_os_str(), OsStr::new("--"), program.as_os_str()]);
    command
}

/// The whole log, once the program has ended and the last of it is written.
pub(crate) async fn whole(log: &Path) -> Vec<u8> {
    let began = Instant::now();
    loop {
        let mut text = Vec::new();
        if let Ok(mut file) = tokio::fs::File::open(log).await {
            file.read_to_end(&mut text).await.expect("reads");
        }
        if has_ended(&text) {
            return text;
        }
        let waited = began.elapsed();
        assert!(waited < PATIENCE, "{} has no end", log.display());
        sleep(Duration::from_millis(20)).await;
    }
}

/// True when the process of the first line, which is the program, has ended.
fn has_ended(log: &[u8]) -> bool {
    let first = log.split(|byte| *byte == b' ').next().unwrap_or_default();
    let lines = log.rsplit(|byte| *byte == b'\n').take(200);
    let mut ends = lines.filter(|line| line.ends_with(b" +++"));
    !first.is_empty() && ends.any(|line| line.starts_with(first))
}

/// True when this can be done here; it cannot inside a few containers.
pub(crate) fn must_be_there() {
    let found = std::process::Command::new("strace").arg("-V").output();
    let there = found.is_ok_and(|output| output.status.success());
    assert!(there, "strace is needed: `cargo xtask check` installs it");
}

/// The log of the run with this number.
pub(crate) fn log(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("calls-{number}.log"))
}
