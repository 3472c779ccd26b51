//! The digest of each scope is what its rows count, whatever was written, thrown away or put back.

use crate::bed::{Bed, on_both};
use crate::samples::{
    ADA, BEN, NOW, adas, alone, apply, commit, commit_with, open, publish, reopen, request_id, say,
};
use guildhall_domain::id::{AccountId, ApplicationId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Key, Noun as _, Row, Table};
use guildhall_domain::scope::{Scope, placements};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, World};
use guildhall_protocol::sync::{Compare, Digest};
use guildhall_storage::server::copy::{backup, restore};
use guildhall_storage::server::{Deriver, Pool, ServerStore};
use guildhall_sync_core::pull::Ask;
use serde_json::json;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use tempfile::tempdir;
use uuid::Uuid;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Recommends Ben for each request that is published, and nobody for one that is changed later.
struct Matchmaker;

impl Deriver for Matchmaker {
    fn derive(
        &mut self,
        changed: &[Key],
        world: &dyn World,
        _: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        let mut effects = Vec::new();
        for key in changed.iter().filter(|key| key.table == Table::Request) {
            let id = Recommendation::id_of(key.id.into(), BEN);
            let pair = Key::of::<Recommendation>(id);
            effects.push(match world.row(pair)? {
                Some(_) => Effect::Delete(pair),
                None => Effect::put(recommendation(*key)),
            });
        }
        Ok(effects)
    }

    fn done(&mut self, _: u64) {}

    fn lost(&mut self) {}
}

/// Recommends Ben once more, without a look at what is stored.
struct Forgetful;

impl Deriver for Forgetful {
    fn derive(
        &mut self,
        changed: &[Key],
        _: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        let requests = changed.iter().filter(|key| key.table == Table::Request);
        let again = requests.map(|key| Recommendation {
            at: now.plus_ms(1),
            ..recommendation(*key)
        });
        Ok(again.map(Effect::put).collect())
    }

    fn done(&mut self, _: u64) {}

    fn lost(&mut self) {}
}

fn recommendation(request: Key) -> Recommendation {
    let pair = json!({
        "id": Recommendation::id_of(request.id.into(), BEN),
        "request": request.id,
        "client": ADA,
        "freelancer": BEN,
        "score_version": 1,
        "score": 60_000,
        "parts": [0, 0, 0, 0, 0],
        "for_client": true,
        "for_freelancer": true,
        "at": NOW,
    });
    serde_json::from_value(pair).expect("is one")
}

/// What every row counts in every scope, by the plain definition.
async fn counted(store: &ServerStore) -> BTreeMap<Scope, Digest> {
    let mut digests: BTreeMap<Scope, Digest> = BTreeMap::new();
    for table in Table::ALL {
        let sql = format!("select version, body from {}", table.name());
        let query = AssertSqlSafe(sql);
        let rows: Result<Vec<(i64, String)>, _> = match store.pool() {
            Pool::Sqlite(pool) => sqlx::query_as(query).fetch_all(&pool).await,
            Pool::Postgres(pool) => sqlx::query_as(query).fetch_all(&pool).await,
        };
        for (version, body) in rows.expect("are read") {
            let row = Row::decode(*table, &body).expect("is one");
            let version = u64::try_from(version).expect("counts up");
            for scope in placements(&row) {
                *digests.entry(scope).or_default() ^= Digest::of(scope, row.key(), version);
            }
        }
    }
    digests.retain(|_, digest| !digest.is_nothing());
    digests
}

/// What the store keeps.
async fn kept(store: &ServerStore) -> BTreeMap<Scope, Digest> {
    let sql = "select cast(scope as text), digest from scope_digest where digest <> 0";
    let rows: Result<Vec<(String, i64)>, _> = match store.pool() {
        Pool::Sqlite(pool) => sqlx::query_as(sql).fetch_all(&pool).await,
        Pool::Postgres(pool) => sqlx::query_as(sql).fetch_all(&pool).await,
    };
    let rows = rows.expect("are read").into_iter();
    rows.map(|(scope, digest)| {
        let scope: Uuid = scope.parse().expect("is an id");
        (Scope(scope), Digest(digest.cast_unsigned()))
    })
    .collect()
}

async fn agrees(store: &ServerStore, after: &str) {
    assert_eq!(kept(store).await, counted(store).await, "after {after}");
}

