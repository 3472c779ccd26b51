//! The mail server of the operator.

use std::net::IpAddr;
use std::time::Duration;

use lettre::address::{Address, AddressError, Envelope};
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

/// How long a mail server may take for one command.
const LIMIT: Duration = Duration::from_secs(20);

/// What a mail server says when it is not about the letter: it goes away, or wants another sign-in.
const ABOUT_US: [u16; 6] = [421, 454, 530, 534, 535, 538];

/// A mail server and whom letters come from.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a mail server cannot be used as it is named.
#[derive(Debug, thiserror::Error)]
pub enum SmtpConfigError {
    /// Its address makes no sense. It is not repeated: it holds a password.
    #[error(
        "the address of the mail server is not one, such as smtps://user:password@mail.example.org"
    )]
    Address,
    /// Passwords and letters would cross the network for all to read.
    #[error(
        "a mail server on another computer is spoken to over TLS only: smtps://… or smtp://…?tls=required"
    )]
    Plain,
    /// Nobody could answer.
    #[error("letters need an address that they come from, such as \"Market <market@example.org>\"")]
    From(#[source] AddressError),
}

/// Why a letter was not taken. What the mail server says beside its number is left out: it may repeat what it was told in confidence.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// The address cannot be written to.
    #[error("the address cannot be written to")]
    To(#[source] AddressError),
    /// The mail server does not know how to carry it.
    #[error("the mail server cannot carry this letter")]
    Unfit,
    /// The mail server did not answer in time.
    #[error("the mail server takes too long")]
    Slow,
    /// No connection, or none that can be trusted.
    #[error("the mail server cannot be reached, or its certificate is not good")]
    Unreachable(#[source] lettre::transport::smtp::Error),
    /// The mail server wants another name or password.
    #[error("the mail server does not accept the name and the password ({0})")]
    SignIn(u16),
    /// The mail server said no.
    #[error("the mail server refused it ({0})")]
    Refused(u16),
}

impl From<lettre::transport::smtp::Error> for SmtpError {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        match error.status().map(u16::from) {
            Some(status @ (530 | 534 | 535 | 538)) => Self::SignIn(status),
            Some(status) => Self::Refused(status),
            None if error.is_timeout() => Self::Slow,
            None if error.is_client() => Self::Unfit,
            None => Self::Unreachable(error),
        }
    }
}

impl SmtpError {
    /// Whether another letter may fare better at once.
    pub(super) fn is_about_one_letter(&self) -> bool {
        match self {
            Self::To(_) | Self::Unfit => true,
            Self::Refused(status) => !ABOUT_US.contains(status),
            Self::Slow | Self::Unreachable(_) | Self::SignIn(_) => false,
        }
    }
}

impl Smtp {
    /// Checks the address of a mail server, such as `smtps://user:password@host`, and whom letters come from.
    ///
    /// # Errors
    /// [`SmtpConfigError`] when one of them is no good.
    pub fn new(url: &str, from: &str) -> Result<Self, SmtpConfigError> {
        let parsed = url::Url::parse(url).map_err(|_| SmtpConfigError::Address)?;
        let host = parsed.host_str().ok_or(SmtpConfigError::Address)?;
        let is_here = host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        let demands_tls = parsed
            .query_pairs()
            .any(|(name, value)| name == "tls" && value == "required");
        match parsed.scheme() {
            "smtps" => {}
            "smtp" if demands_tls || is_here => {}
            "smtp" => return Err(SmtpConfigError::Plain),
            _ => return Err(SmtpConfigError::Address),
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| SmtpConfigError::Address)?
            .timeout(Some(LIMIT))
            .build();
        Ok(Self {
            transport,
            from: from.parse().map_err(SmtpConfigError::From)?,
        })
    }

    pub(super) fn sender(&self) -> &Mailbox {
        &self.from
    }

    /// Hands a letter over.
    pub(super) async fn send(&self, to: &str, letter: &[u8]) -> Result<(), SmtpError> {
        let to: Address = to.parse().map_err(SmtpError::To)?;
        let envelope =
            Envelope::new(Some(self.from.email.clone()), vec![to]).map_err(|_| SmtpError::Unfit)?;
        self.transport.send_raw(&envelope, letter).await?;
        Ok(())
    }
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Smtp")
            .field("from", &self.from.email)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_elsewhere_is_spoken_to_over_tls_only() {
        for (url, is_good) in [
            ("smtps://user:secret@mail.example.org", true),
            ("smtp://user:secret@mail.example.org:587?tls=required", true),
            ("smtp://127.0.0.1:2525", true),
            ("smtp://[::1]:2525", true),
            ("smtp://localhost", true),
            ("smtp://mail.example.org", false),
            ("smtp://mail.example.org?tls=opportunistic", false),
            ("http://mail.example.org", false),
            ("mail.example.org", false),
            ("", false),
        ] {
            let smtp = Smtp::new(url, "Market <market@example.org>");
            assert_eq!(smtp.is_ok(), is_good, "{url}: {smtp:?}");
        }
        assert!(Smtp::new("smtp://localhost", "nobody").is_err());
    }

    #[test]
    fn the_password_of_a_mail_server_is_not_printed() {
        let smtp = Smtp::new("smtps://user:secret@mail.example.org", "a@example.org");
        assert!(!format!("{smtp:?}").contains("secret"));

        let refused = Smtp::new("smtp://user:secret@mail.example.org", "a@example.org");
        let refused = refused.expect_err("is not over TLS");
        assert!(!format!("{refused} {refused:?}").contains("secret"));
    }
}
