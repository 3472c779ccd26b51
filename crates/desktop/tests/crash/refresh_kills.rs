//! The desktop's core is killed while it renews its tokens: nobody has to sign in again, and nobody is taken for a thief.

use crate::core_kills::{Scene, sign_in};
use crate::core_process::{Core, Keychain, Pace, Said};
use crate::ground::file;
use crate::plan::{PATIENCE, Plan, TURN};
use crate::program;
use crate::tap::{HOLD, Leg, Tap};
use guildhall_domain::id::AccountId;
use guildhall_oauth::Token;
use rand::Rng as _;
use rand::seq::SliceRandom as _;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::Command;
use tokio::time::{sleep, timeout};

/// Where a kill is aimed at. What is aimed at is held up, and the kill comes soon after it has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// At no place: at any time from the start to the end of a renewal that nothing holds up.
    Blind,
    /// At something on the wire.
    Wire(Leg),
    /// At the keychain, before it has the new pair.
    Keeping,
    /// At the keychain, once it has it.
    Kept,
}

/// The aims of each ten kills, in an order of their own each time.
const AIMS: [Aim; 10] = [
    Aim::Blind,
    Aim::Blind,
    Aim::Blind,
    Aim::Wire(Leg::Finds),
    Aim::Wire(Leg::Asks),
    Aim::Wire(Leg::Answers),
    Aim::Keeping,
    Aim::Kept,
    Aim::Wire(Leg::Uses),
    Aim::Wire(Leg::Serves),
];

/// How long after the beginning of what is aimed at.
const SOON_MS: u64 = 60;

/// A lost reply may be asked for again five times a minute; from then on a desktop waits, and kills would miss the window.
const LOST_IN_A_ROW: u32 = 4;

/// Into which part of a renewal a kill fell, by what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The server has not exchanged the token.
    Unasked,
    /// It has, and the answer never arrived.
    Unanswered,
    /// The answer arrived, and the keychain has the old token.
    Unkept,
    /// The keychain has the new token, and nobody has used the pair.
    Unused,
    /// The pair is in use.
    Used,
}

const PARTS: [Part; 5] = [
    Part::Unasked,
    Part::Unanswered,
    Part::Unkept,
    Part::Unused,
    Part::Used,
];

/// The server's books on one account's sign-ins.
struct Books {
    pool: SqlitePool,
    account: String,
}

impl Books {
    async fn open(data: &Path, account: AccountId) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(file(data))
            .read_only(true);
        let pool = SqlitePoolOptions::new().max_connections(1);
        Self {
            pool: pool.connect_with(options).await.expect("opens"),
            account: account.0.to_string(),
        }
    }

    /// How many sign-ins there are, and how many of them have ended.
    async fn families(&self) -> (i64, i64) {
        let sql = "select count(*), count(revoked_at) from token_family where account = ?";
        let families = sqlx::query_as(sql).bind(&self.account);
        families.fetch_one(&self.pool).await.expect("is read")
    }

    /// Whether a token was exchanged, and whether it or its pair was used.
    async fn exchanged_and_used(&self, token: &str) -> (bool, bool) {
        let sql =
            "select successor is not null, used_at is not null from refresh_token where hash = ?";
        let hash = Token::parse(token).expect("is a token").hash();
        let found = sqlx::query_as(sql).bind(hash.as_bytes().to_vec());
        found.fetch_one(&self.pool).await.expect("is known")
    }
}

/// The refresh token in the keychain; none when nobody is signed in any more.
fn kept(keychain: &Keychain) -> Option<String> {
    let stored: Value = serde_json::from_str(keychain.values().next()?).expect("is of the app");
    Some(stored["r"].as_str().expect("is text").to_owned())
}

/// Time passes: the access token in the keychain has run out.
fn runs_out(keychain: &mut Keychain) {
    for stored in keychain.values_mut() {
        let mut grant: Value = serde_json::from_str(stored).expect("is of the app");
        grant["e"] = json!(0);
        *stored = grant.to_string();
    }
}

/// What came of the kills.
#[derive(Default)]
struct Outcome {
    kills: u32,
    parts: [u32; PARTS.len()],
    settled: u32,
    forced: u32,
    revoked: i64,
}

impl Outcome {
    fn count(&mut self, part: Part) {
        self.parts[PARTS.iter().position(|it| *it == part).expect("is one")] += 1;
    }

    /// Prints the table past the test's capture: it is the result.
    fn print(&self, seed: u64) {
        let [unasked, unanswered, unkept, unused, used] = self.parts;
        let _ = writeln!(
            std::io::stderr(),
            "\n| seed | kills while renewing | not asked for | answer under way | answer not kept | kept, not used | in use | \
             renewed without a kill | forced sign-ins | sign-ins ended |\n|---|---|---|---|---|---|---|---|---|---|\n\
             | {seed} | {} | {unasked} | {unanswered} | {unkept} | {unused} | {used} | {} | {} | {} |",
            self.kills,
            self.settled,
            self.forced,
            self.revoked,
        );
    }
}

struct Trial {
    scene: Scene,
    tap: Arc<Tap>,
    books: Books,
}

