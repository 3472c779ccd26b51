//! A small authorization server for the tests: PKCE, rotation and revocation, with switches for bad days.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::address::ServerAddress;
use super::auth_server::HAND_OVER_REDIRECT;
use super::server::Server;

const VERIFIER: &str = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";

type Form = BTreeMap<String, String>;

pub(super) struct FakeServer {
    port: u16,
    state: Arc<Mutex<State>>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct State {
    issuer: String,
    /// Codes not yet used, with challenge and redirect.
    codes: BTreeMap<String, (String, String)>,
    /// Refresh tokens that are good.
    live: Vec<String>,
    minted: u32,
    renewals: u32,
    is_busy: bool,
    metadata_override: Option<String>,
}

impl FakeServer {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("has a port");
        let port = listener.local_addr().expect("has an address").port();
        let state = Arc::new(Mutex::new(State {
            issuer: format!("http://localhost:{port}"),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move {
                    let _ = answer(stream, &state).await;
                });
            }
        });
        Self { port, state, task }
    }

    pub(super) fn address(&self) -> ServerAddress {
        ServerAddress::parse(&format!("localhost:{}", self.port)).expect("is good")
    }

    pub(super) fn known(&self) -> Server {
        self.address().into()
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Closes the port; connections that are open stay so.
    pub(super) fn go_offline(&self) {
        self.task.abort();
    }

    pub(super) fn be_busy(&self, is_busy: bool) {
        self.state().is_busy = is_busy;
    }

    pub(super) fn say_of_itself(&self, metadata: &str) {
        self.state().metadata_override = Some(metadata.to_owned());
    }

    pub(super) fn revoke_everything(&self) {
        self.state().live.clear();
    }

    pub(super) fn live_tokens(&self) -> usize {
        self.state().live.len()
    }

    pub(super) fn renewals(&self) -> u32 {
        self.state().renewals
    }

    pub(super) fn code_to_hand_over(&self) -> (String, String) {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let code = self
            .state()
            .mint_code(challenge, HAND_OVER_REDIRECT.to_owned());
        (code, VERIFIER.to_owned())
    }

    pub(super) async fn approve_in_browser(&self, link: &str) -> String {
        let query = query_of(link);
        let code = self.state().mint_code(
            query["code_challenge"].clone(),
            query["redirect_uri"].clone(),
        );
        self.redirect(&query, ("code", &code)).await
    }

    pub(super) async fn decline_in_browser(&self, link: &str) -> String {
        self.redirect(&query_of(link), ("error", "access_denied"))
            .await
    }

    async fn redirect(&self, query: &Form, outcome: (&str, &str)) -> String {
        let issuer = self.state().issuer.clone();
        let mut url = Url::parse(&query["redirect_uri"]).expect("is an address");
        url.query_pairs_mut()
            .extend_pairs([outcome, ("state", &query["state"]), ("iss", &issuer)]);
        let port = url.port().expect("has a port");
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .expect("listens");
        let line = format!(
            "GET {}?{} HTTP/1.1\r\nHost: x\r\n\r\n",
            url.path(),
            url.query().unwrap_or_default()
        );
        stream.write_all(line.as_bytes()).await.expect("is read");
        let mut page = String::new();
        stream.read_to_string(&mut page).await.expect("answers");
        page
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    fn mint_code(&mut self, challenge: String, redirect: String) -> String {
        self.minted += 1;
        let code = format!("gdhc_{}", self.minted);
        self.codes.insert(code.clone(), (challenge, redirect));
        code
    }

    fn pair(&mut self) -> String {
        self.minted += 1;
        let refresh = format!("gdhr_{}", self.minted);
        self.live.push(refresh.clone());
        format!(
            r#"{{"access_token":"gdha_{}","token_type":"Bearer","expires_in":600,"refresh_token":"{refresh}","scope":"marketplace","account":"account-1"}}"#,
            self.minted
        )
    }

    fn token(&mut self, form: &Form) -> Option<String> {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("client_id") != "guildhall-desktop" {
            return None;
        }
        match field("grant_type") {
            "authorization_code" => {
                let (challenge, redirect) = self.codes.remove(field("code"))?;
                let shown = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
                (shown == challenge && redirect == field("redirect_uri")).then(|| self.pair())
            }
            "refresh_token" => {
                let place = self
                    .live
                    .iter()
                    .position(|token| token == field("refresh_token"))?;
                self.live.remove(place);
                self.renewals += 1;
                Some(self.pair())
            }
            _ => None,
        }
    }

    fn reply(&mut self, path: &str, form: &Form) -> (u16, String) {
        if self.is_busy {
            return (503, "<h1>busy</h1>".into());
        }
        match path {
            "/.well-known/oauth-authorization-server" => {
                let i = &self.issuer;
                let metadata = self.metadata_override.clone().unwrap_or_else(|| {
                    format!(
                        r#"{{"issuer":"{i}","authorization_endpoint":"{i}/oauth/authorize","token_endpoint":"{i}/oauth/token","revocation_endpoint":"{i}/oauth/revoke","code_challenge_methods_supported":["S256"],"authorization_response_iss_parameter_supported":true}}"#
                    )
                });
                (200, metadata)
            }
            "/oauth/token" => match self.token(form) {
                Some(pair) => (200, pair),
                None => (400, r#"{"error":"invalid_grant"}"#.into()),
            },
            "/oauth/revoke" => {
                self.live.retain(|token| Some(token) != form.get("token"));
                (200, String::new())
            }
            _ => (404, "{}".into()),
        }
    }
}

async fn answer(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut request = Vec::new();
    let (head, form) = loop {
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, value)| value.trim().parse().unwrap_or(0));
        if body.len() >= length {
            break (head.to_owned(), pairs(body));
        }
    };
    let path = head.split(' ').nth(1).unwrap_or_default();
    let (status, body) = lock(state).reply(path, &form);
    let reply = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await
}

fn pairs(text: &str) -> Form {
    url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

fn query_of(link: &str) -> Form {
    pairs(
        Url::parse(link)
            .expect("is a link")
            .query()
            .unwrap_or_default(),
    )
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
