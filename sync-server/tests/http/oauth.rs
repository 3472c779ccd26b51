//! Sign-in as a program sees it: from the request for a code to the first tokens.

use axum::http::{Method, StatusCode, header};
use guildhall_oauth::TokenKind;
use serde_json::json;

use crate::oauth_support::{EMAIL, ISSUER, Market, PASSWORD, REDIRECT, foreign, pair};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

#[tokio::test]
async fn mira_signs_in_and_her_desktop_is_known() {
    let (market, mira) = Market::start_with_mira().await;
    let mut desktop = market.desktop();

    let code = desktop.code().await;
    let answer = desktop.exchange(&code).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let json = answer.json();
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["expires_in"], 600);
    assert_eq!(json["refresh_expires_in"], 60 * DAY / 1_000);
    assert_eq!(json["scope"], "marketplace");
    assert_eq!(json["account"], mira.to_string());
    let (access, _) = pair(&answer);
    let caller = market.oauth.authenticate(&access).await.expect("is known");
    assert_eq!(
        (caller.account, caller.name.as_str()),
        (mira, "Mira Köhler")
    );
    assert!(caller.freelancer && !caller.client && !caller.admin);
}

#[tokio::test]
async fn the_answer_to_the_desktop_names_state_and_issuer() {
    let (market, _) = Market::start_with_mira().await;
    let desktop = market.desktop();

    let answer = market
        .browser()
        .log_in(&desktop.query(), EMAIL, PASSWORD)
        .await;

    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(
        answer
            .location()
            .starts_with(&format!("{REDIRECT}?code=gdhc_"))
    );
    assert_eq!(answer.told("state").as_deref(), Some("a state & more"));
    assert_eq!(answer.told("iss").as_deref(), Some(ISSUER));
}

#[tokio::test]
async fn the_ipv6_loopback_is_as_good() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let redirect = "http://[::1]:50123/cb";
    let query = desktop.query_but("redirect_uri", redirect);

    let answer = market.browser().log_in(&query, EMAIL, PASSWORD).await;
    let code = answer.told("code").expect("a code is given");
    let exchanged = desktop.exchange_but(&code, "redirect_uri", redirect).await;

    assert!(
        answer.location().starts_with(redirect),
        "{}",
        answer.location()
    );
    assert_eq!(exchanged.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_from_nowhere_we_know_is_told_to_the_person_only() {
    let market = Market::start().await;
    let desktop = market.desktop();
    for (name, value) in [
        ("client_id", "someone-else"),
        ("client_id", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "http://localhost:49152/cb"),
        ("redirect_uri", "https://evil.example/cb"),
        ("redirect_uri", "http://127.0.0.1:49152/other"),
        ("redirect_uri", "http://127.0.0.1:49152@evil.example/cb"),
    ] {
        let query = desktop.query_but(name, value);
        let answer = market
            .browser()
            .get(&format!("/oauth/authorize?{query}"))
            .await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}={value}");
        assert_eq!(answer.location(), "", "{name}={value}");
        assert!(answer.body.contains("This sign-in link does not work"));
    }
}

#[tokio::test]
async fn a_faulty_request_is_told_to_the_desktop() {
    let market = Market::start().await;
    let desktop = market.desktop();
    for (name, value, error) in [
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
    ] {
        let query = desktop.query_but(name, value);
        let answer = market
            .browser()
            .get(&format!("/oauth/authorize?{query}"))
            .await;

        assert!(answer.location().starts_with(REDIRECT), "{name}={value}");
        assert_eq!(
            answer.told("error").as_deref(),
            Some(error),
            "{name}={value}"
        );
        assert_eq!(answer.told("state").as_deref(), Some("a state & more"));
        assert_eq!(answer.told("iss").as_deref(), Some(ISSUER));
        assert_eq!(answer.told("code"), None);
    }
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let (in_time, too_late) = (desktop.code().await, desktop.code().await);

    market.wait(MINUTE - 1);
    assert_eq!(desktop.exchange(&in_time).await.status, StatusCode::OK);
    market.wait(1);
    assert_eq!(
        desktop.exchange(&too_late).await.refusal(),
        "400 invalid_grant"
    );
}

