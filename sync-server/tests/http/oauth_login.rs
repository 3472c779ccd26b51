//! The sign-in form against those who should not get in.

use axum::http::{StatusCode, header};
use guildhall_server::limit::{Limits, SharedNetworks};
use guildhall_server::oauth::OAuthConfig;
use guildhall_storage::server::{Accounts, Pool};

use crate::oauth_support::{EMAIL, ISSUER, Market, PASSWORD};

#[tokio::test]
async fn a_stranger_and_a_wrong_password_get_the_same_answer() {
    let (market, _) = Market::start_with_mira().await;
    let query = market.desktop().query();
    let mut bodies = Vec::new();

    for (email, password) in [
        (EMAIL, "a wrong password"),
        ("nobody@example.org", "a wrong password"),
        (EMAIL, ""),
    ] {
        let mut browser = market.browser();
        let answer = browser.log_in(&query, email, password).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer
                .body
                .contains("The e-mail address or the password is not right.")
        );
        assert!(
            answer.body.contains(&format!("value=\"{email}\"")),
            "what was typed is kept"
        );
        bodies.push(
            answer
                .body
                .replace(&answer.hidden("csrf"), "")
                .replace(email, ""),
        );
    }

    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[0], bodies[2]);
}

#[tokio::test]
async fn sign_ins_are_in_the_audit_log_and_failed_ones_are_counted() {
    let (market, mira) = Market::start_with_mira().await;
    let query = market.desktop().query();
    for (email, password) in [
        (EMAIL, "a wrong password"),
        (EMAIL, "another wrong one"),
        ("nobody@example.org", "a wrong password"),
        (EMAIL, PASSWORD),
    ] {
        market.browser().log_in(&query, email, password).await;
    }
    market.oauth.note_failed_sign_ins().await.expect("is noted");
    market.oauth.note_failed_sign_ins().await.expect("is noted");

    let log = Accounts::new(Pool::Sqlite(market.pool.clone())).audit();
    let lines = log.after(0).await.expect("is read");
    let told: Vec<(&str, &str, &str, &str)> = lines
        .iter()
        .map(|line| (&*line.kind, &*line.who, &*line.whom, &*line.note))
        .collect();
    let mira = mira.to_string();
    assert_eq!(
        told,
        [
            ("signed_in", &*mira, "", "password"),
            ("sign_ins_failed", "", "", "1"),
            ("sign_ins_failed", "", &*mira, "2"),
        ],
        "and what was typed is nowhere"
    );
    assert!(log.verify(None).await.expect("is read").is_ok());
}

#[tokio::test]
async fn a_form_without_its_proof_does_nothing() {
    let (market, mira) = Market::start_with_mira().await;
    let query = market.desktop().query();
    let mut other = market.browser();
    let foreign_csrf = other.get("/login").await.hidden("csrf");
    let good = [
        ("email", EMAIL),
        ("password", PASSWORD),
        ("request", query.as_str()),
    ];
    let register = [
        ("role", "both"),
        ("name", "X"),
        ("email", "x@example.org"),
        ("password", PASSWORD),
    ];

    for csrf in ["", "0", &foreign_csrf] {
        let mut browser = market.browser();
        browser.get("/login").await;
        let login = browser
            .post("/login", &[&good[..], &[("csrf", csrf)]].concat())
            .await;
        let registered = browser
            .post("/register", &[&register[..], &[("csrf", csrf)]].concat())
            .await;

        for answer in [login, registered] {
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{csrf}");
            assert!(answer.body.contains("Please try again."));
            assert!(!answer.body.contains(PASSWORD));
        }
    }
    let fields = [&good[..], &[("csrf", foreign_csrf.as_str())]].concat();
    let without_cookie = market.browser().post("/login", &fields).await;
    assert_eq!(without_cookie.status, StatusCode::FORBIDDEN);
    assert_eq!(market.people.count(), 1, "only {mira} is here");
}

#[tokio::test]
async fn signing_in_changes_the_cookie() {
    let (market, _) = Market::start_with_mira().await;
    let mut browser = market.browser();
    browser.get("/login").await;
    let planted = browser.cookie.clone();

    browser
        .log_in(&market.desktop().query(), EMAIL, PASSWORD)
        .await;

    assert_ne!(browser.cookie, planted);
    let mut thief = market.browser();
    thief.cookie = planted;
    assert_eq!(thief.get("/account").await.location(), "/login");
}

