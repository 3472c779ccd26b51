//! A server with sign-in only, a browser with a cookie jar, and a desktop that asks for tokens.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use guildhall_oauth::{Token, TokenKind, Verifier};
use guildhall_server::limit::Limits;
use guildhall_server::mail::MailConfig;
use guildhall_server::oauth::{
    Boxed, OAuth, OAuthConfig, People, PeopleError, PersonSummary, Roles, router,
};
use guildhall_server::password::PasswordCost;
use guildhall_server::texts::Texts;
use guildhall_storage::server::{Accounts, Pool};
use serde_json::Value;
use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;
use tower::ServiceExt as _;
use uuid::Uuid;

pub(crate) const ISSUER: &str = "http://localhost:4810";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:49152/cb";
pub(crate) const EMAIL: &str = "mira@example.org";
pub(crate) const PASSWORD: &str = "drei leise Worte";

/// The people of a market that has nothing else.
#[derive(Default)]
pub(crate) struct FakePeople {
    people: Mutex<BTreeMap<Uuid, PersonSummary>>,
    /// Whether the market cannot be reached.
    pub(crate) is_away: AtomicBool,
}

impl FakePeople {
    pub(crate) fn count(&self) -> usize {
        self.people.lock().expect("is sound").len()
    }

    pub(crate) fn change(&self, account: Uuid, change: impl FnOnce(&mut PersonSummary)) {
        let mut people = self.people.lock().expect("is sound");
        change(people.get_mut(&account).expect("is a person"));
    }

    fn reach(&self) -> Result<(), PeopleError> {
        if self.is_away.load(Ordering::Relaxed) {
            return Err(PeopleError::Failed("the market is away".into()));
        }
        Ok(())
    }
}

impl People for FakePeople {
    fn register(
        &self,
        account: Uuid,
        name: String,
        roles: Roles,
    ) -> Boxed<'_, Result<(), PeopleError>> {
        Box::pin(async move {
            self.reach()?;
            if name == "Nobody" {
                return Err(PeopleError::Refused {
                    message: "Nobody is not a name.".into(),
                });
            }
            let Roles { freelancer, client } = roles;
            let person = PersonSummary {
                name,
                freelancer,
                client,
                moderator: false,
                admin: false,
                suspended: None,
            };
            self.people
                .lock()
                .expect("is sound")
                .entry(account)
                .or_insert(person);
            Ok(())
        })
    }

    fn find(&self, account: Uuid) -> Boxed<'_, Result<Option<PersonSummary>, PeopleError>> {
        Box::pin(async move {
            self.reach()?;
            Ok(self.people.lock().expect("is sound").get(&account).cloned())
        })
    }
}

/// A running server whose clock stands still until it is moved.
pub(crate) struct Market {
    pub(crate) oauth: Arc<OAuth>,
    pub(crate) people: Arc<FakePeople>,
    pub(crate) pool: SqlitePool,
    router: Router,
    clock: Arc<AtomicI64>,
}

impl Market {
    /// Without limits, so that a story can try as often as it likes.
    pub(crate) async fn start() -> Self {
        Self::start_with(Limits::OFF).await
    }

    pub(crate) async fn start_with(limits: Limits) -> Self {
        Self::start_by(limits, MailConfig::default()).await
    }

    /// With limits and a way for letters.
    pub(crate) async fn start_by(limits: Limits, mail: MailConfig) -> Self {
        Self::start_as(OAuthConfig {
            limits,
            mail,
            ..OAuthConfig::new(ISSUER)
        })
        .await
    }

    /// As an operator has set it up.
    pub(crate) async fn start_as(config: OAuthConfig) -> Self {
        Self::start_at(config, 1_700_000_000_000).await
    }

    /// The same, at some time.
    pub(crate) async fn start_at(config: OAuthConfig, now: i64) -> Self {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect("sqlite::memory:")
            .await
            .expect("opens in memory");
        for tables in [
            include_str!("../../../migrations/sqlite/server/0002_accounts.sql"),
            include_str!("../../../migrations/sqlite/server/0007_invitation.sql"),
            include_str!("../../../migrations/sqlite/server/0010_audit.sql"),
        ] {
            sqlx::raw_sql(tables)
                .execute(&pool)
                .await
                .expect("makes the tables");
        }
        let clock = Arc::new(AtomicI64::new(now));
        Self::over(pool, Arc::default(), clock, config)
    }

    /// The same market after a new start, with other texts to agree to.
    pub(crate) fn with_texts(&self, texts: Texts) -> Self {
        let config = OAuthConfig {
            limits: Limits::OFF,
            texts,
            ..OAuthConfig::new(ISSUER)
        };
        let (people, clock) = (Arc::clone(&self.people), Arc::clone(&self.clock));
        Self::over(self.pool.clone(), people, clock, config)
    }

    fn over(
        pool: SqlitePool,
        people: Arc<FakePeople>,
        clock: Arc<AtomicI64>,
        config: OAuthConfig,
    ) -> Self {
        let config = OAuthConfig {
            password_cost: PasswordCost::CHEAP,
            ..config
        };
        let time = Arc::clone(&clock);
        let now = Arc::new(move || time.load(Ordering::Relaxed));
        let oauth = OAuth::new(
            Accounts::new(Pool::Sqlite(pool.clone())),
            config,
            Arc::clone(&people) as Arc<dyn People>,
            now,
        )
        .expect("the cost is in bounds");
        let oauth = Arc::new(oauth);
        Self {
            router: router(Arc::clone(&oauth)),
            oauth,
            people,
            pool,
            clock,
        }
    }

