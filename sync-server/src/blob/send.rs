//! `HEAD` and `PUT /v1/blob/<hash>`: how much of a file is here, and a piece more of it.

use super::{Blobs, hash, turn::Turn};
use crate::api::answers::{Missing, Stranger, Unsent};
use crate::extract::Call;
use crate::problem::{Path, Problem, Query};
use crate::state::Market;
use axum::Json;
use axum::body::{Body, BodyDataStream};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;
use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::AccountId;
use guildhall_protocol::blob::{COMPLETE, OFFSET, Piece, Received};
use guildhall_protocol::path;
use guildhall_storage::server::BlobStanding;
use std::io;
use std::sync::Arc;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

/// Says how much of a file is here for the caller.
#[utoipa::path(head, path = path::BLOB_OF, tag = "files", security(("desktop" = [])), operation_id = "file_standing", params(("hash" = String, Path, description = "The SHA-256 of the file", pattern = "^[0-9a-f]{64}$")),
    responses((status = 200, description = "How much of it is here, in the headers `upload-offset` and `upload-complete`"),
        (status = 401, description = "The token is not good"), (status = 404, description = "There is nothing of it here for the caller")))]
pub(super) async fn standing(
    State(market): State<Arc<Market>>,
    call: Call,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let blob = hash(&text)?;
    let standing = look_up(&market, call.account(), blob).await?;
    let standing = standing.ok_or_else(Problem::not_found)?;
    let offset = if standing.is_complete {
        standing.size
    } else {
        let received = market.blobs.folder.received(call.account(), blob).await;
        received.map_err(|error| Problem::internal(&error))?
    };
    let complete = if standing.is_complete { "?1" } else { "?0" };
    let headers = [
        (HeaderName::from_static(OFFSET), HeaderValue::from(offset)),
        (
            HeaderName::from_static(COMPLETE),
            HeaderValue::from_static(complete),
        ),
    ];
    Ok((StatusCode::OK, headers).into_response())
}

/// Takes a piece of a file. What arrived before the line was cut stays, so that the sender goes on at that byte.
#[utoipa::path(put, path = path::BLOB_OF, tag = "files", security(("desktop" = [])), operation_id = "send_file", params(("hash" = String, Path, description = "The SHA-256 of the file", pattern = "^[0-9a-f]{64}$"), Piece),
    request_body(content = Option<Vec<u8>>, content_type = "application/octet-stream"),
    responses((status = 200, body = Received), Stranger, Missing, Unsent))]
pub(super) async fn piece(
    State(market): State<Arc<Market>>,
    call: Call,
    Path(text): Path<String>,
    Query(piece): Query<Piece>,
    body: Body,
) -> Result<Response, Problem> {
    let (account, blob) = (call.account(), hash(&text)?);
    let limits = market.blobs.limits;
    if piece.size == 0 || piece.size > limits.file_bytes {
        return Err(Problem::too_large()
            .with_detail(format!("A file has 1 to {} bytes here.", limits.file_bytes)));
    }
    let mut turn = market.blobs.turns.take(account, blob).await;
    match look_up(&market, account, blob).await? {
        Some(BlobStanding {
            is_complete: true,
            size,
        }) => return Ok(answer(size, true)),
        Some(BlobStanding { size, .. }) if size != piece.size => {
            // A hash has one size. Whichever of the two was wrong: what is here is not to be trusted.
            give_up(&market, account, blob).await?;
            return Ok(wrong_offset(0));
        }
        Some(_) | None => {}
    }
    let begun = market.store.begin_blob(
        account,
        blob,
        piece.size,
        limits.account_bytes,
        (market.clock)(),
    );
    if !begun.await.map_err(|error| Problem::internal(&error))? {
        return Err(no_space(limits.account_bytes));
    }
    let received = market.blobs.folder.received(account, blob).await;
    let received = received.map_err(|error| Problem::internal(&error))?;
    if piece.offset != received {
        return Ok(wrong_offset(received));
    }
    let file = market.blobs.folder.append(account, blob).await;
    let file = file.map_err(|error| Problem::internal(&error))?;
    let room = piece.size - received;
    let written = write(file, body.into_data_stream(), room, &mut turn).await?;
    if written < room {
        return Ok(answer(received + written, false));
    }
    settle(&market, account, blob).await?;
    Ok(answer(piece.size, true))
}

