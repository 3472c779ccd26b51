//! Every field that a page of the server shows again, with texts in it that want to be more than text.

mod corpus;
mod look;

use std::path::Path;

use axum::http::StatusCode;
use guildhall_server::limit::Limits;
use guildhall_server::mail::MailConfig;
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::provider::{Providers, read as read_providers};
use guildhall_server::texts::Texts;
use tempfile::TempDir;
use uuid::Uuid;

use crate::forged_provider::ForgedProvider;
use crate::oauth_support::{Answer, Browser, EMAIL, ISSUER, Market, PASSWORD};
use crate::provider_support::market;
use corpus::{ADDRESSES, CORPUS};
use look::{count, marked, marked_behind};

/// All texts, with their marks.
fn texts() -> impl Iterator<Item = String> {
    let addresses = ADDRESSES.iter().map(|text| marked_behind(text));
    CORPUS.iter().map(|text| marked(text)).chain(addresses)
}

/// The page shows the text as text at least so often, and lets nothing run.
fn is_text(what: &str, page: &Answer, text: &str, least: usize) {
    let found = count(&page.body, text).unwrap_or_else(|told| panic!("{what}, {text:?}: {told}"));
    assert!(
        found >= least,
        "{what}, {text:?}: {found} of {least} in {}",
        page.body
    );
    is_held(what, page);
}

/// The answer is a page, and its policy lets nothing run but our own file.
fn is_held(what: &str, page: &Answer) {
    let policy = page.header("content-security-policy");
    let kept = "style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
                form-action 'self'";
    let allowed = [
        format!("default-src 'none'; {kept}"),
        format!("default-src 'none'; script-src 'self'; {kept}"),
        format!("default-src 'none'; {kept} http://127.0.0.1:*"),
    ];
    assert!(allowed.iter().any(|one| one == policy), "{what}: {policy}");
    assert_eq!(
        page.header("content-type"),
        "text/html; charset=utf-8",
        "{what}"
    );
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{what}");
}

/// A browser in which Mira, who runs the market, is signed in.
async fn signed_in(market: &Market) -> Browser {
    let mut browser = market.browser();
    let csrf = browser.get("/login").await.hidden("csrf");
    let fields = [
        ("csrf", csrf.as_str()),
        ("email", EMAIL),
        ("password", PASSWORD),
    ];
    let answer = browser.post("/login", &fields).await;
    assert_eq!(answer.location(), "/account", "{}", answer.body);
    browser
}

/// A market that Mira runs, and her browser.
async fn run_by_mira(config: OAuthConfig) -> (Market, Browser, Uuid) {
    let market = Market::start_as(OAuthConfig {
        limits: Limits::OFF,
        ..config
    })
    .await;
    let mira = market.register_mira().await;
    market.people.change(mira, |mira| mira.admin = true);
    let browser = signed_in(&market).await;
    (market, browser, mira)
}

/// Opens the page, fills one field with the text and sends it.
async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(path).await;
    let csrf = page.hidden("csrf");
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(fields);
    browser.post(path, &all).await
}

/// Where something is typed: the page, the field, what else is filled in, and how often it is seen at least.
type Typed = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    usize,
);

/// By anybody.
const BY_STRANGERS: &[Typed] = &[
    ("/login", "email", &[("password", "wrong password")], 1),
    ("/login", "request", &[], 1),
    ("/register", "name", &[], 1),
    ("/register", "email", &[], 1),
    ("/register", "invitation", &[], 1),
    ("/register", "request", &[], 1),
    ("/recover", "email", &[], 0),
    ("/recover", "request", &[], 0),
];

/// By who is signed in.
const BY_OWNERS: &[Typed] = &[
    (
        "/admin/joining",
        "domains",
        &[("act", "admission"), ("admission", "domains")],
        1,
    ),
    (
        "/admin/joining",
        "uses",
        &[("act", "invite"), ("days", "7")],
        1,
    ),
    (
        "/admin/joining",
        "days",
        &[("act", "invite"), ("uses", "1")],
        1,
    ),
    (
        "/admin/joining",
        "note",
        &[("act", "invite"), ("uses", "0"), ("days", "7")],
        1,
    ),
    // Listed, and named once more by the button beside it; or too long, and shown to be mended.
    (
        "/admin/joining",
        "note",
        &[("act", "invite"), ("uses", "1"), ("days", "7")],
        1,
    ),
    (
        "/account/tokens",
        "name",
        &[("act", "make"), ("password", "wrong password")],
        1,
    ),
    (
        "/account/tokens",
        "name",
        &[
            ("act", "make"),
            ("password", PASSWORD),
            ("days", "30"),
            ("read:profile", "yes"),
        ],
        1,
    ),
    (
        "/account/passkeys",
        "name",
        &[("act", "add"), ("password", "wrong password")],
        1,
    ),
    (
        "/account/passkeys",
        "name",
        &[("act", "add"), ("password", PASSWORD)],
        1,
    ),
    ("/account/password", "new", &[], 0),
    ("/account/second-factor", "code", &[("act", "begin")], 0),
    ("/account/providers", "provider", &[], 0),
];

