//! The server's books: its tables are what the acts and the plain definitions say.

use crate::sim::{Failure, Sim, Step};
use crate::violation::{Violation, must};
use anyhow::{Context as _, anyhow};
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::row::{Key, Table};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::Verdict;
use guildhall_storage::server::Pool;
use sqlx::{Row as _, SqlitePool};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl Sim {
    /// The server's tables are what the acts and the definitions say.
    pub(crate) async fn check_server(&mut self) -> Step {
        self.mirror.follow().await?;
        let pool = self.check_sharing().await?;
        self.check_decisions(&pool).await?;
        self.check_digests(&pool).await
    }

    /// Somebody sees too much or too little. When who-sees-what is stored wrongly, that is why.
    pub(crate) async fn because(&mut self, broken: Violation) -> Failure {
        match self.check_sharing().await {
            Ok(_) => broken.into(),
            Err(cause) => cause,
        }
    }

    /// Memberships and placements are what the definitions say of the rows.
    async fn check_sharing(&mut self) -> Result<SqlitePool, Failure> {
        let node = self.server.any().context("a node runs")?;
        let Pool::Sqlite(pool) = node.market.store.pool() else {
            return Err(anyhow!("all nodes share one file").into());
        };
        let memberships: BTreeSet<(AccountId, Uuid)> = node
            .market
            .store
            .memberships()
            .await
            .map_err(|error| anyhow!(error))?
            .into_iter()
            .collect();
        let defined = self.mirror.memberships();
        must(memberships == defined, "I8", || {
            format!(
                "memberships: {:?}",
                memberships.symmetric_difference(&defined).next()
            )
        })?;
        let mut placed = BTreeSet::new();
        let rows = sqlx::query("select scope, tbl, row from placement where put = 1")
            .fetch_all(&pool)
            .await
            .map_err(|error| anyhow!(error))?;
        for row in rows {
            let parts = || -> anyhow::Result<(Uuid, Key)> {
                let (scope, table, id): (&str, i64, &str) =
                    (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                let table = Table::from_number(table).context("a table")?;
                Ok((
                    scope.parse()?,
                    Key {
                        table,
                        id: id.parse()?,
                    },
                ))
            };
            placed.insert(parts()?);
        }
        let defined = self.mirror.placements();
        must(placed == defined, "I8", || {
            format!(
                "placements: {:?}",
                placed.symmetric_difference(&defined).next()
            )
        })?;
        self.counts.checked("I8");
        Ok(pool)
    }

    /// The decisions are those that were told, each act has its effect once, and the rows follow from them in order.
    async fn check_decisions(&mut self, pool: &SqlitePool) -> Step {
        let rows =
            sqlx::query("select mutation, account, device, seq, version, denied, at from decision")
                .fetch_all(pool)
                .await
                .map_err(|error| anyhow!(error))?;
        let mut decided: BTreeMap<MutationId, Decided> = BTreeMap::new();
        for row in rows {
            let read = || -> anyhow::Result<(MutationId, Decided)> {
                let (id, account): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
                let device: Option<&str> = row.try_get(2)?;
                let seq: Option<i64> = row.try_get(3)?;
                let version: Option<i64> = row.try_get(4)?;
                let denied: Option<&str> = row.try_get(5)?;
                let verdict = match denied {
                    Some(denied) => Verdict::Rejected {
                        denied: serde_json::from_str(denied)?,
                    },
                    None => Verdict::Applied {
                        version: u64::try_from(version.unwrap_or(0))?,
                    },
                };
                let device: Option<DeviceId> = device.map(str::parse).transpose()?;
                Ok((
                    id.parse()?,
                    Decided {
                        account: account.parse()?,
                        place: device.zip(seq),
                        verdict,
                        at: Timestamp(row.try_get(6)?),
                    },
                ))
            };
            let (id, one) = read()?;
            decided.insert(id, one);
        }
        self.check_whole_acts(&decided)?;
        self.counts.checked("I3");
        for (id, told) in &self.verdicts {
            let kept = decided.get(id).map(|one| &one.verdict);
            must(kept == Some(told), "I3", || {
                format!("{id} was told {told:?}; kept is {kept:?}")
            })?;
        }
        for (id, one) in &decided {
            self.verdicts
                .entry(*id)
                .or_insert_with(|| one.verdict.clone());
        }
        self.check_order(&decided)?;
        self.check_effects(&decided)
    }

    /// The acts of a device on one thing took effect in the order in which they were done. An act that was held for a while lets
    /// those on other things go first; what was numbered took effect in the order of numbers, whatever it is about.
    fn check_order(&mut self, decided: &BTreeMap<MutationId, Decided>) -> Step {
        self.counts.checked("I5");
        for desk in &self.desks {
            let mut last: BTreeMap<Option<Uuid>, u64> = BTreeMap::new();
            for id in &desk.order {
                if let Some(Decided {
                    verdict: Verdict::Applied { version },
                    ..
                }) = decided.get(id)
                {
                    let about = self
                        .deeds
                        .get(id)
                        .and_then(|deed| deed.mutation.aggregate());
                    let before = last.insert(about, *version).unwrap_or(0);
                    must(*version >= before, "I5", || {
                        format!(
                            "{id} took effect at {version}, one that was done before at {before}"
                        )
                    })?;
                }
            }
        }
        let mut by_device: BTreeMap<DeviceId, BTreeMap<i64, u64>> = BTreeMap::new();
        for one in decided.values() {
            if let (Some((device, seq)), Verdict::Applied { version }) = (one.place, &one.verdict) {
                by_device.entry(device).or_default().insert(seq, *version);
            }
        }
        for (device, versions) in by_device {
            let ordered = versions
                .values()
                .zip(versions.values().skip(1))
                .all(|(earlier, later)| earlier <= later);
            must(ordered, "I5", || {
                format!("{device} was decided as {versions:?}")
            })?;
        }
        Ok(())
    }

    /// A line in the log for an act that was not applied would be half an act.
    fn check_whole_acts(&mut self, decided: &BTreeMap<MutationId, Decided>) -> Step {
        self.counts.checked("I2");
        let lines: BTreeSet<Uuid> = decided
            .iter()
            .filter(|(_, one)| matches!(one.verdict, Verdict::Applied { .. }))
            .map(|(id, _)| id.0)
            .collect();
        for key in self.mirror.rows.keys() {
            must(
                key.table != Table::Activity || lines.contains(&key.id),
                "I2",
                || format!("{key:?} is there without its decision"),
            )?;
        }
        Ok(())
    }

    fn check_effects(&mut self, decided: &BTreeMap<MutationId, Decided>) -> Step {
        self.mirror.hires_agree()?;
        let mut fresh: Vec<(u64, Timestamp, i64, MutationId)> = Vec::new();
        for (id, one) in decided {
            if let Verdict::Applied { version } = one.verdict
                && version > self.model.version
            {
                let seq = one.place.map_or(0, |(_, seq)| seq);
                fresh.push((version, one.at, seq, *id));
            }
        }
        fresh.sort_unstable();
        for (version, at, _, id) in fresh {
            let deed = self
                .deeds
                .get(&id)
                .ok_or_else(|| Violation::new("I4", format!("{id} was never done")))?;
            let account = decided.get(&id).map(|one| one.account);
            must(account == Some(deed.account), "I4", || {
                format!(
                    "{id} was done by {}, and counts for {account:?}",
                    deed.account
                )
            })?;
            self.model.apply(id, deed, version, at)?;
        }
        self.counts.checked("I6");
        self.counts.checked("I7");
        self.model.agrees(&self.mirror)?;
        Ok(())
    }
}

/// A decision as it is stored.
struct Decided {
    account: AccountId,
    place: Option<(DeviceId, i64)>,
    verdict: Verdict,
    at: Timestamp,
}
