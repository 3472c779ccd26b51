//! Many live sessions: what each costs, how soon a change reaches another device's file, and how all come back at once.

use super::rate::message;
use super::stage::{OFFERED, Pair, Player, Stage};
use super::watcher::{Actor, Watcher};
use super::wire::{Door, Hand, Live};
use crate::figure::{Figure, Sample, milliseconds};
use crate::server::Server;
use anyhow::{Context as _, Result, ensure};
use guildhall_domain::id::{DeviceId, MessageId};
use guildhall_domain::message::Message;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::{Request, RequestText};
use guildhall_domain::row::Key;
use guildhall_protocol::sync::Cursor;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use uuid::Uuid;

pub(crate) const NAMES: [&str; 11] = [
    "sync.g7_bytes",
    "sync.g8_p50_ms",
    "sync.g8_p99_ms",
    "sync.g9_p50_ms",
    "sync.g9_p99_ms",
    "sync.g10_all_ms",
    "sync.g11_kib_per_session",
    "sync.g11_rss_10k_mb",
    "sync.g17_p99_s",
    "sync.g18_p99_ms",
    "sync.g17_us_per_resume",
];

const FEW: usize = 1_000;
const MANY: usize = 10_000;
/// Pairs whose devices keep files: the client acts, the freelancer watches. They are beside the crowd, not in it.
const WATCHED: usize = 8;
const PROBES: usize = 400;
/// Other people's acts meanwhile, one every so often.
const OTHERS: Duration = Duration::from_millis(5);
const EDITS: usize = 9;
const PATIENCE: Duration = Duration::from_mins(1);

/// Measures with a thousand sessions, then with ten thousand, then lets all of them come back.
pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let stage = Stage::lay(MANY / 2 + WATCHED, 0, Vec::new()).await?;
    let server = stage.serve()?;
    let door = Door::to(&server.address)?;
    let (watched, others) = stage.pairs.split_at(WATCHED);
    let players: Vec<Player> = others
        .iter()
        .flat_map(|pair| [pair.client.clone(), pair.freelancer.clone()])
        .collect();
    let mut devices = Devices::start(&stage, &door, watched).await?;
    let base = server.process().memory_mb();
    let mut crowd = Crowd::new(&door, Key::of::<Request>(stage.hot.id));

    let mut figures = Vec::new();
    crowd.connect(&players[..FEW]).await?;
    let few = devices.probe(&door, &others[..FEW / 2]).await?;
    figures.extend(visible(["sync.g8_p50_ms", "sync.g8_p99_ms"], &few, FEW));
    figures.push(Figure::new(
        "sync.g7_bytes",
        few.bytes,
        "B",
        "median of the messages on the socket that carried one new message of 190 characters, with their frame's head".to_owned(),
    ));
    figures.push(devices.revoke(&stage, &door).await?);

    crowd.connect(&players[FEW..MANY]).await?;
    let memory = server.process().memory_mb();
    figures.push(Figure::new(
        "sync.g11_kib_per_session",
        (memory - base) * 1_024.0 / 10_000.0,
        "KiB",
        format!("resident memory of the server with {MANY} idle sessions less that before the first ({base:.0} MiB), divided"),
    ));
    figures.push(Figure::new(
        "sync.g11_rss_10k_mb",
        memory,
        "MiB",
        format!(
            "resident memory of the server with {MANY} idle sessions, each after its first download"
        ),
    ));
    let many = devices.probe(&door, others).await?;
    figures.extend(visible(["sync.g9_p50_ms", "sync.g9_p99_ms"], &many, MANY));
    figures.push(broadcast(&stage, &door, &mut crowd, &server).await?);
    drop(devices);
    figures.extend(return_all(&players[..MANY], crowd, &server).await?);
    server.kill()?;
    Ok(figures)
}

