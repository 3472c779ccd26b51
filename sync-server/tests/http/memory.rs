//! What sessions are told from memory, compared with what the database answers.

use crate::crowd::next_act;
use crate::desk::Desk;
use crate::saved::Saved;
use crate::server::TestServer;
use futures_util::future::join_all;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Status;
use guildhall_domain::row::{Row, Table};
use guildhall_protocol::sync::Delta;
use guildhall_server::oauth::Roles;
use guildhall_server::sync::{Page, Session};
use guildhall_storage::server::{Act, Job};
use guildhall_sync_core::pull::{Ask, Cut, Merge};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

const SEEDS: u64 = 4;
const BATCHES: usize = 90;

/// Somebody with a live session, and what their desktop holds by it.
struct Listener {
    desk: Desk,
    session: Session,
    saved: Saved,
}

/// What came from memory so far.
#[derive(Debug, Default)]
struct Seen {
    flashes: usize,
    pulls: usize,
    lost: usize,
    left: usize,
    hushed: usize,
    tables: BTreeSet<Table>,
}

fn text(delta: &Delta) -> String {
    serde_json::to_string(delta).expect("can be written")
}

impl Listener {
    async fn greeted(server: &TestServer, desk: Desk) -> Self {
        let mut session = Session::open(Arc::clone(&server.market), desk.account, Uuid::new_v4());
        let mut saved = Saved::default();
        let page = session.greet(&desk.hello(None)).await.expect("is greeted");
        take(&mut session, &mut saved, desk.account, &page).await;
        Self {
            desk,
            session,
            saved,
        }
    }

    /// Hears everything that is new. When that is one commit, it must be, to the letter, what the database answers.
    async fn listen(&mut self, server: &TestServer, is_one: bool, found: &mut Seen) {
        let account = self.desk.account;
        let cursor = self.session.cursor().expect("was greeted");
        let ask = Ask::next(account, cursor);
        let pulled = server.market.store.pull(&ask).await.expect("is read");
        let mut pages = 0;
        while let Some(page) = self.session.news().await.expect("is read") {
            pages += 1;
            match &page {
                Page::Flash(_) => {
                    let told = page.delta().expect("tells something");
                    if is_one {
                        assert_eq!(text(told), text(&pulled), "for {account}");
                    }
                    found.count(account, told);
                }
                Page::Pulled { .. } => found.pulls += 1,
            }
            take(&mut self.session, &mut self.saved, account, &page).await;
        }
        assert_eq!(
            pages > 0,
            !pulled.is_empty(),
            "{account} hears of what is new"
        );
    }
}

async fn take(session: &mut Session, saved: &mut Saved, account: AccountId, page: &Page) {
    let delta = page.delta().expect("tells something");
    saved.follow(account, delta);
    let next = session.acknowledged(delta.cursor).await.expect("was said");
    assert!(next.is_none(), "all of it fits into a page");
}

impl Seen {
    fn count(&mut self, account: AccountId, told: &Delta) {
        self.flashes += 1;
        self.lost += told.reset.len();
        self.left += told.left.len();
        for row in &told.rows {
            self.tables.insert(row.table);
            if row.table == Table::Person && row.id != account.0 {
                let person = Row::decode(row.table, row.body.get()).expect("is a row");
                let Row::Person(person) = person else {
                    continue;
                };
                if let Status::Suspended { reason, .. } = person.status {
                    assert_eq!(reason, "", "why is told to the person alone");
                    self.hushed += 1;
                }
            }
        }
    }
}

fn job(account: AccountId, mutations: Vec<Mutation>) -> Job {
    let act = |mutation| Act {
        link: None,
        id: MutationId(Uuid::now_v7()),
        mutation: Ok(mutation),
    };
    Job {
        account,
        system: false,
        device: None,
        acts: mutations.into_iter().map(act).collect(),
    }
}

