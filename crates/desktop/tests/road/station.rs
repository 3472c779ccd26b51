//! A server on loopback behind a wire that can be cut, and desktops in front of it.

use guildhall_desktop::sign_in::{
    MemoryVault, Opener, Secret, Vault, VaultError, VaultKey, system_clock,
};
use guildhall_desktop::view::profile::{HeldSkillForm, PlaceView, ProfileForm, SpokenLanguageForm};
use guildhall_desktop::view::request::{RequestForm, WantedSkillForm};
use guildhall_desktop::view::session::{LinkView, SignInView};
use guildhall_desktop::view::{MoneyView, RoleView};
use guildhall_desktop::{Desktop, Event, Notice, Setup};
use guildhall_domain::id::AccountId;
use guildhall_server::blob::BlobLimits;
use guildhall_server::edge::{EdgeLimits, serve};
use guildhall_server::limit::Limits;
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::password::PasswordCost;
use guildhall_server::state::Market;
use guildhall_server::sync::SyncRules;
use guildhall_server::{clock, router_with};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// How long a test waits for something that comes by itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server behind a wire.
pub(crate) struct Station {
    pub(crate) market: Arc<Market>,
    pub(crate) wire: Wire,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
    folder: TempDir,
}

impl Station {
    pub(crate) async fn start() -> Self {
        Self::start_by(BlobLimits::default(), clock::system()).await
    }

    /// A server with other limits for files.
    pub(crate) async fn start_with(limits: BlobLimits) -> Self {
        Self::start_by(limits, clock::system()).await
    }

    /// A server with these limits, by this clock.
    pub(crate) async fn start_by(limits: BlobLimits, time: clock::Clock) -> Self {
        let folder = TempDir::new().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let wire = Wire::to(listener.local_addr().expect("bound")).await;
        Self::over(folder, listener, wire, limits, SyncRules::default(), time).await
    }

    /// A server behind a wire that somebody else keeps at this port.
    pub(crate) async fn behind(listener: TcpListener, port: u16) -> Self {
        let folder = TempDir::new().expect("a folder");
        let (cut, _) = watch::channel(false);
        let wire = Wire { port, cut };
        Self::over(
            folder,
            listener,
            wire,
            BlobLimits::default(),
            SyncRules::default(),
            clock::system(),
        )
        .await
    }

    async fn over(
        folder: TempDir,
        listener: TcpListener,
        wire: Wire,
        limits: BlobLimits,
        rules: SyncRules,
        time: clock::Clock,
    ) -> Self {
        let config = OAuthConfig {
            limits: Limits::OFF,
            password_cost: PasswordCost::CHEAP,
            ..OAuthConfig::new(format!("http://localhost:{}", wire.port))
        };
        let address = listener.local_addr().expect("bound");
        let file = folder.path().join("guildhall.db");
        let market = Market::open_with(&file, config, limits, time)
            .await
            .expect("opens");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let router = router_with(&market, rules);
        let serving = serve(listener, router, shutdown, EdgeLimits::default());
        let served = tokio::spawn(async move { serving.await.expect("serves") });
        Self {
            market,
            wire,
            address,
            stop,
            served,
            folder,
        }
    }

    /// Where the database lies.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("guildhall.db")
    }

    /// Stops the server, lets something be done to its files, and starts it where it was.
    pub(crate) async fn between_runs(self, done: impl AsyncFnOnce(&Path)) -> Self {
        self.again_with(SyncRules::default(), done).await
    }

    /// Stops the server and starts it where it was, with other rules.
    pub(crate) async fn restart_with(self, rules: SyncRules) -> Self {
        self.again_with(rules, async |_| ()).await
    }

    async fn again_with(self, rules: SyncRules, done: impl AsyncFnOnce(&Path)) -> Self {
        let database = self.database();
        self.wire.cut();
        self.stop.send(()).expect("it runs");
        self.served.await.expect("it stops");
        self.market.store.close().await;
        done(&database).await;
        let listener = TcpListener::bind(self.address).await.expect("the port");
        let limits = BlobLimits::default();
        let time = clock::system();
        let station = Self::over(self.folder, listener, self.wire, limits, rules, time).await;
        station.wire.mend();
        station
    }
}

