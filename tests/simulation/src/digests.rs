//! Digests: what the server keeps is what its rows count; a device that finds a difference was damaged, and mends it.

use crate::counts::Edge;
use crate::sim::{Event, SECOND, Sim, Step};
use crate::violation::{Violation, must};
use anyhow::{Context as _, anyhow};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::Digest;
use rand::Rng as _;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use std::collections::BTreeMap;

/// What may happen to a cache file that no reader of the file can see.
const DAMAGES: [&str; 5] = [
    "delete from row where {some}",
    "update row set version = version + 1 where {some}",
    "update row set scopes = x'' where {some}",
    "update row set scopes = unhex(hex(scopes) || '00000000000000000000000000000bad') where {some}",
    "update row set version = version - 1 where {some}",
];

impl Sim {
    /// Lines of a desktop's cache are lost or changed while the program does not run.
    pub(crate) async fn damage_lines(&mut self, number: usize) -> Step {
        self.stop_desk(number).await;
        let file = self.desks[number].folder.join("cache.db");
        let choice = self.chance.random_range(0..DAMAGES.len());
        let rest = self.chance.random_range(0..3);
        if file.exists() {
            let options = SqliteConnectOptions::new().filename(&file);
            // A file that was damaged otherwise before is not damaged again.
            if let Ok(mut cache) = SqliteConnection::connect_with(&options).await {
                let some = format!("unicode(substr(hex(id), -1)) % 3 = {rest}");
                let sql = DAMAGES[choice].replace("{some}", &some);
                let done = sqlx::query(sqlx::AssertSqlSafe(sql))
                    .execute(&mut cache)
                    .await;
                if done.is_ok_and(|done| done.rows_affected() > 0) {
                    self.edge(Edge::LinesDamaged);
                    self.desks[number].is_damaged = true;
                }
                cache.close().await.map_err(|error| anyhow!(error))?;
            }
        }
        self.after(SECOND, Event::Connect(number));
        Ok(())
    }

    /// A device says that it does not hold what the server says.
    pub(crate) async fn doubt(&mut self, number: usize) -> Step {
        self.note(&format!("{number} doubts what it holds"));
        if !self.desks[number].is_damaged {
            self.mirror.follow().await?;
            self.check_server().await?;
            let stands = self.desks[number].stands().await;
            if stands.is_some_and(|cursor| cursor.version == self.mirror.head) {
                self.check_whole(number).await?;
            }
            let what = format!("{number} doubts what it holds, and nothing has happened to it");
            return Err(Violation::new("I23", what).into());
        }
        self.lose(number);
        Ok(())
    }

    /// The digest of each scope is what its rows count.
    pub(crate) async fn check_digests(&mut self, pool: &SqlitePool) -> Step {
        self.counts.checked("I23");
        let rows: Vec<(String, i64)> =
            sqlx::query_as("select scope, digest from scope_digest where digest <> 0")
                .fetch_all(pool)
                .await
                .map_err(|error| anyhow!(error))?;
        let mut kept = BTreeMap::new();
        for (scope, digest) in rows {
            let scope = Scope(scope.parse().context("a scope")?);
            kept.insert(scope, Digest(digest.cast_unsigned()));
        }
        let counted = self.mirror.digests();
        must(kept == counted, "I23", || {
            let differs = counted
                .iter()
                .find(|(scope, digest)| kept.get(*scope) != Some(*digest));
            format!(
                "kept digests are not what the rows count: {differs:?}, {} of {}",
                kept.len(),
                counted.len()
            )
        })?;
        Ok(())
    }
}
