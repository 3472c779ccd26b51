//! The server over TLS: what browsers and desktops meet at the edge.

use crate::texts::BEGIN;
use guildhall_server::clock::Clock;
use guildhall_server::edge::{EdgeLimits, Tls, self_made_files, serve_by};
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::router;
use guildhall_server::state::Market;
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

struct Secure {
    address: SocketAddr,
    browser: reqwest::Client,
    _stop: oneshot::Sender<()>,
    _folder: TempDir,
}

impl Secure {
    /// A server with a certificate that it made itself, or with the same as if an authority had given it.
    async fn start(is_given: bool) -> Self {
        let folder = TempDir::new().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("is bound");
        let made = Tls::self_made(folder.path(), &["127.0.0.1".to_owned()], 2026).expect("is made");
        let (certificate, key) = self_made_files(folder.path());
        let pem = std::fs::read(&certificate).expect("is there");
        let tls = if is_given {
            Tls::from_files(&certificate, &key).expect("fits")
        } else {
            made
        };
        let time: Clock = Arc::new(|| BEGIN);
        let config = OAuthConfig::new(format!("https://{address}"));
        let market = Market::open(&folder.path().join("guildhall.db"), config, time)
            .await
            .expect("opens");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        tokio::spawn(serve_by(
            listener,
            router(&market),
            shutdown,
            EdgeLimits::default(),
            Some(tls),
        ));
        let trusted = reqwest::Certificate::from_pem(&pem).expect("is one");
        let browser = reqwest::Client::builder()
            .tls_certs_only([trusted])
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("builds");
        Self {
            address,
            browser,
            _stop: stop,
            _folder: folder,
        }
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        let url = format!("https://{}{path}", self.address);
        self.browser.get(url).send().await.expect("answers")
    }
}

#[tokio::test]
async fn sign_in_is_at_home_under_the_https_address() {
    let server = Secure::start(false).await;

    let metadata = server.get("/.well-known/oauth-authorization-server").await;
    let metadata: serde_json::Value = metadata.json().await.expect("is JSON");
    assert_eq!(metadata["issuer"], format!("https://{}", server.address));

    let page = server.get("/login").await;
    let cookie = page.headers()["set-cookie"].to_str().expect("is text");
    assert!(cookie.starts_with("__Host-guildhall="), "{cookie}");
    assert!(cookie.contains("; Path=/; HttpOnly"), "{cookie}");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
}

#[tokio::test]
async fn browsers_are_held_to_tls_only_where_an_authority_vouches() {
    for is_given in [true, false] {
        let server = Secure::start(is_given).await;
        for path in ["/", "/login", "/v1/health", "/nowhere"] {
            let answer = server.get(path).await;
            let demands = answer.headers().contains_key("strict-transport-security");
            assert_eq!(demands, is_given, "{path}");
        }
    }
}

#[tokio::test]
async fn who_speaks_plain_http_is_told_what_to_write() {
    let server = Secure::start(false).await;
    let mut stream = TcpStream::connect(server.address).await.expect("connects");
    stream
        .write_all(b"GET /login HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .expect("is sent");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .await
        .expect("is answered");

    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("Write https://"), "{answer}");
    assert!(!answer.contains("set-cookie"), "{answer}");
}

#[tokio::test]
async fn a_stranger_to_the_certificate_does_not_talk() {
    let server = Secure::start(false).await;

    let untrusting = reqwest::Client::builder()
        .tls_certs_only([])
        .build()
        .expect("builds");
    let url = format!("https://{}/login", server.address);

    assert!(untrusting.get(url).send().await.is_err());
}
