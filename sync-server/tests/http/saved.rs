//! What a desktop keeps of the server's rows, written and read the way its cache does.

use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Row};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Cursor, Delta};
use guildhall_sync_core::pull::Cut;
use guildhall_sync_core::replica::{BaseChange, Replica};
use std::collections::{BTreeMap, BTreeSet};

/// A cache in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) rows: BTreeMap<Key, Row>,
    reasons: BTreeSet<(Scope, Key)>,
    pub(crate) cursor: Option<Cursor>,
}

impl Saved {
    /// Goes on by a delta: through a replica that is made from what is kept, as after a restart.
    pub(crate) fn follow(&mut self, account: AccountId, delta: &Delta) {
        self.take(account, Cut::read(delta.clone()).expect("can be read"));
    }

    /// The same by a cut.
    pub(crate) fn take(&mut self, account: AccountId, cut: Cut) {
        let mut replica = Replica::new(
            account,
            self.rows.values().cloned().map(|row| (row, 1)),
            self.reasons.iter().copied(),
            self.cursor,
            Vec::new(),
        );
        let change = replica.apply(cut);
        self.store(&change);
        let held: BTreeMap<Key, Row> = replica.rows().map(|row| (row.key(), row.clone())).collect();
        assert_eq!(self.rows, held, "the change says all that happened");
        let reasoned: BTreeSet<Key> = self.reasons.iter().map(|(_, key)| *key).collect();
        assert!(
            self.rows.keys().eq(reasoned.iter()),
            "each row has a reason and each reason a row"
        );
    }

    fn store(&mut self, change: &BaseChange) {
        if change.whole {
            *self = Self::default();
        }
        for key in &change.drops {
            self.rows.remove(key);
        }
        for put in &change.puts {
            let row = Row::decode(put.key.table, &put.body).expect("is a row");
            self.rows.insert(put.key, row);
        }
        let gone: BTreeSet<Key> = change.drops.iter().copied().collect();
        let moved = change.moved.iter().map(|(key, scopes)| (*key, scopes));
        let put = change.puts.iter().map(|put| (put.key, &put.scopes));
        let seen: BTreeMap<Key, &Vec<Scope>> = moved.chain(put).collect();
        self.reasons
            .retain(|(_, key)| !gone.contains(key) && !seen.contains_key(key));
        for (key, scopes) in seen {
            self.reasons
                .extend(scopes.iter().map(|scope| (*scope, key)));
        }
        self.cursor = change.cursor.or(self.cursor);
    }
}
