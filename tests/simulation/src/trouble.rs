//! What goes wrong in the world: cables, computers, clocks, sign-ins, files; and people who talk to the server without a desktop.

use crate::counts::Edge;
use crate::desk::{Desk, Link};
use crate::model::Deed;
use crate::sim::{DAY, Event, SECOND, Sim, Step};
use crate::violation::must;
use crate::workload::{id, nonsense};
use anyhow::{Context as _, anyhow};
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Chain, Envelope, PROTOCOL, Push, PushAnswer};
use guildhall_server::oauth::Scope;
use rand::Rng as _;
use serde_json::value::RawValue;
use std::path::Path;

/// The name of an act that no version knows yet.
const LATER: &str = "future.act";
/// So many desktops are enough.
const MOST_DESKS: usize = 8;

impl Sim {
    /// Something goes wrong.
    pub(crate) async fn trouble(&mut self) -> Step {
        let pause = self.chance.random_range(20 * SECOND..200 * SECOND);
        self.after(pause, Event::Trouble);
        let desk = self.chance.random_range(0..self.desks.len());
        let node = self.chance.random_range(0..self.server.nodes.len());
        match self.chance.random_range(0..28) {
            0..6 => {
                let cut = !self.desks[desk].is_cut;
                self.desks[desk].is_cut = cut;
                if cut {
                    self.edge(Edge::Partition);
                } else {
                    self.note("a cable is whole again");
                }
                Ok(())
            }
            6..9 => {
                self.desks[desk].is_cut = false;
                if self.desks[desk].link != Link::Offline {
                    self.lose(desk);
                }
                Ok(())
            }
            9..11 => {
                self.edge(Edge::DeviceRestart);
                self.stop_desk(desk).await;
                let pause = self.chance.random_range(SECOND..300 * SECOND);
                self.after(pause, Event::Connect(desk));
                Ok(())
            }
            11 => {
                self.edge(Edge::NodeRestart);
                self.stop_node(node).await;
                self.after(5 * SECOND, Event::StartNode(node));
                Ok(())
            }
            12 => self.damage(desk).await,
            13 => {
                self.edge(Edge::Skew);
                self.desks[desk].skew = self.chance.random_range(-2 * DAY..=2 * DAY);
                Ok(())
            }
            14 => {
                self.edge(Edge::Leap);
                let leap = self.chance.random_range(SECOND..10 * DAY);
                self.now += leap;
                Ok(())
            }
            15 => self.revoke(desk).await,
            16..20 => self.be_hostile(desk, node).await,
            20 => self.keep_copy(desk).await,
            21 => self.set_back(desk).await,
            22 => self.copy_computer(desk).await,
            23 => self.damage_lines(desk).await,
            24..26 => self.back_up().await,
            26 => self.restore().await,
            _ => self.forget_what_is_over().await,
        }
    }

    /// A month passes, and the server throws away what was over before it.
    async fn forget_what_is_over(&mut self) -> Step {
        let Some(node) = self.server.any() else {
            return Ok(());
        };
        let store = node.market.store.clone();
        self.edge(Edge::Forgot);
        let head = self.mirror.newest().await?;
        for pause in [0, 31 * DAY] {
            self.now += pause;
            self.server.set_clock(self.now);
            let gone = store.forget(Timestamp(self.now)).await;
            let gone = gone.map_err(|error| anyhow!(error))?;
            self.note(&format!("{gone} entries are forgotten"));
        }
        self.forgotten = head;
        Ok(())
    }

    /// The cache file of a desktop is damaged while the program does not run.
    pub(crate) async fn damage(&mut self, number: usize) -> Step {
        self.edge(Edge::CacheDamaged);
        self.stop_desk(number).await;
        let desk = &mut self.desks[number];
        let file = desk.folder.join("cache.db");
        if file.exists() {
            for suffix in ["-wal", "-shm"] {
                let _ = std::fs::remove_file(desk.folder.join(format!("cache.db{suffix}")));
            }
            std::fs::write(&file, b"this is no database, and never was one")
                .map_err(|error| anyhow!(error))?;
        }
        self.after(SECOND, Event::Connect(number));
        Ok(())
    }

    /// A backup program copies the folder of a desktop.
    async fn keep_copy(&mut self, number: usize) -> Step {
        self.stop_desk(number).await;
        let desk = &self.desks[number];
        copy_folder(&desk.folder, &desk.folder.with_extension("kept"))?;
        self.note(&format!("{number} is copied"));
        self.after(SECOND, Event::Connect(number));
        Ok(())
    }

    /// The copy takes the folder's place: what was done since is gone from this computer.
    async fn set_back(&mut self, number: usize) -> Step {
        let kept = self.desks[number].folder.with_extension("kept");
        if !kept.is_dir() {
            return Ok(());
        }
        self.edge(Edge::SetBack);
        self.stop_desk(number).await;
        copy_folder(&kept, &self.desks[number].folder)?;
        // The copy may have been made of a damaged file.
        self.desks[number].is_damaged = true;
        self.begin_anew(number);
        self.after(SECOND, Event::Connect(number));
        Ok(())
    }

