//! `admin newcomers`: the share of places that newcomers have.

use super::data::Data;
use super::invite;
use clap::Args;
use guildhall_matching::NewcomerShare;
use guildhall_server::{clock, exposure};

/// The share of the first ten places of a list that newcomers have.
#[derive(Debug, Args)]
pub(crate) struct Newcomers {
    #[command(flatten)]
    data: Data,
    /// In whole percent, with 0 for none; without it, what holds is printed. A running server goes by it within ten minutes.
    #[arg(value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=i64::from(NewcomerShare::MOST)))]
    percent: Option<u8>,
}

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn share(asked: Newcomers) -> anyhow::Result<()> {
    let accounts = invite::open(&asked.data).await?.accounts();
    if let Some(percent) = asked.percent {
        let share = NewcomerShare::new(percent)?;
        exposure::keep(share, &accounts, None, clock::system()().0).await?;
    }
    let percent = exposure::kept(&accounts).await?.percent();
    println!("newcomers have {percent} % of the first ten places");
    Ok(())
}
