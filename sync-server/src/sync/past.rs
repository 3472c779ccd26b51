//! What this process has seen of the history, commit by commit: since when without a gap, and whom it concerned.

use guildhall_domain::id::AccountId;
use guildhall_protocol::sync::Cursor;
use guildhall_sync_core::pull::Commit;
use std::collections::HashMap;
use uuid::Uuid;

/// So many people are remembered, about 3 MiB, before all of them are forgotten.
const REMEMBERED: usize = 65_536;

/// The history as this process has seen it.
#[derive(Debug, Default)]
pub(super) struct Past {
    epoch: Uuid,
    seen: Option<Seen>,
}

/// A part of the history of which every commit was seen.
#[derive(Debug)]
struct Seen {
    since: u64,
    head: u64,
    /// The last commit that concerned somebody.
    concerned: HashMap<AccountId, u64>,
}

impl Past {
    /// Nothing was seen yet, and the history stands here.
    pub(super) fn at(head: Cursor) -> Self {
        let mut past = Self {
            epoch: head.epoch,
            seen: None,
        };
        past.begin(head.version, head.version);
        past
    }

    pub(super) fn epoch(&self) -> Uuid {
        self.epoch
    }

    /// Takes in the next commit of this process; answers since which version no other was missed.
    pub(super) fn follow(&mut self, commit: &Commit) -> u64 {
        match &mut self.seen {
            Some(seen) if seen.head == commit.since() => seen.head = commit.head(),
            // Somebody else wrote in between.
            Some(_) | None => self.begin(commit.since(), commit.head()),
        }
        let Some(seen) = &mut self.seen else {
            return commit.head();
        };
        for account in commit.touched() {
            seen.concerned.insert(account, seen.head);
        }
        let since = seen.since;
        if seen.concerned.len() > REMEMBERED {
            self.begin(commit.head(), commit.head());
        }
        since
    }

    /// Somebody else has written: nothing is certain until the next commit of this process.
    pub(super) fn break_off(&mut self) {
        self.seen = None;
    }

    /// Where the history stands, as far as this process knows, if nothing until there is new to this person.
    pub(super) fn nothing_since(&self, account: AccountId, cursor: Cursor) -> Option<Cursor> {
        let seen = self.seen.as_ref()?;
        let is_seen = cursor.epoch == self.epoch
            && (seen.since..=seen.head).contains(&cursor.version)
            && seen.concerned.get(&account) <= Some(&cursor.version);
        is_seen.then_some(Cursor {
            epoch: self.epoch,
            version: seen.head,
        })
    }

    fn begin(&mut self, since: u64, head: u64) {
        self.seen = Some(Seen {
            since,
            head,
            concerned: HashMap::new(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guildhall_domain::scope::Scope;
    use std::collections::BTreeMap;

    const ANN: AccountId = AccountId(Uuid::from_u128(1));
    const BEN: AccountId = AccountId(Uuid::from_u128(2));
    const EPOCH: Uuid = Uuid::from_u128(9);

    fn at(version: u64) -> Cursor {
        Cursor {
            epoch: EPOCH,
            version,
        }
    }

    fn commit(since: u64, head: u64, members: Vec<AccountId>) -> Commit {
        let members = BTreeMap::from([(Scope(Uuid::from_u128(7)), members)]);
        Commit::new((since, head), Vec::new(), &[], BTreeMap::new()).seen_by(members)
    }

    #[test]
    fn who_was_not_concerned_since_then_has_nothing_to_hear() {
        let mut past = Past::at(at(4));
        assert_eq!(past.nothing_since(ANN, at(4)), Some(at(4)));
        assert_eq!(past.follow(&commit(4, 6, vec![ANN])), 4);
        assert_eq!(past.nothing_since(BEN, at(4)), Some(at(6)));
        assert_eq!(past.nothing_since(ANN, at(4)), None);
        assert_eq!(past.nothing_since(ANN, at(6)), Some(at(6)));
    }

    #[test]
    fn nothing_is_said_of_what_was_not_seen() {
        let mut past = Past::at(at(4));
        let elsewhere = Cursor {
            epoch: Uuid::nil(),
            version: 4,
        };
        for unseen in [at(3), at(5), elsewhere] {
            assert_eq!(past.nothing_since(ANN, unseen), None, "{unseen:?}");
        }
        past.break_off();
        assert_eq!(past.nothing_since(ANN, at(4)), None);
    }

    #[test]
    fn a_commit_of_another_process_ends_what_is_seen_without_a_gap() {
        let mut past = Past::at(at(4));
        assert_eq!(past.follow(&commit(4, 5, vec![BEN])), 4);
        // Version 6 was another process's.
        assert_eq!(past.follow(&commit(6, 7, vec![BEN])), 6);
        assert_eq!(past.nothing_since(ANN, at(5)), None);
        assert_eq!(past.nothing_since(ANN, at(6)), Some(at(7)));
    }

    #[test]
    fn more_people_than_can_be_remembered_are_forgotten_together() {
        let mut past = Past::at(at(4));
        let everybody = (0..=REMEMBERED as u128).map(|number| AccountId(Uuid::from_u128(number)));
        past.follow(&commit(4, 5, everybody.collect()));
        assert_eq!(past.nothing_since(ANN, at(4)), None);
        assert_eq!(past.nothing_since(ANN, at(5)), Some(at(5)));
    }
}