/// A wire to a server that can be cut and mended; a cut one refuses and drops what it carried.
pub(crate) struct Wire {
    pub(crate) port: u16,
    cut: watch::Sender<bool>,
}

impl Wire {
    /// Takes the port that the server would have, and carries to the server.
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let (cut, state) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut state = state.clone();
                tokio::spawn(async move {
                    if *state.borrow() {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(server).await else {
                        return;
                    };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        _ = state.wait_for(|cut| *cut) => {}
                    }
                });
            }
        });
        Self { port, cut }
    }

    pub(crate) fn cut(&self) {
        self.cut.send_replace(true);
    }

    pub(crate) fn mend(&self) {
        self.cut.send_replace(false);
    }
}

/// A keychain that outlives a desktop, as the system's does.
#[derive(Clone, Default)]
pub(crate) struct SharedVault(Arc<MemoryVault>);

impl Vault for SharedVault {
    fn load(&self, key: &VaultKey) -> Result<Option<Secret>, VaultError> {
        self.0.load(key)
    }

    fn store(&self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        self.0.store(key, secret)
    }

    fn delete(&self, key: &VaultKey) -> Result<(), VaultError> {
        self.0.delete(key)
    }

    fn probe(&self) -> Result<(), VaultError> {
        self.0.probe()
    }
}

/// A desktop with its events.
pub(crate) struct Desk {
    pub(crate) desktop: Arc<Desktop>,
    pub(crate) folder: Arc<TempDir>,
    pub(crate) vault: SharedVault,
    events: mpsc::UnboundedReceiver<Event>,
    pub(crate) notices: Vec<Notice>,
}

impl Desk {
    pub(crate) async fn open(opener: Opener) -> Self {
        Self::over(
            Arc::new(TempDir::new().expect("a folder")),
            SharedVault::default(),
            opener,
        )
        .await
    }

    pub(crate) async fn over(folder: Arc<TempDir>, vault: SharedVault, opener: Opener) -> Self {
        Self::over_by(folder, vault, opener, system_clock()).await
    }

