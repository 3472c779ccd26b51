//! The device's replica: what the server said, plus what this person did since.
//!
//! The base holds the server's rows at one cursor. The overlay holds what the pending mutations make of them; it is never stored,
//! but worked out anew from the base whenever either changes. So undo is forgetting, and a crash can leave no half-done overlay.

use crate::planted;
use crate::pull::{Cut, ReadRow};
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::person::Person;
use guildhall_domain::row::{Key, Lookup, Noun, Row};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, Stop, World, find};
use guildhall_protocol::sync::{Cursor, Digest};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// How far a pending mutation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Has no number yet: may be edited or cancelled.
    Queued,
    /// Has been put into a push: its fate is the server's.
    Numbered {
        /// Its number on this device.
        seq: u64,
    },
    /// The server has applied it; it stays until a delta brings the effect.
    Applied {
        /// Its number on this device.
        seq: u64,
        /// A delta up to this version contains the effect.
        version: u64,
    },
}

/// A mutation that the base does not contain yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its id.
    pub id: MutationId,
    /// When it was done here.
    pub at: Timestamp,
    /// What was done.
    pub mutation: Mutation,
    /// How far it is.
    pub progress: Progress,
}

/// What the store must do to hold the base after a delta.
#[derive(Debug, Default)]
pub struct BaseChange {
    /// Drop everything first.
    pub whole: bool,
    /// Rows to put.
    pub puts: Vec<BasePut>,
    /// Rows to drop.
    pub drops: Vec<Key>,
    /// Rows that stay as they are and are seen for other reasons now: all that there are.
    pub moved: Vec<(Key, Vec<Scope>)>,
    /// Where the base stands afterwards.
    pub cursor: Option<Cursor>,
    /// Mutations that the base now contains.
    pub confirmed: Vec<MutationId>,
    /// Rows that are new on this device.
    pub arrived: Vec<Key>,
}

/// A row to be stored as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasePut {
    /// Which row.
    pub key: Key,
    /// The version that wrote it last.
    pub version: u64,
    /// Its document.
    pub body: Box<str>,
    /// Why the person sees it, in order.
    pub scopes: Vec<Scope>,
}

/// A row of the base.
#[derive(Debug)]
struct Held {
    row: Arc<Row>,
    version: u64,
}

/// Server state at a cursor, and what this person did since.
#[derive(Debug)]
pub struct Replica {
    me: AccountId,
    base: BTreeMap<Key, Held>,
    reasons: BTreeMap<Key, BTreeSet<Scope>>,
    members: BTreeMap<Scope, BTreeSet<Key>>,
    overlay: BTreeMap<Key, Option<Arc<Row>>>,
    pending: Vec<Pending>,
    cursor: Option<Cursor>,
}

/// Sets of the second by the first. Sorted once, they are made in one go; a hundred thousand inserts would take several times as long.
fn grouped<A: Copy + Ord, B: Copy + Ord>(mut pairs: Vec<(A, B)>) -> BTreeMap<A, BTreeSet<B>> {
    pairs.sort();
    let groups = pairs.chunk_by(|one, next| one.0 == next.0);
    let seconds = |group: &[(A, B)]| group.iter().map(|(_, second)| *second).collect();
    groups
        .filter_map(|group| Some((group.first()?.0, seconds(group))))
        .collect()
}

impl Replica {
    /// A replica as it was stored: rows with their versions, reasons, cursor, and the pending mutations in their order.
    pub fn new(
        me: AccountId,
        rows: impl IntoIterator<Item = (Row, u64)>,
        reasons: impl IntoIterator<Item = (Scope, Key)>,
        cursor: Option<Cursor>,
        pending: Vec<Pending>,
    ) -> Self {
        let members: Vec<(Scope, Key)> = reasons.into_iter().collect();
        let mut replica = Self {
            me,
            base: rows
                .into_iter()
                .map(|(row, version)| {
                    let row = Arc::new(row);
                    (row.key(), Held { row, version })
                })
                .collect(),
            reasons: grouped(members.iter().map(|(scope, key)| (*key, *scope)).collect()),
            members: grouped(members),
            overlay: BTreeMap::new(),
            pending,
            cursor,
        };
        replica.replay();
        replica
    }

    /// Whose replica it is.
    pub fn me(&self) -> AccountId {
        self.me
    }

    /// The version that wrote a row of the base last.
    pub fn version(&self, key: Key) -> Option<u64> {
        self.base.get(&key).map(|held| held.version)
    }

    /// The digest of each scope of which the base holds rows.
    pub fn digests(&self) -> BTreeMap<Scope, Digest> {
        let digest = |(scope, keys): (&Scope, &BTreeSet<Key>)| {
            let held = keys
                .iter()
                .filter_map(|key| Some((key, self.base.get(key)?)));
            let counted = held.map(|(key, held)| Digest::of(*scope, *key, held.version));
            (*scope, counted.sum())
        };
        let all = self.members.iter().map(digest);
        all.filter(|(_, digest): &(_, Digest)| !digest.is_nothing())
            .collect()
    }

