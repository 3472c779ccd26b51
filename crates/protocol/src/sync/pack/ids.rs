//! Ids apart from text. An id is chance, and in hexadecimal digits chance costs half as much again as it is worth; worse, it spoils
//! the statistics of the text around it. So each id goes into a table as 16 bytes, once, and the text keeps a mark in its place.
//! A scope that follows from an id of the table is not even in the table. Longer numbers, versions and times, go the same way, each
//! as the difference to the one of its kind before it.

use super::PackError;
use guildhall_domain::id::{AccountId, ApplicationId, RequestId};
use guildhall_domain::scope::Scope;
use std::collections::HashMap;
use uuid::Uuid;

/// Marks cannot be mistaken for text: these bytes never stand in UTF-8.
const NEW: u8 = 0xff;
/// Then how many ids ago it was.
const AGAIN: u8 = 0xfe;
/// Then which kind of scope, and how many ids ago the id was from which it follows.
const SCOPE: u8 = 0xfd;

/// A time in milliseconds, which has thirteen digits for the next two centuries.
const TIME: u8 = 0xfc;
/// Another number of at least four digits.
const NUMBER: u8 = 0xfb;
const TIME_DIGITS: usize = 13;
const NUMBER_DIGITS: std::ops::RangeInclusive<usize> = 4..=9;
/// The first time of a message is told from here.
const NOWADAYS: i64 = 1_790_000_000_000;

const QUOTED: usize = 38;
const DASHES: [usize; 4] = [9, 14, 19, 24];

/// Ids of scopes are made from names, all others from chance or time (RFC 9562, section 4.2).
const SCOPE_VERSION: usize = 5;

/// The scopes that follow from an id, by kind. What a kind means never changes.
fn scopes(id: Uuid) -> [Uuid; 4] {
    [
        Scope::own(AccountId(id)).0,
        Scope::person(AccountId(id)).0,
        Scope::request(RequestId(id)).0,
        Scope::thread(ApplicationId(id)).0,
    ]
}

#[derive(Clone, Copy)]
enum Known {
    Id(usize),
    Scope(u8, usize),
}

/// What was taken out of a text, and what is left of it.
pub(super) struct Apart {
    pub(super) ids: Vec<Uuid>,
    pub(super) numbers: Vec<u8>,
    pub(super) rest: Vec<u8>,
}

/// Takes ids and numbers out of a JSON text.
pub(super) fn split(text: &[u8]) -> Apart {
    let mut numbers = Vec::new();
    let mut before = Before::default();
    let mut ids: Vec<Uuid> = Vec::new();
    let mut known: HashMap<Uuid, Known> = HashMap::new();
    // For so many ids it has been noted which scopes follow from them.
    let mut followed = 0;
    let mut rest = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let plain = until(&text[at..], |byte| byte == b'"' || byte.is_ascii_digit());
        rest.extend_from_slice(plain);
        at += plain.len();
        let Some(id) = quoted(&text[at..]) else {
            let digits = digits(&text[at..]);
            if let Some(number) = number(digits) {
                let last = before.of(digits.len() == TIME_DIGITS);
                rest.push(if digits.len() == TIME_DIGITS {
                    TIME
                } else {
                    NUMBER
                });
                count(&mut numbers, fold(number - *last));
                *last = number;
                at += digits.len();
            } else {
                // A run of digits is left as it is as a whole.
                let end = text.len().min(at + digits.len().max(1));
                rest.extend_from_slice(&text[at..end]);
                at = end;
            }
            continue;
        };
        at += QUOTED;
        // Working out what follows from an id takes longer than all the rest, and few texts name many scopes.
        if id.get_version_num() == SCOPE_VERSION && !known.contains_key(&id) {
            for (index, id) in ids.iter().enumerate().skip(followed) {
                for (scope, kind) in scopes(*id).into_iter().zip(0..) {
                    known.entry(scope).or_insert(Known::Scope(kind, index));
                }
            }
            followed = ids.len();
        }
        match known.get(&id) {
            Some(Known::Id(index)) => {
                rest.push(AGAIN);
                count(&mut rest, ids.len() - 1 - index);
            }
            Some(Known::Scope(kind, index)) => {
                rest.extend([SCOPE, *kind]);
                count(&mut rest, ids.len() - 1 - index);
            }
            None => {
                rest.push(NEW);
                let index = ids.len();
                ids.push(id);
                known.insert(id, Known::Id(index));
            }
        }
    }
    Apart { ids, numbers, rest }
}

