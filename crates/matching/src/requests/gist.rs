//! The requests behind one door, with a gist of each: what keeps most people apart, in a few bytes that are read one after the
//! other. Only who passes it is worth reading the whole request.

use super::Door;
use super::open::{Open, Seeker};
use crate::facts::{LanguageCode, Level, RequestFacts};
use crate::parts::budget;
use crate::parts::skills::MET;

/// The requests behind one door.
#[derive(Debug, Clone, Default)]
pub(super) struct Behind {
    gists: Vec<Gist>,
    /// At the places of their gists.
    open: Vec<Open>,
}

/// What everybody whom a request can be for must have; the request itself may ask for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gist {
    musts: [Option<(u32, Level)>; 2],
    highest_rate: i64,
    language: Option<LanguageCode>,
}

impl Gist {
    /// The gist behind a door, which speaks for one of the must-haves.
    fn new(request: &RequestFacts, door: Door) -> Self {
        let musts = request.skills.iter().filter(|wanted| wanted.must);
        let mut musts: Vec<_> = musts.map(|wanted| (wanted.skill, wanted.level)).collect();
        // Those that the door does not speak for first.
        musts.sort_by_key(|(skill, _)| Door::Must(*skill) == door);
        Self {
            musts: [musts.first().copied(), musts.get(1).copied()],
            highest_rate: budget::highest_rate(request.budget_minor),
            language: request.languages.first().map(|wanted| wanted.language),
        }
    }

    /// False only if a gate keeps the two apart.
    fn may_be_for(&self, seeker: &Seeker<'_>) -> bool {
        let mut musts = self.musts.iter().flatten();
        seeker.rate <= self.highest_rate
            && musts.all(|(skill, level)| seeker.reach.of(*skill, *level) >= MET)
            && self.language.is_none_or(|language| seeker.speaks(language))
    }
}

impl Behind {
    pub(super) fn push(&mut self, request: &RequestFacts, door: Door) {
        self.gists.push(Gist::new(request, door));
        self.open.push(request.into());
    }

    pub(super) fn remove(&mut self, id: u128) {
        if let Some(at) = self.open.iter().position(|open| open.id == id) {
            self.gists.swap_remove(at);
            self.open.swap_remove(at);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Those whose gist does not keep the two apart already.
    pub(super) fn worth_a_look(&self, seeker: &Seeker<'_>) -> impl Iterator<Item = &Open> {
        let pairs = self.gists.iter().zip(&self.open);
        pairs
            .filter(|(gist, _)| gist.may_be_for(seeker))
            .map(|(_, open)| open)
    }
}
