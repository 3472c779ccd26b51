//! The command line: which profile, and for demonstrations a sign-in that was done elsewhere.

use clap::Parser;

use crate::profile::Profile;

/// A freelancer marketplace that works offline.
#[derive(Debug, Parser, PartialEq, Eq)]
#[command(name = "guildhall", version)]
pub struct Options {
    /// Keep data and session apart under this name (letters, digits, dashes).
    #[arg(
        long,
        value_name = "NAME",
        env = "GUILDHALL_PROFILE",
        default_value = "",
        hide_default_value = true
    )]
    pub profile: Profile,

    /// The server to sign in to, for example localhost:4810, or an invitation to it.
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,

    /// Take over a sign-in by its one-time authorization code and PKCE verifier.
    #[arg(long, value_name = "CODE:VERIFIER", requires = "server")]
    pub hand_over: Option<HandOver>,
}

/// A one-time code with the verifier that proves whose it is.
#[derive(Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The authorization code.
    pub code: String,
    /// The PKCE verifier that belongs to it.
    pub verifier: String,
}

/// A hand-over that is not of the form `CODE:VERIFIER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write it as CODE:VERIFIER")]
pub struct HandOverError;

impl std::str::FromStr for HandOver {
    type Err = HandOverError;

    fn from_str(text: &str) -> Result<Self, HandOverError> {
        match text.split_once(':') {
            Some((code, verifier)) if !code.is_empty() && !verifier.is_empty() => Ok(Self {
                code: code.to_owned(),
                verifier: verifier.to_owned(),
            }),
            Some(_) | None => Err(HandOverError),
        }
    }
}

impl std::fmt::Debug for HandOver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("HandOver(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Options, clap::Error> {
        Options::try_parse_from(std::iter::once(&"guildhall").chain(words))
    }

    #[test]
    fn nothing_is_needed() {
        let options = read(&[]).expect("is good");

        assert_eq!(options.server, None);
        assert_eq!(options.hand_over, None);
    }

    #[test]
    fn a_hand_over_needs_its_server_and_both_its_parts() {
        let options =
            read(&["--server", "localhost", "--hand-over", "gdhc_a:v:w"]).expect("is good");
        let hand_over = options.hand_over.expect("is there");

        assert_eq!(
            (hand_over.code.as_str(), hand_over.verifier.as_str()),
            ("gdhc_a", "v:w")
        );
        assert!(!format!("{hand_over:?}").contains("gdhc_a"));
        assert!(read(&["--hand-over", "a:b"]).is_err());
        for wrong in ["a", "a:", ":b", ""] {
            assert!(
                read(&["--server", "localhost", "--hand-over", wrong]).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_profile_is_a_plain_name() {
        assert_eq!(
            read(&["--profile", "work-2"])
                .expect("is good")
                .profile
                .name(),
            "work-2"
        );
        assert!(read(&["--profile", "../x"]).is_err());
    }
}
