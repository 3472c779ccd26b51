//! Letters: an address confirmed, a password recovered, and what an operator without a mail server sees.

use std::path::Path;

use axum::http::StatusCode;
use guildhall_oauth::TokenKind;
use guildhall_server::limit::Limits;
use guildhall_server::mail::{MailConfig, unsent_in};
use tempfile::TempDir;

use crate::oauth_support::{Answer, Browser, EMAIL, Market, PASSWORD, foreign, pair};

const NEW: &str = "vier neue leise Worte";

/// A market whose letters lie in a folder.
async fn market(limits: Limits) -> (Market, TempDir) {
    let folder = TempDir::new().expect("a folder can be made");
    let mail = MailConfig {
        folder: Some(folder.path().join("outbox")),
        smtp: None,
        contact: Some("Ada at the front desk".to_owned()),
    };
    let market = Market::start_by(limits, mail).await;
    market.register_mira().await;
    (market, folder)
}

/// The links that wait in the folder, with the subjects of their letters.
fn links(folder: &Path) -> Vec<(String, String)> {
    let unsent = unsent_in(&folder.join("outbox"), 0).expect("is read");
    unsent
        .into_iter()
        .map(|letter| {
            assert_eq!(letter.to, EMAIL);
            let link = letter.link.expect("has a link");
            let (_, path) = link.split_once(":4810").expect("is ours");
            (letter.subject, path.to_owned())
        })
        .collect()
}

async fn ask(browser: &mut Browser, email: &str) -> Answer {
    let csrf = browser.get("/recover").await.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("email", email)];
    browser.post("/recover", &fields).await
}

/// Asks for a link to recover and returns where it leads.
async fn link(market: &Market, folder: &Path) -> String {
    ask(&mut market.browser(), EMAIL).await;
    market.oauth.settle_mail().await;
    let [(subject, path)] = links(folder).try_into().expect("is one");
    assert_eq!(subject, "Set a new password");
    path
}

