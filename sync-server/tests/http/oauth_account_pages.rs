//! The pages of one's own account: how they are reached, another password, and what a list of sign-ins says of a device.

use axum::http::StatusCode;

use guildhall_server::limit::Limits;

use crate::oauth_support::{Browser, EMAIL, Market, PASSWORD, REDIRECT};

const NEW: &str = "vier neue leise Worte";

/// Signs Mira in on the page that a path leads to, and answers with where she ends up.
async fn sign_in(browser: &mut Browser, path: &str) -> String {
    let login = browser.get(path).await.location().to_owned();
    let page = browser.get(&login).await;
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    browser.post("/login", &fields).await.location().to_owned()
}

async fn change(browser: &mut Browser, current: &str, new: &str) -> crate::oauth_support::Answer {
    let csrf = browser.get("/account/password").await.hidden("csrf");
    let fields = [
        ("csrf", csrf.as_str()),
        ("current", current),
        ("password", new),
    ];
    browser.post("/account/password", &fields).await
}

#[tokio::test]
async fn a_page_of_the_account_is_reached_through_the_login_page() {
    let (market, _) = Market::start_with_mira().await;

    for page in ["/account", "/account/password"] {
        assert_eq!(sign_in(&mut market.browser(), page).await, page);
    }
    let mut browser = market.browser();
    assert_eq!(sign_in(&mut browser, "/account").await, "/account");
    let shown = browser.get("/account").await;
    assert!(shown.body.contains("Mira K"), "{}", shown.body);
    let known = browser.get("/.well-known/change-password").await;
    assert_eq!(known.location(), "/account/password");
}

#[tokio::test]
async fn no_link_leads_a_sign_in_anywhere_but_to_our_own_pages() {
    let (market, _) = Market::start_with_mira().await;

    for page in [
        "https://evil.example/",
        "//evil.example",
        "/oauth/token",
        "javascript:alert(1)",
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("page", page)
            .finish();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("request", &query)
            .finish();
        let mut browser = market.browser();
        let shown = browser.get(&format!("/login?{query}")).await;
        let (csrf, request) = (shown.hidden("csrf"), shown.hidden("request"));
        let fields = [
            ("csrf", csrf.as_str()),
            ("request", &request),
            ("email", EMAIL),
            ("password", PASSWORD),
        ];
        assert_eq!(browser.post("/login", &fields).await.location(), "/account");
    }
}

#[tokio::test]
async fn another_password_needs_the_one_that_holds_and_ends_every_other_sign_in() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let (access, _) = desktop.sign_in().await;
    let mut elsewhere = market.browser();
    sign_in(&mut elsewhere, "/account").await;
    let mut browser = market.browser();
    sign_in(&mut browser, "/account/password").await;

    let wrong = change(&mut browser, "not this one", NEW).await;
    let weak = change(&mut browser, PASSWORD, "short").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("This is not your password."));
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(market.oauth.authenticate(&access).await.is_ok());

    let changed = change(&mut browser, PASSWORD, NEW).await;

    assert_eq!(changed.location(), "/account?done=password");
    assert!(
        browser
            .get(changed.location())
            .await
            .body
            .contains("Your password is changed.")
    );
    assert!(market.oauth.authenticate(&access).await.is_err());
    assert!(
        elsewhere
            .get("/account")
            .await
            .location()
            .starts_with("/login")
    );
    let query = desktop.query();
    let old = market.browser().log_in(&query, EMAIL, PASSWORD).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = market.browser().log_in(&query, EMAIL, NEW).await;
    assert!(new.location().starts_with(REDIRECT));
}

#[tokio::test]
async fn another_site_cannot_change_a_password_and_guessing_it_is_slowed_down() {
    let market = Market::start_with(Limits::default()).await;
    market.register_mira().await;
    let mut browser = market.browser();
    sign_in(&mut browser, "/account/password").await;

    let forged = [("csrf", "0"), ("current", PASSWORD), ("password", NEW)];
    let forged = browser.post("/account/password", &forged).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let mut last = StatusCode::OK;
    for _ in 0..8 {
        last = change(&mut browser, "not this one", NEW).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let nobody = market.browser().get("/account/password").await;
    assert!(nobody.location().starts_with("/login"));
}

#[tokio::test]
async fn a_list_of_sign_ins_says_which_computer_and_roughly_where() {
    let (market, mira) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    desktop.browser.peer = "203.0.113.77:4000".parse().expect("is an address");
    let code = desktop.code().await;
    let verifier = desktop.verifier();
    let long = "x".repeat(400);
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "guildhall-desktop"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", &verifier),
        ("device_name", "Mira\u{202e}\u{7}s desk"),
        ("device_system", &long),
    ];
    let (_, refresh) =
        crate::oauth_support::pair(&desktop.browser.post("/oauth/token", &fields).await);
    market.wait(3_600_000);
    desktop.browser.peer = "[2001:db8:1:2::7]:4000".parse().expect("is an address");
    desktop.refresh(&refresh).await;

    let stored: Vec<(String, String, String, String, i64)> = sqlx::query_as(
        "select device_name, device_system, began_network, seen_network, seen_at - created_at from token_family where account = $1",
    )
    .bind(mira.to_string())
    .fetch_all(&market.pool)
    .await
    .expect("is read");

    let [(name, system, began, seen, later)] = stored.try_into().expect("is one");
    assert_eq!(name, "Mira  s desk");
    assert_eq!(system.len(), 60);
    assert_eq!(
        (began.as_str(), seen.as_str()),
        ("203.0.113.x", "2001:db8:1::/48")
    );
    assert_eq!(later, 3_600_000);
}