    /// A desktop on a computer with this clock.
    pub(crate) async fn over_by(
        folder: Arc<TempDir>,
        vault: SharedVault,
        opener: Opener,
        clock: guildhall_desktop::sign_in::Clock,
    ) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let setup = Setup {
            clock,
            folder: folder.path().join("profile"),
            profile: String::new(),
            vault: Box::new(vault.clone()),
            opener,
            events: sender,
        };
        let desktop = Desktop::open(setup).await.expect("opens");
        Self {
            desktop,
            folder,
            vault,
            events,
            notices: Vec::new(),
        }
    }

    /// Ends this run and starts the next one on the same files.
    pub(crate) async fn restart(self) -> Self {
        self.desktop.close().await;
        Self::over(
            Arc::clone(&self.folder),
            self.vault.clone(),
            Arc::new(|_| Ok(())),
        )
        .await
    }

    pub(crate) async fn sign_in(&mut self, port: u16) {
        self.desktop
            .sign_in(format!("localhost:{port}"))
            .await
            .expect("begins");
        self.until("signed in and up to date", async |desktop| {
            let session = desktop.session().await.expect("says");
            if let SignInView::SignedOut {
                notice: Some(notice),
            } = session.state
            {
                panic!("{notice}");
            }
            let named = matches!(session.state, SignInView::SignedIn { me } if !me.name.is_empty());
            named && desktop.sync_state().await.expect("says").link == LinkView::UpToDate
        })
        .await;
    }

    /// Who is signed in.
    pub(crate) async fn me(&self) -> AccountId {
        match self.desktop.session().await.expect("says").state {
            SignInView::SignedIn { me } => me.id.parse().expect("is an id"),
            other => panic!("nobody is signed in: {other:?}"),
        }
    }

    /// Waits, event by event, until this holds.
    pub(crate) async fn until(&mut self, what: &str, holds: impl AsyncFn(&Desktop) -> bool) {
        let waiting = async {
            while !holds(&self.desktop).await {
                match self.events.recv().await.expect("the desktop runs") {
                    Event::Notice(notice) => self.notices.push(notice),
                    Event::Changed
                    | Event::SessionChanged
                    | Event::LinkChanged
                    | Event::FileProgress { .. } => {}
                }
            }
        };
        let arrived = tokio::time::timeout(PATIENCE, waiting).await.is_ok();
        let (session, sync) = (
            self.desktop.session().await,
            self.desktop.sync_state().await,
        );
        assert!(arrived, "never: {what}; {session:?}; {sync:?}");
    }

    /// Waits until nothing is on its way.
    pub(crate) async fn settled(&mut self) {
        self.until("settled", async |desktop| {
            let sync = desktop.sync_state().await.expect("says");
            sync.link == LinkView::UpToDate && sync.waiting == 0
        })
        .await;
    }

    /// Waits for a notification whose title begins like this.
    pub(crate) async fn notice(&mut self, title: &str) {
        let waiting = async {
            while !self
                .notices
                .iter()
                .any(|notice| notice.title.starts_with(title))
            {
                if let Event::Notice(notice) = self.events.recv().await.expect("the desktop runs") {
                    self.notices.push(notice);
                }
            }
        };
        assert!(
            tokio::time::timeout(PATIENCE, waiting).await.is_ok(),
            "no notice: {title}; {:?}",
            self.notices
        );
    }
}

pub(crate) fn euro(minor: i32) -> MoneyView {
    MoneyView {
        minor,
        currency: "EUR".to_owned(),
    }
}

pub(crate) async fn profile(desktop: &Desktop) -> ProfileForm {
    let skill = |name: &str| name.to_owned();
    let skills = desktop
        .resolve_skills(skill("Rust, PostgreSQL"))
        .await
        .expect("resolves");
    let place = desktop
        .suggest_places("Leipzig".to_owned())
        .await
        .expect("suggests")
        .remove(0);
    ProfileForm {
        photo: None,
        headline: "Backend engineer for booking and ticketing".to_owned(),
        bio: "I rebuild systems that people rely on.".to_owned(),
        category: "software".to_owned(),
        skills: skills
            .into_iter()
            .map(|held| HeldSkillForm {
                level: "advanced".to_owned(),
                years: 6,
                ..held
            })
            .collect(),
        portfolio: Vec::new(),
        languages: vec![SpokenLanguageForm {
            code: "de".to_owned(),
            level: "native".to_owned(),
        }],
        rate: Some(euro(6_800)),
        place: Some(PlaceView {
            id: place.id,
            name: place.name,
            time_zone: place.time_zone,
        }),
        remote_only: false,
        travel_radius_km: 50,
        time_zone: "Europe/Berlin".to_owned(),
        hours_per_week: 30,
        free_from: String::new(),
    }
}

pub(crate) async fn request(desktop: &Desktop, form: RequestForm, title: &str) -> RequestForm {
    let skills = desktop
        .resolve_skills("Rust, PostgreSQL".to_owned())
        .await
        .expect("resolves");
    RequestForm {
        title: title.to_owned(),
        description: "Old bookings stay readable from the first day on.".to_owned(),
        category: "software".to_owned(),
        skills: skills
            .into_iter()
            .map(|held| WantedSkillForm {
                skill: held.skill,
                name: held.name,
                must: true,
                level: "intermediate".to_owned(),
            })
            .collect(),
        budget: Some(euro(7_000)),
        time_zone: "Europe/Berlin".to_owned(),
        ..form
    }
}

pub(crate) const FREELANCER: RoleView = RoleView::Freelancer;
pub(crate) const CLIENT: RoleView = RoleView::Client;
