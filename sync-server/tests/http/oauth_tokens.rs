//! What becomes of tokens: renewed, lost on the way, stolen, revoked, expired.

use axum::http::{StatusCode, header};
use guildhall_oauth::TokenKind;
use guildhall_server::limit::Limits;
use guildhall_server::oauth::Scope;

use crate::oauth_support::{Market, foreign, pair};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

#[tokio::test]
async fn tokens_are_renewed_and_each_refresh_token_is_good_once() {
    let (market, mira) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let (first_access, mut refresh) = desktop.sign_in().await;
    assert!(market.oauth.authenticate(&first_access).await.is_ok());

    for _ in 0..5 {
        market.wait(10 * MINUTE);
        let (access, next) = pair(&desktop.refresh(&refresh).await);
        let caller = market.oauth.authenticate(&access).await.expect("is known");
        assert_eq!(caller.account, mira);
        assert_ne!(next, refresh);
        refresh = next;
    }

    assert!(
        market.oauth.authenticate(&first_access).await.is_err(),
        "it has expired"
    );
}

#[tokio::test]
async fn a_lost_reply_is_made_good() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let (_, refresh) = desktop.sign_in().await;
    let (lost_access, _) = pair(&desktop.refresh(&refresh).await);

    let again = desktop.refresh(&refresh).await;

    assert_eq!(again.status, StatusCode::OK);
    let (access, next) = pair(&again);
    assert!(market.oauth.authenticate(&access).await.is_ok());
    assert!(
        market.oauth.authenticate(&lost_access).await.is_err(),
        "the lost pair is dead"
    );
    assert_eq!(desktop.refresh(&next).await.status, StatusCode::OK);
}

#[tokio::test]
async fn replies_that_are_lost_too_quickly_have_to_wait() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let (_, refresh) = desktop.sign_in().await;
    for _ in 0..6 {
        assert_eq!(desktop.refresh(&refresh).await.status, StatusCode::OK);
    }

    let seventh = desktop.refresh(&refresh).await;
    market.wait(MINUTE);
    let later = desktop.refresh(&refresh).await;

    assert_eq!(seventh.refusal(), "429 temporarily_unavailable");
    assert_eq!(seventh.header(header::RETRY_AFTER), "60");
    assert_eq!(later.status, StatusCode::OK);
}

#[tokio::test]
async fn a_replayed_token_ends_the_sign_in_once_its_successor_was_used() {
    for use_by_call in [true, false] {
        let (market, _) = Market::start_with_mira().await;
        let mut desktop = market.desktop();
        let (_, stolen) = desktop.sign_in().await;
        let (access, next) = pair(&desktop.refresh(&stolen).await);
        let newest = if use_by_call {
            assert!(market.oauth.authenticate(&access).await.is_ok());
            next
        } else {
            pair(&desktop.refresh(&next).await).1
        };

        let replay = desktop.refresh(&stolen).await;

        assert_eq!(replay.refusal(), "400 invalid_grant");
        assert!(market.oauth.authenticate(&access).await.is_err());
        assert_eq!(
            desktop.refresh(&newest).await.refusal(),
            "400 invalid_grant"
        );
    }
}

#[tokio::test]
async fn a_thief_who_comes_first_is_found_when_the_desktop_comes() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let (_, refresh) = desktop.sign_in().await;
    let (stolen_access, stolen_next) = pair(&market.desktop().refresh(&refresh).await);
    assert!(market.oauth.authenticate(&stolen_access).await.is_ok());

    let honest = desktop.refresh(&refresh).await;

    assert_eq!(honest.refusal(), "400 invalid_grant");
    assert!(market.oauth.authenticate(&stolen_access).await.is_err());
    assert_eq!(
        desktop.refresh(&stolen_next).await.refusal(),
        "400 invalid_grant"
    );
}