async fn look_up(
    market: &Market,
    account: AccountId,
    blob: BlobHash,
) -> Result<Option<BlobStanding>, Problem> {
    let found = market.store.blob(account, blob).await;
    found.map_err(|error| Problem::internal(&error))
}

/// Writes what arrives, and waits for the disk whatever happens; answers with how much there was.
async fn write(
    mut file: File,
    mut body: BodyDataStream,
    room: u64,
    turn: &mut Turn,
) -> Result<u64, Problem> {
    let mut written = 0;
    let mut ended = Ok(());
    loop {
        let chunk = tokio::select! {
            chunk = body.next() => chunk,
            () = turn.is_over() => {
                ended = Err(Problem::conflict("taken_over", "The file is sent from elsewhere."));
                break;
            }
        };
        match chunk {
            None => break,
            Some(Err(_)) => {
                ended = Err(Problem::malformed(
                    "The body ended early; what arrived is kept.",
                ));
                break;
            }
            Some(Ok(bytes)) => {
                let longer = written + bytes.len() as u64;
                if longer > room {
                    ended =
                        Err(Problem::too_large()
                            .with_detail("The file has more bytes than was said."));
                    break;
                }
                if let Err(error) = file.write_all(&bytes).await {
                    ended = Err(disk(&error));
                    break;
                }
                written = longer;
            }
        }
    }
    if let Err(error) = file.flush().await {
        return Err(disk(&error));
    }
    if let Err(error) = file.sync_data().await {
        return Err(disk(&error));
    }
    ended.map(|()| written)
}

/// Puts a file whose last byte has arrived into its place.
async fn settle(market: &Market, account: AccountId, blob: BlobHash) -> Result<(), Problem> {
    let Blobs {
        folder, placing, ..
    } = &market.blobs;
    let right = folder.is_right(account, blob).await;
    if !right.map_err(|error| Problem::internal(&error))? {
        give_up(market, account, blob).await?;
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "wrong_hash",
            "The bytes are not those of the hash. Send the file again from its beginning.",
        ));
    }
    let _placing = placing.lock().await;
    let placed = folder.place(account, blob).await;
    placed.map_err(|error| disk(&error))?;
    let done = market.store.finish_blob(account, blob, (market.clock)());
    done.await.map_err(|error| Problem::internal(&error))
}

async fn give_up(market: &Market, account: AccountId, blob: BlobHash) -> Result<(), Problem> {
    let dropped = market.store.drop_upload(account, blob).await;
    dropped.map_err(|error| Problem::internal(&error))?;
    let dropped = market.blobs.folder.drop_upload(account, blob).await;
    dropped.map_err(|error| Problem::internal(&error))
}

fn answer(offset: u64, complete: bool) -> Response {
    Json(Received { offset, complete }).into_response()
}

/// The piece does not begin where the file ends; the header says where that is.
fn wrong_offset(received: u64) -> Response {
    let problem = Problem::conflict("wrong_offset", "The piece begins at another byte.");
    let mut response = problem.into_response();
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static(OFFSET), HeaderValue::from(received));
    response
}

fn no_space(bytes: u64) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "no_space",
        "Your space for files on this server is used up.",
    )
    .with_detail(format!("An account may send {bytes} bytes of files."))
}

/// The disk does not take it: a full one is no fault of the sender, who tries again later.
fn disk(error: &io::Error) -> Problem {
    tracing::error!(%error, "a file cannot be written");
    Problem::unavailable(30)
}
