//! How refusals are described in the document: each with its status, all of them problems of RFC 9457.
#![expect(dead_code, reason = "these only describe what `Problem` answers")]

use crate::problem::Problem;
use guildhall_oauth::OAuthError;
use utoipa::{IntoResponses, ToSchema};

/// The way in is for others.
#[derive(IntoResponses)]
pub(crate) enum Stranger {
    /// The token is missing, wrong, has ended or was revoked.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Problem),
}

/// What is asked for is not there, or not for whoever asks.
#[derive(IntoResponses)]
pub(crate) enum Missing {
    /// There is no such thing here, as far as whoever asks may know.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
}

/// The token does not open this, or asks too fast.
#[derive(IntoResponses)]
pub(crate) enum Held {
    /// The token was not made for this.
    #[response(status = 403, content_type = "application/problem+json")]
    InsufficientScope(#[to_schema] Problem),
    /// The token has asked too often; `Retry-After` says when to come back.
    #[response(status = 429, content_type = "application/problem+json")]
    TooManyRequests(#[to_schema] Problem),
}

/// What was asked cannot be read, or makes no sense.
#[derive(IntoResponses)]
pub(crate) enum Unread {
    /// The query cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Problem),
    /// The query was read, and parts of it are out of range.
    #[response(status = 422, content_type = "application/problem+json")]
    Validation(#[to_schema] Problem),
}

/// The same for what has a body.
#[derive(IntoResponses)]
pub(crate) enum UnreadBody {
    /// The body is no JSON, or of another shape.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Problem),
    /// The body is larger than the server reads.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// The body is not said to be JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(#[to_schema] Problem),
    /// The body was read, and parts of it make no sense.
    #[response(status = 422, content_type = "application/problem+json")]
    Validation(#[to_schema] Problem),
}

/// The rules say no.
#[derive(IntoResponses)]
pub(crate) enum Denied {
    /// Whoever asks may not.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// It contradicts how things stand.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] Problem),
}

/// Refusals of the endpoints of OAuth (RFC 6749).
#[derive(IntoResponses)]
pub(crate) enum Unauthorised {
    /// The form is wrong; `error` says why.
    #[response(status = 400)]
    Refused(#[to_schema] OAuthError),
    /// The client is not known.
    #[response(status = 401)]
    Client(#[to_schema] OAuthError),
    /// Too many tries; `Retry-After` says when to come back.
    #[response(status = 429)]
    SlowDown(#[to_schema] OAuthError),
}

/// The form of `/oauth/token`: a code with its verifier, or a refresh token.
#[derive(ToSchema)]
pub(crate) struct TokenForm {
    /// `authorization_code` or `refresh_token`.
    grant_type: String,
    /// `guildhall-desktop`.
    client_id: String,
    /// The authorization code.
    code: Option<String>,
    /// Where the code was sent.
    redirect_uri: Option<String>,
    /// The PKCE verifier.
    code_verifier: Option<String>,
    /// The refresh token.
    refresh_token: Option<String>,
}

/// The form of `/oauth/revoke`.
#[derive(ToSchema)]
pub(crate) struct RevokeForm {
    /// Any token of this server; what is none is as good as revoked.
    token: String,
    /// `guildhall-desktop`, or left out.
    client_id: Option<String>,
}

/// A piece of a file is not taken.
#[derive(IntoResponses)]
pub(crate) enum Unsent {
    /// The query cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Problem),
    /// The piece begins elsewhere than where the server is; `upload-offset` says where that is.
    #[response(status = 409, content_type = "application/problem+json")]
    WrongOffset(#[to_schema] Problem),
    /// The file is larger than this server takes, the body longer than the file, or the account's space used up.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// The bytes have another hash than they were said to have.
    #[response(status = 422, content_type = "application/problem+json")]
    WrongHash(#[to_schema] Problem),
}
