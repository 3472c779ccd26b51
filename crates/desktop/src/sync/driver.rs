//! The loop: connect, take deltas, send what waits; when the server is not reached, wait a little longer each time.

use super::Transport;
use super::transport::Live;
use crate::blobs;
use crate::engine::{DeltaError, Engine};
use crate::error::Error;
use crate::event::{Event, Notice};
use crate::notice::{Arrival, Gathering};
use crate::server_time::ServerTime;
use crate::session::Clock;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::path;
use guildhall_protocol::sync::pack::DICTIONARIES;
use guildhall_protocol::sync::{Delta, FromDesktop, FromServer, PushAnswer, Rest};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

/// The first wait after a failure; it doubles up to the longest.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Not reached.
    Offline,
    /// Reached; sending or receiving.
    Syncing,
    /// Reached; nothing under way.
    UpToDate,
    /// Server and desktop speak different protocols.
    UpdateNeeded,
    /// The session ended.
    SignInNeeded,
    /// The server does not prove that it is the one it was.
    Distrusted,
}

/// The running loop of one signed-in account.
pub(crate) struct Driver {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    engine: Arc<Engine>,
    events: mpsc::UnboundedSender<Event>,
    clock: Clock,
    time: ServerTime,
    link: Mutex<Link>,
    /// Something to send, or a wish to try at once.
    bell: Notify,
    paused: watch::Sender<bool>,
    gathering: Mutex<Gathering>,
}

/// Why a connection ended.
enum End {
    /// Try again after a wait.
    Lost,
    /// Try again at once: the token ran out, or the person asked for it.
    Again,
    /// Ask again at once: what is here is not what the server says.
    Doubt,
    /// Nothing helps but an update or a new sign-in.
    Stuck(Link),
}

impl Driver {
    /// Starts the loop.
    pub(crate) fn start(
        engine: Arc<Engine>,
        transport: Transport,
        events: mpsc::UnboundedSender<Event>,
        clock: Clock,
        time: ServerTime,
        window: Duration,
        is_paused: bool,
    ) -> Self {
        let shared = Arc::new(Shared {
            engine,
            events,
            clock,
            time,
            link: Mutex::new(Link::Offline),
            bell: Notify::new(),
            paused: watch::Sender::new(is_paused),
            gathering: Mutex::new(Gathering::new(window)),
        });
        let task = tokio::spawn(run(Arc::clone(&shared), transport));
        Self { shared, task }
    }

