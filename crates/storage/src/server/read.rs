//! Reading for the admin, for matching at start-up, and for checks.

use super::pool::{Pool, on_pool};
use super::{ServerStore, decode::decode};
use crate::error::StoreError;
use guildhall_domain::activity::Activity;
use guildhall_domain::id::AccountId;
use guildhall_domain::person::Person;
use guildhall_domain::request::Request;
use guildhall_domain::review::Review;
use guildhall_domain::row::{Column, Noun};
use guildhall_domain::time::Timestamp;
use sqlx::AssertSqlSafe;
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

/// How many applications requests have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applicants {
    /// The requests that were counted.
    pub requests: u32,
    /// Those without any.
    pub none: u32,
    /// With one or two.
    pub few: u32,
    /// With 3 to 15.
    pub enough: u32,
    /// With 16 to 30.
    pub many: u32,
    /// With more than 30.
    pub crowds: u32,
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

/// How the two databases write the same question.
#[derive(Debug, Clone, Copy)]
struct Dialect {
    postgres: bool,
}

impl Dialect {
    /// A field of a row's document, as text.
    fn field(self, row: &str, field: &str) -> String {
        if self.postgres {
            format!("({row}.body::jsonb ->> '{field}')")
        } else {
            format!("({row}.body ->> '$.{field}')")
        }
    }

    /// A field of a row's document that is a number.
    fn number(self, row: &str, field: &str) -> String {
        format!("cast({} as bigint)", self.field(row, field))
    }

    /// A field of a row's document that is yes or no.
    fn truth(self, row: &str, object: &str, field: &str) -> String {
        if self.postgres {
            format!("({row}.body::jsonb #>> '{{{object},{field}}}')::boolean")
        } else {
            format!("({row}.body ->> '$.{object}.{field}')")
        }
    }

    /// A placeholder that holds an id as text.
    fn id(self, placeholder: &str) -> String {
        if self.postgres {
            format!("cast({placeholder} as uuid)")
        } else {
            placeholder.to_owned()
        }
    }

    /// An id in a row's document.
    fn reference(self, row: &str, field: &str) -> String {
        self.id(&self.field(row, field))
    }

    /// Whether a text contains what a placeholder holds, whatever the case; anything contains nothing.
    fn contains(self, text: &str, placeholder: &str) -> String {
        let position = if self.postgres { "strpos" } else { "instr" };
        format!("{position}(lower({text}), lower({placeholder})) > 0")
    }
}

impl ServerStore {
    fn dialect(&self) -> Dialect {
        Dialect {
            postgres: matches!(self.pool(), Pool::Postgres(_)),
        }
    }

