//! GitHub, by a fake of the few of its endpoints that matter.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_server::provider::Providers;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::forged_provider::providers;
use crate::oauth_providers::log;
use crate::oauth_support::{Answer, Browser, ISSUER};
use crate::provider_support::{market, onward, press};

/// What the fake says.
#[derive(Clone)]
struct Said {
    token: (StatusCode, Value),
    user: (StatusCode, Value),
    emails: (StatusCode, Value),
}

impl Said {
    fn honest() -> Self {
        Self {
            token: (
                StatusCode::OK,
                json!({ "access_token": "gho_token", "token_type": "bearer" }),
            ),
            user: (
                StatusCode::OK,
                json!({ "id": 583_231, "login": "octomira", "name": "Mira Köhler" }),
            ),
            emails: (
                StatusCode::OK,
                json!([
                    { "email": "old@example.org", "primary": false, "verified": true },
                    { "email": "mira@example.org", "primary": true, "verified": true },
                ]),
            ),
        }
    }
}

struct Inside {
    said: Said,
    challenge: Mutex<String>,
}

struct FakeGitHub {
    base: String,
    inside: Arc<Inside>,
    task: JoinHandle<()>,
}

impl Drop for FakeGitHub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeGitHub {
    async fn start(said: Said) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let base = format!("http://{}", listener.local_addr().expect("has an address"));
        let inside = Arc::new(Inside {
            said,
            challenge: Mutex::default(),
        });
        let routes = Router::new()
            .route("/login/oauth/access_token", post(token))
            .route("/api/user", get(user))
            .route("/api/user/emails", get(emails))
            .with_state(Arc::clone(&inside));
        let task = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("serves");
        });
        Self { base, inside, task }
    }

    fn providers(&self, trust_email: bool) -> Providers {
        providers(&format!(
            r#"{{ "key": "github", "label": "GitHub", "kind": "github", "client_id": "Ov23li",
                 "client_secret": "a secret", "web": "{base}", "api": "{base}/api/",
                 "trust_email": {trust_email}, "networks": ["127.0.0.1/32"] }}"#,
            base = self.base
        ))
    }

    /// Goes there with a browser and comes back.
    async fn sign_in(&self, browser: &mut Browser) -> Answer {
        let to = onward(&press(browser, "", "github").await);
        assert!(
            to.starts_with(&format!("{}/login/oauth/authorize?", self.base)),
            "{to}"
        );
        let asked: BTreeMap<_, _> = Url::parse(&to)
            .expect("is one")
            .query_pairs()
            .into_owned()
            .collect();
        assert_eq!(
            asked["redirect_uri"],
            format!("{ISSUER}/login/with/github/back")
        );
        assert_eq!(asked["scope"], "read:user user:email");
        assert_eq!(asked["code_challenge_method"], "S256");
        asked["code_challenge"].clone_into(
            &mut self
                .inside
                .challenge
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let back = format!("/login/with/github/back?code=c&state={}", asked["state"]);
        browser.get(&back).await
    }
}

async fn token(
    State(inside): State<Arc<Inside>>,
    Form(form): Form<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    let wanted = inside
        .challenge
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    assert_eq!(challenge, wanted, "the one who asked brings the code");
    assert_eq!(
        (form["client_id"].as_str(), form["client_secret"].as_str()),
        ("Ov23li", "a secret")
    );
    let (status, body) = inside.said.token.clone();
    (status, Json(body))
}

fn api(headers: &HeaderMap, (status, body): (StatusCode, Value)) -> (StatusCode, Json<Value>) {
    assert_eq!(headers["authorization"], "Bearer gho_token");
    assert_eq!(
        headers["user-agent"], "guildhall-server",
        "which GitHub demands"
    );
    (status, Json(body))
}

async fn user(State(inside): State<Arc<Inside>>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    api(&headers, inside.said.user.clone())
}

async fn emails(
    State(inside): State<Arc<Inside>>,
    headers: HeaderMap,
) -> (StatusCode, Json<Value>) {
    api(&headers, inside.said.emails.clone())
}

#[tokio::test]
async fn somebody_comes_from_github_with_name_and_first_address() {
    let github = FakeGitHub::start(Said::honest()).await;
    let market = market(github.providers(false)).await;
    let mut browser = market.browser();

    let answer = github.sign_in(&mut browser).await;

    assert_eq!(answer.location(), "/register/with", "{}", answer.body);
    let form = browser.get("/register/with").await;
    for words in [
        "value=\"Mira Köhler\"",
        "value=\"mira@example.org\"",
        "GitHub knows you",
    ] {
        assert!(form.body.contains(words), "{words}: {}", form.body);
    }
    let kept: (String, String) = sqlx::query_as("select issuer, subject from newcomer")
        .fetch_one(&market.pool)
        .await
        .expect("is kept");
    assert_eq!(
        kept,
        (github.base.clone(), "583231".to_owned()),
        "the number, not the login"
    );
}

#[tokio::test]
async fn what_github_says_wrongly_is_refused() {
    type Change = fn(&mut Said);
    let cases: [(Change, StatusCode, &[&str]); 6] = [
        // Errors come with 200.
        (
            |said| {
                said.token.1 =
                    json!({ "error": "bad_verification_code", "error_description": "canary" });
            },
            StatusCode::FORBIDDEN,
            &["provider_refused github: the code was not taken"],
        ),
        (
            |said| said.token.1 = json!("canary"),
            StatusCode::FORBIDDEN,
            &["provider_refused github: the answer makes no sense"],
        ),
        (
            |said| said.user.1 = json!({ "id": "canary", "login": "x" }),
            StatusCode::FORBIDDEN,
            &["provider_refused github: the answer makes no sense"],
        ),
        (
            |said| said.user = (StatusCode::UNAUTHORIZED, json!({ "message": "canary" })),
            StatusCode::BAD_GATEWAY,
            &[],
        ),
        (
            |said| said.token = (StatusCode::INTERNAL_SERVER_ERROR, json!("canary")),
            StatusCode::BAD_GATEWAY,
            &[],
        ),
        // Without the addresses, one is typed.
        (
            |said| said.emails = (StatusCode::FORBIDDEN, json!({ "message": "canary" })),
            StatusCode::SEE_OTHER,
            &[],
        ),
    ];
    for (change, status, logged) in cases {
        let mut said = Said::honest();
        change(&mut said);
        let github = FakeGitHub::start(said).await;
        let market = market(github.providers(true)).await;

        let answer = github.sign_in(&mut market.browser()).await;

        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(!answer.body.contains("canary"));
        assert_eq!(log(&market).await, logged);
    }
}

#[tokio::test]
async fn an_address_that_github_has_not_confirmed_links_nobody() {
    for confirmed in [false, true] {
        let mut said = Said::honest();
        said.emails.1[1]["verified"] = confirmed.into();
        let github = FakeGitHub::start(said).await;
        let market = market(github.providers(true)).await;
        market.register_mira().await;
        let verified = "update account set email_verified_at = 1";
        sqlx::query(verified)
            .execute(&market.pool)
            .await
            .expect("is written");

        let answer = github.sign_in(&mut market.browser()).await;

        let to = if confirmed {
            "/account"
        } else {
            "/register/with"
        };
        assert_eq!(answer.location(), to, "{}", answer.body);
    }
}
