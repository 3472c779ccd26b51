//! Room on the disk that holds the build folder.

use crate::workspace::{Profile, Workspace};

use super::Finding;

/// What a build from nothing writes.
const COLD_GIB: u64 = 9;
/// What a build on top of an earlier one writes.
const WARM_GIB: u64 = 2;

/// Whether a build fits.
pub(super) fn space(workspace: &Workspace) -> Finding {
    let name = "disk";
    let built = workspace
        .program(Profile::Dev, "guildhall-server")
        .is_file();
    let wanted = if built { WARM_GIB } else { COLD_GIB };
    match free_gib(workspace) {
        Some(free) if free >= wanted => Finding::present(name, format!("{free} GiB free")),
        Some(free) => Finding::missing(
            name,
            format!(
                "{free} GiB free, the build takes up to {wanted}: free some, or point CARGO_TARGET_DIR elsewhere"
            ),
        ),
        None => Finding::doubtful(
            name,
            format!("not measured; the build takes up to {wanted} GiB"),
        ),
    }
}

#[cfg(unix)]
fn free_gib(workspace: &Workspace) -> Option<u64> {
    // The build folder may not be there yet; its nearest existing parent is on the same disk.
    let there = workspace.target().ancestors().find(|path| path.exists())?;
    let disk = rustix::fs::statvfs(there).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize) >> 30)
}

#[cfg(not(unix))]
fn free_gib(_workspace: &Workspace) -> Option<u64> {
    None
}