fn visible(names: [&'static str; 2], probes: &Probes, sessions: usize) -> [Figure; 2] {
    let passed = &probes.passed;
    let note = format!(
        "n={}, {sessions} live sessions, {} other acts a second; from the moment an act is on the sender's disk (outbox) to its row in the \
         receiver's file; sent, numbered and stored as the desktop does; least {:.1}, most {:.1}",
        passed.count(),
        1_000 / OTHERS.as_millis(),
        passed.least(),
        passed.most(),
    );
    [
        Figure::new(names[0], passed.permille(500), "ms", note.clone()),
        Figure::new(names[1], passed.permille(990), "ms", note),
    ]
}

struct Probes {
    passed: Sample,
    bytes: f64,
}

/// The devices that keep files.
struct Devices {
    pairs: Vec<(Actor, Watcher, Pair)>,
}

impl Devices {
    async fn start(stage: &Stage, door: &Door, pairs_to_watch: &[Pair]) -> Result<Self> {
        let mut pairs = Vec::new();
        for (number, pair) in pairs_to_watch.iter().enumerate() {
            let actor =
                Actor::start(&pair.client, &stage.beside(&format!("actor{number}"))?).await?;
            let folder = stage.beside(&format!("watcher{number}"))?;
            let watcher = Watcher::start(door, &pair.freelancer, &folder).await?;
            pairs.push((actor, watcher, pair.clone()));
        }
        Ok(Self { pairs })
    }

    /// Messages from one device to the other while others talk.
    async fn probe(&mut self, door: &Door, others: &[Pair]) -> Result<Probes> {
        let noise = Noise::start(door, others);
        let mut passed = Vec::with_capacity(PROBES);
        let mut bytes = Vec::with_capacity(PROBES);
        for number in 0..PROBES {
            let place = number % self.pairs.len();
            let (actor, watcher, pair) = &mut self.pairs[place];
            let mutation = message(pair.thread, number);
            let Mutation::SendMessage { id, .. } = mutation else {
                unreachable!("a message is a message");
            };
            let key = message_key(id);
            let (durable, seen) = tokio::join!(actor.act(door, &mutation), watcher.sees(key));
            let (durable, seen) = (durable?, seen?);
            passed.push(seen.at.saturating_duration_since(durable));
            bytes.push(f64::from(u32::try_from(seen.bytes)?));
            // Not in step with the others.
            tokio::time::sleep(Duration::from_micros(u64::try_from(
                number * 7_919 % 20_000,
            )?))
            .await;
        }
        noise.stop().await?;
        Ok(Probes {
            passed: Sample::of(passed),
            bytes: Sample::new(bytes).median(),
        })
    }

    /// Requests that were recommended are cancelled: they must leave the other device.
    async fn revoke(&mut self, stage: &Stage, door: &Door) -> Result<Figure> {
        let (actor, watcher, _) = self.pairs.first_mut().context("somebody watches")?;
        let mut passed = Vec::with_capacity(OFFERED);
        for id in &stage.offered {
            let cancel = Mutation::CancelRequest {
                id: *id,
                reason: "The workshop has closed.".to_owned(),
            };
            let (durable, lost) = tokio::join!(
                actor.act(door, &cancel),
                watcher.loses(Key::of::<Request>(*id))
            );
            passed.push(lost?.at.saturating_duration_since(durable?));
        }
        let passed = Sample::of(passed);
        Ok(Figure::new(
            "sync.g18_p99_ms",
            passed.permille(990),
            "ms",
            format!(
                "n={}, {FEW} live sessions; a recommended request is cancelled: from the act on the client's disk to the row gone from the \
                 freelancer's file; median {:.1}, most {:.1}",
                passed.count(),
                passed.median(),
                passed.most(),
            ),
        ))
    }
}

fn message_key(id: MessageId) -> Key {
    Key::of::<Message>(id)
}

/// Other people's messages, at a steady pace.
struct Noise {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Result<()>>,
}

impl Noise {
    fn start(door: &Door, pairs: &[Pair]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&stop);
        let door = door.clone();
        let mut hands: Vec<_> = pairs
            .iter()
            .take(400)
            .map(|pair| {
                (
                    Arc::new(tokio::sync::Mutex::new(Hand::of(&pair.client))),
                    pair.thread,
                )
            })
            .collect();
        let task = tokio::spawn(async move {
            let mut pace = tokio::time::interval(OTHERS);
            let mut running = JoinSet::new();
            let mut number = 0;
            while !over.load(Ordering::Relaxed) {
                pace.tick().await;
                let turn = number % hands.len();
                let (hand, thread) = &mut hands[turn];
                let (hand, thread, door) = (Arc::clone(hand), *thread, door.clone());
                running.spawn(async move {
                    hand.lock()
                        .await
                        .push(&door, &[message(thread, number)])
                        .await
                });
                number += 1;
                while let Some(done) = running.try_join_next() {
                    done??;
                }
            }
            while let Some(done) = running.join_next().await {
                done??;
            }
            Ok(())
        });
        Self { stop, task }
    }

    async fn stop(self) -> Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await?
    }
}