    /// How the connection stands.
    pub(crate) fn link(&self) -> Link {
        *self
            .shared
            .link
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Something is to be sent, or the person wants it tried now.
    pub(crate) fn ring(&self) {
        self.shared.bell.notify_one();
    }

    /// Stops talking to the server, or begins again.
    pub(crate) fn pause(&self, paused: bool) {
        self.shared.paused.send_replace(paused);
        self.shared.bell.notify_one();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn set(&self, link: Link) {
        let mut held = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *held, link) != link {
            drop(held);
            tracing::debug!(?link, "the connection changed");
            // Nobody listening is fine.
            let _ = self.events.send(Event::LinkChanged);
        }
    }

    async fn paused(&self) {
        let mut paused = self.paused.subscribe();
        let _ = paused.wait_for(|paused| *paused).await;
    }

    async fn resumed(&self) {
        let mut paused = self.paused.subscribe();
        let _ = paused.wait_for(|paused| !*paused).await;
    }
}

async fn run(shared: Arc<Shared>, transport: Transport) {
    let mut wait = SHORTEST_WAIT;
    loop {
        shared.resumed().await;
        let end = tokio::select! {
            end = stay_connected(&shared, &transport, &mut wait) => end,
            () = shared.paused() => End::Again,
        };
        match end {
            End::Again => shared.set(Link::Offline),
            End::Doubt => shared.set(Link::Syncing),
            End::Lost => {
                shared.set(Link::Offline);
                // Spread, so that all desktops of a server that comes back do not come back in the same moment.
                let spread =
                    wait.mul_f64(0.5 + f64::from(uuid::Uuid::new_v4().as_bytes()[0]) / 512.0);
                tokio::select! {
                    () = tokio::time::sleep(spread) => wait = (wait * 2).min(LONGEST_WAIT),
                    () = shared.bell.notified() => wait = SHORTEST_WAIT,
                }
            }
            End::Stuck(link) => {
                shared.set(link);
                tokio::select! {
                    () = shared.bell.notified() => {}
                    () = tokio::time::sleep(LONGEST_WAIT * 4) => {}
                }
            }
        }
    }
}

async fn stay_connected(shared: &Arc<Shared>, transport: &Transport, wait: &mut Duration) -> End {
    let mut live = match transport.live().await {
        Ok(live) => live,
        Err(error) => return end(&error),
    };
    if let Err(error) = shared.engine.note_clock(shared.time.ahead_ms()).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "how far the clock is off is not kept"
        );
    }
    shared.set(Link::Syncing);
    let pull = shared.engine.next_pull().await;
    live.knows(pull.cursor);
    let hello = FromDesktop::Hello {
        pull,
        dictionaries: Some(DICTIONARIES.to_vec()),
    };
    if let Err(error) = live.say(&hello).await {
        return end(&error);
    }
    // The first delta comes before the first push: the person sees the world before it is asked of.
    match live.hear().await {
        Ok(message) => {
            if let Err(end) = answer(shared, &mut live, message).await {
                return end;
            }
        }
        Err(error) => return end(&error),
    }
    // A task of its own: it shares the engine's lock with the deltas, and must go on while one is taken in. Dropped, it ends.
    let mut push = JoinSet::new();
    push.spawn(push_all(Arc::clone(shared), transport.clone()));
    let mut files = JoinSet::new();
    files.spawn(send_files(Arc::clone(shared), transport.clone()));
    loop {
        let due = shared
            .gathering
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .due();
        let until_due = due.map_or(LONGEST_WAIT, |due| {
            Duration::from_millis(u64::try_from(due.0 - (shared.clock)().0).unwrap_or(0))
        });
        tokio::select! {
            Some(pushed) = push.join_next() => {
                if let Ok(Err(end)) = pushed {
                    return end;
                }
                // Only now the server has proved well: one that answers, but takes nothing, is not hurried.
                *wait = SHORTEST_WAIT;
                if files.is_empty() {
                    shared.set(Link::UpToDate);
                }
            }
            Some(sent) = files.join_next() => {
                if let Ok(Err(end)) = sent {
                    return end;
                }
                // An act may have come while the last file was on its way.
                if shared.engine.next_upload().await.is_some() {
                    files.spawn(send_files(Arc::clone(shared), transport.clone()));
                } else if push.is_empty() {
                    shared.set(Link::UpToDate);
                }
            }
            heard = live.hear() => match heard {
                Ok(message) => {
                    if let Err(end) = answer(shared, &mut live, message).await {
                        return end;
                    }
                }
                Err(error) => return end(&error),
            },
            () = shared.bell.notified(), if push.is_empty() => {
                shared.set(Link::Syncing);
                push.spawn(push_all(Arc::clone(shared), transport.clone()));
                if files.is_empty() {
                    files.spawn(send_files(Arc::clone(shared), transport.clone()));
                }
            }
            () = tokio::time::sleep(until_due) => release(shared),
        }
    }
}

fn end(error: &Error) -> End {
    match error {
        Error::SignInNeeded => End::Stuck(Link::SignInNeeded),
        Error::Distrusted => End::Stuck(Link::Distrusted),
        Error::Problem(problem) if problem.status == 426 => End::Stuck(Link::UpdateNeeded),
        _ => End::Lost,
    }
}

