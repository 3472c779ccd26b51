//! `GET /v1/sync/live`: a WebSocket over which deltas come as changes happen.
//!
//! One delta is on its way at a time; while it is not acknowledged, the session keeps one bit: that there is more. So a slow
//! desktop costs a flag, never memory.

use super::understand;
use crate::extract::Call;
use crate::problem::Problem;
use crate::state::Market;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use guildhall_domain::id::AccountId;
use guildhall_protocol::sync::{Cursor, Delta, FromDesktop, FromServer};
use guildhall_sync_core::pull::Ask;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// How long a desktop may take to say hello or to acknowledge.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a silent connection is asked whether it still lives.
const PING: Duration = Duration::from_secs(25);
/// The largest message a desktop may send.
const MAXIMUM_MESSAGE: usize = 64 * 1024;

/// Opens the socket.
pub(super) async fn live(
    State(market): State<Arc<Market>>,
    call: Call,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    // Without these bounds an idle connection holds 128 KiB.
    let upgrade = upgrade
        .read_buffer_size(4_096)
        .write_buffer_size(0)
        .max_message_size(MAXIMUM_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| async move {
        if let Err(end) = Session::new(&market, &call).run(socket).await {
            tracing::debug!(account = %call.account(), ?end, "a live session ended");
        }
    }))
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
}

struct Session<'a> {
    market: &'a Market,
    account: AccountId,
    sign_in: Uuid,
    expires_at: i64,
}

impl<'a> Session<'a> {
    fn new(market: &'a Market, call: &Call) -> Self {
        Self {
            market,
            account: call.account(),
            sign_in: call.caller.session,
            expires_at: call.caller.expires_at,
        }
    }

    async fn run(self, mut socket: WebSocket) -> Result<(), End> {
        // Seated before the first pull, so that nothing that is committed in between goes unnoticed.
        let seat = self.market.hub.join(self.account);
        let mut revocations = self.market.oauth.revocations();
        let FromDesktop::Hello { pull } = timeout(PATIENCE, hear(&mut socket))
            .await
            .map_err(|_| End::Gone)??
        else {
            return Err(End::Nonsense);
        };
        if understand(pull.protocol).is_err() {
            return bye(&mut socket, "upgrade_required").await;
        }
        let mut cursor = pull.cursor;
        let mut first = true;
        let lifetime = u64::try_from(self.expires_at - (self.market.clock)().0).unwrap_or(0);
        let mut expiry = std::pin::pin!(tokio::time::sleep(Duration::from_millis(lifetime)));
        loop {
            let delta = self.pull(cursor).await?;
            if first || !delta.is_empty() {
                first = false;
                let next = delta.cursor;
                say(
                    &mut socket,
                    &FromServer::Delta {
                        delta: Box::new(delta),
                    },
                )
                .await?;
                match timeout(PATIENCE, hear(&mut socket))
                    .await
                    .map_err(|_| End::Gone)??
                {
                    FromDesktop::Ack { cursor } if cursor == next => {}
                    FromDesktop::Ack { .. } | FromDesktop::Hello { .. } => {
                        return Err(End::Nonsense);
                    }
                }
                cursor = Some(next);
            } else {
                cursor = Some(delta.cursor);
            }
            loop {
                tokio::select! {
                    () = seat.rung() => break,
                    () = &mut expiry => return bye(&mut socket, "expired").await,
                    revoked = revocations.recv() => match revoked {
                        Ok(sign_in) if sign_in != self.sign_in => {}
                        // A listener that lagged cannot tell whose sign-in ended: it lets the desktop show its token again.
                        Ok(_) | Err(_) => return bye(&mut socket, "revoked").await,
                    },
                    heard = timeout(PING, socket.recv()) => match heard {
                        Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
                        Ok(Some(Ok(Message::Text(_) | Message::Binary(_)))) => return Err(End::Nonsense),
                        Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => return Err(End::Gone),
                        Err(_) => socket.send(Message::Ping(Vec::new().into())).await.map_err(|_| End::Gone)?,
                    },
                }
            }
        }
    }

    async fn pull(&self, cursor: Option<Cursor>) -> Result<Delta, End> {
        self.market
            .store
            .pull(&Ask::since(self.account, cursor))
            .await
            .map_err(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a live pull failed"
                );
                End::Failed
            })
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
    timeout(PATIENCE, socket.send(Message::Text(Utf8Bytes::from(text))))
        .await
        .map_err(|_| End::Gone)?
        .map_err(|_| End::Gone)
}

async fn bye(socket: &mut WebSocket, reason: &str) -> Result<(), End> {
    say(
        socket,
        &FromServer::Bye {
            reason: reason.to_owned(),
        },
    )
    .await
}