/// Puts ids and numbers back; the text may then have at most `limit` bytes.
pub(super) fn join(
    ids: &[Uuid],
    mut numbers: &[u8],
    rest: &[u8],
    limit: usize,
) -> Result<Vec<u8>, PackError> {
    let mut before = Before::default();
    let mut text = Vec::with_capacity(rest.len());
    let mut fresh = 0;
    let mut bytes = rest;
    loop {
        let plain = until(bytes, |byte| byte >= NUMBER);
        if text.len() + plain.len() > limit {
            return Err(PackError::TooLarge { limit });
        }
        text.extend_from_slice(plain);
        let Some((byte, after)) = bytes[plain.len()..].split_first() else {
            break;
        };
        bytes = after;
        let earlier = |back: usize, fresh: usize| {
            let index = fresh.checked_sub(1)?.checked_sub(back)?;
            ids.get(index).copied()
        };
        let id = match *byte {
            NEW => {
                fresh += 1;
                ids.get(fresh - 1).copied()
            }
            AGAIN => uncount(&mut bytes).and_then(|back| earlier(back, fresh)),
            SCOPE => bytes.split_off_first().and_then(|kind| {
                let from = uncount(&mut bytes).and_then(|back| earlier(back, fresh))?;
                scopes(from).get(usize::from(*kind)).copied()
            }),
            TIME | NUMBER => {
                let last = before.of(*byte == TIME);
                let step = uncount(&mut numbers).ok_or(PackError::Damaged)?;
                *last = last.checked_add(unfold(step)).ok_or(PackError::Damaged)?;
                text.extend_from_slice(last.to_string().as_bytes());
                if text.len() > limit {
                    return Err(PackError::TooLarge { limit });
                }
                continue;
            }
            // Between the marks nothing else is as high.
            _ => None,
        };
        let id = id.ok_or(PackError::Damaged)?;
        let mut digits = Uuid::encode_buffer();
        text.push(b'"');
        text.extend_from_slice(id.hyphenated().encode_lower(&mut digits).as_bytes());
        text.push(b'"');
        if text.len() > limit {
            return Err(PackError::TooLarge { limit });
        }
    }
    Ok(text)
}

/// What comes before the first byte that ends it.
fn until(text: &[u8], ends: impl Fn(u8) -> bool) -> &[u8] {
    let end = text.iter().position(|byte| ends(*byte));
    &text[..end.unwrap_or(text.len())]
}

/// The id at the beginning, if there is one, in quotes and written as ids are.
fn quoted(text: &[u8]) -> Option<Uuid> {
    let text = text.get(..QUOTED)?;
    let framed = text[0] == b'"' && text[QUOTED - 1] == b'"';
    if !framed || DASHES.iter().any(|at| text[*at] != b'-') {
        return None;
    }
    let digits = &text[1..QUOTED - 1];
    if digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    // No id at all is a word of the text: it is no chance.
    Uuid::try_parse_ascii(digits).ok().filter(|id| !id.is_nil())
}

/// The last time and the last other number.
struct Before {
    time: i64,
    number: i64,
}

impl Default for Before {
    fn default() -> Self {
        Self {
            time: NOWADAYS,
            number: 0,
        }
    }
}

impl Before {
    fn of(&mut self, is_time: bool) -> &mut i64 {
        if is_time {
            &mut self.time
        } else {
            &mut self.number
        }
    }
}

/// The digits at the beginning.
fn digits(text: &[u8]) -> &[u8] {
    until(text, |byte| !byte.is_ascii_digit())
}

/// A number that is taken out: of the right length, and written in the only way.
fn number(digits: &[u8]) -> Option<i64> {
    let is_long = digits.len() == TIME_DIGITS || NUMBER_DIGITS.contains(&digits.len());
    if !is_long || digits[0] == b'0' {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Small numbers of either sign become small numbers.
fn fold(step: i64) -> usize {
    usize::try_from(step.unsigned_abs() << 1 | u64::from(step < 0)).unwrap_or(usize::MAX)
}

fn unfold(folded: usize) -> i64 {
    let size = i64::try_from(folded >> 1).unwrap_or(i64::MAX);
    if folded & 1 == 1 { -size } else { size }
}

/// Seven bits a byte, the lowest first.
pub(super) fn count(into: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        into.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    into.push(u8::try_from(number).unwrap_or(0));
}

/// Takes a number off the beginning.
pub(super) fn uncount(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..usize::BITS - 7).step_by(7) {
        let byte = bytes.split_off_first()?;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
