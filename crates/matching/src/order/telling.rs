//! How many learn of a request: first a few, then more while too few answer.

use super::APPLICATIONS_TARGET;

/// How many are told in one round: three for each application that a request can well use, since most do not apply.
pub const TOLD_A_ROUND: usize = 3 * APPLICATIONS_TARGET as usize;

/// How many more freelancers are told of a request in this round, the best of those who were not told yet.
///
/// The first round tells 24. Each further round tells 24 more, as long as the request has fewer than eight applications; then whoever
/// was told is enough, and nobody else is asked to write what will not be read.
pub fn to_tell(told: usize, applications: u32) -> usize {
    if told == 0 || applications < APPLICATIONS_TARGET {
        TOLD_A_ROUND
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::to_tell;

    #[test]
    fn more_are_told_only_while_too_few_apply() {
        for (told, applications, more) in [
            (0, 0, 24),
            (0, 9, 24),
            (24, 0, 24),
            (24, 7, 24),
            (24, 8, 0),
            (48, 3, 24),
        ] {
            assert_eq!(to_tell(told, applications), more, "{told} {applications}");
        }
    }
}
