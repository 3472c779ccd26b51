//! What filters and orders read of each entry, one column a fact.

use crate::bits::Bits;
use crate::entry::{Entry, Ways};

/// No category, no country.
pub(crate) const NONE: u16 = u16::MAX;
/// No point: outside of the sphere.
const NOWHERE: [i16; 3] = [i16::MIN; 3];
/// No rate.
const OPEN: i64 = i64::MIN;
/// No review.
const NEW: u8 = 0;

/// The facts of the entries by their slots. A slot is never changed: who changes gets a new one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    pub(crate) id: Vec<u128>,
    pub(crate) owner: Vec<u128>,
    pub(crate) category: Vec<u16>,
    pub(crate) ways: Vec<u8>,
    at: Vec<[i16; 3]>,
    pub(crate) country: Vec<u16>,
    pub(crate) start: Vec<i32>,
    pub(crate) end: Vec<i32>,
    rate: Vec<i64>,
    pub(crate) languages: Vec<u128>,
    stars: Vec<u8>,
    pub(crate) since: Vec<i64>,
    /// Where the skills of each slot begin; they end where those of the next begin.
    skills_from: Vec<u32>,
    skills: Vec<u16>,
}

impl Columns {
    pub(crate) fn len(&self) -> usize {
        self.id.len()
    }

    /// Adds an entry with the places of its skills among those of the catalog.
    pub(crate) fn push(&mut self, entry: &Entry, skills: impl Iterator<Item = u16>) {
        self.id.push(entry.id);
        self.owner.push(entry.owner);
        self.category.push(entry.category.unwrap_or(NONE));
        self.ways.push(entry.ways.0);
        self.at.push(entry.at.unwrap_or(NOWHERE));
        self.country.push(entry.country.unwrap_or(NONE));
        self.start.push(entry.start);
        self.end.push(entry.end);
        self.rate.push(entry.rate.unwrap_or(OPEN));
        self.languages.push(entry.languages);
        self.stars.push(entry.stars.unwrap_or(NEW));
        self.since.push(entry.since);
        self.skills_from.push(small(self.skills.len()));
        self.skills.extend(skills);
    }

    pub(crate) fn ways(&self, slot: usize) -> Ways {
        Ways(self.ways[slot])
    }

    pub(crate) fn rate(&self, slot: usize) -> Option<i64> {
        Some(self.rate[slot]).filter(|rate| *rate != OPEN)
    }

    pub(crate) fn stars(&self, slot: usize) -> Option<u8> {
        Some(self.stars[slot]).filter(|stars| *stars != NEW)
    }

    /// The squared distance to a point in steps, if the entry has a place.
    pub(crate) fn squared_steps(&self, slot: usize, from: [i16; 3]) -> Option<u64> {
        let at = self.at[slot];
        (at != NOWHERE).then(|| squared_steps(at, from))
    }

    pub(crate) fn skills(&self, slot: usize) -> &[u16] {
        let from = self.skills_from[slot] as usize;
        let until = self
            .skills_from
            .get(slot + 1)
            .map_or(self.skills.len(), |from| *from as usize);
        &self.skills[from..until]
    }

    /// The same without the slots that are not in a set.
    pub(crate) fn only(&self, live: &Bits) -> Self {
        let mut skills_from = Vec::new();
        let mut skills = Vec::new();
        for slot in live.iter() {
            skills_from.push(small(skills.len()));
            skills.extend_from_slice(self.skills(slot));
        }
        Self {
            id: only(&self.id, live),
            owner: only(&self.owner, live),
            category: only(&self.category, live),
            ways: only(&self.ways, live),
            at: only(&self.at, live),
            country: only(&self.country, live),
            start: only(&self.start, live),
            end: only(&self.end, live),
            rate: only(&self.rate, live),
            languages: only(&self.languages, live),
            stars: only(&self.stars, live),
            since: only(&self.since, live),
            skills_from,
            skills,
        }
    }

    /// How many bytes all this takes.
    pub(crate) fn bytes(&self) -> usize {
        let each = 3 * 16 + 2 * 2 + 1 + 6 + 2 * 4 + 2 * 8 + 1 + 4;
        self.len() * each + self.skills.len() * 2
    }
}

fn only<T: Copy>(column: &[T], live: &Bits) -> Vec<T> {
    live.iter().map(|slot| column[slot]).collect()
}

/// Slots and their skills are far fewer than 2³²: [`crate::index::MOST`] times forty.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The squared distance of two points of the unit sphere, in squared steps.
pub(crate) fn squared_steps(one: [i16; 3], other: [i16; 3]) -> u64 {
    let squares = one.iter().zip(other).map(|(one, other)| {
        let apart = u64::from(one.abs_diff(other));
        apart * apart
    });
    squares.sum()
}
