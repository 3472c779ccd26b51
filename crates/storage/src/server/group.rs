//! Several transactions in one commit.
//!
//! Waiting for the disk takes longer than most of what is written beside the batches, and on a file only one can write at a time. So
//! whoever is done hands the open transaction to the next, and waits; the first who comes round again commits what all have done.
//! Each works behind a savepoint of its own: what it gives up is put back, and what the others did stays.

use crate::error::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection, SqlitePool};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// Whose turn it is to write to a file. SQLite lets those who wait ask again and again with growing pauses, and whoever begins just then
/// goes first; here everybody comes in the order in which they asked.
pub(crate) type Turns = Arc<Mutex<()>>;

/// The transaction that many take part in.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pool: SqlitePool,
    turns: Turns,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    /// There while the transaction is. Begun and ended by plain statements: the database may end it by itself when the disk fails, and
    /// the library's count of what is open would be wrong from then on.
    connection: Option<(PoolConnection<Sqlite>, OwnedMutexGuard<()>)>,
    /// Which transaction it is, counted from the first.
    number: u64,
    /// Who is done and waits for the commit.
    waiting: Vec<oneshot::Sender<()>>,
    part: Part,
}

/// What became of the last part of the transaction. Each lies behind a savepoint, which is moved on or gone back to when the next begins:
/// whatever is said to the connection by itself costs as much as a statement that does something.
#[derive(Debug, Clone, Copy, Default)]
enum Part {
    /// There was none yet.
    #[default]
    None,
    /// Its owner is at it, or has given it up.
    Begun,
    /// Its owner is done.
    Done,
}

impl Open {
    fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        match &mut self.connection {
            Some((connection, _)) => Ok(connection),
            None => Err(sqlx::Error::PoolClosed),
        }
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(sql).execute(self.connection()?).await?;
        Ok(())
    }

    /// Begins the next part; what was given up is put back.
    async fn begin_part(&mut self) -> Result<(), sqlx::Error> {
        let begin = match self.part {
            Part::None => "savepoint one",
            Part::Begun => "rollback to one",
            Part::Done => {
                // Should nobody wait until all of that is done, the next makes another savepoint; the commit ends however many there are.
                self.part = Part::None;
                "release one; savepoint one"
            }
        };
        self.run(begin).await?;
        self.part = Part::Begun;
        Ok(())
    }

    /// Ends the transaction; what was given up last is not in it.
    async fn end(&mut self) -> Result<(), sqlx::Error> {
        let end = match (self.waiting.is_empty(), self.part) {
            (true, _) => "rollback",
            (false, Part::Begun) => "rollback to one; commit",
            (false, Part::None | Part::Done) => "commit",
        };
        self.run(end).await
    }

    /// The next transaction is another one.
    fn is_over(&mut self) {
        self.part = Part::None;
        self.number += 1;
    }

    /// Gives up what all have done: nobody hears that it was kept.
    async fn give_up(&mut self) {
        self.waiting.clear();
        self.is_over();
        if let Some((connection, _)) = self.connection.take() {
            // Whatever is open on it ends with it; the pool makes another.
            let _ = connection.close().await;
        }
    }
}

impl Group {
    pub(crate) fn new(pool: SqlitePool, turns: Turns) -> Self {
        Self {
            pool,
            turns,
            open: Arc::default(),
        }
    }

    /// Connections for single statements.
    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Waits for a turn to write.
    pub(crate) async fn begin(&self) -> Result<Turn, StoreError> {
        let open = Arc::clone(&self.open).lock_owned().await;
        // From here on its end takes care of whatever has begun, also when nobody waits for it any more.
        let mut turn = Turn {
            group: self.clone(),
            open: Some(open),
        };
        if let Err(error) = turn.join().await {
            turn.give_up().await;
            return Err(error.into());
        }
        Ok(turn)
    }

    /// Commits the transaction of this number, unless somebody else has. Those who came after it have their own.
    async fn conclude(self, number: u64) {
        let mut open = self.open.lock().await;
        if open.connection.is_none() || open.number != number {
            return;
        }
        match open.end().await {
            Ok(()) => {
                open.connection = None;
                open.is_over();
                for done in std::mem::take(&mut open.waiting) {
                    // Somebody may have gone meanwhile; it is done all the same.
                    let _ = done.send(());
                }
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "what {} have written was not kept",
                    open.waiting.len()
                );
                open.give_up().await;
            }
        }
    }
}

