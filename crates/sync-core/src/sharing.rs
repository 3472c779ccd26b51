//! What a change of a row means for who sees what: placements that begin, stay and end; grants that begin and end.

use crate::planted;
use crate::workspace::Change;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::Key;
use guildhall_domain::scope::{Scope, grants, placements};
use guildhall_protocol::sync::Digest;
use std::collections::{BTreeMap, BTreeSet};

/// A row in a scope, as of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placement {
    /// The scope.
    pub scope: Scope,
    /// The row.
    pub key: Key,
    /// As of.
    pub version: u64,
    /// False when the row leaves the scope.
    pub put: bool,
}

/// A reason for a person to see a scope, as of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// Who.
    pub account: AccountId,
    /// What they may see.
    pub scope: Scope,
    /// Because of which row.
    pub key: Key,
    /// As of.
    pub version: u64,
    /// False when the reason falls away.
    pub put: bool,
}

/// What a batch changes in who sees what.
#[derive(Debug, Default)]
pub struct Sharing {
    /// In the order of keys.
    pub placements: Vec<Placement>,
    /// In the order of keys.
    pub grants: Vec<Grant>,
    /// What each scope's digest changes by, to be put together with what it was.
    pub digests: BTreeMap<Scope, Digest>,
}

/// Works out what changed rows mean for who sees what.
pub fn sharing<'a>(changes: impl Iterator<Item = Change<'a>>) -> Sharing {
    let mut sharing = Sharing::default();
    for change in changes {
        let (key, version) = (change.key, change.version);
        let before: BTreeSet<Scope> = change
            .before
            .map(placements)
            .unwrap_or_default()
            .into_iter()
            .collect();
        let after: BTreeSet<Scope> = change
            .after
            .map(placements)
            .unwrap_or_default()
            .into_iter()
            .collect();
        for scope in &before {
            let counted = Digest::of(*scope, key, change.since);
            *sharing.digests.entry(*scope).or_default() ^= counted;
        }
        for scope in after.iter().filter(|_| !planted!(DigestStale, sometimes)) {
            let counts = Digest::of(*scope, key, version);
            *sharing.digests.entry(*scope).or_default() ^= counts;
        }
        sharing
            .placements
            .extend(after.iter().map(|scope| Placement {
                scope: *scope,
                key,
                version,
                put: true,
            }));
        sharing.placements.extend(
            before
                .difference(&after)
                .filter(|_| !planted!(LeaveForgotten))
                .map(|scope| Placement {
                    scope: *scope,
                    key,
                    version,
                    put: false,
                }),
        );
        let before: BTreeSet<(AccountId, Scope)> = change
            .before
            .map(grants)
            .unwrap_or_default()
            .into_iter()
            .collect();
        let after: BTreeSet<(AccountId, Scope)> = change
            .after
            .map(grants)
            .unwrap_or_default()
            .into_iter()
            .collect();
        let grant = |(account, scope): &(AccountId, Scope), put| Grant {
            account: *account,
            scope: *scope,
            key,
            version,
            put,
        };
        sharing.grants.extend(
            after
                .difference(&before)
                .filter(|_| !planted!(GrantForgotten, sometimes))
                .map(|pair| grant(pair, true)),
        );
        sharing.grants.extend(
            before
                .difference(&after)
                .filter(|_| !planted!(GrantKept))
                .map(|pair| grant(pair, false)),
        );
    }
    sharing
}
