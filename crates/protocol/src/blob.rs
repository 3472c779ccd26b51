//! Files on the wire: sent and fetched in pieces, found by their hash.
//!
//! `HEAD` says in headers how much of a file the server holds for the caller, `PUT` adds a piece at an offset, `GET` gives the
//! bytes or a range of them.

use crate::path;
use guildhall_domain::attachment::BlobHash;
use serde::{Deserialize, Serialize};

/// The most bytes a desktop sends in one piece: half of what the server reads in one request.
pub const PIECE: usize = 512 * 1024;
/// Header of `HEAD` and of a refused piece: how many bytes the server holds.
pub const OFFSET: &str = "upload-offset";
/// Header of `HEAD`: `?1` when the file is whole.
pub const COMPLETE: &str = "upload-complete";

/// The path of a file.
pub fn path(hash: BlobHash) -> String {
    format!("{}/{hash}", path::BLOB)
}

/// The query of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
pub struct Piece {
    /// Where the piece begins: as many bytes as the server holds.
    pub offset: u64,
    /// How many bytes the whole file has.
    #[cfg_attr(feature = "schema", param(minimum = 1))]
    pub size: u64,
}

/// What the server holds after a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Received {
    /// So many bytes.
    pub offset: u64,
    /// True when the file is whole and its hash is right.
    pub complete: bool,
}
