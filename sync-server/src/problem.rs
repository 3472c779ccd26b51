//! What went wrong, told over HTTP: `application/problem+json` as RFC 9457 has it.
//!
//! Status codes are chosen here and nowhere else. A program switches on `code`, never on text.

use std::borrow::Cow;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use guildhall_oauth::Scope;
use guildhall_storage::StoreError;
use serde::{Deserialize, Serialize};

/// An error answer of the API.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, utoipa::ToSchema,
)]
#[error("{status} {code}: {title}")]
pub struct Problem {
    /// Which problem this is, as an address below this server: `/problems/not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The problem in one sentence that is the same each time.
    pub title: Cow<'static, str>,
    /// The HTTP status.
    pub status: u16,
    /// What is special about this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The same as `kind`, as a word for programs: `not_found`.
    pub code: Cow<'static, str>,
    /// Which parts of the input are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// When or how the same request may be good, which the headers say.
    #[serde(skip)]
    pub remedy: Option<Remedy>,
}

/// What would make the same request good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// To wait for so many seconds.
    Wait(u64),
    /// To have signed in within so many seconds.
    SignInAnew(i64),
}

/// One part of the input that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Where, as a JSON pointer (RFC 6901): `/skills/3/years`. Empty: the whole.
    pub pointer: String,
    /// What, for programs: `too_long`.
    pub code: Cow<'static, str>,
    /// What, for the person who typed it.
    pub message: String,
}

impl FieldError {
    /// Builds the note that belongs to one part of the input.
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            message: message.into(),
        }
    }
}

impl Problem {
    /// Builds a problem; the code gives the type, with hyphens.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        let code = code.into();
        Self {
            kind: format!("/problems/{}", code.replace('_', "-")),
            title: title.into(),
            status: status.as_u16(),
            detail: None,
            code,
            errors: Vec::new(),
            remedy: None,
        }
    }

    /// Says what is special about this occurrence.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says after how many seconds the same request may be good.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.remedy = Some(Remedy::Wait(seconds));
        self
    }

    /// The request could not be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            "The request could not be read.",
        )
        .with_detail(detail)
    }

    /// Nobody is signed in, or no longer.
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Sign in to do this.",
        )
    }

    /// The caller has to show anew who they are (RFC 9470 section 3).
    pub fn step_up_required(max_age_s: i64) -> Self {
        Self {
            remedy: Some(Remedy::SignInAnew(max_age_s)),
            ..Self::new(
                StatusCode::UNAUTHORIZED,
                "step_up_required",
                "Sign in once more to do this.",
            )
        }
    }

    /// The caller may see the thing but not do this to it.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "You may not do this.")
    }

    /// The token of a program does not open this part.
    pub fn insufficient_scope(needed: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "insufficient_scope",
            "This token does not open this.",
        )
        .with_detail(format!("Make one that has {needed}."))
    }

    /// There is no such thing, or the caller may not know of it.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such thing here.",
        )
    }

    /// The address exists but not for this method.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This address does not take that method.",
        )
    }

    /// What is asked contradicts how things stand.
    pub fn conflict(
        code: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(StatusCode::CONFLICT, code, title)
    }

    /// The request was read, but parts of it are wrong.
    pub fn validation(errors: Vec<FieldError>) -> Self {
        let title = "Some of what was sent is not right.";
        Self {
            errors,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation", title)
        }
    }

    /// The body is larger than the server reads.
    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "The request is too large.",
        )
    }

    /// The body is not of a kind that this address reads.
    pub fn unsupported_media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Send application/json.",
        )
    }

    /// The client speaks a version that this server does not.
    pub fn upgrade_required(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UPGRADE_REQUIRED,
            "upgrade_required",
            "This version of the app is too old or too new for the server.",
        )
        .with_detail(detail)
    }

    /// Too much was tried in too short a time.
    pub fn too_many_requests(retry_after_s: u64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "Too many tries.",
        )
        .with_retry_after(retry_after_s)
    }

    /// The server is too busy for this at the moment.
    pub fn unavailable(retry_after_s: u64) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The server is busy.",
        )
        .with_retry_after(retry_after_s)
    }

    /// The server failed. The cause goes to the log and not to the caller.
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!(cause = %chain(cause), "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here.",
        )
    }
}

/// An error with all its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let remedy = self.remedy;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        match remedy {
            None => {}
            Some(Remedy::Wait(seconds)) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Some(Remedy::SignInAnew(seconds)) => {
                let scope = Scope::Oversight.name();
                let challenge = format!(
                    "Bearer error=\"insufficient_user_authentication\", scope=\"{scope}\", max_age=\"{seconds}\""
                );
                if let Ok(challenge) = HeaderValue::try_from(challenge) {
                    headers.insert(header::WWW_AUTHENTICATE, challenge);
                }
            }
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::unsupported_media_type(),
            _ => Self::malformed(rejection.body_text()),
        }
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::malformed(rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        // An id that cannot be read is the id of nothing.
        Self::not_found()
    }
}

/// A JSON body whose refusal is a [`Problem`]. Use it wherever `axum::Json` would be read.
#[derive(Debug, Clone, Copy, axum::extract::FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub struct Body<T>(pub T);

/// Query parameters whose refusal is a [`Problem`].
#[derive(Debug, Clone, Copy, axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Query<T>(pub T);

/// Path parameters whose refusal is a [`Problem`].
#[derive(Debug, Clone, Copy, axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_the_rfc_has_it() {
        let problem = Problem::validation(vec![FieldError::new(
            "/title",
            "too_long",
            "A title has 120 characters at most.",
        )]);

        let json = serde_json::to_value(&problem).expect("is JSON");

        assert_eq!(
            json,
            serde_json::json!({
                "type": "/problems/validation",
                "title": "Some of what was sent is not right.",
                "status": 422,
                "code": "validation",
                "errors": [{
                    "pointer": "/title",
                    "code": "too_long",
                    "message": "A title has 120 characters at most.",
                }],
            })
        );
    }

    #[test]
    fn the_headers_say_when_to_come_back_and_how_to_sign_in() {
        let busy = Problem::unavailable(3).into_response();
        let stranger = Problem::unauthorized().into_response();

        assert_eq!(busy.headers()[header::RETRY_AFTER], "3");
        assert_eq!(
            busy.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        assert_eq!(stranger.headers()[header::WWW_AUTHENTICATE], "Bearer");
        let step_up = Problem::step_up_required(600).into_response();
        assert_eq!(
            step_up.headers()[header::WWW_AUTHENTICATE],
            "Bearer error=\"insufficient_user_authentication\", scope=\"oversight\", max_age=\"600\""
        );
    }
}
