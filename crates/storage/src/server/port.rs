//! What the writer's algorithm asks of a database: one write transaction, in plain data. An adapter speaks SQL and decides nothing.

use super::audit::AuditNote;
use super::impression::Impression;
use crate::error::StoreError;
use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::row::{Column, Key, Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Chain, Digest, Verdict};
use guildhall_sync_core::pull::Membership;
use guildhall_sync_core::sharing::{Grant, Placement};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use uuid::Uuid;

/// A database that can be written to.
pub(crate) trait Writable: Sync {
    /// Its transaction.
    type Writing: Writing;

    /// Begins a write transaction. Whoever begins a second one waits until the first has ended.
    fn begin(&self) -> impl Future<Output = Result<Self::Writing, StoreError>> + Send;
}

/// One write transaction. Dropped without [`Writing::commit`], nothing of it has happened.
pub(crate) trait Writing: Send {
    /// Where the history stands. Until this transaction ends it stands still.
    fn head(&mut self) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// What is known of these devices; an unknown one is left out.
    fn devices(
        &mut self,
        ids: &BTreeSet<DeviceId>,
    ) -> impl Future<Output = Result<BTreeMap<DeviceId, Device>, StoreError>> + Send;

    /// The chains of these devices at their numbers from the first to the last one; an unknown number is left out.
    fn numbers(
        &mut self,
        ranges: &BTreeMap<DeviceId, (u64, u64)>,
    ) -> impl Future<Output = Result<BTreeMap<(DeviceId, u64), Chain>, StoreError>> + Send;

    /// What became of these acts; one that was not decided is left out.
    fn decided(
        &mut self,
        ids: &BTreeSet<MutationId>,
    ) -> impl Future<Output = Result<BTreeMap<MutationId, Decided>, StoreError>> + Send;

    /// The rows of these ids with their versions; one that does not exist is left out.
    fn rows(
        &mut self,
        table: Table,
        ids: &BTreeSet<Uuid>,
    ) -> impl Future<Output = Result<Vec<(Row, u64)>, StoreError>> + Send;

    /// The rows with one of these values in a column, with their versions.
    fn rows_where(
        &mut self,
        table: Table,
        column: Column,
        values: &BTreeSet<Uuid>,
    ) -> impl Future<Output = Result<Vec<(Row, u64)>, StoreError>> + Send;

    /// The sizes of the files, out of these, that an account has sent whole or sees a row of; others are left out.
    fn held(
        &mut self,
        pairs: &BTreeSet<(AccountId, BlobHash)>,
    ) -> impl Future<Output = Result<Held, StoreError>> + Send;

    /// Writes rows, who sees what, decisions, devices and head. Answers with the memberships that changed.
    fn write(&mut self, writes: &Writes) -> impl Future<Output = Result<Moved, StoreError>> + Send;

    /// Keeps who stood where in which list.
    fn keep(&mut self, seen: &[Impression]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Who sees each of these scopes, as written so far.
    fn members(
        &mut self,
        scopes: &BTreeSet<Scope>,
    ) -> impl Future<Output = Result<Members, StoreError>> + Send;

    /// The rows that a deriver must look at again because other processes have written since this version. Where only one process
    /// can write there are none.
    fn noted(
        &mut self,
        since: u64,
    ) -> impl Future<Output = Result<BTreeSet<Key>, StoreError>> + Send {
        let _ = since;
        std::future::ready(Ok(BTreeSet::new()))
    }

    /// Leaves word of this batch for the other processes. Where only one process can write nobody needs it.
    fn note(&mut self, note: Note<'_>) -> impl Future<Output = Result<(), StoreError>> + Send {
        let _ = note;
        std::future::ready(Ok(()))
    }

    /// Ends the transaction; when this returns, it is on the disk.
    fn commit(self) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Memberships that are something else than before.
pub(crate) type Moved = BTreeMap<AccountId, Vec<Membership>>;

/// Who sees a scope.
pub(crate) type Members = BTreeMap<Scope, Vec<AccountId>>;

/// The sizes of files that an account may name.
pub(crate) type Held = BTreeMap<(AccountId, BlobHash), u64>;

/// A file in a scope that holds a row which names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FilePlace {
    /// Which file.
    pub blob: BlobHash,
    /// Which scope.
    pub scope: Scope,
    /// Which row.
    pub key: Key,
}

/// A device as the server knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Device {
    /// Whose it is.
    pub account: AccountId,
    /// Its highest decided number.
    pub last_seq: u64,
    /// The hash chain over everything up to there.
    pub chain: Chain,
}

/// A decision that was made before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decided {
    /// Whose act it was.
    pub account: AccountId,
    /// What became of it.
    pub verdict: Verdict,
}

/// A decision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Of which act.
    pub id: MutationId,
    /// Whose act it was.
    pub account: AccountId,
    /// Device and number, for acts that come from one.
    pub place: Option<(DeviceId, u64)>,
    /// What became of it.
    pub verdict: Verdict,
}

/// A row as it shall be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Put {
    /// Which row.
    pub key: Key,
    /// Of the last act that touched it.
    pub version: u64,
    /// Its document.
    pub body: String,
}

/// Everything a transaction writes.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    /// Rows that stand otherwise, in the order of keys.
    pub puts: Vec<Put>,
    /// Rows that are gone, in the order of keys.
    pub deletes: Vec<Key>,
    /// Rows in scopes.
    pub placements: Vec<Placement>,
    /// What the digests of scopes change by.
    pub digests: BTreeMap<Scope, Digest>,
    /// Rows that named files before: what is noted of them goes first.
    pub named_files: Vec<Key>,
    /// Files in scopes.
    pub files: Vec<FilePlace>,
    /// Reasons to see a scope that begin or end.
    pub grants: Vec<Grant>,
    /// For each person and scope with such a reason, the version as of which their membership is what the reasons say.
    pub memberships: BTreeMap<(AccountId, Scope), u64>,
    /// Decisions.
    pub entries: Vec<Entry>,
    /// The chain at each number that was decided.
    pub numbers: BTreeMap<(DeviceId, u64), Chain>,
    /// What the audit log shall say of it.
    pub audit: Vec<AuditNote>,
    /// Devices that were heard.
    pub devices: BTreeMap<DeviceId, Device>,
    /// The version afterwards.
    pub head: u64,
    /// When.
    pub now: Timestamp,
}

/// What a batch means for other processes over the same database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note<'a> {
    /// Rows that a deriver must look at again.
    pub concerned: &'a BTreeSet<Key>,
    /// Who sees something new; who sees it by several scopes, as often.
    pub touched: &'a [AccountId],
}
