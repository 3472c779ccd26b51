//! A throw-away desktop: sessions that each have their own display, home, bus, keychain, tray and notifications.

mod display;
mod session;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::workspace::Workspace;

pub(crate) use session::Session;

/// The session in which nobody keeps secrets.
pub(crate) const BARE: &str = "bare";

/// Where sessions live and what they share.
#[derive(Debug)]
pub(crate) struct Desktop {
    folder: PathBuf,
    /// Sockets live here: the path of a Unix socket is short by law.
    sockets: tempfile::TempDir,
    files: PathBuf,
}

impl Desktop {
    /// A desktop whose sessions live in `folder`, which is emptied first.
    pub(crate) fn start(workspace: &Workspace, folder: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)
                .with_context(|| format!("{} could not be emptied", folder.display()))?;
        }
        Self::open(workspace, folder)
    }

    /// A desktop whose sessions go on where those in `folder` ended.
    pub(crate) fn open(workspace: &Workspace, folder: &Path) -> Result<Self> {
        ensure!(
            cfg!(target_os = "linux"),
            "the throw-away desktop needs Linux"
        );
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            sockets: tempfile::Builder::new().prefix("guildhall-").tempdir()?,
            files: workspace.root().join("tests").join("desktop-kit"),
        })
    }

    /// Starts a session with everything a desktop has, but for the one called [`BARE`].
    pub(crate) fn session(&self, name: &str) -> Result<Session> {
        Session::start(self, name, name != BARE)
    }

    /// Writes down, for tests in another language, what the sessions are; returns the file.
    pub(crate) fn describe(&self, sessions: &[Session]) -> Result<PathBuf> {
        let described: BTreeMap<&str, _> = sessions
            .iter()
            .map(|session| (session.name(), session.describe()))
            .collect();
        let file = self.folder.join("kit.json");
        let text = serde_json::to_string_pretty(&serde_json::json!({
            "sessions": described,
        }))?;
        fs::write(&file, text)
            .with_context(|| format!("{} could not be written", file.display()))?;
        Ok(file)
    }
}

/// Runs one command in the first of some sessions and passes its exit code on.
pub(crate) fn run(
    workspace: &Workspace,
    folder: Option<PathBuf>,
    names: &[String],
    command: &[String],
) -> Result<ExitCode> {
    process::end_all_on_interrupt()?;
    process::end_in_order();
    let folder = match folder {
        Some(folder) => folder,
        None => workspace.scratch("desktop")?,
    };
    let desktop = Desktop::open(workspace, &folder)?;
    let sessions = names
        .iter()
        .map(|name| desktop.session(name))
        .collect::<Result<Vec<Session>>>()?;
    let first = sessions.first().context("no session was named")?;
    let (program, arguments) = command.split_first().context("no command was given")?;
    let status = Command::new(program)
        .args(arguments)
        .envs(first.environment())
        .env("GUILDHALL_KIT", desktop.describe(&sessions)?)
        .status()
        .with_context(|| format!("{program} could not be started"))?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