async fn listen_for_a_while(seed: u64, found: &mut Seen) {
    let server = TestServer::start().await;
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut people = Vec::new();
    for (number, name, roles) in [
        (1, "Ada Client", Roles::CLIENT),
        (2, "Bea Client", Roles::CLIENT),
        (3, "Cem Freelancer", Roles::FREELANCER),
        (4, "Dan Freelancer", Roles::FREELANCER),
        (5, "Eva Both", Roles::BOTH),
        (6, "Rut Root", Roles::CLIENT),
    ] {
        let account = AccountId(Uuid::from_u128(number));
        people.push(server.settle(account, name, roles).await);
    }
    server.promote(AccountId(Uuid::from_u128(6))).await;
    let mut listeners = Vec::new();
    for desk in people {
        listeners.push(Listener::greeted(&server, desk).await);
    }

    let mut waiting = vec![0; listeners.len()];
    for _ in 0..BATCHES {
        server.wait(chance.random_range(1..2_000));
        let mut jobs = Vec::new();
        for _ in 0..chance.random_range(1..=4) {
            let one = &listeners[chance.random_range(0..listeners.len())];
            let rows = one.saved.rows.values();
            let acts = (0..chance.random_range(1..=2))
                .filter_map(|_| next_act(one.desk.account, rows.clone(), &mut chance));
            jobs.push(job(one.desk.account, acts.collect()));
        }
        // All of them are queued before the writer begins: one batch.
        let decided = jobs.into_iter().map(|job| server.market.writer.decide(job));
        for answer in join_all(decided).await {
            answer.expect("is decided");
        }
        // Some are busy, and what is new to them gathers.
        for (listener, waiting) in listeners.iter_mut().zip(&mut waiting) {
            *waiting += 1;
            if chance.random_ratio(3, 4) {
                listener.listen(&server, *waiting == 1, found).await;
                *waiting = 0;
            }
        }
    }

    for (listener, waiting) in listeners.iter_mut().zip(waiting) {
        if waiting > 0 {
            listener.listen(&server, waiting == 1, found).await;
        }
        let everything = listener.desk.everything().await;
        assert_eq!(listener.saved.rows, everything, "seed {seed}");
    }
}

#[tokio::test]
async fn memory_tells_to_the_letter_what_the_database_answers() {
    let mut found = Seen::default();
    for seed in 1..=SEEDS {
        listen_for_a_while(seed, &mut found).await;
    }

    assert!(found.flashes > found.pulls, "{found:?}");
    assert!(
        found.pulls > 0,
        "a scope that comes anew is asked for: {found:?}"
    );
    assert!(
        found.lost > 0 && found.left > 0 && found.hushed > 0,
        "{found:?}"
    );
    assert!(found.tables.len() >= 11, "{found:?}");
}

#[tokio::test]
async fn a_page_that_was_made_ahead_of_time_shows_nothing_that_has_changed_since() {
    let server = TestServer::start().await;
    let person = |number| AccountId(Uuid::from_u128(number));
    let mut ada = server.settle(person(1), "Ada Client", Roles::CLIENT).await;
    let mut bea = server.settle(person(2), "Bea Client", Roles::CLIENT).await;
    let mut requests = Vec::new();
    for title in [
        "A ledger for a shop",
        "A map of the town",
        "A sign for a door",
    ] {
        requests.push(ada.asks_for(title, &["Rust"]).await);
    }
    let mut session = Session::open(Arc::clone(&server.market), ada.account, Uuid::new_v4());
    let mut saved = Saved::default();
    let mut hello = ada.hello(None);
    hello.rows = Some(1);
    let mut page = Some(session.greet(&hello).await.expect("is greeted"));
    let (mut pages, mut kept, mut anew) = (Merge::default(), 0, 0);
    while let Some(told) = page {
        let delta = told.delta().expect("tells something");
        if delta.next.is_none() {
            saved.take(
                ada.account,
                pages.finish(Cut::read(delta.clone()).expect("can be read")),
            );
            session.acknowledged(delta.cursor).await.expect("was said");
            break;
        }
        pages.page(Cut::read(delta.clone()).expect("can be read"));
        session.look_ahead().await;
        // What concerns them makes the page behind this one old, and what does not leaves it as it is.
        if kept == anew {
            bea.publishes().await;
        } else if let Some(id) = requests.pop() {
            ada.does(Mutation::PauseRequest { id }).await;
        }
        let head = server.market.store.head().await.expect("is read");
        page = session.acknowledged(delta.cursor).await.expect("was said");
        let next = page.as_ref().expect("there is more");
        if next.cursor().version == head {
            anew += 1;
        } else {
            kept += 1;
        }
    }
    assert!(kept > 1 && anew > 1, "{kept} were kept, {anew} made anew");
    assert_eq!(saved.rows, ada.everything().await);
}
