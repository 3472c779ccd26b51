//! What happens at a desktop: its person acts; it connects, crashes and starts again.

use crate::counts::Edge;
use crate::desk::Link;
use crate::model::Deed;
use crate::sim::{Event, Failure, SECOND, Sim, Step};
use crate::violation::must;
use crate::wire::Up;
use crate::workload::{id, next_act};
use anyhow::{Context as _, anyhow};
use guildhall_desktop::Error;
use guildhall_desktop::simulation::Device;
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::path;
use guildhall_server::oauth::Scope;
use guildhall_sync_core::simulation::{self, Fault};
use rand::Rng as _;
use serde_json::json;

/// How many rows a device asks for at a time. One at a time meets every place between two pages, and is most of the work of a run.
const PAGES: [Option<u32>; 8] = [
    None,
    None,
    None,
    Some(1),
    Some(3),
    Some(8),
    Some(20),
    Some(60),
];

impl Sim {
    /// The clock of a desktop.
    pub(crate) fn clock(&self, desk: usize) -> Timestamp {
        Timestamp(self.now + self.desks[desk].skew)
    }

    /// The person at a desktop does a few things.
    pub(crate) async fn work(&mut self, desk: usize) -> Step {
        let pause = self.chance.random_range(SECOND..90 * SECOND);
        self.after(pause, Event::Work(desk));
        if self.desks[desk].device.is_none() {
            return Ok(());
        }
        for _ in 0..self.chance.random_range(1..=6) {
            self.act(desk).await?;
            if self.desks[desk].device.is_none() {
                return Ok(());
            }
        }
        if self.desks[desk].link == Link::Live {
            self.after(1, Event::Ring(desk));
        }
        Ok(())
    }

    async fn act(&mut self, number: usize) -> Step {
        let now = self.clock(number);
        let account = self.desks[number].account;
        let Some(device) = &self.desks[number].device else {
            return Ok(());
        };
        let chance = &mut self.chance;
        let Some(mutation) = device
            .look(|replica| next_act(account, replica, chance, now))
            .await
        else {
            // Nothing to be done by somebody who sees nothing; time passes all the same.
            self.acts += u64::from(self.calm);
            return Ok(());
        };
        if self.odds(40) {
            return self.reconsider(number).await;
        }
        self.acts += 1;
        let mutation_id = MutationId(id(&mut self.chance));
        self.deeds.insert(
            mutation_id,
            Deed {
                account,
                system: false,
                mutation: mutation.clone(),
            },
        );
        if mutation.keeps_order() {
            return self.keep_order(number, mutation_id, &mutation).await;
        }
        self.arm();
        let device = self.desks[number].device.as_ref().context("runs")?;
        let acted = device.act(mutation_id, now, mutation).await;
        let crashed = self.disarm();
        let desk = &mut self.desks[number];
        match acted {
            Ok(()) if crashed.is_none() => {
                self.counts.taken += 1;
                desk.open.insert(mutation_id);
                desk.order.push(mutation_id);
                self.note(&format!("{number} does {mutation_id}"));
            }
            Err(Error::Denied(denied)) => {
                *self.counts.denied_here.entry(denied.code).or_default() += 1;
                self.note(&format!("{number} may not: {}", denied.code));
                return Ok(());
            }
            Ok(()) | Err(_) => {
                desk.maybe.insert(mutation_id);
                self.note(&format!("{number} fails to do {mutation_id}"));
            }
        }
        if crashed.is_some() {
            return self.crash_desk(number).await;
        }
        self.account_for(number).await
    }

