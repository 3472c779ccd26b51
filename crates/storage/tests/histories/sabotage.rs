//! Faults on purpose: what a store would leave behind that did them, so that it shows whether the checker sees.

use guildhall_storage::server::{Pool, ServerStore};
use sqlx::{AssertSqlSafe, SqlitePool};

/// Which fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// A count is written back as it was read, over what another has made of it meanwhile.
    LostUpdate,
    /// A version is taken and nothing is stored under it.
    Hole,
    /// Who hires is not seen by the next one who does.
    DoubleHire,
}

impl Sabotage {
    const ALL: [(Self, &'static str); 3] = [
        (Self::LostUpdate, "lost-update"),
        (Self::Hole, "hole"),
        (Self::DoubleHire, "double-hire"),
    ];

    /// Its name in a worker's task.
    pub(crate) fn name(this: Option<Self>) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(one, _)| Some(*one) == this)
            .map_or("none", |(_, name)| name)
    }

    /// The fault of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(_, one)| *one == name).map(|(one, _)| *one)
    }
}

/// Stands beside the writer of a process.
pub(crate) struct Saboteur {
    what: Sabotage,
    pool: SqlitePool,
    /// Rows as they were before a commit: table, id, body.
    kept: Vec<(String, String, String)>,
    contracts: i64,
    commits: u32,
}

impl Saboteur {
    /// None where nothing shall be broken.
    pub(crate) fn of(what: Option<Sabotage>, store: &ServerStore) -> Option<Self> {
        let (Some(what), Pool::Sqlite(pool)) = (what, store.pool()) else {
            return None;
        };
        Some(Self {
            what,
            pool,
            kept: Vec::new(),
            contracts: 0,
            commits: 0,
        })
    }

    /// Before a batch.
    pub(crate) async fn before(&mut self) {
        let sql = match self.what {
            Sabotage::Hole => return,
            Sabotage::LostUpdate => "select 'tally', id, body from tally",
            Sabotage::DoubleHire => {
                "select 'request', id, body from request union all select 'application', id, body from application \
                 union all select 'offer', id, body from offer"
            }
        };
        let kept = sqlx::query_as(sql).fetch_all(&self.pool).await;
        self.kept = kept.expect("is read");
        self.contracts = self.count().await;
    }

    /// After it.
    pub(crate) async fn after(&mut self) {
        self.commits += 1;
        match self.what {
            Sabotage::Hole if self.commits == 5 => {
                self.write("update sync_head set version = version + 1", &[])
                    .await;
            }
            Sabotage::LostUpdate if self.commits.is_multiple_of(5) => self.put_back().await,
            Sabotage::DoubleHire if self.count().await > self.contracts => self.put_back().await,
            Sabotage::Hole | Sabotage::LostUpdate | Sabotage::DoubleHire => {}
        }
    }

    async fn count(&self) -> i64 {
        let count = sqlx::query_scalar("select count(*) from contract");
        count.fetch_one(&self.pool).await.expect("is read")
    }

    async fn put_back(&self) {
        for (table, id, body) in &self.kept {
            let sql = format!("update {table} set body = ? where id = ?");
            self.write(&sql, &[body, id]).await;
        }
    }

    async fn write(&self, sql: &str, values: &[&str]) {
        let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
        for value in values {
            query = query.bind(*value);
        }
        query.execute(&self.pool).await.expect("is written");
    }
}
