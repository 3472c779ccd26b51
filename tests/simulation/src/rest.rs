//! Rest: everything heals, everybody connects, nobody acts; then what the server and every device hold is compared with the
//! plain definitions.

use crate::desk::Link;
use crate::mirror::as_seen_by;
use crate::sim::{Event, Failure, Sim, Step};
use crate::violation::{Checked, Violation, must};
use anyhow::{Context as _, anyhow};
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Row};
use guildhall_domain::scope::Scope;
use guildhall_storage::device::CachedBase;
use guildhall_sync_core::replica::{Pending, Progress, Replica};
use guildhall_sync_core::simulation;
use std::collections::{BTreeMap, BTreeSet};

/// So many steps are enough for everybody to be up to date.
const ENOUGH: u32 = 20_000;

impl Sim {
    /// Heals everything, waits until everybody is up to date, and checks.
    pub(crate) async fn rest(&mut self) -> Step {
        self.note("rest");
        self.calm = true;
        let kept: Vec<((i64, u64), Event)> = self.calm_down().await?;
        let mut steps = 0;
        while let Some(((at, _), event)) = self.queue.pop_first() {
            steps += 1;
            if steps > ENOUGH {
                return self.restless().await;
            }
            // What is due in a while means nothing when nobody is silent.
            if matches!(
                event,
                Event::Silence { .. } | Event::Forget { .. } | Event::Patience { .. }
            ) {
                continue;
            }
            self.advance(at);
            self.handle(event).await?;
        }
        self.counts.checked("I16");
        self.check_server().await?;
        for desk in 0..self.desks.len() {
            self.check_at_rest(desk).await?;
        }
        for (_, event) in kept {
            let wait = rand::Rng::random_range(&mut self.chance, 1..30_000);
            self.after(wait, event);
        }
        for desk in 0..self.desks.len() {
            let connection = self.desks[desk].connection;
            self.after(90_000, Event::Silence { desk, connection });
        }
        self.calm = false;
        Ok(())
    }

    /// It does not come to rest: some act is never decided, or somebody never gets up to date.
    async fn restless(&mut self) -> Step {
        for desk in &self.desks {
            if let Some(device) = &desk.device {
                let stuck = device
                    .look(|replica| {
                        let mut pending = replica.pending().iter();
                        pending
                            .find(|pending| !matches!(pending.progress, Progress::Applied { .. }))
                            .cloned()
                    })
                    .await;
                must(stuck.is_none(), "I15", || {
                    format!("{stuck:?} is never decided")
                })?;
            }
        }
        Err(Violation::new("I16", "it does not come to rest").into())
    }

    /// Takes all trouble out of the world; pushes that are on their way still arrive. Answers with what goes on afterwards.
    async fn calm_down(&mut self) -> Result<Vec<((i64, u64), Event)>, Failure> {
        let mut kept = Vec::new();
        for (key, event) in std::mem::take(&mut self.queue) {
            match event {
                Event::Work(_) | Event::Trouble => kept.push((key, event)),
                Event::Up { .. } => {
                    self.queue.insert(key, event);
                }
                Event::Connect(_)
                | Event::Ring(_)
                | Event::Down { .. }
                | Event::Patience { .. }
                | Event::Silence { .. }
                | Event::Wake(_)
                | Event::Forget { .. }
                | Event::StartNode(_) => {}
            }
        }
        for node in 0..self.server.nodes.len() {
            self.start_node(node).await?;
        }
        let sessions: Vec<u64> = self.sessions.keys().copied().collect();
        for connection in sessions {
            self.drop_session(connection);
        }
        for desk in 0..self.desks.len() {
            let one = &mut self.desks[desk];
            one.is_cut = false;
            one.link = Link::Offline;
            one.pushing = None;
            self.serial += 1;
            self.desks[desk].connection = self.serial;
            self.after(1, Event::Connect(desk));
        }
        Ok(kept)
    }

    /// What the desktop holds, because something changed after it was done, is taken back by its person.
    async fn answer_holds(&mut self, number: usize) -> Step {
        let now = self.clock(number);
        let desk = &mut self.desks[number];
        let device = desk.device.as_ref().context("runs at rest")?;
        for id in device.held(now).await {
            // One that builds on another is gone with it.
            let _ = device.cancel(id, now).await;
            desk.open.remove(&id);
        }
        Ok(())
    }