#[tokio::test]
async fn what_is_typed_comes_back_as_text() {
    let (market, mut browser, _) = run_by_mira(OAuthConfig::new(ISSUER)).await;
    for text in texts() {
        for (path, field, others, least) in BY_STRANGERS {
            let mut fields = others.to_vec();
            fields.push((field, &text));
            let page = send(&mut market.browser(), path, &fields).await;
            is_text(&format!("{field} at {path}"), &page, &text, *least);
        }
        for (path, field, others, least) in BY_OWNERS {
            let mut fields = others.to_vec();
            fields.push((field, &text));
            let page = send(&mut browser, path, &fields).await;
            is_text(&format!("{field} at {path}"), &page, &text, *least);
        }
        // What was kept of this text is not looked for with the next.
        for table in ["delete from invitation", "delete from personal_token"] {
            let done = sqlx::query(table).execute(&market.pool).await;
            done.expect("is written");
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("request", &text)
            .append_pair("token", &text)
            .append_pair("done", &text)
            .finish();
        for path in [
            "/login",
            "/register",
            "/recover",
            "/verify",
            "/recover/set",
            "/account",
            "/account/passkeys",
        ] {
            let page = browser.get(&format!("{path}?{query}")).await;
            is_text(path, &page, &text, 0);
        }
    }
}

#[tokio::test]
async fn signs_that_are_no_text_at_all_come_back_as_marks() {
    let (market, ..) = run_by_mira(OAuthConfig::new(ISSUER)).await;
    let kind = Some("application/x-www-form-urlencoded");
    for (sent, shown) in [
        ("%ff%fe%3Cscript%3E", "\u{fffd}\u{fffd}<script>"),
        (
            "%c0%bcscript%c0%be",
            "\u{fffd}\u{fffd}script\u{fffd}\u{fffd}",
        ),
        ("%ed%a0%80%22%3E", "\u{fffd}\u{fffd}\u{fffd}\">"),
        (
            "%e2%80%22%20onfocus=alert(1)",
            "\u{fffd}\" onfocus=alert(1)",
        ),
        ("%00%22%00", "\u{fffd}\"\u{fffd}"),
        ("+ADw-script+AD4-", " ADw-script AD4-"),
    ] {
        let mut browser = market.browser();
        let csrf = browser.get("/login").await.hidden("csrf");
        let body = format!("csrf={csrf}&password=wrong&email=xqz{sent}zqx");
        let page = browser
            .send(axum::http::Method::POST, "/login", kind, body)
            .await;
        is_text(sent, &page, &marked(shown), 1);
    }
}

#[tokio::test]
async fn what_is_kept_is_shown_as_text() {
    let (market, mut browser, mira) = run_by_mira(OAuthConfig::new(ISSUER)).await;
    let query = market.desktop().query();
    let asked = format!("/oauth/authorize?{query}");
    for text in texts() {
        market.people.change(mira, |mira| mira.name = text.clone());
        for sql in [
            "delete from account_identity",
            "delete from passkey",
            "update account set email = ?1",
            "insert into account_identity select '0195bd5e-0000-7000-8000-000000000001', ?1, 'mira', id, 0 from account",
            "insert into passkey select '0195bd5e-0000-7000-8000-000000000002', id, ?1, x'00', '{}', 0, null from account",
        ] {
            let done = sqlx::query(sql).bind(&text).execute(&market.pool).await;
            done.expect("is written");
        }
        for (path, least) in [
            // The name and the address.
            ("/account", 2),
            (&*asked, 1),
            // Beside it and on its button.
            ("/account/providers", 2),
            ("/account/passkeys", 2),
        ] {
            let page = browser.get(path).await;
            is_text(path, &page, &text, least);
        }
        let id = ("id", "0195bd5e-0000-7000-8000-000000000002");
        let page = send(&mut browser, "/account/passkeys", &[("act", "remove"), id]).await;
        is_text("removing a passkey", &page, &text, 1);
    }
}

#[tokio::test]
async fn why_somebody_is_suspended_is_told_as_text() {
    let (market, mut browser, mira) = run_by_mira(OAuthConfig::new(ISSUER)).await;
    let query = market.desktop().query();
    for text in texts() {
        market
            .people
            .change(mira, |mira| mira.suspended = Some(text.clone()));
        let fields = [("email", EMAIL), ("password", PASSWORD)];
        let told = send(&mut market.browser(), "/login", &fields).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN);
        is_text("signing in", &told, &text, 1);
        let told = browser.get(&format!("/oauth/authorize?{query}")).await;
        is_text("a desktop that asks", &told, &text, 1);
    }
}

