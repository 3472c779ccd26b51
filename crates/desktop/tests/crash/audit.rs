//! What the server holds in the end, read past its rules.

use crate::deeds::Deed;
use crate::ground::file;
use crate::writer::Record;
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::message::Message;
use guildhall_protocol::sync::Verdict;
use guildhall_storage::server::{Pool, ServerStore};
use serde::de::DeserializeOwned;
use sqlx::{Row as _, SqlitePool};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use uuid::Uuid;

/// A decision as it lies in the database.
struct Decided {
    device: Option<DeviceId>,
    seq: Option<u64>,
    verdict: Verdict,
}

/// The server's books.
pub(crate) struct Books {
    head: u64,
    decided: BTreeMap<MutationId, Decided>,
    devices: BTreeMap<DeviceId, u64>,
    activities: BTreeMap<Uuid, (u64, Activity)>,
    messages: Vec<(u64, Message)>,
    damage: Vec<String>,
}

impl Books {
    /// Reads them; no server may run.
    pub(crate) async fn read(data: &Path) -> Self {
        let store = ServerStore::open(&file(data), Uuid::new_v4()).await;
        let store = store.expect("opens after a kill");
        let Pool::Sqlite(pool) = &store.pool() else {
            panic!("a kill is survived by a file");
        };
        let books = Self {
            head: store.head().await.expect("reads"),
            decided: decided(pool).await,
            devices: devices(pool).await,
            activities: bodies::<Activity>(pool, "select version, body from activity")
                .await
                .into_iter()
                .map(|(version, activity)| (activity.id, (version, activity)))
                .collect(),
            messages: bodies(pool, "select version, body from message").await,
            damage: damage(pool).await,
        };
        store.close().await;
        books
    }

    /// How often each deed of an account is there.
    pub(crate) fn deeds_of(&self, account: AccountId) -> BTreeMap<Deed, usize> {
        let messages = self
            .messages
            .iter()
            .filter(|(_, message)| message.author == account)
            .map(|(_, message)| (ActivityKind::MessageSent, message.body.clone()));
        let logged = self.activities.values().map(|(_, activity)| activity);
        let requests = logged
            .filter(|activity| activity.actor == account)
            .filter(|activity| {
                matches!(
                    activity.kind,
                    ActivityKind::RequestPublished | ActivityKind::RequestEdited
                )
            })
            .map(|activity| (activity.kind, activity.note.clone()));
        let mut deeds = BTreeMap::new();
        for deed in messages.chain(requests) {
            *deeds.entry(deed).or_default() += 1;
        }
        deeds
    }

    /// The version of every act that was applied.
    #[cfg(target_os = "linux")]
    pub(crate) fn applied(&self) -> BTreeMap<MutationId, u64> {
        let decided = self.decided.iter();
        let applied = decided.filter_map(|(id, decided)| match decided.verdict {
            Verdict::Applied { version } => Some((*id, version)),
            Verdict::Rejected { .. } => None,
        });
        applied.collect()
    }

    /// The words of an account's messages in the order in which they took effect.
    pub(crate) fn said_by(&self, account: AccountId) -> Vec<&str> {
        let mut said: Vec<_> = self
            .messages
            .iter()
            .filter(|(_, message)| message.author == account)
            .collect();
        said.sort_by_key(|(version, _)| *version);
        said.iter()
            .map(|(_, message)| message.body.as_str())
            .collect()
    }

