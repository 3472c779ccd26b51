//! The marketplace before the first kill: people who are signed in, made by the server's own code in this process.

use guildhall_catalog::Catalog;
use guildhall_domain::id::{AccountId, ApplicationId, MutationId, RequestId};
use guildhall_domain::money::Money;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::{HeldSkill, Level, ProfileText};
use guildhall_domain::request::{RequestText, WantedSkill, Work};
use guildhall_domain::time::Timestamp;
use guildhall_server::clock;
#[cfg(target_os = "linux")]
use guildhall_server::edge::{EdgeLimits, serve};
use guildhall_server::limit::Limits;
use guildhall_server::oauth::{OAuthConfig, Roles, Scope};
use guildhall_server::password::PasswordCost;
#[cfg(target_os = "linux")]
use guildhall_server::router;
use guildhall_server::state::Market;
#[cfg(target_os = "linux")]
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
#[cfg(target_os = "linux")]
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use uuid::Uuid;

/// The database in a server's folder.
pub(crate) fn file(data: &Path) -> PathBuf {
    data.join("guildhall.db")
}

/// The time.
pub(crate) fn now() -> Timestamp {
    clock::system()()
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) account: AccountId,
    pub(crate) token: String,
}

/// A client and a freelancer who talk about a request.
pub(crate) struct Pair {
    pub(crate) client: Person,
    pub(crate) freelancer: Person,
    pub(crate) thread: ApplicationId,
    pub(crate) skill: &'static str,
}

/// A marketplace that is being prepared.
pub(crate) struct Ground {
    market: Arc<Market>,
}

/// Opens what lies in a folder.
async fn market(data: &Path, port: u16) -> Arc<Market> {
    let mut config = OAuthConfig {
        limits: Limits::OFF,
        password_cost: PasswordCost::CHEAP,
        ..OAuthConfig::new(format!("http://localhost:{port}"))
    };
    // Nobody here renews a token, and many kills take a while.
    config.lifetimes.access_ms = 24 * 3_600_000;
    Market::open(&file(data), config, clock::system())
        .await
        .expect("opens")
}

/// A server in this process.
#[cfg(target_os = "linux")]
pub(crate) struct Open {
    market: Arc<Market>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

#[cfg(target_os = "linux")]
impl Open {
    pub(crate) async fn start(data: &Path) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("is bound");
        let market = market(data, address.port()).await;
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let limits = EdgeLimits::default();
        let served = tokio::spawn(serve(listener, router(&market), shutdown, limits));
        Self {
            market,
            address,
            stop,
            served,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) async fn end(self) {
        drop(self.stop);
        self.served.await.expect("goes on").expect("serves");
        self.market.store.close().await;
    }
}

impl Ground {
    pub(crate) async fn begin(data: &Path, port: u16) -> Self {
        let market = market(data, port).await;
        Self { market }
    }

    pub(crate) async fn end(self) {
        self.market.store.close().await;
    }

    async fn person(&self, name: &str, roles: Roles) -> Person {
        let email = format!("{}@example.org", Uuid::new_v4().simple());
        let account = self
            .market
            .oauth
            .create_account(&email, "a long enough phrase", name, roles)
            .await
            .expect("is registered");
        let tokens = self
            .market
            .oauth
            .issue_for(account, Scope::Marketplace)
            .await;
        Person {
            account: AccountId(account),
            token: tokens.expect("is signed in").access_token.clone(),
        }
    }

    async fn act(&self, person: &Person, mutation: Mutation) {
        let id = MutationId(Uuid::now_v7());
        let decided = self
            .market
            .writer
            .act(person.account, false, id, mutation)
            .await;
        decided.expect("is decided").expect("is allowed");
    }

    /// A freelancer with this skill.
    pub(crate) async fn freelancer(&self, name: &str, skill: &str) -> Person {
        let person = self.person(name, Roles::FREELANCER).await;
        let text = Box::new(profile(skill));
        self.act(&person, Mutation::SaveProfile { text }).await;
        person
    }

    /// A client with a request for this skill, and a freelancer who has it and applied.
    pub(crate) async fn pair(&self, skill: &'static str) -> Pair {
        let freelancer = self.freelancer(&format!("{skill} Freelancer"), skill).await;
        let client = self.person(&format!("{skill} Client"), Roles::CLIENT).await;
        let id = RequestId(Uuid::now_v7());
        let text = Box::new(request("Where it begins", skill));
        self.act(&client, Mutation::PublishRequest { id, text })
            .await;
        self.act(&freelancer, apply(id)).await;
        Pair {
            thread: ApplicationId::of(id, freelancer.account),
            client,
            freelancer,
            skill,
        }
    }
}

fn skill_id(name: &str) -> u32 {
    Catalog::get().resolve(name).expect("is known").0
}

fn profile(skill: &str) -> ProfileText {
    ProfileText {
        photo: None,
        headline: "Does what is asked for".to_owned(),
        bio: "Ten years of practice.".to_owned(),
        category: "software".to_owned(),
        skills: vec![HeldSkill {
            skill: Some(skill_id(skill)),
            name: skill.to_owned(),
            level: Level::Advanced,
            years: 5,
        }],
        portfolio: Vec::new(),
        languages: Vec::new(),
        rate: None,
        place: None,
        remote_only: true,
        travel_radius_km: 0,
        time_zone: "Europe/Berlin".to_owned(),
        hours_per_week: 30,
        free_from: None,
    }
}

/// A remote job that asks for this skill.
pub(crate) fn request(title: &str, skill: &str) -> RequestText {
    RequestText {
        title: title.to_owned(),
        description: "What there is to do.".to_owned(),
        category: "software".to_owned(),
        skills: vec![WantedSkill {
            skill: Some(skill_id(skill)),
            name: skill.to_owned(),
            must: true,
            level: Level::Intermediate,
        }],
        work: Work::Remote,
        place: None,
        start: now().day().plus_days(14),
        end: now().day().plus_days(90),
        hours_per_week: 20,
        budget: None,
        time_zone: "Europe/Berlin".to_owned(),
        languages: Vec::new(),
    }
}

/// An application.
pub(crate) fn apply(request: RequestId) -> Mutation {
    Mutation::SubmitApplication {
        request,
        message: "I have done this many times before.".to_owned(),
        price: Money {
            minor: 5_500,
            currency: "EUR".parse().expect("is a currency"),
        },
        terms_version: 1,
    }
}