    /// Nothing waits, and the device holds what its person sees.
    async fn check_at_rest(&mut self, number: usize) -> Step {
        self.answer_holds(number).await?;
        self.account_for(number).await?;
        let desk = &self.desks[number];
        let device = desk.device.as_ref().context("runs at rest")?;
        let (waiting, cursor) = device
            .look(|replica| (replica.pending().to_vec(), replica.cursor()))
            .await;
        self.counts.checked("I15");
        if let Some(first) = waiting.first() {
            // What is decided waits for nothing but to be up to date.
            let decided = matches!(first.progress, Progress::Applied { .. });
            let broken = if decided { "I16" } else { "I15" };
            let what = format!("at rest {number} still has {first:?}");
            return Err(Violation::new(broken, what).into());
        }
        // Who sees nothing of what happened last is not told of it, and stands a little earlier.
        must(
            cursor.is_some_and(|cursor| cursor.version <= self.mirror.head),
            "I16",
            || {
                format!(
                    "at rest {number} stands at {cursor:?} of {}",
                    self.mirror.head
                )
            },
        )?;
        must(desk.open.is_empty(), "I14", || {
            format!("at rest {number} has lost {:?}", desk.open)
        })?;
        self.check_whole(number).await?;
        self.desks[number].is_damaged = false;
        Ok(())
    }

    /// The device holds exactly what its person sees at its cursor, in memory and on the disk; and what it shows is that with
    /// the waiting acts carried out on it.
    pub(crate) async fn check_whole(&mut self, number: usize) -> Step {
        let desk = &self.desks[number];
        let account = desk.account;
        let device = desk.device.as_ref().context("runs")?;
        let stored = device.stored().await.map_err(|error| anyhow!(error))?;
        self.counts.checked("I10");
        let missed = std::mem::take(&mut self.desks[number].missed);
        if missed {
            self.counts.checked("I18");
        }
        if let Err(broken) = self.holds_what_is_seen(number, account, &stored) {
            // Whoever missed what was forgotten must end up with the same rows as everybody else.
            let broken = if missed {
                Violation::new("I18", broken.what)
            } else {
                broken
            };
            return Err(self.because(broken).await);
        }
        self.counts.checked("I11");
        self.counts.checked("I17");
        let device = self.desks[number].device.as_ref().context("runs")?;
        let (shown, pending, cursor) = device
            .look(|replica| {
                let shown: BTreeMap<Key, Row> = replica
                    .shared_rows()
                    .map(|(key, row)| (key, row.as_ref().clone()))
                    .collect();
                (shown, replica.pending().to_vec(), replica.cursor())
            })
            .await;
        must(stored.cursor == cursor, "I11", || {
            format!("{number} shows {cursor:?} and stores {:?}", stored.cursor)
        })?;
        is_worked_out(number, account, &shown, pending, stored)?;
        Ok(())
    }

    /// The stored rows and reasons are those that this person sees.
    fn holds_what_is_seen(
        &self,
        number: usize,
        account: AccountId,
        stored: &CachedBase,
    ) -> Checked {
        let expected = self.mirror.visible(account);
        let held: BTreeMap<Key, (&Row, u64)> = stored
            .rows
            .iter()
            .map(|(row, version)| (row.key(), (row, *version)))
            .collect();
        for key in held.keys() {
            must(expected.contains(key), "I9", || {
                format!("{number} holds {key:?} at {:?}", stored.cursor)
            })?;
        }
        for key in &expected {
            let there = &self.mirror.rows[key];
            let seen = (&as_seen_by(account, &there.row), there.version);
            must(held.get(key) == Some(&seen), "I10", || {
                format!("{number} holds {:?} for {seen:?}", held.get(key))
            })?;
        }
        let mut reasons: BTreeMap<Key, BTreeSet<Scope>> = BTreeMap::new();
        for (scope, key) in &stored.reasons {
            reasons.entry(*key).or_default().insert(*scope);
        }
        for key in &expected {
            let defined = self.mirror.reasons(account, *key);
            must(reasons.get(key) == Some(&defined), "I10", || {
                format!(
                    "{number} sees {key:?} for {:?}, not for {defined:?}",
                    reasons.get(key)
                )
            })?;
        }
        Ok(())
    }
}

/// What is shown is the base with the waiting acts carried out on it anew.
fn is_worked_out(
    number: usize,
    account: AccountId,
    shown: &BTreeMap<Key, Row>,
    pending: Vec<Pending>,
    stored: CachedBase,
) -> Checked {
    let fresh = simulation::unplanted(|| {
        Replica::new(account, stored.rows, stored.reasons, stored.cursor, pending)
    });
    let from_scratch: BTreeMap<Key, Row> = fresh
        .shared_rows()
        .map(|(key, row)| (key, row.as_ref().clone()))
        .collect();
    must(*shown == from_scratch, "I17", || {
        let differs = shown
            .iter()
            .find(|(key, row)| from_scratch.get(key) != Some(row))
            .or_else(|| {
                from_scratch
                    .iter()
                    .find(|(key, row)| shown.get(key) != Some(row))
            });
        format!("{number} shows otherwise than worked out anew: {differs:?}")
    })
}
