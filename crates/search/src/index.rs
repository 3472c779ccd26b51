//! Everything that can be found on one side of the market, in memory.
//!
//! Entries get growing numbers, *slots*. A word's list holds the slots where it occurs, in order, each with its impact; so adding
//! an entry only adds to the ends of lists. Who changes or leaves has their slot taken out of the set of the living, and where
//! more than half of the slots are dead, all are numbered anew.

mod find;
mod text;

pub use find::{Found, Hit};

use crate::bits::Bits;
use crate::columns::Columns;
use crate::dictionary::Dictionary;
use crate::entry::Entry;
use crate::scoring::{impacts, skill_impact};
use crate::words::Keys;
use guildhall_catalog::{Catalog, SkillId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A slot and an impact share 32 bits.
const IMPACT_BITS: u32 = 8;
/// So many slots there can be.
pub(crate) const MOST: usize = 1 << (32 - IMPACT_BITS);
/// Fewer dead slots than this are not worth numbering anew for.
const FEW_DEAD: usize = 4_096;

/// Which side of the market is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Open requests, for freelancers.
    Work,
    /// Listed freelancers, for clients.
    Talent,
}

impl Side {
    /// Requests must ask for no language but these; people must speak all of them.
    pub(crate) fn speaks(self, theirs: u128, asked: u128) -> bool {
        match self {
            Self::Work => theirs & !asked == 0,
            Self::Talent => asked & !theirs == 0,
        }
    }

    /// Requests must begin on this day or later; people must be free on it.
    pub(crate) fn is_in_time(self, start: i32, from: i32) -> bool {
        match self {
            Self::Work => start >= from,
            Self::Talent => start <= from,
        }
    }
}

/// There are as many entries as the index can number: more than sixteen million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no more than {MOST} entries can be searched")]
pub struct Full;

/// One slot of a list with the impact there.
type Posting = u32;

fn posting(slot: usize, impact: u8) -> Posting {
    // Invariant: slots are below `MOST`, see `put`.
    u32::try_from(slot).unwrap_or(u32::MAX) << IMPACT_BITS | u32::from(impact)
}

fn slot_of(posting: Posting) -> usize {
    (posting >> IMPACT_BITS) as usize
}

fn impact_of(posting: Posting) -> u32 {
    posting & ((1 << IMPACT_BITS) - 1)
}

/// One side of a market, ready to be searched.
#[derive(Debug, Clone)]
pub struct Index {
    pub(crate) side: Side,
    pub(crate) columns: Columns,
    /// The slots of entries that are there.
    pub(crate) live: Bits,
    slots: HashMap<u128, usize>,
    /// The slots of each owner who has several entries, or had; others are their own owner.
    owned: BTreeMap<u128, Vec<usize>>,
    /// Owners of whom nothing is found.
    hidden: BTreeSet<u128>,
    dictionary: Dictionary,
    keys: Keys,
    /// The lists of the dictionary's words.
    words: Vec<Vec<Posting>>,
    /// The lists of the catalog's skills.
    skills: Vec<Vec<Posting>>,
    /// How many living entries have each skill.
    pub(crate) skill_totals: Vec<u32>,
}

impl Index {
    /// Nothing yet.
    pub fn new(side: Side) -> Self {
        let skills = Catalog::get().skills().len();
        Self {
            side,
            columns: Columns::default(),
            live: Bits::default(),
            slots: HashMap::new(),
            owned: BTreeMap::new(),
            hidden: BTreeSet::new(),
            dictionary: Dictionary::default(),
            keys: Keys::default(),
            words: Vec::new(),
            skills: vec![Vec::new(); skills],
            skill_totals: vec![0; skills],
        }
    }

