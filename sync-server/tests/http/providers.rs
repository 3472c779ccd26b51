//! Signing in through a provider on a whole server: linking, unlinking, and living without a password.

use crate::forged_provider::{ForgedProvider, Speech};
use crate::server::TestServer;
use crate::walker::{Page, Walker};
use guildhall_server::oauth::Roles;
use guildhall_storage::server::accounts::StoredPasskey;
use reqwest::StatusCode;
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

const PASSWORD: &str = "drei leise Worte";
const LINKED: &str = "/account/providers";
const EXPORT: &str = "/account/export";
const DELETE: &str = "/account/delete";
const MINUTE: i64 = 60_000;

/// Where a page leads that moves on to the provider.
fn away(page: &Page, provider: &ForgedProvider) -> String {
    let links = page.between("<a href=\"", "\"");
    let link = links
        .iter()
        .find(|link| link.starts_with(provider.issuer()));
    link.unwrap_or_else(|| panic!("{}", page.body))
        .replace("&amp;", "&")
}

/// Comes back from the provider that a page leads to, which says this.
async fn back(
    server: &TestServer,
    walker: &mut Walker,
    provider: &ForgedProvider,
    page: &Page,
    change: impl FnOnce(&mut Speech),
) -> Page {
    let now = (server.market.clock)().0;
    let path = provider.back(&away(page, provider), now, change);
    walker.get(&path).await
}

/// Presses the provider's button on the sign-in page, and comes back.
async fn through(server: &TestServer, walker: &mut Walker, provider: &ForgedProvider) -> Page {
    let page = walker.get("/login").await;
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("provider", "work"),
    ];
    let page = walker.post("/login/with", &fields).await;
    back(server, walker, provider, &page, |_| {}).await
}

async fn log(server: &TestServer, kinds: &str) -> Vec<String> {
    let lines = server.market.store.audit().after(0).await.expect("is read");
    lines
        .into_iter()
        .filter(|line| line.kind.starts_with(kinds))
        .map(|line| format!("{} {}", line.kind, line.note))
        .collect()
}

#[tokio::test]
async fn a_provider_is_linked_signs_in_and_is_unlinked() {
    let provider = ForgedProvider::start().await;
    let server = TestServer::through(provider.providers(false)).await;
    let (_, email) = server.somebody("Mira Köhler", Roles::FREELANCER).await;
    let mut walker = Walker::new(&server);
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    walker.fill("/login", &fields).await;

    let wrong = [("provider", "work"), ("password", "not her password")];
    let wrong = walker.fill(LINKED, &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("provider", "work"), ("password", PASSWORD)];
    let page = walker.fill(LINKED, &right).await;
    let linked = back(&server, &mut walker, &provider, &page, |_| {}).await;
    assert_eq!(linked.location, "/account?done=linked", "{}", linked.body);
    assert!(walker.get("/account").await.body.contains("Example Works."));

    let mut other = Walker::new(&server);
    let signed_in = through(&server, &mut other, &provider).await;
    assert_eq!(signed_in.location, "/account", "{}", signed_in.body);
    assert!(other.get("/account").await.body.contains("Mira Köhler"));

    // Whoever is that person there cannot be another's too.
    let (_, jonas) = server.somebody("Jonas Brandt", Roles::CLIENT).await;
    let mut second = Walker::new(&server);
    let fields = [("email", jonas.as_str()), ("password", PASSWORD)];
    second.fill("/login", &fields).await;
    let page = second.fill(LINKED, &right).await;
    let taken = back(&server, &mut second, &provider, &page, |_| {}).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);

    let page = walker.get(LINKED).await;
    let id = page.between("name=\"unlink\" value=\"", "\"").remove(0);
    let foreign = second
        .fill(LINKED, &[("unlink", &id), ("password", PASSWORD)])
        .await;
    assert_eq!(foreign.location, LINKED, "it is not his");
    let unlinked = walker
        .fill(LINKED, &[("unlink", &id), ("password", PASSWORD)])
        .await;
    assert_eq!(
        unlinked.location, "/account?done=unlinked",
        "{}",
        unlinked.body
    );
    let stranger = through(&server, &mut Walker::new(&server), &provider).await;
    assert_eq!(stranger.location, "/register/with");
    assert_eq!(
        log(&server, "identity_").await,
        ["identity_linked work", "identity_unlinked work"]
    );
    assert!(
        log(&server, "signed_in")
            .await
            .contains(&"signed_in work".to_owned())
    );
    server.market.oauth.settle_mail().await;
    let told = server.subjects().into_iter();
    let told: BTreeSet<_> = told
        .filter(|(to, _)| *to == email)
        .map(|(_, about)| about)
        .collect();
    let linked = "A sign-in provider was linked".to_owned();
    let unlinked = "A sign-in provider was unlinked".to_owned();
    assert_eq!(told, BTreeSet::from([linked, unlinked]));
}

