//! How many acts a second reach the disk: many devices push batches over HTTP to the server's binary.

use crate::bed::{Bed, WORDS, act, application, system_now};
use crate::figure::{Figure, Sample};
use crate::server::Server;
use anyhow::{Context as _, Result, ensure};
use guildhall_domain::id::{AccountId, ApplicationId, DeviceId, MessageId, MutationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::path;
use guildhall_protocol::sync::{Chain, Envelope, PROTOCOL, Push, PushAnswer, Verdict};
use guildhall_server::oauth::{Roles, Scope};
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

pub(crate) const NAME: &str = "road.mutations_per_s";

const FREELANCERS: usize = 2_000;
/// Two devices each: the client's and the freelancer's.
const PAIRS: usize = 32;
const PUSHES: usize = 24;
const ACTS: usize = 25;

/// A device with its pushes written beforehand, so that the clock runs for the server.
struct Device {
    token: String,
    bodies: Vec<Vec<u8>>,
}

/// Measures acknowledged acts a second, and that all of them survive the end of the server.
pub(crate) async fn measure() -> Result<Figure> {
    let bed = Bed::lay(FREELANCERS).await?;
    let devices = furnish(&bed).await?;
    let server = Server::start(&bed.data())?;
    let address = format!("{}{}", server.address, path::PUSH);
    let line = Arc::new(Barrier::new(devices.len() + 1));
    let mut running = JoinSet::new();
    for device in devices {
        running.spawn(push_all(device, address.clone(), Arc::clone(&line)));
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
    server.kill()?;

    let acknowledged = took.len() * ACTS;
    let warm = 2 * PAIRS * ACTS;
    let kept = decided(&bed).await?;
    ensure!(
        kept == acknowledged + warm,
        "{} acts were acknowledged and {kept} are on the disk",
        acknowledged + warm
    );
    let took = Sample::of(took);
    let acts = f64::from(u32::try_from(acknowledged)?);
    let rate = acts / elapsed.as_secs_f64();
    Ok(Figure::new(
        NAME,
        rate,
        "/s",
        format!(
            "n={acknowledged} in {:.1} s, {} devices, pushes of {ACTS} (17 messages, 4 read marks, 4 marks or views), \
             FULL sync, all on the disk after kill -9; {:.0} µs of processor an act in the server; a push p50 {:.0} ms, p99 {:.0} ms; demo market of {FREELANCERS}",
            elapsed.as_secs_f64(),
            2 * PAIRS,
            used.as_secs_f64() * 1_000_000.0 / acts,
            took.permille(500),
            took.permille(990),
        ),
    ))
}

async fn push_all(device: Device, address: String, line: Arc<Barrier>) -> Result<Vec<Duration>> {
    let http = reqwest::Client::new();
    let mut took = Vec::with_capacity(PUSHES);
    for (number, body) in device.bodies.into_iter().enumerate() {
        let begun = Instant::now();
        let answer: PushAnswer = http
            .post(&address)
            .bearer_auth(&device.token)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        took.push(begun.elapsed());
        ensure!(answer.rest.is_none() && answer.decisions.len() == ACTS);
        for decision in answer.decisions {
            if let Verdict::Rejected { denied } = decision.verdict {
                anyhow::bail!("refused: {denied:?}");
            }
        }
        if number == 0 {
            took.clear();
            line.wait().await;
        }
    }
    Ok(took)
}

/// Lets each freelancer apply to a client of their own, signs both in and writes what they will push.
async fn furnish(bed: &Bed) -> Result<Vec<Device>> {
    let market = bed.open().await?;
    let requests: Vec<RequestId> = bed.open_requests().map(|request| request.id).collect();
    let people: Vec<AccountId> = bed.profiles().map(|profile| profile.id).collect();
    let mut devices = Vec::new();
    for (request, freelancer) in bed.pairs().take(PAIRS) {
        let apply = application(request.id, request.terms_version);
        act(&market, freelancer, apply).await?;
        let sides = [
            (request.client, Roles::CLIENT, Side::Client(&people)),
            (freelancer, Roles::FREELANCER, Side::Freelancer(&requests)),
        ];
        for (account, roles, side) in sides {
            let email = format!("{}@example.org", account.0.simple());
            market
                .oauth
                .adopt_account(account.0, &email, "Somebody", roles)
                .await?;
            let token = market
                .oauth
                .issue_for(account.0, Scope::Marketplace)
                .await?
                .access_token;
            let device = DeviceId(Uuid::new_v4());
            let mut hand = Hand {
                device,
                thread: ApplicationId::of(request.id, freelancer),
                side,
                seq: 0,
                chain: Chain::start(device),
            };
            let bodies = (0..PUSHES).map(|_| hand.push()).collect::<Result<_>>()?;
            devices.push(Device { token, bodies });
        }
    }
    market.store.close().await;
    ensure!(devices.len() == 2 * PAIRS, "the market is too small");
    Ok(devices)
}

/// Which of the two somebody is, and what they look at.
enum Side<'a> {
    Client(&'a [AccountId]),
    Freelancer(&'a [RequestId]),
}

/// Writes the pushes of one device.
struct Hand<'a> {
    device: DeviceId,
    thread: ApplicationId,
    side: Side<'a>,
    seq: u64,
    chain: Chain,
}

impl Hand<'_> {
    fn push(&mut self) -> Result<Vec<u8>> {
        let mutations: Vec<Envelope> = (0..ACTS)
            .map(|place| {
                self.seq += 1;
                let mutation = self.mutation(place)?;
                let id = MutationId(Uuid::now_v7());
                Ok(Envelope::seal(self.seq, id, system_now(), &mutation)?)
            })
            .collect::<Result<_>>()?;
        let chain = self.chain;
        self.chain = mutations.iter().fold(chain, Chain::and);
        let push = Push {
            protocol: PROTOCOL,
            device: self.device,
            chain,
            mutations,
        };
        Ok(serde_json::to_vec(&push)?)
    }

    fn mutation(&self, place: usize) -> Result<Mutation> {
        let turn = usize::try_from(self.seq)?;
        let push = turn / ACTS;
        Ok(match (place % 6, &self.side) {
            (4, _) => Mutation::MarkRead {
                application: self.thread,
                up_to: Timestamp(1_700_000_000_000 + i64::try_from(turn)?),
            },
            (5, Side::Freelancer(requests)) => Mutation::ViewRequest {
                id: requests[turn % requests.len()],
            },
            (5, Side::Client(_)) if place == 5 => Mutation::ShortlistApplication {
                id: self.thread,
                on: push.is_multiple_of(2),
            },
            (5, Side::Client(people)) => Mutation::ViewProfile {
                freelancer: people[turn % people.len()],
            },
            (_, _) => Mutation::SendMessage {
                id: MessageId(Uuid::now_v7()),
                application: self.thread,
                body: WORDS.to_owned(),
                attachments: Vec::new(),
            },
        })
    }
}

/// How many acts of devices the database has decided.
async fn decided(bed: &Bed) -> Result<usize> {
    let options = SqliteConnectOptions::new().filename(bed.file());
    let mut database = sqlx::SqliteConnection::connect_with(&options).await?;
    let count: i64 = sqlx::query_scalar("select count(*) from decision where device is not null")
        .fetch_one(&mut database)
        .await?;
    database.close().await?;
    usize::try_from(count).context("a count is not negative")
}
