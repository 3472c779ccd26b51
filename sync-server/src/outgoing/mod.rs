//! The only way in which the server calls others: guarded, so that nobody makes it call what only it can reach.
//!
//! What is called may be named by somebody else, as a provider names its own endpoints. So every call is by https, follows no redirect,
//! ends soon and takes little; and the address that a name leads to is looked at after it was looked up, and is the one that is called.

mod address;

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, Response};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};

use address::is_allowed;

/// How long a call takes at most, with all that belongs to it.
const LIMIT: Duration = Duration::from_secs(10);
/// How long a connection takes at most.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// The longest answer, in bytes.
const ANSWER_MAXIMUM: usize = 1024 * 1024;

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The client could not be made.
    #[error("the system's authorities cannot be used")]
    Unusable(#[source] reqwest::Error),
    /// It is no address, or not one to call by https.
    #[error("only https addresses are called")]
    Address,
    /// It leads into a network that the operator has not named.
    #[error(
        "the address leads into a network of its own, which the file of providers does not name"
    )]
    Forbidden,
    /// It took too long.
    #[error("there is no answer in time")]
    Slow,
    /// The answer is too long.
    #[error("the answer is too long")]
    TooLong,
    /// Whoever answers says that they cannot.
    #[error("whoever answers fails ({0})")]
    Failing(u16),
    /// No connection, or none that can be trusted.
    #[error("there is no connection, or none that can be trusted")]
    Unreachable(#[source] reqwest::Error),
}

/// A client that calls what is public, and networks that the operator named.
#[derive(Debug, Clone)]
pub struct Outgoing {
    client: reqwest::Client,
    networks: Arc<[IpNet]>,
}

impl Outgoing {
    /// Makes a client that may call these networks too. Without TLS it calls this machine only, and only if that is one of them.
    ///
    /// # Errors
    /// [`OutgoingError::Unusable`] when the system's authorities cannot be read.
    pub fn new(networks: &[IpNet]) -> Result<Self, OutgoingError> {
        let networks: Arc<[IpNet]> = networks.into();
        let client = reqwest::Client::builder()
            .user_agent("guildhall-server")
            .redirect(Policy::none())
            // A proxy would look up the name once more.
            .no_proxy()
            // Calls are rare; a connection that waited may be closed by the time that it is used.
            .pool_max_idle_per_host(0)
            .timeout(LIMIT)
            .connect_timeout(CONNECT_LIMIT)
            .dns_resolver(Arc::new(Guard(Arc::clone(&networks))))
            .build()
            .map_err(OutgoingError::Unusable)?;
        Ok(Self { client, networks })
    }

    /// Makes one call.
    ///
    /// # Errors
    /// [`OutgoingError`] when there is no whole answer, or must be none.
    pub async fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, OutgoingError> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| OutgoingError::Address)?;
        self.check(&url)?;
        let request = reqwest::Request::try_from(request).map_err(|_| OutgoingError::Address)?;
        let mut answer = self.client.execute(request).await.map_err(explain)?;
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(explain)? {
            if body.len() + piece.len() > ANSWER_MAXIMUM {
                return Err(OutgoingError::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }

    /// Looks at what can be seen before anything is looked up. An address that is written out never reaches the guard.
    pub(crate) fn check(&self, url: &Url) -> Result<(), OutgoingError> {
        let address = match url.host() {
            None => return Err(OutgoingError::Address),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        };
        let is_plain_here =
            url.scheme() == "http" && address.is_some_and(|address| address.is_loopback());
        let has_name = !url.username().is_empty() || url.password().is_some();
        if has_name || (url.scheme() != "https" && !is_plain_here) {
            return Err(OutgoingError::Address);
        }
        match address {
            Some(address) if !is_allowed(address, &self.networks) => Err(OutgoingError::Forbidden),
            Some(_) | None => Ok(()),
        }
    }
}

/// Finds what went wrong beneath what the client says of it.
fn explain(error: reqwest::Error) -> OutgoingError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if inner.is::<Nowhere>() {
            return OutgoingError::Forbidden;
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        return OutgoingError::Slow;
    }
    OutgoingError::Unreachable(error)
}

/// A name led to nothing that may be called.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address that may be called")]
struct Nowhere;

