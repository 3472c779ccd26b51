//! A desktop of a run, and what its person did on it.

use crate::violation::{Checked, Violation, must};
use guildhall_desktop::simulation::Device;
use guildhall_domain::denied::Code;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::sync::{Cursor, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use uuid::Uuid;

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
    /// Acts that were cancelled, of which nobody knows whether that was taken.
    pub(crate) cancelled: BTreeSet<MutationId>,
    /// Acts in the order in which they were taken.
    pub(crate) order: Vec<MutationId>,
    /// Acts that the server had applied, and lost when it was restored: once the desktop knows, they wait again.
    pub(crate) lost: BTreeSet<MutationId>,
    /// The epoch that began when they were lost.
    pub(crate) restored_to: Option<Uuid>,
    /// Acts that wait for the person, with their words.
    pub(crate) refused: BTreeSet<MutationId>,
    pub(crate) cursor: Option<Cursor>,
    /// It was away while things were forgotten, and has not been looked through since.
    pub(crate) missed: bool,
    /// How many rows it asks for at a time.
    pub(crate) page: Option<u32>,
    /// The node it talks to.
    pub(crate) node: usize,
    /// True while its cache may hold something else than the server ever said.
    pub(crate) is_damaged: bool,
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
            cancelled: BTreeSet::new(),
            order: Vec::new(),
            lost: BTreeSet::new(),
            restored_to: None,
            refused: BTreeSet::new(),
            cursor: None,
            missed: false,
            page: None,
            node: 0,
            is_damaged: false,
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
        let (acts, cursor) = device
            .look(|replica| (replica.pending().to_vec(), replica.cursor()))
            .await;
        let waiting: Vec<MutationId> = acts.iter().map(|pending| pending.id).collect();
        // What the disk kept of acts nobody was sure of counts from here on.
        // Their place among the others is not known to their person: order is not held against them.
        for id in &waiting {
            if self.maybe.remove(id) && !self.cancelled.contains(id) {
                self.open.insert(*id);
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
            if self.lost.contains(&id) {
                // Word of it was still on its way when the server was lost. In the new epoch it waits again.
                self.open.remove(&id);
                continue;
            }
            let deed = deeds
                .get(&id)
                .ok_or_else(|| Violation::new("I14", format!("{id} was never done")))?;
            if let Some(kept) = refused.get(&id) {
                let again = acts.iter().map(|pending| &pending.mutation);
                must(is_whole(&deed.mutation, kept, again), "I14", || {
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
                    // A cache that was lost took the effect along; it comes back with the download.
                    let contained = cursor.is_none_or(|cursor| cursor.version >= *version);
                    must(contained, "I13", || {
                        format!(
                            "{id} was applied at {version} and has left the screen at {cursor:?}"
                        )
                    })?;
                }
                // Sent back to be tried with newer rows: it waits again, in the same words.
                Some(Verdict::Rejected { denied })
                    if is_tried_again(&deed.mutation, denied.code) =>
                {
                    let waits = acts.iter().any(|pending| pending.mutation == deed.mutation);
                    must(waits, "I14", || format!("{id} does not wait again"))?;
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

    /// The cursor never goes back within an epoch. Whoever comes into another one sends again what was lost.
    pub(crate) fn goes_on(&mut self, cursor: Option<Cursor>) -> Checked {
        let epoch = |cursor: Option<Cursor>| cursor.map(|cursor| cursor.epoch);
        if cursor.is_some() && epoch(cursor) == self.restored_to {
            self.open.append(&mut self.lost);
        }
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

/// True for what a desktop tries again by itself once it knows what the server knows.
fn is_tried_again(mutation: &Mutation, code: Code) -> bool {
    code == Code::Blocked
        || matches!(mutation, Mutation::SubmitApplication { .. })
            && matches!(code, Code::Paused | Code::StaleVersion)
}

/// True when a refused act is kept in its words: whole, or the fields that another device changed, while the others wait again.
fn is_whole<'a>(
    done: &Mutation,
    kept: &Mutation,
    mut again: impl Iterator<Item = &'a Mutation>,
) -> bool {
    if done == kept {
        return true;
    }
    let fields = |mutation: &Mutation| match mutation {
        Mutation::ChangeProfile { changes } | Mutation::ChangeRequest { changes, .. } => {
            changes.0.clone()
        }
        _ => std::collections::BTreeMap::default(),
    };
    let (done, mut whole) = (fields(done), fields(kept));
    let rest: std::collections::BTreeMap<_, _> = done
        .iter()
        .filter(|(field, _)| !whole.contains_key(*field))
        .map(|(field, change)| (field.clone(), change.clone()))
        .collect();
    if !again.any(|mutation| fields(mutation) == rest) {
        return false;
    }
    whole.extend(rest);
    whole == done
}