/// What the sessions of a crowd share.
struct Shared {
    /// The row that everybody sees.
    hot: Key,
    /// How many have seen it since it was asked for.
    seen: AtomicUsize,
    expected: AtomicUsize,
    all: Notify,
}

/// Live sessions that acknowledge whatever comes.
struct Crowd {
    door: Door,
    shared: Arc<Shared>,
    running: Vec<JoinHandle<Result<()>>>,
    places: Vec<Arc<Place>>,
}

/// Where a device stands.
struct Place {
    device: DeviceId,
    cursor: Mutex<Option<Cursor>>,
}

impl Crowd {
    fn new(door: &Door, hot: Key) -> Self {
        Self {
            door: door.clone(),
            shared: Arc::new(Shared {
                hot,
                seen: AtomicUsize::new(0),
                expected: AtomicUsize::new(usize::MAX),
                all: Notify::new(),
            }),
            running: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Connects these people; when this returns, each has its first delta.
    async fn connect(&mut self, players: &[Player]) -> Result<()> {
        let gate = Arc::new(Semaphore::new(64));
        let mut joining = JoinSet::new();
        for player in players {
            let place = Arc::new(Place {
                device: DeviceId(Uuid::new_v4()),
                cursor: Mutex::new(None),
            });
            self.places.push(Arc::clone(&place));
            let (gate, door, player) = (Arc::clone(&gate), self.door.clone(), player.clone());
            let shared = Arc::clone(&self.shared);
            joining.spawn(async move {
                let _turn = gate.acquire_owned().await?;
                let live = begin(&door, &player, &place).await?;
                anyhow::Ok(tokio::spawn(stay(live, place, shared)))
            });
        }
        while let Some(joined) = joining.join_next().await {
            self.running.push(joined??);
        }
        Ok(())
    }

    /// Waits until everybody has seen the shared row once more than before `change`.
    async fn after(&self, change: impl Future<Output = Result<Instant>>) -> Result<Duration> {
        self.shared.seen.store(0, Ordering::SeqCst);
        self.shared
            .expected
            .store(self.running.len(), Ordering::SeqCst);
        let all = self.shared.all.notified();
        let begun = change.await?;
        timeout(PATIENCE, all).await.with_context(|| {
            format!(
                "only {} have seen it",
                self.shared.seen.load(Ordering::SeqCst)
            )
        })?;
        Ok(begun.elapsed())
    }
}

async fn begin(door: &Door, player: &Player, place: &Place) -> Result<Live> {
    let cursor = *place.cursor.lock().unwrap_or_else(PoisonError::into_inner);
    let mut live = Live::open(door, player, place.device, cursor).await?;
    let heard = live.hear().await?;
    ensure!(heard.delta.next.is_none(), "a first delta came in pages");
    let cursor = heard.delta.cursor;
    live.acknowledge(cursor).await?;
    *place.cursor.lock().unwrap_or_else(PoisonError::into_inner) = Some(cursor);
    Ok(live)
}

async fn stay(mut live: Live, place: Arc<Place>, shared: Arc<Shared>) -> Result<()> {
    loop {
        let heard = live.hear().await?;
        let cursor = heard.delta.cursor;
        let mut rows = heard.delta.rows.iter();
        if rows.any(|row| row.id == shared.hot.id && row.table == shared.hot.table) {
            let seen = shared.seen.fetch_add(1, Ordering::SeqCst) + 1;
            if seen == shared.expected.load(Ordering::SeqCst) {
                shared.all.notify_one();
            }
        }
        live.acknowledge(cursor).await?;
        *place.cursor.lock().unwrap_or_else(PoisonError::into_inner) = Some(cursor);
    }
}

/// One request is edited again and again, and everybody sees it.
async fn broadcast(
    stage: &Stage,
    door: &Door,
    crowd: &mut Crowd,
    server: &Server,
) -> Result<Figure> {
    let mut hand = Hand::of(&stage.owner);
    let mut took = Vec::with_capacity(EDITS);
    let before = server.process().used();
    for number in 0..EDITS {
        let edit = Mutation::EditRequest {
            id: stage.hot.id,
            text: Box::new(RequestText {
                title: format!("A ledger for a small workshop, {number}"),
                ..stage.hot.text.clone()
            }),
        };
        let change = async {
            hand.push(door, &[edit]).await?;
            Ok(Instant::now())
        };
        took.push(crowd.after(change).await?);
    }
    let used = server.process().used().saturating_sub(before);
    let took = Sample::of(took);
    let deliveries = f64::from(u32::try_from(EDITS * crowd.running.len())?);
    Ok(Figure::new(
        "sync.g10_all_ms",
        took.median(),
        "ms",
        format!(
            "median of {EDITS} edits of a request that {} sessions see: from the durable answer to the last session's delta; most {:.0} ms; \
             {:.0} µs of processor a delivery in the server",
            crowd.running.len(),
            took.most(),
            used.as_secs_f64() * 1_000_000.0 / deliveries,
        ),
    ))
}

/// Everybody is cut off and comes back in the same moment.
async fn return_all(players: &[Player], crowd: Crowd, server: &Server) -> Result<[Figure; 2]> {
    for task in &crowd.running {
        task.abort();
    }
    drop(crowd.running);
    // The server notices that they are gone.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = server.process().used();
    let begun = Instant::now();
    let mut returning = JoinSet::new();
    for (player, place) in players.iter().zip(crowd.places) {
        let (door, player) = (crowd.door.clone(), player.clone());
        returning.spawn(async move {
            let live = timeout(PATIENCE, begin(&door, &player, &place)).await??;
            anyhow::Ok((begun.elapsed(), live))
        });
    }
    let mut took = Vec::new();
    let mut back = Vec::new();
    while let Some(returned) = returning.join_next().await {
        let (after, live) = returned??;
        took.push(after);
        back.push(live);
    }
    let used = server.process().used().saturating_sub(before);
    ensure!(back.len() == players.len(), "somebody did not come back");
    let took = Sample::new(
        took.into_iter()
            .map(|after| milliseconds(after) / 1_000.0)
            .collect(),
    );
    let note = format!(
        "n={}, all connect in the same moment with their cursors; from that moment to the first delta; median {:.2}, most {:.2}",
        took.count(),
        took.median(),
        took.most(),
    );
    Ok([
        Figure::new("sync.g17_p99_s", took.permille(990), "s", note),
        Figure::new(
            "sync.g17_us_per_resume",
            used.as_secs_f64() * 1_000_000.0 / f64::from(u32::try_from(players.len())?),
            "µs",
            "processor time of the server for one of them".to_owned(),
        ),
    ])
}
