//! Pull: the way from one cut of the server's history to another, page by page.

use super::digest::Digest;
use guildhall_domain::id::DeviceId;
use guildhall_domain::row::Table;
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Asks for everything since a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// [`PROTOCOL`](super::PROTOCOL) of the sender.
    pub protocol: u16,
    /// Which device.
    pub device: DeviceId,
    /// What the device holds; none before the first pull.
    pub cursor: Option<Cursor>,
    /// Where the page before this one ended; none for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Position>,
    /// Scopes to be sent again from the beginning; the same ones with every page of a pull.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refetch: Vec<Scope>,
    /// How many rows a page may have at most, where the device wants fewer than the server would send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    /// Asks to be told what the device must hold at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<Compare>,
    /// What the device holds in scopes of `refetch` where the server holds something else: for the server's log.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub differing: BTreeMap<Scope, Digest>,
}

/// How a device wants to compare what it holds with what the server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// By one number for everything: [`Delta::digest`].
    Whole,
    /// Scope by scope: [`Delta::digests`].
    Each,
}

/// A consistent cut of the server's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The part of the history. A new one begins when a server is restored from a copy.
    pub epoch: Uuid,
    /// Everything up to and with this version.
    pub version: u64,
}

/// Where a page ended. The device hands it back as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The part of the history that its versions belong to.
    pub epoch: Uuid,
    /// The head when the first page was made.
    pub begun: u64,
    /// The last entry that was sent.
    pub place: Place,
    /// As of which version everything in the scope of that entry is sent.
    pub base: u64,
}

/// The place of an entry in the order in which a pull sends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// As of.
    pub version: u64,
    /// In which scope.
    pub scope: Scope,
    /// Which row; none for word of the scope itself, which comes before its rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<(Table, Uuid)>,
}

/// The way from one cut to another, for one person, or a part of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delta {
    /// True when the device must drop what it holds first.
    #[serde(default, skip_serializing_if = "is_false")]
    pub whole: bool,
    /// True when the pages so far are of no use and the device must begin this pull anew.
    #[serde(default, skip_serializing_if = "is_false")]
    pub restart: bool,
    /// Where the device stands afterwards, if no page follows.
    pub cursor: Cursor,
    /// When the device comes from another epoch than that of [`Self::cursor`]: up to which version it has lived through the same.
    /// What it did later is to be sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<u64>,
    /// Then also when the copy was made from which the server was restored, if anybody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copied: Option<Timestamp>,
    /// Where the next page begins. Without one, this page reached the head of its own snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Position>,
    /// The only scopes of this person: whatever the device holds by another one goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<Scope>>,
    /// Scopes whose rows the device drops first: lost ones, and those that come anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reset: Vec<Scope>,
    /// Rows as they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<DeltaRow>,
    /// Rows that left a scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftRow>,
    /// The digests of all scopes of this person at `cursor`, put together. Comes with the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// The digest of each scope of this person at `cursor`; one that is left out holds nothing. Comes with the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digests: Option<BTreeMap<Scope, Digest>>,
}

/// A row with the scopes through which this person sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeltaRow {
    /// Its table.
    pub table: Table,
    /// Its id.
    pub id: Uuid,
    /// The version that wrote it last.
    pub version: u64,
    /// Its body, as stored: fields a device does not know are kept.
    pub body: Box<RawValue>,
    /// Why this person sees it.
    pub scopes: Vec<Scope>,
}

/// A row that left a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftRow {
    /// The scope it left.
    pub scope: Scope,
    /// Its table.
    pub table: Table,
    /// Its id.
    pub id: Uuid,
}

impl Delta {
    /// Nothing but where the device stands.
    pub fn nothing(cursor: Cursor) -> Self {
        Self {
            whole: false,
            restart: false,
            cursor,
            began: None,
            copied: None,
            next: None,
            only: None,
            reset: Vec::new(),
            rows: Vec::new(),
            left: Vec::new(),
            digest: None,
            digests: None,
        }
    }

    /// True when it changes nothing that the device holds, and has nothing to compare it with.
    pub fn is_empty(&self) -> bool {
        let quiet = !self.whole && !self.restart && self.began.is_none() && self.only.is_none();
        let unasked = self.digest.is_none() && self.digests.is_none();
        quiet
            && unasked
            && self.next.is_none()
            && self.reset.is_empty()
            && self.rows.is_empty()
            && self.left.is_empty()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_false(flag: &bool) -> bool {
    !flag
}