async fn set(browser: &mut Browser, path: &str, password: &str) -> Answer {
    let page = browser.get(path).await;
    if page.status != StatusCode::OK {
        return page;
    }
    let (csrf, token) = (page.hidden("csrf"), page.hidden("token"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("token", &token),
        ("password", password),
    ];
    browser.post("/recover/set", &fields).await
}

#[tokio::test]
async fn a_link_sets_a_new_password_once_and_ends_all_sign_ins() {
    let (market, folder) = market(Limits::OFF).await;
    let (access, _) = market.desktop().sign_in().await;
    let path = link(&market, folder.path()).await;
    let mut browser = market.browser();

    let weak = set(&mut browser, &path, "short").await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(market.oauth.authenticate(&access).await.is_ok());
    let done = set(&mut browser, &path, NEW).await;

    assert!(
        done.body.contains("Your new password is set"),
        "{}",
        done.body
    );
    assert!(market.oauth.authenticate(&access).await.is_err());
    let query = market.desktop().query();
    let old = market.browser().log_in(&query, EMAIL, PASSWORD).await;
    let new = market.browser().log_in(&query, EMAIL, NEW).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(new.told("code").is_some());
    let again = set(&mut market.browser(), &path, "noch ein anderes").await;
    assert_eq!(again.status, StatusCode::GONE);
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("select hash from account_link")
        .fetch_all(&market.pool)
        .await
        .expect("is read");
    assert!(stored.iter().all(|hash| hash.len() == 32), "only hashes");
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let (market, folder) = market(Limits::OFF).await;

    let known = ask(&mut market.browser(), EMAIL).await;
    let unknown = ask(&mut market.browser(), "nobody@example.org").await;
    market.oauth.settle_mail().await;

    assert_eq!(known.status, StatusCode::OK);
    assert_eq!(known.body, unknown.body);
    assert!(
        known.body.contains("ask Ada at the front desk"),
        "{}",
        known.body
    );
    assert_eq!(links(folder.path()).len(), 1);
    let none = ask(&mut market.browser(), "").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn links_are_limited_for_an_address_whether_somebody_has_it_or_not() {
    for email in [EMAIL, "nobody@example.org"] {
        let (market, _folder) = market(Limits::default()).await;
        let first = ask(&mut market.browser(), email).await;
        let second = ask(&mut market.browser(), email).await;
        assert_eq!(first.status, StatusCode::OK, "{email}");
        assert_eq!(second.status, StatusCode::TOO_MANY_REQUESTS, "{email}");
        assert!(!second.header("retry-after").is_empty());
        let others = ["a@example.org", "b@example.org"];
        let mut last = StatusCode::OK;
        for other in others {
            last = ask(&mut market.browser(), other).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "one network");
    }
}

#[tokio::test]
async fn a_link_that_ran_out_was_replaced_or_is_nonsense_does_nothing() {
    let (market, folder) = market(Limits::OFF).await;
    let first = link(&market, folder.path()).await;
    ask(&mut market.browser(), EMAIL).await;
    market.oauth.settle_mail().await;
    let second = links(folder.path())
        .into_iter()
        .map(|(_, path)| path)
        .find(|path| *path != first)
        .expect("is another");
    let doubled = format!("{second}&token={}", foreign(TokenKind::Link));
    let overlong = format!("/recover/set?token={}", "x".repeat(5_000));
    let foreign_kind = format!("/recover/set?token={}", foreign(TokenKind::Browser));
    let unknown = format!("/recover/set?token={}", foreign(TokenKind::Link));
    let as_verify = second.replace("/recover/set", "/verify");

    for path in [
        first.as_str(),
        &doubled,
        &overlong,
        &foreign_kind,
        &unknown,
        &as_verify,
        "/recover/set",
        "/verify",
    ] {
        let answer = market.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::GONE, "{path}");
        assert!(!answer.body.contains("xxxx"));
    }
    assert_eq!(market.browser().get(&second).await.status, StatusCode::OK);
    market.wait(30 * 60_000);
    assert_eq!(market.browser().get(&second).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn another_site_cannot_use_a_link() {
    let (market, folder) = market(Limits::OFF).await;
    let path = link(&market, folder.path()).await;
    let (_, token) = path.split_once('=').expect("has a token");
    let forged = [("csrf", "0"), ("token", token), ("password", NEW)];

    let refused = market.browser().post("/recover/set", &forged).await;

    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(market.browser().get(&path).await.status, StatusCode::OK);
}

/// Signs Mira in on the page that a path leads to.
async fn signed_in(market: &Market, page: &str) -> Browser {
    let mut browser = market.browser();
    let login = browser.get(page).await.location().to_owned();
    let shown = browser.get(&login).await;
    let (csrf, request) = (shown.hidden("csrf"), shown.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    browser.post("/login", &fields).await;
    browser
}

#[tokio::test]
async fn an_address_is_confirmed_by_a_button_behind_its_link() {
    let (market, folder) = market(Limits::OFF).await;
    let mut browser = signed_in(&market, "/account").await;
    let before = browser.get("/account").await;
    assert!(
        before
            .body
            .contains("not confirmed yet. This server sends no mail")
    );
    let csrf = before.hidden("csrf");
    let asked = browser.post("/account/verify", &[("csrf", &csrf)]).await;
    assert_eq!(asked.location(), "/account?done=link");
    market.oauth.settle_mail().await;
    let [(subject, path)] = links(folder.path()).try_into().expect("is one");
    assert_eq!(subject, "Confirm your e-mail address");

    // A program that looks through mail opens the link, and nothing is confirmed by that.
    let mut stranger = market.browser();
    let page = stranger.get(&path).await;
    assert!(
        browser
            .get("/account")
            .await
            .body
            .contains("not confirmed yet")
    );
    let (csrf, token) = (page.hidden("csrf"), page.hidden("token"));
    let fields = [("csrf", csrf.as_str()), ("token", &token)];
    let confirmed = stranger.post("/verify", &fields).await;
    let again = stranger.post("/verify", &fields).await;

    assert!(
        confirmed.body.contains("is confirmed"),
        "{}",
        confirmed.body
    );
    assert_eq!(again.status, StatusCode::GONE);
    assert!(
        browser
            .get("/account")
            .await
            .body
            .contains("mira@example.org, confirmed")
    );
}

#[tokio::test]
async fn another_password_and_a_key_shown_twice_are_told_to_the_owner() {
    let (market, folder) = market(Limits::OFF).await;
    let told = async || {
        market.oauth.settle_mail().await;
        let told = links(folder.path());
        told.into_iter().map(|(about, _)| about).collect::<Vec<_>>()
    };
    let mut desktop = market.desktop();
    let (_, first) = desktop.sign_in().await;
    let (_, second) = pair(&desktop.refresh(&first).await);
    pair(&desktop.refresh(&second).await);
    assert_eq!(told().await, Vec::<String>::new(), "nothing has happened");

    let replayed = desktop.refresh(&first).await;
    assert_eq!(replayed.refusal(), "400 invalid_grant");
    assert_eq!(told().await, ["One of your sign-ins was ended"]);

    let mut browser = signed_in(&market, "/account").await;
    let csrf = browser.get("/account/password").await.hidden("csrf");
    let fields = [
        ("csrf", csrf.as_str()),
        ("current", PASSWORD),
        ("password", NEW),
    ];
    let changed = browser.post("/account/password", &fields).await;
    assert_eq!(changed.location(), "/account?done=password");
    assert!(
        told()
            .await
            .contains(&"Your password was changed".to_owned())
    );
}

#[tokio::test]
async fn unsent_mail_is_shown_to_an_admin_who_has_just_signed_in() {
    let (market, folder) = market(Limits::OFF).await;
    let path = link(&market, folder.path()).await;
    let mira = market.oauth.account_by_email(EMAIL).await.expect("is read");
    let mira = mira.expect("is there");
    let mut browser = signed_in(&market, "/admin/mail").await;

    let hidden = browser.get("/admin/mail").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert!(!hidden.body.contains("gdhl_"));
    market.people.change(mira, |person| person.admin = true);
    let shown = browser.get("/admin/mail").await;
    assert!(shown.body.contains(&path), "{}", shown.body);
    assert!(shown.body.contains(EMAIL));

    market.wait(11 * 60_000);
    assert!(
        browser
            .get("/admin/mail")
            .await
            .location()
            .starts_with("/login?")
    );
    let nobody = market.browser().get("/admin/mail").await;
    assert!(nobody.location().starts_with("/login?"));
}
