//! The server's address as a person types it, read kindly.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The port a server listens on unless its operator chose another.
pub const DEFAULT_PORT: u16 = 4810;

/// The origin of a server: over TLS, or in plain on this computer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerAddress {
    is_secure: bool,
    host: String,
    port: u16,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("Type the server's address, or paste an invitation.")]
    Empty,
    /// It cannot be read as an address.
    #[error("This is not a server address. Type it like guild.example.org or localhost:4810.")]
    Malformed,
    /// It asks for plain HTTP to another computer.
    #[error(
        "Another computer is only reached over https. Leave http:// out, or ask whoever runs the server for an invitation."
    )]
    Plain,
    /// It asks for something that is not spoken.
    #[error("This is not a server address. Type it like guild.example.org or localhost:4810.")]
    Scheme,
    /// It is half an invitation.
    #[error("This invitation is not complete. Copy the whole link, from guildhall:// to its end.")]
    Invitation,
}

/// How a server is spoken to, as far as the person said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
    Unsaid,
}

impl ServerAddress {
    /// Reads what a person typed: scheme, port, case, blanks and a slash at the end do not matter.
    pub fn parse(typed: &str) -> Result<Self, AddressError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(AddressError::Empty);
        }
        let (scheme, rest) = match typed.split_once("://") {
            None => (Scheme::Unsaid, typed),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
            Some(_) => return Err(AddressError::Scheme),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(AddressError::Malformed);
        }
        // `Url` drops a port 80 that was typed, so whether there is one is seen in the text.
        let names_a_port = authority
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
        let url =
            Url::parse(&format!("http://{authority}")).map_err(|_| AddressError::Malformed)?;
        let port = names_a_port.then(|| url.port_or_known_default()).flatten();
        Self::from_parts(&url, scheme, port)
    }

    /// Reads an origin that a machine wrote; unlike [`Self::parse`] it adds no port of its own.
    pub(super) fn from_url(url: &Url) -> Result<Self, AddressError> {
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(AddressError::Scheme),
        };
        Self::from_parts(url, scheme, url.port_or_known_default())
    }

    fn from_parts(url: &Url, scheme: Scheme, port: Option<u16>) -> Result<Self, AddressError> {
        let (is_loopback, host) = match url.host().ok_or(AddressError::Malformed)? {
            Host::Domain(name) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                (name == "localhost", name.to_owned())
            }
            Host::Ipv4(ip) => (ip.is_loopback(), ip.to_string()),
            Host::Ipv6(ip) => (ip.is_loopback(), format!("[{ip}]")),
        };
        let is_secure = match scheme {
            Scheme::Http if is_loopback => false,
            Scheme::Http => return Err(AddressError::Plain),
            Scheme::Https => true,
            Scheme::Unsaid => !is_loopback,
        };
        let port = port.unwrap_or(if is_secure { 443 } else { DEFAULT_PORT });
        if port == 0 || host == "0.0.0.0" || host == "[::]" {
            return Err(AddressError::Malformed);
        }
        Ok(Self {
            is_secure,
            host,
            port,
        })
    }

    /// Whether it is spoken to over TLS.
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The name or address of its computer; an IPv6 address without brackets.
    pub(crate) fn host(&self) -> &str {
        self.host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(&self.host)
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The address of a path on this server.
    pub fn join(&self, path: &str) -> String {
        format!("{self}{path}")
    }

    /// The address with the usual name of this computer, however that was spelled: the name of a server's entries.
    pub(super) fn usual(&self) -> String {
        let host = if self.is_usual() {
            "localhost"
        } else {
            &self.host
        };
        Self {
            host: host.to_owned(),
            ..self.clone()
        }
        .to_string()
    }

    /// Whether both name the same door of this computer, `localhost` and `127.0.0.1` being one.
    pub(super) fn is_same_door(&self, other: &Self) -> bool {
        self.is_secure == other.is_secure
            && self.port == other.port
            && (self.host == other.host || (self.is_usual() && other.is_usual()))
    }

    fn is_usual(&self) -> bool {
        self.host == "localhost"
            || self.host == Ipv4Addr::LOCALHOST.to_string()
            || self.host == format!("[{}]", Ipv6Addr::LOCALHOST)
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual_port) = if self.is_secure {
            ("https", 443)
        } else {
            ("http", 80)
        };
        write!(formatter, "{scheme}://{}", self.host)?;
        if self.port == usual_port {
            Ok(())
        } else {
            write!(formatter, ":{}", self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        for (typed, read) in [
            ("localhost:4810", "http://localhost:4810"),
            ("  http://localhost:4810/  ", "http://localhost:4810"),
            ("LOCALHOST:4810/", "http://localhost:4810"),
            (
                "HTTP://Localhost:9000/login?next=/",
                "http://localhost:9000",
            ),
            ("localhost", "http://localhost:4810"),
            ("http://localhost", "http://localhost:4810"),
            ("localhost:80", "http://localhost"),
            ("127.0.0.1", "http://127.0.0.1:4810"),
            ("127.0.0.1:1234", "http://127.0.0.1:1234"),
            ("[::1]:4810", "http://[::1]:4810"),
            ("[::1]", "http://[::1]:4810"),
            ("localhost.:4810", "http://localhost:4810"),
            ("https://localhost:4810", "https://localhost:4810"),
            ("guild.example.org", "https://guild.example.org"),
            ("HTTPS://Guild.Example.org/", "https://guild.example.org"),
            ("guild.example.org:4810", "https://guild.example.org:4810"),
            ("192.168.1.4:4810", "https://192.168.1.4:4810"),
            ("[fd00::5]:4810", "https://[fd00::5]:4810"),
            ("office", "https://office"),
            (
                "localhost.evil.example:4810",
                "https://localhost.evil.example:4810",
            ),
        ] {
            assert_eq!(
                ServerAddress::parse(typed).map(|a| a.to_string()),
                Ok(read.to_owned()),
                "{typed}"
            );
        }
    }

    #[test]
    fn what_cannot_work_is_refused_with_its_reason() {
        for (typed, reason) in [
            ("", AddressError::Empty),
            ("   ", AddressError::Empty),
            ("ftp://localhost", AddressError::Scheme),
            ("http://guild.example.org", AddressError::Plain),
            ("http://192.168.1.4:4810", AddressError::Plain),
            ("http://localhost.evil.example", AddressError::Plain),
            ("0.0.0.0:4810", AddressError::Malformed),
            ("https://[::]:4810", AddressError::Malformed),
            ("user@localhost:4810", AddressError::Malformed),
            ("localhost:99999", AddressError::Malformed),
            ("localhost:0", AddressError::Malformed),
            ("local host", AddressError::Malformed),
            ("://", AddressError::Scheme),
            ("http://", AddressError::Malformed),
        ] {
            assert_eq!(ServerAddress::parse(typed), Err(reason), "{typed}");
        }
    }

    #[test]
    fn the_spellings_of_this_computer_are_one_door() {
        let read = |typed| ServerAddress::parse(typed).expect("is good");

        assert!(read("localhost:1").is_same_door(&read("127.0.0.1:1")));
        assert!(read("[::1]:1").is_same_door(&read("localhost:1")));
        assert!(!read("localhost:1").is_same_door(&read("localhost:2")));
        assert!(!read("localhost:1").is_same_door(&read("127.0.0.2:1")));
        assert!(!read("localhost:1").is_same_door(&read("https://localhost:1")));
    }
}
