//! What the simulator may do to the code it runs: stop it at a fault point, plant a bug in it, and give it its ids.
//!
//! All of it belongs to the thread, so that many simulations can run side by side in one process. Without the feature
//! `simulation` this module does not exist and the macros [`fault!`](crate::fault) and [`planted!`](crate::planted) are nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use uuid::Uuid;

macro_rules! points {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// A place where an actor may stop or its disk may fail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Point {$(
            #[doc = concat!("`", $text, "`")]
            $name,
        )+}

        impl Point {
            /// Every point.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name in reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

points! {
    OutboxOpen = "device.outbox.open",
    OutboxAdopt = "device.outbox.adopt",
    OutboxLoad = "device.outbox.load",
    OutboxPush = "device.outbox.push",
    OutboxPushed = "device.outbox.push.committed",
    OutboxNumber = "device.outbox.number",
    OutboxNumbered = "device.outbox.number.committed",
    OutboxSettle = "device.outbox.settle",
    OutboxSettled = "device.outbox.settle.committed",
    OutboxDrop = "device.outbox.drop",
    OutboxDropped = "device.outbox.drop.committed",
    OutboxCancel = "device.outbox.cancel",
    OutboxCancelled = "device.outbox.cancel.committed",
    OutboxRenumber = "device.outbox.renumber",
    OutboxRenumbered = "device.outbox.renumber.committed",
    OutboxDraft = "device.outbox.draft",
    OutboxDiscard = "device.outbox.discard",
    OutboxSetting = "device.outbox.setting",
    CacheOpen = "device.cache.open",
    CacheLoad = "device.cache.load",
    CacheStore = "device.cache.store",
    CacheStored = "device.cache.store.committed",
    ServerOpen = "server.open",
    ServerBatch = "server.batch",
    ServerLoad = "server.load",
    ServerWrite = "server.write",
    ServerCommit = "server.commit",
    ServerCommitted = "server.committed",
    ServerPull = "server.pull",
    ServerPulled = "server.pull.read",
}

macro_rules! bugs {
    ($($name:ident = $invariant:literal, $text:literal;)+) => {
        /// A bug that can be planted, to see whether the invariant it breaks is watched.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Planted {$(
            #[doc = $text]
            $name,
        )+}

        impl Planted {
            /// Every bug.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }

            /// The invariant it breaks.
            pub fn breaks(self) -> &'static str {
                match self { $(Self::$name => $invariant),+ }
            }

            /// What is wrong with it.
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

bugs! {
    SkipVersion = "I1", "Every fifth act leaves a hole in the versions.";
    StaleHead = "I1", "Every fifth batch stores a head that is one too low.";
    DecisionForgotten = "I2", "Every fifth batch stores its rows and not its last decision.";
    AnswerEarly = "I3", "Every fifth batch is answered and not committed.";
    VerdictForgotten = "I4", "An act that comes again is carried out again.";
    OtherAnswer = "I4", "A refused act that comes again is told that it was applied.";
    GapTaken = "I5", "A number ahead of the next one is taken.";
    NewestFirst = "I5", "A desktop numbers its newest act first.";
    PlaceUncounted = "I6", "A hired place is not counted.";
    EffectLost = "I7", "Every fifth act loses its last log line, count or read mark.";
    OldClock = "I7", "Every fifth act is carried out as of an hour ago.";
    LeaveForgotten = "I8", "A row that moved stays in the scope it left.";
    GrantKept = "I8", "A reason to see a scope never ends.";
    GrantForgotten = "I8", "Every fifth reason to see a scope is not stored.";
    ReasonTold = "I9", "Everybody is told why somebody was suspended.";
    LastReasonKept = "I9", "A row whose last reason went stays on the device.";
    ScopeKept = "I9", "A delta forgets the scopes that were lost.";
    OffByOne = "I10", "A delta begins one version too late.";
    RowDropped = "I10", "Every fifth delta lacks its last row.";
    CommitSkipped = "I10", "A live session passes over every fifth commit that it could tell from memory.";
    BehindTold = "I10", "A session that missed a commit of another process is told the next one from memory.";
    OldBodyKept = "I10", "The cache keeps the old body of a row.";
    CursorUnstored = "I11", "The cache stores rows without their cursor.";
    CursorBack = "I12", "Every fifth delta sets the device back by two versions.";
    DropOnAck = "I13", "An applied act leaves the screen before its effect arrives.";
    ConfirmEarly = "I13", "An act counts as contained one version too early.";
    RefusedLost = "I14", "A refused act is not kept.";
    LossForgotten = "I14", "What a restored server lost is not sent again.";
    UnsafeOutbox = "I14", "Every fifth act is shown and not stored.";
    RefusalSticks = "I15", "A refused act holds up those behind it.";
    DeafWhileWaiting = "I16", "A device with applied acts takes no deltas.";
    SkipUndo = "I17", "What pending acts did stays when they are gone.";
    ReplayFirstOnly = "I17", "Only the first pending act is replayed.";
    FloorIgnored = "I18", "Who was away while things were forgotten is told only what changed.";
    UnknownRefused = "I19", "An act this server does not know is refused instead of kept.";
    PageUnbounded = "I20", "A page holds everything, however little was asked for.";
    NumberTaken = "I21", "A number that was used for another act is taken again.";
    HintNeeded = "I22", "A spurious wake-up brings old rows again.";
    DigestStale = "I23", "Every fifth row of a scope is not counted in its digest.";
}

/// What happens at a fault point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The program ends here.
    Crash,
    /// The disk is full.
    Full,
    /// The disk does not answer.
    Io,
    /// A constraint of the schema is about to be broken.
    Constraint,
}

