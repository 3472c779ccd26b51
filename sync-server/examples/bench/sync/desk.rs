//! One whole desktop against the server's binary: how soon it shows what was just done on it, and how soon a long queue is through.

use crate::bed::{Bed, system_now};
use crate::figure::{Figure, Sample};
use crate::orders::{Order, Report};
use crate::server::Server;
use crate::visible::{PASSWORD, Process, furnish};
use anyhow::{Context as _, Result, bail};
use guildhall_domain::id::ApplicationId;
use guildhall_protocol::sync::Envelope;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;
use std::path::Path;

use super::rate::message;
use super::wire::fresh_id;

pub(crate) const NAMES: [&str; 3] = ["sync.g14_p50_ms", "sync.g14_p99_ms", "sync.g16_s"];

const FREELANCERS: usize = 200;
const EMAIL: &str = "freelancer@example.org";
const ACTS: usize = 300;
/// What a desktop may have to send after a long time without a network.
const QUEUED: usize = 10_000;

/// Measures both.
pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let bed = Bed::lay(FREELANCERS).await?;
    let threads = furnish(&bed).await?;
    let thread = *threads.first().context("there is a thread")?;
    let server = Server::start(&bed.data())?;
    let folder = bed.beside("freelancer");
    let mut desktop = Process::start(&folder)?;
    desktop.sign_in(&server.address, EMAIL).await?;
    let local = Order::Local {
        thread: thread.to_string(),
        count: ACTS,
    };
    let Report::Took { milliseconds } = desktop.ask(&local).await? else {
        bail!("the desktop told nothing");
    };
    let took = Sample::new(milliseconds);
    desktop.close().await?;

    queue(&folder, thread).await?;
    let mut desktop = Process::start(&folder)?;
    let replay = Order::Replay {
        server: server.address.clone(),
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let Report::Took { milliseconds } = desktop.ask(&replay).await? else {
        bail!("the desktop told nothing");
    };
    let replayed = Sample::new(milliseconds).median() / 1_000.0;
    desktop.close().await?;
    server.kill()?;

    let note = format!(
        "n={}, a message sent in the app: from the call to the list of conversations that shows it, the act on the disk in between; most {:.1}",
        took.count(),
        took.most()
    );
    Ok(vec![
        Figure::new(NAMES[0], took.permille(500), "ms", note.clone()),
        Figure::new(NAMES[1], took.permille(990), "ms", note),
        Figure::new(
            NAMES[2],
            replayed,
            "s",
            format!(
                "{QUEUED} messages that were written without a network: from the moment the desktop is connected until every one is decided"
            ),
        ),
    ])
}

/// Writes acts into the closed outbox, as ten thousand calls would have done one by one.
async fn queue(folder: &Path, thread: ApplicationId) -> Result<()> {
    let file = crate::desktop::find(folder, "outbox.db").context("there is an outbox")?;
    let options = SqliteConnectOptions::new().filename(file);
    let mut outbox = sqlx::SqliteConnection::connect_with(&options).await?;
    let mut all = outbox.begin().await?;
    for number in 0..QUEUED {
        let act = Envelope::seal(0, fresh_id(), system_now(), &message(thread, number))?;
        sqlx::query("insert into outbox (id, at, name, args) values (?, ?, ?, ?)")
            .bind(act.id.to_string())
            .bind(act.at.0)
            .bind(act.name)
            .bind(act.args.get())
            .execute(&mut *all)
            .await?;
    }
    all.commit().await?;
    outbox.close().await?;
    Ok(())
}
