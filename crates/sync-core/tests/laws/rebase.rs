//! What a device shows is always the server's rows at one cursor with the pending acts carried out on top.

use crate::acts::{SORTS, pick, publish};
use crate::ledger::{Ledger, NOW, Rows};
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::Effect;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::row::{Key, Row};
use guildhall_domain::scope::Scope;
use guildhall_sync_core::pull::Cut;
use guildhall_sync_core::replica::{BaseChange, Pending, Progress, Replica};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const PEOPLE: [AccountId; 3] = [
    AccountId(Uuid::from_u128(1)),
    AccountId(Uuid::from_u128(2)),
    AccountId(Uuid::from_u128(3)),
];

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    /// Somebody acts on their device, on what they see.
    Act { who: usize, sort: u8, number: u16 },
    /// The first act of a device that is not decided yet reaches the server, and the answer comes back.
    Push { who: usize },
    /// A device hears what has changed.
    Pull { who: usize },
    /// The server finds that a request fits somebody, or no longer.
    Match { who: usize, number: u16, on: bool },
    /// The last act that has no number yet is cancelled.
    Cancel { who: usize },
    /// The device is started again.
    Restart { who: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..PEOPLE.len();
    prop_oneof![
        8 => (who(), 0..SORTS, any::<u16>())
            .prop_map(|(who, sort, number)| Step::Act { who, sort, number }),
        6 => who().prop_map(|who| Step::Push { who }),
        5 => who().prop_map(|who| Step::Pull { who }),
        3 => (who(), any::<u16>(), any::<bool>())
            .prop_map(|(who, number, on)| Step::Match { who, number, on }),
        1 => who().prop_map(|who| Step::Cancel { who }),
        1 => who().prop_map(|who| Step::Restart { who }),
    ]
}

/// A desktop: the replica, and beside it what its cache would hold.
struct Device {
    replica: Replica,
    rows: Rows,
    reasons: BTreeSet<(Scope, Key)>,
    next_seq: u64,
}

impl Device {
    fn new(me: AccountId) -> Self {
        Self {
            replica: Replica::new(me, [], [], None, Vec::new()),
            rows: Rows::new(),
            reasons: BTreeSet::new(),
            next_seq: 1,
        }
    }

    fn store(&mut self, change: &BaseChange) {
        if change.whole {
            self.rows.clear();
            self.reasons.clear();
        }
        for key in &change.drops {
            self.rows.remove(key);
        }
        for put in &change.puts {
            let row = Row::decode(put.key.table, &put.body).expect("is a row");
            self.rows.insert(put.key, row);
        }
        let gone: BTreeSet<Key> = change.drops.iter().copied().collect();
        let moved = change.moved.iter().map(|(key, scopes)| (*key, scopes));
        let put = change.puts.iter().map(|put| (put.key, &put.scopes));
        let seen: BTreeMap<Key, &Vec<Scope>> = moved.chain(put).collect();
        self.reasons
            .retain(|(_, key)| !gone.contains(key) && !seen.contains_key(key));
        for (key, scopes) in seen {
            self.reasons
                .extend(scopes.iter().map(|scope| (*scope, key)));
        }
    }

    /// What a device makes of these rows and its pending acts, from scratch.
    fn anew(
        &self,
        rows: &Rows,
        reasons: &BTreeSet<(Scope, Key)>,
        pending: Vec<Pending>,
    ) -> Replica {
        Replica::new(
            self.replica.me(),
            rows.values().cloned().map(|row| (row, 1)),
            reasons.iter().copied(),
            self.replica.cursor(),
            pending,
        )
    }

