//! The small listener on this computer that the browser brings the answer to.
//!
//! It serves `GET /cb` and nothing else. Only a request that carries the state of this very sign-in is an answer;
//! whatever else knocks (a prefetch, a port scan, a connection that says nothing) neither ends nor delays it.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};

use super::page::Page;

/// What a browser needs to send one line; beyond it a connection is dropped.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);
/// Codes and states are short; the rest of a browser's header is read to here.
const MAXIMUM_REQUEST_BYTES: usize = 16 * 1024;
/// How many connections are read at once.
const MAXIMUM_CONNECTIONS: usize = 32;

/// A listener on a free port of 127.0.0.1.
pub(super) struct Loopback {
    listener: TcpListener,
    port: u16,
}

/// What the authorization server answered through the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Callback {
    /// The code or the error.
    pub(super) outcome: Result<String, String>,
    /// Who says so (RFC 9207).
    pub(super) issuer: Option<String>,
}

impl Loopback {
    /// Takes a free port.
    pub(super) async fn bind() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// Where the browser is to bring the answer.
    pub(super) fn redirect(&self) -> String {
        format!("http://127.0.0.1:{}/cb", self.port)
    }

    /// Waits for the one answer that carries `state` and that `accept` takes. May be dropped at any time,
    /// which closes the port.
    pub(super) async fn answer(
        self,
        state: &str,
        accept: impl Fn(&Callback) -> bool + Send + Sync + 'static,
    ) -> Callback {
        let slots = Arc::new(Semaphore::new(MAXIMUM_CONNECTIONS));
        // One place: the first answer wins, a second one is told that it is stray.
        let (send, mut receive) = mpsc::channel(1);
        let judge = Arc::new(Judge {
            state: state.to_owned(),
            accept: Box::new(accept),
            send,
        });
        loop {
            tokio::select! {
                Some(callback) = receive.recv() => return callback,
                accepted = next(&self.listener, &slots) => {
                    let Some((stream, slot)) = accepted else { continue };
                    let judge = Arc::clone(&judge);
                    // Not stopped with the listener: the browser is still to be shown its page.
                    tokio::spawn(async move {
                        let _slot = slot;
                        let _ = tokio::time::timeout(REQUEST_LIMIT, serve(stream, &judge)).await;
                    });
                }
            }
        }
    }
}

async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    if let Ok((stream, _)) = listener.accept().await {
        return Some((stream, slot));
    }
    // Out of descriptors or the like: give the others a moment instead of spinning.
    tokio::time::sleep(Duration::from_millis(50)).await;
    None
}

struct Judge {
    state: String,
    accept: Box<dyn Fn(&Callback) -> bool + Send + Sync>,
    send: mpsc::Sender<Callback>,
}

impl Judge {
    fn page(&self, request_line: &str) -> Page {
        let Some(query) = callback_query(request_line) else {
            return Page::NotFound;
        };
        let Some((state, callback)) = read_callback(query) else {
            return Page::Stray;
        };
        if !is_equal(state.as_bytes(), self.state.as_bytes()) || !(self.accept)(&callback) {
            return Page::Stray;
        }
        let page = if callback.outcome.is_ok() {
            Page::Done
        } else {
            Page::Refused
        };
        if self.send.try_send(callback).is_ok() {
            page
        } else {
            Page::Stray
        }
    }
}

async fn serve(mut stream: TcpStream, judge: &Judge) -> std::io::Result<()> {
    let Some(request_line) = read_request_line(&mut stream).await? else {
        return Ok(());
    };
    stream
        .write_all(judge.page(&request_line).response().as_bytes())
        .await?;
    stream.shutdown().await
}

/// Reads the header to its end (a reply before that would be cut off by a reset) and gives its first line.
async fn read_request_line(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut header = Vec::new();
    let mut chunk = [0; 2048];
    while !header.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut chunk).await?;
        if read == 0 || header.len() + read > MAXIMUM_REQUEST_BYTES {
            return Ok(None);
        }
        header.extend_from_slice(&chunk[..read]);
    }
    let line = header
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    Ok(String::from_utf8(line.to_vec()).ok())
}

/// The query of `GET /cb?… HTTP/1.1`; none for any other request.
fn callback_query(request_line: &str) -> Option<&str> {
    let mut words = request_line.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if method != "GET" || !version.starts_with("HTTP/1.") || words.next().is_some() {
        return None;
    }
    match target.split_once('?') {
        Some(("/cb", query)) => Some(query),
        _ => None,
    }
}

