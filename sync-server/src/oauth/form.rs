//! A posted form, read within bounds.

use axum::body::Bytes;
use axum::extract::{FromRequest as _, Request};
use axum::http::header;
use guildhall_oauth::Parameters;

/// A form that was posted, with who posted it.
pub(crate) struct Form {
    /// The head of the request.
    pub(crate) parts: axum::http::request::Parts,
    /// The fields.
    pub(crate) fields: Parameters,
}

/// Why a form could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormError {
    /// It is not `application/x-www-form-urlencoded`.
    WrongType,
    /// It is too large, or ended early.
    Unreadable,
}

impl Form {
    /// Reads the form out of a request.
    pub(crate) async fn read(request: Request) -> Result<Self, FormError> {
        let (parts, body) = request.into_parts();
        let is_form = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .and_then(|kind| kind.split(';').next())
            .is_some_and(|kind| {
                kind.trim()
                    .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            });
        if !is_form {
            return Err(FormError::WrongType);
        }
        // Through the extractor, because that is what keeps to the limit on bodies.
        let request = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(request, &())
            .await
            .map_err(|_| FormError::Unreadable)?;
        Ok(Self {
            parts,
            fields: Parameters::parse(&body),
        })
    }

    /// Returns a field, or nothing where it was left empty.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).unwrap_or_default()
    }
}
