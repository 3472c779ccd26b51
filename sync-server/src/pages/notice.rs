//! Pages that only say something.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{Escaped, Page};
use crate::oauth::{Failure, FormError, OAuth};

/// Says one thing, in a headline and a sentence.
pub(crate) fn notice(oauth: &OAuth, status: StatusCode, title: &str, text: &str) -> Response {
    let body = format!(
        "<h1>{}</h1>\n<p class=\"lead\">{}</p>\n",
        Escaped(title),
        Escaped(text)
    );
    Page {
        oauth,
        status,
        title,
        body,
        visitor: None,
        pending: None,
    }
    .respond()
}

/// Says that and why somebody is suspended. Only after the password was right: strangers learn
/// nothing about an account.
pub(crate) fn suspended(oauth: &OAuth, reason: &str) -> Response {
    let reason = match reason.trim() {
        "" => "No reason was given.".to_owned(),
        reason => format!("The reason given: {reason}"),
    };
    let text = format!("{reason} Write to whoever runs this market if you think that is wrong.");
    notice(
        oauth,
        StatusCode::FORBIDDEN,
        "Your account is suspended",
        &text,
    )
}

/// Says that a form could not be read.
pub(crate) fn unreadable(oauth: &OAuth, error: FormError) -> Response {
    let status = match error {
        FormError::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        FormError::Unreadable => StatusCode::PAYLOAD_TOO_LARGE,
    };
    notice(
        oauth,
        status,
        "This could not be read",
        "Go back and try again.",
    )
}

/// Says that the server failed or is too busy.
pub(crate) fn failed(oauth: &OAuth, failure: &Failure) -> Response {
    let status = failure.status();
    if failure.is_busy() {
        let text = "Many people are signing in at the moment. Try again in a few seconds.";
        let response = notice(oauth, status, "One moment", text);
        return with_retry_after(response, crate::oauth::BUSY_RETRY_S);
    }
    tracing::error!(error = ?failure, "a page could not be shown");
    let text = "It is not your fault. Try again in a moment.";
    notice(oauth, status, "Something went wrong", text)
}

/// Adds when to come back.
pub(super) fn with_retry_after(mut response: Response, seconds: u64) -> Response {
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
