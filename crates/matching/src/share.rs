//! Shares between nothing and everything, as integers.

/// One whole, in the unit of every share and of the score: 65,536.
pub const ONE: u32 = 1 << 16;

/// The share `part / whole`, cut to `0..=ONE` and rounded down; a whole of nothing is taken as reached.
pub(crate) fn share(part: u64, whole: u64) -> u32 {
    if part >= whole {
        return ONE;
    }
    // Nearly all numbers are small enough for the short division, which is several times as fast.
    let share = match part.checked_mul(u64::from(ONE)) {
        Some(scaled) => u128::from(scaled / whole),
        None => u128::from(part) * u128::from(ONE) / u128::from(whole),
    };
    u32::try_from(share).unwrap_or(ONE)
}

/// `of` times `share`, rounded down; never more than `of`.
pub(crate) fn take(of: u32, share: u32) -> u32 {
    let taken = u64::from(of) * u64::from(share.min(ONE)) / u64::from(ONE);
    u32::try_from(taken).unwrap_or(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_cut_at_one_and_rounded_down() {
        assert_eq!(share(0, 3), 0);
        assert_eq!(share(1, 3), 21_845);
        assert_eq!(share(3, 3), ONE);
        assert_eq!(share(9, 3), ONE);
        assert_eq!(share(0, 0), ONE);
        assert_eq!(share(u64::MAX - 1, u64::MAX), ONE - 1);
    }

    #[test]
    fn taking_a_share_never_gives_more_than_there_was() {
        assert_eq!(take(29_491, ONE), 29_491);
        assert_eq!(take(29_491, ONE / 2), 14_745);
        assert_eq!(take(u32::MAX, u32::MAX), u32::MAX);
    }
}
