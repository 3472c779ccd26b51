//! Every parameter that could become the address of another page, with addresses in it that are none of ours.

use axum::http::{Method, StatusCode};
use url::Url;

use crate::forged_provider::ForgedProvider;
use crate::oauth_support::{Answer, Browser, EMAIL, ISSUER, Market, PASSWORD, REDIRECT};
use crate::provider_support::market;

/// Where somebody would like a browser to be sent from here.
const ELSEWHERE: &[&str] = &[
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "//evil.example/%2e%2e",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "HtTpS://evil.example",
    " https://evil.example",
    "\u{1}https://evil.example",
    "http://localhost:4810@evil.example/",
    "http://localhost:4810.evil.example/",
    "http://localhost:4810\\@evil.example/",
    "http://localhost:48100/",
    "https://localhost:4810/",
    "//localhost:48100/account",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "guildhall://join?server=https://evil.example",
    "file:///etc/passwd",
    // Almost where a desktop listens.
    "http://127.0.0.1:49152@evil.example/cb",
    "http://127.0.0.1:49152\\@evil.example/cb",
    "http://127.0.0.1.evil.example:49152/cb",
    "http://user@127.0.0.1:49152/cb",
    "http://127.0.0.1:49152/cb/../elsewhere",
    "http://127.0.0.1:49152/cb/",
    "http://127.0.0.1:49152/cb#",
    "http://127.0.0.1:49152/cb?next=//evil.example",
    "http://127.0.0.1:49152//evil.example/cb",
    "http://127.0.0.1:49152%2fcb",
    "https://127.0.0.1:49152/cb",
    "http://127.0.0.1/cb",
    "http://127.0.0.1:0/cb",
    "http://127.0.0.2:49152/cb",
    "http://127.1:49152/cb",
    "http://2130706433:49152/cb",
    "http://0x7f.0.0.1:49152/cb",
    "http://0177.0.0.1:49152/cb",
    "http://\u{2460}\u{2461}\u{2466}.0.0.1:49152/cb",
    "http://127.0.0\u{3002}1:49152/cb",
    "http://localhost:49152/cb",
    "http://[::ffff:127.0.0.1]:49152/cb",
    "http://[::]:49152/cb",
    "http://0.0.0.0:49152/cb",
    "http://127.0.0.1:49152/cb\r\nLocation: https://evil.example",
    "/account\r\nLocation: https://evil.example",
];

/// What others call such a parameter.
const NAMES: &[&str] = &[
    "next",
    "return_to",
    "returnTo",
    "return",
    "redirect",
    "redirect_to",
    "redirect_uri",
    "continue",
    "url",
    "goto",
    "target",
    "dest",
    "from",
    "back",
    "page",
    "path",
    "request",
    "RelayState",
    "post_logout_redirect_uri",
    "done",
];

/// Whether a browser that is sent there stays with us, or comes to the desktop that asked.
fn is_ours(location: &str) -> bool {
    let here = Url::parse(ISSUER).expect("is an address");
    let Ok(to) = here.join(location) else {
        return false;
    };
    let is_plain = location
        .chars()
        .all(|sign| sign.is_ascii_graphic() && sign != '\\');
    let is_path = location.starts_with('/') && to.origin() == here.origin();
    is_plain && (is_path || is_answer(location, &to))
}

/// Whether it is what the desktop that asked is to hear, and nothing else.
fn is_answer(location: &str, to: &Url) -> bool {
    let names: Vec<_> = to.query_pairs().map(|(name, _)| name).collect();
    let known = ["code", "state", "iss", "error", "error_description"];
    location.starts_with(&format!("{REDIRECT}?"))
        && names.iter().any(|name| name == "iss")
        && names.iter().all(|name| known.contains(&&**name))
}

/// All that an answer could lead to by itself is ours.
fn stays(what: &str, answer: &Answer) {
    for location in answer.headers.get_all("location") {
        let location = location.to_str().unwrap_or("no ASCII");
        assert!(is_ours(location), "{what}: leads to {location}");
    }
    assert!(
        answer.headers.get_all("location").iter().count() <= 1,
        "{what}"
    );
    assert_eq!(answer.header("refresh"), "", "{what}");
    assert!(!answer.headers.contains_key("link"), "{what}");
    let policy = answer.header("content-security-policy");
    assert!(
        !policy.contains("evil") && !policy.contains("https:"),
        "{what}: {policy}"
    );
    let forms = answer.body.split("action=\"").skip(1);
    let links = answer.body.split("href=\"").skip(1);
    for part in forms.chain(links) {
        let (to, _) = part.split_once('"').expect("ends");
        assert!(is_ours(to), "{what}: a link to {to}");
    }
}

async fn signed_in(market: &Market) -> Browser {
    let mut browser = market.browser();
    let fields = [("email", EMAIL), ("password", PASSWORD)];
    let answer = send(&mut browser, "/login", &fields).await;
    assert_eq!(answer.location(), "/account", "{}", answer.body);
    browser
}

/// Sends a form with the proof that it comes from a page of ours.
async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.get("/login").await.hidden("csrf");
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(fields);
    browser.post(path, &all).await
}

fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// What may stand in the field that carries a request through the pages, with the address somewhere in it.
fn requests(market: &Market, to: &str) -> [String; 4] {
    [
        market.desktop().query_but("redirect_uri", to),
        query(&[("page", to)]),
        format!(
            "{}&{}",
            market.desktop().query(),
            query(&[("redirect_uri", to)])
        ),
        to.to_owned(),
    ]
}

