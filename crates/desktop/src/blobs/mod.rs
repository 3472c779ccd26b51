//! Files that go with messages: copied into the app's own folder at once, sent in pieces when the server is reached, fetched when
//! somebody wants to see them.
//!
//! A file is kept as long as a draft, an act on its way, a refused act or a row of this device names it. What is only there because
//! it was looked at gives way when the folder grows too large; it can be fetched again.

mod engine;
mod fetch;
mod folder;
mod intake;
mod queue;
mod send;

pub(crate) use fetch::fetch;
pub(crate) use folder::BlobFolder;
pub(crate) use intake::Intakes;
pub(crate) use send::send_all;

use guildhall_domain::attachment::BlobHash;
use guildhall_storage::device::Upload;
use std::collections::BTreeMap;

/// The most bytes that fetched files may take on this device; the least recently used go first.
pub(crate) const MAXIMUM_FETCHED: u64 = 1024 * 1024 * 1024;

/// Everything this device knows of files.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// Whole ones on this device, with their sizes.
    pub(crate) here: BTreeMap<BlobHash, u64>,
    /// This person's own, as far as the server has them.
    pub(crate) uploads: BTreeMap<BlobHash, Upload>,
    /// Under way to this device, with the bytes that are here.
    pub(crate) fetching: BTreeMap<BlobHash, u64>,
}

/// How one file stands, as the screens read it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileState {
    /// True when its bytes are on this device.
    pub is_here: bool,
    /// How much of it the server has, for this person's own.
    pub sent: Option<u64>,
    /// True when the server has it whole.
    pub is_sent: bool,
    /// How much of it is here while it is fetched.
    pub fetched: Option<u64>,
}

impl Files {
    /// True when the server has the file whole, as far as this device knows.
    pub(crate) fn is_sent(&self, blob: BlobHash) -> bool {
        self.uploads
            .get(&blob)
            .is_some_and(|upload| upload.is_complete)
    }

    /// How each file stands.
    pub(crate) fn states(&self) -> BTreeMap<BlobHash, FileState> {
        let mut states: BTreeMap<BlobHash, FileState> = BTreeMap::new();
        for blob in self.here.keys() {
            states.entry(*blob).or_default().is_here = true;
        }
        for (blob, upload) in &self.uploads {
            let state = states.entry(*blob).or_default();
            state.sent = Some(upload.sent);
            state.is_sent = upload.is_complete;
        }
        for (blob, fetched) in &self.fetching {
            states.entry(*blob).or_default().fetched = Some(*fetched);
        }
        states
    }
}
