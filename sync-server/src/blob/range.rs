//! `Range: bytes=…` (RFC 9110 §14): one range; anything else is answered with the whole.

/// What part of a file is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it.
    Whole,
    /// From this byte up to, not with, that one.
    Part(u64, u64),
    /// Nothing that the file has.
    Beyond,
}

/// Reads the header for a file of this size.
pub(super) fn asked(header: Option<&str>, size: u64) -> Asked {
    let Some(range) = header.and_then(|header| header.strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    let Some((from, to)) = range.split_once('-') else {
        return Asked::Whole;
    };
    let number = |text: &str| {
        let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    match (number(from), number(to)) {
        (Some(from), _) if from >= size => Asked::Beyond,
        (Some(from), None) if to.is_empty() => Asked::Part(from, size),
        (Some(from), Some(to)) if to >= from => Asked::Part(from, to.saturating_add(1).min(size)),
        (None, Some(0)) if from.is_empty() => Asked::Beyond,
        (None, Some(last)) if from.is_empty() => Asked::Part(size.saturating_sub(last), size),
        (_, _) => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_anything_else_is_the_whole() {
        let cases = [
            ("bytes=0-", Asked::Part(0, 10)),
            ("bytes=4-", Asked::Part(4, 10)),
            ("bytes=4-5", Asked::Part(4, 6)),
            ("bytes=4-4", Asked::Part(4, 5)),
            ("bytes=4-99", Asked::Part(4, 10)),
            ("bytes=-3", Asked::Part(7, 10)),
            ("bytes=-99", Asked::Part(0, 10)),
            ("bytes=9-18446744073709551615", Asked::Part(9, 10)),
            ("bytes=10-", Asked::Beyond),
            ("bytes=99999999999999999999999-", Asked::Beyond),
            ("bytes=-0", Asked::Beyond),
            ("bytes=5-4", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=+1-", Asked::Whole),
            ("bytes", Asked::Whole),
            ("items=0-1", Asked::Whole),
            ("", Asked::Whole),
        ];
        for (header, expected) in cases {
            assert_eq!(asked(Some(header), 10), expected, "{header}");
        }
        assert_eq!(asked(None, 10), Asked::Whole);
    }
}
