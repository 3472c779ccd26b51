//! Who stands first among equals: a hash, so that nobody can pick an id that wins everywhere.

/// FNV-1a with 64 bits over the request's id and the freelancer's id, 16 bytes each, most significant first.
///
/// Among equal scores the smaller hash stands first.
pub fn tie_break(request: u128, freelancer: u128) -> u64 {
    fnv_1a(
        fnv_1a(OFFSET_BASIS, &request.to_be_bytes()),
        &freelancer.to_be_bytes(),
    )
}

/// A number drawn from these bytes, the same for everybody: FNV-1a, then the finish of `SplitMix64`, because FNV alone hardly spreads
/// its last byte.
pub(crate) fn lot(parts: &[&[u8]]) -> u64 {
    let mut bits = parts
        .iter()
        .fold(OFFSET_BASIS, |state, part| fnv_1a(state, part));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

fn fnv_1a(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |state, byte| {
        (state ^ u64::from(*byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv_1a(OFFSET_BASIS, b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a(OFFSET_BASIS, b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv_1a(OFFSET_BASIS, b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_order_of_two_freelancers_depends_on_the_request() {
        let first_wins = (0..64)
            .filter(|request| tie_break(*request, 1) < tie_break(*request, 2))
            .count();

        assert!((16..=48).contains(&first_wins), "{first_wins} of 64");
    }
}
