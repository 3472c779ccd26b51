//! Many freelancers, packed once and never changed.

use super::bounds::Bound;
use super::numbers::Numbers;
use super::packed::{Packed, Row};
use super::postings::{BLOCK, Postings, STEP};
use crate::calendar::{Calendar, WEEKS};
use crate::facts::{Fluency, LanguageCode};
use smallvec::SmallVec;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// The most freelancers one segment holds: as many blocks as have a number of 16 bits.
pub(super) const MOST_ROWS: usize = BLOCK << 16;
/// The most skills one segment tells apart, for the same reason.
const MOST_SKILLS: usize = 1 << 16;
/// The most first weeks of calendars.
const MOST_WEEKS: usize = 1 << 8;

/// What one freelancer shows of a skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// The number of the skill in the segment.
    pub(super) skill: u16,
    less_one: u16,
}

impl Shown {
    pub(super) fn strength(self) -> u32 {
        u32::from(self.less_one) + 1
    }

    fn steps(self) -> u8 {
        u8::try_from(self.strength().div_ceil(STEP)).unwrap_or(u8::MAX)
    }
}

/// Freelancers in blocks of 64, neighbours alike.
#[derive(Debug)]
pub(super) struct Segment {
    ids: Vec<u128>,
    pub(super) ratings: Vec<u16>,
    rows: Vec<Row>,
    free_hours: Vec<[u8; WEEKS]>,
    /// By row, an index into `first_weeks`.
    first_week_of: Vec<u8>,
    first_weeks: Vec<i32>,
    /// What the rows show, row by row.
    shown: Vec<Shown>,
    /// Where each block begins in `shown`, and one end more.
    shown_starts: Vec<u32>,
    /// By row, where it ends in `shown`, counted from the beginning of its block.
    shown_ends: Vec<u16>,
    /// The first row of each category, ascending.
    categories: Vec<(u16, u32)>,
    pub(super) bounds: Vec<Bound>,
    pub(super) skills: Postings<u32>,
    /// Who speaks a language at least so well.
    pub(super) languages: Postings<(LanguageCode, Fluency)>,
}

impl Segment {
    /// Puts freelancers into as few segments as hold them.
    pub(super) fn of_all(mut packed: Vec<Packed>) -> Vec<Self> {
        packed.sort_by_cached_key(Packed::place_in_order);
        let mut segments = Vec::new();
        // The first freelancer always fits, so this ends.
        while !packed.is_empty() {
            let too_many = take_what_is_too_many(&mut packed);
            segments.push(Self::new(&packed));
            packed = too_many;
        }
        segments
    }

    fn new(packed: &[Packed]) -> Self {
        let skills = packed.iter().flat_map(|row| &row.skills);
        let skills = Numbers::of(skills.map(|(skill, _)| *skill));
        let (shown, shown_starts, shown_ends) = shown(packed, &skills);
        let mut segment = Self {
            ids: packed.iter().map(|row| row.id).collect(),
            ratings: packed.iter().map(|row| row.rating).collect(),
            rows: packed.iter().map(|row| row.row).collect(),
            free_hours: packed.iter().map(|row| row.free_hours).collect(),
            first_week_of: Vec::new(),
            first_weeks: first_weeks(packed),
            shown,
            shown_starts,
            shown_ends,
            categories: Vec::new(),
            bounds: packed.chunks(BLOCK).map(Bound::new).collect(),
            skills: Postings::new(Vec::new(), 0, |_| std::iter::empty()),
            languages: languages(packed),
        };
        segment.first_week_of = packed
            .iter()
            .map(|row| {
                let at = segment.first_weeks.binary_search(&row.first_week);
                u8::try_from(at.unwrap_or(0)).unwrap_or(u8::MAX)
            })
            .collect();
        for (at, row) in (0..).zip(packed) {
            if segment
                .categories
                .last()
                .is_none_or(|(last, _)| *last != row.category)
            {
                segment.categories.push((row.category, at));
            }
        }
        segment.skills = Postings::new(skills.into_ids(), segment.len(), |row| {
            let shown = segment.shown(row).iter();
            shown.map(|shown| (usize::from(shown.skill), shown.steps()))
        });
        segment
    }

