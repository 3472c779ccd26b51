//! What the desktop costs: time to its first useful screen, and memory.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::demo::{FREELANCER, Market, desktop_command};
use crate::desktop_kit::{Desktop, Session};
use crate::process::Running;
use crate::workspace::{Profile, Workspace};

use super::figure::Figure;
use super::screen;

const STARTS: usize = 7;
/// Memory is read once the program has come to rest.
const SETTLE: Duration = Duration::from_secs(5);

/// Measures both figures on a signed-in freelancer's desktop with the demo market behind it.
pub(super) fn measure(workspace: &Workspace) -> Result<[Figure; 2]> {
    let folder = workspace.scratch("bench")?;
    let data = folder.join("server");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let market = Market::open_in(workspace, Profile::Release, &data)?;
    let desktop = Desktop::start(workspace, &folder.join("desktop"))?;
    let session = desktop.session("freelancer")?;

    // The first start signs in and fills the cache; it is not counted.
    let mut signing_in = desktop_command(workspace, Profile::Release, &market, FREELANCER)?;
    start(workspace, &session, &mut signing_in)?;

    let mut times = Vec::new();
    let mut memory = 0;
    for turn in 0..STARTS {
        let mut command = Command::new(workspace.program(Profile::Release, "guildhall"));
        command.args(["--profile", FREELANCER.profile]);
        let (program, took) = start(workspace, &session, &mut command)?;
        times.push(took);
        if turn + 1 == STARTS {
            std::thread::sleep(SETTLE);
            memory = tree_pss_kib(program.id())?;
        }
    }
    times.sort_unstable();
    let milliseconds = |took: Duration| took.as_secs_f64() * 1000.0;
    let (fastest, slowest) = (times[0], times[STARTS - 1]);
    Ok([
        Figure::new(
            "road.cold_start_ms",
            milliseconds(times[STARTS / 2]),
            "ms",
            format!(
                "process start to the painted home, median of {STARTS} ({:.0} to {:.0})",
                milliseconds(fastest),
                milliseconds(slowest)
            ),
        ),
        Figure::new(
            "road.app_pss_mb",
            f64::from(memory) / 1024.0,
            "MiB",
            format!("PSS of the desktop and its web processes {SETTLE:?} after the start"),
        ),
    ])
}

/// Starts the desktop and waits until its first screen is painted.
fn start(
    workspace: &Workspace,
    session: &Session,
    command: &mut Command,
) -> Result<(Running, Duration)> {
    command.envs(session.environment());
    let log = workspace.scratch("logs")?.join("bench-desktop.log");
    let mut watch = screen::Watch::begin(session.screen())?;
    let program = Running::start("the desktop", command, &log)?;
    let painted = watch
        .painted()
        .with_context(|| format!("the desktop's log is {}", workspace.shown(&log)))?;
    Ok((program, painted))
}

/// The proportional share of memory of a program and all that it started.
fn tree_pss_kib(root: u32) -> Result<u32> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(id) = entry?
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        // A program may end between the listing and the reading.
        if let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat"))
            && let Some(parent) = parent_of(&stat)
        {
            parents.push((id, parent));
        }
    }
    let mut tree = vec![root];
    let mut next = 0;
    while let Some(&of) = tree.get(next) {
        tree.extend(
            parents
                .iter()
                .filter(|(_, parent)| *parent == of)
                .map(|(id, _)| *id),
        );
        next += 1;
    }
    let mut sum = 0;
    for id in tree {
        let path = format!("/proc/{id}/smaps_rollup");
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        sum += pss_of(&text).with_context(|| format!("{path} was not understood"))?;
    }
    ensure!(sum > 0, "the desktop had ended before its memory was read");
    Ok(sum)
}

fn parent_of(stat: &str) -> Option<u32> {
    // The name in the second field may hold spaces and brackets: what follows the last bracket counts.
    stat.rsplit_once(')')?
        .1
        .split_whitespace()
        .nth(1)?
        .parse()
        .ok()
}

fn pss_of(rollup: &str) -> Option<u32> {
    rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::{parent_of, pss_of};

    #[test]
    fn the_parent_is_found_behind_a_name_with_brackets() {
        assert_eq!(parent_of("42 (a (b) c) S 7 42 42 0"), Some(7));
        assert_eq!(parent_of("garbage"), None);
    }

    #[test]
    fn the_share_of_memory_is_read_in_kibibytes() {
        let rollup =
            "00-ff ---p 00000000 00:00 0 [rollup]\nRss:   900 kB\nPss:   512 kB\nPss_Dirty: 1 kB\n";
        assert_eq!(pss_of(rollup), Some(512));
    }
}
