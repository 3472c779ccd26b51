//! The desktop's half of the protocol, as lean as it can be: the load generator shares the cores with the server.

use super::stage::Player;
use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::path;
use guildhall_protocol::sync::pack::{DICTIONARIES, unpack_delta};
use guildhall_protocol::sync::{
    Chain, Cursor, Delta, Envelope, FromDesktop, FromServer, PROTOCOL, Pull, Push, PushAnswer,
    Verdict,
};
use std::collections::BTreeMap;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use uuid::Uuid;

use crate::bed::system_now;

/// More than this no message of these markets unpacks to.
const UNPACKED: usize = 16 * 1024 * 1024;

/// A device that pushes.
#[derive(Debug, Clone)]
pub(crate) struct Hand {
    pub(crate) device: DeviceId,
    token: String,
    seq: u64,
    chain: Chain,
}

impl Hand {
    pub(crate) fn of(player: &Player) -> Self {
        let device = DeviceId(Uuid::new_v4());
        Self {
            device,
            token: player.token.clone(),
            seq: 0,
            chain: Chain::start(device),
        }
    }

    /// The bytes of the device's next push.
    pub(crate) fn write(&mut self, mutations: &[Mutation]) -> Result<Vec<u8>> {
        self.write_as(mutations.iter().map(|mutation| (fresh_id(), mutation)))
    }

    /// The same for acts that have their ids already.
    pub(crate) fn write_as<'a>(
        &mut self,
        acts: impl IntoIterator<Item = (MutationId, &'a Mutation)>,
    ) -> Result<Vec<u8>> {
        let mutations: Vec<Envelope> = acts
            .into_iter()
            .map(|(id, mutation)| {
                self.seq += 1;
                Ok(Envelope::seal(self.seq, id, system_now(), mutation)?)
            })
            .collect::<Result<_>>()?;
        let chain = self.chain;
        self.chain = mutations.iter().fold(chain, Chain::and);
        let push = Push {
            protocol: PROTOCOL,
            device: self.device,
            chain,
            mutations,
        };
        Ok(serde_json::to_vec(&push)?)
    }

    /// What stands for everything it has written so far.
    pub(crate) fn chain(&self) -> Chain {
        self.chain
    }

    /// Sends a push and waits until all of it is decided; nothing may be refused.
    pub(crate) async fn send(&self, door: &Door, body: Vec<u8>) -> Result<PushAnswer> {
        let answer = door
            .http
            .post(&door.push)
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?
            .error_for_status()?;
        let answer: PushAnswer = serde_json::from_slice(&answer.bytes().await?)?;
        ensure!(
            answer.rest.is_none(),
            "not all was decided: {:?}",
            answer.rest
        );
        for decision in &answer.decisions {
            if let Verdict::Rejected { denied } = &decision.verdict {
                bail!("refused: {denied:?}");
            }
        }
        Ok(answer)
    }

    /// Writes and sends.
    pub(crate) async fn push(&mut self, door: &Door, mutations: &[Mutation]) -> Result<PushAnswer> {
        let body = self.write(mutations)?;
        self.send(door, body).await
    }
}

/// An id for an act.
pub(crate) fn fresh_id() -> MutationId {
    MutationId(Uuid::now_v7())
}

/// The way to a server.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    http: reqwest::Client,
    host: String,
    push: String,
}

impl Door {
    pub(crate) fn to(address: &str) -> Result<Self> {
        let host = address
            .strip_prefix("http://")
            .context("an address begins with http://")?;
        Ok(Self {
            http: reqwest::Client::builder().tcp_nodelay(true).build()?,
            // Names are looked up once here, not ten thousand times.
            host: host.replace("localhost", "127.0.0.1"),
            push: format!(
                "http://{}{}",
                host.replace("localhost", "127.0.0.1"),
                path::PUSH
            ),
        })
    }
}

/// A live session.
pub(crate) struct Live {
    socket: WebSocketStream<TcpStream>,
    /// Which the server leaves out when it is known.
    epoch: Option<Uuid>,
}

/// A delta, and how many bytes it was on the wire.
pub(crate) struct Heard {
    pub(crate) delta: Box<Delta>,
    pub(crate) bytes: usize,
}

impl Live {
    /// Opens a session and says hello. The first delta is not heard yet.
    pub(crate) async fn open(
        door: &Door,
        player: &Player,
        device: DeviceId,
        cursor: Option<Cursor>,
    ) -> Result<Self> {
        let stream = TcpStream::connect(&door.host).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{}{}", door.host, path::LIVE).into_client_request()?;
        let bearer = format!("Bearer {}", player.token).parse()?;
        request.headers_mut().insert("authorization", bearer);
        let config = WebSocketConfig::default()
            .read_buffer_size(1_024)
            .write_buffer_size(0)
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        let mut live = Self {
            socket,
            epoch: cursor.map(|cursor| cursor.epoch),
        };
        live.say(&FromDesktop::Hello {
            pull: Pull {
                protocol: PROTOCOL,
                device,
                cursor,
                after: None,
                refetch: Vec::new(),
                rows: None,
                compare: None,
                differing: BTreeMap::new(),
            },
            dictionaries: Some(DICTIONARIES.to_vec()),
        })
        .await?;
        Ok(live)
    }

    async fn say(&mut self, message: &FromDesktop) -> Result<()> {
        let text = serde_json::to_string(message)?;
        self.socket.send(Message::text(text)).await?;
        Ok(())
    }

    /// Hears the next delta.
    pub(crate) async fn hear(&mut self) -> Result<Heard> {
        loop {
            let message = self.socket.next().await.context("the server hung up")??;
            match message {
                Message::Binary(packed) => {
                    let delta = unpack_delta(&packed, self.epoch, UNPACKED)?;
                    self.epoch = Some(delta.cursor.epoch);
                    return Ok(Heard {
                        delta: Box::new(delta),
                        bytes: packed.len() + head(packed.len()),
                    });
                }
                Message::Text(text) => match serde_json::from_str(&text)? {
                    FromServer::Bye { reason } => bail!("the server says bye: {reason}"),
                    FromServer::Delta { .. } => bail!("a delta came unpacked"),
                },
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
                Message::Close(_) => bail!("the server hung up"),
            }
        }
    }

    pub(crate) async fn acknowledge(&mut self, cursor: Cursor) -> Result<()> {
        self.say(&FromDesktop::Ack { cursor }).await
    }
}

/// A server's frame has a head of 2 bytes, 4 from 126 bytes on and 10 from 64 KiB on.
fn head(payload: usize) -> usize {
    match payload {
        0..126 => 2,
        126..65_536 => 4,
        _ => 10,
    }
}
