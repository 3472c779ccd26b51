//! The operator's file of limits.

use super::{Limits, Rate, SharedNetworks};
use ipnet::IpNet;
use serde::Deserialize;

/// What the file says, in the words of an operator. Whatever it leaves out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    shared_networks: Vec<Shared>,
    sign_ins: Option<Pace>,
    registrations: Option<Pace>,
    tokens: Option<Pace>,
    links: Option<Pace>,
    api: Option<Pace>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    network: IpNet,
    people: u32,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pace {
    at_once: u32,
    seconds_each: u32,
}

/// Why a file of limits is not one.
#[derive(Debug, thiserror::Error)]
pub enum LimitsFileError {
    /// It is no JSON, or has fields that mean nothing.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// Nobody could do anything.
    #[error("{0}: at_once, seconds_each and people must be 1 or more")]
    Zero(&'static str),
}

/// Reads the limits and the shared networks.
///
/// # Errors
/// [`LimitsFileError`] when the text makes no sense as a whole; nothing of it counts then.
pub fn read(text: &str) -> Result<(Limits, SharedNetworks), LimitsFileError> {
    let file: File = serde_json::from_str(text)?;
    let usual = Limits::default();
    let limits = Limits {
        login: pace("sign_ins", file.sign_ins, usual.login)?,
        register: pace("registrations", file.registrations, usual.register)?,
        token: pace("tokens", file.tokens, usual.token)?,
        links: pace("links", file.links, usual.links)?,
        api: pace("api", file.api, usual.api)?,
        ..usual
    };
    if file.shared_networks.iter().any(|shared| shared.people == 0) {
        return Err(LimitsFileError::Zero("shared_networks"));
    }
    let shared = file.shared_networks.iter();
    let shared = SharedNetworks::new(shared.map(|shared| (shared.network, shared.people)));
    Ok((limits, shared))
}

fn pace(
    name: &'static str,
    said: Option<Pace>,
    usual: Option<Rate>,
) -> Result<Option<Rate>, LimitsFileError> {
    let Some(said) = said else { return Ok(usual) };
    if said.at_once == 0 || said.seconds_each == 0 {
        return Err(LimitsFileError::Zero(name));
    }
    Ok(Some(Rate {
        burst: said.at_once,
        every_ms: i64::from(said.seconds_each) * 1_000,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_file_leaves_out_stays_as_it_is() {
        let text = r#"{
            "shared_networks": [{ "network": "10.0.0.0/8", "people": 30 }],
            "registrations": { "at_once": 50, "seconds_each": 60 }
        }"#;
        let (limits, shared) = read(text).expect("makes sense");
        let expected = Limits {
            register: Some(Rate {
                burst: 50,
                every_ms: 60_000,
            }),
            ..Limits::default()
        };
        assert_eq!(limits, expected);
        let peer = "10.1.2.3".parse().expect("is an address");
        assert_eq!(shared.people(Some(peer)), 30);
        assert_eq!(
            read("{}").expect("makes sense").0,
            Limits::default(),
            "an empty file changes nothing"
        );
    }

    #[test]
    fn a_file_that_makes_no_sense_says_what_is_wrong() {
        for (text, word) in [
            ("", "EOF"),
            (r#"{ "sign_in": {} }"#, "sign_in"),
            (
                r#"{ "sign_ins": { "at_once": 0, "seconds_each": 1 } }"#,
                "sign_ins",
            ),
            (
                r#"{ "links": { "at_once": 1, "seconds_each": 0 } }"#,
                "links",
            ),
            (
                r#"{ "tokens": { "at_once": -1, "seconds_each": 1 } }"#,
                "-1",
            ),
            (
                r#"{ "shared_networks": [{ "network": "10.0.0.0/8", "people": 0 }] }"#,
                "shared_networks",
            ),
            (
                r#"{ "shared_networks": [{ "network": "10.0.0/8", "people": 2 }] }"#,
                "IP address",
            ),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
