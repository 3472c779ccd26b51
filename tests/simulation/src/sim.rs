//! One run: a world, a queue of events on virtual time, and the loop that lets one actor at a time take one step.

use crate::cast::Cast;
use crate::counts::{Counts, Edge};
use crate::desk::Desk;
use crate::mirror::Mirror;
use crate::model::{Deed, Model};
use crate::restore::Backup;
use crate::server::Server;
use crate::trace::Trace;
use crate::violation::Violation;
use crate::wire::{Down, Session, Up};
use anyhow::Result;
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_protocol::sync::Verdict;
use guildhall_sync_core::simulation::{self, Fault, Planted, Point};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use tempfile::TempDir;
use uuid::Uuid;

/// When runs begin.
const BEGIN: i64 = 1_795_000_000_000;
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const HOUR: i64 = 3_600 * SECOND;
pub(crate) const DAY: i64 = 24 * HOUR;

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The run follows from it.
    pub seed: u64,
    /// How many acts people do.
    pub acts: u64,
    /// A bug to plant.
    pub planted: Option<Planted>,
    /// How many of the last events to keep in words.
    pub keep: usize,
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// The hash of everything that happened.
    pub trace: String,
    /// What it reached.
    pub counts: Counts,
    /// The last events.
    pub last: Vec<String>,
    /// What was broken, with the last events before it.
    pub broken: Option<Broken>,
}

/// A run that ended too early.
#[derive(Debug)]
pub struct Broken {
    /// The invariant; `None` when the simulator itself failed.
    pub invariant: Option<&'static str>,
    /// What was seen.
    pub what: String,
    /// The last events.
    pub last: Vec<String>,
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// An invariant does not hold.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// The simulator itself failed.
    #[error("the simulator failed: {0:#}")]
    Harness(#[from] anyhow::Error),
}

pub(crate) type Step = Result<(), Failure>;

/// Something that happens at a moment.
#[derive(Debug)]
pub(crate) enum Event {
    /// The person at a desktop does something.
    Work(usize),
    /// A desktop connects.
    Connect(usize),
    /// A desktop looks whether there is something to send.
    Ring(usize),
    /// Something arrives at a node.
    Up {
        desk: usize,
        connection: u64,
        node: usize,
        what: Up,
    },
    /// Something arrives at a desktop.
    Down {
        desk: usize,
        connection: u64,
        what: Down,
    },
    /// A desktop has waited for the first delta, or for the answer to a push, for long enough.
    Patience {
        desk: usize,
        connection: u64,
        push: Option<u64>,
    },
    /// A desktop has heard nothing for long.
    Silence { desk: usize, connection: u64 },
    /// A session looks for news.
    Wake(u64),
    /// A node waited for an acknowledgement for long enough.
    Forget { connection: u64, deltas: u64 },
    /// A node starts again.
    StartNode(usize),
    /// Something goes wrong in the world.
    Trouble,
}

/// A run.
pub(crate) struct Sim {
    pub(crate) chance: ChaCha8Rng,
    pub(crate) now: i64,
    pub(crate) queue: BTreeMap<(i64, u64), Event>,
    pub(crate) serial: u64,
    pub(crate) cast: Cast,
    pub(crate) server: Server,
    pub(crate) desks: Vec<Desk>,
    pub(crate) sessions: BTreeMap<u64, Session>,
    pub(crate) mirror: Mirror,
    pub(crate) model: Model,
    pub(crate) deeds: BTreeMap<MutationId, Deed>,
    /// What the server answered, each id once.
    pub(crate) verdicts: BTreeMap<MutationId, Verdict>,
    /// Which act each number of each device was.
    pub(crate) numbers: BTreeMap<(DeviceId, u64), MutationId>,
    /// The last copy of the server.
    pub(crate) backup: Option<Backup>,
    /// What was over at this version is forgotten.
    pub(crate) forgotten: u64,
    /// True while nothing goes wrong.
    pub(crate) calm: bool,
    /// One step in so many meets a fault.
    pub(crate) fault_every: u32,
    pub(crate) acts: u64,
    pub(crate) trace: Trace,
    pub(crate) counts: Counts,
    _folder: TempDir,
}

/// Runs one seed. Everything follows from the options.
pub fn run(options: Options) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(live(options)),
        Err(error) => Err(error.into()),
    };
    simulation::plant(None);
    simulation::set_ids(None);
    outcome.unwrap_or_else(|error| Outcome {
        trace: String::new(),
        counts: Counts::default(),
        last: Vec::new(),
        broken: Some(Broken {
            invariant: None,
            what: format!("{error:#}"),
            last: Vec::new(),
        }),
    })
}

async fn live(options: Options) -> Result<Outcome> {
    simulation::disarm();
    simulation::take_counts();
    simulation::plant(None);
    let mut ids = ChaCha8Rng::seed_from_u64(options.seed ^ 0x6964_7300_0000_0000);
    simulation::set_ids(Some(Box::new(move || Uuid::from_u128(ids.random()))));
    let mut sim = Sim::new(options.seed, options.keep).await?;
    simulation::plant(options.planted);
    let ended = sim.play(options.acts).await;
    simulation::plant(None);
    let (passed, faults) = simulation::take_counts();
    sim.counts.passed = passed;
    sim.counts.faults = faults;
    sim.counts.seeds = 1;
    sim.counts.events = sim.trace.events;
    sim.counts.acts = sim.acts;
    let broken = ended.err().map(|failure| Broken {
        invariant: match &failure {
            Failure::Violation(violation) => Some(violation.invariant),
            Failure::Harness(_) => None,
        },
        what: failure.to_string(),
        last: sim.trace.last(),
    });
    let outcome = Outcome {
        trace: sim.trace.hash(),
        counts: sim.counts.clone(),
        last: sim.trace.last(),
        broken,
    };
    sim.end().await;
    Ok(outcome)
}