    /// The law: server's rows at the cursor, pending on top, however it came about; and the cache holds those very rows.
    fn assert_lawful(&self, ledger: &Ledger) {
        let pending = self.replica.pending().to_vec();
        let (rows, reasons) = match self.replica.cursor() {
            Some(cursor) => {
                let view = ledger.view(self.replica.me(), cursor.version);
                (view.rows, view.reasons)
            }
            None => (Rows::new(), BTreeSet::new()),
        };
        assert_eq!(self.rows, rows, "the cache");
        assert_eq!(self.reasons, reasons, "the cache's reasons");
        let scratch = self.anew(&rows, &reasons, pending);
        assert_eq!(shown(&self.replica), shown(&scratch), "what is shown");
        let unconfirmed: Vec<Key> = self.replica.unconfirmed().collect();
        assert_eq!(unconfirmed, scratch.unconfirmed().collect::<Vec<_>>());
    }
}

fn shown(replica: &Replica) -> Rows {
    replica.rows().map(|row| (row.key(), row.clone())).collect()
}

struct World {
    ledger: Ledger,
    devices: Vec<Device>,
    count: u128,
    /// How often each thing was seen, so that a law that is never tried shows.
    confirmed: u32,
    refused: u32,
    dropped: u32,
}

impl World {
    /// Everybody has a request, and everybody's device has pulled.
    fn new() -> Self {
        let mut world = Self {
            ledger: Ledger::of(&PEOPLE),
            devices: PEOPLE.iter().map(|id| Device::new(*id)).collect(),
            count: 0,
            confirmed: 0,
            refused: 0,
            dropped: 0,
        };
        for (who, account) in PEOPLE.iter().enumerate() {
            let (fresh, id) = (world.fresh(), MutationId(world.fresh()));
            let decided = world.ledger.decide(*account, id, &publish(fresh, 0));
            decided.expect("is allowed");
            world.recommend((who + 1) % PEOPLE.len(), u16::MAX - 1, true);
            world.pull(who);
        }
        world
    }

    fn fresh(&mut self) -> Uuid {
        self.count += 1;
        Uuid::from_u128(0xf000_0000 + self.count)
    }

    fn happen(&mut self, step: &Step) {
        match *step {
            Step::Act { who, sort, number } => self.act(who, sort, number),
            Step::Push { who } => self.push(who),
            Step::Pull { who } => self.pull(who),
            Step::Match { who, number, on } => self.recommend(who, number, on),
            Step::Cancel { who } => {
                let device = &mut self.devices[who];
                let last = device.replica.pending().last().cloned();
                let queued = last.filter(|last| last.progress == Progress::Queued);
                if let Some(queued) = queued {
                    assert_eq!(device.replica.withdraw(queued.id), Some(queued));
                }
            }
            Step::Restart { who } => {
                let device = &self.devices[who];
                let pending = device.replica.pending().to_vec();
                let again = device.anew(&device.rows, &device.reasons, pending);
                self.devices[who].replica = again;
            }
        }
        for device in &self.devices {
            device.assert_lawful(&self.ledger);
        }
    }

    /// Does the first act from this sort on that the device allows.
    fn act(&mut self, who: usize, sort: u8, number: u16) {
        for sort in (sort..SORTS).chain(0..sort) {
            let (fresh, id) = (self.fresh(), MutationId(self.fresh()));
            let replica = &mut self.devices[who].replica;
            let rows: Vec<&Row> = replica.rows().collect();
            let Some(mutation) = pick(PEOPLE[who], &rows, sort, number, fresh) else {
                continue;
            };
            let before = (shown(replica), replica.pending().len());
            if replica.act(id, NOW, mutation.clone()).is_ok() {
                let last = replica.pending().last().expect("is queued");
                assert_eq!((last.id, &last.mutation), (id, &mutation));
                return;
            }
            let after = (shown(replica), replica.pending().len());
            assert_eq!(before, after, "a refused prediction leaves nothing");
        }
    }

    fn push(&mut self, who: usize) {
        let device = &mut self.devices[who];
        let mut undecided = device.replica.pending().iter();
        let next = undecided.find(|act| !matches!(act.progress, Progress::Applied { .. }));
        let Some(next) = next.cloned() else { return };
        let seq = device.next_seq;
        device.next_seq += 1;
        device.replica.advance(next.id, Progress::Numbered { seq });
        let before = shown(&device.replica);
        let decided = self.ledger.decide(PEOPLE[who], next.id, &next.mutation);
        if let Ok(version) = decided {
            let progress = Progress::Applied { seq, version };
            device.replica.advance(next.id, progress);
            let after = shown(&device.replica);
            assert_eq!(after, before, "a confirmed act does not flicker");
        } else {
            self.refused += 1;
            let gone = device.replica.withdraw(next.id).expect("was pending");
            assert_eq!(gone.mutation, next.mutation, "with the person's words");
        }
    }