/// The providers of a file, unless the file is refused.
fn providers(label: &str, client: &str) -> Option<Providers> {
    let entry = serde_json::json!({ "providers": [{
        "key": "work", "label": label, "kind": "oidc", "issuer": "https://works.example", "client_id": client,
        "client_secret": "-",
    }] });
    read_providers(&entry.to_string(), Path::new("")).ok()
}

#[tokio::test]
async fn what_the_operator_writes_is_shown_as_text() {
    let mut labels = 0;
    for text in texts() {
        let config = OAuthConfig {
            market_name: text.clone(),
            mail: MailConfig {
                contact: Some(text.clone()),
                ..MailConfig::default()
            },
            providers: providers("Works", &text).expect("is a file"),
            ..OAuthConfig::new(ISSUER)
        };
        let (market, mut browser, _) = run_by_mira(config).await;
        for (path, least) in [
            ("/login", 2),
            ("/recover", 3),
            ("/admin/providers", 3),
            ("/oauth/authorize", 2),
        ] {
            is_text(path, &browser.get(path).await, &text, least);
        }
        // Who is to be asked for the link.
        is_text("/account", &browser.get("/account").await, &text, 3);
        drop(market);

        if let Some(providers) = providers(&text, "guildhall") {
            labels += 1;
            let config = OAuthConfig {
                providers,
                ..OAuthConfig::new(ISSUER)
            };
            let (_, mut browser, _) = run_by_mira(config).await;
            for path in [
                "/login",
                "/register",
                "/account/providers",
                "/admin/providers",
            ] {
                is_text(path, &browser.get(path).await, &text, 1);
            }
        }
        // A line of these texts ends where it ends.
        if !text.contains('\n') {
            let written = format!("# {text}\n\n## {text}\n\n{text}\n\n- {text}\n");
            let texts = Texts::new(&*written, &*written);
            let (_, mut browser, _) = run_by_mira(OAuthConfig {
                texts,
                ..OAuthConfig::new(ISSUER)
            })
            .await;
            for path in ["/terms", "/privacy"] {
                is_text(path, &browser.get(path).await, &text, 4);
            }
        }
    }
    assert!(labels > 20, "only {labels} are short enough for a button");
}

#[tokio::test]
async fn letters_are_listed_as_text() {
    let folder = TempDir::new().expect("a folder can be made");
    let mail = MailConfig {
        folder: Some(folder.path().to_owned()),
        ..MailConfig::default()
    };
    let (_, mut browser, _) = run_by_mira(OAuthConfig {
        mail,
        ..OAuthConfig::new(ISSUER)
    })
    .await;
    let file = folder
        .path()
        .join("1900000000000-0195bd5e-0000-7000-8000-000000000003.eml");
    for text in texts().filter(|text| !text.contains('\n')) {
        let letter = format!(
            "To: {text}\r\nSubject: {text}\r\n\r\nHello,\r\n\r\nhttp://localhost:4810/{text}\r\n"
        );
        std::fs::write(&file, letter).expect("is written");
        is_text("/admin/mail", &browser.get("/admin/mail").await, &text, 2);
    }
}

#[tokio::test]
async fn what_a_provider_says_of_somebody_is_text() {
    let provider = ForgedProvider::start().await;
    let market = market(provider.providers(false)).await;
    // Signs that nobody sees are left out before they are kept.
    for text in texts().filter(|text| !text.chars().any(char::is_control)) {
        let mut browser = market.browser();
        let back = provider
            .sign_in(&mut browser, "", market.now(), |speech| {
                speech.claims["name"] = text.as_str().into();
                speech.claims["email"] = format!("{text}@example.org").into();
            })
            .await;
        let form = browser.get(back.location()).await;
        is_text("/register/with", &form, &text, 1);
    }
}

/// The text as a page would have it that takes it as it is, in the places that pages have.
fn careless(text: &str) -> Vec<String> {
    let worked_out = ["{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{% 7*7 %}"]
        .iter()
        .fold(text.to_owned(), |text, sum| text.replace(sum, "49"))
        .replace("{0}", "first")
        .replace("%3C", "<")
        .replace("\\u003c", "<");
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
    };
    vec![
        format!("<p>{text}</p>"),
        format!("<input value=\"{text}\">"),
        format!("<input value='{text}'>"),
        format!("<a href=\"{}\">there</a>", escaped(text)),
        // Escaped, but with its signs that nobody sees.
        format!("<p>{}</p>", escaped(text)),
        format!("<p>{}</p>", escaped(&worked_out)),
    ]
}

#[test]
fn a_page_that_takes_a_text_as_it_is_would_be_found_out() {
    for text in texts() {
        let is_seen = |page: &String| count(page, &text).map_or(true, |found| found == 0);
        assert!(
            careless(&text).iter().any(is_seen),
            "{text:?} can do no harm anywhere"
        );
    }
}
