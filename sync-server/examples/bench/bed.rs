//! A market on disk to measure in: the demo market, with as many freelancers as are asked for.

use anyhow::{Context as _, Result, ensure};
use guildhall_domain::application::Application;
use guildhall_domain::id::{AccountId, ApplicationId, RequestId};
use guildhall_domain::money::Money;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, RequestText};
use guildhall_domain::row::{Noun, Row};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::Verdict;
use guildhall_server::clock;
use guildhall_server::demo::{Size, history};
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::state::Market;
use guildhall_storage::server::{Act, Job, ServerStore};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

/// What people write to each other.
pub(crate) const WORDS: &str = "Thank you, that helps. I have put the second draft into the folder and marked what I was \
    not sure about; the numbers on page three are still yours. Shall we talk on Thursday?";

/// A market's folder. It is removed when this is dropped.
pub(crate) struct Bed {
    folder: TempDir,
    rows: Vec<Row>,
    now: Timestamp,
}

/// The time.
pub(crate) fn system_now() -> Timestamp {
    clock::system()()
}

/// A folder beside this program: the system's folder for temporary files may lie in memory, and then no disk is measured.
pub(crate) fn empty_folder() -> Result<TempDir> {
    let program = std::env::current_exe()?;
    let beside = program.parent().context("a program lies in a folder")?;
    Ok(tempfile::tempdir_in(beside)?)
}

/// The demo market with so many freelancers.
pub(crate) fn size(freelancers: usize) -> Size {
    Size {
        freelancers,
        ..Size::default()
    }
}

impl Bed {
    /// Writes the market into a folder of its own.
    pub(crate) async fn lay(freelancers: usize) -> Result<Self> {
        let now = system_now();
        let rows = history(size(freelancers), now)?.rows;
        let folder = empty_folder()?;
        let bed = Self { folder, rows, now };
        std::fs::create_dir_all(bed.data())?;
        let store = ServerStore::open(&bed.file(), Uuid::new_v4()).await?;
        store.import(bed.rows.clone(), now).await?;
        store.close().await;
        Ok(bed)
    }

    /// The folder the server is started on.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    /// A folder of this name beside the server's.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The database.
    pub(crate) fn file(&self) -> PathBuf {
        self.data().join("guildhall.db")
    }

    /// Opens the market inside this process. Close its store before a server is started.
    pub(crate) async fn open(&self) -> Result<Arc<Market>> {
        let config = OAuthConfig::new("http://localhost".to_owned());
        Ok(Market::open(&self.file(), config, clock::system()).await?)
    }

    /// What the demo's clients asked for, as if it were asked for today.
    pub(crate) fn wishes(&self) -> impl Iterator<Item = RequestText> {
        all::<Request>(&self.rows).map(|request| redated(&request.text, self.now))
    }

    /// What the demo's freelancers say of themselves.
    pub(crate) fn profiles(&self) -> impl Iterator<Item = &Profile> {
        all::<Profile>(&self.rows)
    }

    /// A client.
    pub(crate) fn client(&self) -> Result<AccountId> {
        let mut open = self.open_requests();
        Ok(open
            .next()
            .context("the market has an open request")?
            .client)
    }

    /// Freelancers who may sign in.
    pub(crate) fn freelancers(&self) -> impl Iterator<Item = AccountId> {
        all::<Person>(&self.rows)
            .filter(|person| person.roles.freelancer && !person.is_suspended())
            .map(|person| person.id)
    }

    pub(crate) fn open_requests(&self) -> impl Iterator<Item = &Request> {
        all::<Request>(&self.rows).filter(|request| request.is_open())
    }

    /// Open requests, each with a freelancer who has not applied to it; nobody twice.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Request, AccountId)> {
        let applied: BTreeSet<ApplicationId> = all::<Application>(&self.rows)
            .map(|application| application.id)
            .collect();
        let free = all::<Person>(&self.rows)
            .filter(|person| person.roles.freelancer && !person.roles.client)
            .filter(|person| !person.is_suspended())
            .map(|person| person.id);
        self.open_requests()
            .zip(free)
            .filter(move |(request, freelancer)| {
                !applied.contains(&ApplicationId::of(request.id, *freelancer))
            })
    }
}

/// The nouns of a kind among rows.
pub(crate) fn all<N: Noun + 'static>(rows: &[Row]) -> impl Iterator<Item = &N> {
    rows.iter().filter_map(N::in_row)
}

/// A request's text that begins in two weeks.
pub(crate) fn redated(text: &RequestText, now: Timestamp) -> RequestText {
    RequestText {
        start: now.day().plus_days(14),
        end: now.day().plus_days(90),
        ..text.clone()
    }
}

/// An application with a price.
pub(crate) fn application(request: RequestId, terms_version: u32) -> Mutation {
    Mutation::SubmitApplication {
        request,
        message: WORDS.to_owned(),
        price: Money {
            minor: 6_000,
            currency: "EUR".parse().expect("is a currency"),
        },
        terms_version,
    }
}

/// Lets somebody act; nothing may be refused.
pub(crate) async fn act(market: &Market, account: AccountId, mutation: Mutation) -> Result<()> {
    let answer = market
        .writer
        .decide(Job {
            account,
            system: false,
            device: None,
            acts: vec![Act {
                link: None,
                id: clock::mutation_id(),
                mutation: Ok(mutation),
            }],
        })
        .await?;
    ensure!(answer.rest.is_none(), "the writer did not take it");
    for decision in answer.decisions {
        if let Verdict::Rejected { denied } = decision.verdict {
            anyhow::bail!("refused: {denied:?}");
        }
    }
    Ok(())
}
