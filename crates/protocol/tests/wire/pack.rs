//! What is packed comes out as it went in, and what is broken is an error.

use guildhall_protocol::sync::pack::{
    DICTIONARIES, PackError, common_dictionary, pack, pack_delta, unpack, unpack_delta,
};
use guildhall_protocol::sync::{Cursor, Delta, DeltaRow};
use serde_json::value::RawValue;
use uuid::Uuid;

const EPOCH: Uuid = Uuid::from_u128(0xe9);
const LIMIT: usize = 1024 * 1024;

/// A delta with one row of this body.
fn delta(body: &str) -> Delta {
    let row: DeltaRow = serde_json::from_str(&format!(
        r#"{{"table": "message", "id": "0192aaaa-bbbb-7ccc-8ddd-0123456789ab", "version": 123456, "body": {body},
            "scopes": ["00000000-0000-0000-0000-00000000000b"]}}"#
    ))
    .expect("is a row");
    Delta {
        rows: vec![row],
        ..Delta::nothing(Cursor {
            epoch: EPOCH,
            version: 123_456,
        })
    }
}

fn text(delta: &Delta) -> String {
    serde_json::to_string(delta).expect("is JSON")
}

#[test]
fn what_is_packed_comes_out_as_it_went_in() {
    let bodies = [
        r#"{"id":"0192aaaa-bbbb-7ccc-8ddd-0123456789ab","at":1795000000000,"n":[0,-1234,1e4,1234.5678,12345678901234567890]}"#,
        r#"{"upper":"0192AAAA-BBBB-7CCC-8DDD-0123456789AB","words":"in 2026, 0012345 and \u00ff ÿ þ 👋","nil":"00000000-0000-0000-0000-000000000000"}"#,
        r#"{"00000000-0000-0000-0000-00000000000b":"0192aaaa-bbbb-7ccc-8ddd-0123456789ab0192aaaa"}"#,
    ];
    for body in bodies {
        let delta = delta(body);
        for (known, with) in [
            (Some(EPOCH), Some(DICTIONARIES[0])),
            (Some(Uuid::from_u128(7)), None),
            (None, Some(DICTIONARIES[0])),
        ] {
            let frame = pack_delta(delta.clone(), known, with).expect("is packed");
            let back = unpack_delta(&frame, known, LIMIT).expect("is unpacked");
            assert_eq!(text(&back), text(&delta));
        }
    }
}

#[test]
fn a_damaged_frame_is_an_error_and_never_a_panic() {
    let whole = delta(r#"{"at":1795000000000,"of":"0192aaaa-bbbb-7ccc-8ddd-0123456789ab"}"#);
    let frame = pack_delta(whole.clone(), Some(EPOCH), Some(DICTIONARIES[0])).expect("is packed");
    for length in 0..frame.len() {
        unpack_delta(&frame[..length], Some(EPOCH), LIMIT).expect_err("its end is missing");
    }
    let mut noticed = 0;
    for bit in 0..frame.len() * 8 {
        let mut bent = frame.clone();
        bent[bit / 8] ^= 1 << (bit % 8);
        // Some bits are only digits of an id, and a few mean nothing.
        noticed += usize::from(unpack_delta(&bent, Some(EPOCH), LIMIT).is_err());
    }
    assert!(
        noticed > frame.len() * 2,
        "{noticed} of {}",
        frame.len() * 8
    );
    let longer: Vec<u8> = frame.iter().copied().chain([0]).collect();
    unpack_delta(&longer, Some(EPOCH), LIMIT).expect_err("something follows");
}

#[test]
fn what_unpacks_to_too_much_is_not_taken() {
    let bomb = pack(&vec![b' '; LIMIT + 1], None).expect("is packed");
    assert!(bomb.len() < 1_000);
    assert_eq!(
        unpack(&bomb, LIMIT),
        Err(PackError::TooLarge { limit: LIMIT })
    );
    assert_eq!(
        unpack(&bomb, LIMIT + 1).map(|bytes| bytes.len()),
        Ok(LIMIT + 1)
    );
    let body = RawValue::from_string(format!(
        "[{}0]",
        "\"0192aaaa-bbbb-7ccc-8ddd-0123456789ab\",".repeat(1_000)
    ));
    let many = delta(body.expect("is JSON").get());
    let frame = pack_delta(many, None, None).expect("is packed");
    let refused = unpack_delta(&frame, None, 20_000).expect_err("is too large");
    assert_eq!(refused, PackError::TooLarge { limit: 20_000 });
}

#[test]
fn only_dictionaries_of_both_sides_are_used() {
    assert_eq!(common_dictionary(&[]), None);
    assert_eq!(common_dictionary(&[77]), None);
    assert_eq!(common_dictionary(&[77, 1]), Some(1));
    assert_eq!(pack(b"x", Some(77)), Err(PackError::UnknownDictionary(77)));
    let mut strange = pack(b"something", Some(1)).expect("is packed");
    // Magic number, descriptor, then the dictionary's number.
    assert_eq!(strange[5], 1);
    strange[5] = 77;
    assert_eq!(
        unpack(&strange, LIMIT),
        Err(PackError::UnknownDictionary(77))
    );
}
