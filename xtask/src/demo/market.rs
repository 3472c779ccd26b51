//! The server of the demo market and its data.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::process::{Group, Running};
use crate::workspace::{Profile, Workspace};

use super::cast::Person;
use super::open;

/// Where the server listens unless something else already does.
const USUAL_PORT: u16 = 4810;
/// Making two thousand people takes a while the first time.
const PATIENCE: Duration = Duration::from_mins(5);

/// The running demo market.
#[derive(Debug)]
pub(crate) struct Market {
    server: Running,
    program: PathBuf,
    data: PathBuf,
    log: PathBuf,
    said: Said,
}

/// What the server tells while it starts.
#[derive(Debug, Default)]
struct Said {
    address: String,
    logins: Vec<String>,
    admin_secret: Option<String>,
}

impl Said {
    /// Takes a line in; it is the last one of the start once the inhabitants are mentioned.
    fn hear(&mut self, line: &str) -> Option<()> {
        let line = line.trim();
        if let Some(address) = line.strip_prefix("listening on ") {
            address.clone_into(&mut self.address);
        } else if let Some((_, secret)) = line.split_once("admin secret: ") {
            self.admin_secret = Some(secret.to_owned());
        } else if let Some(login) = line.strip_prefix("demo login: ") {
            self.logins.push(login.to_owned());
        } else if let Some(step) = line.strip_prefix("demo: ") {
            eprintln!("  {step}");
            return (!self.address.is_empty()).then_some(());
        }
        None
    }
}

impl Market {
    /// Refuses while another demo is open.
    pub(super) fn refuse_a_second(workspace: &Workspace) -> Result<()> {
        open::refuse_a_second(&folder(workspace))
    }

    /// Removes what was kept from earlier runs.
    pub(super) fn forget(workspace: &Workspace) -> Result<()> {
        let folder = folder(workspace);
        open::refuse_a_second(&folder)?;
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("{} could not be removed", folder.display()))?;
        }
        Ok(())
    }

    /// Starts the server on the data of earlier runs, or on a new market.
    pub(crate) fn open(workspace: &Workspace, profile: Profile) -> Result<Self> {
        let folder = folder(workspace);
        // Another demo may have opened while this one was built.
        open::refuse_a_second(&folder)?;
        open::cross_out(&folder);
        // A market of another version may be one that this server cannot read.
        let market = Self::open_in(workspace, profile, &folder.join("server"))
            .context("the demo market did not open; `cargo xtask demo --reset` begins a new one")?;
        open::write_down(&folder, market.address())?;
        Ok(market)
    }

    /// Starts the server on the data in `data`.
    pub(crate) fn open_in(workspace: &Workspace, profile: Profile, data: &Path) -> Result<Self> {
        fs::create_dir_all(data)
            .with_context(|| format!("{} could not be made", data.display()))?;
        let program = workspace.program(profile, "guildhall-server");
        let log = workspace.scratch("logs")?.join("demo-server.log");
        let mut command = Command::new(&program);
        command
            .args(["serve", "--demo", "--listen"])
            .arg(listen_address())
            .arg("--data")
            .arg(data);
        // Ctrl-C is for us; we end the server after the windows.
        Group::prepare(&mut command);
        let mut server = Running::start("the server", &mut command, &log)?;
        let mut said = Said::default();
        server
            .wait_for_line(PATIENCE, |line| said.hear(line))
            .with_context(|| format!("its log is {}", workspace.shown(&log)))?;
        Ok(Self {
            server,
            program,
            data: data.to_owned(),
            log,
            said,
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.said.address
    }

    /// Where it writes what it does.
    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    /// Whether it has ended by itself.
    pub(super) fn has_ended(&mut self) -> bool {
        self.server.has_ended()
    }

    /// A one-time code with which a desktop is signed in as this person.
    pub(crate) fn hand_over(&self, person: Person) -> Result<String> {
        let said = self.command(&["demo", "hand-over", person.email])?;
        let code = said.lines().last().unwrap_or_default().trim().to_owned();
        ensure!(
            code.contains(':'),
            "the server gave no hand-over code for {}",
            person.email
        );
        Ok(code)
    }

    /// Runs the server's program for one act on the same data.
    fn command(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new(&self.program)
            .args(arguments)
            .arg("--data")
            .arg(&self.data)
            .output()?;
        ensure!(
            output.status.success(),
            "guildhall-server {} failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Prints what a visitor needs to know.
    pub(super) fn introduce(&self) -> Result<()> {
        // The market has an admin of its own, so the server makes no secret by itself.
        let secret = match &self.said.admin_secret {
            Some(secret) => secret.clone(),
            None => self.command(&["admin", "secret"])?.trim().to_owned(),
        };
        println!("\nThe demo market is open at {}", self.address());
        for login in &self.said.logins {
            println!("  login         {login}");
        }
        println!("  admin secret  {secret}  (good once; under Settings it makes anybody an admin)");
        Ok(())
    }
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root().join(".demo")
}

fn listen_address() -> String {
    let free = TcpListener::bind(("127.0.0.1", USUAL_PORT)).is_ok();
    format!("127.0.0.1:{}", if free { USUAL_PORT } else { 0 })
}
