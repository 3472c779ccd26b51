//! The server's rows as they are stored, and who sees which of them by the plain definition: a person sees a row that lies in a
//! scope which any row opens to them. Kept up to date from the tables alone; placements and memberships are never asked.

use crate::violation::{Checked, must};
use anyhow::{Context as _, Result};
use guildhall_domain::contract::ContractStage;
use guildhall_domain::id::AccountId;
use guildhall_domain::person::Status;
use guildhall_domain::row::{Key, Row, Table};
use guildhall_domain::scope::{Scope, grants, placements};
use guildhall_protocol::sync::Digest;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Row as _, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use uuid::Uuid;

/// A row as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) version: u64,
    pub(crate) row: Row,
    pub(crate) body: String,
}

/// The server's rows at a version.
#[derive(Debug)]
pub(crate) struct Mirror {
    /// Of its own, and not of a pool, which would ask it before and after each statement whether it is still there.
    connection: SqliteConnection,
    pub(crate) head: u64,
    pub(crate) rows: BTreeMap<Key, Stored>,
    open: BTreeMap<AccountId, BTreeMap<Scope, u32>>,
    placed: BTreeMap<Scope, BTreeSet<Key>>,
}

static CHANGED: LazyLock<String> = LazyLock::new(|| {
    let tables = Table::ALL.iter().map(|table| {
        format!(
            "select {} as tbl, id, version, body from {} where version > ?1",
            table.number(),
            table.name()
        )
    });
    tables.collect::<Vec<_>>().join(" union all ")
});

impl Mirror {
    /// Looks into this file, with nothing taken in yet.
    pub(crate) async fn open(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(file);
        Ok(Self {
            connection: options.connect().await?,
            head: 0,
            rows: BTreeMap::new(),
            open: BTreeMap::new(),
            placed: BTreeMap::new(),
        })
    }

    /// Looks at nothing.
    pub(crate) async fn nowhere() -> Result<Self> {
        Self::open(Path::new(":memory:")).await
    }

    /// Where the server's history stands.
    pub(crate) async fn newest(&mut self) -> Result<u64> {
        let head: i64 = sqlx::query_scalar("select version from sync_head")
            .fetch_one(&mut self.connection)
            .await?;
        Ok(u64::try_from(head)?)
    }

    /// Takes in what was written since the last time. Nothing else runs meanwhile, so this needs no transaction.
    pub(crate) async fn follow(&mut self) -> Result<()> {
        let head = self.newest().await?;
        if head == self.head {
            return Ok(());
        }
        let changed = sqlx::query(sqlx::AssertSqlSafe(CHANGED.as_str()))
            .bind(i64::try_from(self.head)?)
            .fetch_all(&mut self.connection)
            .await?;
        // The only rows that are ever deleted.
        let pairs: Vec<String> = sqlx::query_scalar("select id from recommendation")
            .fetch_all(&mut self.connection)
            .await?;
        for row in changed {
            let (table, id, version, body): (i64, &str, i64, String) = (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
            );
            let table = Table::from_number(table).context("an unknown table")?;
            let key = Key {
                table,
                id: id.parse()?,
            };
            self.put(
                key,
                Stored {
                    version: u64::try_from(version)?,
                    row: Row::decode(table, &body)?,
                    body,
                },
            );
        }
        let pairs: BTreeSet<Uuid> = pairs
            .iter()
            .map(|id| id.parse())
            .collect::<Result<_, _>>()?;
        let in_table = |id| Key {
            table: Table::Recommendation,
            id,
        };
        let gone: Vec<Key> = self
            .rows
            .range(in_table(Uuid::nil())..=in_table(Uuid::max()))
            .map(|(key, _)| *key)
            .filter(|key| !pairs.contains(&key.id))
            .collect();
        for key in gone {
            self.drop(key);
        }
        self.head = head;
        Ok(())
    }

    fn put(&mut self, key: Key, stored: Stored) {
        self.drop(key);
        for scope in placements(&stored.row) {
            self.placed.entry(scope).or_default().insert(key);
        }
        for (account, scope) in grants(&stored.row) {
            *self
                .open
                .entry(account)
                .or_default()
                .entry(scope)
                .or_default() += 1;
        }
        self.rows.insert(key, stored);
    }