#[tokio::test]
async fn a_link_is_made_only_for_whoever_set_out() {
    let provider = ForgedProvider::start().await;
    let server = TestServer::through(provider.providers(false)).await;
    let (_, email) = server.somebody("Mira Köhler", Roles::FREELANCER).await;
    let mut walker = Walker::new(&server);
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    walker.fill("/login", &fields).await;
    let page = walker
        .fill(LINKED, &[("provider", "work"), ("password", PASSWORD)])
        .await;

    // Signed in by an attacker's own cookie in between, or signed out.
    walker.fill("/account", &[]).await;
    let csrf = walker.get("/account").await.hidden("csrf");
    walker.post("/logout", &[("csrf", &csrf)]).await;
    let answer = back(&server, &mut walker, &provider, &page, |_| {}).await;

    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(log(&server, "identity_").await, Vec::<String>::new());
}

/// Makes an account without a password.
async fn join(server: &TestServer, walker: &mut Walker, provider: &ForgedProvider) {
    let page = through(server, walker, provider).await;
    assert_eq!(page.location, "/register/with", "{}", page.body);
    let fields = [
        ("name", "Mira Köhler"),
        ("email", "mira@example.org"),
        ("role", "freelancer"),
        ("agreed", "yes"),
    ];
    let joined = walker.fill("/register/with", &fields).await;
    assert_eq!(joined.location, "/account", "{}", joined.body);
}

/// Signs in anew at the provider, for a page that asks for it.
async fn anew(
    server: &TestServer,
    walker: &mut Walker,
    provider: &ForgedProvider,
    path: &str,
    change: impl FnOnce(&mut Speech),
) -> Page {
    let page = walker.get(path).await;
    assert!(page.body.contains("Is it still you?"), "{}", page.body);
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("provider", "work"),
    ];
    let page = walker.post("/account/confirm", &fields).await;
    let to = away(&page, provider);
    assert!(
        to.contains("prompt=login") && to.contains("max_age=0"),
        "{to}"
    );
    back(server, walker, provider, &page, change).await
}

