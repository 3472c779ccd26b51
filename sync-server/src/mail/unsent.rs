//! Letters that lie in the folder. The name of each file says until when it is any good.

use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// A letter that was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Where it lies.
    pub file: PathBuf,
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// The link in it, if there is one.
    pub link: Option<String>,
    /// Until when it is any good.
    pub expires_at: i64,
}

/// The name of a letter's file.
pub(super) fn name(expires_at: i64, id: Uuid) -> String {
    format!("{expires_at}-{id}.eml")
}

/// A letter as it is sent.
#[derive(Debug)]
pub(super) struct Waiting {
    /// The name of its file.
    pub(super) name: String,
    /// To whom.
    pub(super) to: String,
    /// All of it.
    pub(super) text: Vec<u8>,
}

/// Throws away what has run out, and finds the rest, what runs out first at the front.
pub(super) fn sweep(folder: &Path, now: i64) -> io::Result<Vec<Waiting>> {
    let mut waiting = Vec::new();
    for (letter, text) in read(folder)? {
        if letter.expires_at <= now {
            std::fs::remove_file(&letter.file)?;
        } else if let Some(name) = letter.file.file_name().and_then(|name| name.to_str()) {
            waiting.push(Waiting {
                name: name.to_owned(),
                to: letter.to,
                text: text.into_bytes(),
            });
        }
    }
    waiting.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(waiting)
}

/// What is any good, the newest first.
pub(super) fn list(folder: &Path, now: i64) -> io::Result<Vec<Unsent>> {
    let mut found: Vec<_> = read(folder)?
        .into_iter()
        .map(|(letter, _)| letter)
        .collect();
    found.retain(|letter| letter.expires_at > now);
    found.sort_by(|one, other| other.file.cmp(&one.file));
    Ok(found)
}

fn read(folder: &Path) -> io::Result<Vec<(Unsent, String)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let file = entry?.path();
        let Some(expires_at) = expiry(&file) else {
            continue;
        };
        match std::fs::read_to_string(&file) {
            Ok(text) => found.push((of(file, expires_at, &text), text)),
            // Thrown away in the meantime.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Until when the letter of a file is any good; none when it is no letter of ours.
fn expiry(file: &Path) -> Option<i64> {
    let name = file.file_name()?.to_str()?.strip_suffix(".eml")?;
    name.split_once('-')?.0.parse().ok()
}

fn of(file: PathBuf, expires_at: i64, text: &str) -> Unsent {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let header = |name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let link = body
        .lines()
        .find(|line| line.starts_with("http://") || line.starts_with("https://"));
    Unsent {
        to: header("To:"),
        subject: header("Subject:"),
        link: link.map(|link| link.trim().to_owned()),
        file,
        expires_at,
    }
}
