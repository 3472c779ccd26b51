//! Acts that reach the disk: as many as it takes, and a thousand a second.

use super::stage::{Stage, words};
use super::wire::{Door, Hand};
use crate::bed::{all, application, size, system_now};
use crate::figure::{Figure, Sample};
use crate::server::Server;
use anyhow::{Context as _, Result, ensure};
use guildhall_domain::id::{AccountId, ApplicationId, MessageId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::{Profile, ProfileText};
use guildhall_domain::request::Request;
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;
use guildhall_server::demo::history;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

pub(crate) const G1: &str = "sync.g1_mutations_per_s";
pub(crate) const G2: &str = "sync.g2_mutations_per_s";
pub(crate) const G3: [&str; 2] = ["sync.g3_p50_ms", "sync.g3_p99_ms"];
pub(crate) const G12: &str = "sync.g12_mb";

/// Two devices each: the client's and the freelancer's.
const PAIRS: usize = 32;
/// Pushes of a device that are counted; the first one before them is not.
const PUSHES: usize = 10;
/// How many acts of one device go together, as when it comes back from a day without a network.
const ACTS: usize = 100;
const FREELANCERS: usize = 2_000;
/// For G3: how many acts, one every millisecond.
const SINGLES: usize = 5_000;

/// What there is to look at, to apply to and to say of oneself.
struct Market {
    requests: Vec<(RequestId, u32)>,
    people: Vec<AccountId>,
    texts: Vec<ProfileText>,
}

impl Market {
    fn of(rows: &[Row]) -> Result<Self> {
        let market = Self {
            requests: all::<Request>(rows)
                .filter(|request| request.is_open())
                .map(|request| (request.id, request.terms_version))
                .collect(),
            people: all::<Profile>(rows).map(|profile| profile.id).collect(),
            texts: all::<Profile>(rows)
                .map(|profile| profile.text.clone())
                .take(PAIRS)
                .collect(),
        };
        ensure!(
            market.requests.len() > PUSHES * 8 && market.texts.len() == PAIRS,
            "the market is too small"
        );
        Ok(market)
    }
}

/// Measures acknowledged acts a second of 64 clients, the server's memory meanwhile, and then the time from push to answer.
pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let rows = history(size(FREELANCERS), system_now())?.rows;
    let market = Market::of(&rows)?;
    let stage = Stage::lay(PAIRS, 0, rows).await?;
    let server = stage.serve()?;
    let door = Door::to(&server.address)?;
    let rate = rush(G1, "FULL sync", &market, &stage, (&server, &door)).await?;
    let memory = Figure::new(
        G12,
        server.process().most_memory_mb(),
        "MiB",
        "the most resident memory of the server in g1".to_owned(),
    );
    let mut figures = vec![rate, memory];
    figures.extend(one_by_one(&stage, &door, &server).await?);
    server.kill()?;
    Ok(figures)
}

/// Measures the acts a second on PostgreSQL.
pub(crate) async fn measure_on_postgres() -> Result<Vec<Figure>> {
    let rows = history(size(FREELANCERS), system_now())?.rows;
    let market = Market::of(&rows)?;
    let stage = Stage::lay_on_postgres(PAIRS, rows).await?;
    let server = stage.serve()?;
    let door = Door::to(&server.address)?;
    let how = "PostgreSQL beside the server, every commit synced";
    let rate = rush(G2, how, &market, &stage, (&server, &door)).await?;
    server.kill()?;
    Ok(vec![rate])
}

/// All devices push at once, each as soon as its last push was answered.
async fn rush(
    name: &'static str,
    durability: &str,
    market: &Market,
    stage: &Stage,
    (server, door): (&Server, &Door),
) -> Result<Figure> {
    let line = Arc::new(Barrier::new(2 * PAIRS + 1));
    let mut running = JoinSet::new();
    for (number, pair) in stage.pairs.iter().enumerate() {
        for is_client in [true, false] {
            let player = if is_client {
                &pair.client
            } else {
                &pair.freelancer
            };
            let mut writer = Writer {
                hand: Hand::of(player),
                thread: pair.thread,
                number,
                is_client,
                turn: 0,
                applied: 0,
            };
            let bodies = (0..=PUSHES)
                .map(|_| writer.push(market))
                .collect::<Result<Vec<_>>>()?;
            running.spawn(push_all(
                writer.hand,
                bodies,
                door.clone(),
                Arc::clone(&line),
            ));
        }
    }
    // Each has pushed once: connected, signed in, known to the server.
    line.wait().await;
    let (begun, before) = (Instant::now(), server.process().used());
    let mut took = Vec::new();
    while let Some(done) = running.join_next().await {
        took.extend(done??);
    }
    let elapsed = begun.elapsed();
    let used = server.process().used().saturating_sub(before);
    let acts = f64::from(u32::try_from(took.len() * ACTS)?);
    let took = Sample::of(took);
    let note = format!(
        "{acts} acts in {:.1} s, {} devices, pushes of {ACTS}: 70 % messages, 12 % read marks, 11 % views and shortlists, \
         7 % applications (of freelancers), a profile edit each; {durability}; {:.1} µs of processor an act in the server; \
         a push p50 {:.0} ms, p99 {:.0} ms; demo market of {FREELANCERS}",
        elapsed.as_secs_f64(),
        2 * PAIRS,
        used.as_secs_f64() * 1_000_000.0 / acts,
        took.permille(500),
        took.permille(990),
    );
    Ok(Figure::new(name, acts / elapsed.as_secs_f64(), "/s", note))
}

