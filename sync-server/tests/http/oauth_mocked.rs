//! The lies of a provider that others wrote for lying: `oauth2-mock-server`, which signs with RSA and keeps to no rule it is told to break.

use axum::http::StatusCode;
use tokio::io::AsyncWriteExt as _;

use crate::oauth_forged::{is_refused, newcomers};
use crate::oauth_providers::log;
use crate::oauth_support::{Answer, Browser, Market};
use crate::provider_support::{Foreign, Surfer, market, onward, press, sign_in_there};

/// Has it say this from now on.
async fn says(provider: &mut Foreign, what: &str) {
    let line = format!("{what}\n");
    let input = provider.process.stdin.as_mut().expect("is piped");
    input.write_all(line.as_bytes()).await.expect("is read");
    let heard = provider.output.next_line().await.expect("is text");
    assert_eq!(heard.as_deref(), Some(what));
}

/// Goes there and comes back.
async fn through(browser: &mut Browser) -> Answer {
    let away = press(browser, "", "work").await;
    let back = sign_in_there(&mut Surfer::new(), &onward(&away), "mira").await;
    browser.get(&back).await
}

async fn is_believed(market: &Market) {
    let answer = through(&mut market.browser()).await;
    assert_eq!(answer.location(), "/register/with", "{}", answer.body);
    assert!(log(market).await.is_empty());
}

#[tokio::test]
async fn no_lie_of_a_mocked_provider_is_believed() {
    let mut provider = Foreign::start("mock.mjs", "oauth2-mock-server").await;
    let there = market(provider.providers(true)).await;
    is_believed(&there).await;
    assert_eq!(newcomers(&there).await, 1);

    for (what, why) in [
        ("another audience", "the token is for another client"),
        ("two audiences", "the token is for another client"),
        ("another issuer", "the token names another issuer"),
        ("another nonce", "the token was made for another sign-in"),
        ("no nonce", "the token was made for another sign-in"),
        ("what has run out", "the token is not of this time"),
        ("what is of tomorrow", "the token is not of this time"),
        ("what is of yesterday", "the token is not of this time"),
        ("nobody", "the answer makes no sense"),
        ("an earlier token", "the token was made for another sign-in"),
        ("the access token", "the token is for another client"),
        ("changed claims", "the token is not signed by the provider"),
        (
            "half a signature",
            "the token is not signed by the provider",
        ),
        ("no signature", "the token is not signed by the provider"),
        (
            "the published key as a secret",
            "the token is not signed by the provider",
        ),
        (
            "a stranger's signature",
            "the token is not signed by the provider",
        ),
        (
            "a stranger's key",
            "the token is not signed by the provider",
        ),
        (
            "a key of no name",
            "the token is not signed by the provider",
        ),
        ("no token type", "the answer makes no sense"),
        ("nothing", "the answer makes no sense"),
        (
            "another person's address",
            "the provider spoke of two people",
        ),
    ] {
        says(&mut provider, what).await;
        let market = market(provider.providers(true)).await;

        let answer = through(&mut market.browser()).await;

        is_refused(&market, &answer, why).await;
    }
}

#[tokio::test]
async fn a_provider_that_fails_is_no_liar() {
    let mut provider = Foreign::start("mock.mjs", "oauth2-mock-server").await;
    let market = market(provider.providers(true)).await;

    says(&mut provider, "that it fails").await;
    let answer = through(&mut market.browser()).await;

    assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{}", answer.body);
    assert!(answer.body.contains("Try again"), "{}", answer.body);
    assert!(log(&market).await.is_empty());
    assert_eq!(newcomers(&market).await, 0);

    // Without its word on the address there is none yet.
    says(&mut provider, "that it knows no more").await;
    is_believed(&market).await;
    // What it publishes was asked for before there was this key.
    for _ in 0..2 {
        says(&mut provider, "the truth, with a new key").await;
        is_believed(&market).await;
    }
}
