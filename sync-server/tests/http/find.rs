//! Looking through the whole market: who finds what, and what nobody finds.

use crate::deeds::hire;
use crate::desk::Desk;
use crate::server::{Answer, TestServer};
use crate::texts::{euros, profile, request, skill};
use guildhall_domain::application::Application;
use guildhall_domain::bookmark::{Bookmark, Stance, Subject};
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, Work};
use guildhall_domain::row::Table;
use guildhall_protocol::find::{FoundTalent, FoundWork, WorkResult};
use guildhall_protocol::path;
use guildhall_server::limit::Rate;
use guildhall_server::oauth::Roles;
use guildhall_server::sync::SyncRules;
use serde_json::{Value, json};
use uuid::Uuid;

/// In the gazetteer: Leipzig, and Halle some thirty kilometres away.
const LEIPZIG: u32 = 2_879_139;
const HALLE: u32 = 2_911_522;

async fn work(desk: &Desk, find: Value) -> FoundWork {
    desk.post(path::FIND_WORK, find.to_string()).await.json()
}

async fn talent(desk: &Desk, find: Value) -> FoundTalent {
    desk.post(path::FIND_TALENT, find.to_string()).await.json()
}

fn titles(found: &FoundWork) -> Vec<&str> {
    let results = found.results.iter();
    results
        .map(|result| result.request.text.title.as_str())
        .collect()
}

fn names(found: &FoundTalent) -> Vec<&str> {
    let results = found.results.iter();
    results.map(|result| result.person.name.as_str()).collect()
}

/// Saves a request that was found.
fn save(result: &WorkResult) -> Mutation {
    Mutation::PutBookmark {
        subject: Subject::Request {
            request: result.request.id,
            client: result.client.id,
        },
        stance: Stance::Saved,
    }
}

#[tokio::test]
async fn what_is_saved_comes_to_the_device_and_goes_when_it_is_taken_back() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let mut cem = server.freelancer("Cem Curious").await;
    let id = ada.asks_for("A cluster that scales", &["Kubernetes"]).await;
    let found = work(&ben, json!({ "text": "k8s" })).await;
    ben.does(save(&found.results[0])).await;

    let request: Request = ben.sees_one().await;
    assert_eq!((request.id, request.client), (id, ada.account));
    let mut people: Vec<Person> = ben.sees().await;
    people.retain(|person| person.id != ben.account);
    assert_eq!(people, [ada.sees_one::<Person>().await]);
    assert_eq!(ben.sees_one::<Bookmark>().await.subject.id(), id.0);
    for other in [&mut ada, &mut cem] {
        assert_eq!(other.sees::<Bookmark>().await, []);
    }
    let application = ben.applies(id).await;
    assert_eq!(ada.sees_one::<Application>().await.id, application);

    cem.does(save(&found.results[0])).await;
    assert_eq!(cem.sees_one::<Request>().await.id, id);
    cem.does(Mutation::RemoveBookmark { about: id.0 }).await;
    assert_eq!(cem.sees::<Request>().await, []);
    assert_eq!(cem.sees::<Bookmark>().await, []);
    assert_eq!(cem.sees_one::<Person>().await.id, cem.account);
}

#[tokio::test]
async fn a_freelancer_who_was_found_is_saved_with_their_profile() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    ben.offers_skills(&["Plumbing"]).await;
    let freelancer = talent(&ada, json!({})).await.results[0].person.id;
    assert_eq!(ada.sees::<Profile>().await, []);

    let subject = Subject::Freelancer { freelancer };
    let stance = Stance::Saved;
    ada.does(Mutation::PutBookmark { subject, stance }).await;
    assert_eq!(ada.sees_one::<Profile>().await.id, ben.account);
    assert_eq!(ben.sees::<Bookmark>().await, []);
}

async fn moderate(root: &Desk, name: &str, args: Value) {
    let act = json!({ "id": Uuid::now_v7(), "name": name, "args": args });
    let answer = root.post(path::ADMIN_ACT, act.to_string()).await;
    assert_eq!(answer.status.as_u16(), 204, "{}", answer.body);
}

