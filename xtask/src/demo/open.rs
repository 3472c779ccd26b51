//! Whether the demo is open already, perhaps by another `cargo xtask demo`.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The file whose lock a server holds while it runs; the server names it in `src/cli/alone.rs`.
const LOCK: &str = "serve.lock";
/// Where the last demo wrote its address.
const ADDRESS: &str = "address";

/// Refuses while a server runs on the demo's data.
pub(super) fn refuse_a_second(folder: &Path) -> Result<()> {
    if !is_served(&folder.join("server"))? {
        return Ok(());
    }
    match fs::read_to_string(folder.join(ADDRESS)) {
        Ok(address) => bail!("The demo is open already at {}", address.trim()),
        Err(_) => bail!("The demo is open already"),
    }
}

/// Keeps the address for whoever opens the demo a second time.
pub(super) fn write_down(folder: &Path, address: &str) -> Result<()> {
    let file = folder.join(ADDRESS);
    fs::write(&file, address).with_context(|| format!("{} could not be written", file.display()))
}

/// Forgets the address: the next server may have another.
pub(super) fn cross_out(folder: &Path) {
    // None is there the first time.
    let _ = fs::remove_file(folder.join(ADDRESS));
}

fn is_served(data: &Path) -> Result<bool> {
    // Without the file no server has run here yet.
    let Ok(lock) = File::open(data.join(LOCK)) else {
        return Ok(false);
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => {
            Err(error).context("the lock of the demo's server could not be asked")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_demo_hears_where_the_first_is() {
        let folder = tempfile::tempdir().expect("a folder");
        refuse_a_second(folder.path()).expect("nothing runs");
        let data = folder.path().join("server");
        fs::create_dir(&data).expect("can be made");
        let lock = File::create(data.join(LOCK)).expect("can be made");
        refuse_a_second(folder.path()).expect("the server has ended");

        lock.try_lock().expect("is free");
        let unknown = refuse_a_second(folder.path()).expect_err("a server runs");
        assert_eq!(unknown.to_string(), "The demo is open already");

        write_down(folder.path(), "http://localhost:4810").expect("can be written");
        let known = refuse_a_second(folder.path()).expect_err("a server runs");
        assert_eq!(
            known.to_string(),
            "The demo is open already at http://localhost:4810"
        );
    }
}
