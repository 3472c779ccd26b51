//! Signing in through a provider: a real one, with its own pages.

use axum::http::StatusCode;
use guildhall_server::oauth::Admission;
use guildhall_storage::server::Pool;
use guildhall_storage::server::accounts::Accounts;
use uuid::Uuid;

use crate::forged_provider::ForgedProvider;
use crate::oauth_support::{Answer, Browser, EMAIL, Market, pair};
use crate::provider_support::{Foreign, Surfer, market, onward, press, sign_in_there};

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
    let provider = Foreign::start("provider.mjs", "oidc-provider").await;
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

#[tokio::test]
async fn nobody_is_linked_by_an_address_unless_everybody_is_sure_of_it() {
    let provider = ForgedProvider::start().await;
    for case in 0..16_u8 {
        let [trusted, there, here, factor] = [1, 2, 4, 8].map(|bit| case & bit != 0);
        let market = market(provider.providers(trusted)).await;
        let account = market.register_mira().await;
        let id = account.to_string();
        if here {
            let verified = "update account set email_verified_at = 1 where id = $1";
            let done = sqlx::query(verified).bind(&id).execute(&market.pool).await;
            done.expect("is written");
        }
        if factor {
            let on =
                "insert into second_factor (account, secret, confirmed_at) values ($1, x'00', 1)";
            let done = sqlx::query(on).bind(&id).execute(&market.pool).await;
            done.expect("is written");
        }
        let mut browser = market.browser();

        let answer = provider
            .sign_in(&mut browser, "", market.now(), |speech| {
                speech.claims["email"] = "Mira@Example.ORG".into();
                speech.claims["email_verified"] = there.into();
            })
            .await;

        let identities = accounts(&market).identities(account).await;
        let is_linked = !identities.expect("is read").is_empty();
        let is_sure = trusted && there && here && !factor;
        assert_eq!(is_linked, is_sure, "{trusted} {there} {here} {factor}");
        let to = if is_sure {
            "/account"
        } else {
            "/register/with"
        };
        assert_eq!(answer.location(), to, "{}", answer.body);
        if !is_sure {
            let form = browser.get("/register/with").await;
            let taken = join(&mut browser, &form, EMAIL).await;
            assert!(taken.body.contains("There is an account with this address"));
            assert_eq!(market.people.count(), 1);
        }
    }
}

/// Makes an account through the provider, in another browser.
async fn joined(market: &Market, provider: &ForgedProvider) -> Uuid {
    let mut browser = market.browser();
    provider
        .sign_in(&mut browser, "", market.now(), |_| {})
        .await;
    let form = browser.get("/register/with").await;
    let answer = join(&mut browser, &form, EMAIL).await;
    assert_eq!(answer.location(), "/account", "{}", answer.body);
    let account = accounts(market).by_email(EMAIL).await;
    account.expect("is read").expect("is there")
}

#[tokio::test]
async fn what_comes_after_a_password_comes_after_a_provider_too() {
    let provider = ForgedProvider::start().await;
    let market = market(provider.providers(true)).await;
    let account = joined(&market, &provider).await;
    let again = async |query: &str| {
        let mut browser = market.browser();
        provider
            .sign_in(&mut browser, query, market.now(), |_| {})
            .await
    };

    // A second factor, with what waits.
    let on = "insert into second_factor (account, secret, confirmed_at) values ($1, x'00', 1)";
    let done = sqlx::query(on)
        .bind(account.to_string())
        .execute(&market.pool)
        .await;
    done.expect("is written");
    let query = market.desktop().query();
    let asked = again(&query).await;
    assert!(
        asked.location().starts_with("/login/code?request="),
        "{}",
        asked.body
    );
    let done = sqlx::query("delete from second_factor")
        .execute(&market.pool)
        .await;
    done.expect("is written");

    // Other terms.
    let changed = "update account set terms_version = 'older'";
    sqlx::query(changed)
        .execute(&market.pool)
        .await
        .expect("is written");
    assert!(again(&query).await.body.contains("The terms have changed"));

    // A suspension.
    market.people.change(account, |person| {
        person.suspended = Some("Spam.".to_owned());
    });
    let refused = again(&query).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("Spam."));
}

#[tokio::test]
async fn who_may_join_holds_for_those_whom_a_provider_knows() {
    let provider = ForgedProvider::start().await;
    for (admission, email, told) in [
        ("invited", EMAIL, "Enter the code of your invitation"),
        ("guild.example", EMAIL, "Use an address at guild.example"),
        ("example.org", EMAIL, ""),
        (
            "example.org",
            "jonas@example.org",
            "Confirm your e-mail address",
        ),
    ] {
        let market = market(provider.providers(true)).await;
        let admission: Admission = admission.parse().expect("is one");
        let kept = admission.keep(&accounts(&market), None, 0).await;
        kept.expect("is kept");
        let mut browser = market.browser();
        provider
            .sign_in(&mut browser, "", market.now(), |_| {})
            .await;
        let form = browser.get("/register/with").await;

        let answer = join(&mut browser, &form, email).await;

        assert!(
            answer.body.contains(told),
            "{admission} {email}: {}",
            answer.body
        );
        let is_in = answer.location() == "/account";
        assert_eq!(is_in, told.is_empty(), "{admission} {email}");
    }
}
