//! A desktop of a run, and what its person did on it.

use crate::violation::{Checked, Violation, must};
use guildhall_desktop::simulation::Device;
use guildhall_domain::denied::Code;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::sync::{Cursor, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How the connection of a desktop stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Not reached.
    Offline,
    /// Has asked for the first delta.
    Hello,
    /// Has the first delta.
    Live,
}

/// A desktop.
pub(crate) struct Desk {
    pub(crate) account: AccountId,
    pub(crate) folder: PathBuf,
    /// None while the program does not run.
    pub(crate) device: Option<Device>,
    pub(crate) token: Option<String>,
    /// How far its clock is ahead of the server's.
    pub(crate) skew: i64,
    /// The connection it has now; a number is never used again.
    pub(crate) connection: u64,
    pub(crate) link: Link,
    /// The push that is on its way.
    pub(crate) pushing: Option<u64>,
    pub(crate) is_cut: bool,
    /// Acts that were taken and of which the last word is not spoken.
    pub(crate) open: BTreeSet<MutationId>,
    /// Acts of which nobody knows whether they were taken: the program ended meanwhile, or the disk failed.
    pub(crate) maybe: BTreeSet<MutationId>,
    /// Acts in the order in which they were taken.
    pub(crate) order: Vec<MutationId>,
    /// Acts that wait for the person, with their words.
    pub(crate) refused: BTreeSet<MutationId>,
    pub(crate) cursor: Option<Cursor>,
    /// How many rows it asks for at a time.
    pub(crate) page: Option<u32>,
    /// The node it talks to.
    pub(crate) node: usize,
}

impl Desk {
    pub(crate) fn new(account: AccountId, folder: PathBuf, skew: i64) -> Self {
        Self {
            account,
            folder,
            device: None,
            token: None,
            skew,
            connection: 0,
            link: Link::Offline,
            pushing: None,
            is_cut: false,
            open: BTreeSet::new(),
            maybe: BTreeSet::new(),
            order: Vec::new(),
            refused: BTreeSet::new(),
            cursor: None,
            page: None,
            node: 0,
        }
    }

    /// Each act that was taken is waiting, refused and kept, or contained in what the device holds.
    pub(crate) async fn account_for_acts(
        &mut self,
        deeds: &BTreeMap<MutationId, crate::model::Deed>,
        verdicts: &BTreeMap<MutationId, Verdict>,
    ) -> Checked {
        let Some(device) = &self.device else {
            return Ok(());
        };
        let (waiting, cursor) = device
            .look(|replica| {
                let waiting = replica.pending().iter().map(|pending| pending.id);
                (waiting.collect::<Vec<MutationId>>(), replica.cursor())
            })
            .await;
        // What the disk kept of acts nobody was sure of counts from here on.
        for id in &waiting {
            if self.maybe.remove(id) {
                self.open.insert(*id);
                self.order.push(*id);
            }
        }
        let pending: BTreeSet<MutationId> = waiting.into_iter().collect();
        let missing: Vec<MutationId> = self
            .open
            .iter()
            .copied()
            .filter(|id| !pending.contains(id))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let refused: BTreeMap<MutationId, Mutation> = device
            .refused()
            .await
            .into_iter()
            .map(|one| (one.id, one.mutation))
            .collect();
        for id in missing {
            let deed = deeds
                .get(&id)
                .ok_or_else(|| Violation::new("I14", format!("{id} was never done")))?;
            if let Some(kept) = refused.get(&id) {
                must(*kept == deed.mutation, "I14", || {
                    format!("the words of {id} were changed: {kept:?}")
                })?;
                self.open.remove(&id);
                self.refused.insert(id);
                continue;
            }
            let quiet = deed.mutation.is_quiet();
            let wordless = deed.mutation.words().is_empty();
            match verdicts.get(&id) {
                Some(Verdict::Applied { version }) => {
                    let contained = cursor.is_some_and(|cursor| cursor.version >= *version);
                    must(contained, "I13", || {
                        format!(
                            "{id} was applied at {version} and has left the screen at {cursor:?}"
                        )
                    })?;
                }
                Some(Verdict::Rejected { .. }) if quiet => {}
                Some(Verdict::Rejected { denied })
                    if denied.code == Code::AlreadyDone && wordless => {}
                other => {
                    return Err(Violation::new(
                        "I14",
                        format!(
                            "{id} ({:?}) is gone; the server said {other:?}",
                            deed.mutation
                        ),
                    ));
                }
            }
            self.open.remove(&id);
        }
        Ok(())
    }

    /// What was refused is still kept, with its words.
    pub(crate) async fn keeps_refused(&mut self) -> Checked {
        let Some(device) = &self.device else {
            return Ok(());
        };
        let kept: BTreeSet<MutationId> = device
            .refused()
            .await
            .into_iter()
            .map(|one| one.id)
            .collect();
        let lost = self.refused.iter().find(|id| !kept.contains(id));
        must(lost.is_none(), "I14", || {
            format!("the refused {lost:?} is gone")
        })?;
        Ok(())
    }

    /// Where it stands.
    pub(crate) async fn stands(&self) -> Option<Cursor> {
        match &self.device {
            Some(device) => {
                device
                    .look(guildhall_sync_core::replica::Replica::cursor)
                    .await
            }
            None => None,
        }
    }

    /// The cursor never goes back within an epoch.
    pub(crate) fn goes_on(&mut self, cursor: Option<Cursor>) -> Checked {
        if let (Some(before), Some(after)) = (self.cursor, cursor) {
            must(
                before.epoch != after.epoch || after.version >= before.version,
                "I12",
                || format!("the device went from {before:?} to {after:?}"),
            )?;
        }
        self.cursor = cursor;
        Ok(())
    }
}
