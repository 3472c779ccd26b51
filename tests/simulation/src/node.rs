//! What nodes do: decide pushes, answer hellos, look for news when the hub rings, crash and start again.

use crate::counts::Edge;
use crate::mirror::{as_seen_by, is_partly_hidden};
use crate::sim::{Event, Failure, SECOND, Sim, Step};
use crate::violation::{Checked, Violation, must};
use crate::wire::{Down, Next, Session, Up};
use anyhow::{Context as _, anyhow};
use futures_util::FutureExt as _;
use guildhall_domain::denied::Code;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Row};
use guildhall_protocol::path;
use guildhall_protocol::sync::{Cursor, Delta, FromServer, Pull, Push, PushAnswer, Verdict};
use guildhall_server::sync::{Lapse, Page, Ring, Session as Talk};
use guildhall_sync_core::pull::{self, Ask};
use guildhall_sync_core::simulation::{self, Fault};
use rand::Rng as _;
use std::sync::Arc;

impl Sim {
    /// Something arrives at a node.
    pub(crate) async fn arrive(
        &mut self,
        desk: usize,
        connection: u64,
        node: usize,
        what: Up,
    ) -> Step {
        if self.server.node(node).is_none() {
            self.edge(Edge::NodeAway);
            self.send_down(desk, connection, Down::Gone);
            return Ok(());
        }
        match what {
            Up::Hello(body) => self.greet(desk, connection, node, body).await,
            Up::Push {
                number,
                token,
                body,
            } => {
                let account = self.desks[desk].account;
                let answer = self.decide(node, account, &token, body).await?;
                if let Some((status, body)) = answer {
                    let down = if status == 401 {
                        Down::Unauthorized
                    } else {
                        Down::Pushed {
                            number,
                            status,
                            body,
                        }
                    };
                    self.send_down(desk, connection, down);
                }
                Ok(())
            }
            Up::Ack(cursor) => self.acknowledged(connection, cursor).await,
        }
    }

    /// A desktop has stored what it was told.
    async fn acknowledged(&mut self, connection: u64, cursor: Cursor) -> Step {
        self.arm();
        let Some(session) = self.sessions.get_mut(&connection) else {
            self.disarm();
            return Ok(());
        };
        let node = session.node;
        let made = std::mem::take(&mut session.next);
        let next = session.talk.acknowledged(cursor).await;
        if self.disarm().is_some() {
            return self.crash_node(node).await;
        }
        match next {
            Ok(Some(page)) => {
                self.note("ack of a page");
                self.send_page(connection, page, made).await
            }
            Ok(None) => {
                self.note("ack");
                // What came meanwhile waits; the live endpoint looks at once, too.
                self.wake(connection).await
            }
            Err(lapse) => {
                self.lapse(connection, &lapse);
                Ok(())
            }
        }
    }

    /// A session cannot go on.
    fn lapse(&mut self, connection: u64, lapse: &Lapse) {
        self.note(&lapse.to_string());
        if let (Lapse::Store(_), Some(session)) = (lapse, self.sessions.get(&connection)) {
            self.send_down(session.desk, connection, Down::Gone);
        }
        self.drop_session(connection);
    }

    /// Lets a node decide a push. None when it crashed meanwhile, and nobody hears an answer.
    pub(crate) async fn decide(
        &mut self,
        node: usize,
        account: AccountId,
        token: &str,
        body: Vec<u8>,
    ) -> Result<Option<(u16, Vec<u8>)>, Failure> {
        let push: Push = serde_json::from_slice(&body).context("a push is JSON")?;
        let before = self.mirror.newest().await?;
        self.arm();
        let apart = self.odds(80);
        if apart {
            self.edge(Edge::BadWrite);
            let times = self.chance.random_range(1..=2);
            simulation::break_writes(times);
        }
        let running = self.server.node(node).context("runs")?;
        let answer = running.post(path::PUSH, token, body).await?;
        simulation::break_writes(0);
        if self.disarm().is_some() {
            self.crash_node(node).await?;
            return Ok(None);
        }
        self.tell_the_other_nodes(node);
        self.hear_the_hub().await;
        self.note(&format!(
            "node {node} answers a push of {} with {}",
            push.mutations.len(),
            answer.status
        ));
        let status = answer.status.as_u16();
        if status == 200 {
            self.counts.pushes += 1;
            let said: PushAnswer =
                serde_json::from_slice(&answer.body).map_err(|error| anyhow!(error))?;
            let after = self.mirror.newest().await?;
            self.check_answer(account, &push, &said, (before, after), apart)?;
        }
        Ok(Some((status, answer.body)))
    }

