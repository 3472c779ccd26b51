//! What every answer says to a browser, whoever made it: that it is no page, is kept nowhere, and belongs into no frame.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

const EVERYWHERE: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Adds what the answer does not say itself.
pub(crate) async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in EVERYWHERE {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
