//! Ten thousand lives of a sign-in: replies get lost, clients crash, and a thief takes a copy.

use guildhall_oauth::{
    DESKTOP_CLIENT, Family, Lifetimes, Millis, Refresh, RefreshState, RotationDecision, rotate,
};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const LIVES: u64 = 10_000;
const STEPS: usize = 40;
const DAY: Millis = 86_400_000;

/// A pair of tokens, by the place of its row.
type Pair = usize;

/// One pair as the server stores it.
struct Row {
    generation: i64,
    expires_at: Millis,
    access_expires_at: Millis,
    successor: Option<Pair>,
    is_superseded: bool,
    is_used: bool,
    reissues: u32,
    reissues_since: Millis,
}

/// The server: rows, and nothing but what the decisions say.
struct Server {
    family: Family,
    rows: Vec<Row>,
    lifetimes: Lifetimes,
}

impl Server {
    fn signed_in() -> Self {
        let lifetimes = Lifetimes::default();
        let family = Family {
            client_id: DESKTOP_CLIENT.into(),
            expires_at: lifetimes.refresh_absolute_ms,
            revoked_at: None,
        };
        let mut server = Self {
            family,
            rows: Vec::new(),
            lifetimes,
        };
        server.insert(0, lifetimes.refresh_idle_ms, 0);
        server
    }

    fn insert(&mut self, generation: i64, expires_at: Millis, now: Millis) -> Pair {
        self.rows.push(Row {
            generation,
            expires_at,
            access_expires_at: now + self.lifetimes.access_ms,
            successor: None,
            is_superseded: false,
            is_used: false,
            reissues: 0,
            reissues_since: 0,
        });
        self.rows.len() - 1
    }

    fn is_revoked(&self) -> bool {
        self.family.revoked_at.is_some()
    }

    /// An API call with the access token of a pair.
    fn call(&mut self, pair: Pair, now: Millis) -> bool {
        let is_revoked = self.is_revoked();
        let row = &mut self.rows[pair];
        let is_good = !is_revoked && !row.is_superseded && now < row.access_expires_at;
        row.is_used |= is_good;
        is_good
    }

    /// An exchange of the refresh token of a pair.
    fn refresh(&mut self, pair: Pair, now: Millis) -> Result<Pair, RotationDecision> {
        let row = &self.rows[pair];
        let state = match row.successor {
            _ if row.is_superseded => RefreshState::Superseded,
            None => RefreshState::Fresh,
            Some(next) => RefreshState::Consumed {
                successor_used: self.rows[next].is_used,
            },
        };
        let token = Refresh {
            generation: row.generation,
            expires_at: row.expires_at,
            state,
            reissues: row.reissues,
            reissues_since: row.reissues_since,
        };
        let decision = rotate(&self.family, &token, DESKTOP_CLIENT, now, &self.lifetimes);
        let (generation, expires_at) = match decision {
            RotationDecision::Issue {
                generation,
                expires_at,
            } => (generation, expires_at),
            RotationDecision::Reissue {
                generation,
                expires_at,
                reissues,
                reissues_since,
            } => {
                let lost = self.rows[pair]
                    .successor
                    .expect("a reissue has a successor");
                self.rows[lost].is_superseded = true;
                self.rows[pair].reissues = reissues;
                self.rows[pair].reissues_since = reissues_since;
                (generation, expires_at)
            }
            RotationDecision::Replayed => {
                self.family.revoked_at = Some(now);
                return Err(RotationDecision::Replayed);
            }
            refused @ (RotationDecision::SlowDown { .. } | RotationDecision::Refused(_)) => {
                return Err(refused);
            }
        };
        let next = self.insert(generation, expires_at, now);
        self.rows[pair].successor = Some(next);
        self.rows[pair].is_used = true;
        Ok(next)
    }
}

/// How an exchange ended, as the client sees it.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Renewed,
    Lost,
    TryLater,
    SignedOut,
}

/// A holder of tokens: the honest desktop or the thief.
struct Holder {
    pair: Pair,
}

impl Holder {
    fn refresh(&mut self, server: &mut Server, now: Millis, reply_is_lost: bool) -> Outcome {
        match server.refresh(self.pair, now) {
            // The reply never comes, or the client dies before its keychain has it.
            Ok(_) if reply_is_lost => Outcome::Lost,
            Ok(next) => {
                self.pair = next;
                Outcome::Renewed
            }
            Err(RotationDecision::SlowDown { .. }) => Outcome::TryLater,
            Err(_) => Outcome::SignedOut,
        }
    }
}

