//! Who sees what, compared with the plain definition: a person sees a row that lies in a scope which any row opens to them.

use crate::crowd::{kind, next_act};
use crate::desk::{Desk, rows_of};
use crate::saved::Saved;
use crate::server::TestServer;
use guildhall_domain::activity::{Activity, Tally};
use guildhall_domain::application::Application;
use guildhall_domain::bookmark::Bookmark;
use guildhall_domain::contract::Contract;
use guildhall_domain::id::AccountId;
use guildhall_domain::message::{Message, ReadMark};
use guildhall_domain::offer::Offer;
use guildhall_domain::person::{Person, Status};
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_domain::review::Review;
use guildhall_domain::row::{Key, Noun, Row, Table};
use guildhall_domain::scope::{Scope, grants, placements};
use guildhall_protocol::sync::Verdict;
use guildhall_server::oauth::Roles;
use guildhall_storage::server::ServerStore;
use guildhall_sync_core::pull::Cut;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const SEEDS: u64 = 3;
const ACTS: usize = 160;

async fn table<N: Noun>(store: &ServerStore) -> Vec<Row> {
    let nouns = store.all::<N>().await.expect("is read");
    nouns.into_iter().map(Noun::into_row).collect()
}

/// Every row of the marketplace.
async fn all_rows(store: &ServerStore) -> Vec<Row> {
    let mut rows = Vec::new();
    for name in Table::ALL {
        rows.extend(match name {
            Table::Person => table::<Person>(store).await,
            Table::Profile => table::<Profile>(store).await,
            Table::Request => table::<Request>(store).await,
            Table::Application => table::<Application>(store).await,
            Table::Offer => table::<Offer>(store).await,
            Table::Contract => table::<Contract>(store).await,
            Table::Message => table::<Message>(store).await,
            Table::ReadMark => table::<ReadMark>(store).await,
            Table::Review => table::<Review>(store).await,
            Table::Recommendation => table::<Recommendation>(store).await,
            Table::Activity => table::<Activity>(store).await,
            Table::Tally => table::<Tally>(store).await,
            Table::Bookmark => table::<Bookmark>(store).await,
        });
    }
    rows
}

/// What a person sees, by definition.
fn visible(account: AccountId, rows: &[Row]) -> BTreeMap<Key, Row> {
    let scopes: BTreeSet<Scope> = rows
        .iter()
        .flat_map(grants)
        .filter(|(who, _)| *who == account)
        .map(|(_, scope)| scope)
        .collect();
    rows.iter()
        .filter(|row| placements(row).iter().any(|place| scopes.contains(place)))
        .map(|row| (row.key(), as_seen_by(account, row.clone())))
        .collect()
}

/// Why somebody was suspended is told to them alone; others see that they are.
fn as_seen_by(account: AccountId, mut row: Row) -> Row {
    if let Row::Person(person) = &mut row
        && person.id != account
        && let Status::Suspended { reason, .. } = &mut person.status
    {
        reason.clear();
    }
    row
}

/// Somebody with a desktop, and everything that desktop has held so far.
struct Inhabitant {
    desk: Desk,
    past: Vec<Saved>,
}

impl Inhabitant {
    /// Goes on from the newest state and remembers it.
    async fn pull(&mut self) {
        let mut saved = self.past.last().cloned().unwrap_or_default();
        let delta = self.desk.delta(saved.cursor).await;
        saved.follow(self.desk.account, &delta);
        self.desk
            .replica
            .apply(Cut::read(delta).expect("can be read"));
        assert_eq!(rows_of(&self.desk.replica), saved.rows);
        self.past.push(saved);
    }
}

async fn check(server: &TestServer, people: &[Inhabitant]) {
    let store = &server.market.store;
    let rows = all_rows(store).await;
    let kept: BTreeSet<(AccountId, Uuid)> = store
        .memberships()
        .await
        .expect("is read")
        .into_iter()
        .collect();
    let defined: BTreeSet<(AccountId, Uuid)> = rows
        .iter()
        .flat_map(grants)
        .map(|(account, scope)| (account, scope.0))
        .collect();
    assert_eq!(kept, defined, "memberships");
    for one in people {
        let expected = visible(one.desk.account, &rows);
        let pulled = one.desk.everything().await;
        assert_eq!(pulled, expected, "what {} sees", one.desk.account);
    }
}

async fn live_for_a_while(seed: u64, applied: &mut BTreeSet<String>) {
    let server = TestServer::start().await;
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut people = Vec::new();
    for (number, name, roles) in [
        (1, "Ada Client", Roles::CLIENT),
        (2, "Bea Client", Roles::CLIENT),
        (3, "Cem Freelancer", Roles::FREELANCER),
        (4, "Dan Freelancer", Roles::FREELANCER),
        (5, "Eva Both", Roles::BOTH),
        (6, "Rut Root", Roles::CLIENT),
    ] {
        let account = AccountId(Uuid::from_u128(number));
        people.push(server.settle(account, name, roles).await);
    }
    server.promote(AccountId(Uuid::from_u128(6))).await;
    for desk in &mut people {
        server.oversee(desk).await;
    }
    let mut people: Vec<Inhabitant> = people
        .into_iter()
        .map(|desk| Inhabitant {
            desk,
            past: Vec::new(),
        })
        .collect();

    for step in 0..ACTS {
        server.wait(chance.random_range(1..2_000));
        let one = chance.random_range(0..people.len());
        let one = &mut people[one];
        one.pull().await;
        let rows = one.desk.replica.rows();
        if let Some(act) = next_act(one.desk.account, rows, &mut chance) {
            let name = kind(&act);
            let is_applied = if act.keeps_order() {
                one.desk.moderates(&act).await.status.is_success()
            } else {
                matches!(one.desk.act(act).await, Verdict::Applied { .. })
            };
            if is_applied {
                applied.insert(name);
            }
        }
        if step % 20 == 19 {
            check(&server, &people).await;
        }
    }

    let rows = all_rows(&server.market.store).await;
    for one in &people {
        let expected = visible(one.desk.account, &rows);
        for mut saved in one.past.iter().cloned() {
            let from = saved.cursor;
            let delta = one.desk.delta(from).await;
            saved.follow(one.desk.account, &delta);
            assert_eq!(saved.rows, expected, "seed {seed} from {from:?}");
        }
    }
}

#[tokio::test]
async fn everybody_sees_what_the_definition_says_from_any_cursor() {
    let mut applied = BTreeSet::new();
    for seed in 1..=SEEDS {
        live_for_a_while(seed, &mut applied).await;
    }

    let count = applied.len();
    assert!(count >= 28, "only {count} kinds of acts: {applied:?}");
}