#[tokio::test]
async fn a_freelancer_finds_requests_that_nobody_recommended_as_soon_as_they_are_there() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    ben.offers_skills(&["Plumbing"]).await;
    assert_eq!(work(&ben, json!({})).await.results, []);

    let id = ada.asks_for("A cluster that scales", &["Kubernetes"]).await;
    let found = work(&ben, json!({ "text": "k8s" })).await;
    assert_eq!(titles(&found), ["A cluster that scales"]);
    let result = &found.results[0];
    assert_eq!(
        (result.request.id, &*result.client.name),
        (id, "Ada Client")
    );
    assert_eq!(found.page.total, 1);
    assert_eq!(found.page.understood[0].skill, Some(skill("Kubernetes")));
    assert_eq!(found.page.facets.categories[0].value, "software");
    assert_eq!(
        found.version,
        server.market.store.head().await.expect("is read")
    );
    assert_eq!(found.at, (server.market.clock)());

    let misspelt = work(&ben, json!({ "text": "clsuter" })).await;
    assert_eq!(titles(&misspelt), ["A cluster that scales"]);
    assert_eq!(misspelt.page.understood[0].meant, ["cluster"]);
    let rows = ben.everything().await;
    assert!(
        rows.keys().all(|key| key.table != Table::Request),
        "it was only looked at"
    );

    ada.does(Mutation::PauseRequest { id }).await;
    assert_eq!(work(&ben, json!({})).await.page.total, 0);
    ada.does(Mutation::ResumeRequest { id }).await;
    assert_eq!(work(&ben, json!({})).await.page.total, 1);
}

#[tokio::test]
async fn a_client_finds_freelancers_by_words_place_rate_and_stars() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    for (name, place, rate, skills) in [
        ("Ben Builder", Some(LEIPZIG), 50, ["Rust", "SQL"]),
        ("Cem Coder", Some(HALLE), 70, ["Rust", "React"]),
        ("Dee Designer", None, 90, ["Figma", "React"]),
    ] {
        let mut desk = server.freelancer(name).await;
        let mut text = profile("Builds what you need", &skills);
        text.place = place;
        text.remote_only = place.is_none();
        text.rate = Some(euros(rate));
        desk.does(Mutation::SaveProfile {
            text: Box::new(text),
        })
        .await;
    }

    let near =
        |km: u16| json!({ "near": { "place": LEIPZIG, "radius_km": km }, "sort": "nearest" });
    assert_eq!(names(&talent(&ada, near(20)).await), ["Ben Builder"]);
    let both = talent(&ada, near(60)).await;
    assert_eq!(names(&both), ["Ben Builder", "Cem Coder"]);
    assert_eq!(both.results[0].km, Some(0));
    assert!(both.results[1].km.is_some_and(|km| (25..40).contains(&km)));
    let cheap = json!({ "rate": { "most": 7_000, "currency": "EUR" }, "sort": "rate" });
    assert_eq!(
        names(&talent(&ada, cheap).await),
        ["Ben Builder", "Cem Coder"]
    );
    let by_skill = talent(
        &ada,
        json!({ "skills": [skill("React")], "text": "desinger dee" }),
    )
    .await;
    assert_eq!(names(&by_skill), ["Dee Designer"]);
    let new = json!({ "stars": { "tenths": 40 } });
    assert_eq!(talent(&ada, new).await.page.total, 0);
    let new = json!({ "stars": { "tenths": 40, "or_new": true } });
    let found = talent(&ada, new).await;
    assert_eq!(found.page.total, 3);
    let rust = found
        .page
        .facets
        .skills
        .iter()
        .find(|counted| counted.value == skill("Rust"));
    assert_eq!(rust.map(|counted| counted.count), Some(2));
    let countries = &found.page.facets.countries;
    assert_eq!((&*countries[0].value, countries[0].count), ("DE", 2));
}

#[tokio::test]
async fn nobody_finds_their_own_the_hidden_or_what_is_gone() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let mut ada = server.person("Ada Both", Roles::BOTH).await;
    let mut ben = server.freelancer("Ben Builder").await;
    let eve = server.person("Eve Both", Roles::BOTH).await;
    ada.offers_skills(&["Rust"]).await;
    ben.offers_skills(&["Rust"]).await;
    let own = ada.asks_for("Work of my own", &["Rust"]).await;

    assert_eq!(work(&ada, json!({})).await.page.total, 0, "one's own");
    assert_eq!(names(&talent(&ada, json!({})).await), ["Ben Builder"]);
    assert_eq!(work(&eve, json!({})).await.page.total, 1);
    assert_eq!(talent(&eve, json!({})).await.page.total, 2);

    let of = |desk: &Desk| json!({ "person": desk.account, "reason": "Wrote to strangers." });
    moderate(&root, "person.suspend", of(&ben)).await;
    assert_eq!(names(&talent(&eve, json!({})).await), ["Ada Both"]);
    moderate(&root, "person.suspend", of(&ada)).await;
    let found = work(&eve, json!({})).await;
    assert_eq!(
        (found.page.total, found.results.len()),
        (0, 0),
        "a suspended client's"
    );
    assert_eq!(found.page.facets.categories, []);
    moderate(&root, "person.restore", of(&ada)).await;
    assert_eq!(work(&eve, json!({})).await.page.total, 1);
    let removed = json!({ "id": own, "reason": "It sells something." });
    moderate(&root, "request.remove", removed).await;
    assert_eq!(work(&eve, json!({})).await.page.total, 0);

    moderate(&root, "person.restore", of(&ben)).await;
    hire(&mut ada, &mut ben).await;
    assert_eq!(work(&eve, json!({})).await.page.total, 0, "it is filled");
}

