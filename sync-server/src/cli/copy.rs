//! `backup` and `restore`: copies of a marketplace.

use super::data::Data;
use anyhow::Context as _;
use guildhall_server::clock;
use guildhall_storage::server::copy::{self, Copy, Replaced};
use std::path::Path;
use uuid::Uuid;

/// Copies the database to a file that does not exist yet, while the server runs or not.
#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn backup(data: &Data, target: &Path) -> anyhow::Result<()> {
    let now = clock::system()();
    let made = match &data.database {
        Some(url) => copy::postgres::backup(&data.marketplace(url), target, now).await,
        None => copy::backup(&data.known_file()?, target, now).await,
    };
    let made = made.context("there is no copy")?;
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
    anyhow::ensure!(from.is_file(), "there is no file {}", from.display());
    let (now, fresh) = (clock::system()(), Uuid::new_v4());
    let restored = match &data.database {
        Some(url) => copy::postgres::restore(&data.marketplace(url), from, now, fresh).await,
        None => copy::restore(&data.file(), from, now, fresh).await,
    };
    let restored = restored.context("nothing was changed")?;
    let Copy { head, at, .. } = restored.copy;
    let made = at.map_or_else(String::new, |at| format!(", made on {}", at.day()));
    println!("restored a copy up to version {head}{made}");
    match restored.replaced {
        Some(Replaced::File(file)) => println!("the replaced database is {}", file.display()),
        Some(Replaced::Schema(name)) => println!("the replaced tables are in the schema {name}"),
        None => {}
    }
    println!("desktops that know more send again what they did since then");
    Ok(())
}
