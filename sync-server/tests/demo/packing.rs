//! How small deltas are on the wire, measured on a market that the dictionary was not trained on.

use guildhall_domain::row::{Row, Table};
use guildhall_domain::scope::placements;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::pack::{DICTIONARIES, pack_delta, unpack_delta};
use guildhall_protocol::sync::{Cursor, Delta, DeltaRow};
use guildhall_server::demo::{Size, history};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

const EPOCH: Uuid = Uuid::from_u128(0x0192_aaaa_bbbb_7ccc_8ddd_0123_4567_89ab);

fn delta<'a>(rows: impl IntoIterator<Item = &'a Row>, version: u64) -> Delta {
    let row = |row: &Row| DeltaRow {
        table: row.table(),
        id: row.id(),
        version,
        body: RawValue::from_string(row.encode().expect("is JSON")).expect("is JSON"),
        scopes: placements(row),
    };
    Delta {
        rows: rows.into_iter().map(row).collect(),
        ..Delta::nothing(Cursor {
            epoch: EPOCH,
            version,
        })
    }
}

fn packed(delta: &Delta) -> usize {
    let frame = pack_delta(delta.clone(), Some(EPOCH), Some(DICTIONARIES[0])).expect("is packed");
    let back = unpack_delta(&frame, Some(EPOCH), 16 << 20).expect("is unpacked");
    assert_eq!(
        serde_json::to_string(&back).expect("is JSON"),
        serde_json::to_string(delta).expect("is JSON")
    );
    frame.len()
}

#[test]
fn deltas_are_small() {
    let size = Size {
        seed: 4_711,
        ..Size::default()
    };
    let rows = history(size, Timestamp(1_796_000_000_000))
        .expect("is legal")
        .rows;
    let bytes: usize = rows
        .chunks(2_000)
        .map(|rows| packed(&delta(rows, 77)))
        .sum();
    let mut kinds: BTreeMap<Table, (usize, usize)> = BTreeMap::new();
    for (number, row) in rows.iter().enumerate().step_by(7) {
        let version = u64::try_from(number).expect("is small") + 100_000;
        let kind = kinds.entry(row.table()).or_default();
        kind.0 += 1;
        // The socket's own header is two to four bytes.
        kind.1 += packed(&delta([row], version)) + 4;
    }
    let whole = bytes / rows.len();
    assert!(whole <= 70, "{whole} bytes a row in bulk");
    let (count, wire) = kinds[&Table::Message];
    assert!(wire / count <= 122, "{} bytes for a message", wire / count);
    let (count, wire) = kinds[&Table::ReadMark];
    assert!(wire / count <= 100, "{} bytes for a mark", wire / count);
}
