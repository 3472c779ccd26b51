//! What a workspace changed, as one bulk write.

use super::books::Entries;
use super::files;
use crate::error::StoreError;
use crate::server::port::{Put, Writes, Writing};
use guildhall_domain::id::AccountId;
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_sync_core::planted;
use guildhall_sync_core::sharing::sharing;
use guildhall_sync_core::workspace::Workspace;
use std::collections::BTreeSet;

/// Writes everything a batch changed; answers with the accounts that see something new: members of the scopes that changed, and
/// those whose memberships changed.
pub(crate) async fn write<W: Writing>(
    writing: &mut W,
    workspace: &Workspace,
    entries: Entries,
    head: u64,
    now: Timestamp,
) -> Result<Vec<AccountId>, StoreError> {
    let sharing = sharing(workspace.changes());
    let scopes: BTreeSet<Scope> = sharing.placements.iter().map(|place| place.scope).collect();
    let mut writes = Writes {
        entries: entries.decisions,
        devices: entries.devices,
        numbers: entries.numbers,
        head: if planted!(StaleHead, sometimes) {
            head - 1
        } else {
            head
        },
        now,
        ..Writes::default()
    };
    for change in workspace.changes() {
        files::note(&mut writes, &change);
        match change.after {
            Some(row) => writes.puts.push(Put {
                key: change.key,
                version: change.version,
                body: row.encode()?,
            }),
            None => writes.deletes.push(change.key),
        }
    }
    if planted!(PlaceUncounted) {
        writes.puts.retain(|put| !put.body.contains("\"hired\":1"));
    }
    if planted!(EffectLost, sometimes) {
        use guildhall_domain::row::Table;
        writes
            .puts
            .retain(|put| !matches!(put.key.table, Table::Tally | Table::ReadMark));
    }
    if planted!(DecisionForgotten, sometimes) {
        writes.entries.pop();
    }
    for grant in &sharing.grants {
        let pair = (grant.account, grant.scope);
        let version = writes.memberships.entry(pair).or_default();
        *version = grant.version.max(*version);
    }
    writes.placements = sharing.placements;
    writes.grants = sharing.grants;
    writes.digests = sharing.digests;
    writes.digests.retain(|_, digest| !digest.is_nothing());
    let mut touched = writing.write(&writes).await?;
    if !scopes.is_empty() {
        touched.extend(writing.members(&scopes).await?);
    }
    Ok(touched.into_iter().collect())
}
