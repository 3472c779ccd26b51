//! The folder of blobs belongs to the database. A blob is named by what it holds, so one that is there need not be copied again.

use super::{CopyError, file_error, sync};
use std::fs;
use std::path::Path;

/// Brings every blob of one folder into another: as a second name of the same file where the disk can do that, else as a copy.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), CopyError> {
    if !from.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(to).map_err(file_error(to))?;
    for entry in fs::read_dir(from).map_err(file_error(from))? {
        let entry = entry.map_err(file_error(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().map_err(file_error(&source))?.is_dir() {
            copy(&source, &target)?;
        } else if is_blob(&source) && !target.exists() && fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target).map_err(file_error(&source))?;
            sync(&target)?;
        }
    }
    sync(to)
}

/// Only what is complete: it is named by 64 digits. Uploads that are under way still change.
fn is_blob(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
