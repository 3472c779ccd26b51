//! Files that go with words: what a row says of one. The bytes travel by themselves and are found by their hash.

use crate::denied::Mistakes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The most files that one message carries.
pub const MAXIMUM_ATTACHMENTS: usize = 10;
/// The most bytes that one file has.
pub const MAXIMUM_BYTES: u64 = 25 * 1024 * 1024;
/// The most bytes of a file's name, as most file systems have it.
const MAXIMUM_NAME: usize = 200;

/// The SHA-256 of a file's bytes, by which it is found. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash(pub [u8; 32]);

/// The text is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash has 64 lower-case hexadecimal digits")]
pub struct NoHash;

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for BlobHash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        // One hash has one name: what is written in another way is no hash.
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(NoHash),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(NoHash);
        }
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for BlobHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BlobHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// A file that goes with words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its bytes, by their hash.
    pub blob: BlobHash,
    /// What its sender calls it: a name without a folder.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// What its sender takes it for, e.g. `image/png`. A hint for a sign beside the name, never for how it is opened.
    pub media_type: String,
}

/// Notes what is wrong with the files of an act.
pub fn check(attachments: &[Attachment], mistakes: &mut Mistakes) {
    mistakes.require(
        attachments.len() <= MAXIMUM_ATTACHMENTS,
        "/attachments",
        "too_many",
        format!("{MAXIMUM_ATTACHMENTS} files are possible in one message."),
    );
    for (index, file) in attachments.iter().enumerate() {
        let at = |field: &str| format!("/attachments/{index}/{field}");
        mistakes.require(
            is_name(&file.name),
            at("name"),
            "name",
            "The name of a file is a plain name, without a folder.",
        );
        mistakes.require(
            file.size > 0,
            at("size"),
            "empty",
            format!("{} is empty.", file.name),
        );
        mistakes.require(
            file.size <= MAXIMUM_BYTES,
            at("size"),
            "too_large",
            format!(
                "{} is larger than {} MB.",
                file.name,
                MAXIMUM_BYTES / 1024 / 1024
            ),
        );
        mistakes.require(
            is_media_type(&file.media_type),
            at("media_type"),
            "media_type",
            "The kind of a file is written like image/png.",
        );
    }
    let mut blobs: Vec<BlobHash> = attachments.iter().map(|file| file.blob).collect();
    blobs.sort_unstable();
    mistakes.require(
        blobs.windows(2).all(|pair| pair[0] != pair[1]),
        "/attachments",
        "twice",
        "The same file is attached twice.",
    );
}

/// True for a name that a file can have in any folder of any system, and that shows as what it is.
fn is_name(name: &str) -> bool {
    let bends = |c: char| {
        // Signs that turn the direction of writing make `exe.pdf` of `fdp.exe`.
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !name.is_empty()
        && name.len() <= MAXIMUM_NAME
        && name.trim() == name
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.chars().any(|c| {
            c.is_control()
                || bends(c)
                || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        })
}

/// Makes a name of whatever a file is called on somebody's computer.
pub fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut plain = String::new();
    for c in last.chars() {
        let whole = if is_name(&format!("a{c}a")) { c } else { '_' };
        if plain.len() + whole.len_utf8() > MAXIMUM_NAME {
            break;
        }
        plain.push(whole);
    }
    let plain = plain.trim().trim_matches('.').trim();
    if is_name(plain) {
        plain.to_owned()
    } else {
        "file".to_owned()
    }
}

fn is_media_type(text: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    text.len() <= 100
        && text
            .split_once('/')
            .is_some_and(|(kind, name)| is_token(kind) && is_token(name))
}
