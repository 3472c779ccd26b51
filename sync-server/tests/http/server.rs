//! A whole server on loopback, as the binary runs it, with a clock of its own.

use crate::desk::Desk;
use crate::texts::BEGIN;
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::mutation::{Mutation, TrustedRole};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::problem::ProblemDocument;
use guildhall_server::blob::BlobLimits;
use guildhall_server::clock::{Clock, mutation_id};
use guildhall_server::edge::{EdgeLimits, serve};
use guildhall_server::limit::Limits;
use guildhall_server::oauth::{OAuthConfig, Roles, Scope};
use guildhall_server::password::PasswordCost;
use guildhall_server::provider::Providers;
use guildhall_server::router_with;
use guildhall_server::state::Market;
use guildhall_server::sync::SyncRules;
use guildhall_storage::server::Pool;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use uuid::Uuid;

/// A running server; it stops when it is dropped.
pub(crate) struct TestServer {
    pub(crate) market: Arc<Market>,
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    clock: Arc<AtomicI64>,
    _stop: oneshot::Sender<()>,
    folder: TempDir,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::by(SyncRules::default()).await
    }

    /// A server with rules of its own for sync.
    pub(crate) async fn by(rules: SyncRules) -> Self {
        Self::with(crate::database(), BlobLimits::default(), rules).await
    }

    /// A server with other limits for files.
    pub(crate) async fn start_with(limits: BlobLimits) -> Self {
        Self::over(crate::database(), limits).await
    }

    /// Over the PostgreSQL of this address, or over a file of its own.
    pub(crate) async fn over(postgres: Option<String>, limits: BlobLimits) -> Self {
        Self::with(postgres, limits, SyncRules::default()).await
    }

    /// A server on which people can sign in through these providers.
    pub(crate) async fn through(providers: Providers) -> Self {
        let rules = SyncRules::default();
        let edge = EdgeLimits::default();
        Self::with_all(
            crate::database(),
            BlobLimits::default(),
            rules,
            providers,
            edge,
        )
        .await
    }

    /// A server that waits for connections as long as this.
    pub(crate) async fn patient(edge: EdgeLimits) -> Self {
        let rules = SyncRules::default();
        let (files, providers) = (BlobLimits::default(), Providers::default());
        Self::with_all(crate::database(), files, rules, providers, edge).await
    }

    async fn with(postgres: Option<String>, limits: BlobLimits, rules: SyncRules) -> Self {
        let edge = EdgeLimits::default();
        Self::with_all(postgres, limits, rules, Providers::default(), edge).await
    }

    async fn with_all(
        postgres: Option<String>,
        limits: BlobLimits,
        rules: SyncRules,
        providers: Providers,
        edge: EdgeLimits,
    ) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("is bound");
        let clock = Arc::new(AtomicI64::new(BEGIN.0));
        let ticks = Arc::clone(&clock);
        let config = OAuthConfig {
            limits: Limits::OFF,
            password_cost: PasswordCost::CHEAP,
            providers,
            ..OAuthConfig::new(format!("http://localhost:{}", address.port()))
        };
        let time: Clock = Arc::new(move || Timestamp(ticks.load(Ordering::Relaxed)));
        let market = if let Some(url) = postgres {
            Market::connect(&url, folder.path(), config, limits, time).await
        } else {
            let file = folder.path().join("guildhall.db");
            Market::open_with(&file, config, limits, time).await
        };
        let market = market.expect("opens");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        tokio::spawn(serve(listener, router_with(&market, rules), shutdown, edge));
        Self {
            market,
            address,
            http: reqwest::Client::new(),
            clock,
            _stop: stop,
            folder,
        }
    }

    /// The files that go with messages and are on the disk.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.folder.path().join("blobs")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("lists") {
                let path = entry.expect("reads").path();
                let kind = if path.is_dir() {
                    &mut folders
                } else {
                    &mut files
                };
                kind.push(path);
            }
        }
        files
    }

    /// The links in letters that lie in the outbox, with whom they are for.
    pub(crate) fn letters(&self) -> Vec<(String, String)> {
        let unsent = guildhall_server::mail::unsent_in(&self.folder.path().join("outbox"), 0);
        unsent
            .expect("is read")
            .into_iter()
            .map(|letter| (letter.to, letter.link.unwrap_or_default()))
            .collect()
    }

    /// To whom letters were written, and what about.
    pub(crate) fn subjects(&self) -> Vec<(String, String)> {
        let unsent = guildhall_server::mail::unsent_in(&self.folder.path().join("outbox"), 0);
        let letters = unsent.expect("is read").into_iter();
        letters.map(|letter| (letter.to, letter.subject)).collect()
    }

    /// Everything that stands in the database, one row a line, each with its table.
    pub(crate) async fn dump(&self) -> Vec<String> {
        let pool = self.market.store.pool();
        let mut lines = Vec::new();
        for (table, row) in match &pool {
            Pool::Sqlite(pool) => {
                let columns: Vec<(String, String)> = sqlx::query_as(
                    "select m.name, group_concat('quote(\"' || c.name || '\")', ' || '' '' || ') from sqlite_master m \
                     join pragma_table_xinfo(m.name) c where m.type = 'table' group by m.name",
                )
                .fetch_all(pool)
                .await
                .expect("is read");
                columns
            }
            Pool::Postgres(pool) => {
                let tables: Vec<(String, String)> = sqlx::query_as(
                    "select table_name::text, 'cast(t as text)' from information_schema.tables where table_schema = current_schema()",
                )
                .fetch_all(pool)
                .await
                .expect("is read");
                tables
            }
        } {
            let sql = sqlx::AssertSqlSafe(format!("select {row} from \"{table}\" t"));
            let rows: Vec<String> = match &pool {
                Pool::Sqlite(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
                Pool::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
            }
            .expect("is read");
            lines.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        lines
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Somebody who signs in on a fresh desktop.
    pub(crate) async fn person(&self, name: &str, roles: Roles) -> Desk {
        self.somebody(name, roles).await.0
    }

    /// The same, with the address that they sign in with.
    pub(crate) async fn somebody(&self, name: &str, roles: Roles) -> (Desk, String) {
        let email = format!("{}@example.org", Uuid::new_v4().simple());
        let account = self
            .market
            .oauth
            .create_account(&email, "drei leise Worte", name, roles)
            .await
            .expect("is registered");
        (self.desk(AccountId(account)).await, email)
    }

    /// Somebody whose account id is chosen, so that the same things happen each time.
    pub(crate) async fn settle(&self, account: AccountId, name: &str, roles: Roles) -> Desk {
        let mutation = Mutation::RegisterPerson {
            name: name.to_owned(),
            roles: guildhall_domain::person::Roles {
                freelancer: roles.freelancer,
                client: roles.client,
                moderator: false,
                admin: false,
            },
        };
        self.market
            .writer
            .act(account, true, MutationId(account.0), mutation)
            .await
            .expect("is decided")
            .expect("is registered");
        self.market
            .oauth
            .adopt_account(account.0, &format!("{account}@example.org"), name, roles)
            .await
            .expect("is adopted");
        self.desk(account).await
    }

    pub(crate) async fn freelancer(&self, name: &str) -> Desk {
        self.person(name, Roles::FREELANCER).await
    }

    pub(crate) async fn client(&self, name: &str) -> Desk {
        self.person(name, Roles::CLIENT).await
    }

    /// An admin who has just signed in once more to keep order.
    pub(crate) async fn admin(&self, name: &str) -> Desk {
        let mut desk = self.client(name).await;
        self.promote(desk.account).await;
        self.oversee(&mut desk).await;
        desk
    }

    /// A moderator who has just signed in once more to keep order.
    pub(crate) async fn moderator(&self, name: &str) -> Desk {
        let mut desk = self.client(name).await;
        self.trust(desk.account, TrustedRole::Moderator).await;
        self.oversee(&mut desk).await;
        desk
    }

    /// Gives a desk a token to keep order with, whether or not its person may.
    pub(crate) async fn oversee(&self, desk: &mut Desk) {
        let issued = self
            .market
            .oauth
            .issue_for(desk.account.0, Scope::Oversight);
        desk.oversight = Some(issued.await.expect("is signed in").access_token);
    }

    /// Makes somebody an admin.
    pub(crate) async fn promote(&self, account: AccountId) {
        self.trust(account, TrustedRole::Admin).await;
    }

    /// Trusts somebody with a role, as the operator does.
    async fn trust(&self, account: AccountId, role: TrustedRole) {
        let grant = Mutation::GrantRole {
            person: account,
            role,
            reason: "By the operator".to_owned(),
        };
        self.market
            .writer
            .act(account, true, mutation_id(), grant)
            .await
            .expect("is decided")
            .expect("is granted");
        self.market.oauth.forget_callers();
    }

    /// Another desktop of an account.
    pub(crate) async fn desk(&self, account: AccountId) -> Desk {
        let token = self.token(account).await;
        Desk::new(self, account, token, DeviceId(Uuid::new_v4()))
    }

    /// A fresh access token of an account.
    pub(crate) async fn token(&self, account: AccountId) -> String {
        self.market
            .oauth
            .issue_for(account.0, Scope::Marketplace)
            .await
            .expect("is signed in")
            .access_token
            .clone()
    }

    /// Sends a request as it stands.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<String>,
    ) -> Answer {
        let mut request = self
            .http
            .request(method, format!("http://{}{path}", self.address));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        Answer::read(request).await
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) kind: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let kind = response
            .headers()
            .get("content-type")
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        Self {
            status: response.status(),
            kind,
            headers: response.headers().clone(),
            body: response.text().await.expect("is text"),
        }
    }

    /// What every answer tells a browser, whatever it is.
    pub(crate) fn is_hardened(&self, what: &str) {
        let said = |name: &str| {
            let value = self.headers.get(name);
            value.and_then(|value| value.to_str().ok()).unwrap_or("")
        };
        assert_eq!(said("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(said("referrer-policy"), "no-referrer", "{what}");
        assert_eq!(said("x-frame-options"), "DENY", "{what}");
        let policy = said("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
        let is_forgotten = said("cache-control").contains("no-store");
        assert!(is_forgotten || what.contains("/assets/"), "{what} is kept");
    }

    /// The body of an answer that is good.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        serde_json::from_str(&self.body).expect("is of the protocol")
    }

    /// The problem document of an answer that is none.
    pub(crate) fn problem(&self) -> ProblemDocument {
        assert_eq!(self.kind, "application/problem+json", "{}", self.body);
        let problem: ProblemDocument = serde_json::from_str(&self.body).expect("is a problem");
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(
            problem.kind,
            format!("/problems/{}", problem.code.replace('_', "-"))
        );
        assert!(!problem.title.is_empty());
        problem
    }

    /// Status and code of a problem in one line.
    pub(crate) fn refusal(&self) -> String {
        format!("{} {}", self.status.as_u16(), self.problem().code)
    }
}
