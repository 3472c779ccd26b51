//! What runs reached.

use guildhall_domain::denied::Code;
use guildhall_sync_core::simulation::{Fault, Point};
use std::collections::BTreeMap;

macro_rules! edges {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// What the network or the world can do to an actor.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Edge {$(
            #[doc = $text]
            $name,
        )+}

        impl Edge {
            /// Every edge.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name in reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

edges! {
    HelloLost = "wire.hello.lost",
    PushLost = "wire.push.lost",
    PushTwice = "wire.push.twice",
    PushLate = "wire.push.late",
    AckLost = "wire.ack.lost",
    DeltaLost = "wire.delta.lost",
    DeltaLate = "wire.delta.late",
    AnswerLost = "wire.answer.lost",
    AnswerLate = "wire.answer.late",
    WakeLost = "wire.wake.lost",
    WakeTwice = "wire.wake.twice",
    Flash = "live.from-memory",
    Ahead = "live.ahead-of-time",
    HalfOpen = "wire.half-open",
    Partition = "wire.partition",
    NodeAway = "wire.node-away",
    TokenExpired = "session.token-expired",
    Revoked = "session.revoked",
    UnknownName = "session.upgrade",
    Hostile = "wire.hostile",
    DeviceCrash = "device.crash",
    DeviceRestart = "device.restart",
    NodeCrash = "server.crash",
    NodeRestart = "server.restart",
    CacheDamaged = "device.cache-damaged",
    LinesDamaged = "device.lines-damaged",
    Cloned = "device.cloned",
    SetBack = "device.set-back",
    Restored = "server.restored",
    Forgot = "server.forgot",
    Leap = "clock.leap",
    Skew = "clock.skew",
    BadWrite = "server.constraint",
}

/// What runs reached, added up.
#[derive(Debug, Default, Clone)]
pub struct Counts {
    /// Runs.
    pub seeds: u64,
    /// Steps of any actor.
    pub events: u64,
    /// Acts that people tried.
    pub acts: u64,
    /// Acts that were taken on the device.
    pub taken: u64,
    /// How often each port method was passed.
    pub passed: BTreeMap<Point, u64>,
    /// Faults at port methods.
    pub faults: BTreeMap<(Point, Fault), u64>,
    /// Faults of the network and the world.
    pub edges: BTreeMap<Edge, u64>,
    /// Refusals on the device.
    pub denied_here: BTreeMap<Code, u64>,
    /// Refusals by the server.
    pub denied_there: BTreeMap<Code, u64>,
    /// How often each invariant was checked.
    pub checked: BTreeMap<&'static str, u64>,
    /// Deltas, rows in them, pushes.
    pub deltas: u64,
    /// Pages that others followed.
    pub pages: u64,
    /// Rows in deltas.
    pub rows: u64,
    /// Pushes that the server decided.
    pub pushes: u64,
}

fn add<K: Ord + Copy>(to: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
    for (key, count) in from {
        *to.entry(*key).or_default() += count;
    }
}

impl Counts {
    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.seeds += other.seeds;
        self.events += other.events;
        self.acts += other.acts;
        self.taken += other.taken;
        self.deltas += other.deltas;
        self.rows += other.rows;
        self.pages += other.pages;
        self.pushes += other.pushes;
        add(&mut self.passed, &other.passed);
        add(&mut self.faults, &other.faults);
        add(&mut self.edges, &other.edges);
        add(&mut self.denied_here, &other.denied_here);
        add(&mut self.denied_there, &other.denied_there);
        add(&mut self.checked, &other.checked);
    }

    pub(crate) fn edge(&mut self, edge: Edge) {
        *self.edges.entry(edge).or_default() += 1;
    }

    pub(crate) fn checked(&mut self, invariant: &'static str) {
        *self.checked.entry(invariant).or_default() += 1;
    }
}