    /// The folder goes to another computer, and both are used from then on.
    async fn copy_computer(&mut self, number: usize) -> Step {
        if self.desks.len() >= MOST_DESKS {
            return Ok(());
        }
        self.edge(Edge::Cloned);
        self.stop_desk(number).await;
        let copy = self.desks.len();
        let folder = self.desks[number]
            .folder
            .with_file_name(format!("desk-{copy}"));
        copy_folder(&self.desks[number].folder, &folder)?;
        self.desks
            .push(Desk::new(self.desks[number].account, folder, 0));
        self.desks[copy].is_damaged = self.desks[number].is_damaged;
        self.begin_anew(copy);
        for desk in [number, copy] {
            self.after(SECOND, Event::Connect(desk));
        }
        self.after(2 * SECOND, Event::Work(copy));
        Ok(())
    }

    /// Which acts a desktop has is to be seen from its files.
    fn begin_anew(&mut self, number: usize) {
        let account = self.desks[number].account;
        let theirs = self
            .deeds
            .iter()
            .filter(|(_, deed)| deed.account == account && !deed.system);
        let theirs = theirs.map(|(id, _)| *id).collect();
        let desk = &mut self.desks[number];
        desk.maybe = theirs;
        desk.open.clear();
        desk.order.clear();
        desk.lost.clear();
        desk.refused.clear();
        desk.cursor = None;
    }

    /// Every sign-in of an account ends.
    async fn revoke(&mut self, number: usize) -> Step {
        let account = self.desks[number].account;
        let Some(node) = self.server.any() else {
            return Ok(());
        };
        node.market
            .oauth
            .revoke_account(account.0, "signed out everywhere")
            .await
            .map_err(|error| anyhow!(error))?;
        self.edge(Edge::Revoked);
        for node in self.server.nodes.iter().flatten() {
            node.market.oauth.forget_callers();
        }
        self.hear_the_hub().await;
        Ok(())
    }

    /// Somebody sends acts without a desktop that would have refused them: nonsense, garbage, other people's ids, unknown names.
    async fn be_hostile(&mut self, number: usize, node: usize) -> Step {
        let account = self.desks[number].account;
        let now = Timestamp(self.now);
        let Some(running) = self.server.node(node) else {
            return Ok(());
        };
        let token = running.sign_in(account, Scope::Marketplace).await?;
        self.edge(Edge::Hostile);
        let device = DeviceId(id(&mut self.chance));
        let mut mutations = Vec::new();
        let first = if self.chance.random_ratio(1, 6) { 3 } else { 1 };
        for seq in first..first + self.chance.random_range(1..4) {
            let mutation = nonsense(&mut self.chance, now);
            let mutation_id = if !self.verdicts.is_empty() && self.chance.random_ratio(1, 6) {
                // An id that is somebody else's, or one's own of long ago.
                let index = self.chance.random_range(0..self.verdicts.len());
                let known = self.verdicts.keys().nth(index).context("is known")?;
                *known
            } else {
                MutationId(id(&mut self.chance))
            };
            let mut envelope =
                Envelope::seal(seq, mutation_id, now, &mutation).map_err(|error| anyhow!(error))?;
            match self.chance.random_range(0..8) {
                0 => {
                    self.edge(Edge::UnknownName);
                    LATER.clone_into(&mut envelope.name);
                }
                1 => envelope.args = garbage()?,
                _ => {}
            }
            self.deeds.entry(mutation_id).or_insert(Deed {
                account,
                system: false,
                mutation,
            });
            mutations.push(envelope);
        }
        let push = Push {
            protocol: PROTOCOL,
            device,
            chain: Chain::start(device),
            mutations,
        };
        let body = serde_json::to_vec(&push).map_err(|error| anyhow!(error))?;
        let answer = self.decide(node, account, &token, body).await?;
        let Some((200, body)) = answer else {
            return Ok(());
        };
        if let Some(unknown) = push.mutations.iter().position(|sent| sent.name == LATER) {
            let said: PushAnswer = serde_json::from_slice(&body).map_err(|error| anyhow!(error))?;
            self.counts.checked("I19");
            must(
                said.decisions.len() <= unknown && said.rest.is_some(),
                "I19",
                || format!("an act of a later version was answered with {said:?}"),
            )?;
        }
        Ok(())
    }
}

/// Arguments of no act.
fn garbage() -> anyhow::Result<Box<RawValue>> {
    Ok(RawValue::from_string(
        r#"{"garbage":[1,null,"x"]}"#.to_owned(),
    )?)
}

/// Copies a folder of files over another one.
fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    if to.is_dir() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::create_dir_all(to)?;
    if from.is_dir() {
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let beside = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                copy_folder(&entry.path(), &beside)?;
            } else {
                std::fs::copy(entry.path(), beside)?;
            }
        }
    }
    Ok(())
}
