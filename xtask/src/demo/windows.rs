//! The two windows of the demo, each a desktop with its own profile.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{Group, Running};
use crate::workspace::{Profile, Workspace};

use super::cast::{self, Person};
use super::market::Market;

/// Opens both.
pub(super) fn open(
    workspace: &Workspace,
    profile: Profile,
    market: &Market,
) -> Result<Vec<Running>> {
    [cast::FREELANCER, cast::CLIENT]
        .into_iter()
        .map(|person| {
            println!("  {}'s window", person.role);
            let log = workspace
                .scratch("logs")?
                .join(format!("{}.log", person.profile));
            let mut command = command(workspace, profile, market, person)?;
            Group::prepare(&mut command);
            Running::start("the desktop", &mut command, &log)
        })
        .collect()
}

/// The desktop of one person, to be signed in as it starts.
pub(crate) fn command(
    workspace: &Workspace,
    profile: Profile,
    market: &Market,
    person: Person,
) -> Result<Command> {
    let mut command = Command::new(workspace.program(profile, "guildhall"));
    command
        .args(["--profile", person.profile, "--server", market.address()])
        .args(["--hand-over", &market.hand_over(person)?]);
    Ok(command)
}

/// Removes the data of the demo's profiles from this person's data folder.
pub(super) fn forget() -> Result<()> {
    let Some(data) = data_folder() else {
        return Ok(());
    };
    for person in [cast::FREELANCER, cast::CLIENT, cast::ADMIN] {
        let folder = data
            .join("org.guildhall.desktop")
            .join("profiles")
            .join(person.profile);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .with_context(|| format!("{} could not be removed", folder.display()))?;
        }
    }
    Ok(())
}

/// Where this system keeps programs' data.
fn data_folder() -> Option<PathBuf> {
    let from = |name: &str| std::env::var_os(name).map(PathBuf::from);
    if cfg!(windows) {
        return from("APPDATA");
    }
    let home = from("HOME");
    if cfg!(target_os = "macos") {
        return home.map(|home| home.join("Library").join("Application Support"));
    }
    from("XDG_DATA_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| home.map(|home| home.join(".local").join("share")))
}