#[tokio::test]
async fn one_sign_in_that_ends_leaves_the_other_desktops_alone() {
    let (market, _) = Market::start_with_mira().await;
    let (mut home, mut work) = (market.desktop(), market.desktop());
    let (_, refresh) = home.sign_in().await;
    let (other_access, other_refresh) = work.sign_in().await;

    home.revoke(&refresh).await;

    assert!(market.oauth.authenticate(&other_access).await.is_ok());
    assert_eq!(work.refresh(&other_refresh).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_sign_in_ends_when_it_is_not_used_and_when_it_is_old() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let (_, idle) = desktop.sign_in().await;
    let (_, mut used) = desktop.sign_in().await;

    for _ in 0..5 {
        market.wait(30 * DAY);
        used = pair(&desktop.refresh(&used).await).1;
    }

    assert_eq!(
        desktop.refresh(&idle).await.refusal(),
        "400 invalid_grant",
        "60 days idle"
    );
    market.wait(30 * DAY);
    assert_eq!(
        desktop.refresh(&used).await.refusal(),
        "400 invalid_grant",
        "180 days old"
    );
}

#[tokio::test]
async fn either_token_signs_out() {
    for by_access in [true, false] {
        let (market, _) = Market::start_with_mira().await;
        let mut desktop = market.desktop();
        let (access, refresh) = desktop.sign_in().await;
        assert!(market.oauth.authenticate(&access).await.is_ok());

        let answer = desktop
            .revoke(if by_access { &access } else { &refresh })
            .await;

        assert_eq!(answer.status, StatusCode::OK);
        assert!(market.oauth.authenticate(&access).await.is_err());
        assert_eq!(
            desktop.refresh(&refresh).await.refusal(),
            "400 invalid_grant"
        );
    }
}

#[tokio::test]
async fn revoking_what_is_no_token_is_no_error() {
    let market = Market::start().await;
    let mut desktop = market.desktop();

    for token in [
        "rubbish",
        &foreign(TokenKind::Refresh),
        &foreign(TokenKind::Code),
    ] {
        assert_eq!(
            desktop.revoke(token).await.status,
            StatusCode::OK,
            "{token}"
        );
    }
    assert_eq!(desktop.revoke("").await.refusal(), "400 invalid_request");
}

#[tokio::test]
async fn only_a_good_access_token_opens_the_api() {
    let (market, _) = Market::start_with_mira().await;
    let (access, refresh) = market.desktop().sign_in().await;

    for bearer in [
        "",
        "rubbish",
        &refresh,
        &foreign(TokenKind::Access),
        &access[..54],
    ] {
        let problem = market
            .oauth
            .authenticate(bearer)
            .await
            .expect_err("is refused");
        assert_eq!(
            (problem.status, problem.code.as_ref()),
            (401, "unauthorized"),
            "{bearer}"
        );
    }
    market.wait(10 * MINUTE);
    assert!(
        market.oauth.authenticate(&access).await.is_err(),
        "it has expired"
    );
}

#[tokio::test]
async fn what_has_expired_is_thrown_away_and_the_rest_is_kept() {
    let (market, mira) = Market::start_with_mira().await;
    let old = market
        .oauth
        .issue_for(mira, Scope::Marketplace)
        .await
        .expect("is issued");
    market.wait(61 * DAY);
    let young = market
        .oauth
        .issue_for(mira, Scope::Marketplace)
        .await
        .expect("is issued");

    market.oauth.purge().await.expect("is purged");

    let left: i64 = sqlx::query_scalar("select count(*) from refresh_token")
        .fetch_one(&market.pool)
        .await
        .expect("is counted");
    assert_eq!(left, 1);
    assert!(market.oauth.authenticate(&young.access_token).await.is_ok());
    assert!(market.oauth.authenticate(&old.access_token).await.is_err());
}

#[tokio::test]
async fn the_token_endpoint_has_a_limit() {
    let market = Market::start_with(Limits::default()).await;
    let mut desktop = market.desktop();
    for _ in 0..60 {
        assert_eq!(desktop.refresh("x").await.refusal(), "400 invalid_grant");
    }

    let limited = desktop.refresh("x").await;

    assert_eq!(limited.refusal(), "429 temporarily_unavailable");
    assert_eq!(limited.header(header::RETRY_AFTER), "1");
    market.wait(1_000);
    assert_eq!(desktop.refresh("x").await.refusal(), "400 invalid_grant");
}
