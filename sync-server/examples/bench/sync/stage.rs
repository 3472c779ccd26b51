//! A market made for measuring: people in pairs, each pair with a thread, and one request that everybody has applied to.
//!
//! People, rows and sign-ins are written straight into the database before the server starts, by the store's own functions and,
//! for the tables of sign-in, as the server itself would have written them; nobody types ten thousand passwords.

use crate::bed::{WORDS, empty_folder, system_now};
use crate::server::Server;
use anyhow::{Context as _, Result};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::id::{AccountId, ApplicationId, MessageId, RequestId};
use guildhall_domain::message::Message;
use guildhall_domain::money::Money;
use guildhall_domain::person::{Person, Roles, Standing, Status};
use guildhall_domain::profile::Level;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestStage, RequestText, WantedSkill, Work};
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;
use guildhall_oauth::{Token, TokenKind};
use guildhall_postgres_ground::Ground;
use guildhall_server::blob::BlobLimits;
use guildhall_server::clock;
use guildhall_server::oauth::{OAuthConfig, Roles as Sides, Scope};
use guildhall_server::state::Market;
use guildhall_storage::server::ServerStore;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use uuid::Uuid;

/// How many requests of the first client are recommended to the first freelancer, to be taken back one by one.
pub(crate) const OFFERED: usize = 100;

/// Somebody with a sign-in.
#[derive(Debug, Clone)]
pub(crate) struct Player {
    pub(crate) account: AccountId,
    pub(crate) token: String,
}

/// A client and a freelancer with a thread.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) client: Player,
    pub(crate) freelancer: Player,
    pub(crate) thread: ApplicationId,
}

/// A database of its own.
struct Postgres {
    /// It runs as long as this lives.
    _ground: Ground,
    url: String,
}

/// A database folder, removed when this is dropped.
pub(crate) struct Stage {
    folder: TempDir,
    /// In place of the folder's file.
    postgres: Option<Postgres>,
    pub(crate) pairs: Vec<Pair>,
    /// Whose request everybody has applied to.
    pub(crate) owner: Player,
    pub(crate) hot: Request,
    /// The requests of the first pair's client that are recommended to the first pair's freelancer.
    pub(crate) offered: Vec<RequestId>,
}

impl Stage {
    /// Writes a market of so many pairs, and so many messages into the first pair's thread, beside these rows.
    pub(crate) async fn lay(pairs: usize, messages: usize, rows: Vec<Row>) -> Result<Self> {
        Self::lay_over(None, pairs, messages, rows).await
    }

    /// The same into a PostgreSQL that is started for it and waits for the disk.
    pub(crate) async fn lay_on_postgres(pairs: usize, rows: Vec<Row>) -> Result<Self> {
        let ground = Ground::start_durable()?;
        let url = ground.database()?;
        let postgres = Postgres {
            _ground: ground,
            url,
        };
        Self::lay_over(Some(postgres), pairs, 0, rows).await
    }

    async fn lay_over(
        postgres: Option<Postgres>,
        pairs: usize,
        messages: usize,
        mut rows: Vec<Row>,
    ) -> Result<Self> {
        let now = system_now();
        let mut tokens = BTreeMap::new();
        let mut person = |name: String| -> Result<Player> {
            let account = AccountId(Uuid::now_v7());
            rows.push(Row::Person(somebody(account, name, now)));
            let token = mint(TokenKind::Access);
            let player = Player {
                account,
                token: token.reveal().to_owned(),
            };
            tokens.insert(account, token);
            Ok(player)
        };
        let owner = person("Anna Vogt".to_owned())?;
        let mut people = Vec::with_capacity(pairs);
        for number in 0..pairs {
            people.push((
                person(format!("Client {number}"))?,
                person(format!("Freelancer {number}"))?,
            ));
        }
        let hot = request(owner.account, now);
        rows.push(Row::Request(hot.clone()));
        let mut made = Vec::with_capacity(pairs);
        for (client, freelancer) in people {
            let own = request(client.account, now);
            let thread = ApplicationId::of(own.id, freelancer.account);
            rows.push(Row::Application(applied(&own, freelancer.account, now)));
            for player in [&client, &freelancer] {
                rows.push(Row::Application(applied(&hot, player.account, now)));
            }
            rows.push(Row::Request(own));
            made.push(Pair {
                client,
                freelancer,
                thread,
            });
        }
        let first = made.first().context("a stage has a pair")?;
        let mut offered = Vec::new();
        for _ in 0..OFFERED {
            let wish = request(first.client.account, now);
            offered.push(wish.id);
            rows.push(Row::Recommendation(recommended(
                &wish,
                first.freelancer.account,
                now,
            )));
            rows.push(Row::Request(wish));
        }
        rows.extend((0..messages).map(|number| said(first, number, now)));
        let folder = empty_folder()?;
        let mut stage = Self {
            folder,
            postgres,
            pairs: made,
            owner,
            hot,
            offered,
        };
        std::fs::create_dir_all(stage.data())?;
        let store = match &stage.postgres {
            None => ServerStore::open(&stage.file(), Uuid::new_v4()).await?,
            Some(postgres) => ServerStore::connect(&postgres.url, Uuid::new_v4()).await?,
        };
        store.import(rows, now).await?;
        store.close().await;
        match &stage.postgres {
            None => admit(&stage.file(), &tokens, now).await?,
            Some(_) => stage.sign_all_in().await?,
        }
        Ok(stage)
    }

