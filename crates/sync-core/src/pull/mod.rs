//! Pull: everything one person sees that changed since a cut, in pages that end in one cut.
//!
//! Each entry, a row in a scope, has a place: as of which version it must be told to this person, and then scope, table and row.
//! For a scope the device knows that is the version of the entry's last change; for one that comes anew it is at least the version
//! of that, so all its entries count as changed. Pages go along these places, and what changes meanwhile gets a later place: it is
//! told again by a later page. So the server keeps nothing between pages but what the device hands back, a page needs no other
//! snapshot than its own, and the page that reaches the head of its snapshot completes exactly that cut.

mod commit;
mod cut;
mod merge;
mod snapshot;
mod window;

pub use commit::{Audience, Commit, Concerned};
pub use cut::{BadDelta, Cut, ReadRow};
pub use merge::Merge;
pub use snapshot::{Entry, Epoch, History, Membership, Snapshot, Span, StoredRow};

use crate::planted;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Compare, Cursor, Delta, DeltaRow, LeftRow, Place, Position, Pull};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// So many bodies are fetched before it is looked whether the page is full.
const FETCH: usize = 1_000;

/// How large a page may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Entries.
    pub rows: usize,
    /// Bytes of bodies; the one that passes it is still taken in.
    pub bytes: usize,
}

impl Page {
    /// What one message carries.
    pub const MESSAGE: Self = Self {
        rows: 8_000,
        bytes: 2 * 1024 * 1024,
    };
    /// Everything at once.
    pub const UNBOUNDED: Self = Self {
        rows: usize::MAX,
        bytes: usize::MAX,
    };
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Who.
    pub account: AccountId,
    /// What their device holds.
    pub cursor: Option<Cursor>,
    /// Where the page before this one ended.
    pub after: Option<Position>,
    /// Scopes to be sent from the beginning.
    pub refetch: BTreeSet<Scope>,
    /// What they want to compare what they hold with.
    pub compare: Option<Compare>,
    /// How much at once.
    pub page: Page,
}

impl Ask {
    /// The next page for a device that asks so.
    pub fn page(account: AccountId, pull: &Pull) -> Self {
        let mut page = Page::MESSAGE;
        if let Some(rows) = pull.rows.and_then(|rows| usize::try_from(rows).ok()) {
            page.rows = page.rows.min(rows).max(1);
        }
        Self {
            account,
            cursor: pull.cursor,
            after: pull.after,
            refetch: pull.refetch.iter().copied().collect(),
            compare: pull.compare,
            page,
        }
    }

    /// What is new since a cursor, in pages that fit into a message.
    pub fn next(account: AccountId, cursor: Cursor) -> Self {
        Self {
            page: Page::MESSAGE,
            ..Self::since(account, Some(cursor))
        }
    }

    /// Everything since a cursor in one page.
    pub fn since(account: AccountId, cursor: Option<Cursor>) -> Self {
        Self {
            account,
            cursor,
            after: None,
            refetch: BTreeSet::new(),
            compare: None,
            page: Page::UNBOUNDED,
        }
    }
}

