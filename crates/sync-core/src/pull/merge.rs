//! The device's side of a pull: its pages, put together to one cut.

use super::cut::{Cut, ReadRow};
use guildhall_domain::row::Key;
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Delta, LeftRow};
use std::collections::{BTreeMap, BTreeSet};

/// The pages of one pull so far. What a later page says counts more.
#[derive(Debug, Default)]
pub struct Merge {
    whole: bool,
    began: Option<u64>,
    copied: Option<Timestamp>,
    reset: BTreeSet<Scope>,
    left: BTreeSet<(Scope, Key)>,
    rows: BTreeMap<Key, ReadRow>,
    members: BTreeMap<Scope, BTreeSet<Key>>,
}

impl Merge {
    /// Takes in the next page.
    pub fn page(&mut self, Cut { said: page, rows }: Cut) {
        self.whole |= page.whole;
        self.began = page.began.or(self.began);
        self.copied = page.copied.or(self.copied);
        for scope in page.reset {
            for key in self.members.remove(&scope).unwrap_or_default() {
                self.forget(scope, key);
            }
            self.reset.insert(scope);
        }
        for LeftRow { scope, table, id } in page.left {
            let key = Key { table, id };
            if let Some(members) = self.members.get_mut(&scope) {
                members.remove(&key);
            }
            self.forget(scope, key);
            self.left.insert((scope, key));
        }
        for mut row in rows {
            let key = row.key;
            for scope in &row.scopes {
                self.left.remove(&(*scope, key));
                self.members.entry(*scope).or_default().insert(key);
            }
            if let Some(earlier) = self.rows.remove(&key) {
                let also = earlier.scopes.into_iter();
                let also: Vec<Scope> = also.filter(|one| !row.scopes.contains(one)).collect();
                row.scopes.extend(also);
            }
            self.rows.insert(key, row);
        }
    }

    /// Takes in the last page and gives them all as one cut.
    pub fn finish(mut self, last: Cut) -> Cut {
        let (cursor, only) = (last.said.cursor, last.said.only.clone());
        let (digest, digests) = (last.said.digest, last.said.digests.clone());
        self.page(last);
        if let Some(only) = &only {
            let strange = |scope: &Scope, _: &mut BTreeSet<Key>| !only.contains(scope);
            let gone: Vec<_> = self.members.extract_if(.., strange).collect();
            for (scope, keys) in gone {
                for key in keys {
                    self.forget(scope, key);
                }
            }
        }
        let said = Delta {
            whole: self.whole,
            began: self.began,
            copied: self.copied,
            only,
            reset: self.reset.into_iter().collect(),
            left: self
                .left
                .into_iter()
                .map(|(scope, Key { table, id })| LeftRow { scope, table, id })
                .collect(),
            digest,
            digests,
            ..Delta::nothing(cursor)
        };
        let rows = self.rows.into_values().collect();
        Cut { said, rows }
    }

    /// Drops one reason for a row, and the row with the last.
    fn forget(&mut self, scope: Scope, key: Key) {
        if let Some(row) = self.rows.get_mut(&key) {
            row.scopes.retain(|one| *one != scope);
            if row.scopes.is_empty() {
                self.rows.remove(&key);
            }
        }
    }
}
