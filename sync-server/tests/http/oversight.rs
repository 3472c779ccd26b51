//! Keeping order: whoever may do it shows anew who they are, and has a quarter of an hour.

use crate::desk::Desk;
use crate::server::{Answer, TestServer};
use crate::walker::{Page, Walker};
use guildhall_domain::denied::Code;
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::account::SignIn;
use guildhall_protocol::admin::AdminAudit;
use guildhall_protocol::path;
use guildhall_server::oauth::Roles;
use reqwest::{Method, StatusCode, header};
use serde_json::Value;

const PASSWORD: &str = "drei leise Worte";
const MINUTE: i64 = 60_000;
const OVERSIGHT: &str = "oversight";

fn suspend(whom: &Desk) -> Mutation {
    Mutation::SuspendPerson {
        person: whom.account,
        reason: "Wrote to strangers.".to_owned(),
    }
}

/// Somebody who runs the market, with their address, and with nothing but the tokens of a desktop.
async fn root(server: &TestServer) -> (Desk, String) {
    let (root, email) = server.somebody("Rut Root", Roles::CLIENT).await;
    server.promote(root.account).await;
    (root, email)
}

/// The code in the address that a browser is sent to.
fn code(page: &Page) -> String {
    let (_, query) = page.location.split_once('?').expect("has a query");
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let code = pairs.find(|(name, _)| name == "code");
    code.expect("a code is given").1.into_owned()
}