/// The next page of the way from a cut to the newest.
///
/// # Errors
/// When the database cannot be read.
pub async fn pull<S: Snapshot>(snapshot: &mut S, ask: &Ask) -> Result<Delta, S::Error> {
    let (history, floor) = snapshot.standing(ask.account).await?;
    let head = history.head();
    let mut delta = Delta::nothing(head);
    let since = ask.cursor.and_then(|cursor| history.reach(cursor));
    let since = since.map(|since| {
        (since + u64::from(planted!(OffByOne))).saturating_sub(u64::from(planted!(HintNeeded)))
    });
    delta.whole = since.is_none();
    if let Some(cursor) = ask.cursor.filter(|cursor| cursor.epoch != head.epoch) {
        delta.began = Some(history.shared(cursor.epoch));
        delta.copied = history.current().copied;
    }
    if let Some(after) = &ask.after
        && (after.epoch != head.epoch || after.begun > head.version)
    {
        delta.restart = true;
        return Ok(delta);
    }
    let begun = ask.after.map_or(head.version, |after| after.begun);

    // A device that holds nothing needs no word of what was over when its first page was made.
    let known = since.unwrap_or(begun);
    let is_below_floor = floor > known && !planted!(FloorIgnored);
    let memberships = snapshot.memberships(ask.account, known).await?;
    let route = Route::new(ask, since, begun, &memberships);

    let rows = if planted!(PageUnbounded) {
        usize::MAX
    } else {
        ask.page.rows
    };
    let limit = rows.saturating_add(1);
    let place = |entry: &Entry| route.place(entry);
    let mut entries = window::entries(
        snapshot,
        &route.spans,
        route.after,
        head.version,
        limit,
        place,
    )
    .await?;
    let mut more = entries.len() > rows;
    entries.truncate(rows);
    let (bodies, taken) = bodies(snapshot, ask, &entries).await?;
    more |= taken < entries.len();
    entries.truncate(taken);

    let last = entries.last().map(|entry| route.place(entry));
    let end = last.filter(|_| more);
    delta.reset = route.reset(end);
    fill(&mut delta, &route, &entries, bodies);
    if planted!(ScopeKept) {
        delta.reset.clear();
    }
    if planted!(RowDropped, sometimes) {
        delta.rows.pop();
    }
    delta.next = end.map(|place| Position {
        epoch: head.epoch,
        begun,
        place,
        base: route.base(place.scope),
    });
    if !more && is_below_floor {
        let seen = memberships.iter().filter(|one| one.put);
        delta.only = Some(seen.map(|one| one.scope).collect());
    }
    if !more {
        compare(snapshot, ask, &mut delta).await?;
    }
    Ok(delta)
}

/// What a pull answers somebody to whom nothing is new as long as the history stands where they think it does; none when it does not.
///
/// # Errors
/// When the database cannot be read.
pub async fn unchanged<S: Snapshot>(
    snapshot: &mut S,
    ask: &Ask,
    head: Cursor,
) -> Result<Option<Delta>, S::Error> {
    let (history, _) = snapshot.standing(ask.account).await?;
    if history.head() != head {
        return Ok(None);
    }
    let mut delta = Delta::nothing(head);
    compare(snapshot, ask, &mut delta).await?;
    Ok(Some(delta))
}

/// Says what must be held at the delta's cursor, if that was asked.
async fn compare<S: Snapshot>(
    snapshot: &mut S,
    ask: &Ask,
    delta: &mut Delta,
) -> Result<(), S::Error> {
    let Some(compare) = ask.compare else {
        return Ok(());
    };
    let mut digests = snapshot.digests(ask.account).await?;
    match compare {
        Compare::Whole => delta.digest = Some(digests.into_values().sum()),
        Compare::Each => {
            digests.retain(|_, digest| !digest.is_nothing());
            delta.digests = Some(digests);
        }
    }
    Ok(())
}

/// What a pull has to tell, and from which place on.
struct Route {
    is_whole: bool,
    begun: u64,
    after: Place,
    /// Word of scopes: those that are lost, and those that come anew.
    words: BTreeSet<Place>,
    spans: Vec<Span>,
    bases: BTreeMap<Scope, u64>,
}

impl Route {
    fn new(ask: &Ask, since: Option<u64>, begun: u64, memberships: &[Membership]) -> Self {
        let mut route = Self {
            is_whole: since.is_none(),
            begun,
            after: ask.after.map_or(
                Place {
                    version: 0,
                    scope: Scope(Uuid::nil()),
                    row: None,
                },
                |after| after.place,
            ),
            words: BTreeSet::new(),
            spans: Vec::with_capacity(memberships.len()),
            bases: BTreeMap::new(),
        };
        let told = ask.after.map(|after| after.place);
        for member in memberships {
            let word = |version| Place {
                version,
                scope: member.scope,
                row: None,
            };
            if !member.put {
                if told < Some(word(member.version)) {
                    route.words.insert(word(member.version));
                }
                continue;
            }
            // Below the floor the device may have missed that a row left: the whole scope comes anew, as when it is joined.
            let renewed = if planted!(FloorIgnored) {
                member.version
            } else {
                member.version.max(member.floor)
            };
            let anew = match since {
                None => Some(renewed),
                Some(since) if renewed > since => Some(renewed),
                Some(since) if ask.refetch.contains(&member.scope) => Some(since),
                Some(_) => None,
            };
            if let Some(base) = anew {
                // A device that holds nothing has nothing to drop, unless the scope came anew while its pages were made.
                let is_dropped = since.is_some() || base > begun;
                if is_dropped && told < Some(word(base)) {
                    route.words.insert(word(base));
                }
                route.bases.insert(member.scope, base);
                // The floor was raised to the very version at which the last page ended in this scope: it comes anew from there.
                if let Some(after) = &ask.after
                    && after.place.scope == member.scope
                    && after.place.version == base
                    && after.base != base
                {
                    route.after = word(base);
                    if is_dropped {
                        route.words.insert(word(base));
                    }
                }
            }
            route.spans.push(Span {
                scope: member.scope,
                base: anew.unwrap_or(0),
                above: anew.map_or(since, |_| None),
            });
        }
        window::pass(&mut route.spans, route.after.version);
        route
    }

