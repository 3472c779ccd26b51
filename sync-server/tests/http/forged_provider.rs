//! A provider that says what a story wants, signed as the story wants it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use guildhall_server::provider::{Providers, read as read_providers};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// What providers know this server by.
pub(crate) const CLIENT: &str = "guildhall";
pub(crate) const SECRET: &str = "a secret of the two";

/// The providers of a file with these entries.
pub(crate) fn providers(entries: &str) -> Providers {
    let text = format!(r#"{{ "providers": [{entries}] }}"#);
    read_providers(&text, Path::new("")).expect("makes sense")
}

/// Who signs a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signer {
    /// The provider.
    Provider,
    /// Somebody else, who says that it was the provider's key.
    Somebody,
    /// Whoever knows the client's secret.
    Secret,
    /// Nobody.
    Nobody,
}

/// What the provider will say.
#[derive(Debug, Clone)]
pub(crate) struct Speech {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) signer: Signer,
    /// What it says at its address for more.
    pub(crate) more: Value,
    /// Whether it takes the code.
    pub(crate) takes_code: bool,
    /// Whether there is a token in its answer.
    pub(crate) has_token: bool,
}

struct Inside {
    issuer: String,
    metadata: Mutex<Value>,
    speech: Mutex<Option<Speech>>,
    /// The challenge of the way that a browser is on.
    challenge: Mutex<String>,
    asked: Mutex<Vec<BTreeMap<String, String>>>,
}

fn read<T: Clone>(held: &Mutex<T>) -> T {
    held.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn put<T>(held: &Mutex<T>, value: T) {
    *held.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

/// A provider on this machine, until it is dropped.
pub(crate) struct ForgedProvider {
    inside: Arc<Inside>,
    task: JoinHandle<()>,
}

impl Drop for ForgedProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The way of a browser that was sent to it.
pub(crate) struct Way {
    pub(crate) state: String,
    pub(crate) nonce: String,
    challenge: String,
    redirect: String,
}

impl Way {
    /// The way to this address.
    pub(crate) fn of(to: &str) -> Self {
        let to = Url::parse(to).expect("is an address");
        let asked: BTreeMap<_, _> = to.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["client_id"], CLIENT);
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let take = |name: &str| asked[name].clone();
        Self {
            state: take("state"),
            nonce: take("nonce"),
            challenge: take("code_challenge"),
            redirect: take("redirect_uri"),
        }
    }

    /// The path on which a provider sends the browser back, with these parameters.
    pub(crate) fn back(&self, parameters: &[(&str, &str)]) -> String {
        let redirect = Url::parse(&self.redirect).expect("is an address");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        format!("{}?{query}", redirect.path())
    }
}

impl ForgedProvider {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let address = listener.local_addr().expect("has an address");
        let issuer = format!("http://{address}");
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/me"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            // Everything that a token was ever signed with, to tempt whoever asks.
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "EdDSA"],
            "authorization_response_iss_parameter_supported": true,
        });
        let inside = Arc::new(Inside {
            issuer,
            metadata: Mutex::new(metadata),
            speech: Mutex::default(),
            challenge: Mutex::default(),
            asked: Mutex::default(),
        });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata_of))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .route("/me", get(more))
            .with_state(Arc::clone(&inside));
        let task = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("serves");
        });
        Self { inside, task }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.inside.issuer
    }

    /// As an operator names it.
    pub(crate) fn entry(&self, key: &str, trust_email: bool) -> String {
        format!(
            r#"{{ "key": "{key}", "label": "Example Works", "kind": "oidc", "issuer": "{}",
                 "client_id": "{CLIENT}", "client_secret": "{SECRET}",
                 "trust_email": {trust_email}, "networks": ["127.0.0.1/32"] }}"#,
            self.issuer()
        )
    }

    pub(crate) fn providers(&self, trust_email: bool) -> Providers {
        providers(&self.entry("work", trust_email))
    }

    /// Says something else about itself.
    pub(crate) fn publish(&self, change: impl FnOnce(&mut Value)) {
        let mut metadata = read(&self.inside.metadata);
        change(&mut metadata);
        put(&self.inside.metadata, metadata);
    }

    /// What it was asked for tokens with.
    pub(crate) fn asked(&self) -> Vec<BTreeMap<String, String>> {
        read(&self.inside.asked)
    }

    /// What an honest provider says of Mira to whoever is on this way, at this time.
    pub(crate) fn honest(&self, way: &Way, now_ms: i64) -> Speech {
        let now = now_ms / 1_000;
        Speech {
            header: json!({ "alg": "EdDSA", "typ": "JWT", "kid": "one" }),
            claims: json!({
                "iss": self.issuer(), "sub": "mira", "aud": CLIENT, "nonce": way.nonce,
                "iat": now, "exp": now + 300, "auth_time": now,
                "name": "Mira of the Works", "email": "mira@example.org", "email_verified": true,
            }),
            signer: Signer::Provider,
            more: json!({ "sub": "mira" }),
            takes_code: true,
            has_token: true,
        }
    }

    /// Says this to whoever brings the code of this way.
    pub(crate) fn say(&self, way: &Way, speech: Speech) {
        put(&self.inside.challenge, way.challenge.clone());
        put(&self.inside.speech, Some(speech));
    }

    /// The path on which it sends back a browser that was sent to this address, to whom it will say this.
    pub(crate) fn back(&self, to: &str, now_ms: i64, change: impl FnOnce(&mut Speech)) -> String {
        let way = Way::of(to);
        let mut speech = self.honest(&way, now_ms);
        change(&mut speech);
        self.say(&way, speech);
        way.back(&[
            ("code", "a code"),
            ("state", &way.state),
            ("iss", self.issuer()),
        ])
    }
}

