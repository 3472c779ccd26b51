//! One of the two desktops: the desktop's core in a process of its own, without a window.

use crate::browser::signs_in;
use crate::figure::milliseconds;
use crate::orders::{Order, Report, instant};
use anyhow::{Context as _, Result, bail};
use guildhall_desktop::sign_in::MemoryVault;
use guildhall_desktop::view::RoleView;
use guildhall_desktop::view::session::{LinkView, SignInView};
use guildhall_desktop::{Desktop, Event, Setup};
use rand::Rng as _;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

/// How long to wait for something that comes by itself.
const PATIENCE: Duration = Duration::from_mins(1);

/// Does as it is told until it is told to close.
pub(crate) async fn obey(folder: &Path) -> Result<()> {
    let mut open: Option<Running> = None;
    loop {
        let line = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).map(|_| line)
        })
        .await??;
        if line.is_empty() {
            return Ok(());
        }
        let order = serde_json::from_str(&line)?;
        if let Order::SignIn {
            server,
            email,
            password,
        } = order
        {
            let running = Running::sign_in(folder, server, email, password).await?;
            let rows = rows(folder).await?;
            open = Some(running);
            report(&Report::SignedIn { rows })?;
            continue;
        }
        if let Order::Replay {
            server,
            email,
            password,
        } = order
        {
            let (running, took) = Running::replay(folder, server, email, password).await?;
            open = Some(running);
            report(&Report::Took {
                milliseconds: vec![milliseconds(took)],
            })?;
            continue;
        }
        let running = open.as_mut().context("nobody has signed in")?;
        match order {
            Order::SignIn { .. } | Order::Replay { .. } => {}
            Order::Local { thread, count } => {
                let milliseconds = running.local(&thread, count).await?;
                report(&Report::Took { milliseconds })?;
            }
            Order::Home { times } => {
                let took = running.home(times).await?;
                let rows = rows(folder).await?;
                report(&Report::Home { took, rows })?;
            }
            Order::Watch { count } => {
                report(&Report::Watching)?;
                let at = running.watch(count).await?;
                report(&Report::Seen { at })?;
            }
            Order::Say {
                threads,
                count,
                pause,
            } => {
                let at = running.say(&threads, count, pause).await?;
                report(&Report::Said { at })?;
            }
            Order::Close => {
                running.desktop.close().await;
                return report(&Report::Closed);
            }
        }
    }
}

#[expect(clippy::print_stdout, reason = "the other process reads it")]
fn report(report: &Report) -> Result<()> {
    println!("{}", serde_json::to_string(report)?);
    Ok(())
}

struct Running {
    desktop: Arc<Desktop>,
    events: mpsc::UnboundedReceiver<Event>,
}

impl Running {
    async fn sign_in(
        folder: &Path,
        server: String,
        email: String,
        password: String,
    ) -> Result<Self> {
        let mut running = Self::open(folder, email, password).await?;
        running.desktop.sign_in(server).await?;
        running.arrive().await?;
        Ok(running)
    }

    /// Signs in with acts that wait; answers with how long they took from the moment the server was reached.
    async fn replay(
        folder: &Path,
        server: String,
        email: String,
        password: String,
    ) -> Result<(Self, Duration)> {
        let mut running = Self::open(folder, email, password).await?;
        running.desktop.sign_in(server).await?;
        let mut begun = None;
        loop {
            running.event().await?;
            let state = running.desktop.sync_state().await?;
            if state.link == LinkView::Syncing && state.waiting > 0 {
                begun.get_or_insert_with(Instant::now);
            }
            if let Some(begun) = begun
                && state.waiting == 0
            {
                return Ok((running, begun.elapsed()));
            }
        }
    }

    async fn open(folder: &Path, email: String, password: String) -> Result<Self> {
        let (sender, events) = mpsc::unbounded_channel();
        let desktop = Desktop::open(Setup {
            clock: guildhall_desktop::sign_in::system_clock(),
            folder: folder.to_owned(),
            profile: String::new(),
            vault: Box::new(MemoryVault::default()),
            opener: signs_in(email, password),
            events: sender,
        })
        .await?;
        Ok(Self { desktop, events })
    }

