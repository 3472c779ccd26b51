//! `GET /v1/sync/live`: a WebSocket over which deltas come as changes happen.
//!
//! One page is on its way at a time; while it is not acknowledged, the session keeps a few commits that it shares with others, or
//! one bit: that there is more. So a slow desktop costs a flag, never memory.

use super::flash::Voice;
use super::hub::Ring;
use super::rules::Comparing;
use super::session::{Lapse, Page, Session};
use super::understand;
use crate::extract::Call;
use crate::problem::Problem;
use crate::state::Market;
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use guildhall_domain::id::AccountId;
use guildhall_protocol::sync::pack::common_dictionary;
use guildhall_protocol::sync::{FromDesktop, FromServer};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// How long a desktop may take to say hello or to acknowledge.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a silent connection is asked whether it still lives.
const PING: Duration = Duration::from_secs(25);
/// The largest message a desktop may send.
const MAXIMUM_MESSAGE: usize = 64 * 1024;
/// What desktops say is short; without these bounds an idle connection holds 128 KiB.
const READ_BUFFER: usize = 1_024;

/// Opens the socket.
pub(super) async fn live(
    State(market): State<Arc<Market>>,
    Extension(Comparing(every)): Extension<Comparing>,
    call: Call,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(MAXIMUM_MESSAGE);
    // Seated from here on.
    let line = Line::new(market, &call, every);
    Ok(upgrade.on_upgrade(move |socket| line.run(socket)))
}

/// Why a session ended.
#[derive(Debug)]
enum End {
    /// The desktop left, or was silent for too long.
    Gone,
    /// The desktop said something that makes no sense.
    Nonsense,
    /// The store failed; logged where it happened.
    Failed,
    /// The server ended it; the desktop is told why.
    Bye(&'static str),
}

impl From<Lapse> for End {
    fn from(lapse: Lapse) -> Self {
        match lapse {
            Lapse::Nonsense => Self::Nonsense,
            Lapse::Store(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a live pull failed"
                );
                Self::Failed
            }
        }
    }
}

/// Why a session looks for something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// There may be something new.
    News,
    /// The device is to be told what it must hold.
    Compare,
}

struct Line {
    /// Apart, since a task holds what it is begun with more than once.
    session: Box<Session>,
    account: AccountId,
    expires: Instant,
    /// How often the device is told what it must hold.
    compare_every: Duration,
}

impl Line {
    fn new(market: Arc<Market>, call: &Call, every: Duration) -> Self {
        let lifetime = call.caller.expires_at - (market.clock)().0;
        let lifetime = Duration::from_millis(u64::try_from(lifetime).unwrap_or(0));
        Self {
            session: Box::new(Session::open(market, call.account(), call.caller.session)),
            account: call.account(),
            expires: Instant::now() + lifetime,
            // Spread, so that all devices of a server that has just started do not have their turn in the same moment.
            compare_every: every / 2048 * (2048 - u32::from(call.caller.session.as_bytes()[15])),
        }
    }

    // What a session holds while nothing happens is multiplied by thousands, so everything else stands in boxes that are gone by
    // then.
    async fn run(mut self, mut socket: WebSocket) {
        if let Err(end) = self.serve(&mut socket).await {
            Box::pin(self.close(socket, end)).await;
        }
    }

    async fn serve(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        let (voice, compares) = Box::pin(self.greet(socket)).await?;
        let mut due = compares.then(|| Instant::now() + self.compare_every);
        loop {
            match self.wait(socket, due).await? {
                Turn::News => Box::pin(self.tell(socket, voice)).await?,
                Turn::Compare => {
                    Box::pin(self.compare(socket, voice)).await?;
                    due = Some(Instant::now() + self.compare_every);
                }
            }
        }
    }

