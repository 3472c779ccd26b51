//! The server as operators run it: its own binary in its own process.

use crate::process::Process;
use anyhow::{Context as _, Result, ensure};
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running server; it is killed when this is dropped.
pub(crate) struct Server {
    child: Child,
    /// Kept open: a server that cannot print would end.
    _output: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) address: String,
}

impl Server {
    /// Starts it on a folder and waits until it listens.
    pub(crate) fn start(data: &Path) -> Result<Self> {
        Self::start_with(data, &[])
    }

    /// The same with settings in its environment.
    pub(crate) fn start_with(data: &Path, settings: &[(&str, &OsStr)]) -> Result<Self> {
        let mut command = Command::new(program()?);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("GUILDHALL_LOG", "warn")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped());
        let mut child = command.spawn().context("the server cannot be started")?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut output = BufReader::new(output);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        let server = Self {
            child,
            _output: output,
            address: address.clone().unwrap_or_default(),
        };
        ensure!(address.is_some(), "the server said {line:?}");
        Ok(server)
    }

    /// Its process.
    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }

    /// Ends it without a chance to tidy up, as a power cut would.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The server's binary, built the way this program was.
fn program() -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    let folder = this
        .parent()
        .and_then(Path::parent)
        .context("an example lies below the other programs")?;
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut build = Command::new(cargo);
        build.args([
            "build",
            "--quiet",
            "-p",
            "guildhall-server",
            "--bin",
            "guildhall-server",
        ]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        // Set by `cargo run` for this program; the inner Cargo would see changed inputs.
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
            build.env_remove(name);
        }
        let target = folder
            .parent()
            .context("programs lie in the build folder")?;
        build
            .env("CARGO_TARGET_DIR", target)
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        ensure!(build.status()?.success(), "the server cannot be built");
    }
    let program = folder.join(format!("guildhall-server{}", std::env::consts::EXE_SUFFIX));
    ensure!(
        program.is_file(),
        "{} is missing; run this through cargo",
        program.display()
    );
    Ok(program)
}
