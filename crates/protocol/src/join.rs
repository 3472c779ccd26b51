//! How somebody is asked to join: a link with the server's address, what its key must be, and a code to register with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use url::Url;

/// How the link begins.
pub const SCHEME: &str = "guildhall";
/// The most letters of a link; a real one has under 200.
const MAXIMUM: usize = 1024;

/// What a server's key must be: the SHA-256 of its public key (the certificate's `SubjectPublicKeyInfo`). No secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pin([u8; 32]);

/// This is no pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pin is 43 letters, digits, dashes and underscores")]
pub struct PinError;

impl Pin {
    /// The pin of a public key, given as the DER of its `SubjectPublicKeyInfo`.
    pub fn of(public_key: &[u8]) -> Self {
        Self(Sha256::digest(public_key).into())
    }
}

impl FromStr for Pin {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| PinError)?;
        bytes.try_into().map(Self).map_err(|_| PinError)
    }
}

impl TryFrom<String> for Pin {
    type Error = PinError;

    fn try_from(text: String) -> Result<Self, PinError> {
        text.parse()
    }
}

impl From<Pin> for String {
    fn from(pin: Pin) -> Self {
        pin.to_string()
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pin({self})")
    }
}

/// A link to join with: `guildhall://join?server=…&pin=…&code=…`.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinLink {
    /// The server's address, as it calls itself.
    pub server: String,
    /// What its key must be, where no authority vouches for it.
    pub pin: Option<Pin>,
    /// What the person registers with.
    pub code: Option<String>,
}

/// Why a link cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// It is something else.
    #[error("this is no invitation link")]
    Other,
    /// It is one, but parts of it are missing or damaged.
    #[error("this invitation link is not complete")]
    Damaged,
}

impl JoinLink {
    /// Whether a text wants to be such a link.
    pub fn is_meant(text: &str) -> bool {
        let text = text.trim();
        text.split_once(':').is_some_and(|(scheme, rest)| {
            scheme.eq_ignore_ascii_case(SCHEME) && rest.starts_with("//")
        })
    }
}

impl FromStr for JoinLink {
    type Err = JoinError;

    fn from_str(text: &str) -> Result<Self, JoinError> {
        let text = text.trim();
        if !Self::is_meant(text) {
            return Err(JoinError::Other);
        }
        if text.len() > MAXIMUM {
            return Err(JoinError::Damaged);
        }
        let url = Url::parse(text).map_err(|_| JoinError::Damaged)?;
        if url.host_str() != Some("join") {
            return Err(JoinError::Other);
        }
        let (mut server, mut pin, mut code) = (None, None, None);
        for (name, value) in url.query_pairs() {
            // What a later version adds is left out.
            let part = match &*name {
                "server" => &mut server,
                "pin" => &mut pin,
                "code" => &mut code,
                _ => continue,
            };
            if part.replace(value.into_owned()).is_some() {
                return Err(JoinError::Damaged);
            }
        }
        Ok(Self {
            server: server
                .filter(|server| !server.is_empty())
                .ok_or(JoinError::Damaged)?,
            pin: pin
                .map(|pin| pin.parse().map_err(|_| JoinError::Damaged))
                .transpose()?,
            code: code.filter(|code| !code.is_empty()),
        })
    }
}

impl fmt::Display for JoinLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("server", &self.server);
        if let Some(pin) = &self.pin {
            query.append_pair("pin", &pin.to_string());
        }
        if let Some(code) = &self.code {
            query.append_pair("code", code);
        }
        write!(formatter, "{SCHEME}://join?{}", query.finish())
    }
}

// The code is as good as an account.
impl fmt::Debug for JoinLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("JoinLink")
            .field("server", &self.server)
            .field("pin", &self.pin)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> JoinLink {
        JoinLink {
            server: "https://192.168.1.5:4810".to_owned(),
            pin: Some(Pin::of(b"a key")),
            code: Some("ABCDE-FGHJK-LMNPQ-RSTUV".to_owned()),
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_written() {
        let bare = JoinLink {
            pin: None,
            code: None,
            ..link()
        };
        for link in [link(), bare] {
            assert_eq!(link.to_string().parse(), Ok(link.clone()), "{link}");
            assert_eq!(format!("  {link}\n").parse(), Ok(link));
        }
        let later = format!("{}&theme=dark", link());
        assert_eq!(later.parse(), Ok(link()));
    }

    #[test]
    fn what_is_no_whole_link_is_refused() {
        let whole = link().to_string();
        for (text, error) in [
            ("", JoinError::Other),
            ("https://join?server=x", JoinError::Other),
            ("guildhall:join", JoinError::Other),
            ("guildhall://leave?server=x", JoinError::Other),
            ("guildhall://join", JoinError::Damaged),
            ("guildhall://join?server=", JoinError::Damaged),
            ("guildhall://join?server=a&server=b", JoinError::Damaged),
            ("guildhall://join?server=a&pin=short", JoinError::Damaged),
            (&whole.replace("pin=", "pin=A"), JoinError::Damaged),
            (&format!("{whole}{}", "x".repeat(2000)), JoinError::Damaged),
        ] {
            assert_eq!(text.parse::<JoinLink>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_code_is_not_printed() {
        assert!(!format!("{:?}", link()).contains("ABCDE"));
    }

    #[test]
    fn a_pin_is_43_letters_in_a_file_too() {
        let pin = Pin::of(b"a key");
        assert_eq!(pin.to_string().len(), 43);
        let written = serde_json::to_string(&pin).expect("is written");
        assert_eq!(serde_json::from_str::<Pin>(&written).ok(), Some(pin));
        assert!(serde_json::from_str::<Pin>("\"x\"").is_err());
    }
}