impl Sim {
    async fn new(seed: u64, keep: usize) -> Result<Self> {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let shared_memory = std::path::Path::new("/dev/shm");
        let folder = if shared_memory.is_dir() {
            TempDir::new_in(shared_memory)?
        } else {
            TempDir::new()?
        };
        let cast = Cast::draw(&mut chance);
        let nodes = chance.random_range(1..=3);
        let mut server = Server::new(folder.path(), nodes);
        let mut desks = Vec::new();
        for (number, member) in cast.devices.iter().enumerate() {
            let skew = match chance.random_range(0..4) {
                0 => chance.random_range(-2 * DAY..=2 * DAY),
                _ => chance.random_range(-3 * SECOND..=3 * SECOND),
            };
            desks.push(Desk::new(
                cast.members[*member].account,
                folder.path().join(format!("desk-{number}")),
                skew,
            ));
        }
        server.set_clock(BEGIN);
        for node in 0..nodes {
            server.start(node).await?;
        }
        let mirror = Mirror::open(&server.file()).await?;
        let fault_every = [0, 150, 60, 25][chance.random_range(0..4)];
        let mut sim = Self {
            chance,
            now: BEGIN,
            queue: BTreeMap::new(),
            serial: 0,
            cast,
            server,
            desks,
            sessions: BTreeMap::new(),
            mirror,
            model: Model::default(),
            deeds: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            numbers: BTreeMap::new(),
            backup: None,
            forgotten: 0,
            calm: true,
            fault_every,
            acts: 0,
            trace: Trace::new(keep),
            counts: Counts::default(),
            _folder: folder,
        };
        for (id, account, mutation) in sim.server.settle(&sim.cast).await? {
            sim.deeds.insert(
                id,
                Deed {
                    account,
                    system: true,
                    mutation,
                },
            );
        }
        for desk in 0..sim.desks.len() {
            sim.after(1, Event::Connect(desk));
            sim.after(50, Event::Work(desk));
        }
        sim.after(SECOND, Event::Trouble);
        Ok(sim)
    }

    /// Lets people do so many acts, with a rest now and then and at the end.
    async fn play(&mut self, acts: u64) -> Step {
        let between = acts.div_ceil(4).clamp(1, 400);
        let mut rest = between;
        self.calm = false;
        while self.acts < acts {
            let Some(((at, _), event)) = self.queue.pop_first() else {
                return Err(anyhow::anyhow!("nothing happens any more").into());
            };
            self.advance(at);
            self.handle(event).await?;
            if self.acts >= rest {
                rest = self.acts + between;
                self.rest().await?;
            }
        }
        self.rest().await
    }

    /// Lets the clocks go on. No two events happen in the same moment.
    pub(crate) fn advance(&mut self, at: i64) {
        self.now = at.max(self.now + 1);
        self.server.set_clock(self.now);
    }

    pub(crate) async fn handle(&mut self, event: Event) -> Step {
        match event {
            Event::Work(desk) => self.work(desk).await,
            Event::Connect(desk) => self.connect(desk).await,
            Event::Ring(desk) => self.push(desk).await,
            Event::Up {
                desk,
                connection,
                node,
                what,
            } => self.arrive(desk, connection, node, what).await,
            Event::Down {
                desk,
                connection,
                what,
            } => self.hear(desk, connection, what).await,
            Event::Patience {
                desk,
                connection,
                push,
            } => {
                self.lose_patience(desk, connection, push);
                Ok(())
            }
            Event::Silence { desk, connection } => {
                self.mind_silence(desk, connection);
                Ok(())
            }
            Event::Wake(connection) => self.wake(connection).await,
            Event::Forget { connection, deltas } => {
                self.forget(connection, deltas);
                Ok(())
            }
            Event::StartNode(node) => self.start_node(node).await,
            Event::Trouble => self.trouble().await,
        }
    }

    /// Lets something happen after a while.
    pub(crate) fn after(&mut self, milliseconds: i64, event: Event) {
        self.serial += 1;
        self.queue
            .insert((self.now + milliseconds.max(1), self.serial), event);
    }

    pub(crate) fn note(&mut self, event: &str) {
        self.trace.note(self.now, event);
    }

    /// True once in so many times, while things may go wrong.
    pub(crate) fn odds(&mut self, one_in: u32) -> bool {
        !self.calm && one_in > 0 && self.chance.random_ratio(1, one_in)
    }

    /// May let the step that follows meet a fault.
    pub(crate) fn arm(&mut self) {
        if self.fault_every > 0 && self.odds(self.fault_every) {
            let fault = [Fault::Crash, Fault::Crash, Fault::Full, Fault::Io]
                [self.chance.random_range(0..4)];
            simulation::arm(self.chance.random_range(0..7), fault);
        }
    }

    /// The step is over: where its actor crashed, if it did.
    pub(crate) fn disarm(&mut self) -> Option<Point> {
        let crashed = simulation::disarm();
        if let Some(point) = crashed {
            self.note(&format!("crash at {}", point.name()));
        }
        crashed
    }

    pub(crate) fn edge(&mut self, edge: Edge) {
        self.counts.edge(edge);
        self.note(edge.name());
    }

    async fn end(mut self) {
        for desk in &self.desks {
            if let Some(device) = &desk.device {
                device.close().await;
            }
        }
        self.sessions.clear();
        for node in 0..self.server.nodes.len() {
            self.server.kill(node).await;
        }
    }
}
