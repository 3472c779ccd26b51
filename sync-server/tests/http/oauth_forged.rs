//! What a provider, or somebody in its name, says that cannot be believed: refused with one page, logged once, and nothing of it told.

use axum::http::StatusCode;
use serde_json::json;

use crate::forged_provider::{ForgedProvider, Signer, Speech, providers};
use crate::oauth_providers::log;
use crate::oauth_support::{Answer, ISSUER, Market};
use crate::provider_support::{market, press, way_of};

pub(crate) async fn is_refused(market: &Market, answer: &Answer, why: &str) {
    assert_eq!(
        answer.status,
        StatusCode::FORBIDDEN,
        "{why}: {}",
        answer.body
    );
    assert!(
        answer.body.contains("cannot be trusted"),
        "{why}: {}",
        answer.body
    );
    for leak in ["canary", "mira", "token", "issuer", "nonce"] {
        assert!(
            !answer.body.contains(leak),
            "{why} tells {leak}: {}",
            answer.body
        );
    }
    assert_eq!(log(market).await, [format!("provider_refused work: {why}")]);
    assert_eq!(market.people.count(), 0);
    assert_eq!(newcomers(market).await, 0, "{why}");
}

pub(crate) async fn newcomers(market: &Market) -> i64 {
    sqlx::query_scalar("select count(*) from newcomer")
        .fetch_one(&market.pool)
        .await
        .expect("is read")
}

#[tokio::test]
async fn an_honest_provider_is_believed() {
    let provider = ForgedProvider::start().await;
    let market = market(provider.providers(true)).await;

    let answer = provider
        .sign_in(&mut market.browser(), "", market.now(), |_| {})
        .await;

    assert_eq!(answer.location(), "/register/with", "{}", answer.body);
    assert_eq!(newcomers(&market).await, 1);
    let asked = provider.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0]["redirect_uri"],
        format!("{ISSUER}/login/with/work/back")
    );
    assert!(
        !asked[0].contains_key("client_secret"),
        "it travels in the header"
    );
}

#[tokio::test]
async fn a_token_that_is_wrong_in_any_part_is_refused() {
    type Change = fn(&mut Speech);
    let cases: [(&str, Change); 27] = [
        ("the token names another issuer", |it| {
            it.claims["iss"] = "https://evil.example".into();
        }),
        ("the token names another issuer", |it| {
            it.claims["iss"] = format!("{}/", it.claims["iss"].as_str().unwrap_or_default()).into();
        }),
        ("the token is for another client", |it| {
            it.claims["aud"] = "another".into();
        }),
        ("the token is for another client", |it| {
            it.claims["aud"] = json!([]);
        }),
        ("the token is for another client", |it| {
            it.claims["aud"] = json!(["guildhall", "another"]);
        }),
        ("the token is for another client", |it| {
            it.claims["azp"] = "another".into();
        }),
        ("the token is not signed by the provider", |it| {
            it.header = json!({ "alg": "none" });
            it.signer = Signer::Nobody;
        }),
        ("the token is not signed by the provider", |it| {
            it.header = json!({ "alg": "none", "kid": "one" });
        }),
        ("the token is not signed by the provider", |it| {
            it.header = json!({ "alg": "HS256", "typ": "JWT" });
            it.signer = Signer::Secret;
        }),
        ("the token is not signed by the provider", |it| {
            it.signer = Signer::Somebody;
        }),
        ("the token is not signed by the provider", |it| {
            it.signer = Signer::Nobody;
        }),
        ("the token is not signed by the provider", |it| {
            it.header["kid"] = "two".into();
        }),
        ("the token is not signed by the provider", |it| {
            it.header["alg"] = "RS256".into();
        }),
        ("the answer makes no sense", |it| {
            it.header["crit"] = json!(["exp"]);
        }),
        ("the answer makes no sense", |it| {
            it.header["alg"] = "RSA-OAEP".into();
        }),
        ("the token was made for another sign-in", |it| {
            it.claims["nonce"] = "another".into();
        }),
        ("the token was made for another sign-in", |it| {
            it.claims["nonce"] = json!(null);
        }),
        ("the token is not of this time", |it| later(it, "exp", -361)),
        ("the token is not of this time", |it| later(it, "iat", -61)),
        ("the token is not of this time", |it| later(it, "iat", 61)),
        ("the answer makes no sense", |it| {
            it.claims["exp"] = "tomorrow".into();
        }),
        ("the answer makes no sense", |it| {
            it.claims["sub"] = json!(null);
        }),
        ("the answer makes no sense", |it| {
            it.claims["sub"] = "".into();
        }),
        ("the answer makes no sense", |it| {
            it.claims["sub"] = "x".repeat(256).into();
        }),
        ("there was no token", |it| it.has_token = false),
        ("the code was not taken", |it| it.takes_code = false),
        ("the provider spoke of two people", |it| {
            it.claims["email"] = json!(null);
            it.more = json!({ "sub": "jonas", "email": "jonas@example.org" });
        }),
    ];
    let provider = ForgedProvider::start().await;
    for (why, change) in cases {
        let market = market(provider.providers(true)).await;

        let answer = provider
            .sign_in(&mut market.browser(), "", market.now(), change)
            .await;

        is_refused(&market, &answer, why).await;
    }
}

/// Moves a time of the token by so many seconds.
fn later(speech: &mut Speech, claim: &str, seconds: i64) {
    let at = speech.claims[claim].as_i64().expect("is a time");
    speech.claims[claim] = (at + seconds).into();
}

