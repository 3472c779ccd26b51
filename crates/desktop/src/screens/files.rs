//! Files of messages: where they are, and what may be done with them.

use crate::snapshot::Snapshot;
use crate::view::file::{FileStateView, FileView};
use guildhall_domain::attachment::Attachment;

/// Endings of what a program shows without carrying it out. A stranger's file of any other kind is saved, never opened from here.
const SHOWN: &[&str] = &[
    "avif", "bmp", "csv", "doc", "docx", "epub", "flac", "gif", "heic", "jpeg", "jpg", "json",
    "m4a", "md", "mkv", "mov", "mp3", "mp4", "odp", "ods", "odt", "ogg", "opus", "pdf", "png",
    "ppt", "pptx", "rtf", "tif", "tiff", "toml", "txt", "wav", "webm", "webp", "xls", "xlsx",
    "yaml", "yml",
];

/// Endings of pictures that the window can show.
const PICTURES: &[&str] = &["gif", "jpeg", "jpg", "png", "webp"];

/// Files as a screen shows them.
pub(super) fn views(snapshot: &Snapshot, files: &[Attachment], is_unsent: bool) -> Vec<FileView> {
    files
        .iter()
        .map(|file| view(snapshot, file, is_unsent))
        .collect()
}

/// The names of files, for one line.
pub(crate) fn names(files: &[Attachment]) -> Vec<String> {
    files.iter().map(|file| file.name.clone()).collect()
}

/// True for a file that the system's program may open.
pub(crate) fn can_open(name: &str) -> bool {
    has_ending(name, SHOWN)
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| endings.iter().any(|one| ending.eq_ignore_ascii_case(one)))
}

fn view(snapshot: &Snapshot, file: &Attachment, is_unsent: bool) -> FileView {
    let known = snapshot.files.get(&file.blob).copied().unwrap_or_default();
    let sent = known.sent.unwrap_or(0);
    let (state, done) = match known.fetched {
        Some(fetched) => (FileStateView::Fetching, fetched),
        None if is_unsent && known.is_here && !known.is_sent && sent == 0 => {
            (FileStateView::Waiting, 0)
        }
        None if is_unsent && known.is_here && !known.is_sent => (FileStateView::Sending, sent),
        None if known.is_here => (FileStateView::Here, file.size),
        None => (FileStateView::Remote, 0),
    };
    FileView {
        blob: file.blob.to_string(),
        name: file.name.clone(),
        size: bytes(file.size),
        state,
        done: bytes(done),
        is_picture: has_ending(&file.name, PICTURES),
        can_open: can_open(&file.name),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "files are far smaller than what a float counts exactly"
)]
pub(crate) fn bytes(number: u64) -> f64 {
    number as f64
}
