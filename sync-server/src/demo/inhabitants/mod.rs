//! The scripted inhabitants: whoever has an account without a password is moved by this task.
//!
//! It keeps no state of its own. What is due follows from the rows: a message that has no answer, an offer on the table, a request
//! with too few applicants. Each deed carries an id that is derived from what caused it, so that a restart does nothing twice.
//! Nothing that lies before the founding of the market is touched: the year that was made up stays as it was told.

mod due;
mod pace;

pub use pace::Pace;

use self::due::{Deed, Matter, Town};
use crate::oauth::Failure;
use crate::state::Market;
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::id::AccountId;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::Verdict;
use guildhall_storage::StoreError;
use guildhall_storage::server::{Act, Job};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

/// How many inhabitants are up at once.
const AT_ONCE: usize = 24;
/// How many lines of the log are read at a time.
const LINES: u32 = 10_000;

/// Why the inhabitants fell asleep.
#[derive(Debug, thiserror::Error)]
enum Asleep {
    #[error("the market cannot be read")]
    Store(#[from] StoreError),
    #[error("the accounts cannot be read")]
    Accounts(#[from] Failure),
}

/// What became of a deed.
struct Done {
    actor: AccountId,
    matter: Matter,
    ids: Vec<Uuid>,
    refused: bool,
}

/// Lets the inhabitants live in a market. They stop when the handle is aborted or the process ends.
pub fn settle(market: &Arc<Market>, pace: Pace) -> JoinHandle<()> {
    // Before anything is read, so that no commit falls between the two.
    let commits = market.writer.commits();
    let market = Arc::clone(market);
    tokio::spawn(async move {
        if let Err(error) = live(&market, pace, commits).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the inhabitants of the demo market stopped"
            );
        }
    })
}

async fn live(
    market: &Arc<Market>,
    pace: Pace,
    mut commits: tokio::sync::broadcast::Receiver<u64>,
) -> Result<(), Asleep> {
    let (accounts, founded) = market.oauth.accounts_without_password().await?;
    let town = Town {
        inhabitants: accounts.into_iter().map(AccountId).collect(),
        founded: Timestamp(founded),
    };
    let mut read_up_to = town.founded;
    let mut matters = BTreeSet::new();
    let mut under_way = JoinSet::new();
    let mut busy = BTreeSet::new();
    let mut ids = BTreeSet::new();
    let mut refused = BTreeSet::new();
    loop {
        let lines = market.store.activity_since(read_up_to, LINES).await?;
        matters.extend(lines.iter().filter_map(matter));
        read_up_to = lines
            .last()
            .map_or(read_up_to, |line| line.at.max(read_up_to));
        for matter in matters.clone() {
            let due = due::due(&market.store, &town, matter, (market.clock)(), &refused).await?;
            if due.is_empty() {
                matters.remove(&matter);
            }
            for deed in due {
                let is_new = deed.acts.iter().all(|(id, _)| !ids.contains(&id.0));
                if is_new && under_way.len() < AT_ONCE && busy.insert(deed.actor) {
                    ids.extend(deed.acts.iter().map(|(id, _)| id.0));
                    under_way.spawn(perform(Arc::clone(market), pace, matter, deed));
                }
            }
        }
        tokio::select! {
            commit = commits.recv() => {
                if let Err(RecvError::Closed) = commit {
                    return Ok(());
                }
            }
            Some(done) = under_way.join_next(), if !under_way.is_empty() => {
                let Ok(done): Result<Done, _> = done else { continue };
                busy.remove(&done.actor);
                for id in &done.ids {
                    ids.remove(id);
                }
                if done.refused {
                    refused.extend(done.ids);
                }
                matters.insert(done.matter);
            }
        }
    }
}

/// What a line of the log may have to do with an inhabitant.
fn matter(line: &Activity) -> Option<Matter> {
    let thread = line.application.map(Matter::Thread);
    let request = || {
        let opened = matches!(
            line.kind,
            ActivityKind::RequestPublished
                | ActivityKind::RequestResumed
                | ActivityKind::RequestEdited
        );
        line.request.filter(|_| opened).map(Matter::Request)
    };
    thread.or_else(request)
}

/// Waits as long as a person would, then acts.
async fn perform(market: Arc<Market>, pace: Pace, matter: Matter, deed: Deed) -> Done {
    let wait = pace.wait(
        deed.kind,
        deed.acts.first().map_or(Uuid::nil(), |(id, _)| id.0),
    );
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let ids: Vec<Uuid> = deed.acts.iter().map(|(id, _)| id.0).collect();
    let acts = deed.acts.into_iter().map(|(id, mutation)| Act {
        link: None,
        id,
        mutation: Ok(mutation),
    });
    let job = Job {
        account: deed.actor,
        system: false,
        device: None,
        acts: acts.collect(),
    };
    let refused = match market.writer.decide(job).await {
        Ok(answer) => answer
            .decisions
            .iter()
            .any(|decision| matches!(decision.verdict, Verdict::Rejected { .. })),
        // It will be due again.
        Err(_) => false,
    };
    Done {
        actor: deed.actor,
        matter,
        ids,
        refused,
    }
}
