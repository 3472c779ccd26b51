//! The HTTP stack under the crate that speaks OAuth.

use std::time::Duration;

use oauth2::{HttpRequest, HttpResponse};
use sha2::{Digest as _, Sha256};

use super::AuthError;
use crate::sign_in::Server;
use crate::trust::{Distrust, client_config, distrust};

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const ANSWER_LIMIT: Duration = Duration::from_secs(15);
/// The most that an answer may hold.
pub(super) const MAXIMUM_ANSWER_BYTES: usize = 64 * 1024;

/// How an exchange over our own HTTP stack fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error(transparent)]
    Network(#[from] reqwest::Error),
    #[error("status {0}")]
    Busy(u16),
    #[error("the answer is too large")]
    TooLarge,
    #[error(transparent)]
    Malformed(#[from] oauth2::http::Error),
}

/// What asks this server.
pub(super) fn http_client(server: &Server) -> Result<reqwest::Client, AuthError> {
    let tls = client_config(server).map_err(AuthError::NoAuthorities)?;
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .tls_info(true)
        // A proxy cannot reach this computer, and a redirect would carry a code elsewhere.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_LIMIT)
        .timeout(ANSWER_LIMIT)
        .build()
        .map_err(|source| AuthError::Offline {
            server: server.address.clone(),
            source,
        })
}

/// The failure as its person is told.
pub(super) fn explain_http(known: &Server, error: HttpError) -> AuthError {
    let server = known.address.clone();
    match error {
        HttpError::Network(source) => match distrust(known, &source) {
            Some(Distrust::Changed) => AuthError::Changed { server },
            Some(Distrust::Unknown) => AuthError::Untrusted { server },
            None => AuthError::Offline { server, source },
        },
        HttpError::Busy(status) => AuthError::Busy { status },
        HttpError::TooLarge | HttpError::Malformed(_) => AuthError::NotGuildhall {
            server,
            reason: error.to_string(),
        },
    }
}

/// The SHA-256 of a certificate, as browsers write it.
pub(super) fn fingerprint(certificate: &[u8]) -> String {
    let bytes: Vec<String> = Sha256::digest(certificate)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    bytes.join(":")
}

/// Sends one of the crate's requests over our HTTP stack.
pub(super) async fn send(
    http: reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let mut answer = http.execute(request.try_into()?).await?;
    let status = answer.status();
    if status.is_server_error() || status.as_u16() == 429 {
        return Err(HttpError::Busy(status.as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > MAXIMUM_ANSWER_BYTES {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let mut response = oauth2::http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = answer.headers().clone();
    *response.extensions_mut() = answer.extensions().clone();
    Ok(response)
}