    /// As of which version everything in a scope is sent; 0 where only changes are.
    fn base(&self, scope: Scope) -> u64 {
        self.bases.get(&scope).copied().unwrap_or(0)
    }

    fn place(&self, entry: &Entry) -> Place {
        Place {
            version: entry.version.max(self.base(entry.scope)),
            scope: entry.scope,
            row: Some((entry.key.table, entry.key.id)),
        }
    }

    /// Scopes to drop, as far as this page goes.
    fn reset(&self, end: Option<Place>) -> Vec<Scope> {
        let within = |place: &&Place| end.is_none_or(|end| **place <= end);
        let places = self.words.iter().filter(within);
        places.map(|place| place.scope).collect()
    }

    /// True for word of a row that left a scope of which the device holds nothing from before it left.
    fn is_idle(&self, entry: &Entry) -> bool {
        let nothing_before = if self.is_whole { self.begun } else { 0 };
        !entry.put && entry.version <= self.base(entry.scope).max(nothing_before)
    }
}

/// Fetches the bodies that the entries name, as far as the page goes; answers with how many of the entries that covers.
async fn bodies<S: Snapshot>(
    snapshot: &mut S,
    ask: &Ask,
    entries: &[Entry],
) -> Result<(BTreeMap<Key, StoredRow>, usize), S::Error> {
    let mut bodies: BTreeMap<Key, StoredRow> = BTreeMap::new();
    let mut taken = 0;
    let mut bytes = 0_usize;
    for part in entries.chunks(FETCH) {
        let keys: BTreeSet<Key> = part
            .iter()
            .filter(|entry| entry.put && !bodies.contains_key(&entry.key))
            .map(|entry| entry.key)
            .collect();
        let mut found: BTreeMap<Key, StoredRow> = snapshot
            .rows(&keys)
            .await?
            .into_iter()
            .map(|row| (row.key, row))
            .collect();
        for entry in part {
            if bytes >= ask.page.bytes {
                return Ok((bodies, taken));
            }
            if entry.put
                && let Some(mut row) = found.remove(&entry.key)
            {
                if row.key.table == Table::Person
                    && row.key.id != ask.account.0
                    && !planted!(ReasonTold)
                {
                    row.body = without_reason(row.body)?;
                }
                bytes = bytes.saturating_add(row.body.get().len());
                bodies.insert(row.key, row);
            }
            taken += 1;
        }
    }
    Ok((bodies, taken))
}

/// Puts rows, and rows that left, into the delta.
fn fill(delta: &mut Delta, route: &Route, entries: &[Entry], bodies: BTreeMap<Key, StoredRow>) {
    let mut scopes: BTreeMap<Key, Vec<Scope>> = BTreeMap::new();
    for entry in entries {
        if entry.put {
            scopes.entry(entry.key).or_default().push(entry.scope);
        } else if !route.is_idle(entry) {
            delta.left.push(LeftRow {
                scope: entry.scope,
                table: entry.key.table,
                id: entry.key.id,
            });
        }
    }
    delta.rows = bodies
        .into_values()
        .map(|row| DeltaRow {
            table: row.key.table,
            id: row.key.id,
            version: row.version,
            body: row.body,
            scopes: scopes.remove(&row.key).unwrap_or_default(),
        })
        .collect();
}

/// Why somebody was suspended is told to them and to admins; others see that they are.
fn without_reason(body: Box<RawValue>) -> serde_json::Result<Box<RawValue>> {
    let mut person: serde_json::Value = serde_json::from_str(body.get())?;
    match person.pointer_mut("/status/reason") {
        Some(reason) => {
            *reason = serde_json::Value::from("");
            to_raw_value(&person)
        }
        None => Ok(body),
    }
}