/// The state and what it comes with; none when a parameter is missing, doubled or contradicts another.
fn read_callback(query: &str) -> Option<(String, Callback)> {
    let (mut state, mut code, mut error, mut issuer) = (None, None, None, None);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let place = match name.as_ref() {
            "state" => &mut state,
            "code" => &mut code,
            "error" => &mut error,
            "iss" => &mut issuer,
            _ => continue,
        };
        if place.replace(value.into_owned()).is_some() {
            return None;
        }
    }
    let outcome = match (code, error) {
        (Some(code), None) => Ok(code),
        (None, Some(error)) => Err(error),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    Some((state?, Callback { outcome, issuer }))
}

/// Compares without telling by its time how much was right.
fn is_equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .expect("listens");
        stream.write_all(request.as_bytes()).await.expect("is read");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        answer
    }

    fn get(target: &str) -> String {
        format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    }

    async fn listening() -> (u16, tokio::task::JoinHandle<Callback>) {
        let loopback = Loopback::bind().await.expect("has a port");
        let port = loopback.port;
        let answer = tokio::spawn(loopback.answer("right", |c| c.issuer.as_deref() == Some("us")));
        (port, answer)
    }

    #[tokio::test]
    async fn the_right_state_brings_the_code() {
        let (port, answer) = listening().await;

        let page = ask(port, &get("/cb?code=c%20d&state=right&iss=us")).await;

        assert!(
            page.starts_with("HTTP/1.1 200") && page.contains("You can close this window"),
            "{page}"
        );
        assert_eq!(
            answer.await.expect("answers"),
            Callback {
                outcome: Ok("c d".into()),
                issuer: Some("us".into())
            }
        );
    }

    #[tokio::test]
    async fn nothing_but_the_answer_ends_the_wait() {
        let (port, answer) = listening().await;
        let idle = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .expect("listens");
        let mut half = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .expect("listens");
        half.write_all(b"GET /cb?code=x&state=right&iss=us HTTP/1.1\r\nHo")
            .await
            .expect("is read");

        for (request, status) in [
            (get("/cb?code=x&state=wrong&iss=us"), "400"),
            (get("/cb?code=x&state=&iss=us"), "400"),
            (get("/cb?code=x&iss=us"), "400"),
            (get("/cb?code=x&state=right"), "400"),
            (get("/cb?code=x&state=right&iss=them"), "400"),
            (get("/cb?code=x&code=y&state=right&iss=us"), "400"),
            (get("/cb?state=right&iss=us"), "400"),
            (get("/cb?code=x&error=no&state=right&iss=us"), "400"),
            (get("/cb"), "404"),
            (get("/"), "404"),
            (get("/favicon.ico"), "404"),
            (get("/cb/?code=x&state=right&iss=us"), "404"),
            (
                "POST /cb?code=x&state=right&iss=us HTTP/1.1\r\n\r\n".into(),
                "404",
            ),
            ("rubbish\r\n\r\n".into(), "404"),
        ] {
            let page = ask(port, &request).await;
            assert!(
                page.starts_with(&format!("HTTP/1.1 {status}")),
                "{request}: {page}"
            );
        }
        assert_eq!(ask(port, &"x".repeat(MAXIMUM_REQUEST_BYTES + 1)).await, "");
        assert!(!answer.is_finished());

        let page = ask(port, &get("/cb?error=access_denied&state=right&iss=us")).await;

        assert!(page.contains("You are not signed in"), "{page}");
        assert_eq!(
            answer.await.expect("answers").outcome,
            Err("access_denied".into())
        );
        drop((idle, half));
    }

    #[tokio::test]
    async fn a_thousand_hostile_requests_are_not_accepted() {
        let (port, answer) = listening().await;

        for n in 0..1000 {
            let page = ask(port, &get(&format!("/cb?code=x&state=righ{n}&iss=us"))).await;
            assert!(page.starts_with("HTTP/1.1 400"), "{page}");
        }

        assert!(!answer.is_finished());
        answer.abort();
    }

    #[tokio::test]
    async fn an_abandoned_wait_closes_the_port() {
        let (port, answer) = listening().await;

        answer.abort();
        let _ = answer.await;

        assert!(
            TcpStream::connect((Ipv4Addr::LOCALHOST, port))
                .await
                .is_err()
        );
    }
}
