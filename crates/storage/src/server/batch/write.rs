//! What a workspace changed, as one bulk write.

use super::books::Entries;
use super::files;
use crate::error::StoreError;
use crate::server::audit::AuditNote;
use crate::server::port::{Put, Writes, Writing};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_sync_core::planted;
use guildhall_sync_core::pull::{Commit, StoredRow};
use guildhall_sync_core::sharing::sharing;
use guildhall_sync_core::workspace::Workspace;
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// Writes everything a batch changed since a version; answers with what that is to those who see it.
pub(crate) async fn write<W: Writing>(
    writing: &mut W,
    workspace: &Workspace,
    entries: Entries,
    (since, head): (u64, u64),
    now: Timestamp,
) -> Result<Commit, StoreError> {
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
        if change.before.is_none() {
            writes.audit.extend(change.after.and_then(AuditNote::of));
        }
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
    let moved = writing.write(&writes).await?;
    let row = |put: Put| {
        Ok(StoredRow {
            key: put.key,
            version: put.version,
            body: RawValue::from_string(put.body)?,
        })
    };
    let rows = writes.puts.into_iter().map(row);
    let rows = rows.collect::<Result<_, StoreError>>()?;
    let commit = Commit::new((since, writes.head), rows, &writes.placements, moved);
    if scopes.is_empty() {
        return Ok(commit);
    }
    Ok(commit.seen_by(writing.members(&scopes).await?))
}