/// Exchanges a code as the desktop does.
async fn exchange(walker: &mut Walker, code: &str) -> Value {
    let verifier = "v".repeat(50);
    let page = walker
        .post(
            "/oauth/token",
            &[
                ("grant_type", "authorization_code"),
                ("client_id", "guildhall-desktop"),
                ("code", code),
                ("redirect_uri", "http://127.0.0.1:49152/cb"),
                ("code_verifier", &verifier),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    serde_json::from_str(&page.body).expect("is JSON")
}

/// Signs in once more to keep order, and gives the desk what comes of it.
async fn steps_up(server: &TestServer, desk: &mut Desk, email: &str) -> Value {
    let mut walker = Walker::new(server);
    let asked = walker.authorize_for(OVERSIGHT).await;
    let fields = [("email", email), ("password", PASSWORD)];
    let back = walker.fill(&asked.location, &fields).await;
    let issued = exchange(&mut walker, &code(&back)).await;
    let token = issued["access_token"].as_str().expect("is a token");
    desk.oversight = Some(token.to_owned());
    issued
}

async fn kinds(desk: &Desk) -> Vec<String> {
    let log: Vec<AdminAudit> = desk.get(path::ADMIN_AUDIT).await.json();
    log.into_iter().map(|line| line.kind).collect()
}

fn challenge(answer: &Answer) -> &str {
    let value = answer.headers.get(header::WWW_AUTHENTICATE);
    value.expect("is there").to_str().expect("is text")
}

#[tokio::test]
async fn who_keeps_order_signs_in_once_more_for_a_quarter_of_an_hour() {
    let server = TestServer::start().await;
    let (mut root, email) = root(&server).await;
    let ben = server.freelancer("Ben Builder").await;

    let before = root.moderates(&suspend(&ben)).await;
    assert_eq!(before.refusal(), "401 step_up_required");
    assert_eq!(
        challenge(&before),
        "Bearer error=\"insufficient_user_authentication\", scope=\"oversight\", max_age=\"600\""
    );
    assert_eq!(
        root.get(path::ADMIN_HOME).await.status,
        StatusCode::OK,
        "looking is free"
    );

    let issued = steps_up(&server, &mut root, &email).await;
    assert_eq!(issued["scope"], OVERSIGHT);
    assert_eq!(issued["expires_in"], 15 * 60);
    assert_eq!(issued["refresh_token"], Value::Null, "it cannot be renewed");
    assert_eq!(issued["account"], root.account.to_string());
    assert!(kinds(&root).await.contains(&"oversight_begun".to_owned()));
    let done = root.moderates(&suspend(&ben)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.body);

    server.wait(15 * MINUTE);
    root.token = server.token(root.account).await;
    assert_eq!(
        root.get(path::ADMIN_AUDIT).await.refusal(),
        "401 unauthorized"
    );
    assert_eq!(root.get(path::ADMIN_HOME).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_to_keep_order_opens_nothing_else() {
    let server = TestServer::start().await;
    let (mut root, email) = root(&server).await;
    steps_up(&server, &mut root, &email).await;
    let oversight = root.oversight.clone();

    for (method, at) in [
        (Method::POST, path::PULL),
        (Method::POST, path::PUSH),
        (Method::GET, path::LIVE),
        (Method::GET, path::ME),
        (Method::GET, path::ADMIN_HOME),
    ] {
        let answer = server
            .send(method, at, oversight.as_deref(), Some("{}".to_owned()))
            .await;
        assert_eq!(answer.refusal(), "403 insufficient_scope", "{at}");
    }
}

#[tokio::test]
async fn nobody_else_is_given_one() {
    let server = TestServer::start().await;
    let (_, email) = server.somebody("Ada Client", Roles::CLIENT).await;
    let mut walker = Walker::new(&server);

    let asked = walker.authorize_for(OVERSIGHT).await;
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    let typed = walker.fill(&asked.location, &fields).await;
    assert!(
        typed.location.contains("error=access_denied"),
        "{}",
        typed.location
    );
    let known = walker.authorize_for(OVERSIGHT).await;
    assert!(
        known.location.contains("error=access_denied"),
        "{}",
        known.location
    );
    let unknown = walker.authorize_for("admin").await;
    assert!(
        unknown.location.contains("error=invalid_scope"),
        "{}",
        unknown.location
    );
}

#[tokio::test]
async fn a_browser_that_has_known_somebody_for_long_asks_them_again() {
    let server = TestServer::start().await;
    let (_, email) = root(&server).await;
    let mut walker = Walker::new(&server);
    walker.log_in(&email, PASSWORD).await;

    let fresh = walker.authorize_for(OVERSIGHT).await;
    assert_eq!(fresh.status, StatusCode::OK, "{}", fresh.location);
    assert!(
        fresh.body.contains("for a quarter of an hour"),
        "{}",
        fresh.body
    );
    server.wait(11 * MINUTE);
    let (csrf, request) = (fresh.hidden("csrf"), fresh.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("act", "continue"),
    ];
    let late = walker.post("/oauth/authorize", &fields).await;
    assert!(late.location.starts_with("/login"), "{}", late.location);
    let stale = walker.authorize_for(OVERSIGHT).await;
    assert!(stale.location.starts_with("/login"), "{}", stale.location);

    let again = [("email", email.as_str()), ("password", PASSWORD)];
    let back = walker.fill(&stale.location, &again).await;
    let issued = exchange(&mut walker, &code(&back)).await;
    assert_eq!(issued["scope"], OVERSIGHT);
}

#[tokio::test]
async fn it_ends_with_any_sign_in_of_the_account_and_is_no_computer_of_its_own() {
    let server = TestServer::start().await;
    let (mut root, email) = root(&server).await;
    let elsewhere = server.desk(root.account).await;
    steps_up(&server, &mut root, &email).await;
    let listed: Vec<SignIn> = root.get(path::ME_SIGN_INS).await.json();
    assert_eq!(listed.len(), 2, "the two desktops");
    assert_eq!(root.get(path::ADMIN_AUDIT).await.status, StatusCode::OK);

    let other = listed.iter().find(|one| !one.current).expect("is there");
    let at = path::ME_SIGN_IN.replace("{id}", &other.id.to_string());
    let ended = server
        .send(Method::DELETE, &at, Some(&root.token), None)
        .await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.body);

    assert_eq!(elsewhere.get(path::ME).await.refusal(), "401 unauthorized");
    assert_eq!(
        root.get(path::ADMIN_AUDIT).await.refusal(),
        "401 unauthorized"
    );
    assert_eq!(root.get(path::ME).await.status, StatusCode::OK);
}

#[tokio::test]
async fn no_order_is_kept_by_syncing() {
    let server = TestServer::start().await;
    let mut root = server.admin("Rut Root").await;
    let mut ada = server.client("Ada Client").await;
    let request = ada.publishes().await;
    let acts = [
        suspend(&ada),
        Mutation::RestorePerson {
            person: ada.account,
            reason: "It was a mistake.".to_owned(),
        },
        Mutation::RemoveRequest {
            id: request,
            reason: "It sells something.".to_owned(),
        },
    ];

    for act in acts {
        assert_eq!(root.code(act).await, Code::Forbidden);
    }
    ada.publishes().await;
}
