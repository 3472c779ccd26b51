//! A cache file that says something else than the server did, in a way that no reader of the file can see: it is found at the next
//! hello and mended, scope by scope, without a word to the person.

use crate::offline::met;
use crate::station::{Desk, Station};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A way to damage what is held of the request, which is the only row of its scope, and how many scopes differ then.
const DAMAGES: [(&str, &str, u64); 6] = [
    ("a row is gone", "delete from row where tbl = 3", 1),
    (
        "a row is older",
        "update row set version = version - 1 where tbl = 3",
        1,
    ),
    (
        "a reason is gone",
        "update row set scopes = x'' where tbl = 3",
        1,
    ),
    (
        "a reason too many",
        "update row set scopes = unhex(hex(scopes) || '00000000000000000000000000000bad') where tbl = 3",
        1,
    ),
    (
        "a row that nobody sent",
        "insert into row select tbl, x'00000000000000000000000000000bad', version, \
         json_set(body, '$.id', '00000000-0000-0000-0000-000000000bad'), x'' from row where tbl = 11 limit 1",
        0,
    ),
    (
        "all at once",
        "delete from row where tbl = 3; \
         update row set version = 1, scopes = unhex(hex(scopes) || '00000000000000000000000000000bad') where tbl = 10",
        3,
    ),
];

/// Rows of the file, ids and scopes as text.
type Held = BTreeSet<(i64, String, i64, String, String)>;

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    let mut paths = entries.map(|entry| entry.expect("is listed").path());
    paths.find_map(|path| {
        if path.is_dir() {
            return find(&path, name);
        }
        path.ends_with(name).then_some(path)
    })
}

async fn cache(desk: &Desk) -> SqliteConnection {
    let file = find(desk.folder.path(), "cache.db").expect("is there");
    let options = SqliteConnectOptions::new().filename(file);
    SqliteConnection::connect_with(&options)
        .await
        .expect("opens")
}

async fn held(desk: &Desk) -> Held {
    let mut cache = cache(desk).await;
    let rows = sqlx::query_as("select tbl, hex(id), version, body, hex(scopes) from row");
    let rows: Vec<_> = rows.fetch_all(&mut cache).await.expect("are read");
    cache.close().await.expect("closes");
    rows.into_iter().collect()
}

async fn change(desk: &Desk, sql: &'static str) {
    let mut cache = cache(desk).await;
    let changed = sqlx::raw_sql(sql).execute(&mut cache).await;
    assert!(changed.expect("is done").rows_affected() > 0, "{sql}");
    cache.close().await.expect("closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_fetched_again_after_the_next_hello_and_nothing_else_is() {
    let station = Station::start().await;
    let (mut mira, _tessel, _) = met(&station).await;
    mira.settled().await;
    mira.desktop.close().await;
    // Another text under the same version is seen by nobody: it is still there as long as its scope is not fetched again.
    change(
        &mira,
        "update row set body = json_set(body, '$.headline', 'Untouched') where tbl = 2",
    )
    .await;
    let right = held(&mira).await;
    let told = mira.notices.len();
    let mut alarms = station.market.alarms.count();
    assert_eq!(alarms, 0, "nothing differs by itself");

    for (what, sql, scopes) in DAMAGES {
        change(&mira, sql).await;
        assert_ne!(held(&mira).await, right, "{what}");
        mira = mira.restart().await;
        mira.settled().await;
        mira.desktop.close().await;

        assert_eq!(held(&mira).await, right, "{what}");
        alarms += scopes;
        assert_eq!(station.market.alarms.count(), alarms, "{what}");
        assert_eq!(mira.notices.len(), 0, "{what}: {:?}", mira.notices);
    }
    assert!(told > 0, "she is told of other things");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_counts_wrongly_is_believed_once_and_the_person_told() {
    let station = Station::start().await;
    let (mut mira, _tessel, _) = met(&station).await;
    mira.settled().await;
    mira.desktop.close().await;
    let right = held(&mira).await;

    let station = station
        .between_runs(async |database| {
            let options = SqliteConnectOptions::new().filename(database);
            let mut wrong = SqliteConnection::connect_with(&options)
                .await
                .expect("opens");
            // By chance, so that what is wrong in several scopes does not cancel itself out in their sum.
            let sql = "update scope_digest set digest = random()";
            sqlx::raw_sql(sql)
                .execute(&mut wrong)
                .await
                .expect("is done");
            wrong.close().await.expect("closes");
        })
        .await;
    let mut mira = mira.restart().await;
    mira.notice("What you see may be incomplete").await;
    mira.settled().await;

    assert!(station.market.alarms.count() > 0);
    mira.desktop.close().await;
    assert_eq!(held(&mira).await, right, "nothing is lost by that");
}
