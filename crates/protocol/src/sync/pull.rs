//! Pull: the way from one cut of the server's history to another.

use guildhall_domain::id::DeviceId;
use guildhall_domain::row::Table;
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Asks for everything since a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// [`PROTOCOL`] of the sender.
    pub protocol: u16,
    /// Which device.
    pub device: DeviceId,
    /// What the device holds; none before the first pull.
    pub cursor: Option<Cursor>,
}

/// A consistent cut of the server's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The history: named when the server's database was made. Versions of different histories say nothing about each other.
    pub epoch: Uuid,
    /// Everything up to and with this version.
    pub version: u64,
}

/// The way from one cut to another, for one person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delta {
    /// True when the device must drop what it holds first.
    pub whole: bool,
    /// Where the device stands afterwards.
    pub cursor: Cursor,
    /// The highest decided number of this device.
    pub last_seq: u64,
    /// Scopes whose rows the device drops first: lost ones, and those that come anew.
    pub reset: Vec<Scope>,
    /// Rows as they stand.
    pub rows: Vec<DeltaRow>,
    /// Rows that left a scope.
    pub left: Vec<LeftRow>,
    /// The server's clock.
    pub server_time: Timestamp,
}

/// A row with the scopes through which this person sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeltaRow {
    /// Its table.
    pub table: Table,
    /// Its id.
    pub id: Uuid,
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