/// Time passes: mostly moments, sometimes weeks, never so long that a token ends of itself.
fn pass_time(chance: &mut ChaCha8Rng, now: &mut Millis) {
    *now += match chance.random_range(0..10) {
        0..=5 => chance.random_range(1..5_000),
        6..=8 => chance.random_range(1..1_200_000),
        _ => chance.random_range(1..2 * DAY),
    };
}

#[test]
fn an_honest_desktop_is_never_signed_out_however_many_replies_are_lost() {
    let (mut lost, mut renewed) = (0_u64, 0_u64);
    for seed in 0..LIVES {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut server = Server::signed_in();
        let mut desktop = Holder { pair: 0 };
        let mut now = 0;
        let risk = chance.random_range(0.0..0.9);

        for _ in 0..STEPS {
            pass_time(&mut chance, &mut now);
            if chance.random_bool(0.5) && server.call(desktop.pair, now) {
                continue;
            }
            match desktop.refresh(&mut server, now, chance.random_bool(risk)) {
                Outcome::Renewed => renewed += 1,
                Outcome::Lost => lost += 1,
                Outcome::TryLater => {}
                Outcome::SignedOut => panic!("seed {seed}: an honest desktop was signed out"),
            }
        }

        assert!(!server.is_revoked(), "seed {seed}");
    }
    assert!(
        lost > LIVES && renewed > LIVES,
        "the lives were too quiet: {lost} lost, {renewed}"
    );
}

#[test]
fn a_thief_who_uses_what_it_took_is_always_found() {
    let mut found_by_desktop = 0_u64;
    let mut found_by_thief = 0_u64;
    for seed in 0..LIVES {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut server = Server::signed_in();
        let mut desktop = Holder { pair: 0 };
        let mut now = 0;
        let mut thief: Option<Holder> = None;
        let mut thief_has_called = false;
        let risk = chance.random_range(0.0..0.5);
        let theft = chance.random_range(0..STEPS / 2);

        for step in 0..STEPS {
            pass_time(&mut chance, &mut now);
            if step == theft {
                thief = Some(Holder { pair: desktop.pair });
            }
            let honest_before = chance.random_bool(0.5);
            if let Some(thief) = thief.as_mut().filter(|_| !honest_before) {
                // The copy of the desktop's own access token tells nothing; what counts is use
                // of a pair that the thief fetched for itself.
                match thief.refresh(&mut server, now, chance.random_bool(risk)) {
                    Outcome::Renewed => thief_has_called |= server.call(thief.pair, now),
                    Outcome::SignedOut => {
                        assert!(server.is_revoked(), "seed {seed}: refused but not revoked");
                        found_by_thief += 1;
                        break;
                    }
                    Outcome::Lost | Outcome::TryLater => {}
                }
            } else if !chance.random_bool(0.3) || !server.call(desktop.pair, now) {
                let outcome = desktop.refresh(&mut server, now, chance.random_bool(risk));
                // From the moment a thief's own pair has worked, no renewal of the desktop may
                // succeed: it must end the family instead.
                if thief_has_called {
                    assert_eq!(
                        outcome,
                        Outcome::SignedOut,
                        "seed {seed}: two lived on one token"
                    );
                }
                if outcome == Outcome::SignedOut {
                    assert!(thief.is_some() && server.is_revoked(), "seed {seed}");
                    found_by_desktop += 1;
                    break;
                }
            }
        }

        // Both go on, each waiting out the limit on lost replies: now it must come out.
        let mut thief = thief.expect("the theft lies in the first half");
        for _ in 0..3 {
            now += 60_001;
            thief.refresh(&mut server, now, false);
            server.call(thief.pair, now);
            now += 60_001;
            desktop.refresh(&mut server, now, false);
            server.call(desktop.pair, now);
        }
        assert!(
            server.is_revoked(),
            "seed {seed}: the thief was never found"
        );
        assert!(
            !server.call(thief.pair, now),
            "seed {seed}: the thief still gets in"
        );
    }
    assert!(
        found_by_desktop > 0 && found_by_thief > 0,
        "only one side ever finds out"
    );
}
