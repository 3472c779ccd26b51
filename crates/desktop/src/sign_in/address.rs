//! The server's address as a person types it, read kindly.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The port a server listens on unless its operator chose another.
pub const DEFAULT_PORT: u16 = 4810;

/// The origin of a server: plain HTTP on this computer, the only kind there is until servers speak TLS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerAddress {
    host: String,
    port: u16,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("Type the server's address, for example localhost:4810.")]
    Empty,
    /// It cannot be read as an address.
    #[error("This is not a server address. Type it like localhost:4810.")]
    Malformed,
    /// It names another computer, or asks for a scheme that is not spoken.
    #[error(
        "This version only reaches a server on this computer, over http. Type it like localhost:4810."
    )]
    NotThisComputer,
}

impl ServerAddress {
    /// Reads what a person typed: scheme, port, case, blanks and a slash at the end do not matter.
    pub fn parse(typed: &str) -> Result<Self, AddressError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(AddressError::Empty);
        }
        let rest = match typed.split_once("://") {
            None => typed,
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some(_) => return Err(AddressError::NotThisComputer),
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
        let port = if names_a_port {
            url.port_or_known_default().unwrap_or(DEFAULT_PORT)
        } else {
            DEFAULT_PORT
        };
        Self::from_parts(&url, port)
    }

    /// Reads an origin that a machine wrote; unlike [`Self::parse`] it adds no port of its own.
    pub(super) fn from_url(url: &Url) -> Result<Self, AddressError> {
        if url.scheme() != "http" {
            return Err(AddressError::NotThisComputer);
        }
        Self::from_parts(url, url.port_or_known_default().unwrap_or(80))
    }

    fn from_parts(url: &Url, port: u16) -> Result<Self, AddressError> {
        let (is_loopback, host) = match url.host().ok_or(AddressError::Malformed)? {
            Host::Domain(name) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                (name == "localhost", name.to_owned())
            }
            Host::Ipv4(ip) => (ip.is_loopback(), ip.to_string()),
            Host::Ipv6(ip) => (ip.is_loopback(), format!("[{ip}]")),
        };
        if port == 0 {
            return Err(AddressError::Malformed);
        }
        if is_loopback {
            Ok(Self { host, port })
        } else {
            Err(AddressError::NotThisComputer)
        }
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
            port: self.port,
        }
        .to_string()
    }

    /// Whether both name the same door of this computer, `localhost` and `127.0.0.1` being one.
    pub(super) fn is_same_door(&self, other: &Self) -> bool {
        self.port == other.port
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
        if self.port == 80 {
            write!(formatter, "http://{}", self.host)
        } else {
            write!(formatter, "http://{}:{}", self.host, self.port)
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
            ("https://localhost:4810", AddressError::NotThisComputer),
            ("ftp://localhost", AddressError::NotThisComputer),
            ("guild.example.org", AddressError::NotThisComputer),
            ("192.168.1.4:4810", AddressError::NotThisComputer),
            ("0.0.0.0:4810", AddressError::NotThisComputer),
            ("localhost.evil.example:4810", AddressError::NotThisComputer),
            ("user@localhost:4810", AddressError::Malformed),
            ("localhost:99999", AddressError::Malformed),
            ("localhost:0", AddressError::Malformed),
            ("local host", AddressError::Malformed),
            ("://", AddressError::NotThisComputer),
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
    }
}
