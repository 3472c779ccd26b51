//! How many tests a runner ran, read from what it prints.

use std::fmt;

/// Tests that passed and tests that failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Count {
    /// A check that is a single yes or no.
    pub(crate) fn one(ok: bool) -> Self {
        Self {
            passed: u32::from(ok),
            failed: u32::from(!ok),
        }
    }

    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }

    /// Makes sure that a run which ended badly, or ran nothing, counts as a failure.
    pub(crate) fn with_exit(self, ok: bool) -> Self {
        if self.failed == 0 && (!ok || self.passed == 0) {
            return self.plus(Self::one(false));
        }
        self
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Sums the lines `test result: ok. 3 passed; 0 failed; …` of Rust's own runner.
pub(crate) fn of_libtest(output: &str) -> Count {
    output
        .lines()
        .filter_map(|line| line.trim().strip_prefix("test result: "))
        .map(|line| Count {
            passed: number_before(line, "passed"),
            failed: number_before(line, "failed"),
        })
        .fold(Count::default(), Count::plus)
}

/// Reads the line `Tests  1 failed | 12 passed (13)` of Vitest.
pub(crate) fn of_vitest(output: &str) -> Count {
    output
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Tests "))
        .map(|line| Count {
            passed: number_before(line, "passed"),
            failed: number_before(line, "failed"),
        })
        .fold(Count::default(), Count::plus)
}

/// Reads the closing lines `ℹ pass 8` and `ℹ fail 0` of Node's runner.
pub(crate) fn of_node(output: &str) -> Count {
    let sum = |label: &str| -> u32 {
        output
            .lines()
            .filter_map(|line| line.trim().strip_prefix(['ℹ', '#']))
            .filter_map(|line| line.trim().strip_prefix(label)?.trim().parse::<u32>().ok())
            .sum()
    };
    Count {
        passed: sum("pass "),
        failed: sum("fail ") + sum("cancelled "),
    }
}

fn number_before(line: &str, word: &str) -> u32 {
    let words: Vec<&str> = line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    words
        .windows(2)
        .find(|pair| pair[1] == word)
        .and_then(|pair| pair[0].parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Count, of_libtest, of_node, of_vitest};

    fn count(passed: u32, failed: u32) -> Count {
        Count { passed, failed }
    }

    #[test]
    fn the_results_of_several_test_programs_add_up() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored\n\
                      test result: FAILED. 3 passed; 1 failed; 0 ignored; finished in 0.00s\n";
        assert_eq!(of_libtest(output), count(5, 1));
    }

    #[test]
    fn vitest_is_counted_by_tests_and_not_by_files() {
        let output =
            " Test Files  1 failed | 3 passed (4)\n      Tests  1 failed | 12 passed (13)\n";
        assert_eq!(of_vitest(output), count(12, 1));
        assert_eq!(of_vitest("      Tests  7 passed (7)\n"), count(7, 0));
    }

    #[test]
    fn a_cancelled_window_test_is_a_failed_one() {
        let output = "ℹ tests 9\nℹ pass 6\nℹ fail 1\nℹ cancelled 2\n";
        assert_eq!(of_node(output), count(6, 3));
    }

    #[test]
    fn a_run_that_ended_badly_or_ran_nothing_has_failed() {
        assert_eq!(count(4, 0).with_exit(false), count(4, 1));
        assert_eq!(count(4, 2).with_exit(false), count(4, 2));
        assert_eq!(count(0, 0).with_exit(true), count(0, 1));
        assert_eq!(count(4, 0).with_exit(true), count(4, 0));
    }
}
