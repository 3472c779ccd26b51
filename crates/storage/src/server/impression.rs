//! The log of impressions: who stood where in which client's list. No device is ever sent any of it.

use super::ServerStore;
use super::pool::{Pool, on_pool, on_transaction};
use crate::error::StoreError;
use crate::number::unsigned;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::time::Date;
use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};
use uuid::Uuid;

/// A propensity of 1: whoever stands where the fit has them stands there in any case.
pub const CERTAIN: u32 = 65_536;
/// The places of a list that are about being seen.
const FIRST: i64 = 10;

/// Somebody's place in a request's list on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impression {
    /// Whose list.
    pub request: RequestId,
    /// Who stood in it.
    pub freelancer: AccountId,
    /// When. Of several lists on one day the last with them counts.
    pub day: Date,
    /// Where, from 0.
    pub rank: u16,
    /// Whether they were a newcomer then.
    pub newcomer: bool,
    /// Whether the place was drawn for them, as one that is kept for newcomers.
    pub drawn: bool,
    /// The chance of standing there, in 65,536ths: [`CERTAIN`] for a place by fit.
    pub propensity: u32,
    /// Which formulas.
    pub score_version: u16,
    /// Skills, rating, place, availability, budget, in 65,536ths of the whole.
    pub parts: [u32; 5],
}

/// How often somebody stood at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Who.
    pub freelancer: AccountId,
    /// Where, from 0.
    pub rank: u16,
    /// In how many lists.
    pub times: u32,
}

/// The first ten places of lists, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirstPlaces {
    /// All that were taken.
    pub all: u64,
    /// Taken by newcomers, drawn or by their own fit.
    pub newcomers: u64,
    /// Drawn for newcomers.
    pub drawn: u64,
}

impl Impression {
    /// As the statements take it, but for the two ids.
    fn numbers(&self) -> [i64; NUMBERS] {
        let [skills, rating, place, availability, budget] = self.parts.map(i64::from);
        [
            self.day.0.into(),
            self.rank.into(),
            self.newcomer.into(),
            self.drawn.into(),
            self.propensity.into(),
            self.score_version.into(),
            skills,
            rating,
            place,
            availability,
            budget,
        ]
    }
}

/// The columns that are numbers.
const NUMBERS: usize = 11;

/// Of several lists on one day the last with somebody counts.
const REPLACE: &str = "on conflict (request, freelancer, day) do update set rank = excluded.rank, newcomer = excluded.newcomer, \
     drawn = excluded.drawn, propensity = excluded.propensity, score_version = excluded.score_version, skills = excluded.skills, \
     rating = excluded.rating, place = excluded.place, availability = excluded.availability, budget = excluded.budget";