async fn digests_are_what_the_rows_count_whatever_is_written(bed: Bed) {
    let store = bed.open().await;
    agrees(&store, "founding").await;
    let empty = kept(&store).await;
    commit_with(
        &store,
        &[adas(1, [publish(1, "The first"), publish(2, "The second")])],
        &mut Matchmaker,
    )
    .await;
    agrees(&store, "publishing and matching").await;
    assert!(kept(&store).await.len() > empty.len());
    commit(
        &store,
        &[alone(BEN, 50, apply(1)), alone(BEN, 51, apply(2))],
    )
    .await;
    agrees(&store, "applying").await;
    let thread = ApplicationId::of(request_id(1), BEN);
    commit(
        &store,
        &[
            alone(BEN, 52, say(1, 1, "In one batch with")),
            adas(
                3,
                [
                    say(2, 1, "its answer"),
                    Mutation::PauseRequest { id: request_id(2) },
                ],
            ),
            alone(BEN, 53, Mutation::WithdrawApplication { id: thread }),
        ],
    )
    .await;
    agrees(&store, "talking").await;
    commit_with(
        &store,
        &[adas(5, [Mutation::ResumeRequest { id: request_id(2) }])],
        &mut Matchmaker,
    )
    .await;
    agrees(&store, "a recommendation that is gone").await;
    let pair = Recommendation::id_of(request_id(2), BEN);
    assert!(
        store
            .find::<Recommendation>(pair)
            .await
            .expect("is read")
            .is_none()
    );
    commit_with(
        &store,
        &[adas(6, [Mutation::PauseRequest { id: request_id(1) }])],
        &mut Forgetful,
    )
    .await;
    agrees(&store, "a recommendation that was written over").await;

    let found = store.find::<Request>(request_id(1)).await.expect("is read");
    let mut again = found.expect("is there");
    again.id = request_id(9);
    let mut nobodys = again.clone();
    nobodys.client = AccountId(Uuid::from_u128(0xbad));
    let failed = store.import(vec![nobodys.into_row()], NOW).await;
    assert!(failed.is_err());
    agrees(&store, "a write that failed").await;
    for days in [0, 2, 31, 33] {
        store
            .forget(NOW.plus_ms(days * DAY_MS))
            .await
            .expect("is done");
    }
    agrees(&store, "forgetting").await;
    store
        .import(vec![again.into_row()], NOW)
        .await
        .expect("is written");
    agrees(&store, "importing").await;
    store.close().await;
    agrees(&bed.reopen().await, "a night").await;
}

async fn a_person_is_told_the_digests_of_their_scopes_and_of_no_others(bed: Bed) {
    let store = bed.open().await;
    commit(
        &store,
        &[adas(1, [publish(1, "The first"), publish(2, "The second")])],
    )
    .await;
    commit(&store, &[alone(BEN, 50, apply(1))]).await;
    let all = kept(&store).await;
    for who in [ADA, BEN] {
        let members = store.memberships().await.expect("are read");
        let theirs: BTreeMap<Scope, Digest> = members
            .into_iter()
            .filter(|(account, _)| *account == who)
            .filter_map(|(_, scope)| Some((Scope(scope), *all.get(&Scope(scope))?)))
            .collect();
        assert!(theirs.len() < all.len(), "somebody else has one, too");

        let ask = |compare| Ask {
            compare,
            ..Ask::since(who, None)
        };
        let unasked = store.pull(&ask(None)).await.expect("is read");
        assert_eq!((unasked.digest, unasked.digests), (None, None));
        let each = store
            .pull(&ask(Some(Compare::Each)))
            .await
            .expect("is read");
        assert_eq!(each.digests.as_ref(), Some(&theirs));
        let whole = store
            .pull(&ask(Some(Compare::Whole)))
            .await
            .expect("is read");
        assert_eq!(whole.digest, Some(theirs.into_values().sum()));
    }
}

on_both!(
    digests_are_what_the_rows_count_whatever_is_written,
    a_person_is_told_the_digests_of_their_scopes_and_of_no_others,
);

#[tokio::test]
async fn a_copy_that_was_put_back_counts_what_it_holds() {
    let folder = tempdir().expect("is made");
    let (file, copy) = (
        folder.path().join("guildhall.db"),
        folder.path().join("copy.db"),
    );
    let store = open(folder.path()).await;
    commit(&store, &[adas(1, [publish(1, "In the copy")])]).await;
    let before = kept(&store).await;
    backup(&file, &copy, NOW).await.expect("is made");
    commit(&store, &[adas(2, [publish(2, "After the copy")])]).await;
    assert_ne!(kept(&store).await, before);
    store.close().await;

    let put_back = restore(&file, &copy, NOW, Uuid::from_u128(0xe9_0002)).await;
    put_back.expect("is done");

    let store = reopen(folder.path()).await;
    assert_eq!(kept(&store).await, before);
    agrees(&store, "putting back").await;
    commit(&store, &[adas(2, [publish(3, "Of the new life")])]).await;
    agrees(&store, "going on").await;
}
