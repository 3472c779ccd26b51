//! Trains the dictionary of short live messages on the demo market and writes it to a file:
//! `cargo run --release -p guildhall-server --example dictionary -- NUMBER FILE`.

use guildhall_domain::row::{Row, Table};
use guildhall_domain::scope::placements;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::pack::skeleton;
use guildhall_protocol::sync::{Cursor, Delta, DeltaRow};
use guildhall_server::demo::{Size, history};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

const BYTES: usize = 32 * 1024;
/// Of each kind of row at most so many, so that the frequent kinds do not push out the rest.
const OF_A_KIND: usize = 1_500;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(number), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("give a number and a file".into());
    };
    let number: u32 = number.parse()?;
    let day = Timestamp(1_795_000_000_000);
    let rows = history(Size::default(), day)?.rows;
    let mut kinds: BTreeMap<Table, Vec<Row>> = BTreeMap::new();
    for row in rows {
        kinds.entry(row.table()).or_default().push(row);
    }
    let mut samples = Vec::new();
    for rows in kinds.values() {
        let step = rows.len().div_ceil(OF_A_KIND).max(1);
        for (version, row) in rows.iter().step_by(step).enumerate() {
            samples.push(sample(row, u64::try_from(version)? * 31 + 1)?);
        }
    }
    let mut dictionary = zstd::dict::from_samples(&samples, BYTES)?;
    // The four bytes behind the magic number are the dictionary's own.
    dictionary[4..8].copy_from_slice(&number.to_le_bytes());
    std::fs::write(&file, &dictionary)?;
    println!(
        "{} samples, {} bytes in {file}",
        samples.len(),
        dictionary.len()
    );
    Ok(())
}

/// One changed row as it goes over the socket.
fn sample(row: &Row, version: u64) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let delta = Delta {
        rows: vec![DeltaRow {
            table: row.table(),
            id: row.id(),
            version,
            body: RawValue::from_string(row.encode()?)?,
            scopes: placements(row),
        }],
        ..Delta::nothing(Cursor {
            epoch: Uuid::nil(),
            version,
        })
    };
    Ok(skeleton(&serde_json::to_vec(&delta)?))
}
