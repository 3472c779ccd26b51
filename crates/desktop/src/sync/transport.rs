//! Talking to the server: JSON over HTTP with a bearer token, and the live socket.

use crate::error::Error;
use crate::server_time::ServerTime;
use crate::sign_in::{Server, Tokens};
use crate::trust::{client_config, distrust};
use futures_util::{SinkExt as _, StreamExt as _};
use guildhall_protocol::problem::ProblemDocument;
use guildhall_protocol::sync::pack::{PackError, unpack_delta};
use guildhall_protocol::sync::{Cursor, FromDesktop, FromServer};
use guildhall_protocol::{app, path};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::pki_types::ServerName;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use uuid::Uuid;

/// How long one request may take.
const LIMIT: Duration = Duration::from_secs(20);
/// How long a socket may be silent: the server pings every 25 s.
const SILENCE: Duration = Duration::from_mins(1);

/// The largest message that is read. A page has at most 2 MiB of bodies, one row more, and what is said around them.
const MAXIMUM_MESSAGE: usize = 16 * 1024 * 1024;

/// The way to one server, as one session.
#[derive(Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    tls: TlsConnector,
    server: Server,
    tokens: Tokens,
    time: ServerTime,
}

impl Transport {
    /// Prepares the way; nothing is sent.
    pub(crate) fn new(tokens: Tokens, time: ServerTime) -> Result<Self, Error> {
        let server = tokens.server().clone();
        let tls = client_config(&server).map_err(|error| {
            tracing::error!(%error, "this system has no list of certificate authorities");
            Error::Offline
        })?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .connect_timeout(Duration::from_secs(5))
            .timeout(LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .default_headers(version())
            .build()
            .map_err(|_| Error::Offline)?;
        Ok(Self {
            http,
            tls: TlsConnector::from(Arc::new(tls)),
            server,
            tokens,
            time,
        })
    }

    /// Posts a body and reads the answer.
    pub(crate) async fn post<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<A, Error> {
        let answer = self
            .send(|| self.http.post(self.server.address.join(path)).json(body))
            .await?;
        answer.json().await.map_err(|_| Error::Offline)
    }

    /// Posts a body for which there is no answer but success.
    pub(crate) async fn post_quietly<B: Serialize + Sync>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<(), Error> {
        self.send(|| self.http.post(self.server.address.join(path)).json(body))
            .await
            .map(drop)
    }

    /// Posts what only those who keep order may, for which there is no answer but success.
    pub(crate) async fn post_overseen<B: Serialize + Sync>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<(), Error> {
        let request = self.http.post(self.server.address.join(path)).json(body);
        self.send_overseen(request).await.map(drop)
    }

    /// Asks what only those who keep order are told.
    pub(crate) async fn get_overseen<A: DeserializeOwned>(
        &self,
        path: &str,
        search: &str,
    ) -> Result<A, Error> {
        let request = self.http.get(self.searched(path, search)?);
        let answer = self.send_overseen(request).await?;
        answer.json().await.map_err(|_| Error::Offline)
    }

    /// Takes something away.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), Error> {
        self.send(|| self.http.delete(self.server.address.join(path)))
            .await
            .map(drop)
    }

    /// Asks and reads the answer.
    pub(crate) async fn get<A: DeserializeOwned>(
        &self,
        path: &str,
        search: &str,
    ) -> Result<A, Error> {
        let url = self.searched(path, search)?;
        let answer = self.send(|| self.http.get(url.clone())).await?;
        answer.json().await.map_err(|_| Error::Offline)
    }

    fn searched(&self, path: &str, search: &str) -> Result<url::Url, Error> {
        let mut url =
            url::Url::parse(&self.server.address.join(path)).map_err(|_| Error::Offline)?;
        if !search.is_empty() {
            url.query_pairs_mut().append_pair("search", search);
        }
        Ok(url)
    }

    /// The address of a path.
    pub(super) fn url(&self, path: &str) -> String {
        self.server.address.join(path)
    }

