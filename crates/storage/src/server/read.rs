//! Reading for the admin, for matching at start-up, and for checks.

use super::{ServerStore, decode::decode};
use crate::error::StoreError;
use guildhall_domain::activity::Activity;
use guildhall_domain::id::AccountId;
use guildhall_domain::person::Person;
use guildhall_domain::request::Request;
use guildhall_domain::review::Review;
use guildhall_domain::row::{Column, Noun};
use guildhall_domain::time::Timestamp;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

/// Counts of the marketplace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Accounts.
    pub people: u32,
    /// Of these, suspended.
    pub suspended: u32,
    /// Requests that take applications.
    pub open_requests: u32,
    /// All requests.
    pub requests: u32,
    /// All applications.
    pub applications: u32,
    /// Contracts that run.
    pub running: u32,
    /// Contracts completed.
    pub completed: u32,
}

/// A request with what an admin wants to know of it.
#[derive(Debug, Clone)]
pub struct RequestLine {
    /// The request.
    pub request: Request,
    /// Client's name.
    pub client: String,
    /// Applications received.
    pub applications: u32,
}

/// A line of the activity log with names.
#[derive(Debug, Clone)]
pub struct ActivityLine {
    /// The line.
    pub activity: Activity,
    /// Actor's name.
    pub who: String,
    /// The other person's name.
    pub other: Option<String>,
    /// The request's title.
    pub title: Option<String>,
}

