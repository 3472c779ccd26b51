//! Sign-in as a person sees it: the pages, and what they say when something is wrong.

use axum::http::{Method, StatusCode, header};

use crate::oauth_support::{Answer, EMAIL, Market, PASSWORD, REDIRECT};

#[tokio::test]
async fn who_is_signed_in_still_clicks_once() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let query = desktop.query();
    let mut browser = market.browser();
    browser.log_in(&query, EMAIL, PASSWORD).await;

    let page = browser.get(&format!("/oauth/authorize?{query}")).await;

    assert_eq!((page.status, page.location()), (StatusCode::OK, ""));
    assert!(page.body.contains("Continue as Mira Köhler"));
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [("csrf", csrf.as_str()), ("request", &request)];
    let without_proof = browser
        .post(
            "/oauth/authorize",
            &[("request", request.as_str()), ("act", "continue")],
        )
        .await;
    let cancelled = browser
        .post(
            "/oauth/authorize",
            &[&fields[..], &[("act", "cancel")]].concat(),
        )
        .await;
    let confirmed = browser
        .post(
            "/oauth/authorize",
            &[&fields[..], &[("act", "continue")]].concat(),
        )
        .await;

    assert_eq!(
        (without_proof.status, without_proof.location()),
        (StatusCode::OK, "")
    );
    assert_eq!(cancelled.told("error").as_deref(), Some("access_denied"));
    assert_eq!(cancelled.told("state").as_deref(), Some("a state & more"));
    let code = confirmed.told("code").expect("a code is given");
    assert_eq!(desktop.exchange(&code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_account_can_be_used_instead() {
    let (market, _) = Market::start_with_mira().await;
    let query = market.desktop().query();
    let mut browser = market.browser();
    browser.log_in(&query, EMAIL, PASSWORD).await;
    let page = browser.get(&format!("/oauth/authorize?{query}")).await;
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let before = browser.cookie.clone();

    let left = browser
        .post("/logout", &[("csrf", &csrf), ("request", &request)])
        .await;
    let asked = browser.get(&format!("/oauth/authorize?{query}")).await;

    assert!(
        left.location().starts_with("/login?request="),
        "{}",
        left.location()
    );
    assert!(
        asked.location().starts_with("/login?request="),
        "{}",
        asked.location()
    );
    browser.cookie = before;
    let with_old_cookie = browser.get(&format!("/oauth/authorize?{query}")).await;
    assert!(
        with_old_cookie.location().starts_with("/login?"),
        "the old cookie is dead"
    );
}

#[tokio::test]
async fn a_suspended_person_is_told_so_and_why_but_a_stranger_learns_nothing() {
    let (market, mira) = Market::start_with_mira().await;
    let query = market.desktop().query();
    let mut signed_in = market.browser();
    signed_in.log_in(&query, EMAIL, PASSWORD).await;
    let page = signed_in.get(&format!("/oauth/authorize?{query}")).await;
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    market.people.change(mira, |person| {
        person.suspended = Some("Spam & worse".into());
    });

    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("act", "continue"),
    ];
    let answers = [
        market.browser().log_in(&query, EMAIL, PASSWORD).await,
        signed_in.get(&format!("/oauth/authorize?{query}")).await,
        signed_in.post("/oauth/authorize", &fields).await,
    ];
    let stranger = market
        .browser()
        .log_in(&query, EMAIL, "a wrong password")
        .await;

    for answer in answers {
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::FORBIDDEN, "")
        );
        assert!(answer.body.contains("Your account is suspended"));
        assert!(answer.body.contains("Spam &amp; worse"));
    }
    assert!(!stranger.body.contains("suspended"));
}

#[tokio::test]
async fn the_pages_allow_no_script_and_lead_nowhere_else() {
    let market = Market::start().await;
    let mut browser = market.browser();
    let query = market.desktop().query();
    let asked = browser.get(&format!("/oauth/authorize?{query}")).await;
    assert!(
        asked.location().starts_with("/login?request="),
        "{}",
        asked.location()
    );

    let with_desktop = browser.get(asked.location()).await;
    let without = browser.get("/register").await;

    for page in [&with_desktop, &without] {
        let policy = page.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("script-src"));
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(!page.body.contains("<script") && !page.body.contains(" style="));
        assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
        assert_eq!(page.header(header::REFERRER_POLICY), "no-referrer");
        assert_eq!(page.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    }
    let policy = |page: &Answer| page.header(header::CONTENT_SECURITY_POLICY).to_owned();
    assert!(policy(&with_desktop).ends_with("form-action 'self' http://127.0.0.1:*"));
    assert!(policy(&without).ends_with("form-action 'self'"));
}

#[tokio::test]
async fn the_style_and_the_font_are_cached_for_ever() {
    let market = Market::start().await;
    let mut browser = market.browser();
    let page = browser.get("/login").await;
    let (_, rest) = page
        .body
        .split_once("rel=\"stylesheet\" href=\"")
        .expect("has a style");
    let (path, _) = rest.split_once('"').expect("ends");

    let style = browser.get(path).await;
    let (_, rest) = style.body.split_once("url(\"").expect("has a font");
    let (font_path, _) = rest.split_once('"').expect("ends");
    let font = browser.get(font_path).await;

    assert_eq!(
        style.header(header::CONTENT_TYPE),
        "text/css; charset=utf-8"
    );
    assert_eq!(font.header(header::CONTENT_TYPE), "font/woff2");
    for asset in [style, font] {
        assert_eq!(asset.status, StatusCode::OK);
        assert_eq!(
            asset.header(header::CACHE_CONTROL),
            "public, max-age=31536000, immutable"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_form_gets_a_page_that_says_so() {
    let market = Market::start().await;
    for path in ["/login", "/register", "/logout", "/oauth/authorize"] {
        let json = Some("application/json");
        let wrong = market
            .browser()
            .send(Method::POST, path, json, "{}".into())
            .await;
        let form = Some("application/x-www-form-urlencoded");
        let large = "x".repeat(3 * 1024 * 1024);
        let large = market.browser().send(Method::POST, path, form, large).await;

        assert_eq!(wrong.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(wrong.body.contains("This could not be read"), "{path}");
    }
}

#[tokio::test]
async fn a_market_that_is_away_gets_a_page_and_not_a_crash() {
    use std::sync::atomic::Ordering;
    let (market, _) = Market::start_with_mira().await;
    market.people.is_away.store(true, Ordering::Relaxed);

    let answer = market
        .browser()
        .log_in(&market.desktop().query(), EMAIL, PASSWORD)
        .await;

    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.body.contains("Something went wrong"));
    assert!(!answer.body.contains("away"), "the cause is for the log");
}

#[tokio::test]
async fn who_signs_in_without_a_desktop_sees_that_it_worked() {
    let (market, _) = Market::start_with_mira().await;
    let mut browser = market.browser();
    let page = browser.get("/login").await;
    let csrf = page.hidden("csrf");

    let answer = browser
        .post(
            "/login",
            &[("csrf", &csrf), ("email", EMAIL), ("password", PASSWORD)],
        )
        .await;
    let page = browser.get(answer.location()).await;

    assert_eq!(answer.location(), "/account");
    assert!(page.body.contains("as Mira Köhler"));
    assert!(!answer.location().starts_with(REDIRECT));
}