    /// Starts the server on it.
    pub(crate) fn serve(&self) -> Result<Server> {
        let url = self
            .postgres
            .as_ref()
            .map(|postgres| OsStr::new(&postgres.url));
        let settings: Vec<_> = url
            .map(|url| ("GUILDHALL_DATABASE", url))
            .into_iter()
            .collect();
        Server::start_with(&self.data(), &settings)
    }

    /// Gives everybody a sign-in by the server's own functions: one after the other, for a few dozen people.
    async fn sign_all_in(&mut self) -> Result<()> {
        let Some(postgres) = &self.postgres else {
            return Ok(());
        };
        let config = OAuthConfig::new("http://localhost".to_owned());
        let limits = BlobLimits::default();
        let market =
            Market::connect(&postgres.url, &self.data(), config, limits, clock::system()).await?;
        let pairs = self.pairs.iter_mut();
        let players = pairs.flat_map(|pair| [&mut pair.client, &mut pair.freelancer]);
        for player in players.chain([&mut self.owner]) {
            let account = player.account.0;
            let email = format!("{account}@example.org");
            let sides = Sides::CLIENT;
            market
                .oauth
                .adopt_account(account, &email, "Somebody", sides)
                .await?;
            player.token = market
                .oauth
                .issue_for(account, Scope::Marketplace)
                .await?
                .access_token;
        }
        market.store.close().await;
        Ok(())
    }

    /// What the first pair has without its messages.
    pub(crate) fn own_rows(&self) -> Vec<Row> {
        let pair = &self.pairs[0];
        let now = system_now();
        let own = request(pair.client.account, now);
        let mut thread = applied(&own, pair.freelancer.account, now);
        thread.id = pair.thread;
        let somebody =
            |player: &Player| Row::Person(somebody(player.account, "Somebody".to_owned(), now));
        vec![
            somebody(&pair.client),
            somebody(&pair.freelancer),
            Row::Request(own),
            Row::Application(thread),
        ]
    }

    /// A message in the first pair's thread.
    pub(crate) fn message(&self, number: usize, now: Timestamp) -> Row {
        said(&self.pairs[0], number, now)
    }

    /// The folder the server is started on.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    /// A folder of this name beside the server's.
    pub(crate) fn beside(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(&path)?;
        Ok(path)
    }

    fn file(&self) -> PathBuf {
        self.data().join("guildhall.db")
    }
}

/// The words of a message; no two are the same.
pub(crate) fn words(number: usize) -> String {
    format!("{number}: {WORDS}")
}

fn said(pair: &Pair, number: usize, now: Timestamp) -> Row {
    Row::Message(Message {
        id: MessageId(Uuid::now_v7()),
        application: pair.thread,
        author: pair.client.account,
        body: words(number),
        attachments: Vec::new(),
        at: now,
    })
}

fn somebody(id: AccountId, name: String, now: Timestamp) -> Person {
    Person {
        id,
        name,
        roles: Roles {
            freelancer: true,
            client: true,
            moderator: false,
            admin: false,
        },
        status: Status::Active,
        standing: Standing::default(),
        proven: BTreeMap::new(),
        joined: now,
    }
}

