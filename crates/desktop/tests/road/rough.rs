//! A rough wire: slow, late, cut in the middle of a frame, silent, or hung up on. The desktop gets through, with everything once.

use crate::browser::registers;
use crate::station::{Desk, Station, request};
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::request::Request;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

/// How often the wire changes its mood.
const MOODS: usize = 18;
/// How many acts are done in each.
const ACTS: usize = 4;
/// How long a mood may take to have its effect; without one, nothing was on its way.
const EFFECT: Duration = Duration::from_millis(600);

/// What the wire does to what it carries.
#[derive(Debug, Clone, Copy)]
enum Mood {
    /// Carries.
    Good,
    /// Carries so many bytes a second.
    Slow { bytes: u64 },
    /// Carries after so long.
    Late { milliseconds: u64 },
    /// Hangs up after so many bytes, wherever that is.
    Cut { after: usize },
    /// Takes everything and carries nothing.
    Hole,
    /// Hangs up at the next byte, as a computer that has started anew does.
    Reset,
}

impl Mood {
    /// One after the other, each time to another degree.
    fn new(number: usize, chance: &mut ChaCha8Rng) -> Self {
        match number % 6 {
            0 => Self::Good,
            1 => Self::Slow {
                bytes: 1_024 << chance.random_range(0..7),
            },
            2 => Self::Late {
                milliseconds: chance.random_range(5..300),
            },
            3 => Self::Cut {
                after: chance.random_range(1..900),
            },
            4 => Self::Hole,
            _ => Self::Reset,
        }
    }
}

/// A wire with moods.
struct RoughWire {
    mood: watch::Sender<Mood>,
    /// Rings when a mood had its effect.
    struck: Arc<Notify>,
}

impl RoughWire {
    /// Carries from this listener to the server.
    fn between(near: TcpListener, server: SocketAddr) -> Self {
        let (mood, moods) = watch::channel(Mood::Good);
        let struck = Arc::new(Notify::new());
        let bell = Arc::clone(&struck);
        tokio::spawn(async move {
            while let Ok((near, _)) = near.accept().await {
                let (moods, bell) = (moods.clone(), Arc::clone(&bell));
                tokio::spawn(async move {
                    if let Ok(far) = TcpStream::connect(server).await {
                        carry(near, far, moods, &bell).await;
                    }
                });
            }
        });
        Self { mood, struck }
    }

    fn set(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }
}

/// Carries both ways until one side hangs up or a mood does.
async fn carry(near: TcpStream, far: TcpStream, moods: watch::Receiver<Mood>, bell: &Notify) {
    // Whoever is hung up on hears it at once, with bytes lost that were on their way.
    let _ = near.set_zero_linger();
    let _ = far.set_zero_linger();
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    tokio::select! {
        () = pump(near_in, far_out, moods.clone(), bell) => {}
        () = pump(far_in, near_out, moods, bell) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut moods: watch::Receiver<Mood>,
    bell: &Notify,
) {
    let mut carried = 0;
    let mut bytes = [0; 512];
    loop {
        let count = match from.read(&mut bytes).await {
            Ok(count) if count > 0 => count,
            Ok(_) | Err(_) => return,
        };
        let mood = *moods.borrow_and_update();
        match mood {
            Mood::Good => carried = 0,
            Mood::Slow { bytes } => {
                sleep(Duration::from_micros(count as u64 * 1_000_000 / bytes)).await;
            }
            Mood::Late { milliseconds } => sleep(Duration::from_millis(milliseconds)).await,
            Mood::Cut { after } => {
                carried += count;
                if carried > after {
                    let rest = count - (carried - after).min(count);
                    let _ = to.write_all(&bytes[..rest]).await;
                    bell.notify_one();
                    return;
                }
            }
            Mood::Hole => {
                bell.notify_one();
                // What went in does not come out; with the next mood the connection is found dead.
                let _ = moods.changed().await;
                return;
            }
            Mood::Reset => {
                bell.notify_one();
                return;
            }
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_gets_through_a_rough_wire_once_and_in_order() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let near = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = near.local_addr().expect("bound").port();
    let wire = RoughWire::between(near, listener.local_addr().expect("bound"));
    let station = Station::behind(listener, port).await;
    let mut tessel = Desk::open(registers("Tessel Brandt", "tessel@example.org", "client")).await;
    tessel.sign_in(port).await;
    let id = tessel.desktop.request_new().await.expect("begins");
    let blank = tessel.desktop.my_request(id.clone()).await;
    let mut form = request(&tessel.desktop, blank.expect("is a draft").form, "Number 0").await;
    let published = tessel.desktop.request_publish(id.clone(), form.clone());
    published.await.expect("holds");
    tessel.settled().await;

    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let mut titles = Vec::new();
    for number in 0..MOODS {
        let mood = Mood::new(number, &mut chance);
        wire.set(mood);
        for _ in 0..ACTS {
            form.title = format!("Number {}", titles.len() + 1);
            titles.push(form.title.clone());
            let edited = tessel.desktop.request_edit(id.clone(), form.clone());
            edited.await.expect("holds");
        }
        // Whoever waits for a server that was away tries at once when asked to.
        tessel.desktop.outbox_retry().await.expect("tries");
        let _ = timeout(EFFECT, wire.struck.notified()).await;
    }
    wire.set(Mood::Good);
    tessel.desktop.outbox_retry().await.expect("tries");
    tessel.settled().await;

    let mut log = station.market.store.all::<Activity>().await.expect("lists");
    log.retain(|activity| activity.kind == ActivityKind::RequestEdited);
    // Of those that the server took in the same millisecond, the numbers tell the order.
    log.sort_by_key(|activity| (activity.at, activity.note.len(), activity.note.clone()));
    let noted: Vec<String> = log.into_iter().map(|activity| activity.note).collect();
    assert_eq!(noted, titles);
    let requests = station.market.store.all::<Request>().await.expect("lists");
    assert_eq!(requests.len(), 1);
    assert_eq!(&requests[0].text.title, titles.last().expect("are some"));
    let sync = tessel.desktop.sync_state().await.expect("says");
    assert_eq!((sync.waiting, sync.attention), (0, 0));
    let row = tessel
        .desktop
        .my_request(id)
        .await
        .expect("stands there")
        .row;
    assert_eq!(&row.title, titles.last().expect("are some"));
}
