//! The rows of a block that may come in, put apart by what they hold of what is wished.
//!
//! Rows that hold the same of the wished skills have the same bound, up to their rating. So one bound is computed for all of
//! them, turned into the least rating that would suffice, and the rows below it are put aside with one mask.

use crate::share::ONE;

/// Up to so many rows are looked at one by one.
const FEW: u32 = 8;

/// Rows of a block with the same bound for skills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group {
    /// The rows.
    pub(super) rows: u64,
    /// The weighted sum of what they reach of all wanted skills, at most.
    pub(super) sum: u64,
}

/// Puts rows apart by what they hold: `slots` tells of each wanted skill who holds anything of it, and what that weighs at most.
/// The first group holds what nobody is missing.
pub(super) fn put_apart(
    rows: u64,
    slots: impl Iterator<Item = (u64, u64)> + Clone,
    groups: &mut Vec<Group>,
) {
    groups.clear();
    let sum = slots.clone().map(|(_, weighs)| weighs).sum();
    groups.push(Group { rows, sum });
    for (holders, weighs) in slots {
        for at in 0..groups.len() {
            let Group { rows, sum } = groups[at];
            if rows & !holders != 0 {
                groups[at].rows = rows & holders;
                let (rows, sum) = (rows & !holders, sum - weighs);
                groups.push(Group { rows, sum });
            }
        }
        groups.retain(|group| group.rows != 0);
    }
}

/// The least share of which so much of a weight is got: the other way round of [`take`](crate::share::take). None if not even all of it suffices.
pub(super) fn least_share(of: u32, taken: u32) -> Option<u32> {
    if taken > of {
        return None;
    }
    if taken == 0 {
        return Some(0);
    }
    let share = (u64::from(taken) * u64::from(ONE)).div_ceil(u64::from(of));
    u32::try_from(share).ok()
}

/// Those of the rows whose rating is not below the least; the ratings are those of the block.
pub(super) fn rated_at_least(rows: u64, ratings: &[u16], least: u32) -> u64 {
    let mut rated = 0;
    if rows.count_ones() > FEW {
        for (chunk, ratings) in ratings.chunks(8).enumerate() {
            let mut is_rated = [0; 8];
            for (is_rated, rating) in is_rated.iter_mut().zip(ratings) {
                *is_rated = u8::from(u32::from(*rating) >= least);
            }
            rated |= bits_of(is_rated) << (8 * chunk);
        }
        return rows & rated;
    }
    let mut left = rows;
    while left != 0 {
        let bit = left.trailing_zeros();
        left &= left - 1;
        rated |= u64::from(u32::from(ratings[bit as usize]) >= least) << bit;
    }
    rated
}

/// Eight bytes of 0 or 1 as eight bits: the product brings each byte to its bit of the highest byte, and nothing else there.
fn bits_of(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::take;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_is_in_one_group_with_what_it_holds(
            rows in any::<u64>(),
            slots in vec((any::<u64>(), 0..200_000_u64), 0..6),
        ) {
            let mut groups = Vec::new();
            put_apart(rows, slots.iter().copied(), &mut groups);

            for row in 0..64 {
                let in_groups: Vec<u64> =
                    groups.iter().filter(|group| group.rows >> row & 1 == 1).map(|group| group.sum).collect();
                let held = slots.iter().filter(|(holders, _)| holders >> row & 1 == 1);
                let expected: u64 = held.map(|(_, weighs)| weighs).sum();
                prop_assert_eq!(in_groups, if rows >> row & 1 == 1 { vec![expected] } else { vec![] });
            }
        }

        #[test]
        fn the_least_share_suffices_and_no_smaller_one_does(of in 0..=ONE, taken in 0..=ONE) {
            match least_share(of, taken) {
                None => prop_assert!(take(of, ONE) < taken),
                Some(least) => {
                    prop_assert!(take(of, least) >= taken);
                    prop_assert!(least == 0 || take(of, least - 1) < taken);
                }
            }
        }

        #[test]
        fn who_is_rated_below_the_least_is_put_aside(
            rows in any::<u64>(),
            thin in any::<u64>(),
            ratings in vec(any::<u16>(), 64),
            least in 0..=ONE,
        ) {
            for rows in [rows, rows & thin & thin.rotate_left(7)] {
                let rated = rated_at_least(rows, &ratings, least);
                for (row, rating) in ratings.iter().enumerate() {
                    let expected = rows >> row & 1 == 1 && u32::from(*rating) >= least;
                    prop_assert_eq!(rated >> row & 1 == 1, expected);
                }
            }
        }
    }
}
