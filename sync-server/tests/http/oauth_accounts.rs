//! Accounts: made, cut short, given passwords, and what of them lies in the database.

use axum::http::StatusCode;
use guildhall_oauth::TokenHash;
use guildhall_server::oauth::{AccountError, Roles, Scope};

use crate::oauth_support::{EMAIL, Market, PASSWORD, pair};

#[tokio::test]
async fn no_secret_lies_in_the_database() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let code = desktop.code().await;
    let (access, refresh) = pair(&desktop.exchange(&code).await);
    let cookie = desktop.browser.cookie.clone().expect("has a cookie");
    let (_, session) = cookie.split_once('=').expect("is a pair");

    let mut stored: Vec<Vec<u8>> = Vec::new();
    for (table, columns) in [
        ("account", "email || coalesce(password_hash, '') || name"),
        ("browser_session", "hash"),
        ("authorization_code", "hash || redirect_uri || challenge"),
        ("refresh_token", "hash || coalesce(successor, '')"),
        ("access_token", "hash"),
    ] {
        let all = format!("select cast({columns} as blob) from {table}");
        let all = sqlx::query_scalar(sqlx::AssertSqlSafe(all))
            .fetch_all(&market.pool)
            .await;
        let mut all: Vec<Vec<u8>> = all.expect("is read");
        assert!(!all.is_empty(), "{table} is empty");
        stored.append(&mut all);
    }

    for secret in [access.as_str(), &refresh, &code, session, PASSWORD] {
        let holds = |row: &Vec<u8>| {
            row.windows(secret.len())
                .any(|part| part == secret.as_bytes())
        };
        assert!(!stored.iter().any(holds), "{secret}");
    }
    let hash = guildhall_oauth::Token::parse(&access)
        .expect("is a token")
        .hash();
    assert!(
        stored
            .iter()
            .any(|row| TokenHash::from_stored(row) == Some(hash))
    );
}

#[tokio::test]
async fn a_change_is_seen_at_once_or_within_five_seconds() {
    let (market, mira) = Market::start_with_mira().await;
    let tokens = market
        .oauth
        .issue_for(mira, Scope::Marketplace)
        .await
        .expect("is issued");
    assert!(
        market
            .oauth
            .authenticate(&tokens.access_token)
            .await
            .is_ok()
    );
    market
        .people
        .change(mira, |person| person.suspended = Some("spam".into()));

    market.wait(5_000);
    let caller = market
        .oauth
        .authenticate(&tokens.access_token)
        .await
        .expect("is known");
    assert_eq!(caller.suspended.as_deref(), Some("spam"));

    market.people.change(mira, |person| person.admin = true);
    market.oauth.forget_callers();
    assert!(
        market
            .oauth
            .authenticate(&tokens.access_token)
            .await
            .expect("is known")
            .admin
    );
}

#[tokio::test]
async fn another_password_ends_every_sign_in() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let (access, refresh) = desktop.sign_in().await;

    market
        .oauth
        .set_password("MIRA@example.org ", "vier neue leise Worte")
        .await
        .expect("is set");

    assert!(market.oauth.authenticate(&access).await.is_err());
    assert_eq!(
        desktop.refresh(&refresh).await.refusal(),
        "400 invalid_grant"
    );
    let query = desktop.query();
    let (old, new) = (
        market.browser().log_in(&query, EMAIL, PASSWORD).await,
        market
            .browser()
            .log_in(&query, EMAIL, "vier neue leise Worte")
            .await,
    );
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(new.told("code").is_some());
    let nobody = market
        .oauth
        .set_password("nobody@example.org", "vier neue leise Worte")
        .await;
    assert!(
        matches!(nobody, Err(AccountError::Unknown(_))),
        "{nobody:?}"
    );
}

#[tokio::test]
async fn a_registration_that_was_cut_short_is_made_up_for() {
    use std::sync::atomic::Ordering;
    let market = Market::start().await;
    market.people.is_away.store(true, Ordering::Relaxed);
    let cut = market
        .oauth
        .create_account(EMAIL, PASSWORD, "Mira Köhler", Roles::BOTH)
        .await;
    assert!(matches!(cut, Err(AccountError::Failed(_))), "{cut:?}");
    assert_eq!(market.people.count(), 0);

    market.people.is_away.store(false, Ordering::Relaxed);
    let (access, _) = market.desktop().sign_in().await;

    let caller = market.oauth.authenticate(&access).await.expect("is known");
    assert_eq!(
        (caller.name.as_str(), caller.freelancer, caller.client),
        ("Mira Köhler", true, true)
    );
    assert_eq!(market.people.count(), 1);
}

#[tokio::test]
async fn a_name_that_the_market_refuses_leaves_no_account() {
    let market = Market::start().await;

    let refused = market
        .oauth
        .create_account(EMAIL, PASSWORD, "Nobody", Roles::CLIENT)
        .await;

    assert!(matches!(&refused, Err(AccountError::Invalid(errors)) if errors[0].pointer == "/name"));
    assert_eq!(
        market.oauth.account_by_email(EMAIL).await.expect("is read"),
        None
    );
}

#[tokio::test]
async fn an_adopted_account_has_tokens_but_no_password() {
    let market = Market::start().await;
    let mira = market.register_mira().await;
    let ada = uuid::Uuid::from_u128(7);
    for _ in 0..2 {
        let adopted = market
            .oauth
            .adopt_account(ada, "ada@example.org", "Ada", Roles::CLIENT)
            .await;
        assert!(adopted.is_ok(), "{adopted:?}");
    }

    let taken = market
        .oauth
        .adopt_account(uuid::Uuid::nil(), EMAIL, "M", Roles::CLIENT)
        .await;
    let query = market.desktop().query();
    let by_password = market.browser().log_in(&query, "ada@example.org", "").await;

    assert!(matches!(taken, Err(AccountError::Invalid(_))), "{taken:?}");
    assert_eq!(by_password.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        market
            .oauth
            .issue_for(ada, Scope::Marketplace)
            .await
            .is_ok()
    );
    assert_eq!(
        market.oauth.account_by_email(EMAIL).await.expect("is read"),
        Some(mira)
    );
}
