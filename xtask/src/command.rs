//! Running a command quietly: its output goes to a log, its progress to one line now and then.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::Group;
use crate::workspace::Workspace;

/// Longer than anything here takes on two slow cores: a limit for what hangs, not for what is slow.
const LIMIT: Duration = Duration::from_hours(1);
const PROGRESS_EVERY: Duration = Duration::from_secs(10);
const TAIL_LINES: usize = 40;

/// A command under a name, not yet run.
#[derive(Debug)]
pub(crate) struct Job {
    name: String,
    command: Command,
    limit: Duration,
}

/// What is left of a command that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Whether its exit code was zero.
    pub(crate) ok: bool,
    /// All it wrote, both streams in the order they came.
    pub(crate) output: String,
    /// Where the same text lies.
    pub(crate) log: PathBuf,
}

impl Finished {
    /// The last lines of the output.
    pub(crate) fn tail(&self) -> String {
        let lines: Vec<&str> = self.output.lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
    }
}

/// What both reading threads write into.
struct Sink {
    name: String,
    log: File,
    text: Vec<u8>,
    progress: Option<String>,
    said: Instant,
}

impl Job {
    /// Names a command; the name is also its log's.
    pub(crate) fn new(name: &str, command: Command) -> Self {
        Self {
            name: name.to_owned(),
            command,
            limit: LIMIT,
        }
    }

    /// Ends it, and all that it has started, after this long.
    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self, workspace: &Workspace) -> Result<Finished> {
        let log = workspace
            .scratch("logs")?
            .join(format!("{}.log", self.name.replace([' ', '/'], "-")));
        let sink = Arc::new(Mutex::new(Sink {
            name: self.name.clone(),
            log: File::create(&log)
                .with_context(|| format!("{} could not be written", log.display()))?,
            text: Vec::new(),
            progress: None,
            said: Instant::now(),
        }));
        Group::prepare(&mut self.command);
        let mut child = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| {
                format!(
                    "{} could not be started",
                    self.command.get_program().display()
                )
            })?;
        let group = Group::of(&child);
        let readers = [
            child.stdout.take().map(|out| read(out, &sink)),
            child.stderr.take().map(|err| read(err, &sink)),
        ];
        let (ended, watched) = channel::<()>();
        let (limit, name) = (self.limit, self.name);
        let guard = std::thread::spawn(move || {
            if watched.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                eprintln!("    {name}: ended after {limit:?}, its limit");
                group.end();
            }
        });
        let status = child.wait()?;
        for reader in readers.into_iter().flatten() {
            // A reader ends with the stream and has nothing to fail with.
            let _ = reader.join();
        }
        drop(ended);
        let _ = guard.join();
        let sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Finished {
            ok: status.success(),
            output: String::from_utf8_lossy(&sink.text).into_owned(),
            log,
        })
    }

    /// Runs it and makes a failure an error that carries the last lines.
    pub(crate) fn must(self, workspace: &Workspace) -> Result<Finished> {
        let name = self.name.clone();
        let finished = self.run(workspace)?;
        if !finished.ok {
            bail!(
                "{name} failed; all of it is in {}\n{}",
                workspace.shown(&finished.log),
                finished.tail()
            );
        }
        Ok(finished)
    }
}

fn read(
    stream: impl Read + Send + 'static,
    sink: &Arc<Mutex<Sink>>,
) -> std::thread::JoinHandle<()> {
    let sink = Arc::clone(sink);
    std::thread::spawn(move || {
        let mut line = Vec::new();
        for byte in BufReader::new(stream).bytes() {
            let Ok(byte) = byte else { break };
            match byte {
                b'\n' => {
                    line.push(b'\n');
                    take_line(&sink, &line);
                    line.clear();
                }
                // A line that is to be overwritten is progress, not output.
                b'\r' => {
                    take_progress(&sink, &line);
                    line.clear();
                }
                other => line.push(other),
            }
        }
        if !line.is_empty() {
            take_line(&sink, &line);
        }
    })
}

fn take_line(sink: &Mutex<Sink>, line: &[u8]) {
    let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
    // A full disk shows in the command itself; its log is only a convenience.
    let _ = sink.log.write_all(line);
    sink.text.extend_from_slice(line);
}

fn take_progress(sink: &Mutex<Sink>, line: &[u8]) {
    let line = String::from_utf8_lossy(line);
    let Some(progress) = cargo_progress(&line) else {
        return;
    };
    let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
    if sink.said.elapsed() >= PROGRESS_EVERY && sink.progress.as_deref() != Some(&progress) {
        eprintln!("    {}: {progress}", sink.name);
        sink.progress = Some(progress);
        sink.said = Instant::now();
    }
}

/// Reads `Building [===>  ] 12/345: name, name` as `12 of 345 (name, name)`.
fn cargo_progress(line: &str) -> Option<String> {
    let (_, rest) = line.split_once(']')?;
    let (counts, names) = rest.split_once(':')?;
    let (done, all) = counts.trim().split_once('/')?;
    let (done, all): (u32, u32) = (done.parse().ok()?, all.parse().ok()?);
    let names = names.trim();
    let names = names.strip_suffix("...").unwrap_or(names);
    Some(format!("{done} of {all} ({names})"))
}

#[cfg(test)]
mod tests {
    use super::cargo_progress;

    #[test]
    fn cargos_progress_bar_is_read_as_a_count() {
        assert_eq!(
            cargo_progress("    Building [=====>        ] 12/345: serde, tokio...").as_deref(),
            Some("12 of 345 (serde, tokio)")
        );
    }

    #[test]
    fn a_line_that_is_no_progress_bar_says_nothing() {
        assert_eq!(cargo_progress("   Compiling serde v1.0.0"), None);
        assert_eq!(cargo_progress("[1] a/b: c"), None);
    }
}