    /// Everybody as they were packed, in the order of the rows.
    pub(super) fn unpack(&self) -> impl Iterator<Item = Packed> {
        let mut languages = vec![SmallVec::<[_; 4]>::new(); self.len()];
        for (number, (language, fluency)) in self.languages.keys().iter().enumerate() {
            for row in self.languages.list(number).rows() {
                // Keys ascend, so the last entry of a language is the best.
                let spoken: &mut SmallVec<[(LanguageCode, Fluency); 4]> = &mut languages[row];
                if spoken.last().is_some_and(|(other, _)| other == language) {
                    spoken.pop();
                }
                spoken.push((*language, *fluency));
            }
        }
        (0..self.len()).zip(languages).map(|(row, languages)| {
            let calendar = self.calendar(row);
            let shown = self.shown(row).iter();
            Packed {
                id: self.ids[row],
                category: self.category(row),
                rating: self.ratings[row],
                row: self.rows[row],
                first_week: calendar.first_week,
                free_hours: calendar.free_hours,
                skills: shown
                    .map(|shown| (self.skills.keys()[usize::from(shown.skill)], shown.less_one))
                    .collect(),
                languages,
            }
        })
    }

    pub(super) fn ids(&self) -> &[u128] {
        &self.ids
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn row(&self, row: usize) -> Row {
        self.rows[row]
    }

    pub(super) fn calendar(&self, row: usize) -> Calendar {
        Calendar {
            first_week: self.first_weeks[usize::from(self.first_week_of[row])],
            free_hours: self.free_hours[row],
        }
    }

    /// What a row shows, each skill once.
    pub(super) fn shown(&self, row: usize) -> &[Shown] {
        let block = self.shown_starts[row / BLOCK] as usize;
        let begin = if row.is_multiple_of(BLOCK) {
            0
        } else {
            usize::from(self.shown_ends[row - 1])
        };
        &self.shown[block + begin..block + usize::from(self.shown_ends[row])]
    }

    fn category(&self, row: usize) -> u16 {
        let later = self
            .categories
            .partition_point(|(_, first)| *first as usize <= row);
        self.categories[later - 1].0
    }

    /// The rows of a category, which stand together.
    pub(super) fn rows_of(&self, category: u16) -> Range<usize> {
        match self
            .categories
            .binary_search_by_key(&category, |(category, _)| *category)
        {
            Ok(at) => {
                let end = self
                    .categories
                    .get(at + 1)
                    .map_or(self.len(), |(_, row)| *row as usize);
                self.categories[at].1 as usize..end
            }
            Err(_) => 0..0,
        }
    }

    /// How much memory the segment takes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.ids.as_slice())
            + size_of_val(self.ratings.as_slice())
            + size_of_val(self.rows.as_slice())
            + size_of_val(self.free_hours.as_slice())
            + size_of_val(self.first_week_of.as_slice())
            + size_of_val(self.first_weeks.as_slice())
            + size_of_val(self.shown.as_slice())
            + size_of_val(self.shown_starts.as_slice())
            + size_of_val(self.shown_ends.as_slice())
            + size_of_val(self.categories.as_slice())
            + size_of_val(self.bounds.as_slice())
            + self.skills.bytes()
            + self.languages.bytes()
    }
}

