//! Programs that run beside us: started with their output watched, ended by their own id.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);
/// How often somebody who waits looks whether Ctrl-C was pressed.
const GLANCE: Duration = Duration::from_millis(200);

/// What we have started and what is still alive, so that Ctrl-C can end it.
static LIVING: Mutex<Vec<Started>> = Mutex::new(Vec::new());
/// Whether somebody has asked this program to end.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Something that we have started, by process id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Started {
    Group(u32),
    Program(u32),
}

impl Started {
    fn living() -> std::sync::MutexGuard<'static, Vec<Self>> {
        LIVING.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(self) {
        Self::living().push(self);
    }

    fn remove(self) {
        Self::living().retain(|started| *started != self);
    }

    fn end(self) {
        match self {
            Self::Group(id) => end_group(id),
            Self::Program(id) => ask_to_end(id),
        }
    }
}

/// A program and all that it starts.
#[derive(Debug)]
pub(crate) struct Group(u32);

impl Group {
    /// Puts a command, once started, into a group of its own.
    pub(crate) fn prepare(command: &mut Command) {
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        #[cfg(not(unix))]
        let _ = command;
    }

    /// The group that a prepared command leads.
    pub(crate) fn of(child: &Child) -> Self {
        Started::Group(child.id()).add();
        Self(child.id())
    }

    /// Ends every program in it.
    pub(crate) fn end(&self) {
        end_group(self.0);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        Started::Group(self.0).remove();
    }
}

/// On Ctrl-C ends what we have started, and this program with it.
pub(crate) fn end_all_on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        let first = !INTERRUPTED.swap(true, Ordering::SeqCst);
        let in_order = first && IN_ORDER.load(Ordering::SeqCst);
        for started in Started::living().iter() {
            match started {
                // Its owner ends it in a moment.
                Started::Program(_) if in_order => {}
                Started::Group(_) | Started::Program(_) => started.end(),
            }
        }
        if !in_order {
            std::process::exit(130);
        }
    })
    .context("Ctrl-C could not be caught")
}

/// Whether the first Ctrl-C only sets a mark, for somebody who ends things in order.
static IN_ORDER: AtomicBool = AtomicBool::new(false);

/// From here on the first Ctrl-C is told by [`interrupted`], and only a second one ends this program at once.
pub(crate) fn end_in_order() {
    IN_ORDER.store(true, Ordering::SeqCst);
}

/// Whether Ctrl-C was pressed.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A program that ends when this value is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    name: String,
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    /// Starts a program; what it writes goes to `log` and, line by line, to [`Running::wait_for_line`].
    pub(crate) fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        let mut out =
            File::create(log).with_context(|| format!("{} could not be written", log.display()))?;
        let errors = out.try_clone()?;
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        Started::Program(child.id()).add();
        let (sender, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines() {
                    let Ok(line) = line else { break };
                    // Neither a full disk nor a reader that has gone may stop the program we watch.
                    let _ = writeln!(out, "{line}");
                    let _ = sender.send(line);
                }
            });
        }
        Ok(Self {
            name: name.to_owned(),
            child,
            lines,
        })
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the first line that `wanted` accepts.
    pub(crate) fn wait_for_line<T>(
        &mut self,
        patience: Duration,
        mut wanted: impl FnMut(&str) -> Option<T>,
    ) -> Result<T> {
        let until = Instant::now() + patience;
        loop {
            if interrupted() {
                bail!("interrupted");
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left.min(GLANCE)) {
                Ok(line) => {
                    if let Some(found) = wanted(&line) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Timeout) if !left.is_zero() => {}
                Err(RecvTimeoutError::Timeout) => {
                    bail!("{} did not say it is ready within {patience:?}", self.name)
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait()?;
                    bail!("{} ended before it was ready ({status})", self.name)
                }
            }
        }
    }

    /// Hands over the standard input, when the command was given one.
    pub(crate) fn take_stdin(&mut self) -> Option<std::process::ChildStdin> {
        self.child.stdin.take()
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        Started::Program(self.child.id()).remove();
        if self.has_ended() {
            return;
        }
        ask_to_end(self.child.id());
        let until = Instant::now() + GRACE;
        while Instant::now() < until {
            if self.has_ended() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // It would not go: nothing is lost by force that the polite way had not offered to save.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
fn pid(id: u32) -> Option<rustix::process::Pid> {
    rustix::process::Pid::from_raw(i32::try_from(id).ok()?)
}

#[cfg(unix)]
fn end_group(id: u32) {
    if let Some(pid) = pid(id) {
        // All of it may have ended in between.
        let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group(_id: u32) {}

#[cfg(unix)]
fn ask_to_end(id: u32) {
    if let Some(pid) = pid(id) {
        // It may have ended in between, which is what we want.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
}

#[cfg(not(unix))]
fn ask_to_end(_id: u32) {}
