//! Places for newcomers in a client's list, and who was seen.

use crate::desk::Desk;
use crate::server::TestServer;
use crate::texts::profile;
use crate::walker::Walker;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::{Person, Roles, Standing, Status};
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::row::Row;
use guildhall_domain::time::{DAY_MS, Timestamp};
use guildhall_matching::{Candidate, NewcomerShare, newcomer_places, tie_break};
use guildhall_server::clock::mutation_id;
use guildhall_server::{exposure, housekeeping, oauth};
use guildhall_storage::server::{AuditKind, CERTAIN, Impression};
use reqwest::StatusCode;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use uuid::Uuid;

const PASSWORD: &str = "drei leise Worte";
/// So many have worked here before.
const PROVEN: u128 = 12;
/// So many have not.
const NEW: u128 = 5;

fn id(number: u128) -> AccountId {
    AccountId(Uuid::from_u128((0xfee << 64) + number))
}

/// Freelancers who all offer the same, of whom some have ended three contracts each, with good stars.
async fn town(server: &TestServer) {
    let people = (0..PROVEN + NEW).map(|number| {
        let proven = Standing {
            stars: 15,
            reviews: 3,
            completed: 3,
            ..Standing::default()
        };
        Row::Person(Person {
            id: id(number),
            name: format!("Freelancer {number}"),
            roles: Roles {
                freelancer: true,
                ..Roles::default()
            },
            status: Status::Active,
            standing: if number < PROVEN {
                proven
            } else {
                Standing::default()
            },
            proven: BTreeMap::new(),
            joined: Timestamp(1),
        })
    });
    let now = (server.market.clock)();
    let imported = server.market.store.import(people.collect(), now).await;
    imported.expect("are taken in");
    for number in 0..PROVEN + NEW {
        let text = Box::new(profile("Builds ledgers", &["Rust"]));
        let saved = Mutation::SaveProfile { text };
        let writer = &server.market.writer;
        let done = writer.act(id(number), false, mutation_id(), saved).await;
        done.expect("is heard").expect("is allowed");
    }
}

const PAGE: &str = "/admin/exposure";
const PUBLIC: &str = "/exposure";

/// An admin with a browser in which they have just signed in.
async fn admin(server: &TestServer, name: &str) -> (Desk, Walker) {
    let (root, email) = server.somebody(name, oauth::Roles::CLIENT).await;
    server.promote(root.account).await;
    let mut walker = Walker::new(server);
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    let page = walker.fill("/login", &fields).await;
    assert_eq!(page.location, "/account");
    (root, walker)
}

/// A request's list as its client has it, best fit first.
async fn list(client: &mut Desk, request: RequestId) -> Vec<Recommendation> {
    let mut pairs: Vec<Recommendation> = client.sees().await;
    pairs.retain(|pair| pair.request == request && pair.for_client);
    pairs.sort_by_key(|pair| {
        let (request, freelancer) = (request.0.as_u128(), pair.freelancer.0.as_u128());
        (Reverse(pair.score), tie_break(request, freelancer))
    });
    pairs
}

/// The draw by its formula, from what the client sees.
fn drawn(list: &[Recommendation], share: u8, today: i32, people: &[Person]) -> Vec<AccountId> {
    let request = list[0].request.0.as_u128();
    let candidates: Vec<Candidate> = list
        .iter()
        .map(|pair| Candidate {
            id: pair.freelancer.0.as_u128(),
            score: pair.score,
            newcomer: people
                .iter()
                .any(|one| one.id == pair.freelancer && one.standing.completed == 0),
        })
        .collect();
    let share = NewcomerShare::new(share).expect("at most half");
    let drawn = newcomer_places(request, today, share, &candidates);
    let ids = drawn.into_iter().map(|one| Uuid::from_u128(one.id));
    ids.map(AccountId).collect()
}

#[tokio::test]
async fn newcomers_have_the_share_of_places_that_the_operator_set_and_the_fit_is_the_same() {
    let server = TestServer::start().await;
    town(&server).await;
    let mut ada = server.client("Ada Client").await;
    let today = (server.market.clock)().day();
    let (_, mut root) = admin(&server, "Root Runner").await;
    for share in [15, 50, 0] {
        let percent = share.to_string();
        let set = root.fill(PAGE, &[("newcomers", &percent)]).await;
        assert_eq!(set.location, PAGE);
        let request = ada.asks_for("A ledger in Rust", &["Rust"]).await;

        let list = list(&mut ada, request).await;
        let people: Vec<Person> = ada.sees().await;
        assert_eq!(list.len(), (PROVEN + NEW) as usize);
        let (first, others) = list.split_at(PROVEN as usize);
        assert!(first.iter().all(|pair| pair.newcomer.is_none()));
        assert!(
            others[0].score < first[0].score,
            "new ones have less to show"
        );
        let mut labelled: Vec<AccountId> = Vec::new();
        for (place, pair) in list.iter().enumerate() {
            assert_eq!(pair.parts.iter().sum::<u32>(), pair.score);
            let Some(newcomer) = pair.newcomer else {
                continue;
            };
            assert_eq!(newcomer.day, today);
            assert_eq!(usize::from(newcomer.from), place);
            assert_eq!(u128::from(newcomer.among), NEW);
            labelled.push(pair.freelancer);
        }
        let mut expected = drawn(&list, share, today.0, &people);
        labelled.sort_unstable();
        expected.sort_unstable();
        assert_eq!(labelled, expected);
        let places = match share {
            0 => 0..=0,
            15 => 1..=2,
            _ => 5..=5,
        };
        assert!(places.contains(&labelled.len()), "{share} %: {labelled:?}");
    }
}

