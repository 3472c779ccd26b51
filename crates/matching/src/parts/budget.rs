//! Budget: whether the rate is inside it. Cheaper earns nothing, so nobody has to race to the bottom.

use crate::gates::Excluded;
use crate::share::{ONE, share};
use serde::{Deserialize, Serialize};

/// What the budget part was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetFacts {
    /// The client has not named a budget.
    Open,
    /// The freelancer has not named a rate.
    NoRate,
    /// The rate is inside the budget.
    Within,
    /// The rate is above the budget.
    Over {
        /// By so many percent, at least 1.
        percent: u32,
    },
}

/// The part: 1 up to the budget, from there in a straight line to 0 at one and a half of it, where the gate closes.
/// Without a budget it is full; without a rate it is half.
pub(crate) fn share_of(budget: Option<i64>, rate: Option<i64>) -> Result<u32, Excluded> {
    let Some(budget) = budget else { return Ok(ONE) };
    let Some(rate) = rate else { return Ok(ONE / 2) };
    let (budget, rate) = (i128::from(budget.max(0)), i128::from(rate.max(0)));
    if rate <= budget {
        return Ok(ONE);
    }
    let left = 3 * budget - 2 * rate;
    // 1.5 of the greatest i64 still fits an u64.
    match (u64::try_from(left), u64::try_from(budget)) {
        (Ok(left), Ok(budget)) if left > 0 => Ok(share(left, budget)),
        _ => Err(Excluded::OverBudget),
    }
}

/// The highest rate that the gate of a budget lets pass.
pub(crate) fn highest_rate(budget: Option<i64>) -> i64 {
    let Some(budget) = budget else {
        return i64::MAX;
    };
    let budget = i128::from(budget.max(0));
    // Below one and a half of the budget, and in any case up to the budget itself.
    let below = (3 * budget + 1) / 2 - 1;
    i64::try_from(below.max(budget)).unwrap_or(i64::MAX)
}

/// What the sentence needs.
pub(crate) fn facts(budget: Option<i64>, rate: Option<i64>) -> BudgetFacts {
    let Some(budget) = budget else {
        return BudgetFacts::Open;
    };
    let Some(rate) = rate else {
        return BudgetFacts::NoRate;
    };
    let (budget, rate) = (i128::from(budget.max(0)), i128::from(rate.max(0)));
    if rate <= budget {
        return BudgetFacts::Within;
    }
    let percent = ((rate - budget) * 100 + budget / 2) / budget.max(1);
    BudgetFacts::Over {
        percent: u32::try_from(percent).unwrap_or(u32::MAX).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_rate_is_the_last_that_passes() {
        for budget in (-3..=20).chain([10_000, i64::MAX / 3, i64::MAX - 1, i64::MAX]) {
            let highest = highest_rate(Some(budget));

            assert!(share_of(Some(budget), Some(highest)).is_ok(), "{budget}");
            if let Some(more) = highest.checked_add(1) {
                let over = share_of(Some(budget), Some(more));
                assert_eq!(over, Err(Excluded::OverBudget), "{budget}");
            }
        }
        assert_eq!(highest_rate(Some(10_000)), 14_999);
        assert_eq!(highest_rate(None), i64::MAX);
    }

    #[test]
    fn the_part_falls_in_a_straight_line_behind_the_budget() {
        let over = Err(Excluded::OverBudget);
        let table = [
            (Some(10_000), Some(10_000), Ok(ONE), BudgetFacts::Within),
            (Some(10_000), Some(1), Ok(ONE), BudgetFacts::Within),
            (
                Some(10_000),
                Some(10_800),
                Ok(55_050),
                BudgetFacts::Over { percent: 8 },
            ),
            (
                Some(10_000),
                Some(10_001),
                Ok(65_522),
                BudgetFacts::Over { percent: 1 },
            ),
            (
                Some(10_000),
                Some(12_500),
                Ok(ONE / 2),
                BudgetFacts::Over { percent: 25 },
            ),
            (
                Some(10_000),
                Some(14_999),
                Ok(13),
                BudgetFacts::Over { percent: 50 },
            ),
            (
                Some(10_000),
                Some(15_000),
                over,
                BudgetFacts::Over { percent: 50 },
            ),
            (Some(0), Some(1), over, BudgetFacts::Over { percent: 100 }),
            (Some(-5), Some(-7), Ok(ONE), BudgetFacts::Within),
            (
                Some(i64::MIN),
                Some(i64::MAX),
                over,
                BudgetFacts::Over { percent: u32::MAX },
            ),
            (Some(i64::MAX), Some(i64::MAX), Ok(ONE), BudgetFacts::Within),
            (None, Some(i64::MAX), Ok(ONE), BudgetFacts::Open),
            (Some(1), None, Ok(ONE / 2), BudgetFacts::NoRate),
        ];
        for (budget, rate, expected, facts_expected) in table {
            assert_eq!(share_of(budget, rate), expected, "{budget:?} {rate:?}");
            assert_eq!(facts(budget, rate), facts_expected, "{budget:?} {rate:?}");
        }
    }
}
