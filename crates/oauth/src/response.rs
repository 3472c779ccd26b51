//! What is asked of the token endpoint and what it answers.

use serde::{Deserialize, Serialize};

use crate::{Client, CodeExchange, ErrorCode, OAuthError, Parameters, Token, TokenKind, Verifier};

/// A well-formed request to the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// Exchanges a code for the first pair of tokens.
    Code {
        /// The code.
        code: Token,
        /// What is shown with it.
        exchange: CodeExchange,
    },
    /// Exchanges a refresh token for the next pair.
    Refresh {
        /// The refresh token.
        token: Token,
        /// Who asks.
        client: Client,
    },
}

impl TokenRequest {
    /// Reads the form that was posted.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        parameters.refuse_doubled()?;
        let grant_type = parameters.require("grant_type", "grant_type is missing")?;
        let client = Client::find(parameters.require("client_id", "client_id is missing")?).ok_or(
            OAuthError::new(ErrorCode::InvalidClient, "the client is not known here"),
        )?;
        match grant_type {
            "authorization_code" => {
                let code = parameters.require("code", "code is missing")?;
                let redirect_uri = parameters.require("redirect_uri", "redirect_uri is missing")?;
                let verifier = parameters.require("code_verifier", "code_verifier is missing")?;
                Ok(Self::Code {
                    code: Token::parse_as(TokenKind::Code, code)
                        .map_err(|_| OAuthError::invalid_grant("the code is not one of ours"))?,
                    exchange: CodeExchange {
                        client_id: client.id().to_owned(),
                        redirect_uri: redirect_uri.to_owned(),
                        verifier: Verifier::parse(verifier)?,
                    },
                })
            }
            "refresh_token" => {
                let token = parameters.require("refresh_token", "refresh_token is missing")?;
                let token = Token::parse_as(TokenKind::Refresh, token)
                    .map_err(|_| OAuthError::invalid_grant("the token is not one of ours"))?;
                Ok(Self::Refresh { token, client })
            }
            _ => Err(OAuthError::new(
                ErrorCode::UnsupportedGrantType,
                "grant_type must be authorization_code or refresh_token",
            )),
        }
    }
}

/// A pair of tokens on its way to the client.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TokenResponse {
    /// Opens the API.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    /// Fetches the next pair; none comes with what cannot be renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Seconds until the refresh token ends if it is not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_expires_in: Option<i64>,
    /// What the access token opens.
    pub scope: String,
    /// The id of the account that signed in.
    pub account: String,
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TokenResponse")
            .field("account", &self.account)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(form: &str) -> &'static str {
        let request = TokenRequest::parse(&Parameters::parse(form.as_bytes()));
        request.expect_err("is refused").error.as_str()
    }

    #[test]
    fn every_malformed_request_gets_the_code_of_the_rfc() {
        let code = Token::mint(TokenKind::Code, [3; 32]);
        let verifier = "v".repeat(43);
        let client = "client_id=guildhall-desktop";
        let redirect = "redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb";
        let grant = "grant_type=authorization_code";
        for (form, expected) in [
            (String::new(), "invalid_request"),
            (grant.to_owned(), "invalid_request"),
            (format!("{grant}&client_id=other"), "invalid_client"),
            (
                format!("grant_type=password&{client}"),
                "unsupported_grant_type",
            ),
            (format!("{grant}&{client}"), "invalid_request"),
            (
                format!("{grant}&{client}&code={}&{redirect}", code.reveal()),
                "invalid_request",
            ),
            (
                format!(
                    "{grant}&{client}&code={}&{redirect}&code_verifier=short",
                    code.reveal()
                ),
                "invalid_request",
            ),
            (
                format!("{grant}&{client}&code=rubbish&{redirect}&code_verifier={verifier}"),
                "invalid_grant",
            ),
            (
                format!("grant_type=refresh_token&{client}"),
                "invalid_request",
            ),
            (
                format!(
                    "grant_type=refresh_token&{client}&refresh_token={}",
                    code.reveal()
                ),
                "invalid_grant",
            ),
            (format!("{grant}&{grant}&{client}"), "invalid_request"),
        ] {
            assert_eq!(error(&form), expected, "{form}");
        }
    }
}