    /// The noun of an id.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn find<N: Noun>(&self, id: impl Into<Uuid>) -> Result<Option<N>, StoreError> {
        let id: Uuid = id.into();
        let sql = format!(
            "select cast(id as text), body from {} where id = {}",
            N::TABLE.name(),
            self.dialect().id("$1")
        );
        let id = id.to_string();
        let found: Option<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(id).fetch_optional(pool).await?
        });
        Ok(nouns(found)?.pop())
    }

    /// The nouns of these ids, as far as they are there, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError`] when one cannot be read.
    pub async fn these<N: Noun>(&self, ids: &[Uuid]) -> Result<Vec<N>, StoreError> {
        let wanted = if self.dialect().postgres {
            "select cast(value as uuid) from json_array_elements_text(cast($1 as json))"
        } else {
            "select value from json_each($1)"
        };
        let sql = format!(
            "select cast(id as text), body from {} where id in ({wanted}) order by id",
            N::TABLE.name()
        );
        let ids = serde_json::to_string(ids)?;
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(ids).fetch_all(pool).await?
        });
        nouns(found)
    }

    /// All nouns of a kind, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError`] when one cannot be read.
    pub async fn all<N: Noun>(&self) -> Result<Vec<N>, StoreError> {
        let sql = format!(
            "select cast(id as text), body from {} order by id",
            N::TABLE.name()
        );
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(pool).await?
        });
        nouns(found)
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
        let value: Uuid = value.into();
        let sql = format!(
            "select cast(id as text), body from {} where {} = {} order by id",
            N::TABLE.name(),
            column.name(),
            self.dialect().id("$1")
        );
        let value = value.to_string();
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(value).fetch_all(pool).await?
        });
        nouns(found)
    }

    /// True once an account has the admin role.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn has_admin(&self) -> Result<bool, StoreError> {
        let sql = format!(
            "select exists (select 1 from person p where {})",
            self.dialect().truth("p", "roles", "admin")
        );
        Ok(on_pool!(&self.pool(), pool => {
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await?
        }))
    }

    /// Counts of the marketplace.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let stage = self.dialect().field("c", "stage");
        let kind = if self.dialect().postgres {
            "body::jsonb #>> '{status,kind}'"
        } else {
            "body ->> '$.status.kind'"
        };
        let sql = format!(
            "select (select count(*) from person), \
                    (select count(*) from person where {kind} = 'suspended'), \
                    (select count(*) from request where stage = 'open'), \
                    (select count(*) from request), \
                    (select count(*) from application), \
                    (select count(*) from contract c where {stage} in ('active', 'delivered')), \
                    (select count(*) from contract c where {stage} = 'completed')"
        );
        let counted: (i64, i64, i64, i64, i64, i64, i64) = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).fetch_one(pool).await?
        });
        Ok(Counts {
            people: small(counted.0),
            suspended: small(counted.1),
            open_requests: small(counted.2),
            requests: small(counted.3),
            applications: small(counted.4),
            running: small(counted.5),
            completed: small(counted.6),
        })
    }

    /// Freelancers who can be found: with a profile, and not suspended.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn count_freelancers(&self) -> Result<u32, StoreError> {
        let kind = if self.dialect().postgres {
            "(q.body::jsonb #>> '{status,kind}')"
        } else {
            "q.body ->> '$.status.kind'"
        };
        let sql = format!(
            "select count(*) from profile p join person q on q.id = p.id where {kind} = 'active'"
        );
        let count: i64 = on_pool!(&self.pool(), pool => {
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await?
        });
        Ok(small(count))
    }

    /// How many applications the requests have that were published since an instant, whatever became of both.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn count_applicants(&self, since: Timestamp) -> Result<Applicants, StoreError> {
        let published = self.dialect().number("r", "published");
        let sql = format!(
            "select count(*), count(case when n = 0 then 1 end), count(case when n between 1 and 2 then 1 end), \
                    count(case when n between 3 and 15 then 1 end), count(case when n between 16 and 30 then 1 end), \
                    count(case when n > 30 then 1 end) \
             from (select (select count(*) from application a where a.request = r.id) as n \
                   from request r where {published} >= $1) as counted"
        );
        let counted: (i64, i64, i64, i64, i64, i64) = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(since.0).fetch_one(pool).await?
        });
        Ok(Applicants {
            requests: small(counted.0),
            none: small(counted.1),
            few: small(counted.2),
            enough: small(counted.3),
            many: small(counted.4),
            crowds: small(counted.5),
        })
    }

    /// People whose name contains the text, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn search_people(&self, text: &str, limit: u32) -> Result<Vec<Person>, StoreError> {
        let dialect = self.dialect();
        let sql = format!(
            "select cast(p.id as text), p.body from person p where {} or $1 = '' order by {} desc, p.id limit $2",
            dialect.contains(&dialect.field("p", "name"), "$1"),
            dialect.number("p", "joined"),
        );
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql))
                .bind(text)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        nouns(found)
    }

    /// Moderators and admins, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn trusted(&self) -> Result<Vec<Person>, StoreError> {
        let dialect = self.dialect();
        let has = |role: &str| {
            if dialect.postgres {
                format!("p.body::jsonb #> '{{roles,{role}}}' = 'true'::jsonb")
            } else {
                format!("p.body -> '$.roles.{role}' = 'true'")
            }
        };
        let sql = format!(
            "select cast(p.id as text), p.body from person p where {} or {} order by {} desc, p.id",
            has("moderator"),
            has("admin"),
            dialect.number("p", "joined"),
        );
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(pool).await?
        });
        nouns(found)
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
        let dialect = self.dialect();
        let sql = format!(
            "select cast(r.id as text), r.body, {}, (select count(*) from application a where a.request = r.id) \
             from request r join person p on p.id = r.client \
             where {} or $1 = '' order by {} desc, r.id limit $2",
            dialect.field("p", "name"),
            dialect.contains(&dialect.field("r", "title"), "$1"),
            dialect.number("r", "published"),
        );
        let found: Vec<(String, String, String, i64)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql))
                .bind(text)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        let mut lines = Vec::with_capacity(found.len());
        for (id, body, client, applications) in found {
            if let Some(request) = Request::from_row(decode(Request::TABLE, &id, &body)?) {
                lines.push(RequestLine {
                    request,
                    client,
                    applications: small(applications),
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
        let dialect = self.dialect();
        let (name, title) = (dialect.field("p", "name"), dialect.field("r", "title"));
        let sql = format!(
            "select cast(a.id as text), a.body, {name}, {}, {title} \
             from activity a join person p on p.id = a.actor \
             left join person o on o.id = {} left join request r on r.id = a.request \
             where $1 = '' or {} or {} order by a.at desc, a.id limit $2",
            dialect.field("o", "name"),
            dialect.reference("a", "other"),
            dialect.contains(&name, "$1"),
            dialect.contains(&title, "$1"),
        );
        let found: Vec<NamedLine> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql))
                .bind(text)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        let mut lines = Vec::with_capacity(found.len());
        for (id, body, who, other, title) in found {
            if let Some(activity) = Activity::from_row(decode(Activity::TABLE, &id, &body)?) {
                lines.push(ActivityLine {
                    activity,
                    who,
                    other,
                    title,
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
        let dialect = self.dialect();
        let sql = format!(
            "select cast(r.id as text), r.body from review r where {} in ('true', '1') and {} < $1 order by r.id",
            format_args!("cast({} as text)", dialect.field("r", "sealed")),
            dialect.number("r", "at"),
        );
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(at.0).fetch_all(pool).await?
        });
        nouns(found)
    }

    /// Requests that take part in the market and that their clients have not touched since an instant.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn untouched_since(&self, at: Timestamp) -> Result<Vec<Request>, StoreError> {
        let dialect = self.dialect();
        let sql = format!(
            "select cast(r.id as text), r.body from request r where {} in ('open', 'paused') and {} <= $1 order by r.id",
            dialect.field("r", "stage"),
            dialect.number("r", "changed"),
        );
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(at.0).fetch_all(pool).await?
        });
        nouns(found)
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
        let sql = "select cast(id as text), body from activity where at >= $1 order by at desc, id limit $2";
        let mut found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(sql).bind(since.0).bind(i64::from(limit)).fetch_all(pool).await?
        });
        found.reverse();
        nouns(found)
    }

    /// Every membership, for checks against the naive recomputation.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn memberships(&self) -> Result<Vec<(AccountId, Uuid)>, StoreError> {
        let put = if self.dialect().postgres {
            "put"
        } else {
            "put = 1"
        };
        let sql = format!(
            "select cast(account as text), cast(scope as text) from membership where {put} order by account, scope"
        );
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(pool).await?
        });
        let pair = |(account, scope): (String, String)| {
            let (Ok(account), Ok(scope)) = (account.parse(), scope.parse()) else {
                return Err(StoreError::Corrupt { what: "membership" });
            };
            Ok((account, scope))
        };
        found.into_iter().map(pair).collect()
    }
}

/// Id and body of a line of the log, the actor's name, the other person's, and the request's title.
type NamedLine = (String, String, String, Option<String>, Option<String>);

pub(super) fn nouns<N: Noun>(
    found: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<N>, StoreError> {
    let mut nouns = Vec::new();
    for (id, body) in found {
        nouns.extend(N::from_row(decode(N::TABLE, &id, &body)?));
    }
    Ok(nouns)
}

fn small(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
