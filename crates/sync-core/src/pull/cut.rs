//! What the server said in one delta or more, with its rows read.

use guildhall_domain::row::{Key, Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Delta, DeltaRow};
use uuid::Uuid;

/// A row that makes no sense; what came is not taken in.
#[derive(Debug, thiserror::Error)]
#[error("row {id} of {table:?} cannot be read")]
pub struct BadDelta {
    /// Which table.
    pub table: Table,
    /// Which row.
    pub id: Uuid,
    /// Why.
    #[source]
    pub source: serde_json::Error,
}

/// A row as it came, and what it says.
#[derive(Debug, Clone)]
pub struct ReadRow {
    /// Which row.
    pub key: Key,
    /// What it says.
    pub row: Row,
    /// The version that wrote it last.
    pub version: u64,
    /// Its document, with the fields that this version does not know.
    pub body: Box<str>,
    /// Why this person sees it.
    pub scopes: Vec<Scope>,
}

/// A delta of which every row has been read. Reading is most of the work of taking one in, and with pages it is done while the
/// next one is on its way.
#[derive(Debug, Clone)]
pub struct Cut {
    /// All but the rows.
    pub said: Delta,
    /// The rows.
    pub rows: Vec<ReadRow>,
}

impl Cut {
    /// Reads the rows of a delta, all or none.
    ///
    /// # Errors
    /// [`BadDelta`] for the first row that cannot be read.
    pub fn read(mut delta: Delta) -> Result<Self, BadDelta> {
        let rows = std::mem::take(&mut delta.rows);
        let rows = rows.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { said: delta, rows })
    }

    /// Without rows there is nothing to read.
    pub fn bare(mut said: Delta) -> Self {
        said.rows.clear();
        let rows = Vec::new();
        Self { said, rows }
    }
}

fn read(sent: DeltaRow) -> Result<ReadRow, BadDelta> {
    let DeltaRow {
        table,
        id,
        version,
        body,
        scopes,
    } = sent;
    let row = Row::decode(table, body.get());
    let row = row.map_err(|source| BadDelta { table, id, source })?;
    Ok(ReadRow {
        key: Key { table, id },
        row,
        version,
        body: body.into(),
        scopes,
    })
}