/// Takes out whoever has a week, a skill or a row too many for the narrow columns.
fn take_what_is_too_many(packed: &mut Vec<Packed>) -> Vec<Packed> {
    let skills = packed.iter().flat_map(|row| &row.skills);
    let skills = Numbers::of(skills.map(|(skill, _)| *skill)).len();
    // Mostly nothing is.
    if packed.len() <= MOST_ROWS && skills <= MOST_SKILLS && first_weeks(packed).len() <= MOST_WEEKS
    {
        return Vec::new();
    }
    let mut weeks = BTreeSet::new();
    let mut skills = BTreeSet::new();
    let mut rows = 0;
    let is_too_many = |row: &mut Packed| {
        let known_week = weeks.contains(&row.first_week);
        let is_new = |pair: &&(u32, u16)| !skills.contains(&pair.0);
        let new_skills = row.skills.iter().filter(is_new).count();
        let fits = rows < MOST_ROWS
            && (known_week || weeks.len() < MOST_WEEKS)
            && skills.len() + new_skills <= MOST_SKILLS;
        if fits {
            rows += 1;
            weeks.insert(row.first_week);
            skills.extend(row.skills.iter().map(|(skill, _)| *skill));
        }
        !fits
    };
    packed.extract_if(.., is_too_many).collect()
}

/// The different first weeks of calendars, ascending.
fn first_weeks(packed: &[Packed]) -> Vec<i32> {
    // Most are the same, so runs are taken together before they are sorted.
    let runs = packed.chunk_by(|one, other| one.first_week == other.first_week);
    let weeks: BTreeSet<i32> = runs.map(|run| run[0].first_week).collect();
    weeks.into_iter().collect()
}

fn shown(packed: &[Packed], skills: &Numbers) -> (Vec<Shown>, Vec<u32>, Vec<u16>) {
    let mut shown = Vec::with_capacity(packed.iter().map(|row| row.skills.len()).sum());
    let mut starts = vec![0];
    let mut ends = Vec::with_capacity(packed.len());
    for block in packed.chunks(BLOCK) {
        let begin = shown.len();
        for row in block {
            shown.extend(row.skills.iter().map(|(skill, less_one)| Shown {
                skill: u16::try_from(skills.number(*skill)).unwrap_or(u16::MAX),
                less_one: *less_one,
            }));
            // 64 rows of at most 255 skills fit.
            ends.push(u16::try_from(shown.len() - begin).unwrap_or(u16::MAX));
        }
        starts.push(u32::try_from(shown.len()).unwrap_or(u32::MAX));
    }
    (shown, starts, ends)
}

/// Each language is listed under every fluency up to the one that is spoken.
fn languages(packed: &[Packed]) -> Postings<(LanguageCode, Fluency)> {
    const FLUENCIES: [Fluency; 4] = [
        Fluency::Basic,
        Fluency::Conversational,
        Fluency::Fluent,
        Fluency::Native,
    ];
    let mut best: HashMap<LanguageCode, Fluency> = HashMap::new();
    for (language, fluency) in packed.iter().flat_map(|row| &row.languages) {
        let best = best.entry(*language).or_insert(*fluency);
        *best = (*best).max(*fluency);
    }
    let reached = |best: Fluency| FLUENCIES.into_iter().filter(move |one| *one <= best);
    let keys = best.into_iter();
    let mut keys: Vec<(LanguageCode, Fluency)> = keys
        .flat_map(|(language, best)| reached(best).map(move |fluency| (language, fluency)))
        .collect();
    keys.sort_unstable();
    // The lowest fluency of each language; the numbers of the higher ones follow.
    let lowest_of: Vec<(LanguageCode, usize)> = (0..)
        .zip(&keys)
        .filter(|(_, (_, fluency))| *fluency == Fluency::Basic)
        .map(|(number, (language, _))| (*language, number))
        .collect();
    Postings::new(keys, packed.len(), |row| {
        packed[row]
            .languages
            .iter()
            .flat_map(|(language, fluency)| {
                let at = lowest_of.binary_search_by_key(language, |(language, _)| *language);
                let lowest = at.map_or(0, |at| lowest_of[at].1);
                (lowest..=lowest + *fluency as usize).map(|number| (number, 0))
            })
    })
}
