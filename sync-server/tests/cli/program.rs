//! Runs the program.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::Mutex;

/// The program with arguments, on a folder, and with nothing from the surroundings that could change what it does.
pub(crate) fn command(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall-server"));
    for name in [
        "DATA",
        "DATABASE",
        "LISTEN",
        "NAME",
        "LOG",
        "SMTP_FILE",
        "MAIL_FROM",
    ] {
        command.env_remove(format!("GUILDHALL_{name}"));
    }
    command.env_remove("RUST_BACKTRACE");
    command.args(arguments).arg("--data").arg(data);
    command
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str], data: &Path) -> Output {
    command(arguments, data).output().expect("runs")
}

/// What it said when it failed.
pub(crate) fn refusal(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it did not refuse: {said}");
    said
}

/// A running server, killed without warning at the end.
pub(crate) struct Server {
    child: Child,
    said: Mutex<BufReader<ChildStdout>>,
    /// Where it listens, as host and port.
    pub(crate) address: String,
}

impl Server {
    /// Starts it on a free port, and waits until it listens.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with more arguments.
    pub(crate) fn start_with(data: &Path, more: &[&str]) -> Self {
        let mut child = command(&["serve", "--listen", "127.0.0.1:0"], data)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let said = BufReader::new(child.stdout.take().expect("is piped"));
        let mut server = Self {
            child,
            said: Mutex::new(said),
            address: String::new(),
        };
        let origin = server.said("listening on ");
        let (_, port) = origin.rsplit_once(':').expect("it names its port");
        server.address = format!("127.0.0.1:{port}");
        server
    }

    /// The rest of the next line that begins like this.
    pub(crate) fn said(&self, beginning: &str) -> String {
        let mut said = self.said.lock().expect("is sound");
        loop {
            let mut line = String::new();
            let read = said.read_line(&mut line).expect("can be read");
            assert!(read > 0, "it never said {beginning}");
            if let Some(rest) = line.trim_end().strip_prefix(beginning) {
                return rest.to_owned();
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("can be killed");
        self.child.wait().expect("ends");
    }
}
