//! A desktop: pulls page after page, holds them back until the last has come, and takes them in at once.

use crate::base::{Base, Bug, account, key};
use guildhall_domain::row::{Key, Row};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Compare, Cursor, Delta, LeftRow};
use guildhall_sync_core::pull::{Ask, Cut, Merge, Page, pull};
use guildhall_sync_core::replica::Replica;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

pub(crate) struct Device {
    pub(crate) who: u128,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) replica: Replica,
}

/// The answer of something that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("maps do not wait"),
    }
}

impl Device {
    pub(crate) fn new(who: u128) -> Self {
        Self {
            who,
            cursor: None,
            replica: Replica::new(account(who), [], [], None, Vec::new()),
        }
    }

    /// Pulls until a page reaches the head. Before each page `page` says how large it may be, and may change the server.
    pub(crate) fn pull(
        &mut self,
        base: &mut Base,
        refetch: BTreeSet<Scope>,
        mut page: impl FnMut(&mut Base) -> Page,
    ) -> usize {
        let mut ask = Ask {
            refetch,
            compare: Some(Compare::Whole),
            ..Ask::since(account(self.who), self.cursor)
        };
        let mut merge = Merge::default();
        base.pin = (base.bug == Some(Bug::Pinned)).then_some(base.version);
        for count in 1.. {
            ask.page = page(base);
            let mut delta = now(pull(base, &ask)).expect("maps can be read");
            if delta.restart {
                merge = Merge::default();
                ask.after = None;
                continue;
            }
            match base.bug {
                Some(Bug::NoReset) => delta.reset.clear(),
                Some(Bug::NoReasons) => gone_at_once(&mut delta),
                _ => {}
            }
            let Some(next) = delta.next else {
                let merged = merge.finish(Cut::read(delta).expect("can be read"));
                let said = merged.said.clone();
                self.cursor = Some(said.cursor);
                self.replica.apply(merged);
                if base.bug.is_none() {
                    assert_eq!(said.digest, Some(self.replica.digest()));
                }
                base.pin = None;
                return count;
            };
            merge.page(Cut::read(delta).expect("can be read"));
            let mut next = next;
            if base.bug == Some(Bug::CoarsePosition) {
                next.place.scope = Scope(uuid::Uuid::max());
            }
            ask.after = Some(next);
        }
        unreachable!("pages end")
    }

    /// The rows with the versions that wrote them.
    pub(crate) fn held(&self) -> BTreeMap<Key, (Row, u64)> {
        let version = |key| self.replica.version(key).expect("is held");
        let rows = self.replica.rows();
        rows.map(|row| (row.key(), (row.clone(), version(row.key()))))
            .collect()
    }
}

/// A row that leaves one scope leaves all of them.
fn gone_at_once(delta: &mut Delta) {
    let left: BTreeSet<_> = delta
        .left
        .iter()
        .map(|left| (left.table, left.id))
        .collect();
    for (table, id) in left {
        for scope in 0..crate::walk::SCOPES {
            let scope = crate::base::scope(scope);
            delta.left.push(LeftRow { scope, table, id });
        }
        delta.rows.retain(|row| row.id != id);
        debug_assert_eq!(key(id.as_u128()).table, table);
    }
}
