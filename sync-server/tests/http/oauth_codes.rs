//! Guessing codes of the second factor: few tries, counted for the account from wherever they come.

use std::net::SocketAddr;

use axum::http::StatusCode;
use guildhall_server::limit::Limits;
use guildhall_server::mail::MailConfig;

use crate::oauth_support::{Answer, Browser, EMAIL, Market, PASSWORD};

async fn guess(browser: &mut Browser, csrf: &str, code: &str) -> Answer {
    let fields = [("csrf", csrf), ("code", code)];
    browser.post("/login/code", &fields).await
}

/// Types the password, and answers with the proof for the form that asks for the code.
async fn half(browser: &mut Browser) -> String {
    let csrf = browser.get("/login").await.hidden("csrf");
    let fields = [
        ("csrf", csrf.as_str()),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    let sent = browser.post("/login", &fields).await;
    assert_eq!(sent.location(), "/login/code", "{}", sent.body);
    browser.get("/login/code").await.hidden("csrf")
}

#[tokio::test]
async fn whoever_guesses_codes_has_to_wait_wherever_they_are() {
    let market = Market::start_by(Limits::default(), MailConfig::default()).await;
    let mira = market.register_mira().await;
    // Asked for, with a secret that nobody here knows.
    sqlx::query("insert into second_factor (account, secret, confirmed_at) values ($1, $2, 1)")
        .bind(mira.to_string())
        .bind(vec![7_u8; 20])
        .execute(&market.pool)
        .await
        .expect("is written");
    let mut browser = market.browser();
    let csrf = half(&mut browser).await;

    let mut statuses = Vec::new();
    for guessed in 0..7 {
        let code = format!("{guessed:06}");
        statuses.push(guess(&mut browser, &csrf, &code).await.status);
    }
    let (tried, stopped) = statuses.split_at(5);
    assert!(
        tried
            .iter()
            .all(|status| *status == StatusCode::UNPROCESSABLE_ENTITY),
        "{statuses:?}"
    );
    assert!(
        stopped
            .iter()
            .all(|status| *status == StatusCode::TOO_MANY_REQUESTS),
        "{statuses:?}"
    );
    let mut elsewhere = market.browser();
    elsewhere.peer = SocketAddr::from(([192, 0, 2, 7], 50_000));
    let csrf = half(&mut elsewhere).await;
    let stopped = guess(&mut elsewhere, &csrf, "000000").await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!stopped.header("retry-after").is_empty());

    // Who guesses on when the rate allows it is locked out for longer and longer.
    market.wait(100_000);
    let mut again = Vec::new();
    for guessed in 10..15 {
        let code = format!("{guessed:06}");
        again.push(guess(&mut elsewhere, &csrf, &code).await.status);
    }
    let let_in = again
        .iter()
        .filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(let_in.count(), 1, "{again:?}");
}