    /// Waits until the desktop is signed in and up to date.
    async fn arrive(&mut self) -> Result<()> {
        loop {
            self.event().await?;
            let session = self.desktop.session().await?;
            if let SignInView::SignedOut {
                notice: Some(notice),
            } = session.state
            {
                bail!("not signed in: {notice}");
            }
            let here = matches!(session.state, SignInView::SignedIn { me } if !me.name.is_empty());
            if here && self.desktop.sync_state().await?.link == LinkView::UpToDate {
                return Ok(());
            }
        }
    }

    async fn event(&mut self) -> Result<Event> {
        timeout(PATIENCE, self.events.recv())
            .await
            .context("nothing happens any more")?
            .context("the desktop has ended")
    }

    async fn home(&self, times: usize) -> Result<Vec<f64>> {
        let mut took = Vec::with_capacity(times);
        for _ in 0..times {
            let begun = Instant::now();
            black_box(self.desktop.client_home().await?);
            took.push(milliseconds(begun.elapsed()));
        }
        Ok(took)
    }

    /// From the call that sends a message to the list that shows it.
    async fn local(&self, thread: &str, count: usize) -> Result<Vec<f64>> {
        let mut took = Vec::with_capacity(count);
        for sent in 0..count {
            let begun = Instant::now();
            let text = format!("{sent} The draft is in the folder; have a look when you can.");
            self.desktop.message_send(thread.to_owned(), text).await?;
            let threads = self.desktop.threads(RoleView::Freelancer).await?;
            took.push(milliseconds(begun.elapsed()));
            let shown = threads
                .iter()
                .any(|row| number(&row.last_line) == Some(sent));
            anyhow::ensure!(shown, "the list does not show what was sent");
            sleep(Duration::from_millis(10)).await;
        }
        Ok(took)
    }

    /// Messages are numbered in the order they are sent, and arrive in it: the highest one tells that all before it are here.
    async fn watch(&mut self, count: usize) -> Result<Vec<u64>> {
        let mut seen = Vec::with_capacity(count);
        while seen.len() < count {
            match self.event().await? {
                Event::Changed => {}
                Event::SessionChanged
                | Event::LinkChanged
                | Event::FileProgress { .. }
                | Event::Notice(_) => continue,
            }
            let threads = self.desktop.threads(RoleView::Client).await?;
            let at = instant();
            let highest = threads.iter().filter_map(|row| number(&row.last_line));
            let arrived = highest.max().map_or(0, |number| number + 1);
            seen.resize(arrived.max(seen.len()), at);
        }
        Ok(seen)
    }

    async fn say(
        &self,
        threads: &[String],
        count: usize,
        (least, most): (u64, u64),
    ) -> Result<Vec<u64>> {
        let mut chance = ChaCha8Rng::seed_from_u64(11);
        let mut said = Vec::with_capacity(count);
        for number in 0..count {
            let thread = threads[number % threads.len()].clone();
            self.desktop
                .message_send(
                    thread,
                    format!("{number} The draft is in the folder; have a look when you can."),
                )
                .await?;
            said.push(instant());
            sleep(Duration::from_millis(chance.random_range(least..=most))).await;
        }
        Ok(said)
    }
}

/// The number of a message; the list puts `You: ` before one's own.
fn number(line: &str) -> Option<usize> {
    line.trim_start_matches("You: ")
        .split(' ')
        .next()?
        .parse()
        .ok()
}

/// How many rows the cache file holds.
async fn rows(folder: &Path) -> Result<u32> {
    let file = find(folder, "cache.db").context("there is no cache")?;
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut cache = sqlx::SqliteConnection::connect_with(&options).await?;
    let rows = sqlx::query_scalar("select count(*) from row")
        .fetch_one(&mut cache)
        .await?;
    cache.close().await?;
    Ok(rows)
}

pub(crate) fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = find(&path, name) {
                return Some(found);
            }
        } else if entry.file_name() == name {
            return Some(path);
        }
    }
    None
}
