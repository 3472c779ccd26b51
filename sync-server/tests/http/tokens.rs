//! Tokens that people make for their own programs: made on a page, good for what they are for, and gone when they shall be.

use crate::deeds::hire;
use crate::desk::Desk;
use crate::server::{Answer, TestServer};
use crate::texts::BEGIN;
use crate::walker::{Page, Walker};
use axum::body::Body;
use guildhall_domain::contract::Contract;
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Key, Noun};
use guildhall_oauth::{ApiScope, ApiScopes, Token};
use guildhall_protocol::api::{self, ApiMe};
use guildhall_protocol::path;
use guildhall_server::limit::{Limits, Rate};
use guildhall_server::oauth::{OAuthConfig, Roles, TokenRefused, WantedToken};
use guildhall_server::password::PasswordCost;
use guildhall_server::router;
use guildhall_server::state::Market;
use reqwest::{Method, StatusCode};
use std::collections::BTreeSet;
use std::sync::Arc;
use tower::ServiceExt as _;
use uuid::Uuid;

const PASSWORD: &str = "drei leise Worte";
const TOKENS: &str = "/account/tokens";
const DAY: i64 = 86_400_000;

async fn signed_in(server: &TestServer, email: &str) -> Walker {
    let mut walker = Walker::new(server);
    let fields = [("email", email), ("password", PASSWORD)];
    let page = walker.fill("/login", &fields).await;
    assert_eq!(page.location, "/account");
    walker
}

/// Makes a token on the page.
async fn make(walker: &mut Walker, name: &str, scopes: &[&str]) -> Page {
    let mut fields = vec![
        ("act", "make"),
        ("name", name),
        ("days", "90"),
        ("password", PASSWORD),
    ];
    fields.extend(scopes.iter().map(|scope| (*scope, "yes")));
    walker.fill(TOKENS, &fields).await
}

/// The token that a page shows.
fn shown(page: &Page) -> String {
    let found = page.between("<p><code>", "</code></p>");
    let [token] = found.try_into().expect("is one");
    token
}

/// A token that opens everything.
async fn token(server: &TestServer, desk: &Desk) -> String {
    let wanted = WantedToken {
        name: "Everything",
        scopes: ApiScopes::from_iter(ApiScope::ALL),
        days: 30,
    };
    let made = server
        .market
        .oauth
        .make_personal_token(desk.account.0, &wanted);
    made.await.expect("is made").reveal().to_owned()
}

async fn ask(server: &TestServer, path: &str, token: &str) -> Answer {
    server.send(Method::GET, path, Some(token), None).await
}

async fn status(server: &TestServer, path: &str, token: &str) -> u16 {
    ask(server, path, token).await.status.as_u16()
}

/// Everything that a list has, part by part.
async fn all<N: Noun + serde::de::DeserializeOwned>(
    server: &TestServer,
    list: &str,
    token: &str,
) -> Vec<N> {
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let part = ask(server, &format!("{list}?limit=2{after}"), token).await;
        let part: api::Page<N> = part.json();
        assert!(part.items.len() <= 2);
        items.extend(part.items);
        let Some(next) = part.next else { return items };
        after = format!("&after={next}");
    }
}

async fn kinds(server: &TestServer) -> Vec<String> {
    let lines = server.market.store.audit().after(0).await.expect("is read");
    lines
        .into_iter()
        .map(|line| format!("{} {}", line.kind, line.note))
        .collect()
}

