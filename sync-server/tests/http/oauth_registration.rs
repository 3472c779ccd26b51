//! Registration: one form, and what it says when something in it is wrong.

use axum::http::StatusCode;
use guildhall_server::limit::Limits;

use crate::oauth_support::{Answer, Browser, Market, PASSWORD};

/// Opens the registration page for a request and sends the form with one field replaced.
async fn register_but(browser: &mut Browser, query: &str, name: &str, value: &str) -> Answer {
    let asked = browser.get(&format!("/oauth/authorize?{query}")).await;
    let path = asked.location().replace("/login?", "/register?");
    let page = browser.get(&path).await;
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("role", "client"),
        ("agreed", "yes"),
        ("name", "Jonas Brandt"),
        ("email", "jonas@example.org"),
        ("password", PASSWORD),
    ]
    .map(|(key, good)| (key, if key == name { value } else { good }));
    browser.post("/register", &fields).await
}

#[tokio::test]
async fn jonas_registers_and_is_handed_to_his_desktop() {
    let market = Market::start().await;
    for (role, freelancer, client) in [
        ("freelancer", true, false),
        ("client", false, true),
        ("both", true, true),
    ] {
        let mut desktop = market.desktop();
        let (query, email) = (desktop.query(), format!("{role}@example.org"));
        let mut browser = market.browser();
        let asked = browser.get(&format!("/oauth/authorize?{query}")).await;
        let page = browser
            .get(&asked.location().replace("/login?", "/register?"))
            .await;
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let fields = [
            ("csrf", csrf.as_str()),
            ("request", &request),
            ("role", role),
            ("agreed", "yes"),
            ("name", " Jonas Brandt "),
            ("email", &email),
            ("password", PASSWORD),
        ];

        let answer = browser.post("/register", &fields).await;

        let code = answer.told("code").expect("a code is given");
        let exchanged = desktop.exchange(&code).await;
        let access = exchanged.json()["access_token"].as_str().map(str::to_owned);
        let caller = market
            .oauth
            .authenticate(&access.expect("is given"))
            .await
            .expect("is known");
        assert_eq!(caller.name, "Jonas Brandt");
        assert_eq!((caller.freelancer, caller.client), (freelancer, client));
    }
}

#[tokio::test]
async fn every_fault_is_told_at_its_field_and_what_was_typed_is_kept() {
    let (market, _) = Market::start_with_mira().await;
    let query = market.desktop().query();
    for (name, value, error) in [
        ("role", "", "role-error"),
        ("role", "admin", "role-error"),
        ("agreed", "", "agreed-error"),
        ("agreed", "no", "agreed-error"),
        ("name", "", "name-error"),
        ("name", "Nobody", "name-error"),
        ("email", "", "email-error"),
        ("email", "jonas", "email-error"),
        ("email", "Mira@Example.org", "email-error"),
        ("password", "", "password-error"),
        ("password", "short", "password-error"),
    ] {
        let mut browser = market.browser();
        let answer = register_but(&mut browser, &query, name, value).await;

        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{name}={value}"
        );
        let described = format!("aria-describedby=\"{error}\"");
        let told = format!("class=\"error\" id=\"{error}\"");
        assert!(
            answer.body.contains(&described) && answer.body.contains(&told),
            "{name}={value}"
        );
        assert_eq!(
            answer.body.matches("class=\"error\"").count(),
            1,
            "{name}={value}"
        );
        assert!(answer.body.contains("<title>Error: "), "{name}={value}");
        for (other, kept) in [("name", "Jonas Brandt"), ("email", "jonas@example.org")] {
            assert_eq!(
                answer.body.contains(&format!("value=\"{kept}\"")),
                name != other
            );
        }
        assert_eq!(
            answer.body.contains("value=\"client\" required checked"),
            name != "role"
        );
        assert!(!answer.body.contains(PASSWORD), "{name}={value}");
    }
}

#[tokio::test]
async fn what_is_typed_into_a_page_stays_text() {
    let market = Market::start().await;
    let query = market.desktop().query();
    let attack = "\"><script>alert(1)</script>";

    let answers = [
        register_but(&mut market.browser(), &query, "email", attack).await,
        market.browser().log_in(&query, attack, "x").await,
        market
            .browser()
            .get("/login?request=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
            .await,
    ];

    for answer in answers {
        assert!(!answer.body.contains("<script"), "{}", answer.body);
        assert!(
            answer.body.contains("&quot;&gt;&lt;script&gt;"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_household_can_register_together_but_not_a_crowd() {
    let market = Market::start_with(Limits::default()).await;
    let query = market.desktop().query();
    for number in 0..6 {
        let slip = register_but(&mut market.browser(), &query, "password", "short").await;
        assert_eq!(
            slip.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "a slip costs nothing"
        );
        let email = format!("person{number}@example.org");
        let answer = register_but(&mut market.browser(), &query, "email", &email).await;
        assert!(answer.told("code").is_some(), "{email}");
    }

    let seventh = register_but(&mut market.browser(), &query, "email", "p7@example.org").await;

    assert_eq!(seventh.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(seventh.body.contains("Try again in 20 minutes."));
    assert!(
        seventh.body.contains("value=\"p7@example.org\""),
        "what was typed is kept"
    );
}
