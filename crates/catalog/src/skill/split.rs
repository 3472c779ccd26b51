//! Takes a list of skills, as people write one, apart.

use serde::Serialize;

use super::{SkillId, Vocabulary};

/// Is one skill mentioned in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mention {
    /// The words as they stood in the text.
    pub raw: String,
    /// The skill they mean, if the vocabulary knows it.
    pub skill: Option<SkillId>,
}

impl Vocabulary {
    pub(crate) fn split_and_resolve(&self, text: &str) -> Vec<Mention> {
        let mut mentions = Vec::new();
        for part in parts(text) {
            self.mention(part, &mut mentions);
        }
        mentions
    }

    fn mention(&self, part: &str, mentions: &mut Vec<Mention>) {
        let raw = trimmed(part);
        // `UI/UX` and `Research and development` are one skill each.
        if raw.is_empty() || self.resolve_exact(raw).is_some() {
            self.push(raw, mentions);
            return;
        }
        for side in raw.split('/') {
            self.sides_of_and(trimmed(side), mentions);
        }
    }

    /// Splits at each *and* that has a skill on either side, unless both are one skill.
    fn sides_of_and(&self, raw: &str, mentions: &mut Vec<Mention>) {
        let mut start = 0;
        for (at, len) in ands(raw) {
            let next = at + len;
            let until = ands(&raw[next..])
                .next()
                .map_or(raw.len(), |(after, _)| next + after);
            let one_skill = self.resolve_exact(&raw[start..until]).is_some();
            if !one_skill && self.knows(&raw[start..at]) && self.knows(&raw[next..until]) {
                self.push(&raw[start..at], mentions);
                start = next;
            }
        }
        self.push(&raw[start..], mentions);
    }

    fn knows(&self, raw: &str) -> bool {
        self.resolve(trimmed(raw)).is_some()
    }

    fn push(&self, raw: &str, mentions: &mut Vec<Mention>) {
        let raw = trimmed(raw);
        if !raw.is_empty() {
            mentions.push(Mention {
                raw: raw.to_owned(),
                skill: self.resolve(raw),
            });
        }
    }
}

/// Where each *and* stands in a text, and how long it is.
fn ands(raw: &str) -> impl Iterator<Item = (usize, usize)> {
    raw.match_indices(' ').filter_map(|(at, _)| {
        let rest = &raw[at + 1..];
        let (word, _) = rest.split_once(' ')?;
        let is_and = word == "&" || word.eq_ignore_ascii_case("and");
        is_and.then_some((at, word.len() + 2))
    })
}

/// The parts between separators. A bracket that holds a list is a list of its own.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(is_separator_or_open) {
        let tail = &rest[end..];
        if !tail.starts_with('(') {
            parts.push(&rest[..end]);
            rest = after_first(tail);
            continue;
        }
        let inner = tail[1..].split(')').next().unwrap_or_default();
        if inner.contains(is_separator) || inner.contains('/') {
            parts.push(&rest[..end]);
            parts.extend(inner.split(is_separator));
            rest = &tail[1 + inner.len()..];
            rest = rest.strip_prefix(')').unwrap_or(rest);
            continue;
        }
        // A plain bracket stays with its words, up to the next separator.
        let after = 1 + inner.len();
        let until = tail[after..]
            .find(is_separator)
            .map_or(tail.len(), |at| after + at);
        parts.push(&rest[..end + until]);
        rest = after_first(&tail[until..]);
    }
    parts.push(rest);
    parts
}

fn is_separator(letter: char) -> bool {
    matches!(
        letter,
        ',' | ';' | '|' | '\n' | '\r' | '\t' | '•' | '·' | '、' | '，' | '；'
    )
}

fn is_separator_or_open(letter: char) -> bool {
    letter == '(' || is_separator(letter)
}

fn after_first(text: &str) -> &str {
    let mut letters = text.chars();
    letters.next();
    letters.as_str()
}

fn trimmed(text: &str) -> &str {
    text.trim()
        .trim_start_matches(['-', '*', '–', '—', ':'])
        .trim_end_matches(['.', ':', ' '])
        .trim()
}