#[tokio::test]
async fn a_token_is_shown_once_and_opens_what_it_was_made_for() {
    let server = TestServer::start().await;
    let (mut ben, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    ben.offers_skills(&["Rust"]).await;
    let mut walker = signed_in(&server, &email).await;

    let page = make(&mut walker, "Invoices <b>", &["read:profile"]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let token = shown(&page);
    assert!(token.starts_with("gdhp_"), "{token}");

    let me: ApiMe = ask(&server, path::API_ME, &token).await.json();
    assert_eq!((me.account, me.name.as_str()), (ben.account, "Ben Builder"));
    assert_eq!(me.token.scopes, ["read:profile"]);
    assert_eq!(me.token.expires.0 - me.token.made.0, 90 * DAY);
    let profile: Profile = ask(&server, path::API_PROFILE, &token).await.json();
    assert_eq!(profile.id, ben.account);
    for other in [
        path::API_REQUESTS,
        path::API_CONTRACTS,
        path::API_APPLICATIONS,
    ] {
        let refused = ask(&server, other, &token).await;
        assert_eq!(refused.refusal(), "403 insufficient_scope", "{other}");
    }

    let later = walker.get(TOKENS).await;
    assert!(!later.body.contains("gdhp_"), "shown once");
    assert!(later.body.contains("Invoices &lt;b&gt;"), "{}", later.body);
    assert!(later.body.contains("last used on"), "{}", later.body);
    let body = &token["gdhp_".len()..];
    let kept = server.dump().await;
    assert!(
        !kept.iter().any(|line| line.contains(body)),
        "only its hash is kept"
    );
    let export = walker
        .fill("/account/export", &[("password", PASSWORD)])
        .await;
    assert!(export.body.contains("\"tokens\":[{"), "{}", export.body);
    assert!(!export.body.contains(body));
    assert!(
        kinds(&server)
            .await
            .contains(&"token_made Invoices <b>, for read:profile".to_owned())
    );
}

#[tokio::test]
async fn a_token_opens_neither_sync_nor_pages_nor_what_admins_see() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let token = token(&server, &root).await;

    for (method, at) in [
        (Method::POST, path::PUSH),
        (Method::POST, path::PULL),
        (Method::GET, path::LIVE),
        (Method::GET, path::ME),
        (Method::GET, path::ME_SIGN_INS),
        (Method::GET, path::ADMIN_HOME),
        (Method::GET, path::ADMIN_AUDIT),
    ] {
        let answer = server
            .send(method, at, Some(&token), Some("{}".to_owned()))
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{at}");
    }
    assert_eq!(status(&server, path::API_ME, &token).await, 200);
    let desktop = ask(&server, path::API_ME, &root.token).await;
    assert_eq!(
        desktop.refusal(),
        "401 unauthorized",
        "and the other way round"
    );
}

#[tokio::test]
async fn lists_hold_what_a_desktop_is_shown_and_nothing_else() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let mut cleo = server.freelancer("Cleo Carpenter").await;
    ben.offers_skills(&["Rust"]).await;
    for title in ["A shop for the web", "A booking page", "A newsletter tool"] {
        ada.asks_for(title, &["Rust"]).await;
    }
    ada.asks_for("A wooden staircase", &["Carpentry"]).await;
    let (_, contract) = hire(&mut ada, &mut ben).await;
    hire(&mut ada, &mut cleo).await;

    for desk in [&ada, &ben, &cleo] {
        let token = token(&server, desk).await;
        let rows = desk.everything().await;
        let ids = |wanted: &dyn Fn(&Key) -> bool| -> BTreeSet<Uuid> {
            rows.keys()
                .filter(|key| wanted(key))
                .map(|key| key.id)
                .collect()
        };
        let open = |key: &Key| {
            let request = rows.get(key).cloned().and_then(Request::from_row);
            request.is_some_and(|request| request.is_open())
        };
        let requests: Vec<Request> = all(&server, path::API_REQUESTS, &token).await;
        let contracts: Vec<Contract> = all(&server, path::API_CONTRACTS, &token).await;
        assert_eq!(
            requests.iter().map(|it| it.id.0).collect::<BTreeSet<_>>(),
            ids(&open)
        );
        assert_eq!(
            contracts.iter().map(|it| it.id.0).collect::<BTreeSet<_>>(),
            ids(&|key| key.table == Contract::TABLE)
        );
        assert!(requests.is_sorted_by(|one, other| one.id > other.id));
        for request in &requests {
            let at = path::API_REQUEST.replace("{id}", &request.id.to_string());
            assert_eq!(&ask(&server, &at, &token).await.json::<Request>(), request);
        }
        let at = path::API_CONTRACT.replace("{id}", &contract.to_string());
        let expected = if desk.account == cleo.account {
            404
        } else {
            200
        };
        assert_eq!(status(&server, &at, &token).await, expected);
    }
    let token = token(&server, &ada).await;
    assert_eq!(
        all::<Request>(&server, path::API_REQUESTS, &token)
            .await
            .len(),
        4
    );
    for (query, answer) in [
        ("limit=0", "422 validation"),
        ("limit=101", "422 validation"),
        ("limit=many", "400 malformed"),
        ("after=there", "400 malformed"),
    ] {
        let at = format!("{}?{query}", path::API_REQUESTS);
        assert_eq!(ask(&server, &at, &token).await.refusal(), answer, "{query}");
    }
    for id in ["", "nothing", "00000000-0000-0000-0000-000000000000"] {
        let at = format!("{}/{id}", path::API_REQUESTS);
        assert_eq!(status(&server, &at, &token).await, 404, "{id}");
    }
}

