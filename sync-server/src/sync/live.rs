//! `GET /v1/sync/live`: a WebSocket over which deltas come as changes happen.
//!
//! One page is on its way at a time; while it is not acknowledged, the session keeps one bit: that there is more. So a slow
//! desktop costs a flag, never memory.

use super::hub::{Ring, Seat};
use super::rules::Comparing;
use super::understand;
use crate::extract::Call;
use crate::problem::Problem;
use crate::state::Market;
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use guildhall_domain::id::AccountId;
use guildhall_protocol::sync::pack::{common_dictionary, pack_delta};
use guildhall_protocol::sync::{Compare, Cursor, Delta, FromDesktop, FromServer};
use guildhall_sync_core::pull::Ask;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;

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
    let session = Session::new(market, &call, every);
    Ok(upgrade.on_upgrade(move |socket| session.run(socket)))
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

/// How deltas are sent.
#[derive(Debug, Clone, Copy)]
enum Voice {
    /// As JSON.
    Text,
    /// Packed, with this dictionary.
    Packed(Option<u32>),
}

/// Why a session looks into the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// There may be something new.
    News,
    /// The device is to be told what it must hold.
    Compare,
}

struct Session {
    market: Arc<Market>,
    account: AccountId,
    sign_in: Uuid,
    expires: Instant,
    /// How often the device is told what it must hold.
    compare_every: Duration,
}

impl Session {
    fn new(market: Arc<Market>, call: &Call, every: Duration) -> Self {
        let lifetime = call.caller.expires_at - (market.clock)().0;
        let lifetime = Duration::from_millis(u64::try_from(lifetime).unwrap_or(0));
        Self {
            market,
            account: call.account(),
            sign_in: call.caller.session,
            expires: Instant::now() + lifetime,
            // Spread, so that all devices of a server that has just started do not have their turn in the same moment.
            compare_every: every / 2048 * (2048 - u32::from(call.caller.session.as_bytes()[15])),
        }
    }

    // What a session holds while nothing happens is multiplied by thousands, so everything else stands in boxes that are gone by
    // then.
    async fn run(self, mut socket: WebSocket) {
        if let Err(end) = self.serve(&mut socket).await {
            Box::pin(self.close(socket, end)).await;
        }
    }

    async fn serve(&self, socket: &mut WebSocket) -> Result<(), End> {
        // Seated before the first pull, so that nothing that is committed in between goes unnoticed.
        let seat = self.market.hub.join(self.account, self.sign_in);
        let (mut cursor, voice, compares) = Box::pin(self.greet(socket)).await?;
        let mut due = compares.then(|| Instant::now() + self.compare_every);
        loop {
            let turn = self.wait(socket, &seat, due).await?;
            cursor = Box::pin(self.tell(socket, cursor, voice, turn)).await?;
            if turn == Turn::Compare {
                due = Some(Instant::now() + self.compare_every);
            }
        }
    }

    /// Hears what the desktop holds and brings it up to date. It is answered even if there is nothing new. Answers with where the
    /// desktop stands then, how it is talked to, and whether it compares what it holds.
    async fn greet(&self, socket: &mut WebSocket) -> Result<(Cursor, Voice, bool), End> {
        let FromDesktop::Hello { pull, dictionaries } = timeout(PATIENCE, hear(socket))
            .await
            .map_err(|_| End::Gone)??
        else {
            return Err(End::Nonsense);
        };
        if understand(pull.protocol).is_err() {
            return Err(End::Bye("upgrade_required"));
        }
        let market = &self.market;
        market.alarms.hear(&market.store, self.account, &pull).await;
        let mut ask = Ask::page(self.account, &pull);
        let first = self.pull(&ask).await?;
        let voice = match dictionaries {
            Some(offered) => Voice::Packed(common_dictionary(&offered)),
            None => Voice::Text,
        };
        let cursor = self.send(socket, &mut ask, first, voice).await?;
        Ok((cursor, voice, pull.compare.is_some()))
    }

    /// Tells what is new since the cursor.
    async fn tell(
        &self,
        socket: &mut WebSocket,
        cursor: Cursor,
        voice: Voice,
        turn: Turn,
    ) -> Result<Cursor, End> {
        let mut ask = Ask::next(self.account, cursor);
        ask.compare = (turn == Turn::Compare).then_some(Compare::Whole);
        let first = self.pull(&ask).await?;
        if first.is_empty() {
            return Ok(first.cursor);
        }
        self.send(socket, &mut ask, first, voice).await
    }

    /// Sends page after page, each when the one before is acknowledged; answers with where the desktop stands then.
    async fn send(
        &self,
        socket: &mut WebSocket,
        ask: &mut Ask,
        first: Delta,
        voice: Voice,
    ) -> Result<Cursor, End> {
        let mut page = first;
        loop {
            let (cursor, next, restart) = (page.cursor, page.next, page.restart);
            match voice {
                Voice::Text => {
                    let delta = Box::new(page);
                    say(socket, &FromServer::Delta { delta }).await?;
                }
                Voice::Packed(with) => {
                    let known = ask.cursor.map(|cursor| cursor.epoch);
                    let frame = pack_delta(page, known, with).map_err(|_| End::Failed)?;
                    put(socket, Message::Binary(frame.into())).await?;
                }
            }
            match timeout(PATIENCE, hear(socket))
                .await
                .map_err(|_| End::Gone)??
            {
                FromDesktop::Ack { cursor: heard } if heard == cursor => {}
                FromDesktop::Ack { .. } | FromDesktop::Hello { .. } => return Err(End::Nonsense),
            }
            if next.is_none() && !restart {
                return Ok(cursor);
            }
            ask.after = next;
            page = self.pull(ask).await?;
        }
    }

    /// Returns when there may be something new, or when it is time to compare.
    async fn wait(
        &self,
        socket: &mut WebSocket,
        seat: &Seat<'_>,
        due: Option<Instant>,
    ) -> Result<Turn, End> {
        let due = due.unwrap_or(self.expires);
        let mut ping = Instant::now() + PING;
        loop {
            tokio::select! {
                ring = seat.rung() => match ring {
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

    async fn pull(&self, ask: &Ask) -> Result<Delta, End> {
        self.market.store.pull(ask).await.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a live pull failed"
            );
            End::Failed
        })
    }

    async fn close(&self, mut socket: WebSocket, end: End) {
        tracing::debug!(account = %self.account, ?end, "a live session ended");
        if let End::Bye(reason) = end {
            let reason = reason.to_owned();
            // Who is gone already needs no reason.
            let _ = say(&mut socket, &FromServer::Bye { reason }).await;
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

async fn say(socket: &mut WebSocket, message: &FromServer) -> Result<(), End> {
    let text = serde_json::to_string(message).map_err(|_| End::Failed)?;
    put(socket, Message::Text(Utf8Bytes::from(text))).await
}

async fn put(socket: &mut WebSocket, message: Message) -> Result<(), End> {
    timeout(PATIENCE, socket.send(message))
        .await
        .map_err(|_| End::Gone)?
        .map_err(|_| End::Gone)
}
