//! The demo without a display: the same windows in a throw-away desktop, walked through and photographed.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::command::Job;
use crate::desktop_kit::{Desktop, Session};
use crate::workspace::{Profile, Workspace};

use super::cast;
use super::market::Market;

/// Writes `freelancer-*.png`, `client-*.png` and `admin-*.png`.
pub(super) fn take(
    workspace: &Workspace,
    profile: Profile,
    market: &Market,
    folder: &Path,
) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let people = [cast::FREELANCER, cast::CLIENT, cast::ADMIN];
    let desktop = Desktop::start(workspace, &workspace.scratch("demo")?)?;
    let sessions = people
        .iter()
        .map(|person| desktop.session(person.role))
        .collect::<Result<Vec<Session>>>()?;
    let mut tour = Vec::new();
    for person in people {
        tour.push(serde_json::json!({
            "role": person.role,
            "profile": person.profile,
            "handOver": market.hand_over(person)?,
        }));
    }
    println!("  taking pictures");
    let mut command = Command::new("node");
    command
        .arg("tour.mjs")
        .current_dir(workspace.e2e())
        .env("GUILDHALL_KIT", desktop.describe(&sessions)?)
        .env("GUILDHALL_APP", workspace.program(profile, "guildhall"))
        .env("GUILDHALL_URL", market.address())
        .env("GUILDHALL_TOUR", serde_json::to_string(&tour)?)
        .env("GUILDHALL_PICTURES", folder)
        .env("NO_COLOR", "1");
    Job::new("pictures", command)
        .within(Duration::from_mins(10))
        .must(workspace)?;
    Ok(())
}