/// Writes impressions into a file, in the transaction of the lists.
pub(super) async fn keep_sqlite(
    connection: &mut SqliteConnection,
    seen: &[Impression],
) -> Result<(), StoreError> {
    if seen.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = seen
        .iter()
        .map(|one| (one.request, one.freelancer, one.numbers()))
        .collect();
    let numbers: Vec<String> = (0..NUMBERS)
        .map(|index| format!("value ->> '$[2][{index}]'"))
        .collect();
    let numbers = numbers.join(", ");
    let sql = format!(
        "insert into impression select value ->> 0, value ->> 1, {numbers} from json_each($1) where true {REPLACE}"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(serde_json::to_string(&rows)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// The same on PostgreSQL.
pub(super) async fn keep_postgres(
    connection: &mut PgConnection,
    seen: &[Impression],
) -> Result<(), StoreError> {
    if seen.is_empty() {
        return Ok(());
    }
    let arrays: Vec<String> = (0..NUMBERS)
        .map(|index| format!("${}::bigint[]", index + 3))
        .collect();
    let arrays = arrays.join(", ");
    let sql = format!(
        "insert into impression select * from unnest($1::uuid[], $2::uuid[], {arrays}) {REPLACE}"
    );
    let mut query = sqlx::query(AssertSqlSafe(sql))
        .bind(seen.iter().map(|one| one.request.0).collect::<Vec<_>>())
        .bind(seen.iter().map(|one| one.freelancer.0).collect::<Vec<_>>());
    for index in 0..NUMBERS {
        let column = seen.iter().map(|one| one.numbers()[index]);
        query = query.bind(column.collect::<Vec<i64>>());
    }
    query.execute(connection).await?;
    Ok(())
}

type Line = (
    String,
    String,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
);

fn read(line: &Line) -> Result<Impression, StoreError> {
    let (request, freelancer, day, rank, newcomer, drawn, propensity, version, ..) = line;
    let share = |number: i64| u32::try_from(number).map_err(|_| CORRUPT);
    let [skills, rating, place, availability, budget] = [line.8, line.9, line.10, line.11, line.12];
    Ok(Impression {
        request: RequestId(id(request)?),
        freelancer: AccountId(id(freelancer)?),
        day: Date(i32::try_from(*day).map_err(|_| CORRUPT)?),
        rank: u16::try_from(*rank).map_err(|_| CORRUPT)?,
        newcomer: *newcomer == 1,
        drawn: *drawn == 1,
        propensity: share(*propensity)?,
        score_version: u16::try_from(*version).map_err(|_| CORRUPT)?,
        parts: [
            share(skills)?,
            share(rating)?,
            share(place)?,
            share(availability)?,
            share(budget)?,
        ],
    })
}

const CORRUPT: StoreError = StoreError::Corrupt { what: "impression" };

fn id(text: &str) -> Result<Uuid, StoreError> {
    text.parse().map_err(|_| CORRUPT)
}

impl ServerStore {
    /// Where somebody stood, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn impressions_of(&self, account: AccountId) -> Result<Vec<Impression>, StoreError> {
        let whose = match self.pool() {
            Pool::Sqlite(_) => "$1",
            Pool::Postgres(_) => "cast($1 as uuid)",
        };
        let sql = format!(
            "select cast(request as text), cast(freelancer as text), day, rank, newcomer, drawn, propensity, score_version, \
                    skills, rating, place, availability, budget \
             from impression where freelancer = {whose} order by day, request"
        );
        let lines: Vec<Line> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(account.to_string()).fetch_all(pool).await?
        });
        lines.iter().map(read).collect()
    }

    /// The first ten places of the lists since a day.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be counted.
    pub async fn first_places(&self, since: Date) -> Result<FirstPlaces, StoreError> {
        let sql = "select count(*), cast(coalesce(sum(newcomer), 0) as bigint), cast(coalesce(sum(drawn), 0) as bigint) \
                   from impression where day >= $1 and rank < $2";
        let (all, newcomers, drawn): (i64, i64, i64) = on_pool!(&self.pool(), pool => {
            sqlx::query_as(sql).bind(i64::from(since.0)).bind(FIRST).fetch_one(pool).await?
        });
        Ok(FirstPlaces {
            all: unsigned(all),
            newcomers: unsigned(newcomers),
            drawn: unsigned(drawn),
        })
    }

    /// Who stood how often at which of the first ten places since a day.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be counted.
    pub async fn shown_since(&self, since: Date) -> Result<Vec<Shown>, StoreError> {
        let sql = "select cast(freelancer as text), rank, count(*) from impression where day >= $1 and rank < $2 \
                   group by freelancer, rank order by freelancer, rank";
        let found: Vec<(String, i64, i64)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(sql).bind(i64::from(since.0)).bind(FIRST).fetch_all(pool).await?
        });
        let shown = |(freelancer, rank, times): (String, i64, i64)| {
            Ok(Shown {
                freelancer: AccountId(id(&freelancer)?),
                rank: u16::try_from(rank).map_err(|_| CORRUPT)?,
                times: u32::try_from(times).unwrap_or(u32::MAX),
            })
        };
        found.into_iter().map(shown).collect()
    }

    /// Forgets what was before a day; answers with how many lines that were.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was forgotten.
    pub async fn forget_impressions(&self, before: Date) -> Result<u64, StoreError> {
        let mut writing = self.begin_beside().await?;
        let gone = on_transaction!(&mut writing, connection => {
            sqlx::query("delete from impression where day < $1")
                .bind(i64::from(before.0))
                .execute(connection)
                .await?
                .rows_affected()
        });
        writing.commit().await?;
        Ok(gone)
    }
}