    /// What a push was answered is right.
    fn check_answer(
        &mut self,
        account: AccountId,
        push: &Push,
        answer: &PushAnswer,
        (before, after): (u64, u64),
        apart: bool,
    ) -> Step {
        // Acts that are tried one by one have their conclusions each.
        let step = if apart { 2 } else { 1 };
        self.note(&format!(
            "{before} -> {after}, {} decided, rest {:?}",
            answer.decisions.len(),
            answer.rest
        ));
        let mut version = before;
        for (sent, decision) in push.mutations.iter().zip(&answer.decisions) {
            must(
                sent.seq == decision.seq && sent.id == decision.id,
                "I5",
                || {
                    format!(
                        "{} was sent as {}, decided is {decision:?}",
                        sent.id, sent.seq
                    )
                },
            )?;
            self.counts.checked("I5");
            let place = (push.device, decision.seq);
            must(
                decision.seq == 1 || self.numbers.contains_key(&(push.device, decision.seq - 1)),
                "I5",
                || format!("{place:?} was decided before the one before it"),
            )?;
            if let Some(other) = self.numbers.insert(place, decision.id) {
                must(other == decision.id, "I21", || {
                    format!(
                        "{place:?} was {other} and is acknowledged as {}",
                        decision.id
                    )
                })?;
            }
            self.counts.checked("I21");
            if self
                .deeds
                .get(&decision.id)
                .is_some_and(|deed| deed.account != account)
            {
                let hidden = matches!(&decision.verdict, Verdict::Rejected { denied } if denied.code == Code::NotFound);
                must(hidden, "I9", || {
                    format!("{account} heard of somebody else's {decision:?}")
                })?;
                continue;
            }
            if let Some(known) = self.verdicts.get(&decision.id) {
                self.counts.checked("I4");
                must(*known == decision.verdict, "I4", || {
                    format!(
                        "{} was {known:?} and is {:?}",
                        decision.id, decision.verdict
                    )
                })?;
                continue;
            }
            match &decision.verdict {
                Verdict::Applied { version: at } if *at > before => {
                    self.counts.checked("I1");
                    must((version..=version + step).contains(at), "I1", || {
                        format!("version {at} comes after {version}")
                    })?;
                    version = *at;
                }
                Verdict::Applied { .. } => {}
                Verdict::Rejected { denied } => {
                    *self.counts.denied_there.entry(denied.code).or_default() += 1;
                }
            }
            self.note(&format!(
                "{} {:?}",
                decision.id,
                verdict_word(&decision.verdict)
            ));
            self.verdicts.insert(decision.id, decision.verdict.clone());
        }
        if !answer.decisions.is_empty() {
            // A disk that fails after the commit leaves acts decided of which nobody was told.
            must(after <= version + 1 || self.fault_every > 0, "I1", || {
                format!("the head is {after} after version {version}")
            })?;
        }
        // Where nothing at all was stored, the answer came too early.
        let which = if after == before { "I3" } else { "I1" };
        must(after >= version, which, || {
            format!("the head is {after}, and {version} was acknowledged")
        })?;
        must(after >= before, "I1", || {
            format!("the head went from {before} to {after}")
        })?;
        Ok(())
    }

    /// Answers the first message of a live session.
    async fn greet(&mut self, desk: usize, connection: u64, node: usize, body: Vec<u8>) -> Step {
        let pull: Pull = serde_json::from_slice(&body).context("a pull is JSON")?;
        let account = self.desks[desk].account;
        self.desks[desk].missed |= pull
            .cursor
            .is_some_and(|cursor| cursor.version < self.forgotten);
        let Some(token) = self.desks[desk].token.clone() else {
            self.send_down(desk, connection, Down::Unauthorized);
            return Ok(());
        };
        let running = self.server.node(node).context("runs")?;
        let market = Arc::clone(&running.market);
        self.arm();
        let Ok(caller) = market.oauth.authenticate(&token).await else {
            self.disarm();
            self.send_down(desk, connection, Down::Unauthorized);
            return Ok(());
        };
        let mut talk = Talk::open(market, account, caller.session);
        let first = talk.greet(&pull).await;
        if self.disarm().is_some() {
            drop(talk);
            return self.crash_node(node).await;
        }
        let session = Session {
            desk,
            node,
            account,
            talk,
            bound: Ask::page(account, &pull).page,
            deltas: 0,
            next: Next::InTime,
            over: false,
            rung: false,
            waking: false,
            last: self.now,
        };
        self.drop_session(connection);
        self.sessions.insert(connection, session);
        match first {
            Ok(page) => {
                self.note(&format!("node {node} greets {desk}"));
                self.send_page(connection, page, Next::InTime).await
            }
            Err(lapse) => {
                self.lapse(connection, &lapse);
                Ok(())
            }
        }
    }