    /// Who keeps order does so at the server, and nothing of it waits on the device.
    async fn keep_order(&mut self, number: usize, id: MutationId, mutation: &Mutation) -> Step {
        let (account, node) = (self.desks[number].account, self.desks[number].node);
        let Some(running) = self.server.node(node) else {
            return Ok(());
        };
        if self.desks[number].is_cut {
            return Ok(());
        }
        let token = running.sign_in(account, Scope::Oversight).await?;
        let named = serde_json::to_value(mutation).map_err(|error| anyhow!(error))?;
        let act = json!({ "id": id, "name": named["name"], "args": named["args"] });
        self.arm();
        let running = self.server.node(node).context("runs")?;
        let answer = running
            .post(path::ADMIN_ACT, &token, act.to_string().into_bytes())
            .await?;
        if self.disarm().is_some() {
            return self.crash_node(node).await;
        }
        self.note(&format!("{number} keeps order: {}", answer.status));
        self.tell_the_other_nodes(node);
        self.hear_the_hub().await;
        Ok(())
    }

    /// The person takes something back, writes a draft, or clears away what was refused.
    async fn reconsider(&mut self, number: usize) -> Step {
        let now = self.clock(number);
        let queued: Option<MutationId> = {
            let device = self.desks[number].device.as_ref().context("runs")?;
            device
                .look(|replica| {
                    let last = replica.pending().last()?;
                    (last.progress == guildhall_sync_core::replica::Progress::Queued)
                        .then_some(last.id)
                })
                .await
        };
        let thrown = self.desks[number].refused.first().copied();
        self.arm();
        let device = self.desks[number].device.as_ref().context("runs")?;
        if let Some(id) = queued {
            let cancelled = device.cancel(id, now).await;
            let crashed = self.disarm();
            self.note(&format!("{number} cancels {id}: {}", cancelled.is_ok()));
            let desk = &mut self.desks[number];
            // Cancelled or not: what was typed is a draft or a refused act then, or it still waits.
            if cancelled.is_ok() || crashed.is_some() {
                desk.open.remove(&id);
                desk.order.retain(|other| *other != id);
                if cancelled.is_err() {
                    desk.cancelled.insert(id);
                }
            } else {
                desk.open.remove(&id);
                desk.cancelled.insert(id);
            }
            if crashed.is_some() {
                return self.crash_desk(number).await;
            }
        } else if let Some(id) = thrown {
            let discarded = device.discard(id).await;
            let crashed = self.disarm();
            self.note(&format!("{number} discards {id}: {}", discarded.is_ok()));
            self.desks[number].refused.remove(&id);
            if crashed.is_some() {
                return self.crash_desk(number).await;
            }
        } else {
            let kept = device
                .draft("message:somewhere", "\"half a sentence\"", now)
                .await;
            let crashed = self.disarm();
            self.note(&format!("{number} drafts: {}", kept.is_ok()));
            if crashed.is_some() {
                return self.crash_desk(number).await;
            }
        }
        self.account_for(number).await
    }

    /// A desktop starts, if it does not run, and connects.
    pub(crate) async fn connect(&mut self, number: usize) -> Step {
        if self.desks[number].device.is_none() && !self.open_desk(number).await? {
            return Ok(());
        }
        if self.desks[number].link != Link::Offline {
            return Ok(());
        }
        let node = self.chance.random_range(0..self.server.nodes.len());
        self.desks[number].node = node;
        if self.desks[number].token.is_none() {
            let account = self.desks[number].account;
            let signed_in = match self.server.node(node) {
                Some(running) if !self.desks[number].is_cut => {
                    Some(running.sign_in(account, Scope::Marketplace).await?)
                }
                Some(_) | None => None,
            };
            if signed_in.is_none() {
                self.after(5 * SECOND, Event::Connect(number));
                return Ok(());
            }
            self.desks[number].token = signed_in;
        }
        self.serial += 1;
        let connection = self.serial;
        let desk = &mut self.desks[number];
        desk.connection = connection;
        desk.link = Link::Hello;
        desk.pushing = None;
        desk.page = PAGES[self.chance.random_range(0..PAGES.len())];
        let device = desk.device.as_ref().context("runs")?;
        let mut pull = device.next_pull().await;
        // A device that asks for little at a time sees all of the paging.
        pull.rows = desk.page;
        let body = serde_json::to_vec(&pull).map_err(|error| anyhow!(error))?;
        self.note(&format!(
            "{number} connects to {node} from {:?}",
            pull.cursor.map(|cursor| cursor.version)
        ));
        self.send_up(number, node, Up::Hello(body));
        self.after(
            20 * SECOND,
            Event::Patience {
                desk: number,
                connection,
                push: None,
            },
        );
        Ok(())
    }