    fn drop(&mut self, key: Key) {
        let Some(before) = self.rows.remove(&key) else {
            return;
        };
        for scope in placements(&before.row) {
            if let Some(placed) = self.placed.get_mut(&scope) {
                placed.remove(&key);
            }
        }
        for (account, scope) in grants(&before.row) {
            if let Some(open) = self.open.get_mut(&account)
                && let Some(count) = open.get_mut(&scope)
            {
                *count -= 1;
                if *count == 0 {
                    open.remove(&scope);
                }
            }
        }
    }

    /// True when this person sees the row.
    pub(crate) fn sees(&self, account: AccountId, key: Key) -> bool {
        let Some(open) = self.open.get(&account) else {
            return false;
        };
        self.rows.get(&key).is_some_and(|stored| {
            placements(&stored.row)
                .iter()
                .any(|place| open.contains_key(place))
        })
    }

    /// The rows this person sees.
    pub(crate) fn visible(&self, account: AccountId) -> BTreeSet<Key> {
        let scopes = self.open.get(&account).into_iter().flat_map(BTreeMap::keys);
        scopes
            .filter_map(|scope| self.placed.get(scope))
            .flatten()
            .copied()
            .collect()
    }

    /// Why this person sees the row.
    pub(crate) fn reasons(&self, account: AccountId, key: Key) -> BTreeSet<Scope> {
        let (Some(open), Some(stored)) = (self.open.get(&account), self.rows.get(&key)) else {
            return BTreeSet::new();
        };
        placements(&stored.row)
            .into_iter()
            .filter(|scope| open.contains_key(scope))
            .collect()
    }

    /// As many are hired as contracts hold, and no more than there are places.
    pub(crate) fn hires_agree(&self) -> Checked {
        let mut holding: BTreeMap<Uuid, u32> = BTreeMap::new();
        for stored in self.rows.values() {
            if let Row::Contract(contract) = &stored.row
                && !matches!(contract.stage, ContractStage::Cancelled { .. })
            {
                *holding.entry(contract.request.0).or_default() += 1;
            }
        }
        for stored in self.rows.values() {
            if let Row::Request(request) = &stored.row {
                let count = holding.get(&request.id.0).copied().unwrap_or(0);
                must(
                    count == request.hired && request.hired <= request.places,
                    "I6",
                    || {
                        format!(
                            "{count} contracts, {} hired, {} places",
                            request.hired, request.places
                        )
                    },
                )?;
            }
        }
        Ok(())
    }

    /// Everybody's open scopes.
    pub(crate) fn memberships(&self) -> BTreeSet<(AccountId, Uuid)> {
        self.open
            .iter()
            .flat_map(|(account, scopes)| scopes.keys().map(|scope| (*account, scope.0)))
            .collect()
    }

    /// What the rows of each scope count.
    pub(crate) fn digests(&self) -> BTreeMap<Scope, Digest> {
        let digest = |(scope, keys): (&Scope, &BTreeSet<Key>)| {
            let counted = keys
                .iter()
                .map(|key| Digest::of(*scope, *key, self.rows[key].version));
            (*scope, counted.sum())
        };
        let all = self.placed.iter().map(digest);
        all.filter(|(_, digest): &(_, Digest)| !digest.is_nothing())
            .collect()
    }

    /// Every row in every scope.
    pub(crate) fn placements(&self) -> BTreeSet<(Uuid, Key)> {
        self.placed
            .iter()
            .flat_map(|(scope, keys)| keys.iter().map(|key| (scope.0, *key)))
            .collect()
    }
}

/// True when this person may not see all of the row.
pub(crate) fn is_partly_hidden(account: AccountId, row: &Row) -> bool {
    matches!(row, Row::Person(person) if person.id != account && person.is_suspended())
}

/// The row as this person may see it: why somebody was suspended is told to them alone.
pub(crate) fn as_seen_by(account: AccountId, row: &Row) -> Row {
    let mut row = row.clone();
    if let Row::Person(person) = &mut row
        && person.id != account
        && let Status::Suspended { reason, .. } = &mut person.status
    {
        reason.clear();
    }
    row
}
