//! Leaving for good: what goes, what stays with others, and the two weeks in which it can be taken back.

use crate::deeds::{PLEA, application, hire};
use crate::desk::Desk;
use crate::server::TestServer;
use crate::texts::{profile, request};
use crate::walker::{Page, Walker};
use guildhall_domain::application::Application;
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::id::{ApplicationId, RequestId};
use guildhall_domain::message::Message;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::{FORMER_MEMBER, Person};
use guildhall_domain::profile::{PortfolioItem, Profile};
use guildhall_domain::request::Request;
use guildhall_domain::review::Review;
use guildhall_domain::row::{Key, Noun};
use guildhall_protocol::path;
use guildhall_server::housekeeping;
use guildhall_server::oauth::Roles;
use reqwest::StatusCode;
use uuid::Uuid;

const PASSWORD: &str = "drei leise Worte";
const DELETE: &str = "/account/delete";
const DAY: i64 = 24 * 60 * 60_000;
const NAME: &str = "Canary Nameworthy";

async fn signed_in(server: &TestServer, email: &str) -> Walker {
    let mut walker = Walker::new(server);
    let fields = [("email", email), ("password", PASSWORD)];
    let page = walker.fill("/login", &fields).await;
    assert_eq!(page.location, "/account");
    walker
}

async fn ask(walker: &mut Walker, password: &str) -> Page {
    let fields = [("act", "delete"), ("password", password)];
    walker.fill(DELETE, &fields).await
}

/// Somebody who has written about themselves wherever one can.
async fn talkative(server: &TestServer) -> (Desk, String) {
    let (mut ben, email) = server.somebody(NAME, Roles::BOTH).await;
    let mut text = profile("canary headline", &["Rust"]);
    "canary bio".clone_into(&mut text.bio);
    text.portfolio.push(PortfolioItem {
        title: "canary portfolio".to_owned(),
        text: "canary work".to_owned(),
        link: "https://canary.example".to_owned(),
        year: Some(2020),
    });
    ben.does(Mutation::SaveProfile {
        text: Box::new(text),
    })
    .await;
    let id = RequestId(Uuid::now_v7());
    let mut text = request("canary title of a request", &["Rust"]);
    "canary description".clone_into(&mut text.description);
    ben.does(Mutation::PublishRequest {
        id,
        text: Box::new(text),
    })
    .await;
    (ben, email)
}

/// The lines of the database with something of theirs, but for those in tables where it stays with others.
async fn left(server: &TestServer, email: &str, stays: &[&str]) -> Vec<String> {
    let (name, _) = email.split_once('@').expect("is an address");
    let mut lines = server.dump().await;
    lines.retain(|line| {
        let told = line.to_lowercase();
        let (table, _) = line.split_once(':').expect("names its table");
        told.contains(name) || (told.contains("canary") && !stays.contains(&table))
    });
    lines
}

async fn seen<N: Noun>(desk: &Desk, id: impl Into<Uuid>) -> Option<N> {
    let rows = desk.everything().await;
    rows.get(&Key::of::<N>(id)).cloned().and_then(N::from_row)
}

#[tokio::test]
async fn without_contracts_it_is_done_at_once_and_nothing_is_left_but_what_others_were_sent() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let (mut ben, email) = talkative(&server).await;
    let asked = ada.publishes().await;
    ben.does(application(asked, &format!("{PLEA} canary plea")))
        .await;
    let thread = ApplicationId::of(asked, ben.account);
    let said = ben.says(thread, "canary message").await;
    assert!(seen::<Profile>(&ada, ben.account).await.is_some());
    assert!(left(&server, &email, &[]).await.len() > 8);
    let mut walker = signed_in(&server, &email).await;

    let wrong = ask(&mut walker, "not it").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ben.get(path::ME).await.status, StatusCode::OK);
    let done = ask(&mut walker, PASSWORD).await;

    assert!(
        done.body.contains("Your account is deleted"),
        "{}",
        done.body
    );
    assert_eq!(ben.get(path::ME).await.status, StatusCode::UNAUTHORIZED);
    assert!(walker.get("/account").await.location.starts_with("/login"));
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    let again = Walker::new(&server).fill("/login", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let person: Person = seen(&ada, ben.account).await.expect("stays");
    assert_eq!(person.name, FORMER_MEMBER);
    assert!(seen::<Profile>(&ada, ben.account).await.is_none());
    let message: Message = seen(&ada, said).await.expect("stays");
    assert_eq!(message.body, "canary message");
    let found = left(&server, &email, &["application", "message"]).await;
    assert_eq!(found, Vec::<String>::new());
    let ended = server.market.store.audit().verify(None).await;
    ended.expect("is read").expect("is whole");
}