    /// Hears what the desktop holds and brings it up to date. It is answered even if there is nothing new. Answers with how the
    /// desktop is talked to, and whether it compares what it holds.
    async fn greet(&mut self, socket: &mut WebSocket) -> Result<(Voice, bool), End> {
        let FromDesktop::Hello { pull, dictionaries } = timeout(PATIENCE, hear(socket))
            .await
            .map_err(|_| End::Gone)??
        else {
            return Err(End::Nonsense);
        };
        if understand(pull.protocol).is_err() {
            return Err(End::Bye("upgrade_required"));
        }
        let voice = match dictionaries {
            Some(offered) => Voice::Packed(common_dictionary(&offered)),
            None => Voice::Text,
        };
        let first = self.session.greet(&pull).await?;
        self.say(socket, first, voice).await?;
        Ok((voice, pull.compare.is_some()))
    }

    /// Tells everything that is new.
    async fn tell(&mut self, socket: &mut WebSocket, voice: Voice) -> Result<(), End> {
        while let Some(page) = self.session.news().await? {
            self.say(socket, page, voice).await?;
        }
        Ok(())
    }

    /// Tells what the device must hold, with all that is new.
    async fn compare(&mut self, socket: &mut WebSocket, voice: Voice) -> Result<(), End> {
        let Some(page) = self.session.compare().await? else {
            return Ok(());
        };
        self.say(socket, page, voice).await
    }

    /// Says page after page, each when the one before is acknowledged.
    async fn say(&mut self, socket: &mut WebSocket, first: Page, voice: Voice) -> Result<(), End> {
        let mut next = Some(first);
        while let Some(page) = next {
            let message = page.say(voice).map_err(|_| End::Failed)?;
            put(socket, message).await?;
            let mut hearing = pin!(timeout(PATIENCE, hear(socket)));
            let heard = tokio::select! {
                heard = &mut hearing => heard,
                () = self.session.look_ahead() => hearing.await,
            };
            let FromDesktop::Ack { cursor } = heard.map_err(|_| End::Gone)?? else {
                return Err(End::Nonsense);
            };
            next = self.session.acknowledged(cursor).await?;
        }
        Ok(())
    }

    /// Returns when there may be something new, or when it is time to compare.
    async fn wait(&mut self, socket: &mut WebSocket, due: Option<Instant>) -> Result<Turn, End> {
        let due = due.unwrap_or(self.expires);
        let mut ping = Instant::now() + PING;
        loop {
            tokio::select! {
                ring = self.session.rung() => match ring {
                    Ring::News => return Ok(Turn::News),
                    Ring::Over => return Err(End::Bye("revoked")),
                },
                heard = timeout_at(ping.min(self.expires).min(due), socket.recv()) => match heard {
                    Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
                    Ok(Some(Ok(Message::Text(_) | Message::Binary(_)))) => return Err(End::Nonsense),
                    Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => return Err(End::Gone),
                    Err(_) if self.expires <= Instant::now() => return Err(End::Bye("expired")),
                    Err(_) if due <= Instant::now() => return Ok(Turn::Compare),
                    Err(_) => {
                        let asked = socket.send(Message::Ping(Vec::new().into()));
                        asked.await.map_err(|_| End::Gone)?;
                        ping = Instant::now() + PING;
                    }
                },
            }
        }
    }

    async fn close(self, mut socket: WebSocket, end: End) {
        tracing::debug!(account = %self.account, ?end, "a live session ended");
        if let End::Bye(reason) = end {
            let reason = reason.to_owned();
            let bye = FromServer::Bye { reason };
            if let Ok(text) = serde_json::to_string(&bye) {
                // Who is gone already needs no reason.
                let _ = put(&mut socket, Message::Text(Utf8Bytes::from(text))).await;
            }
        }
    }
}

async fn hear(socket: &mut WebSocket) -> Result<FromDesktop, End> {
    loop {
        match socket.recv().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str(&text).map_err(|_| End::Nonsense);
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Binary(_))) => return Err(End::Nonsense),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
        }
    }
}

async fn put(socket: &mut WebSocket, message: Message) -> Result<(), End> {
    timeout(PATIENCE, socket.send(message))
        .await
        .map_err(|_| End::Gone)?
        .map_err(|_| End::Gone)
}
