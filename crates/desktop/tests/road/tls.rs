//! A server on another machine, as an office has it: TLS with a certificate that it made itself, and an invitation that names its key.

use crate::browser::registers;
use crate::copies::publish;
use crate::station::Desk;
use guildhall_desktop::view::session::{LinkView, SignInView};
use guildhall_desktop::{Desktop, Error};
use guildhall_protocol::join::{JoinLink, Pin};
use guildhall_server::clock;
use guildhall_server::edge::{EdgeLimits, Tls, serve_by};
use guildhall_server::limit::Limits;
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::password::PasswordCost;
use guildhall_server::router;
use guildhall_server::state::Market;
use std::net::SocketAddr;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Office {
    folder: TempDir,
    address: SocketAddr,
    tls: Tls,
    market: Arc<Market>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Office {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::over(TempDir::new().expect("a folder"), listener).await
    }

    async fn over(folder: TempDir, listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("is bound");
        let tls = Tls::self_made(folder.path(), &["127.0.0.1".to_owned()], 2026).expect("is made");
        let config = OAuthConfig {
            limits: Limits::OFF,
            password_cost: PasswordCost::CHEAP,
            ..OAuthConfig::new(format!("https://{address}"))
        };
        let file = folder.path().join("guildhall.db");
        let market = Market::open(&file, config, clock::system())
            .await
            .expect("opens");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let limits = EdgeLimits::default();
        let serving = serve_by(
            listener,
            router(&market),
            shutdown,
            limits,
            Some(tls.clone()),
        );
        let served = tokio::spawn(async move { serving.await.expect("serves") });
        Self {
            folder,
            address,
            tls,
            market,
            stop,
            served,
        }
    }

    /// The same marketplace at the same address, with another key: as after a loss, or as somebody in between.
    async fn with_another_key(self) -> Self {
        self.stop.send(()).expect("it runs");
        self.served.await.expect("it stops");
        self.market.store.close().await;
        std::fs::remove_dir_all(self.folder.path().join("tls")).expect("is there");
        let listener = TcpListener::bind(self.address).await.expect("the port");
        Self::over(self.folder, listener).await
    }

    fn link(&self) -> JoinLink {
        JoinLink {
            server: format!("https://{}", self.address),
            pin: self.tls.pin(),
            code: None,
        }
    }
}

async fn notice(desk: &mut Desk) -> String {
    desk.until("sent away", async |desktop| told(desktop).await.is_some())
        .await;
    told(&desk.desktop).await.expect("was told")
}

async fn told(desktop: &Desktop) -> Option<String> {
    match desktop.session().await.expect("says").state {
        SignInView::SignedOut { notice } => notice,
        SignInView::Waiting { .. } | SignInView::SignedIn { .. } => None,
    }
}

/// Signs in by an invitation, with the browser that the person opens after they were told what it will say.
async fn join(desk: &mut Desk, office: &Office) {
    let link = office.link().to_string();
    desk.desktop.sign_in(link).await.expect("begins");
    let fingerprint = Some(office.tls.fingerprint().to_owned());
    desk.until("told of the browser's warning", async |desktop| {
        let state = desktop.session().await.expect("says").state;
        matches!(state, SignInView::Waiting { fingerprint: shown, browser_opened: false, .. } if shown == fingerprint)
    })
    .await;
    desk.desktop.sign_in_open().await.expect("opens");
    up_to_date(desk).await;
}

async fn up_to_date(desk: &mut Desk) {
    desk.until("up to date", async |desktop| {
        let sync = desktop.sync_state().await.expect("says");
        sync.link == LinkView::UpToDate && sync.waiting == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_leads_to_a_server_that_nobody_vouches_for() {
    let office = Office::start().await;
    let mut desk = Desk::open(registers("Ada", "ada@example.org", "client")).await;

    join(&mut desk, &office).await;
    // The key is known from now on.
    let mut desk = desk.restart().await;
    up_to_date(&mut desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_invitation_one_is_asked_for() {
    let office = Office::start().await;
    let mut desk = Desk::open(registers("Ada", "ada@example.org", "client")).await;

    let address = office.address.to_string();
    desk.desktop
        .sign_in(format!("https://{address}"))
        .await
        .expect("begins");

    let said = notice(&mut desk).await;
    assert!(
        said.contains("Ask whoever runs it for an invitation"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_not_named_is_refused() {
    let office = Office::start().await;
    let mut desk = Desk::open(registers("Ada", "ada@example.org", "client")).await;
    let link = JoinLink {
        pin: Some(Pin::of(b"another key")),
        ..office.link()
    };

    desk.desktop
        .sign_in(link.to_string())
        .await
        .expect("begins");

    let said = notice(&mut desk).await;
    assert!(said.contains("does not prove"), "{said}");
    assert!(said.contains("new invitation"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_changed_stops_everything_and_loses_nothing() {
    let office = Office::start().await;
    let mut desk = Desk::open(registers("Ada", "ada@example.org", "client")).await;
    join(&mut desk, &office).await;

    let office = office.with_another_key().await;
    publish(&desk.desktop, "Rebuild a booking system").await;
    desk.until("distrusted", async |desktop| {
        let sync = desktop.sync_state().await.expect("says");
        sync.link == LinkView::Distrusted && sync.waiting == 1
    })
    .await;

    let elsewhere = JoinLink {
        server: "https://192.0.2.1".to_owned(),
        ..office.link()
    };
    let refused = desk.desktop.believe_again(elsewhere.to_string()).await;
    assert!(matches!(refused, Err(Error::OtherServer)), "{refused:?}");

    let link = office.link().to_string();
    desk.desktop.believe_again(link).await.expect("is taken");
    up_to_date(&mut desk).await;
}
