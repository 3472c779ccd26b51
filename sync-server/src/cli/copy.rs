//! `backup` and `restore`: copies of a marketplace.

use super::data::Data;
use anyhow::Context as _;
use guildhall_server::clock;
use guildhall_storage::server::copy::{self, Copy};
use std::path::Path;
use uuid::Uuid;

/// Copies the database to a file that does not exist yet, while the server runs or not.
#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn backup(data: &Data, target: &Path) -> anyhow::Result<()> {
    data.require_file()?;
    let made = copy::backup(&data.known_file()?, target, clock::system()())
        .await
        .context("there is no copy")?;
    println!(
        "{} is a whole copy up to version {}",
        target.display(),
        made.head
    );
    Ok(())
}

/// Puts a copy in the place of the database.
#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn restore(data: &Data, from: &Path) -> anyhow::Result<()> {
    data.require_file()?;
    anyhow::ensure!(from.is_file(), "there is no file {}", from.display());
    let restored = copy::restore(&data.new_file()?, from, clock::system()(), Uuid::new_v4())
        .await
        .context("nothing was changed")?;
    let Copy { head, at, .. } = restored.copy;
    let made = at.map_or_else(String::new, |at| format!(", made on {}", at.day()));
    println!("restored a copy up to version {head}{made}");
    if let Some(replaced) = restored.replaced {
        println!("the replaced database is {}", replaced.display());
    }
    println!("desktops that know more send again what they did since then");
    Ok(())
}