#[tokio::test]
async fn a_token_ends_when_it_is_revoked_or_its_time_is_over() {
    let server = TestServer::start().await;
    let (ben, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let (_, other) = server.somebody("Cleo Carpenter", Roles::FREELANCER).await;
    let mut walker = signed_in(&server, &email).await;
    let first = shown(&make(&mut walker, "First", &["read:mine"]).await);
    server.wait(1);
    let second = shown(&make(&mut walker, "Second", &["read:mine"]).await);
    server.wait(1);
    let third = token(&server, &ben).await;
    let page = walker.get(TOKENS).await;
    let ids = page.between("name=\"id\" value=\"", "\"");
    assert_eq!(ids.len(), 3);

    // The newest stands first; nobody else can revoke it.
    let theirs = [("act", "revoke"), ("id", ids[2].as_str())];
    signed_in(&server, &other).await.fill(TOKENS, &theirs).await;
    assert_eq!(status(&server, path::API_ME, &first).await, 200);
    let forged = walker.post(TOKENS, &theirs).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let revoked = walker.fill(TOKENS, &theirs).await;
    assert_eq!(revoked.location, TOKENS);
    assert_eq!(status(&server, path::API_ME, &first).await, 401);
    assert_eq!(status(&server, path::API_ME, &second).await, 200);
    assert!(
        kinds(&server)
            .await
            .contains(&"token_revoked First".to_owned())
    );

    // Whoever finds one may see to it that it is good for nothing.
    let found = walker.post("/oauth/revoke", &[("token", &second)]).await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(status(&server, path::API_ME, &second).await, 401);

    server.wait(30 * DAY - 1);
    assert_eq!(status(&server, path::API_ME, &third).await, 200);
    server.wait(1);
    assert_eq!(status(&server, path::API_ME, &third).await, 401);
}

#[tokio::test]
async fn signing_out_everywhere_takes_tokens_along_only_when_it_is_ticked() {
    let server = TestServer::start().await;
    let (mut ben, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let token = token(&server, &ben).await;
    let mut walker = signed_in(&server, &email).await;

    let without = walker.fill("/account/sign-out", &[]).await;
    assert_eq!(without.location, "/account?done=signed-out");
    assert_eq!(ben.get(path::ME).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        walker.get("/account").await.status,
        StatusCode::OK,
        "it stays in"
    );
    assert_eq!(status(&server, path::API_ME, &token).await, 200);
    walker
        .fill(
            "/account/password",
            &[("current", PASSWORD), ("password", "vier neue leise Worte")],
        )
        .await;
    assert_eq!(status(&server, path::API_ME, &token).await, 200);

    ben = server.desk(ben.account).await;
    let forged = walker.post("/account/sign-out", &[("tokens", "yes")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(ben.get(path::ME).await.status, StatusCode::OK);
    walker.fill("/account/sign-out", &[("tokens", "yes")]).await;
    assert_eq!(status(&server, path::API_ME, &token).await, 401);
}

#[tokio::test]
async fn a_suspension_ends_tokens_for_good_and_no_new_one_is_made() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let (ben, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let token = token(&server, &ben).await;
    let mut walker = signed_in(&server, &email).await;
    let act = async |mutation| {
        let id = MutationId(Uuid::now_v7());
        let done = server.market.writer.act(root.account, false, id, mutation);
        done.await.expect("is decided").expect("is done");
    };

    act(Mutation::SuspendPerson {
        person: ben.account,
        reason: "Wrote to strangers.".to_owned(),
    })
    .await;
    assert_eq!(status(&server, path::API_ME, &token).await, 401);
    let refused = make(&mut walker, "Another", &["read:mine"]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    act(Mutation::RestorePerson {
        person: ben.account,
        reason: "It was a mistake.".to_owned(),
    })
    .await;
    assert_eq!(status(&server, path::API_ME, &token).await, 401);
    let another = make(&mut walker, "Another", &["read:mine"]).await;
    let another = shown(&another);
    assert_eq!(status(&server, path::API_ME, &another).await, 200);

    walker
        .fill("/account/delete", &[("password", PASSWORD)])
        .await;
    assert_eq!(status(&server, path::API_ME, &another).await, 401);
    assert!(
        !server
            .dump()
            .await
            .iter()
            .any(|line| line.starts_with("personal_token:"))
    );
}

#[tokio::test]
async fn what_makes_no_sense_makes_no_token() {
    let server = TestServer::start().await;
    let (ben, email) = server.somebody("Ben Builder", Roles::FREELANCER).await;
    let mut walker = signed_in(&server, &email).await;
    let good = [
        ("act", "make"),
        ("name", "A script"),
        ("days", "90"),
        ("read:mine", "yes"),
        ("password", PASSWORD),
    ];
    let long = "n".repeat(61);

    for (field, value, words) in [
        ("name", "", "Give it a name"),
        ("name", long.as_str(), "Give it a name"),
        ("name", "a\u{7}b", "Give it a name"),
        ("days", "366", "how long it is good"),
        ("days", "-1", "how long it is good"),
        ("read:mine", "", "what it may read"),
        ("password", "not it", "This is not your password."),
    ] {
        let fields = good.map(|(name, typed)| (name, if name == field { value } else { typed }));
        let refused = walker.fill(TOKENS, &fields).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{field} {value}"
        );
        assert!(refused.body.contains(words), "{field}: {}", refused.body);
    }
    let page = walker.get(TOKENS).await;
    assert!(!page.body.contains("Your tokens"), "{}", page.body);

    for _ in 0..50 {
        token(&server, &ben).await;
    }
    let wanted = WantedToken {
        name: "One too many",
        scopes: ApiScopes::from_iter([ApiScope::Mine]),
        days: 30,
    };
    let refused = server
        .market
        .oauth
        .make_personal_token(ben.account.0, &wanted)
        .await;
    assert!(matches!(refused, Err(TokenRefused::TooMany)), "{refused:?}");
}

#[tokio::test]
async fn one_token_asks_at_its_pace_whatever_others_do() {
    let folder = tempfile::TempDir::new().expect("a folder can be made");
    let config = OAuthConfig {
        limits: Limits {
            api: Some(Rate {
                burst: 2,
                every_ms: 60_000,
            }),
            ..Limits::OFF
        },
        password_cost: PasswordCost::CHEAP,
        ..OAuthConfig::new("http://localhost:4810")
    };
    let file = folder.path().join("guildhall.db");
    let market = Market::open(&file, config, Arc::new(|| BEGIN)).await;
    let market = market.expect("opens");
    let made = market
        .oauth
        .create_account("ben@example.org", PASSWORD, "Ben Builder", Roles::BOTH);
    let account = made.await.expect("is registered");
    let wanted = WantedToken {
        name: "A script",
        scopes: ApiScopes::from_iter([ApiScope::Mine]),
        days: 30,
    };
    let (one, other) = (
        market.oauth.make_personal_token(account, &wanted).await,
        market.oauth.make_personal_token(account, &wanted).await,
    );
    let (one, other) = (one.expect("is made"), other.expect("is made"));
    let ask = async |token: &Token| {
        let request = axum::http::Request::get(path::API_ME)
            .header("authorization", format!("Bearer {}", token.reveal()))
            .body(Body::empty())
            .expect("is well formed");
        let answer = router(&market).oneshot(request).await.expect("answers");
        answer.status().as_u16()
    };

    let statuses = [ask(&one).await, ask(&one).await, ask(&one).await];
    assert_eq!(statuses, [200, 200, 429]);
    assert_eq!(ask(&other).await, 200);
}