#[tokio::test]
async fn freelancers_find_work_and_clients_talent_and_nobody_else() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let ada = server.client("Ada Client").await;
    let ben = server.freelancer("Ben Builder").await;
    let status = |answer: Answer| answer.status.as_u16();
    let ask = |desk, path| async move { status(Desk::post(desk, path, "{}".to_owned()).await) };

    assert_eq!(ask(&ada, path::FIND_WORK).await, 403);
    assert_eq!(ask(&ada, path::FIND_TALENT).await, 200);
    assert_eq!(ask(&ben, path::FIND_WORK).await, 200);
    assert_eq!(ask(&ben, path::FIND_TALENT).await, 403);
    let args = json!({ "person": ben.account, "reason": "Wrote to strangers." });
    moderate(&root, "person.suspend", args).await;
    assert_eq!(ask(&ben, path::FIND_WORK).await, 403, "suspended");
}

#[tokio::test]
async fn a_long_list_comes_in_pages_and_nothing_twice_while_others_publish() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let ben = server.freelancer("Ben Builder").await;
    let mut wanted = Vec::new();
    for number in 0..12 {
        wanted.push(
            ada.asks_for(&format!("Ledger number {number}"), &["Rust"])
                .await,
        );
    }
    let mut found = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = work(
            &ben,
            json!({ "text": "ledger", "limit": 5, "after": after }),
        )
        .await;
        found.extend(page.results.iter().map(|result| result.request.id));
        ada.asks_for("Another ledger between two pages", &["Rust"])
            .await;
        match page.page.next {
            Some(next) => after = json!(next),
            None => break,
        }
    }
    let twice = found.len();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), twice);
    assert!(wanted.iter().all(|id: &RequestId| found.contains(id)));
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused_and_too_many_have_to_wait() {
    let rules = SyncRules {
        find: Some(Rate {
            burst: 3,
            every_ms: 2_500,
        }),
        ..SyncRules::default()
    };
    let server = TestServer::by(rules).await;
    let ben = server.freelancer("Ben Builder").await;
    let ask = async |find: Value| ben.post(path::FIND_WORK, find.to_string()).await;

    let wrong = ask(json!({ "text": "x".repeat(500), "categories": ["none"] })).await;
    assert_eq!(wrong.refusal(), "422 validation");
    assert!(wrong.body.contains("/categories/0") && wrong.body.contains("/text"));
    assert_eq!(
        ask(json!({ "words": "x" })).await.refusal(),
        "400 malformed",
        "not even counted"
    );
    assert_eq!(
        ask(json!({ "after": "nowhere" })).await.refusal(),
        "422 validation"
    );
    assert_eq!(ask(json!({})).await.status.as_u16(), 200);
    let waits = ask(json!({})).await;
    assert_eq!(waits.refusal(), "429 too_many_requests");
    server.wait(2_500);
    assert_eq!(ask(json!({})).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_server_that_starts_again_finds_what_it_found() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    ben.offers_skills(&["Rust"]).await;
    let mut text = request("On site in Leipzig", &["Rust"]);
    (text.work, text.place) = (Work::OnSite, Some(LEIPZIG));
    let id = RequestId(Uuid::now_v7());
    ada.does(Mutation::PublishRequest {
        id,
        text: Box::new(text),
    })
    .await;
    let find = json!({ "text": "leipzig", "countries": ["DE"] });
    let before = work(&ben, find.clone()).await;
    assert_eq!(before.page.total, 1);

    let matcher = guildhall_server::matcher::Matcher::load(
        &server.market.store,
        (server.market.clock)().day(),
    );
    let finder = matcher.await.expect("is read").finder();
    let find = serde_json::from_value(find).expect("is a question");
    let again = finder.find(guildhall_search::Side::Work, &find, ben.account.0.as_u128());
    let again = again.expect("is answered");
    assert_eq!(
        (again.found.page, again.version),
        (before.page, before.version)
    );
    let person: Vec<Person> = server
        .market
        .store
        .these(&[ada.account.0, Uuid::nil()])
        .await
        .expect("is read");
    assert_eq!(
        person
            .iter()
            .map(|person| person.id)
            .collect::<Vec<AccountId>>(),
        [ada.account]
    );
}
