//! Whether the server speaks TLS, and under which address people know it.

use clap::Args;
use guildhall_server::edge::{NotLoopback, Tls, TlsError, require_loopback};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::{Host, Url};

/// How machines other than this one reach the server.
#[derive(Debug, Args)]
pub(crate) struct TlsOptions {
    /// Certificate with its chain (PEM), from an authority that browsers trust; makes the server speak TLS.
    #[arg(
        long,
        value_name = "FILE",
        env = "GUILDHALL_TLS_CERT",
        requires = "tls_key"
    )]
    tls_cert: Option<PathBuf>,
    /// The key of the certificate (PEM).
    #[arg(
        long,
        value_name = "FILE",
        env = "GUILDHALL_TLS_KEY",
        requires = "tls_cert"
    )]
    tls_key: Option<PathBuf>,
    /// Speaks TLS with a certificate that the server makes itself, once, in its folder. Desktops learn it by invitation.
    #[arg(long, env = "GUILDHALL_TLS_SELF_MADE", conflicts_with_all = ["tls_cert", "tls_key"])]
    tls_self_made: bool,
    /// A name or address of this machine that the self-made certificate holds; may be given several times.
    #[arg(
        long,
        value_name = "NAME",
        env = "GUILDHALL_HOST",
        value_delimiter = ',',
        requires = "tls_self_made"
    )]
    host: Vec<String>,
    /// The address that people know the server by, when it is not the first host with the port listened on.
    #[arg(long, value_name = "URL", env = "GUILDHALL_PUBLIC_URL", value_parser = origin)]
    public_url: Option<Url>,
}

/// What was decided.
pub(crate) struct Door {
    /// How the server proves who it is, if it does.
    pub(crate) tls: Option<Tls>,
    /// The address that people know it by.
    pub(crate) origin: String,
}

/// Why the server cannot be reached so.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DoorError {
    #[error(transparent)]
    NotLoopback(#[from] NotLoopback),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("say where people find this server: --public-url https://guild.example.org")]
    NoPublicUrl,
    #[error("say under which name or address other machines find this one: --host 192.168.1.5")]
    NoHost,
    #[error("a public address needs TLS: --tls-cert FILE --tls-key FILE, or --tls-self-made")]
    PublicWithoutTls,
}

/// The address is none that a server can have.
#[derive(Debug, thiserror::Error)]
#[error("give an address such as https://guild.example.org, without anything behind it")]
pub(crate) struct OriginError;

fn origin(typed: &str) -> Result<Url, OriginError> {
    let url = Url::parse(typed.trim()).map_err(|_| OriginError)?;
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if url.scheme() == "https" && url.host().is_some() && is_bare {
        Ok(url)
    } else {
        Err(OriginError)
    }
}

impl TlsOptions {
    /// Refuses before anything is opened what can never work.
    pub(crate) fn check(&self, listen: SocketAddr) -> Result<(), DoorError> {
        if self.tls_cert.is_some() {
            return match self.public_url {
                Some(_) => Ok(()),
                None => Err(DoorError::NoPublicUrl),
            };
        }
        if self.tls_self_made {
            return self.hosts(listen).map(drop);
        }
        if self.public_url.is_some() {
            return Err(DoorError::PublicWithoutTls);
        }
        Ok(require_loopback(listen)?)
    }