fn key(name: &str) -> CoreEdDsaPrivateSigningKey {
    // Made from its name, so that each story has the same.
    let seed = Sha256::digest(name.as_bytes());
    let mut bytes = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    bytes.extend_from_slice(&seed);
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(bytes)
    );
    let id = JsonWebKeyId::new("one".to_owned());
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(id)).expect("is a key")
}

async fn metadata_of(State(inside): State<Arc<Inside>>) -> Json<Value> {
    Json(read(&inside.metadata))
}

async fn keys() -> Json<Value> {
    Json(json!({ "keys": [key("the provider's").as_verification_key()] }))
}

async fn token(
    State(inside): State<Arc<Inside>>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let verifier = form.get("code_verifier").cloned().unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let credentials = STANDARD.encode(format!("{CLIENT}:{}", SECRET.replace(' ', "+")));
    let is_client = headers
        .get("authorization")
        .is_some_and(|value| value == &format!("Basic {credentials}"));
    let speech = read(&inside.speech).filter(|speech| speech.takes_code);
    inside
        .asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(form);
    let Some(speech) = speech.filter(|_| is_client && challenge == read(&inside.challenge)) else {
        let refusal =
            json!({ "error": "invalid_grant", "error_description": "canary-of-the-provider" });
        return (StatusCode::BAD_REQUEST, Json(refusal));
    };
    let mut tokens =
        json!({ "access_token": "an access token", "token_type": "Bearer", "expires_in": 300 });
    if speech.has_token {
        tokens["id_token"] = sign(&speech).into();
    }
    (StatusCode::OK, Json(tokens))
}

async fn more(State(inside): State<Arc<Inside>>) -> Json<Value> {
    Json(
        read(&inside.speech)
            .map(|speech| speech.more)
            .unwrap_or_default(),
    )
}

fn sign(speech: &Speech) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&speech.header), part(&speech.claims));
    let by = |name: &str| key(name).sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes());
    let signature = match speech.signer {
        Signer::Provider => by("the provider's").expect("signs"),
        Signer::Somebody => by("somebody's").expect("signs"),
        Signer::Secret => CoreHmacKey::new(SECRET)
            .sign(&CoreJwsSigningAlgorithm::HmacSha256, message.as_bytes())
            .expect("signs"),
        Signer::Nobody => Vec::new(),
    };
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
