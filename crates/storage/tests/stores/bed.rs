//! Where a story happens: on a file or on a PostgreSQL of its own.

use crate::samples;
use guildhall_postgres_ground::Ground;
use guildhall_storage::server::{Pool, ServerStore};
use sqlx::AssertSqlSafe;
use tempfile::TempDir;
use uuid::Uuid;

/// A database that a story may open, close and open again.
pub(crate) enum Bed {
    File(TempDir),
    Postgres(String),
}

impl Bed {
    pub(crate) fn file() -> Self {
        Self::File(TempDir::new().expect("is made"))
    }

    pub(crate) fn postgres() -> Self {
        Self::Postgres(Ground::shared().database().expect("is made"))
    }

    /// Another of the same kind, in which nothing is.
    pub(crate) fn another(&self) -> Self {
        match self {
            Self::File(_) => Self::file(),
            Self::Postgres(_) => Self::postgres(),
        }
    }

    /// A store with Ada, a client, and Ben, a freelancer.
    pub(crate) async fn open(&self) -> ServerStore {
        let store = self.reopen().await;
        samples::found(&store).await;
        store
    }

    /// A store over what is there, as another process would open it.
    pub(crate) async fn reopen(&self) -> ServerStore {
        match self {
            Self::File(folder) => samples::reopen(folder.path()).await,
            Self::Postgres(url) => ServerStore::connect(url, Uuid::from_u128(0xe9))
                .await
                .expect("connects"),
        }
    }
}

/// Does something to the database behind the store's back.
pub(crate) async fn run(store: &ServerStore, sql: &'static str) {
    match store.pool() {
        Pool::Sqlite(pool) => drop(sqlx::raw_sql(sql).execute(&pool).await.expect("is done")),
        Pool::Postgres(pool) => drop(sqlx::raw_sql(sql).execute(&pool).await.expect("is done")),
    }
}

/// The number that a query answers with.
pub(crate) async fn count(store: &ServerStore, sql: String) -> i64 {
    let query = AssertSqlSafe(sql);
    let count = match store.pool() {
        Pool::Sqlite(pool) => sqlx::query_scalar(query).fetch_one(&pool).await,
        Pool::Postgres(pool) => sqlx::query_scalar(query).fetch_one(&pool).await,
    };
    count.expect("is counted")
}

/// Tells each of these stories twice: once on a file, once on a PostgreSQL.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod on_a_file {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(crate::bed::Bed::file()).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(crate::bed::Bed::postgres()).await;
            })+
        }
    };
}

pub(crate) use on_both;
