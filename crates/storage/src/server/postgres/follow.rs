//! How a process hears of what others wrote: a notification after each commit says that there is something, and the log says what.
//!
//! Notifications are hints, sent outside the batch's transaction and rolled into one while another is being sent. One that is
//! lost costs a quarter of a second: so often the log is read without being asked to.

use super::{Database, log};
use crate::error::StoreError;
use guildhall_domain::id::AccountId;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Where heads are announced.
const HEADS: &str = "guildhall_head";
/// Where sign-ins are announced that have ended.
const ENDED: &str = "guildhall_ended";
/// How many ended sign-ins may wait to be heard of.
const WAITING: usize = 256;
/// How often the log is read when nothing is heard.
const POLL: Duration = Duration::from_millis(250);
/// How long to wait before listening again after the connection was lost.
const RECONNECT: Duration = Duration::from_secs(1);

/// What other processes wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// These accounts see something new.
    Touched(BTreeSet<AccountId>),
    /// Too long ago to say: everybody may see something new.
    Everybody,
    /// A sign-in has ended, here or elsewhere.
    Ended(Uuid),
}

/// Follows what other processes write.
#[derive(Debug)]
pub struct Follower {
    pool: PgPool,
    process: Uuid,
    head: u64,
    bell: Arc<Notify>,
    ended: mpsc::Receiver<Uuid>,
    listening: JoinHandle<()>,
}

impl Database {
    /// Follows the log from here on.
    pub(in crate::server) async fn follow(&self) -> Result<Follower, StoreError> {
        let head: i64 = sqlx::query_scalar("select version from sync_head")
            .fetch_one(&self.readers)
            .await?;
        let bell = Arc::new(Notify::new());
        let (tell, ended) = mpsc::channel(WAITING);
        let ears = (Arc::clone(&bell), tell);
        Ok(Follower {
            pool: self.readers.clone(),
            process: self.process,
            head: super::unsigned(head),
            listening: tokio::spawn(listen(self.readers.clone(), ears)),
            bell,
            ended,
        })
    }

    /// Throws away lines that nobody needs.
    pub(in crate::server) async fn tidy(&self) -> Result<(), StoreError> {
        log::forget(&self.readers).await
    }
}

impl Follower {
    /// Waits until another process wrote something that somebody sees.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read; it may be asked again.
    pub async fn news(&mut self) -> Result<News, StoreError> {
        loop {
            tokio::select! {
                () = self.bell.notified() => {}
                Some(family) = self.ended.recv() => return Ok(News::Ended(family)),
                // Nothing heard is a reason to look, too.
                () = tokio::time::sleep(POLL) => {}
            }
            let touched = log::touched(&self.pool, self.head, self.process).await?;
            self.head = touched.head;
            if !touched.whole {
                return Ok(News::Everybody);
            }
            if !touched.accounts.is_empty() {
                return Ok(News::Touched(touched.accounts));
            }
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Who is told what is heard.
type Ears = (Arc<Notify>, mpsc::Sender<Uuid>);

async fn listen(pool: PgPool, ears: Ears) {
    loop {
        let failed = match hear(&pool, &ears).await {
            Ok(()) => return,
            Err(error) => error,
        };
        if pool.is_closed() {
            return;
        }
        tracing::warn!(
            error = &failed as &dyn std::error::Error,
            "notifications are not heard for a moment"
        );
        tokio::time::sleep(RECONNECT).await;
    }
}

/// Listens until the follower is gone.
async fn hear(pool: &PgPool, (bell, ended): &Ears) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([HEADS, ENDED]).await?;
    loop {
        let heard = listener.recv().await?;
        if heard.channel() == HEADS {
            bell.notify_one();
        } else if let Ok(family) = heard.payload().parse()
            && ended.send(family).await.is_err()
        {
            return Ok(());
        }
    }
}

/// Tells all processes that a sign-in has ended, so that they close its connections.
pub(in crate::server) async fn announce_ended(
    pool: &PgPool,
    family: Uuid,
) -> Result<(), StoreError> {
    sqlx::query("select pg_notify($1, $2)")
        .bind(ENDED)
        .bind(family.to_string())
        .execute(pool)
        .await?;
    Ok(())
}

/// Tells the others after each commit; while one notification is on its way, later commits share the next.
pub(super) async fn announce(pool: PgPool, mut heads: watch::Receiver<u64>) {
    while heads.changed().await.is_ok() {
        let head = *heads.borrow_and_update();
        let told = sqlx::query("select pg_notify($1, $2)")
            .bind(HEADS)
            .bind(head.to_string())
            .execute(&pool)
            .await;
        if let Err(error) = told {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "other processes were not told; they look by themselves"
            );
        }
    }
}