    /// What breaks a law that holds whatever was done.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = self.damage.clone();
        faults.extend(self.unlogged());
        faults.extend(self.gaps());
        faults.extend(self.miscounted());
        faults
    }

    /// Each act that took effect has its one line in the log, at its version: a second effect would be at a later one.
    fn unlogged(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut lines = BTreeSet::new();
        for (id, decided) in &self.decided {
            let Verdict::Applied { version } = decided.verdict else {
                continue;
            };
            let line = id.0;
            match self.activities.get(&line) {
                Some((at, _)) if *at == version => {}
                Some((at, _)) => faults.push(format!("act {id} of {version} is logged at {at}")),
                None => faults.push(format!("act {id} of {version} is not in the log")),
            }
            lines.insert(line);
        }
        for (line, (version, activity)) in &self.activities {
            if !lines.contains(line) {
                faults.push(format!("nobody did {activity:?} at {version}"));
            }
        }
        let said = |(version, activity): &(u64, Activity)| {
            (activity.kind == ActivityKind::MessageSent).then_some((*version, activity.actor))
        };
        let logged: BTreeSet<_> = self.activities.values().filter_map(said).collect();
        let sent: BTreeSet<_> = self
            .messages
            .iter()
            .map(|(version, message)| (*version, message.author))
            .collect();
        faults.extend(
            logged
                .symmetric_difference(&sent)
                .map(|one| format!("message and log differ: {one:?}")),
        );
        faults
    }

    /// Versions have no gaps: each belongs to one act, or to what the server concluded from the acts right before it.
    fn gaps(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut acts = BTreeMap::new();
        for (version, activity) in self.activities.values() {
            if let Some(other) = acts.insert(*version, activity) {
                faults.push(format!("{version} is {activity:?} and {other:?}"));
            }
        }
        for version in 1..=self.head {
            if !acts.contains_key(&version) && !acts.contains_key(&(version - 1)) {
                faults.push(format!("nothing happened at {version} or before it"));
            }
        }
        if let Some((last, _)) = acts.last_key_value()
            && *last > self.head
        {
            faults.push(format!("{last} lies beyond the head {}", self.head));
        }
        faults
    }

    /// Each device's decisions are numbered without gaps, and took effect in that order.
    fn miscounted(&self) -> Vec<String> {
        let mut numbers: BTreeMap<DeviceId, BTreeMap<u64, u64>> = BTreeMap::new();
        for decided in self.decided.values() {
            if let (Some(device), Some(seq)) = (decided.device, decided.seq) {
                let version = match decided.verdict {
                    Verdict::Applied { version } => version,
                    Verdict::Rejected { .. } => 0,
                };
                numbers.entry(device).or_default().insert(seq, version);
            }
        }
        let mut faults = Vec::new();
        for (device, last) in &self.devices {
            let numbers = numbers.remove(device).unwrap_or_default();
            if !numbers.keys().copied().eq(1..=*last) {
                faults.push(format!("the numbers of {device} do not run to {last}"));
            }
            let versions = numbers.into_values().filter(|version| *version > 0);
            if !versions.is_sorted_by(|one, next| one < next) {
                faults.push(format!("the acts of {device} are out of order"));
            }
        }
        faults.extend(
            numbers
                .keys()
                .map(|device| format!("{device} is not known")),
        );
        faults
    }

    /// What a writer was told, and the books say otherwise.
    pub(crate) fn broken_words(&self, record: &Record) -> Vec<String> {
        let told = record.verdicts.iter();
        told.filter(|(id, (seq, verdict))| {
            self.decided.get(id).is_none_or(|decided| {
                (decided.device, decided.seq) != (Some(record.device), Some(*seq))
                    || decided.verdict != *verdict
            })
        })
        .map(|(id, told)| format!("{id} was told {told:?}"))
        .collect()
    }
}

/// What SQLite itself finds wrong with a file.
pub(crate) async fn damage(pool: &SqlitePool) -> Vec<String> {
    let verdict: Vec<String> = sqlx::query_scalar("pragma integrity_check")
        .fetch_all(pool)
        .await
        .expect("can be asked");
    let orphans = sqlx::query("pragma foreign_key_check")
        .fetch_all(pool)
        .await
        .expect("can be asked");
    let mut damage = Vec::new();
    if verdict != ["ok"] {
        damage.extend(verdict);
    }
    if !orphans.is_empty() {
        damage.push(format!("{} rows point to nothing", orphans.len()));
    }
    damage
}

async fn decided(pool: &SqlitePool) -> BTreeMap<MutationId, Decided> {
    let rows = sqlx::query("select mutation, device, seq, version, denied from decision")
        .fetch_all(pool)
        .await
        .expect("reads");
    rows.iter()
        .map(|row| {
            let denied: Option<String> = row.get(4);
            let verdict = match denied {
                Some(denied) => Verdict::Rejected {
                    denied: serde_json::from_str::<Denied>(&denied).expect("is a refusal"),
                },
                None => Verdict::Applied {
                    version: number(row.get(3)),
                },
            };
            let device: Option<String> = row.get(1);
            let decided = Decided {
                device: device.map(|id| id.parse().expect("is an id")),
                seq: row.get::<Option<i64>, _>(2).map(number),
                verdict,
            };
            let id: String = row.get(0);
            (id.parse().expect("is an id"), decided)
        })
        .collect()
}

async fn devices(pool: &SqlitePool) -> BTreeMap<DeviceId, u64> {
    let rows = sqlx::query("select id, last_seq from device")
        .fetch_all(pool)
        .await
        .expect("reads");
    rows.iter()
        .map(|row| {
            let id: String = row.get(0);
            (id.parse().expect("is an id"), number(row.get(1)))
        })
        .collect()
}

async fn bodies<T: DeserializeOwned>(pool: &SqlitePool, sql: &'static str) -> Vec<(u64, T)> {
    let rows = sqlx::query(sql).fetch_all(pool).await.expect("reads");
    rows.iter()
        .map(|row| {
            let body: String = row.get(1);
            (
                number(row.get(0)),
                serde_json::from_str(&body).expect("is a row"),
            )
        })
        .collect()
}

fn number(column: i64) -> u64 {
    u64::try_from(column).expect("counts")
}
