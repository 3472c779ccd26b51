//! Reading a stored document.

use crate::error::StoreError;
use guildhall_domain::row::{Row, Table};

/// Reads a stored body.
pub(super) fn decode(table: Table, id: &str, body: &str) -> Result<Row, StoreError> {
    Row::decode(table, body).map_err(|source| StoreError::Row {
        table,
        id: id.to_owned(),
        source,
    })
}