#[test]
fn every_one_of_them_would_be_found_out() {
    for to in ELSEWHERE {
        assert!(!is_ours(to), "{to} is ours");
    }
    for good in [
        "/account",
        "/login?request=page%3D%2F%2Fevil.example",
        &format!("{REDIRECT}?code=x&state=%2F%2F&iss=x"),
    ] {
        assert!(is_ours(good), "{good}");
    }
}

/// What follows when somebody lets the desktop in, and when they do not.
async fn both_answers(browser: &mut Browser, asked: &str) -> [Answer; 2] {
    let letting_in = [("request", asked), ("act", "continue")];
    let not = [("request", asked), ("act", "cancel")];
    [
        send(browser, "/oauth/authorize", &letting_in).await,
        send(browser, "/oauth/authorize", &not).await,
    ]
}

#[tokio::test]
async fn a_desktop_is_answered_where_it_may_listen_and_nowhere_else() {
    let (market, _) = Market::start_with_mira().await;
    let mut mira = signed_in(&market).await;
    for to in ELSEWHERE {
        let asked = market.desktop().query_but("redirect_uri", to);
        for browser in [&mut market.browser(), &mut mira] {
            let refused = browser.get(&format!("/oauth/authorize?{asked}")).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{to}");
            assert_eq!(refused.location(), "", "{to}");
            stays(to, &refused);
        }
        for answer in both_answers(&mut mira, &asked).await {
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{to}");
            stays(to, &answer);
        }
        // It comes back to who asked, and is never taken for an address.
        let asked = market.desktop().query_but("state", to);
        for answer in both_answers(&mut mira, &asked).await {
            assert_eq!(answer.told("state").as_deref(), Some(*to));
            stays(to, &answer);
        }
    }
}

#[tokio::test]
async fn signing_in_and_out_leads_to_pages_of_our_own() {
    let (market, _) = Market::start_with_mira().await;
    for to in ELSEWHERE {
        for request in requests(&market, to) {
            let what = format!("{to} in {request}");
            let mut browser = market.browser();
            for path in [
                "/login",
                "/register",
                "/recover",
                "/login/passkey",
                "/login/code",
            ] {
                let page = browser
                    .get(&format!("{path}?{}", query(&[("request", &request)])))
                    .await;
                stays(&what, &page);
            }
            let waiting = ("request", &*request);
            let wrong = [waiting, ("email", EMAIL), ("password", "wrong password")];
            stays(&what, &send(&mut browser, "/login", &wrong).await);
            let right = [waiting, ("email", EMAIL), ("password", PASSWORD)];
            let signed_in = send(&mut browser, "/login", &right).await;
            assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{what}");
            stays(&what, &signed_in);
            for (path, more) in [
                ("/terms", ("agreed", "yes")),
                ("/account/verify", ("act", "")),
                ("/account/confirm", ("provider", "work")),
                ("/logout", ("act", "")),
            ] {
                stays(&what, &send(&mut browser, path, &[waiting, more]).await);
            }
        }
    }
}

#[tokio::test]
async fn who_joins_is_led_to_pages_of_our_own() {
    let market = Market::start().await;
    for (number, to) in ELSEWHERE.iter().enumerate() {
        for (way, request) in requests(&market, to).iter().enumerate() {
            let email = format!("new{number}-{way}@example.org");
            let fields = [
                ("request", request.as_str()),
                ("role", "client"),
                ("agreed", "yes"),
                ("name", "Jonas Brandt"),
                ("email", &email),
                ("password", PASSWORD),
            ];
            let joined = send(&mut market.browser(), "/register", &fields).await;
            assert_eq!(
                joined.status,
                StatusCode::SEE_OTHER,
                "{to}: {}",
                joined.body
            );
            stays(to, &joined);
        }
    }
}

#[tokio::test]
async fn who_comes_back_from_a_provider_is_led_to_pages_of_our_own() {
    let provider = ForgedProvider::start().await;
    let market = market(provider.providers(false)).await;
    for to in ELSEWHERE {
        for request in requests(&market, to) {
            let mut browser = market.browser();
            let back = provider
                .sign_in(&mut browser, &request, market.now(), |_| ())
                .await;
            assert_eq!(back.status, StatusCode::SEE_OTHER, "{to}");
            stays(to, &back);
            stays(to, &browser.get(back.location()).await);
        }
    }
}

#[tokio::test]
async fn no_parameter_names_another_page() {
    let (market, _) = Market::start_with_mira().await;
    let mut mira = signed_in(&market).await;
    let pages = [
        "/account",
        "/account/password",
        "/.well-known/change-password",
        "/login",
        "/oauth/authorize",
        "/verify",
    ];
    for to in ELSEWHERE {
        let all: Vec<_> = NAMES.iter().map(|name| (*name, *to)).collect();
        for path in pages {
            for browser in [&mut market.browser(), &mut mira] {
                let answer = browser.get(&format!("{path}?{}", query(&all))).await;
                stays(&format!("{to} at {path}"), &answer);
            }
        }
        let mut fields = all.clone();
        fields.extend([("email", EMAIL), ("password", PASSWORD)]);
        stays(to, &send(&mut market.browser(), "/login", &fields).await);
    }
    // A path that begins like another server is no page of ours, and leads to none.
    for path in [
        "//evil.example",
        "//evil.example/..",
        "/%2f/evil.example",
        "/%5cevil.example",
        "/account//evil.example",
    ] {
        let answer = mira.send(Method::GET, path, None, String::new()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        stays(path, &answer);
    }
}
