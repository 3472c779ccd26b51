//! Signing in through a provider: a real one, with its own pages.

use axum::http::StatusCode;
use guildhall_storage::server::Pool;
use guildhall_storage::server::accounts::Accounts;

use crate::oauth_support::{Answer, Browser, EMAIL, Market, pair};
use crate::provider_support::{RealProvider, Surfer, market, onward, press, sign_in_there};

pub(crate) fn accounts(market: &Market) -> Accounts {
    Accounts::new(Pool::Sqlite(market.pool.clone()))
}

/// What the audit log says, without who and when.
pub(crate) async fn log(market: &Market) -> Vec<String> {
    let lines: Vec<(String, String)> = sqlx::query_as("select kind, note from audit order by seq")
        .fetch_all(&market.pool)
        .await
        .expect("is read");
    lines
        .into_iter()
        .map(|(kind, note)| format!("{kind} {note}"))
        .collect()
}

/// Goes to the provider for what waits, signs in there under a name, and comes back.
async fn through(browser: &mut Browser, person: &mut Surfer, request: &str, name: &str) -> Answer {
    let away = press(browser, request, "work").await;
    let back = sign_in_there(person, &onward(&away), name).await;
    browser.get(&back).await
}

/// Fills in what is missing on the form for somebody whom the provider knows.
async fn join(browser: &mut Browser, page: &Answer, email: &str) -> Answer {
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("request", &request),
        ("role", "freelancer"),
        ("name", "Mira Köhler"),
        ("email", email),
        ("agreed", "yes"),
    ];
    browser.post("/register/with", &fields).await
}

#[tokio::test]
async fn somebody_whom_a_provider_knows_makes_an_account_and_comes_back_to_it() {
    let provider = RealProvider::start().await;
    let market = market(provider.providers(true)).await;
    let mut desktop = market.desktop();
    let query = desktop.query();
    let mut person = Surfer::new();

    let back = through(&mut desktop.browser, &mut person, &query, "mira").await;
    assert!(
        back.location().starts_with("/register/with?"),
        "{}",
        back.body
    );
    let form = desktop.browser.get(back.location()).await;
    for words in [
        "value=\"Mira of the Works\"",
        "value=\"mira@example.org\"",
        "Example Works knows you",
    ] {
        assert!(form.body.contains(words), "{words}: {}", form.body);
    }
    assert!(!form.body.contains("type=\"password\""));
    let joined = join(&mut desktop.browser, &form, EMAIL).await;
    let code = joined.told("code").expect("a code is given");
    pair(&desktop.exchange(&code).await);
    let account = accounts(&market).by_email(EMAIL).await;
    let account = account.expect("is read").expect("is there");
    let verified = accounts(&market).verified_at(account).await;
    assert!(
        verified.expect("is read").is_some(),
        "by the word of the provider"
    );

    // Another browser, where the same person signs in again.
    let mut desktop = market.desktop();
    let back = through(&mut desktop.browser, &mut person, &query, "mira").await;
    assert_eq!(back.status, StatusCode::OK);
    let to = onward(&back);
    assert!(to.starts_with("http://127.0.0.1:49152/cb?"), "{to}");
    let to = url::Url::parse(&to).expect("is an address");
    let code = to.query_pairs().find(|(name, _)| name == "code");
    let code = code.expect("a code is given").1.into_owned();
    pair(&desktop.exchange(&code).await);
    assert_eq!(market.people.count(), 1);
    assert_eq!(
        log(&market).await,
        ["identity_linked work", "signed_in work"]
    );
}
