//! The promise at the level of system calls: between the last write of what was acknowledged and the answer lies a sync of the log.

use super::recording::{Call, Deed, Recording};
use std::collections::BTreeMap;
use std::path::Path;

/// What lies before the first page in a log.
const LOG_HEADER: usize = 32;
/// What lies before each page in a log.
const FRAME_HEADER: usize = 24;

/// Finds the marks of acts in bytes, wherever they are written.
pub(crate) type Marks = fn(&[u8]) -> Vec<String>;

/// What was judged.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// How many acknowledgements kept the promise.
    pub(crate) kept: usize,
    /// What is wrong with the others.
    pub(crate) broken: Vec<String>,
}

/// Judges every act that was acknowledged: written to this log, in a commit that a sync covered before the act was told.
pub(crate) fn judge(
    recording: &Recording,
    log: &Path,
    acts: impl IntoIterator<Item = String>,
    written: Marks,
    said: Marks,
) -> Judged {
    let log = Log::read(recording, log, written);
    let told = told(recording, said);
    let mut judged = Judged::default();
    for act in acts {
        match log.fault(&act, told.get(&act).copied()) {
            None => judged.kept += 1,
            Some(fault) => judged.broken.push(format!("{act} {fault}")),
        }
    }
    judged
}

/// When each act was first told.
pub(crate) fn told(recording: &Recording, said: Marks) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for call in &recording.calls {
        if let Deed::Say(bytes) = &call.deed {
            for mark in said(bytes) {
                told.entry(mark).or_insert(call.begun);
            }
        }
    }
    told
}

/// The writes and syncs of one log.
struct Log {
    /// Begin of the write that first held an act.
    acts: BTreeMap<String, usize>,
    /// Begin and end of the write of each page that ends a transaction.
    commits: BTreeMap<usize, usize>,
    /// Begin and end of each sync.
    syncs: BTreeMap<usize, usize>,
}

impl Log {
    fn read(recording: &Recording, path: &Path, written: Marks) -> Self {
        let mut log = Self {
            acts: BTreeMap::new(),
            commits: BTreeMap::new(),
            syncs: BTreeMap::new(),
        };
        let mut ends_here = false;
        for call in &recording.calls {
            match &call.deed {
                Deed::Write {
                    file,
                    offset,
                    bytes,
                } if file == path => {
                    if bytes.len() == FRAME_HEADER && *offset >= LOG_HEADER {
                        // After the page's number: how many pages the file has, if the page ends a transaction.
                        ends_here = bytes[4..8] != [0; 4];
                    } else if *offset >= LOG_HEADER {
                        log.page(call, bytes, ends_here, written);
                    }
                }
                Deed::Sync(file) if file == path => {
                    log.syncs.insert(call.begun, call.done);
                }
                _ => {}
            }
        }
        log
    }

    fn page(&mut self, call: &Call, bytes: &[u8], ends_here: bool, written: Marks) {
        for mark in written(bytes) {
            self.acts.entry(mark).or_insert(call.begun);
        }
        if ends_here {
            self.commits.insert(call.begun, call.done);
        }
    }

    fn fault(&self, act: &str, told: Option<usize>) -> Option<String> {
        let Some(told) = told else {
            return Some("was never told".to_owned());
        };
        let Some(written) = self.acts.get(act) else {
            return Some("was never written".to_owned());
        };
        let commit = self.commits.range(written..).next();
        let Some((_, committed)) = commit else {
            return Some(format!("of {written} was never committed"));
        };
        let mut after = self.syncs.range(committed..);
        if after.any(|(_, done)| *done < told) {
            return None;
        }
        Some(format!(
            "was committed at {committed} and told at {told} without a sync in between"
        ))
    }
}

/// Ids as they are written out.
pub(crate) fn ids(bytes: &[u8]) -> Vec<String> {
    const LENGTH: usize = 36;
    let mut ids = Vec::new();
    let mut at = 0;
    while at + LENGTH <= bytes.len() {
        // The four hyphens come first: they are rare.
        let candidate = &bytes[at..at + LENGTH];
        if [8, 13, 18, 23]
            .iter()
            .all(|place| candidate[*place] == b'-')
            && let Ok(id) = std::str::from_utf8(candidate)
            && uuid::Uuid::try_parse(id).is_ok()
        {
            ids.push(id.to_owned());
            at += LENGTH;
        } else {
            at += 1;
        }
    }
    ids
}
