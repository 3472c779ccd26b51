//! The server as a process.

use crate::plan::PATIENCE;
use guildhall_protocol::path;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

pub(crate) struct Server {
    child: Child,
    /// Kept to the end: a program that prints into a closed pipe fails.
    said: Lines<BufReader<ChildStdout>>,
    listen: SocketAddr,
    started: Instant,
}

impl Server {
    pub(crate) fn start(program: &Path, data: &Path, listen: SocketAddr) -> Self {
        Self::start_by(Command::new(program), data, listen)
    }

    /// Starts it by a command that names the program.
    pub(crate) fn start_by(mut command: Command, data: &Path, listen: SocketAddr) -> Self {
        let started = Instant::now();
        let mut child = command
            .arg("serve")
            .arg("--listen")
            .arg(listen.to_string())
            .arg("--data")
            .arg(data)
            .env("GUILDHALL_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("starts");
        let said = child.stdout.take().expect("is piped");
        Self {
            child,
            said: BufReader::new(said).lines(),
            listen,
            started,
        }
    }

    /// Waits until it answers; says how long that took from the start on.
    pub(crate) async fn answers(&mut self) -> Duration {
        let answered = async {
            let line = self.said.next_line().await.expect("is text");
            let line = line.expect("it says where it listens instead of ending");
            assert!(line.starts_with("listening on "), "{line}");
            let health = format!("http://{}{}", self.listen, path::HEALTH);
            let answer = reqwest::get(health).await.expect("answers");
            assert!(answer.status().is_success(), "{}", answer.status());
        };
        timeout(PATIENCE, answered)
            .await
            .expect("answers in the end");
        self.started.elapsed()
    }

    /// Asks it to end, and waits until it has.
    #[cfg(target_os = "linux")]
    pub(crate) async fn stop(mut self) {
        let process = self.child.id().expect("runs").to_string();
        let asked = Command::new("kill").arg(process).status().await;
        assert!(asked.expect("runs").success(), "is not there any more");
        let ended = timeout(PATIENCE, self.child.wait()).await.expect("ends");
        let status = ended.expect("is known");
        assert!(status.success(), "{status}");
    }

    /// Ends it as a power cut would, as far as a process can tell.
    pub(crate) async fn kill(mut self) {
        self.child.start_kill().expect("runs");
        self.child.wait().await.expect("ends");
    }
}