impl Trial {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let limits = folder.path().join("limits.json");
        let many = json!({ "tokens": { "at_once": 1_000_000, "seconds_each": 1 } });
        std::fs::write(&limits, many.to_string()).expect("is written");
        let mut server = Command::new(program::server());
        server.env("GUILDHALL_LIMITS", &limits);
        let tap = Arc::new(Tap::new());
        let mut scene = Scene::begin_by(server, Some(Arc::clone(&tap))).await;
        let mut core = Core::start(
            &scene.program,
            scene.profile.path(),
            &scene.address,
            &mut scene.keychain,
        )
        .await;
        core.is_ready().await;
        let account = sign_in(&mut core).await;
        core.close().await;
        let books = Books::open(scene.data.path(), account).await;
        Self { scene, tap, books }
    }

    async fn start(&mut self, pace: Pace) -> Core<'_> {
        runs_out(&mut self.scene.keychain);
        let scene = &mut self.scene;
        Core::start_at(
            &scene.program,
            scene.profile.path(),
            &scene.address,
            &mut scene.keychain,
            pace,
        )
        .await
    }

    /// Starts it and lets it renew its tokens and use them; says how long that took, or nothing when somebody has to sign in again.
    async fn renews(&mut self) -> Option<Duration> {
        let before = kept(&self.scene.keychain);
        drop(self.tap.hold(None));
        let started = Instant::now();
        let mut run = self.start(Pace::default()).await;
        run.order(&json!({ "do": "settle" })).await;
        let settled = timeout(PATIENCE, async {
            loop {
                match run.hear().await.expect("goes on") {
                    Said::Settled(_) => return true,
                    Said::Forgotten => return false,
                    _ => {}
                }
            }
        });
        if !settled.await.expect("settles") {
            return None;
        }
        let took = started.elapsed();
        run.close().await;
        let now = kept(&self.scene.keychain);
        assert_ne!(now, before, "nothing was renewed");
        let now = now.expect("is signed in");
        assert_eq!(self.books.exchanged_and_used(&now).await, (false, true));
        Some(took)
    }

    /// Starts it and kills it this long after what is aimed at has begun.
    async fn kill(&mut self, aim: Aim, after: Duration) -> Part {
        let before = kept(&self.scene.keychain);
        let hold_ms = u64::try_from(HOLD.as_millis()).expect("is short");
        let (leg, before_ms, after_ms) = match aim {
            Aim::Blind => (None, 0, 0),
            Aim::Wire(leg) => (Some(leg), 0, 0),
            Aim::Keeping => (None, hold_ms, 0),
            Aim::Kept => (None, 0, hold_ms),
        };
        let mut begun = self.tap.hold(leg);
        let mut run = self
            .start(Pace {
                before_ms,
                after_ms,
            })
            .await;
        let mut heard = Vec::new();
        let aimed = timeout(PATIENCE, async {
            let mut is_there = matches!(aim, Aim::Blind);
            while !is_there {
                tokio::select! {
                    Some(leg) = begun.recv() => is_there = aim == Aim::Wire(leg),
                    said = run.hear() => {
                        let said = said.expect("goes on");
                        is_there = match said {
                            Said::Keeping => aim == Aim::Keeping,
                            Said::Kept => aim == Aim::Kept,
                            // What is aimed at will never begin.
                            Said::Forgotten => true,
                            _ => false,
                        };
                        heard.push(said);
                    }
                }
            }
        });
        aimed
            .await
            .unwrap_or_else(|_| panic!("{aim:?} never began"));
        sleep(after).await;
        heard.extend(run.kill().await);
        self.tap.is_quiet().await;
        let now = kept(&self.scene.keychain).unwrap_or_default();
        if now.is_empty() {
            return Part::Unasked;
        }
        let is_renewed = Some(&now) != before.as_ref();
        match self.books.exchanged_and_used(&now).await {
            (_, true) if is_renewed => Part::Used,
            (_, false) if is_renewed => Part::Unused,
            (true, _) if heard.contains(&Said::Keeping) => Part::Unkept,
            (true, _) => Part::Unanswered,
            (false, _) => Part::Unasked,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_killed_while_it_renews_its_tokens_stays_signed_in() {
    let _turn = TURN.lock().await;
    let plan = Plan::asked();
    let mut chance = plan.chance(200);
    let mut trial = Trial::begin().await;
    let whole = trial.renews().await.expect("is signed in");
    let whole_ms = u64::try_from(whole.as_millis()).expect("is short");
    let mut outcome = Outcome::default();
    let mut aims = Vec::new();
    let mut lost_in_a_row = 0;
    while outcome.kills < plan.refresh_kills {
        if aims.is_empty() {
            aims = AIMS.to_vec();
            aims.shuffle(&mut chance);
        }
        let aim = aims.pop().expect("was filled");
        let longest = if matches!(aim, Aim::Blind) {
            whole_ms
        } else {
            SOON_MS
        };
        let after = Duration::from_millis(chance.random_range(0..=longest));
        let part = trial.kill(aim, after).await;
        outcome.kills += 1;
        outcome.count(part);
        lost_in_a_row = match part {
            Part::Unasked => lost_in_a_row,
            Part::Unanswered | Part::Unkept => lost_in_a_row + 1,
            Part::Unused | Part::Used => 0,
        };
        let is_last = outcome.kills == plan.refresh_kills;
        if is_last || lost_in_a_row == LOST_IN_A_ROW || chance.random_ratio(1, 3) {
            outcome.settled += u32::from(trial.renews().await.is_some());
            lost_in_a_row = 0;
        }
        if kept(&trial.scene.keychain).is_none() {
            outcome.forced += 1;
            break;
        }
    }
    let families = trial.books.families().await;
    outcome.revoked = families.1;
    trial.books.pool.close().await;
    trial.scene.server.kill().await;
    outcome.print(plan.seed);
    assert_eq!(outcome.forced, 0, "somebody has to sign in again");
    assert_eq!(families, (1, 0), "sign-ins, and ended ones");
    // Each part is aimed at at least once in ten kills.
    let least = outcome.kills / 20;
    let least = if outcome.kills >= 10 { least.max(1) } else { 0 };
    assert!(
        outcome.parts.iter().all(|count| *count >= least),
        "the window is missed: {:?}",
        outcome.parts
    );
}
