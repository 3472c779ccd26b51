//! The entries of a page, window after window of versions.
//!
//! Their order goes over many scopes, and no index has it: a database would sort all that is left for every page. So when there is
//! more than a handful, it is asked for a few versions, sees from the answer how many it takes to fill the page, and asks for those.

use super::{Entry, Snapshot, Span};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::Place;
use uuid::Uuid;

/// Up to so many are taken as they come.
const HANDFUL: usize = 512;
/// How many versions are asked for first.
const FIRST: u64 = 16;
/// How much wider the next window is when this one held next to nothing.
const WIDER: u64 = 16;

/// The first entries of these spans behind a place, in their order. No entry is later than `head`.
pub(super) async fn entries<S: Snapshot>(
    snapshot: &mut S,
    spans: &[Span],
    after: Place,
    head: u64,
    limit: usize,
    place: impl Fn(&Entry) -> Place,
) -> Result<Vec<Entry>, S::Error> {
    if limit == usize::MAX {
        return snapshot.entries(spans, after, head, limit).await;
    }
    let handful = limit.min(HANDFUL);
    let mut some = snapshot.any_entries(spans, after, handful).await?;
    if some.len() < handful {
        some.sort_by_key(place);
        return Ok(some);
    }
    let mut spans = spans.to_vec();
    let (mut after, mut width, mut found) = (after, FIRST, Vec::new());
    loop {
        let upto = after.version.saturating_add(width).min(head);
        let wanted = limit - found.len();
        let window = snapshot.entries(&spans, after, upto, wanted).await?;
        let count = window.len();
        found.extend(window);
        if count == wanted || upto == head {
            return Ok(found);
        }
        width = wider(width, count, wanted - count);
        after = Place {
            version: upto + 1,
            scope: Scope(Uuid::nil()),
            row: None,
        };
        pass(&mut spans, after.version);
    }
}

/// How many versions hold so many more entries, if the last ones held these; a little more, so that one window is enough.
fn wider(width: u64, count: usize, wanted: usize) -> u64 {
    let (count, wanted) = (count as u64, wanted as u64);
    if count < FIRST {
        return width.saturating_mul(WIDER);
    }
    let needed = width.saturating_mul(wanted) / count;
    needed.saturating_add(needed / 4).max(FIRST)
}

/// What lies before this version needs not be looked at again.
pub(super) fn pass(spans: &mut [Span], version: u64) {
    for span in spans.iter_mut().filter(|span| span.base < version) {
        span.above = span.above.max(version.checked_sub(1));
    }
}