#[tokio::test]
async fn a_code_is_worth_nothing_without_its_secret() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let code = desktop.code().await;
    let wrong = "w".repeat(50);
    for (name, value, refusal) in [
        ("code_verifier", wrong.as_str(), "400 invalid_grant"),
        ("code_verifier", "short", "400 invalid_request"),
        ("code_verifier", "", "400 invalid_request"),
        (
            "redirect_uri",
            "http://127.0.0.1:49153/cb",
            "400 invalid_grant",
        ),
        ("redirect_uri", "", "400 invalid_request"),
        ("client_id", "someone-else", "401 invalid_client"),
        ("code", "gdhc_rubbish", "400 invalid_grant"),
        ("code", &foreign(TokenKind::Code), "400 invalid_grant"),
        ("code", &foreign(TokenKind::Access), "400 invalid_grant"),
        ("grant_type", "password", "400 unsupported_grant_type"),
        ("grant_type", "", "400 invalid_request"),
    ] {
        let answer = desktop.exchange_but(&code, name, value).await;
        assert_eq!(answer.refusal(), refusal, "{name}={value}");
    }

    assert_eq!(
        desktop.exchange(&code).await.status,
        StatusCode::OK,
        "the owner is not hindered"
    );
}

#[tokio::test]
async fn a_code_that_is_used_twice_takes_back_all_that_came_of_it() {
    let (market, _) = Market::start_with_mira().await;
    let mut desktop = market.desktop();
    let code = desktop.code().await;
    let (access, refresh) = pair(&desktop.exchange(&code).await);
    assert!(market.oauth.authenticate(&access).await.is_ok());
    let mut ended = market.oauth.revocations();

    let again = desktop.exchange(&code).await;

    assert_eq!(again.refusal(), "400 invalid_grant");
    assert!(market.oauth.authenticate(&access).await.is_err());
    assert_eq!(
        desktop.refresh(&refresh).await.refusal(),
        "400 invalid_grant"
    );
    assert!(
        ended.try_recv().is_ok(),
        "connections of the sign-in can be closed"
    );
}

#[tokio::test]
async fn the_server_introduces_itself() {
    let market = Market::start().await;

    let answer = market
        .browser()
        .get("/.well-known/oauth-authorization-server")
        .await;

    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    assert_eq!(
        answer.json(),
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{ISSUER}/oauth/authorize"),
            "token_endpoint": format!("{ISSUER}/oauth/token"),
            "revocation_endpoint": format!("{ISSUER}/oauth/revoke"),
            "scopes_supported": ["marketplace", "oversight"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        })
    );
    let alias = market
        .browser()
        .get("/.well-known/openid-configuration")
        .await;
    assert_eq!(alias.json(), answer.json());
}

#[tokio::test]
async fn a_malformed_body_gets_an_error_of_the_rfc() {
    let market = Market::start().await;
    let form = Some("application/x-www-form-urlencoded");
    let twice = "grant_type=refresh_token&grant_type=refresh_token";
    let large = format!("grant_type=refresh_token&x={}", "x".repeat(3 * 1024 * 1024));
    for (kind, body) in [
        (None, "grant_type=refresh_token"),
        (
            Some("application/json"),
            "{\"grant_type\":\"refresh_token\"}",
        ),
        (form, ""),
        (form, "%%%&&&==="),
        (form, "grant_type"),
        (form, twice),
        (form, &large),
    ] {
        for path in ["/oauth/token", "/oauth/revoke"] {
            let answer = market
                .browser()
                .send(Method::POST, path, kind, body.to_owned())
                .await;
            let shown = body.get(..40).unwrap_or(body);
            assert_eq!(
                answer.refusal(),
                "400 invalid_request",
                "{path} {kind:?} {shown}"
            );
        }
    }
}