    fn pull(&mut self, who: usize) {
        let device = &mut self.devices[who];
        let from = device.replica.cursor().map(|cursor| cursor.version);
        let head = self.ledger.head();
        let delta = self.ledger.delta(PEOPLE[who], from, head);
        let before = device.replica.pending().to_vec();
        let change = device.replica.apply(Cut::read(delta).expect("can be read"));
        device.store(&change);
        let contained = |act: &&Pending| matches!(act.progress, Progress::Applied { version, .. } if version <= head);
        let expected: Vec<MutationId> = before.iter().filter(contained).map(|act| act.id).collect();
        assert_eq!(change.confirmed, expected, "what the base contains");
        let kept: Vec<&Pending> = before.iter().filter(|act| !contained(act)).collect();
        assert_eq!(device.replica.pending().iter().collect::<Vec<_>>(), kept);
        self.confirmed += u32::try_from(expected.len()).expect("is small");
        self.dropped += u32::try_from(change.drops.len()).expect("is small");
    }

    fn recommend(&mut self, who: usize, number: u16, on: bool) {
        let requests: Vec<_> = self
            .ledger
            .now()
            .values()
            .filter_map(|row| match row {
                Row::Request(request) => Some((request.id, request.client)),
                _ => None,
            })
            .collect();
        let Some(index) = usize::from(number).checked_rem(requests.len()) else {
            return;
        };
        let (request, client) = requests[index];
        let freelancer = PEOPLE[who];
        if freelancer == client {
            return;
        }
        let id = Recommendation::id_of(request, freelancer);
        let pair = Recommendation {
            id,
            request,
            client,
            freelancer,
            score_version: 1,
            score: 100,
            parts: [20; 5],
            for_client: number.is_multiple_of(2),
            for_freelancer: !number.is_multiple_of(3),
            at: NOW,
            newcomer: None,
        };
        let effect = if on {
            Effect::put(pair)
        } else {
            Effect::Delete(Key::of::<Recommendation>(id))
        };
        self.ledger.put(vec![effect]);
    }

    /// Everything is sent and heard: nothing is pending, and everybody holds what the server holds for them.
    fn settle(&mut self) {
        for who in 0..PEOPLE.len() {
            let open = |world: &Self| {
                let pending = world.devices[who].replica.pending();
                pending
                    .iter()
                    .any(|act| !matches!(act.progress, Progress::Applied { .. }))
            };
            while open(self) {
                self.happen(&Step::Push { who });
            }
        }
        for (who, account) in PEOPLE.iter().enumerate() {
            self.happen(&Step::Pull { who });
            let device = &self.devices[who];
            assert!(device.replica.pending().is_empty());
            let view = self.ledger.view(*account, self.ledger.head());
            assert_eq!(shown(&device.replica), view.rows);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_device_shows_the_servers_rows_with_its_pending_acts_on_top(
        steps in prop::collection::vec(step(), 1..70)
    ) {
        let mut world = World::new();
        for step in &steps {
            world.happen(step);
        }
        world.settle();
    }
}

#[test]
fn the_walks_try_confirmations_refusals_and_rows_that_leave() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let steps = prop::collection::vec(step(), 200..201);
    let mut seen = [0; 3];
    for _ in 0..4 {
        let steps = steps.new_tree(&mut runner).expect("can be made").current();
        let mut world = World::new();
        for step in &steps {
            world.happen(step);
        }
        world.settle();
        seen[0] += world.confirmed;
        seen[1] += world.refused;
        seen[2] += world.dropped;
    }

    assert!(seen.iter().all(|count| *count >= 5), "{seen:?}");
}
