//! What a client asks of the authorization endpoint, and how it is told no.

use crate::{
    Challenge, Client, ErrorCode, LoopbackRedirect, OAuthError, Parameters, RedirectError, Scope,
};

/// A state longer than this is refused: it goes into an address that a browser must carry.
const STATE_MAXIMUM: usize = 512;

/// A request for a code that is good in every part. Whether the person agrees is another matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: Client,
    /// Where the answer goes.
    pub redirect: LoopbackRedirect,
    /// What the client wants to hear again, to know its own request by.
    pub state: Option<String>,
    /// What the client will have to prove.
    pub challenge: Challenge,
    /// What it wants to be signed in for.
    pub scope: Scope,
}

/// Why a request for a code was turned down, and who is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The client is not known, so nothing is sent anywhere: the person is told.
    #[error("the program that asks is not known here")]
    UnknownClient,
    /// The redirect address is not ours, so nothing is sent there: the person is told.
    #[error(transparent)]
    ForeignRedirect(#[from] RedirectError),
    /// The rest is wrong: the client is told, by a redirect.
    #[error("{error}")]
    Answer {
        /// Where the client listens.
        redirect: LoopbackRedirect,
        /// What it wants to hear again.
        state: Option<String>,
        /// What is wrong.
        error: OAuthError,
    },
}

impl AuthorizationRequest {
    /// Reads a request. First whom the answer would go to: until that is sure, nobody is answered.
    pub fn parse(parameters: &Parameters) -> Result<Self, Refusal> {
        let client = parameters
            .get("client_id")
            .and_then(Client::find)
            .ok_or(Refusal::UnknownClient)?;
        let redirect = LoopbackRedirect::parse(parameters.get("redirect_uri").unwrap_or_default())?;
        let state = parameters.get("state").map(str::to_owned);
        match Self::parse_rest(parameters) {
            Ok((challenge, scope)) => Ok(Self {
                client,
                redirect,
                state,
                challenge,
                scope,
            }),
            Err(error) => {
                let state = state.filter(|state| state.len() <= STATE_MAXIMUM);
                Err(Refusal::Answer {
                    redirect,
                    state,
                    error,
                })
            }
        }
    }

    fn parse_rest(parameters: &Parameters) -> Result<(Challenge, Scope), OAuthError> {
        parameters.refuse_doubled()?;
        match parameters.require("response_type", "response_type is missing")? {
            "code" => {}
            _ => {
                return Err(OAuthError::new(
                    ErrorCode::UnsupportedResponseType,
                    "response_type must be code",
                ));
            }
        }
        if parameters
            .get("response_mode")
            .is_some_and(|mode| mode != "query")
        {
            return Err(OAuthError::invalid_request("response_mode must be query"));
        }
        if parameters
            .get("state")
            .is_some_and(|state| state.len() > STATE_MAXIMUM)
        {
            return Err(OAuthError::invalid_request("state is too long"));
        }
        let scope = Scope::parse(parameters.get("scope"))?;
        let challenge = Challenge::parse(
            parameters.get("code_challenge"),
            parameters.get("code_challenge_method"),
        )?;
        Ok((challenge, scope))
    }

    /// The address that hands a code to the client. `issuer` tells it who answered (RFC 9207).
    pub fn granted(&self, code: &str, issuer: &str) -> String {
        answer(
            self.redirect,
            self.state.as_deref(),
            issuer,
            &[("code", code)],
        )
    }

    /// The address that tells the client that the person said no, or may not say yes.
    pub fn denied(&self, issuer: &str) -> String {
        let error = OAuthError::new(ErrorCode::AccessDenied, "it was declined");
        refused(self.redirect, self.state.as_deref(), issuer, &error)
    }
}

impl Refusal {
    /// The address that tells the client, if it may be told.
    pub fn location(&self, issuer: &str) -> Option<String> {
        match self {
            Self::UnknownClient | Self::ForeignRedirect(_) => None,
            Self::Answer {
                redirect,
                state,
                error,
            } => Some(refused(*redirect, state.as_deref(), issuer, error)),
        }
    }
}

fn refused(
    redirect: LoopbackRedirect,
    state: Option<&str>,
    issuer: &str,
    error: &OAuthError,
) -> String {
    let told = [
        ("error", error.error.as_str()),
        ("error_description", error.description),
    ];
    answer(redirect, state, issuer, &told)
}

fn answer(
    redirect: LoopbackRedirect,
    state: Option<&str>,
    issuer: &str,
    told: &[(&str, &str)],
) -> String {
    let mut answer = told.to_vec();
    if let Some(state) = state {
        answer.push(("state", state));
    }
    answer.push(("iss", issuer));
    redirect.with_answer(&answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "http://localhost:4810";
    const GOOD: &[(&str, &str)] = &[
        ("client_id", "guildhall-desktop"),
        ("redirect_uri", "http://127.0.0.1:5000/cb"),
        ("response_type", "code"),
        ("state", "st"),
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("code_challenge_method", "S256"),
    ];

    /// The good request with one parameter replaced, or left out when the value is empty.
    fn but(name: &str, value: &str) -> Result<AuthorizationRequest, Refusal> {
        let mut pairs: Vec<_> = GOOD
            .iter()
            .copied()
            .filter(|(key, _)| *key != name)
            .collect();
        pairs.push((name, value));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        AuthorizationRequest::parse(&Parameters::parse(query.as_bytes()))
    }

    #[test]
    fn a_good_request_is_answered_with_code_state_and_issuer() {
        let request = but("scope", "marketplace").expect("is good");

        assert_eq!(
            request.granted("c0de", ISSUER),
            "http://127.0.0.1:5000/cb?code=c0de&state=st&iss=http%3A%2F%2Flocalhost%3A4810"
        );
        assert!(request.denied(ISSUER).contains("?error=access_denied&"));
    }

    #[test]
    fn nothing_is_sent_to_an_address_that_is_not_sure() {
        for (name, value) in [
            ("client_id", ""),
            ("client_id", "someone-else"),
            ("redirect_uri", ""),
            ("redirect_uri", "https://evil.example/cb"),
        ] {
            let refusal = but(name, value).expect_err("is refused");
            assert_eq!(refusal.location(ISSUER), None, "{name}={value}");
        }
    }

    #[test]
    fn every_other_fault_is_told_to_the_client() {
        let long = "x".repeat(513);
        for (name, value, error) in [
            ("response_type", "", "invalid_request"),
            ("response_type", "token", "unsupported_response_type"),
            ("response_mode", "fragment", "invalid_request"),
            ("code_challenge", "", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("state", long.as_str(), "invalid_request"),
            ("scope", "admin", "invalid_scope"),
        ] {
            let refusal = but(name, value).expect_err("is refused");
            let location = refusal.location(ISSUER).expect("the client is told");

            assert!(
                location.contains(&format!("?error={error}&")),
                "{name}: {location}"
            );
            assert!(
                location.ends_with("iss=http%3A%2F%2Flocalhost%3A4810"),
                "{location}"
            );
            assert_eq!(
                location.contains("&state=st&"),
                name != "state",
                "{location}"
            );
        }
    }
}
