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
    SkipUndo = "I17", "A refused act stays in the overlay.";
    KeepLastReason = "I9", "A row whose last reason went stays on the device.";
    SkipLeave = "I9", "A delta forgets the rows that left a scope.";
    SkipReset = "I9", "A delta forgets the scopes that were lost.";
    CursorTooFar = "I10", "A delta names a cursor one version too far.";
    StaleCursor = "I12", "A device goes back by one version when it takes a delta.";
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
    /// The fault that comes next: after passing so many points.
    armed: Cell<Option<(u32, Fault)>>,
    crashed: Cell<Option<Point>>,
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

/// Plants a bug in this thread, or none.
pub fn plant(bug: Option<Planted>) {
    SWITCHES.with(|switches| switches.planted.set(bug));
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