#[tokio::test]
async fn who_has_no_password_signs_in_anew_to_take_their_data_along_and_to_leave() {
    let provider = ForgedProvider::start().await;
    let server = TestServer::through(provider.providers(true)).await;
    let mut walker = Walker::new(&server);
    join(&server, &mut walker, &provider).await;

    // Without it, nothing; and what is old, or somebody else's, is not it.
    let csrf = walker.get("/account").await.hidden("csrf");
    for path in [EXPORT, DELETE, LINKED] {
        let fields = [("csrf", csrf.as_str()), ("act", "delete"), ("password", "")];
        let answer = walker.post(path, &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let old: fn(&mut Speech) = |speech| {
        let at = speech.claims["auth_time"].as_i64().expect("is a time");
        speech.claims["auth_time"] = (at - 61).into();
    };
    let none: fn(&mut Speech) = |speech| speech.claims["auth_time"] = Value::Null;
    for change in [old, none] {
        let answer = anew(&server, &mut walker, &provider, EXPORT, change).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let answer = anew(&server, &mut walker, &provider, EXPORT, |speech| {
        speech.claims["sub"] = "jonas".into();
    });
    assert_eq!(answer.await.status, StatusCode::CONFLICT);

    let answer = anew(&server, &mut walker, &provider, EXPORT, |_| {}).await;
    assert_eq!(answer.location, EXPORT);
    let page = walker.get(EXPORT).await;
    assert!(!page.body.contains("type=\"password\""), "{}", page.body);
    let file = walker.fill(EXPORT, &[]).await;
    assert_eq!(file.kind, "application/json");
    let file: Value = serde_json::from_str(&file.body).expect("is JSON");
    assert_eq!(file["sign_in"]["providers"][0]["subject"], "mira");

    // The only way in stays.
    let page = walker.get(LINKED).await;
    let id = page.between("name=\"unlink\" value=\"", "\"").remove(0);
    let kept = walker.fill(LINKED, &[("unlink", &id)]).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);
    assert!(kept.body.contains("only way to sign in"));

    // It is good for a while.
    server.wait(5 * MINUTE);
    let answer = anew(&server, &mut walker, &provider, DELETE, |_| {}).await;
    assert_eq!(answer.location, DELETE);
    let gone = walker.fill(DELETE, &[("act", "delete")]).await;
    assert!(
        gone.body.contains("Your account is deleted"),
        "{}",
        gone.body
    );
    let stranger = through(&server, &mut Walker::new(&server), &provider).await;
    assert_eq!(stranger.location, "/register/with");
    assert_eq!(log(&server, "exported").await, ["exported "]);
}

#[tokio::test]
async fn a_passkey_is_a_way_in_and_the_last_one_stays() {
    let provider = ForgedProvider::start().await;
    let server = TestServer::through(provider.providers(true)).await;
    let mut walker = Walker::new(&server);
    join(&server, &mut walker, &provider).await;
    let accounts = server.market.store.accounts();
    let mira = accounts.by_email("mira@example.org").await;
    let mira = mira.expect("is read").expect("is there");
    let passkey = StoredPasskey {
        id: Uuid::from_u128(1),
        account: mira,
        name: "Laptop".to_owned(),
        credential: vec![1],
        key: "{}".to_owned(),
        created_at: 0,
        used_at: None,
    };
    let kept = accounts.insert_passkey(&passkey, 20).await;
    assert!(kept.expect("is written"));

    let there = anew(&server, &mut walker, &provider, LINKED, |_| {}).await;
    assert_eq!(there.location, LINKED);
    let page = walker.get(LINKED).await;
    let id = page.between("name=\"unlink\" value=\"", "\"").remove(0);
    let unlinked = walker.fill(LINKED, &[("unlink", &id)]).await;
    assert_eq!(unlinked.location, "/account?done=unlinked");

    // Now it is the only one, and what was shown at the provider is still good.
    let id = passkey.id.to_string();
    let sure = [("act", "remove"), ("id", id.as_str()), ("sure", "yes")];
    let kept = walker.fill("/account/passkeys", &sure).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);
    assert!(kept.body.contains("only way to sign in"), "{}", kept.body);
    let left = accounts.passkeys(mira).await.expect("is read");
    assert_eq!(left.len(), 1);

    let set = server
        .market
        .oauth
        .set_password("mira@example.org", PASSWORD);
    set.await.expect("is set");
    let mut walker = Walker::new(&server);
    let fields = [("email", "mira@example.org"), ("password", PASSWORD)];
    walker.fill("/login", &fields).await;
    let mut all = sure.to_vec();
    all.push(("password", PASSWORD));
    let gone = walker.fill("/account/passkeys", &all).await;
    assert_eq!(gone.location, "/account/passkeys?done=removed");
}