impl ServerStore {
    /// The noun of an id.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn find<N: Noun>(&self, id: impl Into<Uuid>) -> Result<Option<N>, StoreError> {
        let id: String = id.into().to_string();
        let sql = format!("select body from {} where id = ?", N::TABLE.name());
        let body: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(&id)
            .fetch_optional(&self.readers)
            .await?;
        body.map(|body| decode(N::TABLE, &id, &body))
            .transpose()
            .map(|row| row.and_then(N::from_row))
    }

    /// All nouns of a kind, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError`] when one cannot be read.
    pub async fn all<N: Noun>(&self) -> Result<Vec<N>, StoreError> {
        let sql = format!("select id, body from {} order by id", N::TABLE.name());
        let rows = sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&self.readers)
            .await?;
        let mut nouns = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            nouns.extend(N::from_row(decode(N::TABLE, id, body)?));
        }
        Ok(nouns)
    }

    /// All nouns with this value in a column, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError`] when one cannot be read.
    pub async fn list<N: Noun>(
        &self,
        column: Column,
        value: impl Into<Uuid>,
    ) -> Result<Vec<N>, StoreError> {
        let sql = format!(
            "select id, body from {} where {} = ? order by id",
            N::TABLE.name(),
            column.name()
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(value.into().to_string())
            .fetch_all(&self.readers)
            .await?;
        let mut nouns = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            nouns.extend(N::from_row(decode(N::TABLE, id, body)?));
        }
        Ok(nouns)
    }

    /// True once an account has the admin role.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn has_admin(&self) -> Result<bool, StoreError> {
        let found: bool = sqlx::query_scalar(
            "select exists (select 1 from person where body ->> '$.roles.admin')",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(found)
    }

    /// Counts of the marketplace.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let row = sqlx::query(
            "select (select count(*) from person), \
                    (select count(*) from person where body ->> '$.status.kind' = 'suspended'), \
                    (select count(*) from request where stage = 'open'), \
                    (select count(*) from request), \
                    (select count(*) from application), \
                    (select count(*) from contract where body ->> '$.stage' in ('active', 'delivered')), \
                    (select count(*) from contract where body ->> '$.stage' = 'completed')",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(Counts {
            people: row.try_get(0)?,
            suspended: row.try_get(1)?,
            open_requests: row.try_get(2)?,
            requests: row.try_get(3)?,
            applications: row.try_get(4)?,
            running: row.try_get(5)?,
            completed: row.try_get(6)?,
        })
    }

    /// People whose name contains the text, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn search_people(&self, text: &str, limit: u32) -> Result<Vec<Person>, StoreError> {
        let rows = sqlx::query(
            "select id, body from person where instr(lower(body ->> '$.name'), lower(?)) > 0 or ? = '' \
             order by body ->> '$.joined' desc, id limit ?",
        )
        .bind(text)
        .bind(text)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let mut people = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            people.extend(Person::from_row(decode(Person::TABLE, id, body)?));
        }
        Ok(people)
    }

    /// Requests whose title contains the text, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn search_requests(
        &self,
        text: &str,
        limit: u32,
    ) -> Result<Vec<RequestLine>, StoreError> {
        let rows = sqlx::query(
            "select r.id, r.body, p.body ->> '$.name', (select count(*) from application a where a.request = r.id) \
             from request r join person p on p.id = r.client \
             where instr(lower(r.body ->> '$.title'), lower(?)) > 0 or ? = '' \
             order by r.body ->> '$.published' desc, r.id limit ?",
        )
        .bind(text)
        .bind(text)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            if let Some(request) = Request::from_row(decode(Request::TABLE, id, body)?) {
                lines.push(RequestLine {
                    request,
                    client: row.try_get(2)?,
                    applications: row.try_get(3)?,
                });
            }
        }
        Ok(lines)
    }

    /// The activity log, newest first; with a text, the lines of people whose name or requests whose title contains it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn search_activity(
        &self,
        text: &str,
        limit: u32,
    ) -> Result<Vec<ActivityLine>, StoreError> {
        let rows = sqlx::query(
            "select a.id, a.body, p.body ->> '$.name', o.body ->> '$.name', r.body ->> '$.title' \
             from activity a join person p on p.id = a.actor \
             left join person o on o.id = a.body ->> '$.other' left join request r on r.id = a.request \
             where ? = '' or instr(lower(p.body ->> '$.name'), lower(?)) > 0 or instr(lower(r.body ->> '$.title'), lower(?)) > 0 \
             order by a.at desc, a.id limit ?",
        )
        .bind(text)
        .bind(text)
        .bind(text)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            if let Some(activity) = Activity::from_row(decode(Activity::TABLE, id, body)?) {
                lines.push(ActivityLine {
                    activity,
                    who: row.try_get(2)?,
                    other: row.try_get(3)?,
                    title: row.try_get(4)?,
                });
            }
        }
        Ok(lines)
    }

    /// Reviews written before this instant that are still sealed.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn sealed_before(&self, at: Timestamp) -> Result<Vec<Review>, StoreError> {
        let rows = sqlx::query("select id, body from review where body ->> '$.sealed' and body ->> '$.at' < ? order by id")
            .bind(at.0)
            .fetch_all(&self.readers)
            .await?;
        let mut reviews = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            reviews.extend(Review::from_row(decode(Review::TABLE, id, body)?));
        }
        Ok(reviews)
    }

    /// The activity log since an instant, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn activity_since(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Activity>, StoreError> {
        let rows =
            sqlx::query("select id, body from activity where at >= ? order by at desc, id limit ?")
                .bind(since.0)
                .bind(limit)
                .fetch_all(&self.readers)
                .await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows.iter().rev() {
            let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            lines.extend(Activity::from_row(decode(Activity::TABLE, id, body)?));
        }
        Ok(lines)
    }

    /// Every membership, for checks against the naive recomputation.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn memberships(&self) -> Result<Vec<(AccountId, Uuid)>, StoreError> {
        let rows = sqlx::query(
            "select account, scope from membership where put = 1 order by account, scope",
        )
        .fetch_all(&self.readers)
        .await?;
        let mut pairs = Vec::with_capacity(rows.len());
        for row in rows {
            let (account, scope): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            let (Ok(account), Ok(scope)) = (account.parse(), scope.parse()) else {
                return Err(StoreError::Corrupt { what: "membership" });
            };
            pairs.push((account, scope));
        }
        Ok(pairs)
    }
}
