//! `guildhall-server demo …`, and what `serve --demo` does before and after it listens.

use super::data::Data;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use guildhall_server::clock;
use guildhall_server::demo::{self, Ground, Pace, Size, cast};
use guildhall_server::limit::Limits;
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::state::Market;
use guildhall_storage::server::ServerStore;
use std::sync::Arc;
use uuid::Uuid;

/// Makes and enters a demo market.
#[derive(Debug, Subcommand)]
pub(crate) enum Demo {
    /// Fills an empty folder with a made-up market: people, a year of their work, three accounts to sign in with.
    Seed(Filling),
    /// Prints CODE:VERIFIER, with which a desktop signs in as this account without a browser; good once and for 10 minutes.
    HandOver {
        /// E-mail of the account.
        email: String,
        #[command(flatten)]
        data: Data,
    },
}

/// How to fill it.
#[derive(Debug, Args)]
pub(crate) struct Filling {
    #[command(flatten)]
    data: Data,
    /// How many people offer their work.
    #[arg(long, default_value_t = Size::default().freelancers)]
    freelancers: usize,
    /// How many requests were published over the year.
    #[arg(long, default_value_t = Size::default().requests)]
    requests: usize,
    /// The same number makes the same market.
    #[arg(long, default_value_t = Size::default().seed)]
    seed: u64,
}

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn run(command: Demo) -> anyhow::Result<()> {
    match command {
        Demo::Seed(options) => {
            let size = Size {
                freelancers: options.freelancers,
                requests: options.requests,
                seed: options.seed,
            };
            let store = open(&options.data).await?;
            fill(&store, size).await?;
            store.close().await;
            introduce();
        }
        Demo::HandOver { email, data } => {
            data.require_known()?;
            let store = open(&data).await?;
            let mut config = OAuthConfig::new("http://localhost");
            config.lifetimes.code_ms = demo::LIFE_MS;
            let desk = demo::sign_in_desk(&store, config, &clock::system())?;
            let code = demo::hand_over(&desk, &email).await?;
            store.close().await;
            println!("{code}");
        }
    }
    Ok(())
}

/// Before a demo market opens: it is made if the folder is empty, and nobody else's marketplace is touched.
pub(crate) async fn prepare(data: &Data, config: &mut OAuthConfig) -> anyhow::Result<()> {
    config.limits = Limits::OFF;
    let store = open(data).await?;
    let desk = demo::sign_in_desk(&store, config.clone(), &clock::system())?;
    match demo::ground(&store, &desk).await? {
        Ground::Empty => fill(&store, Size::default()).await?,
        Ground::Demo => {}
        Ground::Taken => bail!(
            "{} holds a marketplace that is no demo; name an empty folder with --data",
            data.data.display()
        ),
    }
    store.close().await;
    Ok(())
}

/// After it listens: the inhabitants wake up, and the operator hears who to be.
pub(crate) fn animate(market: &Arc<Market>) {
    demo::settle(market, Pace::Human);
    introduce();
}

#[expect(
    clippy::print_stdout,
    reason = "the operator waits and wants to see why"
)]
async fn fill(store: &ServerStore, size: Size) -> anyhow::Result<()> {
    let desk = demo::sign_in_desk(
        store,
        OAuthConfig::new("http://localhost"),
        &clock::system(),
    )?;
    let now = clock::system()();
    let rows = demo::found(store, &desk, size, now, |step| println!("demo: {step}")).await?;
    println!("demo: {rows} rows; the market is ready");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the operator signs in with these")]
fn introduce() {
    for member in cast::CAST {
        println!(
            "demo login: {} / {} ({})",
            member.email,
            cast::PASSWORD,
            member.role
        );
    }
    println!("demo: everybody else here is made up and moved by a script");
}

async fn open(data: &Data) -> anyhow::Result<ServerStore> {
    if let Some(url) = &data.database {
        return ServerStore::connect(url, Uuid::new_v4())
            .await
            .context("cannot open the PostgreSQL database");
    }
    let file = data.new_file()?;
    ServerStore::open(&file, Uuid::new_v4())
        .await
        .with_context(|| format!("cannot open {}", file.display()))
}
