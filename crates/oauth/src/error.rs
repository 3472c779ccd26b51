//! What is said to a client that asked for something it cannot have (RFC 6749 §4.1.2.1, §5.2).

use serde::Serialize;

/// The error codes of RFC 6749 that this server uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ErrorCode {
    /// A parameter is missing, doubled or malformed.
    InvalidRequest,
    /// The client is not known here.
    InvalidClient,
    /// The code or refresh token is wrong, expired, revoked or someone else's.
    InvalidGrant,
    /// What is asked for is not there to be had.
    InvalidScope,
    /// The person said no, or may not say yes.
    AccessDenied,
    /// The token endpoint knows no such grant.
    UnsupportedGrantType,
    /// The authorization endpoint knows no such response.
    UnsupportedResponseType,
    /// Too much is asked for at once; the same request is good a little later.
    TemporarilyUnavailable,
    /// The server failed.
    ServerError,
}

impl ErrorCode {
    /// The code as it is written on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }
}

/// An error answer: a code for the program and a sentence for whoever reads its log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{}: {description}", error.as_str())]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OAuthError {
    /// What went wrong, for the program.
    pub error: ErrorCode,
    /// What went wrong, for a person. ASCII without quotes, as the RFC asks.
    #[serde(rename = "error_description")]
    pub description: &'static str,
}

impl OAuthError {
    /// Builds an error answer.
    pub const fn new(error: ErrorCode, description: &'static str) -> Self {
        Self { error, description }
    }

    /// A parameter is missing, doubled or malformed.
    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// The code or refresh token is no good.
    pub const fn invalid_grant(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }
}