    async fn send_page(&mut self, connection: u64, page: Page, made: Next) -> Step {
        let is_ahead = made == Next::Ahead;
        if is_ahead {
            self.edge(Edge::Ahead);
        }
        let is_flash = matches!(page, Page::Flash(_));
        if is_flash {
            self.edge(Edge::Flash);
        }
        let Some(session) = self.sessions.get_mut(&connection) else {
            return Ok(());
        };
        let (desk, account) = (session.desk, session.account);
        let bound = session.bound;
        session.deltas += 1;
        let deltas = session.deltas;
        let delta = page.delta().context("a page tells something")?.clone();
        is_bounded(&delta, bound)?;
        self.counts.checked("I20");
        self.counts.deltas += 1;
        self.counts.rows += u64::try_from(delta.rows.len()).unwrap_or(0);
        self.check_delta(account, &delta, is_flash || is_ahead)
            .await?;
        self.note(&format!(
            "delta for {desk} to {}: whole {}, {} rows, {} left, {} reset{}",
            delta.cursor.version,
            delta.whole,
            delta.rows.len(),
            delta.left.len(),
            delta.reset.len(),
            if is_flash { ", from memory" } else { "" }
        ));
        let message = FromServer::Delta {
            delta: Box::new(delta),
        };
        let body = serde_json::to_vec(&message).map_err(|error| anyhow!(error))?;
        self.send_down(desk, connection, Down::Delta(body));
        self.after(30 * SECOND, Event::Forget { connection, deltas });
        self.look_ahead(connection).await;
        Ok(())
    }

    /// The live endpoint makes the next page as soon as it can; an acknowledgement may come before it has begun.
    async fn look_ahead(&mut self, connection: u64) {
        let may = self.chance.random_ratio(1, 2);
        if let Some(session) = self.sessions.get_mut(&connection)
            && may
        {
            session.next = Next::Ahead;
            session.talk.look_ahead().await;
        }
    }

    /// Nothing in the delta is hidden from this person, and every row is as it is stored. One from memory, or made ahead of time,
    /// may be of an earlier moment, of which only what still stands can be compared.
    async fn check_delta(&mut self, account: AccountId, delta: &Delta, is_earlier: bool) -> Step {
        self.mirror.follow().await?;
        let (told, head) = (delta.cursor.version, self.mirror.head);
        if told > head || (told < head && !is_earlier) {
            return Err(Violation::new("I1", format!("a reader sees {told} of {head}")).into());
        }
        self.counts.checked("I9");
        match self.hides_what_is_hidden(account, delta) {
            Ok(()) => Ok(()),
            Err(broken) => Err(self.because(broken).await),
        }
    }

    fn hides_what_is_hidden(&self, account: AccountId, delta: &Delta) -> Checked {
        let (told, head) = (delta.cursor.version, self.mirror.head);
        for row in &delta.rows {
            let key = Key {
                table: row.table,
                id: row.id,
            };
            let stands = self.mirror.rows.get(&key).map(|stored| stored.version);
            if told < head && stands != Some(row.version) {
                continue;
            }
            must(told < head || self.mirror.sees(account, key), "I9", || {
                format!("{key:?} was sent to {account}")
            })?;
            let stored = &self.mirror.rows[&key];
            let whole = row.body.get() == stored.body && !is_partly_hidden(account, &stored.row);
            let same = whole
                || Row::decode(row.table, row.body.get())
                    .is_ok_and(|sent| sent == as_seen_by(account, &stored.row));
            must(same, "I9", || {
                format!(
                    "{key:?} was sent as {}, stored is {}",
                    row.body.get(),
                    stored.body
                )
            })?;
        }
        Ok(())
    }

    /// Nodes tell each other that there is something new; that too is a hint.
    fn tell_the_other_nodes(&mut self, node: usize) {
        let everybody: Vec<AccountId> = self.cast.members.iter().map(|one| one.account).collect();
        for other in 0..self.server.nodes.len() {
            if other != node
                && !self.odds(10)
                && let Some(running) = self.server.node(other)
            {
                running.market.hub.wake(&everybody);
            }
        }
    }