    /// With Mira, who looks for work.
    pub(crate) async fn start_with_mira() -> (Self, Uuid) {
        let market = Self::start().await;
        let account = market.register_mira().await;
        (market, account)
    }

    pub(crate) async fn register_mira(&self) -> Uuid {
        self.oauth
            .create_account(EMAIL, PASSWORD, "Mira Köhler", Roles::FREELANCER)
            .await
            .expect("is registered")
    }

    /// The time.
    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::Relaxed);
    }

    pub(crate) fn browser(&self) -> Browser {
        self.browser_of(None)
    }

    /// A browser that was here before.
    pub(crate) fn browser_of(&self, cookie: Option<String>) -> Browser {
        Browser {
            router: self.router.clone(),
            cookie,
            peer: SocketAddr::from(([127, 0, 0, 1], 50_000)),
        }
    }

    pub(crate) fn desktop(&self) -> Desktop {
        Desktop {
            browser: self.browser(),
            letter: 'v',
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("is ASCII"))
    }

    pub(crate) fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    /// A parameter of the address that the browser is sent to.
    pub(crate) fn told(&self, name: &str) -> Option<String> {
        let location = url::Url::parse(self.location()).expect("is an address");
        let found = location.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("is JSON")
    }

    /// Status and OAuth error in one line.
    pub(crate) fn refusal(&self) -> String {
        format!(
            "{} {}",
            self.status.as_u16(),
            self.json()["error"].as_str().unwrap_or("-")
        )
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let start = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let (_, rest) = self.body.split_once(&start).expect("the field is there");
        let (value, _) = rest.split_once('"').expect("the value ends");
        value.replace("&amp;", "&")
    }
}

/// A browser: keeps its cookie and follows nothing by itself.
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookie: Option<String>,
    pub(crate) peer: SocketAddr,
}

impl Browser {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, String::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(
            Method::POST,
            path,
            Some("application/x-www-form-urlencoded"),
            form,
        )
        .await
    }

    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: String,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request
            .extension(ConnectInfo(self.peer))
            .body(Body::from(body));
        let request = request.expect("is a request");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("cannot fail");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("is read");
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        if let Some((cookie, _)) = answer.header(header::SET_COOKIE).split_once(';') {
            self.cookie = Some(cookie.to_owned());
        }
        answer
    }

    /// Opens the login page for a request and sends the form.
    pub(crate) async fn log_in(&mut self, query: &str, email: &str, password: &str) -> Answer {
        let asked = self.get(&format!("/oauth/authorize?{query}")).await;
        let page = self.get(asked.location()).await;
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let fields = [
            ("csrf", csrf.as_str()),
            ("request", &request),
            ("email", email),
            ("password", password),
        ];
        self.post("/login", &fields).await
    }
}

/// A desktop that asks for tokens, and the browser beside it.
pub(crate) struct Desktop {
    pub(crate) browser: Browser,
    letter: char,
}

impl Desktop {
    pub(crate) fn verifier(&self) -> String {
        self.letter.to_string().repeat(50)
    }

    /// The query of a good request.
    pub(crate) fn query(&self) -> String {
        self.query_but("", "")
    }

    /// The query of a request that is good but for one parameter.
    pub(crate) fn query_but(&self, name: &str, value: &str) -> String {
        let verifier = Verifier::parse(&self.verifier()).expect("is well formed");
        let challenge = verifier.challenge();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (key, good) in [
            ("client_id", "guildhall-desktop"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("state", "a state & more"),
            ("scope", "marketplace"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ] {
            query.append_pair(key, if key == name { value } else { good });
        }
        query.finish()
    }

    /// Has Mira sign in, in a browser that does not know her, and returns the code.
    pub(crate) async fn code(&mut self) -> String {
        self.browser.cookie = None;
        let query = self.query();
        let answer = self.browser.log_in(&query, EMAIL, PASSWORD).await;
        answer.told("code").expect("a code is given")
    }

    pub(crate) async fn exchange(&mut self, code: &str) -> Answer {
        self.exchange_but(code, "", "").await
    }

    /// Exchanges a code with one parameter replaced.
    pub(crate) async fn exchange_but(&mut self, code: &str, name: &str, value: &str) -> Answer {
        let verifier = self.verifier();
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", "guildhall-desktop"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", &verifier),
        ]
        .map(|(key, good)| (key, if key == name { value } else { good }));
        self.browser.post("/oauth/token", &fields).await
    }

    pub(crate) async fn refresh(&mut self, token: &str) -> Answer {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", "guildhall-desktop"),
            ("refresh_token", token),
        ];
        self.browser.post("/oauth/token", &fields).await
    }

    pub(crate) async fn revoke(&mut self, token: &str) -> Answer {
        self.browser
            .post("/oauth/revoke", &[("token", token)])
            .await
    }

    /// Signs Mira in and returns access and refresh token.
    pub(crate) async fn sign_in(&mut self) -> (String, String) {
        let code = self.code().await;
        pair(&self.exchange(&code).await)
    }
}

/// The tokens of an answer.
pub(crate) fn pair(answer: &Answer) -> (String, String) {
    let json = answer.json();
    let token = |name: &str| json[name].as_str().expect("is a token").to_owned();
    (token("access_token"), token("refresh_token"))
}

/// A well-formed token that nobody was given.
pub(crate) fn foreign(kind: TokenKind) -> String {
    Token::mint(kind, [42; 32]).reveal().to_owned()
}
