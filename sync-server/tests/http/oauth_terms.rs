//! What people agree to: shown, dated, and asked again when it has changed.

use axum::http::StatusCode;
use guildhall_server::texts::Texts;
use uuid::Uuid;

use crate::oauth_support::{Answer, Browser, EMAIL, Market, PASSWORD};

/// What is kept of an account's agreement.
async fn agreed(market: &Market, account: Uuid) -> (String, i64) {
    sqlx::query_as("select terms_version, terms_at from account where id = $1")
        .bind(account.to_string())
        .fetch_one(&market.pool)
        .await
        .expect("is read")
}

fn changed() -> Texts {
    Texts::new("# New rules\n\nBe <b>kind</b>.", "Nothing is kept.")
}

async fn agrees(browser: &mut Browser, page: &Answer, agreed: &str) -> Answer {
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("agreed", agreed),
    ];
    browser.post("/terms", &fields).await
}

fn is_asked(answer: &Answer) {
    let asks = answer.body.contains("<h1>The terms have changed</h1>");
    assert!(asks, "{} {}", answer.status, answer.body);
}

#[tokio::test]
async fn both_texts_are_read_without_an_account_and_stay_text() {
    let market = Market::start().await;
    let register = market.browser().get("/register").await;
    for (path, title) in [
        ("/terms", "<h1>Terms</h1>"),
        ("/privacy", "<h1>Privacy</h1>"),
    ] {
        assert!(register.body.contains(&format!("href=\"{path}\"")));
        let shown = market.browser().get(path).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.body.contains(title), "{}", shown.body);
    }
    let other = market.with_texts(changed());
    let shown = other.browser().get("/terms").await;
    assert!(shown.body.contains("<h1>New rules</h1>"), "{}", shown.body);
    assert!(shown.body.contains("Be &lt;b&gt;kind&lt;/b&gt;."));
}

#[tokio::test]
async fn a_changed_text_is_agreed_to_anew_before_anything_else() {
    let (market, mira) = Market::start_with_mira().await;
    let (version, at) = agreed(&market, mira).await;
    assert_eq!(version, Texts::default().version());
    let query = market.desktop().query();
    let mut before = market.browser();
    assert!(
        before
            .log_in(&query, EMAIL, PASSWORD)
            .await
            .told("code")
            .is_some()
    );
    let (access, _) = market.desktop().sign_in().await;
    market.wait(60_000);
    let market = market.with_texts(changed());

    // Who is signed in on a desktop goes on; the browser asks, whichever way one comes.
    assert!(market.oauth.authenticate(&access).await.is_ok());
    let mut browser = market.browser();
    let asked = browser.log_in(&query, EMAIL, PASSWORD).await;
    is_asked(&asked);
    let mut back = market.browser_of(before.cookie);
    let address = format!("/oauth/authorize?{query}");
    let returned = back.get(&address).await;
    is_asked(&returned);
    let (csrf, request) = (returned.hidden("csrf"), returned.hidden("request"));
    let forced = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("act", "continue"),
    ];
    is_asked(&back.post("/oauth/authorize", &forced).await);

    let unticked = agrees(&mut browser, &asked, "").await;
    is_asked(&unticked);
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unticked.body.contains("Tick the box if you agree."));
    let foreign = browser
        .post("/terms", &[("csrf", "0"), ("agreed", "yes")])
        .await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let nobody = agrees(&mut market.browser(), &asked, "yes").await;
    assert!(nobody.location().starts_with("/login?"), "{nobody:?}");
    assert_eq!(agreed(&market, mira).await, (version, at));

    let on = agrees(&mut browser, &asked, "yes").await;
    assert!(on.location().starts_with("/oauth/authorize?"));
    assert!(
        browser
            .get(on.location())
            .await
            .body
            .contains("Continue to")
    );
    let anew = (changed().version(), at + 60_000);
    assert_eq!(agreed(&market, mira).await, anew);
    // Pressed twice, the first time counts.
    market.wait(60_000);
    agrees(&mut browser, &asked, "yes").await;
    assert_eq!(agreed(&market, mira).await, anew);
    let again = market.browser().log_in(&query, EMAIL, PASSWORD).await;
    assert!(again.told("code").is_some());
}

#[tokio::test]
async fn without_a_desktop_that_waits_it_goes_on_to_the_page_that_was_asked_for() {
    let (market, _) = Market::start_with_mira().await;
    let market = market.with_texts(changed());
    let mut browser = market.browser();
    let login = browser.get("/account/password").await.location().to_owned();
    let page = browser.get(&login).await;
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    let asked = browser.post("/login", &fields).await;
    is_asked(&asked);
    let on = agrees(&mut browser, &asked, "yes").await;
    assert_eq!(on.location(), "/account/password");
}