    /// Opens a desktop's files. False when it crashed or its disk failed, and will be tried again.
    pub(crate) async fn open_desk(&mut self, number: usize) -> Result<bool, Failure> {
        if self.fault_every > 0 && self.odds(8) {
            let after = self.chance.random_range(0..6);
            let fault = [Fault::Crash, Fault::Io][self.chance.random_range(0..2)];
            simulation::arm(after, fault);
        }
        let desk = &self.desks[number];
        let opened = Device::open(&desk.folder, desk.account).await;
        let crashed = self.disarm().is_some();
        match opened {
            Ok(device) if !crashed => {
                let cursor = device
                    .look(guildhall_sync_core::replica::Replica::cursor)
                    .await;
                self.note(&format!("{number} starts"));
                let desk = &mut self.desks[number];
                desk.device = Some(device);
                if cursor.is_none() {
                    // The cache was lost: it begins anew.
                    desk.cursor = None;
                }
                desk.goes_on(cursor)?;
                self.counts.checked("I12");
                self.account_for(number).await?;
                self.desks[number].keeps_refused().await?;
                Ok(true)
            }
            Ok(device) => {
                device.abandon().await;
                self.after(SECOND, Event::Connect(number));
                Ok(false)
            }
            Err(error) => {
                must(!self.calm, "I14", || {
                    format!("{number} cannot be opened: {error:?}")
                })?;
                self.note(&format!("{number} does not start"));
                self.after(SECOND, Event::Connect(number));
                Ok(false)
            }
        }
    }

    /// A desktop ends in mid-step.
    pub(crate) async fn crash_desk(&mut self, number: usize) -> Step {
        self.edge(Edge::DeviceCrash);
        self.stop_desk(number).await;
        let wait = self.chance.random_range(100..60 * SECOND);
        self.after(wait, Event::Connect(number));
        Ok(())
    }

    /// Ends a desktop as if it were killed.
    pub(crate) async fn stop_desk(&mut self, number: usize) {
        if let Some(device) = self.desks[number].device.take() {
            device.abandon().await;
        }
        let connection = self.desks[number].connection;
        self.drop_session(connection);
        self.serial += 1;
        let desk = &mut self.desks[number];
        desk.connection = self.serial;
        desk.link = Link::Offline;
        desk.pushing = None;
    }

    /// Every act of this desktop is where it belongs.
    pub(crate) async fn account_for(&mut self, number: usize) -> Step {
        self.counts.checked("I13");
        self.counts.checked("I14");
        self.desks[number]
            .account_for_acts(&self.deeds, &self.verdicts)
            .await?;
        Ok(())
    }

    pub(crate) fn lose_patience(&mut self, number: usize, connection: u64, push: Option<u64>) {
        let desk = &self.desks[number];
        if desk.connection != connection {
            return;
        }
        let waits = match push {
            None => desk.link == Link::Hello,
            Some(_) => desk.pushing == push,
        };
        if waits {
            self.note(&format!("{number} has waited long enough"));
            self.lose(number);
        }
    }

    /// A desktop that hears nothing, not even a ping, connects again.
    pub(crate) fn mind_silence(&mut self, number: usize, connection: u64) {
        let desk = &self.desks[number];
        if desk.connection != connection {
            return;
        }
        if desk.is_cut || !self.sessions.contains_key(&connection) {
            self.note(&format!("{number} hears nothing"));
            self.lose(number);
        } else {
            self.after(
                90 * SECOND,
                Event::Silence {
                    desk: number,
                    connection,
                },
            );
        }
    }
}
