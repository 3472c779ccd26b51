//! A server as this app knows it: where it is, and what its key must be where no authority vouches for it.

use super::address::{AddressError, ServerAddress};
use guildhall_protocol::join::{JoinLink, Pin};

/// A server with what must be known to trust it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Where it is.
    pub address: ServerAddress,
    /// What its key must be; none where the system's authorities decide.
    pub pin: Option<Pin>,
}

impl Server {
    /// A server; over plain HTTP there is no key to know.
    pub fn new(address: ServerAddress, pin: Option<Pin>) -> Self {
        let pin = pin.filter(|_| address.is_secure());
        Self { address, pin }
    }
}

impl From<ServerAddress> for Server {
    fn from(address: ServerAddress) -> Self {
        Self::new(address, None)
    }
}

/// What a person put into the server's field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// An address. What is known of the server already goes on to count.
    Address(ServerAddress),
    /// An invitation: it says what is known of the server from now on.
    Invitation {
        /// The server.
        server: Server,
        /// What to register with.
        code: Option<String>,
    },
}

impl Named {
    /// Reads an address or an invitation link.
    pub(crate) fn parse(typed: &str) -> Result<Self, AddressError> {
        if !JoinLink::is_meant(typed) {
            return Ok(Self::Address(ServerAddress::parse(typed)?));
        }
        let link: JoinLink = typed.parse().map_err(|_| AddressError::Invitation)?;
        let address = ServerAddress::parse(&link.server).map_err(|_| AddressError::Invitation)?;
        Ok(Self::Invitation {
            server: Server::new(address, link.pin),
            code: link.code,
        })
    }

    /// Where the server is.
    pub(crate) fn address(&self) -> &ServerAddress {
        match self {
            Self::Address(address) => address,
            Self::Invitation { server, .. } => &server.address,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_or_an_address_may_stand_in_the_field() {
        let pin = Pin::of(b"key");
        let link = JoinLink {
            server: "https://192.168.1.5:4810".to_owned(),
            pin: Some(pin),
            code: Some("ABCDE".to_owned()),
        };

        let named = Named::parse(&format!(" {link}\n")).expect("is one");
        let address = ServerAddress::parse("192.168.1.5:4810").expect("is good");
        assert_eq!(
            named,
            Named::Invitation {
                server: Server::new(address.clone(), Some(pin)),
                code: Some("ABCDE".to_owned()),
            }
        );
        assert_eq!(named.address(), &address);
        assert_eq!(
            Named::parse("192.168.1.5:4810"),
            Ok(Named::Address(address))
        );
    }

    #[test]
    fn half_an_invitation_says_what_to_do() {
        for typed in [
            "guildhall://join?server=",
            "guildhall://join?server=ftp://a",
            "guildhall://join?server=http://guild.example",
        ] {
            assert_eq!(
                Named::parse(typed),
                Err(AddressError::Invitation),
                "{typed}"
            );
        }
    }

    #[test]
    fn plain_http_has_no_key_to_know() {
        let here = ServerAddress::parse("localhost:4810").expect("is good");
        assert_eq!(Server::new(here, Some(Pin::of(b"key"))).pin, None);
    }
}