#[tokio::test]
async fn with_contracts_it_takes_two_weeks_and_a_link_takes_it_back() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let (mut ben, email) = talkative(&server).await;
    let (_, contract) = hire(&mut ada, &mut ben).await;
    ben.delivers(contract).await;
    ada.does(Mutation::AcceptDelivery { id: contract }).await;
    ben.rates(contract, 5, "Careful, early and clear: canary review.")
        .await;
    ada.rates(contract, 4, "Did what was agreed, and in time.")
        .await;
    let mut walker = signed_in(&server, &email).await;

    let later = ask(&mut walker, PASSWORD).await;
    assert_eq!(later.location, DELETE);
    let told = walker.get(DELETE).await;
    assert!(
        told.body.contains("Your account will be deleted"),
        "{}",
        told.body
    );
    server.market.oauth.settle_mail().await;
    let [(to, link)] = server.letters().try_into().expect("is one");
    assert_eq!(to, email);
    let (_, kept_at) = link.split_once("/account/keep").expect("is ours");
    let kept_at = format!("/account/keep{kept_at}");
    let mut elsewhere = Walker::new(&server);
    let page = elsewhere.get(&kept_at).await;
    let (csrf, token) = (page.hidden("csrf"), page.hidden("token"));
    let fields = [("csrf", csrf.as_str()), ("token", &token)];
    let kept = elsewhere.post("/account/keep", &fields).await;
    assert!(kept.body.contains("Your account stays"), "{}", kept.body);
    assert_eq!(elsewhere.get(&kept_at).await.status, StatusCode::GONE);

    server.wait(15 * DAY);
    housekeeping::round(&server.market).await.expect("is done");
    let mut walker = signed_in(&server, &email).await;
    ask(&mut walker, PASSWORD).await;
    let back = walker.fill(DELETE, &[("act", "keep")]).await;
    assert_eq!(back.location, "/account?done=kept");
    ask(&mut walker, PASSWORD).await;
    server.wait(14 * DAY - 1);
    housekeeping::round(&server.market).await.expect("is done");
    let ada = server.desk(ada.account).await;
    let person: Person = seen(&ada, ben.account).await.expect("is there");
    assert_eq!(person.name, NAME);

    server.wait(1);
    housekeeping::round(&server.market).await.expect("is done");
    let person: Person = seen(&ada, ben.account).await.expect("stays");
    assert_eq!(person.name, FORMER_MEMBER);
    assert_eq!(person.standing.reviews, 1);
    assert!(seen::<Contract>(&ada, contract).await.is_some());
    let reviews: Vec<Review> = server.market.store.all().await.expect("is read");
    assert_eq!(reviews.len(), 2);
    let found = left(&server, &email, &["review"]).await;
    assert_eq!(found, Vec::<String>::new());
    server.market.oauth.settle_mail().await;
    assert!(server.letters().is_empty());
    // Done once more, as after a crash, it changes nothing.
    housekeeping::round(&server.market).await.expect("is done");
}

#[tokio::test]
async fn what_runs_is_called_off_and_the_other_side_is_told() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let (mut ben, email) = talkative(&server).await;
    let (_, works) = hire(&mut ada, &mut ben).await;
    let mut cleo = server.freelancer("Cleo Carpenter").await;
    let (asked, hires) = hire(&mut ben, &mut cleo).await;
    ask(&mut signed_in(&server, &email).await, PASSWORD).await;

    server.wait(14 * DAY);
    housekeeping::round(&server.market).await.expect("is done");

    for (account, contract) in [(ada.account, works), (cleo.account, hires)] {
        let desk = server.desk(account).await;
        let ended: Contract = seen(&desk, contract).await.expect("stays");
        assert!(
            matches!(&ended.stage, ContractStage::Cancelled { by, .. } if *by == ben.account),
            "{ended:?}"
        );
    }
    let store = &server.market.store;
    let thread: Option<Application> = store.find(asked).await.expect("is read");
    let asked = thread.expect("stays").request;
    let request: Option<Request> = store.find(asked).await.expect("is read");
    let request = request.expect("stays");
    assert_eq!((request.hired, request.is_live()), (0, false));
}
