//! From an act on one desktop to its row on another: two desktop processes, the server's binary, every file on the disk.

use crate::bed::{Bed, act, application};
use crate::figure::{Figure, Sample};
use crate::orders::{Order, Report};
use crate::server::Server;
use anyhow::{Context as _, Result, bail, ensure};
use guildhall_domain::id::{AccountId, ApplicationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_server::oauth::Roles;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use uuid::Uuid;

const P50: &str = "road.visible_p50_ms";
const P99: &str = "road.visible_p99_ms";
const HOME: &str = "road.home_ms";
pub(crate) const NAMES: [&str; 3] = [P50, P99, HOME];

const FREELANCERS: usize = 2_000;
/// The watching client is busy: as many open requests of their own as one may have.
const OWN: usize = 50;
/// Conversations between the two.
const THREADS: usize = 20;
const MESSAGES: usize = 1_200;
/// Milliseconds between two messages.
const PAUSE: (u64, u64) = (5, 45);
const HOMES: usize = 200;
pub(crate) const PASSWORD: &str = "drei leise Worte im Wald";

/// Sends numbered messages from one desktop and watches for them on the other.
pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let bed = Bed::lay(FREELANCERS).await?;
    let threads = furnish(&bed).await?;
    let server = Server::start(&bed.data())?;
    let mut client = Process::start(&bed.beside("client"))?;
    let rows = client
        .sign_in(&server.address, "client@example.org")
        .await?;
    let mut freelancer = Process::start(&bed.beside("freelancer"))?;
    let own_rows = freelancer
        .sign_in(&server.address, "freelancer@example.org")
        .await?;

    let watching = client.ask(&Order::Watch { count: MESSAGES }).await?;
    ensure!(matches!(watching, Report::Watching), "{watching:?}");
    let say = Order::Say {
        threads: threads.iter().map(ToString::to_string).collect(),
        count: MESSAGES,
        pause: PAUSE,
    };
    let (said, seen) = tokio::try_join!(freelancer.ask(&say), client.hear())?;
    let (Report::Said { at: said }, Report::Seen { at: seen }) = (said, seen) else {
        bail!("the desktops told nothing");
    };
    ensure!(said.len() == MESSAGES && seen.len() == MESSAGES);
    // A row may be there before the act has returned on the other desktop: that is no time at all.
    let passed = said
        .iter()
        .zip(&seen)
        .map(|(said, seen)| std::time::Duration::from_nanos(seen.saturating_sub(*said)));
    let passed = Sample::of(passed);
    let (took, rows_after) = match client.ask(&Order::Home { times: HOMES }).await? {
        Report::Home { took, rows } => (Sample::new(took), rows),
        other => bail!("the client's desktop said {other:?}"),
    };
    client.close().await?;
    freelancer.close().await?;
    server.kill()?;

    let note = format!(
        "n={}, one message every 5 to 45 ms in {THREADS} threads, {own_rows} rows on the sending and {rows} on the receiving desktop; \
         least {:.1}, most {:.1}; from the act's return to the screen that shows it",
        passed.count(),
        passed.least(),
        passed.most(),
    );
    Ok(vec![
        Figure::new(P50, passed.permille(500), "ms", note.clone()),
        Figure::new(P99, passed.permille(990), "ms", note),
        Figure::new(
            HOME,
            took.median(),
            "ms",
            format!(
                "n={}, the client's home made from a cache of {rows_after} rows; p99 {:.1}, most {:.1}",
                took.count(),
                took.permille(990),
                took.most()
            ),
        ),
    ])
}

/// Adds the two people, the client's requests, and the freelancer's applications to some of them.
pub(crate) async fn furnish(bed: &Bed) -> Result<Vec<ApplicationId>> {
    let market = bed.open().await?;
    let account = async |email: &str, name: &str, roles: Roles| -> Result<AccountId> {
        let made = market.oauth.create_account(email, PASSWORD, name, roles);
        Ok(AccountId(made.await?))
    };
    let client = account("client@example.org", "Jonas Berg", Roles::CLIENT).await?;
    let freelancer = account("freelancer@example.org", "Mira Falk", Roles::FREELANCER).await?;
    let profile = bed.profiles().next().context("the market has a profile")?;
    let text = Box::new(profile.text.clone());
    act(&market, freelancer, Mutation::SaveProfile { text }).await?;
    let mut threads = Vec::new();
    for (number, text) in bed.wishes().take(OWN).enumerate() {
        let id = RequestId(Uuid::now_v7());
        let text = Box::new(text);
        act(&market, client, Mutation::PublishRequest { id, text }).await?;
        if number < THREADS {
            act(&market, freelancer, application(id, 1)).await?;
            threads.push(ApplicationId::of(id, freelancer));
        }
    }
    market.store.close().await;
    Ok(threads)
}

/// A desktop's process.
pub(crate) struct Process {
    child: Child,
    orders: ChildStdin,
    reports: Lines<BufReader<ChildStdout>>,
}

impl Process {
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--desktop")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let orders = child.stdin.take().context("no way to speak to it")?;
        let output = child.stdout.take().context("no way to hear it")?;
        Ok(Self {
            child,
            orders,
            reports: BufReader::new(output).lines(),
        })
    }

    pub(crate) async fn ask(&mut self, order: &Order) -> Result<Report> {
        let mut line = serde_json::to_string(order)?;
        line.push('\n');
        self.orders.write_all(line.as_bytes()).await?;
        self.hear().await
    }

    async fn hear(&mut self) -> Result<Report> {
        let line = self.reports.next_line().await?;
        Ok(serde_json::from_str(
            &line.context("the desktop has ended")?,
        )?)
    }

    pub(crate) async fn sign_in(&mut self, server: &str, email: &str) -> Result<u32> {
        let order = Order::SignIn {
            server: server.to_owned(),
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
        };
        match self.ask(&order).await? {
            Report::SignedIn { rows } => Ok(rows),
            other => bail!("the desktop said {other:?}"),
        }
    }

    pub(crate) async fn close(mut self) -> Result<()> {
        self.ask(&Order::Close).await?;
        self.child.wait().await?;
        Ok(())
    }
}
