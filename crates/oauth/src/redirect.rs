//! Where an answer may be sent: to a port on the same machine, and nowhere else (RFC 8252 §7.3).

/// The address of the machine itself, in its two spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `127.0.0.1`
    V4,
    /// `[::1]`
    V6,
}

/// A redirect to a desktop that listens on this machine: `http://127.0.0.1:PORT/cb`.
///
/// Any port is good, because the desktop takes the one that the system gives it. All else is
/// fixed. `localhost` is refused: what it means is up to a resolver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoopbackRedirect {
    host: Host,
    port: u16,
}

/// A redirect address that is not one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the redirect address must be http://127.0.0.1:PORT/cb or http://[::1]:PORT/cb")]
pub struct RedirectError;

impl LoopbackRedirect {
    /// Accepts exactly the two spellings, character by character.
    pub fn parse(uri: &str) -> Result<Self, RedirectError> {
        let (host, rest) = if let Some(rest) = uri.strip_prefix("http://127.0.0.1:") {
            (Host::V4, rest)
        } else if let Some(rest) = uri.strip_prefix("http://[::1]:") {
            (Host::V6, rest)
        } else {
            return Err(RedirectError);
        };
        let digits = rest.strip_suffix("/cb").ok_or(RedirectError)?;
        // `u16::from_str` would take a plus sign and leading zeros.
        if digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RedirectError);
        }
        let port = digits.parse().map_err(|_| RedirectError)?;
        Ok(Self { host, port })
    }

    /// In which spelling the address was given.
    pub fn host(self) -> Host {
        self.host
    }

    /// The redirect with an answer in its query.
    pub fn with_answer(self, answer: &[(&str, &str)]) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(answer)
            .finish();
        format!("{self}?{query}")
    }
}

impl std::fmt::Display for LoopbackRedirect {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.host {
            Host::V4 => write!(formatter, "http://127.0.0.1:{}/cb", self.port),
            Host::V6 => write!(formatter, "http://[::1]:{}/cb", self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_loopback_addresses_with_a_port_are_good() {
        for (uri, is_good) in [
            ("http://127.0.0.1:49152/cb", true),
            ("http://127.0.0.1:1/cb", true),
            ("http://127.0.0.1:65535/cb", true),
            ("http://[::1]:8080/cb", true),
            ("http://127.0.0.1:65536/cb", false),
            ("http://127.0.0.1:0/cb", false),
            ("http://127.0.0.1:/cb", false),
            ("http://127.0.0.1:+80/cb", false),
            ("http://127.0.0.1:080/cb", false),
            ("http://127.0.0.1/cb", false),
            ("http://127.0.0.1:80/cb/", false),
            ("http://127.0.0.1:80/cb?x=1", false),
            ("http://127.0.0.1:80/cb#x", false),
            ("http://127.0.0.1:80/CB", false),
            ("http://127.0.0.1:80/other", false),
            ("https://127.0.0.1:80/cb", false),
            ("HTTP://127.0.0.1:80/cb", false),
            ("http://localhost:80/cb", false),
            ("http://127.0.0.2:80/cb", false),
            ("http://127.1:80/cb", false),
            ("http://127.0.0.1:80@evil.example/cb", false),
            ("http://user@127.0.0.1:80/cb", false),
            ("http://127.0.0.1.evil.example:80/cb", false),
            ("http://[::ffff:127.0.0.1]:80/cb", false),
            (" http://127.0.0.1:80/cb", false),
            ("http://127.0.0.1:80/cb\n", false),
            ("guildhall://cb", false),
            ("", false),
        ] {
            assert_eq!(LoopbackRedirect::parse(uri).is_ok(), is_good, "{uri}");
        }
    }

    #[test]
    fn what_was_parsed_is_written_as_it_came() {
        for uri in ["http://127.0.0.1:49152/cb", "http://[::1]:8080/cb"] {
            assert_eq!(
                LoopbackRedirect::parse(uri).expect("is good").to_string(),
                uri
            );
        }
    }

    #[test]
    fn an_answer_is_encoded_into_the_query() {
        let redirect = LoopbackRedirect::parse("http://127.0.0.1:80/cb").expect("is good");

        let address = redirect.with_answer(&[("code", "a b"), ("state", "x&y=\r\n")]);

        assert_eq!(
            address,
            "http://127.0.0.1:80/cb?code=a+b&state=x%26y%3D%0D%0A"
        );
    }
}
