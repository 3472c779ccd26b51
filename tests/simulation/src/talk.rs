//! What a desktop and its node say to each other: pushes, deltas and answers as the desktop takes them in.

use crate::counts::Edge;
use crate::desk::Link;
use crate::model::Deed;
use crate::sim::{Event, SECOND, Sim, Step};
use crate::violation::Violation;
use crate::wire::{Down, Up};
use anyhow::{Context as _, anyhow};
use guildhall_desktop::simulation::{DeltaError, Taken};
use guildhall_protocol::sync::{FromServer, Push, PushAnswer, Rest};
use rand::Rng as _;

impl Sim {
    /// Sends what waits, one push at a time.
    pub(crate) async fn push(&mut self, number: usize) -> Step {
        let desk = &self.desks[number];
        if desk.link != Link::Live || desk.pushing.is_some() || desk.device.is_none() {
            return Ok(());
        }
        let now = self.clock(number);
        self.arm();
        let device = self.desks[number].device.as_ref().context("runs")?;
        let held = device.held(now).await;
        // What is held is overtaken by what has nothing to do with it.
        self.desks[number].order.retain(|id| !held.contains(id));
        let device = self.desks[number].device.as_ref().context("runs")?;
        let push = device.next_push(now).await;
        if self.disarm().is_some() {
            return self.crash_desk(number).await;
        }
        match push {
            Ok(None) => Ok(()),
            Ok(Some(push)) => {
                self.note(&format!("{number} pushes {}", push.mutations.len()));
                self.know_again(number, &push);
                let body = serde_json::to_vec(&push).map_err(|error| anyhow!(error))?;
                self.serial += 1;
                let serial = self.serial;
                let desk = &mut self.desks[number];
                desk.pushing = Some(serial);
                let (node, connection) = (desk.node, desk.connection);
                let token = desk.token.clone().unwrap_or_default();
                self.send_up(
                    number,
                    node,
                    Up::Push {
                        number: serial,
                        token,
                        body,
                    },
                );
                self.after(
                    20 * SECOND,
                    Event::Patience {
                        desk: number,
                        connection,
                        push: Some(serial),
                    },
                );
                Ok(())
            }
            Err(error) => {
                self.note(&format!("{number} cannot push: {error:?}"));
                self.lose(number);
                Ok(())
            }
        }
    }

    /// What the server sent back to be tried with newer rows goes out under a fresh id.
    fn know_again(&mut self, number: usize, push: &Push) {
        let account = self.desks[number].account;
        for act in &push.mutations {
            if let Ok(mutation) = act.open() {
                self.deeds.entry(act.id).or_insert_with(|| {
                    self.desks[number].open.insert(act.id);
                    Deed {
                        account,
                        system: false,
                        mutation,
                    }
                });
            }
        }
    }

    /// Something arrives at a desktop.
    pub(crate) async fn hear(&mut self, number: usize, connection: u64, what: Down) -> Step {
        let desk = &self.desks[number];
        if desk.connection != connection || desk.device.is_none() {
            return Ok(());
        }
        match what {
            Down::Delta(body) => self.take(number, &body).await,
            Down::Pushed {
                number: push,
                status,
                body,
            } => {
                if desk.pushing != Some(push) {
                    return Ok(());
                }
                if status != 200 {
                    self.lose(number);
                    return Ok(());
                }
                self.settle(number, &body).await
            }
            Down::Unauthorized => {
                self.edge(Edge::TokenExpired);
                self.desks[number].token = None;
                self.lose(number);
                Ok(())
            }
            Down::Gone => {
                self.lose(number);
                Ok(())
            }
        }
    }

    async fn take(&mut self, number: usize, body: &[u8]) -> Step {
        let message: FromServer = serde_json::from_slice(body).map_err(|error| anyhow!(error))?;
        let FromServer::Delta { delta } = message else {
            self.lose(number);
            return Ok(());
        };
        let now = self.clock(number);
        self.arm();
        let device = self.desks[number].device.as_ref().context("runs")?;
        let (cursor, version) = (delta.cursor, delta.cursor.version);
        let taken = device.take(*delta, now).await;
        if self.disarm().is_some() {
            return self.crash_desk(number).await;
        }
        match taken {
            Ok(Taken::Aside) => {
                self.counts.pages += 1;
                self.note(&format!("{number} lays a page aside"));
                let node = self.desks[number].node;
                self.send_up(number, node, Up::Ack(cursor));
                Ok(())
            }
            Ok(what @ (Taken::Whole | Taken::Doubted)) => {
                self.note(&format!("{number} takes {version}"));
                let stands = self.desks[number].stands().await;
                let desk = &mut self.desks[number];
                desk.goes_on(stands)?;
                let first = desk.link == Link::Hello;
                desk.link = Link::Live;
                let (node, connection) = (desk.node, desk.connection);
                self.counts.checked("I12");
                self.send_up(number, node, Up::Ack(cursor));
                self.account_for(number).await?;
                if what == Taken::Doubted {
                    return self.doubt(number).await;
                }
                let stands_there = stands.is_some_and(|cursor| cursor.version == version);
                if self.mirror.head == version && self.chance.random_ratio(1, 12) && stands_there {
                    self.check_whole(number).await?;
                }
                if first {
                    self.after(
                        90 * SECOND,
                        Event::Silence {
                            desk: number,
                            connection,
                        },
                    );
                }
                self.after(1, Event::Ring(number));
                Ok(())
            }
            Err(DeltaError::Bad(error)) => {
                Err(Violation::new("I15", format!("{number} cannot read a delta: {error}")).into())
            }
            Err(DeltaError::Store(_)) => {
                self.note(&format!("{number} cannot store a delta"));
                self.lose(number);
                Ok(())
            }
        }
    }

    async fn settle(&mut self, number: usize, body: &[u8]) -> Step {
        let answer: PushAnswer = serde_json::from_slice(body).map_err(|error| anyhow!(error))?;
        let now = self.clock(number);
        self.desks[number].pushing = None;
        self.arm();
        let device = self.desks[number].device.as_ref().context("runs")?;
        let settled = device.settle(&answer, now).await;
        if self.disarm().is_some() {
            return self.crash_desk(number).await;
        }
        if settled.is_err() {
            self.note(&format!("{number} cannot store an answer"));
            self.lose(number);
            return Ok(());
        }
        self.note(&format!("{number} settles {}", answer.decisions.len()));
        self.account_for(number).await?;
        match answer.rest {
            None => self.after(1, Event::Ring(number)),
            Some(Rest::Retry { after_ms }) => {
                let wait = i64::try_from(after_ms.min(60_000)).unwrap_or(60_000);
                self.after(wait, Event::Ring(number));
            }
            Some(Rest::Upgrade) => {
                self.lose(number);
            }
            Some(rest @ (Rest::Gap { .. } | Rest::Fork)) => {
                self.note(&format!("{number} is told {rest:?}"));
                self.arm();
                let device = self.desks[number].device.as_ref().context("runs")?;
                let renumbered = match rest {
                    Rest::Gap { want_seq } => device.send_from(want_seq).await,
                    Rest::Fork | Rest::Retry { .. } | Rest::Upgrade => device.renumber().await,
                };
                if self.disarm().is_some() {
                    return self.crash_desk(number).await;
                }
                if renumbered.is_err() {
                    self.lose(number);
                    return Ok(());
                }
                self.after(1, Event::Ring(number));
            }
        }
        Ok(())
    }
}