#[tokio::test]
async fn a_way_back_is_good_once_in_one_browser_for_a_while() {
    let provider = ForgedProvider::start().await;

    // In another browser.
    let there = market(provider.providers(true)).await;
    let (mut mira, mut thief) = (there.browser(), there.browser());
    let way = way_of(&press(&mut mira, "", "work").await);
    thief.get("/login").await;
    provider.say(&way, provider.honest(&way, there.now()));
    let back = way.back(&[
        ("code", "c"),
        ("state", &way.state),
        ("iss", provider.issuer()),
    ]);
    let stolen = thief.get(&back).await;
    is_refused(&there, &stolen, "nobody was on that way").await;
    // Which takes nothing from the one whose way it is; but the second time is one too many.
    let first = mira.get(&back).await;
    assert_eq!(first.location(), "/register/with");
    let again = mira.get(&back).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    assert_eq!(log(&there).await.len(), 2);

    // Too late.
    let there = market(provider.providers(true)).await;
    let mut mira = there.browser();
    let way = way_of(&press(&mut mira, "", "work").await);
    there.wait(10 * 60_000);
    provider.say(&way, provider.honest(&way, there.now()));
    let late = way.back(&[
        ("code", "c"),
        ("state", &way.state),
        ("iss", provider.issuer()),
    ]);
    let late = mira.get(&late).await;
    is_refused(&there, &late, "nobody was on that way").await;

    // Never sent anywhere.
    for back in [
        "",
        "?state=",
        "?state=guessed&code=c",
        "?state=a&state=b&code=c",
    ] {
        let there = market(provider.providers(true)).await;
        let made_up = there
            .browser()
            .get(&format!("/login/with/work/back{back}"))
            .await;
        is_refused(&there, &made_up, "nobody was on that way").await;
    }
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_refused() {
    let provider = ForgedProvider::start().await;
    for (issuer, code, why) in [
        (
            Some("https://evil.example"),
            "c",
            "the answer came from another issuer",
        ),
        (None, "c", "the answer came from another issuer"),
        (Some(provider.issuer()), "", "the answer held no code"),
    ] {
        let market = market(provider.providers(true)).await;
        let mut browser = market.browser();
        let way = way_of(&press(&mut browser, "", "work").await);
        provider.say(&way, provider.honest(&way, market.now()));
        let mut parameters = vec![("code", code), ("state", way.state.as_str())];
        parameters.extend(issuer.map(|issuer| ("iss", issuer)));

        let answer = browser.get(&way.back(&parameters)).await;

        is_refused(&market, &answer, why).await;
    }
}

#[tokio::test]
async fn the_answer_of_one_provider_does_not_pass_for_that_of_another() {
    let (honest, evil) = (ForgedProvider::start().await, ForgedProvider::start().await);
    let both = format!(
        "{},{}",
        honest.entry("work", true),
        evil.entry("evil", true)
    );
    let market = market(providers(&both)).await;
    let mut browser = market.browser();

    // The browser sets out for the evil one, which sends it on to the honest one and hopes for its code.
    let way = way_of(&press(&mut browser, "", "evil").await);
    honest.say(&way, honest.honest(&way, market.now()));
    let parameters = [
        ("code", "c"),
        ("state", way.state.as_str()),
        ("iss", honest.issuer()),
    ];
    let mixed_up = way.back(&parameters).replace("/with/evil/", "/with/work/");
    let answer = browser.get(&mixed_up).await;

    is_refused(&market, &answer, "the way led to another provider").await;
    assert!(
        evil.asked().is_empty() && honest.asked().is_empty(),
        "nobody is given the code"
    );
}

#[tokio::test]
async fn a_provider_that_lies_about_itself_sends_nobody_away() {
    for (name, value) in [
        ("issuer", "https://evil.example"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("authorization_endpoint", "http://evil.example/auth"),
        ("authorization_endpoint", "https://169.254.169.254/"),
        ("jwks_uri", "https://169.254.169.254/latest/meta-data"),
        ("jwks_uri", "http://[::1]:1/"),
        ("jwks_uri", "file:///etc/passwd"),
    ] {
        let provider = ForgedProvider::start().await;
        provider.publish(|metadata| metadata[name] = value.into());
        let market = market(provider.providers(true)).await;

        let answer = press(&mut market.browser(), "", "work").await;

        assert!(
            matches!(
                answer.status,
                StatusCode::FORBIDDEN | StatusCode::BAD_GATEWAY
            ),
            "{name} {value}: {}",
            answer.status
        );
        assert_eq!(answer.header("refresh"), "");
        assert!(!answer.body.contains("evil") && !answer.body.contains("169.254"));
    }
}

#[tokio::test]
async fn the_servers_secret_goes_nowhere_that_must_not_be_called() {
    let provider = ForgedProvider::start().await;
    provider.publish(|metadata| metadata["token_endpoint"] = "https://10.0.0.1/token".into());
    let market = market(provider.providers(true)).await;

    let answer = provider
        .sign_in(&mut market.browser(), "", market.now(), |_| {})
        .await;

    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(!answer.body.contains("10.0.0.1"), "{}", answer.body);
    assert_eq!(newcomers(&market).await, 0);
}

#[tokio::test]
async fn whoever_turns_back_is_told_so_and_nothing_is_logged() {
    let provider = ForgedProvider::start().await;
    let market = market(provider.providers(true)).await;
    let mut browser = market.browser();
    let way = way_of(&press(&mut browser, "", "work").await);

    let parameters = [
        ("error", "access_denied"),
        ("error_description", "<script>canary</script>"),
        ("state", way.state.as_str()),
        ("iss", provider.issuer()),
    ];
    let answer = browser.get(&way.back(&parameters)).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("did not go on at Example Works"));
    assert!(!answer.body.contains("canary"));
    assert!(log(&market).await.is_empty());
}