    /// Reads or makes the certificate. `listen` is the address that is really listened on.
    pub(crate) fn open(
        &self,
        data: &Path,
        listen: SocketAddr,
        year: i32,
    ) -> Result<Door, DoorError> {
        self.check(listen)?;
        let (tls, origin) = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => {
                let public = self.public_url.as_ref().ok_or(DoorError::NoPublicUrl)?;
                (Tls::from_files(certificate, key)?, written(public))
            }
            _ if self.tls_self_made => {
                let hosts = self.hosts(listen)?;
                let origin = match (&self.public_url, hosts.first()) {
                    (Some(public), _) => written(public),
                    (None, Some(first)) => {
                        let host = first
                            .parse::<std::net::Ipv6Addr>()
                            .map_or_else(|_| first.clone(), |ip| format!("[{ip}]"));
                        // Read once more, so that case and a port that goes without saying are as everywhere.
                        let url = Url::parse(&format!("https://{host}:{}", listen.port()))
                            .map_err(|_| TlsError::Name(first.clone()))?;
                        written(&url)
                    }
                    (None, None) => return Err(DoorError::NoHost),
                };
                (Tls::self_made(data, &hosts, year)?, origin)
            }
            _ => {
                return Ok(Door {
                    tls: None,
                    origin: format!("http://localhost:{}", listen.port()),
                });
            }
        };
        Ok(Door {
            tls: Some(tls),
            origin,
        })
    }

    /// What the self-made certificate is for: what was named, or the one address that is listened on.
    fn hosts(&self, listen: SocketAddr) -> Result<Vec<String>, DoorError> {
        let mut hosts = self.host.clone();
        if let Some(host) = self.public_url.as_ref().and_then(Url::host) {
            let host = match host {
                Host::Domain(name) => name.to_owned(),
                Host::Ipv4(ip) => ip.to_string(),
                Host::Ipv6(ip) => ip.to_string(),
            };
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        if hosts.is_empty() {
            let ip = listen.ip().to_canonical();
            if ip.is_unspecified() {
                return Err(DoorError::NoHost);
            }
            hosts.push(ip.to_string());
        }
        Ok(hosts)
    }
}

fn written(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        tls: TlsOptions,
    }

    fn origin_of(arguments: &[&str], listen: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let arguments = std::iter::once(&"serve").chain(arguments);
        let options = Only::try_parse_from(arguments).map_err(|error| error.to_string())?;
        let listen = listen.parse().expect("is an address");
        options
            .tls
            .open(folder.path(), listen, 2026)
            .map(|door| door.origin)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn people_know_the_server_by_what_was_named() {
        for (arguments, listen, origin) in [
            (&[][..], "127.0.0.1:4810", "http://localhost:4810"),
            (
                &["--tls-self-made"],
                "192.168.1.5:4810",
                "https://192.168.1.5:4810",
            ),
            (&["--tls-self-made"], "[fd00::5]:443", "https://[fd00::5]"),
            (
                &[
                    "--tls-self-made",
                    "--host",
                    "Office.local",
                    "--host",
                    "192.168.1.5",
                ],
                "0.0.0.0:4810",
                "https://office.local:4810",
            ),
            (
                &[
                    "--tls-self-made",
                    "--public-url",
                    "https://guild.example:8443/",
                ],
                "0.0.0.0:4810",
                "https://guild.example:8443",
            ),
        ] {
            assert_eq!(
                origin_of(arguments, listen).as_deref(),
                Ok(origin),
                "{arguments:?}"
            );
        }
    }

    #[test]
    fn what_cannot_work_is_refused_with_the_next_step() {
        for (arguments, listen, word) in [
            (&[][..], "0.0.0.0:4810", "--tls-self-made"),
            (&[], "192.168.1.5:4810", "--tls-cert"),
            (&["--tls-self-made"], "0.0.0.0:4810", "--host"),
            (&["--tls-cert", "a.pem"], "0.0.0.0:4810", "--tls-key"),
            (
                &["--tls-cert", "a.pem", "--tls-key", "b.pem"],
                "0.0.0.0:4810",
                "--public-url",
            ),
            (
                &["--tls-self-made", "--host", "not a name"],
                "0.0.0.0:4810",
                "not a name",
            ),
            (
                &["--public-url", "https://guild.example"],
                "127.0.0.1:4810",
                "needs TLS",
            ),
            (
                &["--tls-self-made", "--public-url", "http://guild.example"],
                "127.0.0.1:4810",
                "https://guild.example.org",
            ),
            (
                &[
                    "--tls-self-made",
                    "--public-url",
                    "https://guild.example/market",
                ],
                "127.0.0.1:4810",
                "without anything behind it",
            ),
            (&["--host", "office"], "127.0.0.1:4810", "--tls-self-made"),
        ] {
            let said = origin_of(arguments, listen).expect_err("is refused");
            assert!(said.contains(word), "{arguments:?}: {said}");
        }
    }
}