/// Looks names up and hands on only what may be called; the connection is made to what was handed on.
#[derive(Debug)]
struct Guard(Arc<[IpNet]>);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|found| is_allowed(found.ip(), &networks))
                .collect();
            if allowed.is_empty() {
                return Err(Nowhere.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(networks: &[&str]) -> Outgoing {
        let networks: Vec<IpNet> = networks
            .iter()
            .map(|net| net.parse().expect("is a network"))
            .collect();
        Outgoing::new(&networks).expect("is made")
    }

    fn checked(client: &Outgoing, url: &str) -> &'static str {
        match client.check(&Url::parse(url).expect(url)) {
            Ok(()) => "called",
            Err(OutgoingError::Forbidden) => "forbidden",
            Err(OutgoingError::Address) => "no address",
            Err(error) => panic!("{url}: {error}"),
        }
    }

    #[test]
    fn an_address_is_known_however_it_is_spelled() {
        let client = client(&[]);
        for (url, expected) in [
            ("https://id.example.org/token", "called"),
            ("https://1.1.1.1/", "called"),
            ("https://[2606:4700::1111]/", "called"),
            ("http://id.example.org/token", "no address"),
            ("http://127.0.0.1/", "forbidden"),
            ("ftp://id.example.org/", "no address"),
            ("file:///etc/passwd", "no address"),
            ("https://mira:secret@id.example.org/", "no address"),
            ("https://127.0.0.1/", "forbidden"),
            ("https://127.1/", "forbidden"),
            ("https://2130706433/", "forbidden"),
            ("https://0x7f000001/", "forbidden"),
            ("https://0x7f.0.0.1/", "forbidden"),
            ("https://0177.0.0.1/", "forbidden"),
            ("https://0177.0.1/", "forbidden"),
            ("https://127.0.0.1./", "forbidden"),
            ("https://%31%32%37.0.0.1/", "forbidden"),
            ("https://１２７.０.０.１/", "forbidden"),
            ("https://127。0。0。1/", "forbidden"),
            ("https://0/", "forbidden"),
            ("https://2852039166/latest/meta-data", "forbidden"),
            ("https://0xa9fea9fe/", "forbidden"),
            ("https://[::1]/", "forbidden"),
            ("https://[::]/", "forbidden"),
            ("https://[::ffff:127.0.0.1]/", "forbidden"),
            ("https://[::ffff:7f00:1]/", "forbidden"),
            ("https://[0:0:0:0:0:ffff:a9fe:a9fe]/", "forbidden"),
            ("https://[64:ff9b::7f00:1]/", "forbidden"),
            ("https://[fd00:ec2::254]/", "forbidden"),
            ("https://[fe80::1]/", "forbidden"),
        ] {
            assert_eq!(checked(&client, url), expected, "{url}");
        }
    }

    #[test]
    fn without_tls_only_this_machine_is_called_and_only_if_it_is_named() {
        let client = client(&["127.0.0.0/8", "10.0.0.0/8"]);
        for (url, expected) in [
            ("http://127.0.0.1:8460/", "called"),
            ("https://127.0.0.1:8460/", "called"),
            ("http://[::1]:8460/", "forbidden"),
            ("http://10.0.0.1/", "no address"),
            ("https://10.0.0.1/", "called"),
            // What a name leads to is not known before it is looked up.
            ("http://localhost:8460/", "no address"),
        ] {
            assert_eq!(checked(&client, url), expected, "{url}");
        }
    }

    fn get(url: &str) -> Request<Vec<u8>> {
        Request::get(url).body(Vec::new()).expect("is a request")
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_called() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("listens");
        listener.set_nonblocking(true).expect("does not wait");
        let port = listener.local_addr().expect("has an address").port();

        let answer = client(&[])
            .send(get(&format!("https://localhost:{port}/")))
            .await;

        assert!(
            matches!(answer, Err(OutgoingError::Forbidden)),
            "{answer:?}"
        );
        assert!(listener.accept().is_err(), "nobody connected");
    }

    /// A server that gives one answer to everybody.
    async fn answering(answer: Vec<u8>) -> (Outgoing, String) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("listens");
        let address = listener.local_addr().expect("has an address");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut asked = [0; 1024];
                let _ = stream.read(&mut asked).await;
                // The client may have heard enough before the end.
                let _ = stream.write_all(&answer).await;
            }
        });
        (client(&["127.0.0.1/32"]), format!("http://{address}/"))
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let answer =
            "HTTP/1.1 302 Found\r\nlocation: https://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
        let (client, url) = answering(answer.into()).await;

        let answer = client.send(get(&url)).await.expect("answers");

        assert_eq!(answer.status(), 302);
    }

    #[tokio::test]
    async fn an_answer_without_end_is_left() {
        let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        answer.resize(3 * ANSWER_MAXIMUM, b'a');
        let (client, url) = answering(answer).await;

        let answer = client.send(get(&url)).await;

        assert!(matches!(answer, Err(OutgoingError::TooLong)));
    }
}
