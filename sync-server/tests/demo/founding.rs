//! A market is founded once, and entered without a browser.

use crate::town::{SIZE, Town, config, ticking};
use axum::body::Body;
use axum::http::{Request as HttpRequest, StatusCode, header};
use guildhall_server::demo::cast::FREELANCER;
use guildhall_server::demo::{self, FoundError, Ground, HandOverError};
use guildhall_server::oauth::Roles;
use guildhall_server::state::Market;
use std::sync::Arc;
use tower::ServiceExt as _;

#[tokio::test]
async fn a_market_is_founded_once_and_never_on_top_of_another() {
    let town = Town::founded().await;
    let desk = demo::sign_in_desk(&town.market.store, config(), &town.clock).expect("is set up");
    let store = &town.market.store;

    assert_eq!(
        demo::ground(store, &desk).await.expect("can be read"),
        Ground::Demo
    );
    let again = demo::found(store, &desk, SIZE, (town.clock)(), |_| ()).await;
    assert!(matches!(again, Err(FoundError::NotEmpty)), "{again:?}");
    assert!(store.has_admin().await.expect("can be read"));
    assert!(town.file.exists());

    let folder = tempfile::tempdir().expect("a folder");
    let clock = ticking();
    let other = Market::open(
        &folder.path().join("guildhall.db"),
        config(),
        Arc::clone(&clock),
    )
    .await
    .expect("opens");
    let empty = demo::ground(&other.store, &other.oauth)
        .await
        .expect("can be read");
    assert_eq!(empty, Ground::Empty);
    other
        .oauth
        .create_account("ada@example.org", "three quiet words", "Ada", Roles::BOTH)
        .await
        .expect("is made");
    let taken = demo::ground(&other.store, &other.oauth)
        .await
        .expect("can be read");
    assert_eq!(taken, Ground::Taken);
}

#[tokio::test]
async fn only_the_cast_has_a_password() {
    let town = Town::founded().await;
    let (without, _) = town
        .market
        .oauth
        .accounts_without_password()
        .await
        .expect("can be read");

    let people = town
        .market
        .store
        .counts()
        .await
        .expect("can be read")
        .people;
    assert_eq!(
        without.len() + demo::cast::CAST.len(),
        usize::try_from(people).expect("is small")
    );
    for member in demo::cast::CAST {
        assert!(!without.contains(&member.account().0), "{}", member.email);
        let found = town
            .market
            .oauth
            .account_by_email(member.email)
            .await
            .expect("can be read");
        assert_eq!(found, Some(member.account().0), "{}", member.email);
    }
}

async fn token(
    market: &Arc<Market>,
    code: &str,
    verifier: &str,
) -> (StatusCode, serde_json::Value) {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("client_id", "guildhall-desktop")
        .append_pair("redirect_uri", demo::REDIRECT)
        .append_pair("code", code)
        .append_pair("code_verifier", verifier)
        .finish();
    let asked = HttpRequest::post("/oauth/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .expect("is a request");
    let answer = guildhall_server::router(market)
        .oneshot(asked)
        .await
        .expect("answers");
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20)
        .await
        .expect("is read");
    (status, serde_json::from_slice(&body).expect("is JSON"))
}

#[tokio::test]
async fn a_hand_over_signs_in_once_and_only_with_its_verifier() {
    let town = Town::founded().await;
    let desk = demo::sign_in_desk(&town.market.store, config(), &town.clock).expect("is set up");
    let line = demo::hand_over(&desk, FREELANCER.email)
        .await
        .expect("is made");
    let (code, verifier) = line.split_once(':').expect("two parts");
    assert_eq!(
        demo::REDIRECT,
        guildhall_desktop::sign_in::HAND_OVER_REDIRECT
    );

    let (status, _) = token(&town.market, code, &"w".repeat(43)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let line = demo::hand_over(&desk, FREELANCER.email)
        .await
        .expect("is made");
    let (other, secret) = line.split_once(':').expect("two parts");
    assert_ne!((code, verifier), (other, secret));
    let (status, tokens) = token(&town.market, other, secret).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    assert!(
        tokens["access_token"]
            .as_str()
            .is_some_and(|token| token.starts_with("gdha_"))
    );
    let (status, _) = token(&town.market, other, secret).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    let nobody = demo::hand_over(&desk, "nobody@example.org").await;
    assert!(
        matches!(nobody, Err(HandOverError::Unknown(_))),
        "{nobody:?}"
    );
}