#[tokio::test]
async fn a_place_goes_on_as_long_as_somebody_is_new() {
    let server = TestServer::start().await;
    town(&server).await;
    let mut ada = server.client("Ada Client").await;
    let request = ada.asks_for("A ledger in Rust", &["Rust"]).await;
    let find = |list: Vec<Recommendation>| list.into_iter().find(|pair| pair.newcomer.is_some());
    let drawn = find(list(&mut ada, request).await).expect("at least one is drawn");

    // Something changes that has nothing to do with it.
    let text = Box::new(profile("Builds ledgers and lists", &["Rust", "SQL"]));
    let writer = &server.market.writer;
    let saved = Mutation::SaveProfile { text };
    let done = writer.act(drawn.freelancer, false, mutation_id(), saved);
    done.await.expect("is heard").expect("is allowed");
    let again = list(&mut ada, request).await;
    let again = again.iter().find(|pair| pair.id == drawn.id).expect("fits");

    assert_eq!(again.newcomer, drawn.newcomer);
}

#[tokio::test]
async fn an_admin_sets_the_share_and_nobody_else_does() {
    let server = TestServer::start().await;
    let accounts = server.market.store.accounts();
    let share = async || exposure::kept(&accounts).await.expect("is read").percent();
    let (root, mut walker) = admin(&server, "Root Runner").await;
    assert_eq!(share().await, 15);
    let shown = walker.get(PAGE).await;
    assert!(shown.body.contains("name=\"newcomers\""), "{}", shown.body);
    assert!(walker.get("/account").await.body.contains(PAGE));

    for wrong in ["51", "-1", "1.5", "", "many"] {
        let answer = walker.fill(PAGE, &[("newcomers", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(answer.body.contains("a whole number from 0 to 50"));
    }
    assert_eq!(share().await, 15);
    walker.fill(PAGE, &[("newcomers", " 30 ")]).await;

    assert_eq!(
        (share().await, server.market.share.get().percent()),
        (30, 30)
    );
    let lines = server.market.store.audit().of(root.account.0, 0).await;
    let lines = lines.expect("are read");
    let set: Vec<&str> = lines
        .iter()
        .filter(|line| line.kind == AuditKind::SettingChanged.name())
        .map(|line| line.note.as_str())
        .collect();
    assert_eq!(set, ["newcomers: 30 %"]);
    let (_, email) = server.somebody("Ada Client", oauth::Roles::CLIENT).await;
    let mut ada = Walker::new(&server);
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    ada.fill("/login", &fields).await;
    assert_eq!(ada.get(PAGE).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_set_elsewhere_holds_after_the_next_round() {
    let server = TestServer::start().await;
    let accounts = server.market.store.accounts();
    let share = NewcomerShare::new(40).expect("at most half");
    let kept = exposure::keep(share, &accounts, None, 1).await;
    kept.expect("is kept");
    assert_eq!(server.market.share.get().percent(), 15);

    housekeeping::round(&server.market)
        .await
        .expect("goes well");

    assert_eq!(server.market.share.get().percent(), 40);
    // What makes no sense keeps no places.
    let nonsense = accounts.set("newcomers", "most", None, 1).await;
    nonsense.expect("is kept");
    let found = exposure::kept(&accounts).await.expect("is read");
    assert_eq!(found, NewcomerShare::NONE);
}

/// The places of a request's list as they were logged.
async fn logged(server: &TestServer, request: RequestId) -> BTreeMap<u16, Impression> {
    let mut lines = BTreeMap::new();
    for number in 0..PROVEN + NEW {
        let whose = server.market.store.impressions_of(id(number)).await;
        for line in whose.expect("are read") {
            if line.request == request {
                assert!(lines.insert(line.rank, line).is_none(), "one has a place");
            }
        }
    }
    lines
}

#[tokio::test]
async fn who_stands_where_is_logged_with_the_chance_of_it_and_forgotten_in_time() {
    let server = TestServer::start().await;
    town(&server).await;
    let mut ada = server.client("Ada Client").await;
    let request = ada.asks_for("A ledger in Rust", &["Rust"]).await;
    let list = list(&mut ada, request).await;

    let lines = logged(&server, request).await;

    assert_eq!(
        lines.keys().copied().collect::<Vec<_>>(),
        (0..17).collect::<Vec<_>>()
    );
    let day = (server.market.clock)().day();
    let mut drawn = 0;
    for (rank, line) in &lines {
        let pair = list
            .iter()
            .find(|pair| pair.freelancer == line.freelancer)
            .expect("is in the list");
        assert_eq!((line.day, line.parts), (day, pair.parts));
        assert_eq!(line.drawn, pair.newcomer.is_some());
        let chance = pair.newcomer.map_or(CERTAIN, |place| {
            drawn += 1;
            CERTAIN * u32::from(place.places) / u32::from(place.among)
        });
        assert_eq!(line.propensity, chance);
        assert_eq!(
            *rank < 10,
            rank_of(&list, pair) < 10 - drawn_in(&list) || line.drawn
        );
    }
    assert_eq!(drawn, drawn_in(&list));
    let newcomers = lines.values().filter(|line| line.newcomer).count();
    assert_eq!(newcomers as u128, NEW);

    // Somebody who joins the list later is logged at their place.
    let (mut ben, email) = server
        .somebody("Ben Builder", oauth::Roles::FREELANCER)
        .await;
    ben.offers_skills(&["Rust"]).await;
    let store = &server.market.store;
    let his = async || store.impressions_of(ben.account).await.expect("are read");
    let line = his().await;
    assert_eq!(line.len(), 1);
    assert!(line[0].rank >= 12 && line[0].newcomer && !line[0].drawn);
    let mut walker = Walker::new(&server);
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    walker.fill("/login", &fields).await;
    let file = walker
        .fill("/account/export", &[("password", PASSWORD)])
        .await;
    let told: serde_json::Value = serde_json::from_str(&file.body).expect("is one document");
    assert_eq!(told["shown_to_clients"][0]["place"], line[0].rank);
    // After 90 days it is forgotten.
    server.wait(90 * DAY_MS);
    housekeeping::round(&server.market)
        .await
        .expect("goes well");
    assert_eq!(his().await.len(), 1);
    server.wait(DAY_MS);
    housekeeping::round(&server.market)
        .await
        .expect("goes well");
    assert_eq!(his().await, []);
}

fn rank_of(list: &[Recommendation], pair: &Recommendation) -> usize {
    let place = list.iter().position(|other| other.id == pair.id);
    place.expect("is in the list")
}

fn drawn_in(list: &[Recommendation]) -> usize {
    list.iter().filter(|pair| pair.newcomer.is_some()).count()
}

#[tokio::test]
async fn everybody_reads_how_many_places_newcomers_had_and_admins_read_the_rest() {
    let server = TestServer::start().await;
    let (_, mut root) = admin(&server, "Root Runner").await;
    let mut anybody = Walker::new(&server);
    let nothing = anybody.get(PUBLIC).await;
    assert!(
        nothing
            .body
            .contains("Nobody was listed yet. 15 % is asked for.")
    );
    assert!(
        root.get(PAGE)
            .await
            .body
            .contains("No request was published.")
    );
    town(&server).await;
    let mut ada = server.client("Ada Client").await;
    root.fill(PAGE, &[("newcomers", "50")]).await;
    let request = ada.asks_for("A ledger in Rust", &["Rust"]).await;
    let mut ben = server.freelancer("Ben Builder").await;
    ben.applies(request).await;
    let same = anybody.get(PUBLIC).await;
    assert!(
        same.body.contains("Nobody was listed yet."),
        "it was counted just now"
    );

    server.wait(10 * 60_000);
    let public = anybody.get(PUBLIC).await;
    // Whoever signed in ten minutes ago is asked for the password again.
    let (_, mut other) = admin(&server, "Rita Runner").await;
    let whole = other.get(PAGE).await;

    let had = "<b>Newcomers had 50 %</b><p>of 10 first ten places that were taken; 50 % is asked for. 0 newcomers stood there by \
               their own fit, 5 were drawn.</p>";
    assert!(public.body.contains(had), "{}", public.body);
    assert!(whole.body.contains(had), "{}", whole.body);
    assert!(
        whole
            .body
            .contains("10 of 17 freelancers stood among the first ten.")
    );
    assert!(
        whole
            .body
            .contains("<b>Applicants: 0 %</b><p>of 1 published requests have 3 to 15")
    );
    assert!(whole.body.contains("0 % have none, 100 % have 1 or 2"));
    for private in [
        "Gini",
        "pplicants",
        "freelancers stood",
        "Freelancer 1",
        "Ada",
    ] {
        assert!(!public.body.contains(private), "{private}: {}", public.body);
    }
    assert!(
        public
            .body
            .contains("Some of the first ten places are kept")
    );
    other.fill(PAGE, &[("newcomers", "0")]).await;
    let none = anybody.get(PUBLIC).await;
    assert!(none.body.contains("No places are kept") && none.body.contains("0 % is asked for"));
    // A month later nothing of it counts.
    server.wait(32 * DAY_MS);
    let later = anybody.get(PUBLIC).await;
    assert!(
        later.body.contains("Nobody was listed yet."),
        "{}",
        later.body
    );
}