    /// All of them, put together.
    pub fn digest(&self) -> Digest {
        self.digests().into_values().sum()
    }

    /// True when the base holds a row for which there is no reason.
    pub fn has_strays(&self) -> bool {
        self.base.keys().any(|key| !self.reasons.contains_key(key))
    }

    /// Where the base stands.
    pub fn cursor(&self) -> Option<Cursor> {
        self.cursor
    }

    /// What the base does not contain yet, in order.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// The person at this device, as an actor.
    pub fn actor(&self) -> Actor {
        match find::<Person>(self, self.me) {
            Ok(Some(person)) => Actor::from_person(&person),
            Ok(None) | Err(_) => Actor::nobody(self.me),
        }
    }

    /// All rows as a person sees them: the base under the overlay.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.shared_rows().map(|(_, row)| row.as_ref())
    }

    /// The same with their keys, to be held on to without a copy.
    pub fn shared_rows(&self) -> impl Iterator<Item = (Key, &Arc<Row>)> {
        let untouched = self
            .base
            .iter()
            .filter(|(key, _)| !self.overlay.contains_key(key))
            .map(|(key, held)| (key, &held.row));
        let touched = self
            .overlay
            .iter()
            .filter_map(|(key, row)| Some((key, row.as_ref()?)));
        untouched.chain(touched).map(|(key, row)| (*key, row))
    }

    /// Rows that carry a change which the server has not confirmed.
    pub fn unconfirmed(&self) -> impl Iterator<Item = Key> {
        self.overlay.keys().copied()
    }

    /// Runs an act as a prediction and takes it into the queue.
    ///
    /// # Errors
    /// [`Denied`] when the rule refuses it here already; then nothing is queued.
    pub fn act(
        &mut self,
        id: MutationId,
        at: Timestamp,
        mutation: Mutation,
    ) -> Result<&Pending, Denied> {
        let effects = self.predict(id, at, &mutation)?;
        self.overlay(effects);
        self.pending.push(Pending {
            id,
            at,
            mutation,
            progress: Progress::Queued,
        });
        Ok(&self.pending[self.pending.len() - 1])
    }

    /// What an act would do, without doing it.
    ///
    /// # Errors
    /// [`Denied`] when the rule refuses it.
    pub fn predict(
        &self,
        id: MutationId,
        at: Timestamp,
        mutation: &Mutation,
    ) -> Result<Vec<Effect>, Denied> {
        let call = Call {
            world: self,
            actor: self.actor(),
            now: at,
            id,
        };
        execute(mutation, &call).map_err(|stop| match stop {
            Stop::Denied(denied) => denied,
            // A replica answers every need, if only with nothing.
            Stop::Need(_) => Denied::not_found("thing"),
        })
    }

    /// Notes how far a mutation is.
    pub fn advance(&mut self, id: MutationId, progress: Progress) {
        if let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) {
            pending.progress = progress;
        }
    }

    /// Notes how far many mutations are.
    pub fn advance_all(&mut self, progress: &BTreeMap<MutationId, Progress>) {
        for pending in &mut self.pending {
            if let Some(progress) = progress.get(&pending.id) {
                pending.progress = *progress;
            }
        }
    }

    /// Puts another queue in the place of this one.
    pub fn set_pending(&mut self, pending: Vec<Pending>) {
        self.pending = pending;
        self.replay();
    }

    /// Takes many mutations out of the queue at once.
    pub fn withdraw_all(&mut self, ids: &BTreeSet<MutationId>) {
        let before = self.pending.len();
        self.pending.retain(|pending| !ids.contains(&pending.id));
        if self.pending.len() != before {
            self.replay();
        }
    }

    /// Takes a mutation out of the queue: it was refused, or cancelled before it had a number.
    pub fn withdraw(&mut self, id: MutationId) -> Option<Pending> {
        let index = self.pending.iter().position(|pending| pending.id == id)?;
        let pending = self.pending.remove(index);
        self.replay();
        Some(pending)
    }

    /// Puts another mutation in the place of one that has not been decided, or that was decided and shall be tried anew.
    pub fn replace(&mut self, id: MutationId, with: Pending) {
        if let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) {
            *pending = with;
            self.replay();
        }
    }

    /// What the server said of a row, without what this person did since.
    pub fn said<N: Noun>(&self, id: impl Into<Uuid>) -> Option<&N> {
        self.base
            .get(&Key::of::<N>(id))
            .and_then(|held| N::in_row(&held.row))
    }

    /// All that the server said of a kind, in the order of their ids.
    pub fn all_said<N: Noun + 'static>(&self) -> impl Iterator<Item = &N> {
        self.base
            .range(Key::of::<N>(Uuid::nil())..)
            .take_while(|(key, _)| key.table == N::TABLE)
            .filter_map(|(_, held)| N::in_row(&held.row))
    }

    /// Takes in what the server said: base first, then the pending mutations on top, as one step.
    pub fn apply(&mut self, Cut { said: delta, rows }: Cut) -> BaseChange {
        let arrived = rows
            .iter()
            .map(|row| row.key)
            .filter(|key| !self.base.contains_key(key))
            .collect();

        let mut change = BaseChange {
            whole: delta.whole,
            cursor: Some(delta.cursor),
            arrived,
            ..BaseChange::default()
        };
        let mut touched: BTreeSet<Key> = BTreeSet::new();
        if delta.whole {
            self.base.clear();
            self.reasons.clear();
            self.members.clear();
        }
        let strange = delta.only.iter().flat_map(|only| {
            let only: BTreeSet<Scope> = only.iter().copied().collect();
            let held = self.members.keys().copied();
            held.filter(move |scope| !only.contains(scope))
        });
        let dropped: Vec<Scope> = delta.reset.iter().copied().chain(strange).collect();
        for scope in &dropped {
            for key in self.members.remove(scope).unwrap_or_default() {
                self.forget(*scope, key);
                touched.insert(key);
            }
        }
        for left in &delta.left {
            let key = Key {
                table: left.table,
                id: left.id,
            };
            if let Some(members) = self.members.get_mut(&left.scope) {
                members.remove(&key);
            }
            self.forget(left.scope, key);
            touched.insert(key);
        }
        for ReadRow {
            key,
            row,
            version,
            body,
            scopes,
        } in rows
        {
            let row = Arc::new(row);
            self.base.insert(key, Held { row, version });
            for scope in scopes {
                self.reasons.entry(key).or_default().insert(scope);
                self.members.entry(scope).or_default().insert(key);
            }
            change.puts.push(BasePut {
                key,
                version,
                body,
                scopes: self.scopes(key).collect(),
            });
            touched.remove(&key);
        }
        if delta.only.is_some() {
            let strays = self
                .base
                .keys()
                .filter(|key| !self.reasons.contains_key(key));
            touched.extend(strays);
        }
        for key in touched {
            if self.reasons.contains_key(&key) {
                change.moved.push((key, self.scopes(key).collect()));
            } else if self.base.remove(&key).is_some() {
                change.drops.push(key);
            }
        }

        self.stand_at(delta.cursor, &mut change);
        change
    }

    /// Moves to a cursor; the acts that it contains leave the queue, the others are laid over the base again.
    fn stand_at(&mut self, cursor: Cursor, change: &mut BaseChange) {
        self.cursor = Some(cursor);
        if planted!(CursorBack, sometimes) {
            let version = cursor.version.saturating_sub(2);
            self.cursor = Some(Cursor { version, ..cursor });
            change.cursor = self.cursor;
        }
        let contained = |pending: &Pending| match pending.progress {
            Progress::Queued | Progress::Numbered { .. } => false,
            Progress::Applied { version, .. } => {
                version <= cursor.version + u64::from(planted!(ConfirmEarly))
            }
        };
        change.confirmed = self
            .pending
            .iter()
            .filter(|pending| contained(pending))
            .map(|pending| pending.id)
            .collect();
        self.pending.retain(|pending| !contained(pending));
        self.replay();
    }

    /// Why the person sees a row, in order.
    fn scopes(&self, key: Key) -> impl Iterator<Item = Scope> {
        self.reasons.get(&key).into_iter().flatten().copied()
    }

    /// Drops one reason for a row.
    fn forget(&mut self, scope: Scope, key: Key) {
        if let Some(reasons) = self.reasons.get_mut(&key) {
            reasons.remove(&scope);
            if reasons.is_empty() && !planted!(LastReasonKept) {
                self.reasons.remove(&key);
            }
        }
    }

    /// Works the overlay out anew: base, then every pending mutation in order.
    fn replay(&mut self) {
        if !planted!(SkipUndo) {
            self.overlay.clear();
        }
        let pending = std::mem::take(&mut self.pending);
        for act in &pending {
            // A prediction that fails now is left to the server, which decides with all rows at hand.
            if let Ok(effects) = self.predict(act.id, act.at, &act.mutation) {
                self.overlay(effects);
            }
            if planted!(ReplayFirstOnly) {
                break;
            }
        }
        self.pending = pending;
    }

    fn overlay(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Put(row) => self.overlay.insert(row.key(), Some(Arc::new(row))),
                Effect::Delete(key) => self.overlay.insert(key, None),
            };
        }
    }
}

impl World for Replica {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        let found = match self.overlay.get(&key) {
            Some(over) => over.as_ref(),
            None => self.base.get(&key).map(|held| &held.row),
        };
        Ok(found.map(|row| row.as_ref().clone()))
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let mut found: Vec<Row> = Replica::rows(self)
            .filter(|row| lookup.matches(row))
            .cloned()
            .collect();
        found.sort_by_key(Row::id);
        Ok(found)
    }

    fn is_whole(&self) -> bool {
        false
    }
}
