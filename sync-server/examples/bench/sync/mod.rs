//! The figures of the sync engine: the server's binary on one side, thousands of devices of this process on the other.

mod crowd;
mod desk;
mod first;
mod peers;
mod rate;
mod stage;
mod watcher;
mod wire;

use crate::figure::Figure;
use crate::goals;
use anyhow::{Context as _, Result};

/// Files that each of both processes may have open.
const FILES: u64 = 20_000;

/// Measures what is wanted, one part after the other.
pub(crate) async fn measure(
    wanted: impl Fn(&str) -> bool,
    print: impl Fn(Vec<Figure>) -> Result<()>,
) -> Result<()> {
    let any = |names: &[&str]| names.iter().any(|name| wanted(name));
    if !goals::names().any(|name| name.starts_with("sync.") && wanted(name)) {
        return Ok(());
    }
    // The server inherits it.
    rlimit::increase_nofile_limit(FILES).context("the limit of open files cannot be raised")?;
    if any(&[rate::G1, rate::G12]) || any(&rate::G3) {
        print(rate::measure().await?)?;
    }
    if wanted(rate::G2) {
        print(rate::measure_on_postgres().await?)?;
    }
    if any(&first::NAMES) {
        print(first::measure().await?)?;
    }
    if any(&crowd::NAMES) {
        print(crowd::measure().await?)?;
    }
    if any(&desk::NAMES) {
        print(desk::measure().await?)?;
    }
    if any(&peers::NAMES) {
        print(peers::measure(&wanted).await?)?;
    }
    Ok(())
}