fn euros(minor: i64) -> Money {
    Money {
        minor,
        currency: "EUR".parse().expect("is a currency"),
    }
}

fn request(client: AccountId, now: Timestamp) -> Request {
    Request {
        id: RequestId(Uuid::now_v7()),
        client,
        text: RequestText {
            title: "A ledger for a small workshop".to_owned(),
            description: WORDS.to_owned(),
            category: "software".to_owned(),
            skills: vec![WantedSkill {
                skill: None,
                name: "Bookbinding by hand".to_owned(),
                must: true,
                level: Level::Intermediate,
            }],
            work: Work::Remote,
            place: None,
            start: now.day().plus_days(14),
            end: now.day().plus_days(90),
            hours_per_week: 20,
            budget: Some(euros(7_000)),
            time_zone: "Europe/Berlin".to_owned(),
            languages: vec!["en".to_owned()],
        },
        terms_version: 1,
        places: 1,
        hired: 0,
        stage: RequestStage::Open,
        published: now,
        changed: now,
    }
}

fn applied(request: &Request, freelancer: AccountId, now: Timestamp) -> Application {
    Application {
        id: ApplicationId::of(request.id, freelancer),
        request: request.id,
        client: request.client,
        freelancer,
        message: WORDS.to_owned(),
        price: euros(6_000),
        terms_version: 1,
        submitted: now,
        stage: ApplicationStage::Submitted,
    }
}

fn recommended(request: &Request, freelancer: AccountId, now: Timestamp) -> Recommendation {
    Recommendation {
        id: Recommendation::id_of(request.id, freelancer),
        request: request.id,
        client: request.client,
        freelancer,
        score_version: 1,
        score: 8_000,
        parts: [8_000; 5],
        for_client: true,
        for_freelancer: true,
        at: now,
        newcomer: None,
    }
}

fn mint(kind: TokenKind) -> Token {
    let (low, high) = (Uuid::new_v4(), Uuid::new_v4());
    let mut chance = [0; 32];
    chance[..16].copy_from_slice(low.as_bytes());
    chance[16..].copy_from_slice(high.as_bytes());
    Token::mint(kind, chance)
}

/// Writes accounts that cannot sign in by themselves, each with a sign-in whose access token is given and has been used before.
async fn admit(file: &Path, tokens: &BTreeMap<AccountId, Token>, now: Timestamp) -> Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true);
    let mut database = sqlx::SqliteConnection::connect_with(&options).await?;
    let mut all = database.begin().await?;
    let until = now.plus_ms(24 * 60 * 60 * 1_000).0;
    for (account, token) in tokens {
        let account = account.to_string();
        let family = Uuid::now_v7().to_string();
        let refresh = mint(TokenKind::Refresh).hash();
        let email = format!("{account}@example.org");
        sqlx::query(
            "insert into account (id, email, email_folded, name, is_freelancer, is_client, terms_version, terms_at, person_ready_at, created_at) \
             values (?1, ?2, ?2, 'Somebody', 1, 1, '', ?3, ?3, ?3)",
        )
        .bind(&account)
        .bind(&email)
        .bind(now.0)
        .execute(&mut *all)
        .await?;
        sqlx::query("insert into token_family (id, account, client_id, created_at, expires_at) values (?, ?, ?, ?, ?)")
            .bind(&family)
            .bind(&account)
            .bind(guildhall_oauth::DESKTOP_CLIENT)
            .bind(now.0)
            .bind(until)
            .execute(&mut *all)
            .await?;
        sqlx::query(
            "insert into refresh_token (hash, family, generation, expires_at, used_at) values (?, ?, 0, ?, 1)",
        )
        .bind(refresh.as_bytes())
        .bind(&family)
        .bind(until)
        .execute(&mut *all)
        .await?;
        sqlx::query("insert into access_token (hash, refresh, expires_at) values (?, ?, ?)")
            .bind(token.hash().as_bytes())
            .bind(refresh.as_bytes())
            .bind(until)
            .execute(&mut *all)
            .await?;
    }
    all.commit().await?;
    database.close().await?;
    Ok(())
}
