//! `GET /v1/blob/<hash>`: the bytes of a file, or a range of them.
//!
//! Strangers sent these bytes, so no browser shall ever take them for a page of this server.

use super::hash;
use super::range::{Asked, asked};
use crate::api::answers::{Missing, Stranger};
use crate::extract::Call;
use crate::problem::{Path, Problem};
use crate::state::Market;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use guildhall_domain::policy::{Act, Relation, decide};
use guildhall_protocol::path;
use std::io::{self, SeekFrom};
use std::sync::Arc;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

/// How much is read at once.
const READ: usize = 64 * 1024;

/// Gives the bytes to whoever sent them or sees a row that names them.
#[utoipa::path(get, path = path::BLOB_OF, tag = "files", security(("desktop" = [])), operation_id = "fetch_file", params(("hash" = String, Path, description = "The SHA-256 of the file", pattern = "^[0-9a-f]{64}$")),
    responses((status = 200, description = "All of it", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, description = "The range that was asked for", content_type = "application/octet-stream", body = Vec<u8>),
        Stranger, Missing,
        (status = 416, description = "It ends before the range", content_type = "application/problem+json", body = Problem)))]
pub(super) async fn fetch(
    State(market): State<Arc<Market>>,
    call: Call,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let blob = hash(&text)?;
    let found = market.store.blob(call.account(), blob).await;
    let found = found.map_err(|error| Problem::internal(&error))?;
    let found = found.filter(|standing| standing.is_complete);
    let relation = match found {
        Some(_) => Relation::Knows,
        None => Relation::Stranger,
    };
    decide(&call.actor(), Act::FetchFile, relation).map_err(|_| Problem::not_found())?;
    let size = found.ok_or_else(Problem::not_found)?.size;
    let range = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    let (status, from, to) = match asked(range, size) {
        Asked::Whole => (StatusCode::OK, 0, size),
        Asked::Part(from, to) => (StatusCode::PARTIAL_CONTENT, from, to),
        Asked::Beyond => return Ok(beyond(size)),
    };
    let mut file = market
        .blobs
        .folder
        .open(blob)
        .await
        .map_err(|error| Problem::internal(&error))?;
    file.seek(SeekFrom::Start(from))
        .await
        .map_err(|error| Problem::internal(&error))?;
    let mut response = (status, bytes(file, to - from)).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::ACCEPT_RANGES, "bytes"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(range) = HeaderValue::try_from(format!("bytes {from}-{}/{size}", to - 1))
    {
        headers.insert(header::CONTENT_RANGE, range);
    }
    Ok(response)
}

fn beyond(size: u64) -> Response {
    let problem = Problem::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "beyond_the_end",
        "The file ends before that byte.",
    );
    let mut response = problem.into_response();
    if let Ok(range) = HeaderValue::try_from(format!("bytes */{size}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    response
}

/// So many bytes of a file, read as they are sent.
fn bytes(file: File, length: u64) -> Body {
    Body::from_stream(stream::unfold(
        (file, length),
        |(mut file, left)| async move {
            if left == 0 {
                return None;
            }
            let mut buffer = vec![0; READ.min(usize::try_from(left).unwrap_or(READ))];
            let read = match file.read(&mut buffer).await {
                Ok(0) => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                other => other,
            };
            match read {
                Ok(read) => {
                    buffer.truncate(read);
                    Some((Ok(Bytes::from(buffer)), (file, left - read as u64)))
                }
                Err(error) => Some((Err(error), (file, 0))),
            }
        },
    ))
}
