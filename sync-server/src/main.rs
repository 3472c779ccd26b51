//! `guildhall-server`: one binary over one SQLite file, or several over one PostgreSQL.

mod cli;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use guildhall_domain::denied::Code;
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::app::AppVersion;
use guildhall_server::admin::secret;
use guildhall_server::blob::BlobLimits;
use guildhall_server::edge::{EdgeLimits, listen, require_loopback, serve};
use guildhall_server::oauth::OAuthConfig;
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
    Serve(Serve),
    /// Manages accounts from the command line.
    #[command(subcommand)]
    Admin(Admin),
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
struct Data {
    /// Folder of the database; it is made if it does not exist.
    #[arg(long, env = "GUILDHALL_DATA", default_value = "guildhall-data")]
    data: PathBuf,
    /// `postgres://…` address of a PostgreSQL 15 or later, in place of the file; several servers may share it.
    #[arg(long, env = "GUILDHALL_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen. Only loopback until the server speaks TLS; port 0 takes a free one.
    #[arg(long, env = "GUILDHALL_LISTEN", default_value = "127.0.0.1:4810")]
    listen: SocketAddr,
    /// What people call this marketplace.
    #[arg(long, env = "GUILDHALL_NAME", default_value = "Guildhall")]
    name: String,
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

#[derive(Debug, Subcommand)]
enum Admin {
    /// Prints a new one-time secret; who enters it in the desktop's settings becomes an admin.
    Secret(Data),
    /// Makes the account with this e-mail an admin.
    Grant {
        #[command(flatten)]
        data: Data,
        /// E-mail of the account.
        email: String,
    },
    /// Sets a new password for the account with this e-mail; reads it from standard input. Ends all its sign-ins.
    SetPassword {
        #[command(flatten)]
        data: Data,
        /// E-mail of the account.
        email: String,
    },
    /// Lists people, newest first.
    People {
        #[command(flatten)]
        data: Data,
        /// Part of a name.
        #[arg(default_value = "")]
        search: String,
    },
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
        Command::Serve(serve) => run(serve).await,
        Command::Admin(admin) => administer(admin).await,
        Command::Backup { data, file } => cli::copy::backup(&only_file(&data)?, &file).await,
        Command::Restore { data, file } => cli::copy::restore(&only_file(&data)?, &file).await,
        Command::Demo(demo) => cli::demo::run(demo).await,
    }
}

/// The database of a data folder, for what works on files only.
fn only_file(data: &Data) -> anyhow::Result<PathBuf> {
    anyhow::ensure!(
        data.database.is_none(),
        "a PostgreSQL is copied and put back with its own tools, pg_dump and pg_restore"
    );
    database(data)
}

/// The database of a data folder, which is made if it does not exist.
fn database(data: &Data) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(&data.data)
        .with_context(|| format!("cannot make the folder {}", data.data.display()))?;
    Ok(data.data.join("guildhall.db"))
}

async fn open(data: &Data, config: OAuthConfig) -> anyhow::Result<Arc<Market>> {
    open_with(data, config, BlobLimits::default()).await
}

async fn open_with(
    data: &Data,
    config: OAuthConfig,
    limits: BlobLimits,
) -> anyhow::Result<Arc<Market>> {
    let file = database(data)?;
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
    require_loopback(options.listen)?;
    // Held until the process ends. Before the address is taken: that one is in use as well tells less.
    let _alone = match options.data.database {
        Some(_) => None,
        None => Some(cli::alone::claim(&options.data.data)?),
    };
    let listener =
        listen(options.listen).with_context(|| format!("cannot listen on {}", options.listen))?;
    let port = listener.local_addr()?.port();
    let issuer = format!("http://localhost:{port}");
    let mut config = OAuthConfig::new(issuer.clone());
    config.market_name = options.name;
    if options.demo {
        cli::demo::prepare(&options.data, &mut config).await?;
    }
    let limits = BlobLimits {
        file_bytes: options.file_mb * 1024 * 1024,
        account_bytes: options.account_mb * 1024 * 1024,
        ..BlobLimits::default()
    };
    let market = open_with(&options.data, config, limits).await?;
    println!("listening on {issuer}");
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
    serve(listener, router, stopped(), EdgeLimits::default()).await?;
    market.store.close().await;
    Ok(())
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

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
async fn administer(admin: Admin) -> anyhow::Result<()> {
    let config = || OAuthConfig::new("http://localhost");
    match admin {
        Admin::Secret(data) => {
            let market = open(&data, config()).await?;
            println!(
                "{}",
                secret::make(&market.store.accounts(), false, (market.clock)().0).await?
            );
        }
        Admin::Grant { data, email } => {
            let market = open(&data, config()).await?;
            let account = market
                .oauth
                .account_by_email(&email)
                .await?
                .with_context(|| format!("there is no account with the e-mail {email}"))?;
            let granted = market
                .writer
                .act(
                    account.into(),
                    true,
                    clock::mutation_id(),
                    Mutation::GrantAdmin {},
                )
                .await?;
            match granted {
                Ok(_) => println!("{email} is an admin"),
                Err(denied) if denied.code == Code::AlreadyDone => {
                    println!("{email} is an admin already");
                }
                Err(denied) => anyhow::bail!(denied.message),
            }
        }
        Admin::SetPassword { data, email } => {
            let market = open(&data, config()).await?;
            let mut password = String::new();
            std::io::stdin()
                .read_line(&mut password)
                .context("cannot read the password from standard input")?;
            market
                .oauth
                .set_password(&email, password.trim_end_matches(['\r', '\n']))
                .await?;
            println!("{email} has a new password; all its sign-ins have ended");
        }
        Admin::People { data, search } => {
            let market = open(&data, config()).await?;
            for person in market.store.search_people(&search, 200).await? {
                let roles = person.roles;
                let named = [
                    (roles.freelancer, "freelancer"),
                    (roles.client, "client"),
                    (roles.admin, "admin"),
                ];
                let roles: Vec<&str> = named
                    .into_iter()
                    .filter_map(|(has, name)| has.then_some(name))
                    .collect();
                let state = if person.is_suspended() {
                    "suspended"
                } else {
                    "active"
                };
                println!(
                    "{}\t{}\t{}\t{state}",
                    person.id,
                    person.name,
                    roles.join(",")
                );
            }
        }
    }
    Ok(())
}