async fn answer(shared: &Shared, live: &mut Live, message: FromServer) -> Result<(), End> {
    match message {
        FromServer::Delta { delta } => {
            let cursor = delta.cursor;
            take(shared, *delta).await?;
            live.say(&FromDesktop::Ack { cursor })
                .await
                .map_err(|error| end(&error))
        }
        FromServer::Bye { reason } if reason == "upgrade_required" => {
            Err(End::Stuck(Link::UpdateNeeded))
        }
        FromServer::Bye { .. } => Err(End::Again),
    }
}

async fn take(shared: &Shared, delta: Delta) -> Result<(), End> {
    let now = (shared.clock)();
    match shared.engine.take(delta, now).await {
        Ok(brought) if !brought.is_complete => Ok(()),
        Ok(brought) => {
            // What was held may go now.
            if shared.engine.has_free(now).await {
                shared.bell.notify_one();
            }
            // The screen first, then the notification that leads there.
            let _ = shared.events.send(Event::Changed);
            for arrival in brought.arrivals {
                if let Some(notice) = gather(shared, arrival, now) {
                    let _ = shared.events.send(Event::Notice(notice));
                }
            }
            if brought.is_in_doubt {
                return Err(End::Doubt);
            }
            Ok(())
        }
        Err(DeltaError::Bad(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a delta cannot be read"
            );
            Err(End::Stuck(Link::UpdateNeeded))
        }
        Err(DeltaError::Store(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a delta cannot be stored"
            );
            Err(End::Lost)
        }
    }
}

fn gather(shared: &Shared, arrival: Arrival, now: Timestamp) -> Option<Notice> {
    match arrival {
        Arrival::Told(notice) => Some(notice),
        Arrival::Match {
            title,
            percent,
            route,
        } => shared
            .gathering
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(title, percent, route, now),
    }
}

fn release(shared: &Shared) {
    let notice = shared
        .gathering
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .release((shared.clock)());
    if let Some(notice) = notice {
        let _ = shared.events.send(Event::Notice(notice));
    }
}

/// Sends the files that acts wait for; each that is over lets its acts go.
async fn send_files(shared: Arc<Shared>, transport: Transport) -> Result<(), End> {
    let tell = |event| {
        // Nobody listening is fine.
        let _ = shared.events.send(event);
    };
    let sent = || shared.bell.notify_one();
    let now = || (shared.clock)();
    blobs::send_all(&shared.engine, &transport, now, tell, sent)
        .await
        .map_err(|error| end(&error))
}

/// Sends until nothing waits any more.
async fn push_all(shared: Arc<Shared>, transport: Transport) -> Result<(), End> {
    let failed = |error: Error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the outbox cannot be used"
        );
        End::Lost
    };
    while let Some(push) = shared
        .engine
        .next_push((shared.clock)())
        .await
        .map_err(failed)?
    {
        let answer: PushAnswer = match transport.post(path::PUSH, &push).await {
            Ok(answer) => answer,
            Err(error) => return Err(end(&error)),
        };
        let refused = shared
            .engine
            .settle(&answer, (shared.clock)())
            .await
            .map_err(failed)?;
        let _ = shared.events.send(Event::Changed);
        for one in refused {
            let _ = shared.events.send(Event::Notice(Notice {
                title: "Something you did needs another look".to_owned(),
                body: one.denied.message,
                route: "/outbox".to_owned(),
            }));
        }
        match answer.rest {
            None => {}
            Some(Rest::Retry { after_ms }) => {
                // The server may have lost a file that an act names.
                if shared.engine.doubt_uploads().await.map_err(failed)? {
                    shared.bell.notify_one();
                }
                tokio::time::sleep(Duration::from_millis(after_ms.min(60_000))).await;
            }
            Some(Rest::Upgrade) => return Err(End::Stuck(Link::UpdateNeeded)),
            Some(Rest::Gap { want_seq }) => {
                shared.engine.send_from(want_seq).await.map_err(failed)?;
            }
            // These files were copied from another computer, or set back: the server has heard other acts under these numbers.
            Some(Rest::Fork) => shared.engine.renumber().await.map_err(failed)?,
        }
    }
    Ok(())
}