/// One's own part of the transaction; dropped without [`Turn::commit`], nothing of it has happened.
#[derive(Debug)]
pub(crate) struct Turn {
    group: Group,
    open: Option<OwnedMutexGuard<Open>>,
}

impl Turn {
    async fn join(&mut self) -> Result<(), sqlx::Error> {
        let open = self.open.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        if open.connection.is_none() {
            let turn = Arc::clone(&self.group.turns).lock_owned().await;
            open.connection = Some((self.group.pool.acquire().await?, turn));
            open.run("begin immediate").await?;
        }
        open.begin_part().await
    }

    /// What statements run on.
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        self.open
            .as_mut()
            .ok_or(sqlx::Error::PoolClosed)?
            .connection()
    }

    /// Hands the transaction on, and waits until it is on the disk.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        let open = self.open.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        let (done, told) = oneshot::channel();
        open.part = Part::Done;
        open.waiting.push(done);
        drop(self);
        // Why it was not kept is in the log.
        told.await.map_err(|_| StoreError::Uncommitted)
    }

    async fn give_up(mut self) {
        if let Some(mut open) = self.open.take() {
            open.give_up().await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // By itself: whoever waits may go, and others wait for the same commit.
        if let Some(open) = self.open.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(self.group.clone().conclude(open.number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::SqliteSynchronous;
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::pin::Pin;
    use std::task::{Context, Waker};

    async fn open(folder: &Path) -> (Group, SqlitePool) {
        let file = folder.join("group.db");
        let pool = crate::sqlite::open(&file, 1, SqliteSynchronous::Full, 1_000).await;
        let group = Group::new(pool.expect("opens"), Turns::default());
        sqlx::query("create table line (number integer primary key) strict")
            .execute(group.pool())
            .await
            .expect("is made");
        let reader = crate::sqlite::open(&file, 1, SqliteSynchronous::Full, 1_000).await;
        (group, reader.expect("opens"))
    }

    async fn write(turn: &mut Turn, number: i64) -> Result<(), StoreError> {
        sqlx::query("insert into line values (?)")
            .bind(number)
            .execute(turn.connection()?)
            .await?;
        Ok(())
    }

    async fn lines(pool: &SqlitePool) -> BTreeSet<i64> {
        let lines: Vec<i64> = sqlx::query_scalar("select number from line")
            .fetch_all(pool)
            .await
            .expect("is read");
        lines.into_iter().collect()
    }

    #[tokio::test]
    async fn what_many_have_done_is_there_once_each_is_told() {
        let folder = tempfile::tempdir().expect("is made");
        let (group, reader) = open(folder.path()).await;
        let tasks: Vec<_> = (0..50)
            .map(|number| {
                let (group, reader) = (group.clone(), reader.clone());
                tokio::spawn(async move {
                    let mut turn = group.begin().await.expect("begins");
                    write(&mut turn, number).await.expect("is written");
                    turn.commit().await.expect("is kept");
                    assert!(lines(&reader).await.contains(&number));
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("ends");
        }
        assert_eq!(lines(&reader).await, (0..50).collect());
    }

    #[tokio::test]
    async fn what_one_gives_up_is_put_back_and_what_the_others_did_stays() {
        let folder = tempfile::tempdir().expect("is made");
        let (group, reader) = open(folder.path()).await;
        let mut first = group.begin().await.expect("begins");
        write(&mut first, 1).await.expect("is written");
        let first = tokio::spawn(first.commit());
        let mut second = group.begin().await.expect("begins");
        write(&mut second, 2).await.expect("is written");
        drop(second);
        let mut third = group.begin().await.expect("begins");
        assert!(write(&mut third, 1).await.is_err(), "is there already");
        write(&mut third, 3).await.expect("is written");
        third.commit().await.expect("is kept");
        first.await.expect("ends").expect("is kept");

        assert_eq!(lines(&reader).await, BTreeSet::from([1, 3]));
    }

    #[tokio::test]
    async fn whoever_begins_and_goes_leaves_the_file_to_others() {
        let folder = tempfile::tempdir().expect("is made");
        let (group, reader) = open(folder.path()).await;
        let mut turn = group.begin().await.expect("begins");
        write(&mut turn, 1).await.expect("is written");
        drop(turn);

        sqlx::query("insert into line values (2)")
            .execute(&reader)
            .await
            .expect("nobody holds the file");

        assert_eq!(lines(&reader).await, BTreeSet::from([2]));
    }

    #[tokio::test]
    async fn whoever_waits_for_a_commit_that_fails_is_told() {
        let folder = tempfile::tempdir().expect("is made");
        let (group, reader) = open(folder.path()).await;
        let mut turn = group.begin().await.expect("begins");
        write(&mut turn, 1).await.expect("is written");
        // Whatever ends the transaction under them all.
        sqlx::query("rollback")
            .execute(turn.connection().expect("is open"))
            .await
            .expect("is undone");

        assert!(turn.commit().await.is_err());

        let mut next = group.begin().await.expect("begins anew");
        write(&mut next, 2).await.expect("is written");
        next.commit().await.expect("is kept");
        assert_eq!(lines(&reader).await, BTreeSet::from([2]));
    }

    fn waits<T>(future: Pin<&mut impl Future<Output = T>>) -> bool {
        future
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    }

    #[tokio::test]
    async fn nobody_comes_round_for_those_who_came_after_their_commit() {
        let folder = tempfile::tempdir().expect("is made");
        let (group, reader) = open(folder.path()).await;
        let mut first = group.begin().await.expect("begins");
        write(&mut first, 1).await.expect("is written");
        let mut second = Box::pin(group.begin());
        assert!(waits(second.as_mut()));
        let mut first = Box::pin(first.commit());
        assert!(waits(first.as_mut()));
        // The first comes round for both, and the third waits behind it, but before the second comes round.
        tokio::task::yield_now().await;
        let mut third = Box::pin(group.begin());
        assert!(waits(third.as_mut()));
        let mut second = second.await.expect("begins");
        write(&mut second, 2).await.expect("is written");
        second.commit().await.expect("is kept");
        first.await.expect("is kept");

        let mut third = third.await.expect("begins");
        write(&mut third, 3).await.expect("is written");
        let mut fourth = Box::pin(group.begin());
        assert!(waits(fourth.as_mut()));
        let third = tokio::spawn(third.commit());
        let mut fourth = fourth.await.expect("begins");
        write(&mut fourth, 4).await.expect("is written");
        fourth.commit().await.expect("is kept");
        third.await.expect("ends").expect("is kept");

        assert_eq!(lines(&reader).await, (1..=4).collect());
        assert_eq!(group.open.lock().await.number, 2);
    }

    #[tokio::test]
    async fn whoever_writes_beside_the_group_comes_in_their_turn() {
        let folder = tempfile::tempdir().expect("is made");
        let (group, _) = open(folder.path()).await;
        let mut first = group.begin().await.expect("begins");
        write(&mut first, 1).await.expect("is written");
        let mut batch = Box::pin(Arc::clone(&group.turns).lock_owned());
        assert!(waits(batch.as_mut()));
        first.commit().await.expect("is kept");
        let mut second = Box::pin(group.begin());
        assert!(waits(second.as_mut()));

        drop(batch.await);

        let mut second = second.await.expect("begins");
        write(&mut second, 2).await.expect("is written");
        second.commit().await.expect("is kept");
    }

    #[tokio::test]
    async fn whoever_goes_before_their_turn_has_begun_holds_nobody_up() {
        let folder = tempfile::tempdir().expect("is made");
        let (group, reader) = open(folder.path()).await;
        for polls in 1..40 {
            let mut gone = Box::pin(group.begin());
            for _ in 0..polls {
                if !waits(gone.as_mut()) {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(gone);
            drop(Arc::clone(&group.turns).lock_owned().await);
        }

        sqlx::query("insert into line values (1)")
            .execute(&reader)
            .await
            .expect("nobody holds the file");
    }
}