/// A fault that was injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault:?} injected at {}", point.name())]
pub struct Injected {
    /// Where.
    pub point: Point,
    /// What.
    pub fault: Fault,
}

#[derive(Default)]
struct Switches {
    planted: Cell<Option<Planted>>,
    /// How often a bug was asked for that shows now and then.
    asked: Cell<u32>,
    /// The fault that comes next: after passing so many points.
    armed: Cell<Option<(u32, Fault)>>,
    crashed: Cell<Option<Point>>,
    /// How many of the next writes of the server break a constraint.
    broken_writes: Cell<u32>,
    passed: RefCell<BTreeMap<Point, u64>>,
    hit: RefCell<BTreeMap<(Point, Fault), u64>>,
    ids: RefCell<Option<Box<dyn FnMut() -> Uuid>>>,
}

thread_local! {
    static SWITCHES: Switches = Switches::default();
}

/// True when this bug is planted in this thread.
pub fn planted(bug: Planted) -> bool {
    SWITCHES.with(|switches| switches.planted.get() == Some(bug))
}

/// True every fifth time when this bug is planted in this thread.
pub fn planted_now_and_then(bug: Planted) -> bool {
    planted(bug)
        && SWITCHES.with(|switches| {
            let asked = switches.asked.get() + 1;
            switches.asked.set(asked);
            asked % 5 == 0
        })
}

/// Plants a bug in this thread, or none.
pub fn plant(bug: Option<Planted>) {
    SWITCHES.with(|switches| {
        switches.planted.set(bug);
        switches.asked.set(0);
    });
}

/// The bug that is planted in this thread is pulled out while this runs.
pub fn unplanted<T>(run: impl FnOnce() -> T) -> T {
    let bug = SWITCHES.with(|switches| switches.planted.take());
    let done = run();
    SWITCHES.with(|switches| switches.planted.set(bug));
    done
}

/// Lets a fault happen after so many points of this thread.
pub fn arm(after: u32, fault: Fault) {
    SWITCHES.with(|switches| switches.armed.set(Some((after, fault))));
}

/// Lets nothing happen; answers whether the actor that ran has crashed meanwhile, and where.
pub fn disarm() -> Option<Point> {
    SWITCHES.with(|switches| {
        switches.armed.set(None);
        switches.crashed.take()
    })
}

/// Lets so many of the next writes of the server break a constraint.
pub fn break_writes(times: u32) {
    SWITCHES.with(|switches| switches.broken_writes.set(times));
}

/// Passes a point.
///
/// # Errors
/// [`Injected`] when a fault was due. After a crash nothing goes on until [`disarm`].
pub fn reach(point: Point) -> Result<(), Injected> {
    SWITCHES.with(|switches| {
        if switches.crashed.get().is_some() {
            return Err(Injected {
                point,
                fault: Fault::Crash,
            });
        }
        *switches.passed.borrow_mut().entry(point).or_default() += 1;
        let broken_writes = switches.broken_writes.get();
        if point == Point::ServerWrite && broken_writes > 0 {
            switches.broken_writes.set(broken_writes - 1);
            let fault = Fault::Constraint;
            *switches.hit.borrow_mut().entry((point, fault)).or_default() += 1;
            return Err(Injected { point, fault });
        }
        match switches.armed.get() {
            Some((0, fault)) => {
                switches.armed.set(None);
                *switches.hit.borrow_mut().entry((point, fault)).or_default() += 1;
                if fault == Fault::Crash {
                    switches.crashed.set(Some(point));
                }
                Err(Injected { point, fault })
            }
            Some((after, fault)) => {
                switches.armed.set(Some((after - 1, fault)));
                Ok(())
            }
            None => Ok(()),
        }
    })
}

/// How often each point was passed, and how often each fault happened there, since the last call in this thread.
pub fn take_counts() -> (BTreeMap<Point, u64>, BTreeMap<(Point, Fault), u64>) {
    SWITCHES.with(|switches| (switches.passed.take(), switches.hit.take()))
}

/// From here on, ids of this thread come from there.
pub fn set_ids(ids: Option<Box<dyn FnMut() -> Uuid>>) {
    SWITCHES.with(|switches| *switches.ids.borrow_mut() = ids);
}

/// An id of the simulation, when one runs in this thread.
pub fn id() -> Option<Uuid> {
    SWITCHES.with(|switches| switches.ids.borrow_mut().as_mut().map(|ids| ids()))
}