    /// Passes on what the hub has rung for; hints may be lost or come twice.
    pub(crate) async fn hear_the_hub(&mut self) {
        tokio::task::yield_now().await;
        for session in self.sessions.values_mut() {
            match session.talk.rung().now_or_never() {
                Some(Ring::News) => session.rung = true,
                Some(Ring::Over) => session.over = true,
                None => {}
            }
        }
        let over: Vec<(u64, usize)> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.over)
            .map(|(connection, session)| (*connection, session.desk))
            .collect();
        for (connection, desk) in over {
            self.note(&format!("the session of {desk} ends with its sign-in"));
            self.send_down(desk, connection, Down::Gone);
            self.drop_session(connection);
        }
        let rung: Vec<u64> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.rung)
            .map(|(connection, _)| *connection)
            .collect();
        for connection in rung {
            if self.odds(40) {
                self.edge(Edge::WakeLost);
                if let Some(session) = self.sessions.get_mut(&connection) {
                    session.rung = false;
                }
                continue;
            }
            if self.odds(40) {
                self.edge(Edge::WakeTwice);
                self.after(3, Event::Wake(connection));
            }
            self.ring(connection);
        }
    }

    /// Lets a session look for news soon, if it was rung and nothing is on its way.
    fn ring(&mut self, connection: u64) {
        let delay = if self.calm {
            1
        } else {
            self.chance.random_range(1..200)
        };
        if let Some(session) = self.sessions.get_mut(&connection)
            && session.rung
            && !session.talk.is_waiting()
            && !session.waking
        {
            session.waking = true;
            self.after(delay, Event::Wake(connection));
        }
    }

    /// A session looks for news.
    pub(crate) async fn wake(&mut self, connection: u64) -> Step {
        self.arm();
        let Some(session) = self.sessions.get_mut(&connection) else {
            self.disarm();
            return Ok(());
        };
        session.waking = false;
        if session.talk.is_waiting() {
            self.disarm();
            return Ok(());
        }
        session.rung = false;
        session.bound = pull::Page::MESSAGE;
        let (desk, node, cursor) = (session.desk, session.node, session.talk.cursor());
        let news = session.talk.news().await;
        if self.disarm().is_some() {
            return self.crash_node(node).await;
        }
        match news {
            Ok(None) => Ok(()),
            Ok(Some(page)) => {
                self.counts.checked("I22");
                must(cursor != Some(page.cursor()), "I22", || {
                    format!("a wake-up without news brought something to {desk}")
                })?;
                self.send_page(connection, page, Next::InTime).await
            }
            Err(lapse) => {
                self.lapse(connection, &lapse);
                Ok(())
            }
        }
    }

    /// A node gives up on a desktop that does not acknowledge.
    pub(crate) fn forget(&mut self, connection: u64, deltas: u64) {
        let silent = self
            .sessions
            .get(&connection)
            .is_some_and(|session| session.deltas == deltas && session.talk.is_waiting());
        if silent {
            self.note("a session is given up");
            self.drop_session(connection);
        }
    }

    /// A node ends in mid-step and comes back after a while.
    pub(crate) async fn crash_node(&mut self, node: usize) -> Step {
        self.edge(Edge::NodeCrash);
        self.stop_node(node).await;
        let wait = self.chance.random_range(200..20 * SECOND);
        self.after(wait, Event::StartNode(node));
        Ok(())
    }

    /// Ends a node with its sessions; the desktops learn of it late or by silence.
    pub(crate) async fn stop_node(&mut self, node: usize) {
        let theirs: Vec<(u64, usize)> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.node == node)
            .map(|(connection, session)| (*connection, session.desk))
            .collect();
        for (connection, desk) in theirs {
            self.drop_session(connection);
            if self.odds(4) {
                self.edge(Edge::HalfOpen);
            } else {
                self.send_down(desk, connection, Down::Gone);
            }
        }
        tokio::task::yield_now().await;
        self.server.kill(node).await;
    }

    /// A node starts, unless it runs; a fault may end it again.
    pub(crate) async fn start_node(&mut self, node: usize) -> Step {
        if self.server.node(node).is_some() {
            return Ok(());
        }
        if self.fault_every > 0 && self.odds(10) {
            simulation::arm(0, Fault::Crash);
        }
        let started = self.server.start(node).await;
        let crashed = self.disarm().is_some();
        match started {
            Ok(()) => {
                self.note(&format!("node {node} runs"));
                Ok(())
            }
            Err(_) if crashed => {
                self.after(SECOND, Event::StartNode(node));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A page is no larger than was asked for, however much there is to tell.
fn is_bounded(delta: &Delta, page: pull::Page) -> Checked {
    let rows = delta.rows.iter().map(|row| row.scopes.len());
    let entries = rows.sum::<usize>() + delta.left.len();
    let before_last = delta.rows.iter().map(|row| row.body.get().len());
    let largest = before_last.clone().max().unwrap_or(0);
    let bytes = before_last.sum::<usize>();
    must(
        entries <= page.rows && bytes <= page.bytes.saturating_add(largest),
        "I20",
        || format!("a page of {entries} entries and {bytes} bytes, asked for were {page:?}"),
    )
}

fn verdict_word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Applied { version } => format!("applied at {version}"),
        Verdict::Rejected { denied } => denied.code.as_str().to_owned(),
    }
}