    /// What requests are made with.
    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Sends, and takes only success for an answer.
    pub(super) async fn send(
        &self,
        request: impl Fn() -> reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, Error> {
        succeeded(self.answered(request).await?, || Error::SignInNeeded).await
    }

    /// Sends with the token to keep order with, and takes only success for an answer. It cannot be renewed.
    async fn send_overseen(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, Error> {
        let access = self.tokens.oversight().await?;
        let sent = request.bearer_auth(&access).send().await;
        let answer = sent.map_err(|error| self.failed(&error))?;
        self.hear_time(answer.headers());
        if answer.status() == reqwest::StatusCode::UNAUTHORIZED {
            self.tokens.forget_oversight().await;
        }
        succeeded(answer, || Error::StepUpNeeded).await
    }

    /// Sends with a token that works: one that the server refuses is renewed once.
    pub(super) async fn answered(
        &self,
        request: impl Fn() -> reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, Error> {
        let mut access = self.tokens.access().await?;
        let mut answer = request()
            .bearer_auth(&access)
            .send()
            .await
            .map_err(|error| self.failed(&error))?;
        if answer.status() == reqwest::StatusCode::UNAUTHORIZED {
            access = self.tokens.renew(&access).await?;
            answer = request()
                .bearer_auth(&access)
                .send()
                .await
                .map_err(|error| self.failed(&error))?;
        }
        self.hear_time(answer.headers());
        Ok(answer)
    }

    /// What a connection that was not made means.
    fn failed(&self, error: &(dyn std::error::Error + 'static)) -> Error {
        if distrust(&self.server, error).is_some() {
            Error::Distrusted
        } else {
            Error::Offline
        }
    }

    fn hear_time(&self, headers: &reqwest::header::HeaderMap) {
        let date = headers.get(reqwest::header::DATE);
        if let Some(date) = date.and_then(|date| date.to_str().ok()) {
            self.time.hear(date);
        }
    }

    /// Opens the live socket.
    pub(crate) async fn live(&self) -> Result<Live, Error> {
        let access = self.tokens.access().await?;
        match self.connect(&access).await {
            Err(Refusal::Unauthorized) => {
                let access = self.tokens.renew(&access).await?;
                self.connect(&access)
                    .await
                    .map_err(|refusal| match refusal {
                        Refusal::Unauthorized => Error::SignInNeeded,
                        Refusal::Unreachable => Error::Offline,
                        Refusal::Distrusted => Error::Distrusted,
                        Refusal::Told(problem) => Error::Problem(*problem),
                    })
            }
            Err(Refusal::Unreachable) => Err(Error::Offline),
            Err(Refusal::Distrusted) => Err(Error::Distrusted),
            Err(Refusal::Told(problem)) => Err(Error::Problem(*problem)),
            Ok(live) => Ok(live),
        }
    }

    async fn connect(&self, access: &str) -> Result<Live, Refusal> {
        let url = self
            .server
            .address
            .join(path::LIVE)
            .replacen("http", "ws", 1);
        let mut request = url
            .into_client_request()
            .map_err(|_| Refusal::Unreachable)?;
        let bearer = format!("Bearer {access}")
            .parse()
            .map_err(|_| Refusal::Unauthorized)?;
        request.headers_mut().insert("authorization", bearer);
        request.headers_mut().extend(version());
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAXIMUM_MESSAGE))
            .max_frame_size(Some(MAXIMUM_MESSAGE));
        let connecting = async {
            let stream = self.stream().await?;
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await
        };
        match timeout(LIMIT, connecting).await {
            Ok(Ok((socket, answer))) => {
                self.hear_time(answer.headers());
                Ok(Live {
                    socket,
                    epoch: None,
                })
            }
            Ok(Err(tokio_tungstenite::tungstenite::Error::Http(answer)))
                if answer.status() == StatusCode::UNAUTHORIZED =>
            {
                Err(Refusal::Unauthorized)
            }
            Ok(Err(tokio_tungstenite::tungstenite::Error::Http(answer)))
                if answer.status() == StatusCode::UPGRADE_REQUIRED =>
            {
                let body = answer.body().as_deref().unwrap_or_default();
                serde_json::from_slice(body).map_or(Err(Refusal::Unreachable), |problem| {
                    Err(Refusal::Told(Box::new(problem)))
                })
            }
            Ok(Err(error)) if distrust(&self.server, &error).is_some() => Err(Refusal::Distrusted),
            Ok(Err(_)) | Err(_) => Err(Refusal::Unreachable),
        }
    }

    /// A connection to the server, over TLS where it speaks it.
    async fn stream(&self) -> std::io::Result<Box<dyn Stream>> {
        let address = &self.server.address;
        let stream = TcpStream::connect((address.host(), address.port())).await?;
        stream.set_nodelay(true)?;
        if !address.is_secure() {
            return Ok(Box::new(stream));
        }
        let name =
            ServerName::try_from(address.host().to_owned()).map_err(std::io::Error::other)?;
        Ok(Box::new(self.tls.connect(name, stream).await?))
    }
}

/// Tells the server which desktop is speaking.
fn version() -> HeaderMap {
    let version = HeaderValue::from_static(env!("CARGO_PKG_VERSION"));
    HeaderMap::from_iter([(HeaderName::from_static(app::HEADER), version)])
}

/// The answer if it is success; else what it says, where it is not that one must sign in.
async fn succeeded(
    answer: reqwest::Response,
    unauthorized: impl FnOnce() -> Error,
) -> Result<reqwest::Response, Error> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    match answer.json::<ProblemDocument>().await {
        Ok(_) if status == reqwest::StatusCode::UNAUTHORIZED => Err(unauthorized()),
        Ok(problem) => Err(Error::Problem(problem)),
        Err(_) => Err(Error::Offline),
    }
}

/// What the live socket runs over.
trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

enum Refusal {
    Distrusted,
    Told(Box<ProblemDocument>),
    Unauthorized,
    Unreachable,
}

/// A frame that cannot be unpacked is a broken connection: what it brought comes again with the next one.
fn unpackable(error: &PackError) -> Error {
    tracing::warn!(%error, "a delta was not taken");
    Error::Offline
}

/// The live socket.
pub(crate) struct Live {
    socket: WebSocketStream<Box<dyn Stream>>,
    /// The epoch that the server leaves out.
    epoch: Option<Uuid>,
}

impl Live {
    /// Notes where the device stands, as the server does.
    pub(crate) fn knows(&mut self, cursor: Option<Cursor>) {
        self.epoch = cursor.map(|cursor| cursor.epoch);
    }

    /// Says something.
    pub(crate) async fn say(&mut self, message: &FromDesktop) -> Result<(), Error> {
        let text = serde_json::to_string(message).map_err(|_| Error::Offline)?;
        timeout(LIMIT, self.socket.send(Message::text(text)))
            .await
            .map_err(|_| Error::Offline)?
            .map_err(|_| Error::Offline)
    }

    /// Hears the next message. Cancel safe.
    pub(crate) async fn hear(&mut self) -> Result<FromServer, Error> {
        loop {
            let heard = timeout(SILENCE, self.socket.next())
                .await
                .map_err(|_| Error::Offline)?;
            match heard {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text).map_err(|_| Error::Offline);
                }
                // The library answers pings by itself.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Binary(frame))) => {
                    let delta = unpack_delta(&frame, self.epoch, MAXIMUM_MESSAGE)
                        .map_err(|error| unpackable(&error))?;
                    if delta.next.is_none() && !delta.restart {
                        self.knows(Some(delta.cursor));
                    }
                    let delta = Box::new(delta);
                    return Ok(FromServer::Delta { delta });
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    return Err(Error::Offline);
                }
            }
        }
    }
}
