//! The desktop's core as a process; this side is its keychain and its person.

use crate::plan::PATIENCE;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// What the keychain holds: it outlives every run, in memory.
pub(crate) type Keychain = BTreeMap<String, String>;

/// What it says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The files are open.
    Ready,
    /// A link is to be opened.
    Open(String),
    /// This account is signed in.
    SignedIn(String),
    /// The act is on the disk.
    Acknowledged(u64),
    /// The act was refused.
    Refused(String),
    /// The thread is there.
    Thread,
    /// Nothing waits; so many acts were refused.
    Settled(u32),
    /// A keychain with a pace begins to keep something.
    Keeping,
    /// It has kept it.
    Kept,
    /// The keychain has to forget: nobody is signed in any more.
    Forgotten,
}

/// How slow the keychain is.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Pace {
    pub(crate) before_ms: u64,
    pub(crate) after_ms: u64,
}

pub(crate) struct Core<'a> {
    child: Child,
    orders: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
    keychain: &'a mut Keychain,
    started: Instant,
}

impl<'a> Core<'a> {
    pub(crate) async fn start(
        program: &Path,
        folder: &Path,
        server: &str,
        keychain: &'a mut Keychain,
    ) -> Self {
        Self::start_by(Command::new(program), folder, server, keychain).await
    }

    /// Starts it with a keychain that has this pace.
    pub(crate) async fn start_at(
        program: &Path,
        folder: &Path,
        server: &str,
        keychain: &'a mut Keychain,
        pace: Pace,
    ) -> Self {
        let command = Command::new(program);
        Self::begin(command, folder, server, keychain, Some(pace)).await
    }

    /// Starts it by a command that names the program.
    pub(crate) async fn start_by(
        command: Command,
        folder: &Path,
        server: &str,
        keychain: &'a mut Keychain,
    ) -> Self {
        Self::begin(command, folder, server, keychain, None).await
    }

    async fn begin(
        mut command: Command,
        folder: &Path,
        server: &str,
        keychain: &'a mut Keychain,
        pace: Option<Pace>,
    ) -> Self {
        let started = Instant::now();
        let mut child = command
            .arg(folder)
            .arg(server)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("starts");
        let orders = child.stdin.take().expect("is piped");
        let said = child.stdout.take().expect("is piped");
        let mut core = Self {
            child,
            orders,
            said: BufReader::new(said).lines(),
            keychain,
            started,
        };
        let entries = json!({ "do": "keychain", "entries": core.keychain, "pace": pace });
        core.order(&entries).await;
        core
    }

    /// Waits until its files are open; says how long that took from the start on.
    pub(crate) async fn is_ready(&mut self) -> Duration {
        assert_eq!(self.answer().await, Said::Ready);
        self.started.elapsed()
    }

    /// Asks for something.
    pub(crate) async fn order(&mut self, order: &Value) {
        let mut line = order.to_string();
        line.push('\n');
        self.orders
            .write_all(line.as_bytes())
            .await
            .expect("it listens");
    }

    /// What it says next; none when it has ended. Cancel safe.
    pub(crate) async fn hear(&mut self) -> Option<Said> {
        loop {
            let line = self.said.next_line().await.expect("is text")?;
            let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
            return Some(match word {
                "ready" => Said::Ready,
                "open" => Said::Open(rest.to_owned()),
                "signed_in" => Said::SignedIn(rest.to_owned()),
                "acknowledged" => Said::Acknowledged(rest.parse().expect("is a number")),
                "refused" => Said::Refused(rest.to_owned()),
                "thread" => Said::Thread,
                "settled" => Said::Settled(rest.parse().expect("is a number")),
                "keeping" => Said::Keeping,
                "kept" => Said::Kept,
                "keychain" => {
                    let (entry, secret) = rest.split_once(' ').expect("has both");
                    self.keychain.insert(entry.to_owned(), secret.to_owned());
                    continue;
                }
                "forgotten" => {
                    self.keychain.remove(rest);
                    Said::Forgotten
                }
                _ => panic!("{line}"),
            });
        }
    }

    /// What it says next; it has to say something.
    pub(crate) async fn answer(&mut self) -> Said {
        timeout(PATIENCE, self.hear())
            .await
            .expect("says something")
            .expect("runs")
    }

    /// Waits until the server has everything, and this side everything of the server; nothing may have been refused.
    pub(crate) async fn settles(&mut self) {
        self.order(&json!({ "do": "settle" })).await;
        assert_eq!(self.answer().await, Said::Settled(0));
    }

    /// Kills it; what it had said before still counts.
    pub(crate) async fn kill(mut self) -> Vec<Said> {
        self.child.start_kill().expect("runs");
        let mut last = Vec::new();
        while let Some(said) = self.hear().await {
            last.push(said);
        }
        self.child.wait().await.expect("ends");
        last
    }

    /// Lets it end by itself.
    pub(crate) async fn close(mut self) {
        drop(self.orders);
        let status = timeout(PATIENCE, self.child.wait())
            .await
            .expect("ends by itself")
            .expect("is known");
        assert!(status.success(), "{status}");
    }
}