    /// Which side of the market it is.
    pub fn side(&self) -> Side {
        self.side
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Puts an entry in, in the place of the one with its id.
    ///
    /// # Errors
    /// [`Full`] when there are too many; the one with its id is gone then.
    pub fn put(&mut self, entry: &Entry) -> Result<(), Full> {
        self.remove(entry.id);
        if self.columns.len() >= MOST {
            self.renumber();
        }
        let slot = self.columns.len();
        if slot >= MOST {
            return Err(Full);
        }
        let catalog = Catalog::get();
        let mut held: Vec<(u16, bool)> = entry
            .skills
            .iter()
            .filter_map(|used| Some((position(SkillId(used.skill), catalog)?, used.firm)))
            .collect();
        // Of a skill that is named twice, the firm one counts.
        held.sort_unstable_by_key(|(skill, firm)| (*skill, !firm));
        held.dedup_by_key(|(skill, _)| *skill);
        for (skill, firm) in &held {
            let at = usize::from(*skill);
            self.skills[at].push(posting(slot, skill_impact(*firm)));
            self.skill_totals[at] += 1;
        }
        for (word, impact) in impacts(entry, &mut self.keys) {
            let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let number = self.dictionary.number(&word, next);
            if number == next {
                self.words.push(Vec::new());
            }
            if let Some(list) = self.words.get_mut(number as usize) {
                list.push(posting(slot, impact));
            }
        }
        self.columns
            .push(entry, held.iter().map(|(skill, _)| *skill));
        self.live.push(true);
        self.slots.insert(entry.id, slot);
        if entry.owner != entry.id {
            self.owned.entry(entry.owner).or_default().push(slot);
        }
        Ok(())
    }

    /// Takes an entry out; false when there is none.
    pub fn remove(&mut self, id: u128) -> bool {
        let Some(slot) = self.slots.remove(&id) else {
            return false;
        };
        self.live.remove(slot);
        for skill in self.columns.skills(slot) {
            self.skill_totals[usize::from(*skill)] -= 1;
        }
        let owner = self.columns.owner[slot];
        if let Some(theirs) = self.owned.get_mut(&owner) {
            theirs.retain(|other| *other != slot);
            if theirs.is_empty() {
                self.owned.remove(&owner);
            }
        }
        let dead = self.columns.len() - self.len();
        if dead > FEW_DEAD && dead > self.len() {
            self.renumber();
        }
        true
    }

    /// Hides all that is somebody's, whatever it is or will be, or shows it again.
    pub fn hide(&mut self, owner: u128, hidden: bool) {
        if hidden {
            self.hidden.insert(owner);
        } else {
            self.hidden.remove(&owner);
        }
    }

    /// The slots that somebody does not find: those of hidden owners, and their own.
    pub(crate) fn kept_from(&self, caller: u128) -> impl Iterator<Item = usize> {
        let owners = self.hidden.iter().copied().chain([caller]);
        owners.flat_map(|owner| self.owned_by(owner))
    }

    /// The slots of what is somebody's own.
    fn owned_by(&self, owner: u128) -> Vec<usize> {
        let others = self.owned.get(&owner).cloned().unwrap_or_default();
        let own = self.slots.get(&owner).copied();
        let own = own.filter(|slot| self.columns.owner[*slot] == owner);
        others.into_iter().chain(own).collect()
    }

    /// The slots with a skill, dead ones too.
    pub(crate) fn slots_with(&self, skill: SkillId) -> impl Iterator<Item = usize> {
        let list = position(skill, Catalog::get()).and_then(|at| self.skills.get(usize::from(at)));
        list.into_iter().flatten().map(|posting| slot_of(*posting))
    }

    /// How many bytes all this takes, without what allocators add.
    pub fn bytes(&self) -> usize {
        let lists = self.words.iter().chain(&self.skills);
        let postings: usize = lists.map(|list| list.capacity() * 4 + 24).sum();
        // A word has about ten letters and a leaf of the tree; an entry of the table its id, slot and a byte.
        let named = self.dictionary.len() * 80 + self.slots.capacity() * 32;
        self.columns.bytes() + postings + named
    }

    /// Gives the living new slots, in their order, and forgets the others.
    fn renumber(&mut self) {
        let mut new = vec![None; self.columns.len()];
        for (number, slot) in self.live.iter().enumerate() {
            new[slot] = Some(number);
        }
        let moved = |list: &mut Vec<Posting>| {
            let kept = list.iter().filter_map(|old| {
                let slot = new.get(slot_of(*old)).copied().flatten()?;
                Some(posting(
                    slot,
                    u8::try_from(impact_of(*old)).unwrap_or(u8::MAX),
                ))
            });
            *list = kept.collect();
        };
        self.skills.iter_mut().for_each(moved);
        self.words.iter_mut().for_each(moved);
        // Words that occur nowhere any more are forgotten.
        let mut kept = 0;
        let numbers: Vec<Option<u32>> = self
            .words
            .iter()
            .map(|list| {
                (!list.is_empty()).then(|| {
                    kept += 1;
                    kept - 1
                })
            })
            .collect();
        self.words.retain(|list| !list.is_empty());
        self.dictionary
            .renumber(|old| numbers.get(old as usize).copied().flatten());
        self.columns = self.columns.only(&self.live);
        self.live = Bits::of(self.columns.len(), |_| true);
        let slots = |slot: &mut usize| *slot = new.get(*slot).copied().flatten().unwrap_or(*slot);
        self.slots.values_mut().for_each(slots);
        self.owned.values_mut().flatten().for_each(slots);
    }
}

/// The place of a skill among those of the catalog.
fn position(skill: SkillId, catalog: &Catalog) -> Option<u16> {
    let all = catalog.skills();
    let at = all.binary_search_by_key(&skill, |known| known.id).ok()?;
    u16::try_from(at).ok()
}
