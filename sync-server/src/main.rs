//! `guildhall-server`: one binary over one SQLite file, or several over one PostgreSQL.

mod cli;

use crate::cli::data::Data;
use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use guildhall_protocol::app::AppVersion;
use guildhall_protocol::join::JoinLink;
use guildhall_server::admin::secret;
use guildhall_server::blob::BlobLimits;
use guildhall_server::edge::{Tls, serve_by};
use guildhall_server::oauth::{OAuthConfig, keep_address};
use guildhall_server::state::Market;
use guildhall_server::sync::{OLDEST_APP, SyncRules};
use guildhall_server::{clock, router_with};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// The Guildhall server: a freelancer marketplace that a co-op, a city or an agency runs itself.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server.
    Serve(Box<Serve>),
    /// Manages accounts from the command line.
    #[command(subcommand)]
    Admin(cli::admin::Admin),
    /// Reads and checks the log of what happened to accounts and roles.
    #[command(subcommand)]
    Audit(cli::audit::Audit),
    /// Copies the database, with the files beside it, while the server runs.
    Backup {
        #[command(flatten)]
        data: Data,
        /// The copy; there must be no such file yet.
        file: PathBuf,
    },
    /// Puts a copy in the place of the database; the server must not run. The replaced database is kept.
    Restore {
        #[command(flatten)]
        data: Data,
        /// The copy.
        file: PathBuf,
    },
    /// Makes and enters a demo market.
    #[command(subcommand)]
    Demo(cli::demo::Demo),
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen. Only loopback without TLS; port 0 takes a free one.
    #[arg(long, env = "GUILDHALL_LISTEN", default_value = "127.0.0.1:4810", value_parser = cli::listen::address)]
    listen: SocketAddr,
    #[command(flatten)]
    tls: cli::tls::TlsOptions,
    #[command(flatten)]
    limits: cli::limits::LimitOptions,
    #[command(flatten)]
    providers: cli::providers::ProviderOptions,
    /// What people call this marketplace.
    #[arg(long, env = "GUILDHALL_NAME", default_value = "Guildhall")]
    name: String,
    #[command(flatten)]
    mail: cli::mail::Mail,
    /// The most megabytes of one file that goes with a message; not more than 25.
    #[arg(long, env = "GUILDHALL_FILE_MB", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..=25))]
    file_mb: u64,
    /// The most megabytes of all files that one account has sent.
    #[arg(long, env = "GUILDHALL_ACCOUNT_MB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    account_mb: u64,
    /// The oldest desktop that is served; an older one is told to be updated.
    #[arg(long, env = "GUILDHALL_OLDEST_APP", default_value_t = OLDEST_APP)]
    oldest_app: AppVersion,
    /// Runs a demo market: made on the first start, with inhabitants who answer, without limits for signing in.
    #[arg(long)]
    demo: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("GUILDHALL_LOG")
        .unwrap_or_else(|_| "info,sqlx=warn".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match Cli::parse().command {
        Command::Serve(serve) => run(*serve).await,
        Command::Admin(admin) => cli::admin::run(admin).await,
        Command::Audit(audit) => cli::audit::run(audit).await,
        Command::Backup { data, file } => cli::copy::backup(&data, &file).await,
        Command::Restore { data, file } => cli::copy::restore(&data, &file).await,
        Command::Demo(demo) => cli::demo::run(demo).await,
    }
}

async fn open_with(
    data: &Data,
    config: OAuthConfig,
    limits: BlobLimits,
) -> anyhow::Result<Arc<Market>> {
    let file = data.new_file()?;
    if let Some(url) = &data.database {
        return Market::connect(url, &data.data, config, limits, clock::system())
            .await
            .context("cannot open the PostgreSQL database");
    }
    Market::open_with(&file, config, limits, clock::system())
        .await
        .with_context(|| format!("cannot open {}", file.display()))
}

#[expect(
    clippy::print_stdout,
    reason = "the address and the first secret are what the operator started it for"
)]
async fn run(options: Serve) -> anyhow::Result<()> {
    options.tls.check(options.listen)?;
    // Held until the process ends. Before the address is taken: that one is in use as well tells less.
    let _alone = match options.data.database {
        Some(_) => None,
        None => Some(cli::alone::claim(&options.data.data)?),
    };
    let listener = cli::listen::begin(options.listen)?;
    let door = options
        .tls
        .open(&options.data.data, listener.local_addr()?, this_year())?;
    let mut config = OAuthConfig::new(door.origin.clone());
    config.market_name = options.name;
    config.mail = options.mail.config()?;
    options.providers.apply(&mut config)?;
    let edge = options.limits.apply(&mut config)?;
    if options.demo {
        cli::demo::prepare(&options.data, &mut config).await?;
    }
    let limits = BlobLimits {
        file_bytes: options.file_mb * 1024 * 1024,
        account_bytes: options.account_mb * 1024 * 1024,
        ..BlobLimits::default()
    };
    let market = open_with(&options.data, config, limits).await?;
    println!("listening on {}", door.origin);
    let link = JoinLink {
        server: door.origin.clone(),
        pin: door.tls.as_ref().and_then(Tls::pin),
        code: None,
    };
    keep_address(&market.store.accounts(), &link).await?;
    if let (Some(tls), Some(pin)) = (&door.tls, &link.pin) {
        println!("certificate pin: {pin}");
        println!("certificate fingerprint: {}", tls.fingerprint());
        println!("invitation: {link}");
    }
    let has_admin = market.store.has_admin().await?;
    if !has_admin || options.demo {
        let now = (market.clock)();
        let which = if has_admin { "" } else { "first " };
        println!(
            "{which}admin secret: {}",
            secret::make(&market.store.accounts(), true, now.0).await?
        );
    }
    if options.demo {
        cli::demo::animate(&market);
    }
    guildhall_server::housekeeping::start(&market);
    let rules = SyncRules {
        oldest_app: options.oldest_app,
        ..SyncRules::default()
    };
    let router = router_with(&market, rules);
    serve_by(listener, router, stopped(), edge, door.tls).await?;
    if let Err(error) = market.oauth.note_failed_sign_ins().await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "failed sign-ins were not written down"
        );
    }
    market.oauth.settle_mail().await;
    market.store.close().await;
    Ok(())
}

fn this_year() -> i32 {
    jiff::Zoned::now().year().into()
}

/// Done when the operator wants the server to stop.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
