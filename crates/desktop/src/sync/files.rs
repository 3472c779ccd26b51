//! Files over HTTP: how much the server has, a piece more, the rest of one.

use super::Transport;
use crate::error::Error;
use guildhall_domain::attachment::BlobHash;
use guildhall_protocol::blob::{self, COMPLETE, OFFSET, Piece, Received};
use reqwest::StatusCode;
use reqwest::header::RANGE;
use std::time::Duration;
use tokio::time::timeout;

/// How long one piece may take; what arrived by then stays on the server.
const PIECE_LIMIT: Duration = Duration::from_secs(50);
/// How long a whole file may take to arrive; what arrived by then stays here.
const FETCH_LIMIT: Duration = Duration::from_mins(20);
/// How long a line may be silent while a file arrives.
const SILENCE: Duration = Duration::from_secs(30);

impl Transport {
    /// How much of a file the server has of this account.
    pub(crate) async fn blob_standing(&self, hash: BlobHash) -> Result<Received, Error> {
        let url = self.url(&blob::path(hash));
        let answer = self.answered(|| self.http().head(&url)).await?;
        let header = |name: &str| answer.headers().get(name)?.to_str().ok();
        match answer.status() {
            StatusCode::OK => Ok(Received {
                offset: header(OFFSET)
                    .and_then(|text| text.parse().ok())
                    .ok_or(Error::Offline)?,
                complete: header(COMPLETE) == Some("?1"),
            }),
            StatusCode::NOT_FOUND => Ok(Received {
                offset: 0,
                complete: false,
            }),
            StatusCode::UNAUTHORIZED => Err(Error::SignInNeeded),
            _ => Err(Error::Offline),
        }
    }

    /// Sends a piece of a file.
    pub(crate) async fn send_piece(
        &self,
        hash: BlobHash,
        piece: Piece,
        bytes: Vec<u8>,
    ) -> Result<Received, Error> {
        let Piece { offset, size } = piece;
        let path = blob::path(hash);
        let url = self.url(&format!("{path}?offset={offset}&size={size}"));
        let answer = self
            .send(|| {
                self.http()
                    .put(&url)
                    .body(bytes.clone())
                    .timeout(PIECE_LIMIT)
            })
            .await?;
        answer.json().await.map_err(|_| Error::Offline)
    }

    /// Begins to fetch a file from a byte on.
    pub(crate) async fn fetch_blob(&self, hash: BlobHash, from: u64) -> Result<Bytes, Error> {
        let url = self.url(&blob::path(hash));
        let answer = self
            .send(|| {
                self.http()
                    .get(&url)
                    .header(RANGE, format!("bytes={from}-"))
                    .timeout(FETCH_LIMIT)
            })
            .await?;
        if answer.status() != StatusCode::PARTIAL_CONTENT {
            // The whole from its beginning would be appended to what is here.
            return Err(Error::Unreadable(
                "The server does not give parts of files.".to_owned(),
            ));
        }
        Ok(Bytes(answer))
    }
}

/// A file as it arrives.
pub(crate) struct Bytes(reqwest::Response);

impl Bytes {
    /// What arrives next; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let chunk = timeout(SILENCE, self.0.chunk())
            .await
            .map_err(|_| Error::Offline)?
            .map_err(|_| Error::Offline)?;
        Ok(chunk.map(|bytes| bytes.to_vec()))
    }
}