/// A thousand single acts a second, at their moments, however long the answers take.
async fn one_by_one(stage: &Stage, door: &Door, server: &Server) -> Result<[Figure; 2]> {
    let mut hands: Vec<(Hand, ApplicationId)> = stage
        .pairs
        .iter()
        .flat_map(|pair| {
            [&pair.client, &pair.freelancer].map(|player| (Hand::of(player), pair.thread))
        })
        .collect();
    let before = server.process().used();
    let begun = Instant::now();
    let mut running = JoinSet::new();
    // A device's next act waits for its last answer: each device has its own task and every 64th moment.
    let devices = hands.len();
    for (place, (mut hand, thread)) in hands.drain(..).enumerate() {
        let door = door.clone();
        running.spawn(async move {
            let mut took = Vec::new();
            for number in (place..SINGLES).step_by(devices) {
                let due = begun + Duration::from_millis(u64::try_from(number)?);
                tokio::time::sleep_until(due.into()).await;
                hand.push(&door, &[message(thread, number)]).await?;
                took.push(due.elapsed());
            }
            anyhow::Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(done) = running.join_next().await {
        took.extend(done??);
    }
    let elapsed = begun.elapsed();
    let used = server.process().used().saturating_sub(before);
    let took = Sample::of(took);
    let note = format!(
        "n={}, one message at its moment every millisecond by {devices} devices in turn, {:.0} answered a second; \
         from the moment to the answer, most {:.0} ms; {:.0} µs of processor an act in the server",
        took.count(),
        f64::from(u32::try_from(took.count())?) / elapsed.as_secs_f64(),
        took.most(),
        used.as_secs_f64() * 1_000_000.0 / f64::from(u32::try_from(took.count())?),
    );
    Ok([
        Figure::new(G3[0], took.permille(500), "ms", note.clone()),
        Figure::new(G3[1], took.permille(990), "ms", note),
    ])
}

async fn push_all(
    hand: Hand,
    bodies: Vec<Vec<u8>>,
    door: Door,
    line: Arc<Barrier>,
) -> Result<Vec<Duration>> {
    let mut took = Vec::with_capacity(PUSHES);
    let mut bodies = bodies.into_iter();
    let first = bodies.next().context("there is a push")?;
    hand.send(&door, first).await?;
    line.wait().await;
    for body in bodies {
        let begun = Instant::now();
        let answer = hand.send(&door, body).await?;
        took.push(begun.elapsed());
        ensure!(answer.decisions.len() == ACTS);
    }
    Ok(took)
}

pub(crate) fn message(thread: ApplicationId, number: usize) -> Mutation {
    Mutation::SendMessage {
        id: MessageId(Uuid::now_v7()),
        application: thread,
        body: words(number),
        attachments: Vec::new(),
    }
}

/// Writes the pushes of one device.
struct Writer {
    hand: Hand,
    thread: ApplicationId,
    number: usize,
    is_client: bool,
    turn: usize,
    applied: usize,
}

impl Writer {
    fn push(&mut self, market: &Market) -> Result<Vec<u8>> {
        let mutations: Vec<Mutation> = (0..ACTS).map(|place| self.act(place, market)).collect();
        self.hand.write(&mutations)
    }

    fn act(&mut self, place: usize, market: &Market) -> Mutation {
        self.turn += 1;
        match place % 100 {
            70..82 => Mutation::MarkRead {
                application: self.thread,
                up_to: Timestamp(1_700_000_000_000 + i64::try_from(self.turn).unwrap_or(0)),
            },
            82..86 if self.is_client => Mutation::ShortlistApplication {
                id: self.thread,
                on: place.is_multiple_of(2),
            },
            86..93 if self.is_client => Mutation::ViewProfile {
                freelancer: market.people[self.turn % market.people.len()],
            },
            82..93 => Mutation::ViewRequest {
                id: market.requests[self.turn % market.requests.len()].0,
            },
            93..100 if !self.is_client => {
                if self.turn == 99 {
                    return Mutation::SaveProfile {
                        text: Box::new(market.texts[self.number].clone()),
                    };
                }
                let (request, terms) = market.requests[self.applied];
                self.applied += 1;
                application(request, terms)
            }
            _ => message(self.thread, self.turn),
        }
    }
}
