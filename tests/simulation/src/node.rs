//! What nodes do: decide pushes, answer hellos, look for news when the hub rings, crash and start again.

use crate::checks::is_bounded;
use crate::counts::Edge;
use crate::sim::{Event, Failure, SECOND, Sim, Step};
use crate::violation::must;
use crate::wire::{Down, Next, Session, Up};
use anyhow::{Context as _, anyhow};
use futures_util::FutureExt as _;
use guildhall_domain::id::AccountId;
use guildhall_protocol::path;
use guildhall_protocol::sync::{Cursor, FromServer, Pull, Push, PushAnswer};
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

    /// Nodes tell each other that there is something new; that too is a hint.
    pub(crate) fn tell_the_other_nodes(&mut self, node: usize) {
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