#[tokio::test]
async fn a_browser_session_ends_when_it_is_not_used_and_when_it_is_old() {
    let (market, _) = Market::start_with_mira().await;
    let query = market.desktop().query();
    let (mut idle, mut busy) = (market.browser(), market.browser());
    idle.log_in(&query, EMAIL, PASSWORD).await;
    busy.log_in(&query, EMAIL, PASSWORD).await;

    for _ in 0..24 {
        market.wait(29 * 60_000);
        assert_eq!(busy.get("/account").await.status, StatusCode::OK);
    }

    assert_eq!(idle.get("/account").await.location(), "/login");
    market.wait(25 * 60_000);
    assert_eq!(
        busy.get("/account").await.location(),
        "/login",
        "twelve hours are over"
    );
}

#[tokio::test]
async fn too_many_tries_from_one_network_have_to_wait() {
    let market = Market::start_with(Limits::default()).await;
    market.register_mira().await;
    let query = market.desktop().query();
    let mut browser = market.browser();
    for number in 0..5 {
        let email = format!("nobody{number}@example.org");
        let answer = browser.log_in(&query, &email, "a wrong password").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    let limited = browser.log_in(&query, EMAIL, PASSWORD).await;
    let mut elsewhere = market.browser();
    elsewhere.peer = "192.0.2.7:1".parse().expect("is an address");
    let from_elsewhere = elsewhere.log_in(&query, EMAIL, PASSWORD).await;
    market.wait(20_000);
    let later = browser.log_in(&query, EMAIL, PASSWORD).await;

    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.header(header::RETRY_AFTER), "20");
    assert!(limited.body.contains("Try again in 20 seconds."));
    assert!(from_elsewhere.told("code").is_some());
    assert!(later.told("code").is_some());
}

#[tokio::test]
async fn the_people_of_an_office_do_not_stand_in_each_others_way() {
    let office = "192.0.2.0/24".parse().expect("is a network");
    let market = Market::start_as(OAuthConfig {
        shared: SharedNetworks::new([(office, 4)]),
        ..OAuthConfig::new(ISSUER)
    })
    .await;
    let peer = "192.0.2.7:1".parse().expect("is an address");

    // What one person may do at once, four may do at once.
    let mut sign_ins = 0;
    let query = market.desktop().query();
    loop {
        let mut browser = market.browser();
        browser.peer = peer;
        let email = format!("nobody-{sign_ins}@example.org");
        let answer = browser.log_in(&query, &email, "a wrong password").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        sign_ins += 1;
    }
    let mut tokens = 0;
    let mut desktop = market.desktop();
    desktop.browser.peer = peer;
    while desktop.refresh("x").await.refusal() == "400 invalid_grant" {
        tokens += 1;
    }
    assert_eq!((sign_ins, tokens), (20, 240));
}

#[tokio::test]
async fn wrong_passwords_for_one_account_lock_it_for_that_network_only() {
    let limits = Limits {
        login: None,
        ..Limits::default()
    };
    let market = Market::start_with(limits).await;
    market.register_mira().await;
    let query = market.desktop().query();
    for email in [EMAIL, "nobody@example.org"] {
        let mut browser = market.browser();
        for _ in 0..7 {
            browser.log_in(&query, email, "a wrong password").await;
            market.wait(1_000);
        }
        let locked = browser.log_in(&query, email, PASSWORD).await;
        assert_eq!(
            locked.status,
            StatusCode::TOO_MANY_REQUESTS,
            "{email}: strangers lock alike"
        );
    }

    let mut elsewhere = market.browser();
    elsewhere.peer = "192.0.2.7:1".parse().expect("is an address");
    assert!(
        elsewhere
            .log_in(&query, EMAIL, PASSWORD)
            .await
            .told("code")
            .is_some()
    );
    market.wait(300_000);
    assert!(
        market
            .browser()
            .log_in(&query, EMAIL, PASSWORD)
            .await
            .told("code")
            .is_some()
    );
}
