//! The chain: each line carries a hash over itself and the hash before it. Pure.

use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// A line of the audit log as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its number, counted from 1 without gaps.
    pub seq: u64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What happened.
    pub kind: String,
    /// The account that did it; empty where nobody was signed in.
    pub who: String,
    /// The account or thing it was done to; empty where there is none.
    pub whom: String,
    /// A reason, a role, a count.
    pub note: String,
    /// Over all this and the hash of the line before.
    pub hash: [u8; 32],
}

/// Where the log ends: a number and a hash, to be kept elsewhere. Written as `12:9f…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last line, 0 before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Where the log is not what was written, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuditBroken {
    /// The line does not go with its hash and the line before.
    #[error("line {0} was changed")]
    Changed(u64),
    /// There are lines before and after, and this one is not there.
    #[error("line {0} is missing")]
    Missing(u64),
    /// The log ends here, and did not when the head was taken.
    #[error("the log ends with line {ends}, but had {had} lines when the head was taken")]
    Cut {
        /// The last line that is there.
        ends: u64,
        /// How many there were.
        had: u64,
    },
    /// The chain holds, but it is not the one of which the head was taken.
    #[error("line {0} is not the one of which the head was taken")]
    Other(u64),
}

/// A text that is no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a head is a number, a colon and 64 hexadecimal digits")]
pub struct NoHead;

impl AuditHead {
    /// Before the first line.
    pub const START: Self = Self {
        seq: 0,
        hash: [0; 32],
    };
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.hash
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for AuditHead {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let (seq, digits) = text.split_once(':').ok_or(NoHead)?;
        let seq = seq.parse().map_err(|_| NoHead)?;
        let digits = digits.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(NoHead);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NoHead)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NoHead)?;
        }
        Ok(Self { seq, hash })
    }
}

impl AuditLine {
    /// The hash that the line must carry after this one.
    pub fn hash_after(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(before);
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at.to_be_bytes());
        // Each text with its length, so that no letter moves from one to the next unnoticed.
        for text in [&self.kind, &self.who, &self.whom, &self.note] {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().into()
    }
}

/// Follows a log line by line.
#[derive(Debug, Clone)]
pub struct AuditCheck {
    reached: AuditHead,
    kept: Option<AuditHead>,
}

impl AuditCheck {
    /// Begins before the first line; with a head that was kept elsewhere, the log must lead through it.
    pub fn begin(kept: Option<AuditHead>) -> Self {
        Self {
            reached: AuditHead::START,
            kept,
        }
    }

    /// Takes the next line.
    ///
    /// # Errors
    /// [`AuditBroken`] when it does not follow.
    pub fn take(&mut self, line: &AuditLine) -> Result<(), AuditBroken> {
        let next = self.reached.seq + 1;
        if line.seq != next {
            return Err(AuditBroken::Missing(next));
        }
        if line.hash != line.hash_after(&self.reached.hash) {
            return Err(AuditBroken::Changed(next));
        }
        self.reached = AuditHead {
            seq: next,
            hash: line.hash,
        };
        match self.kept {
            Some(kept) if kept.seq == next && kept.hash != line.hash => {
                Err(AuditBroken::Other(next))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Where the log ends.
    ///
    /// # Errors
    /// [`AuditBroken`] when it ends before the head that was kept.
    pub fn end(self) -> Result<AuditHead, AuditBroken> {
        match self.kept {
            Some(kept) if kept.seq > self.reached.seq => Err(AuditBroken::Cut {
                ends: self.reached.seq,
                had: kept.seq,
            }),
            Some(_) | None => Ok(self.reached),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: u64 = 1_000;

    fn written() -> Vec<AuditLine> {
        let mut before = [0; 32];
        (1..=LINES)
            .map(|seq| {
                let mut line = AuditLine {
                    seq,
                    at: 1_000,
                    kind: "signed_in".to_owned(),
                    who: format!("who-{}", seq % 7),
                    whom: String::new(),
                    note: String::new(),
                    hash: [0; 32],
                };
                line.hash = line.hash_after(&before);
                before = line.hash;
                line
            })
            .collect()
    }

    fn head(lines: &[AuditLine]) -> AuditHead {
        lines.last().map_or(AuditHead::START, |line| AuditHead {
            seq: line.seq,
            hash: line.hash,
        })
    }

    fn check(lines: &[AuditLine], kept: Option<AuditHead>) -> Result<AuditHead, AuditBroken> {
        let mut check = AuditCheck::begin(kept);
        for line in lines {
            check.take(line)?;
        }
        check.end()
    }

    #[test]
    fn a_log_as_it_was_written_holds() {
        let lines = written();
        assert_eq!(check(&lines, None), Ok(head(&lines)));
        assert_eq!(check(&lines, Some(head(&lines[..400]))), Ok(head(&lines)));
        assert_eq!(check(&[], None), Ok(AuditHead::START));
    }

    /// Where a check stands before each line of a log that holds.
    fn before_each(lines: &[AuditLine]) -> Vec<AuditCheck> {
        let mut check = AuditCheck::begin(Some(head(lines)));
        lines
            .iter()
            .map(|line| {
                let before = check.clone();
                check.take(line).expect("it holds");
                before
            })
            .collect()
    }

    #[test]
    fn every_change_of_a_line_is_found_where_it_is() {
        let stands = written();
        let changes: [fn(&mut AuditLine); 7] = [
            |line| line.at += 1,
            |line| line.kind.push('!'),
            |line| line.who.push('!'),
            |line| line.whom.push('!'),
            |line| line.note.push('!'),
            |line| line.hash[31] ^= 1,
            |line| line.note = std::mem::take(&mut line.kind),
        ];
        for (line, before) in stands.iter().zip(before_each(&stands)) {
            for change in changes {
                let mut other = line.clone();
                change(&mut other);
                let broken = AuditBroken::Changed(line.seq);
                assert_eq!(before.clone().take(&other), Err(broken));
            }
        }
    }

    #[test]
    fn every_line_that_is_gone_or_moved_is_found() {
        let stands = written();
        let checks = before_each(&stands);
        for (pair, before) in stands.windows(2).zip(&checks) {
            let [line, next] = pair else {
                panic!("a window of two");
            };
            let gone = before.clone().take(next);
            assert_eq!(gone, Err(AuditBroken::Missing(line.seq)));
            // Moved and renumbered, so that only the chain tells.
            let mut moved = next.clone();
            moved.seq = line.seq;
            let moved = before.clone().take(&moved);
            assert_eq!(moved, Err(AuditBroken::Changed(line.seq)));
        }
        for (line, before) in stands.iter().zip(checks) {
            let cut = AuditBroken::Cut {
                ends: line.seq - 1,
                had: LINES,
            };
            assert_eq!(before.end(), Err(cut), "cut before {}", line.seq);
        }
    }

    #[test]
    fn a_log_that_was_written_anew_is_not_the_one_that_was_kept() {
        let stands = written();
        let mut lines = stands.clone();
        let mut before = [0; 32];
        lines[500].note = "nothing happened".to_owned();
        for line in &mut lines {
            line.hash = line.hash_after(&before);
            before = line.hash;
        }
        assert!(check(&lines, None).is_ok(), "the chain itself holds");
        let kept = head(&stands[..700]);
        assert_eq!(check(&lines, Some(kept)), Err(AuditBroken::Other(700)));
    }

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = head(&written());
        assert_eq!(head.to_string().parse(), Ok(head));
        for text in ["", "5", "5:", "5:zz", ":00", "x:00", "1:é"] {
            assert_eq!(text.parse::<AuditHead>(), Err(NoHead), "{text}");
        }
    }
}
