//! Which entries each filter lets through.

use crate::bits::Bits;
use crate::entry::Ways;
use crate::index::Index;
use crate::plan::Plan;

/// The entries that pass all filters without counts, and for each filter with counts the entries that pass it.
pub(crate) struct Passed {
    pub(crate) others: Bits,
    pub(crate) categories: Option<Bits>,
    pub(crate) skills: Option<Bits>,
    pub(crate) work: Option<Bits>,
    pub(crate) countries: Option<Bits>,
}

impl Passed {
    /// The entries that pass everything but one filter.
    pub(crate) fn without(&self, lifted: Filter) -> Bits {
        let mut bits = self.others.clone();
        for (filter, passed) in [
            (Filter::Categories, &self.categories),
            (Filter::Skills, &self.skills),
            (Filter::Work, &self.work),
            (Filter::Countries, &self.countries),
        ] {
            if let Some(passed) = passed.as_ref().filter(|_| filter != lifted) {
                bits.keep(passed);
            }
        }
        bits
    }

    /// The filters with counts that are on.
    pub(crate) fn on(&self) -> usize {
        let each = [&self.categories, &self.skills, &self.work, &self.countries];
        each.into_iter().flatten().count()
    }
}

/// A filter with counts, or none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    Categories,
    Skills,
    Work,
    Countries,
    None,
}

impl Index {
    /// Passes the entries of `found` through the filters. What is the caller's own is left out.
    pub(crate) fn pass(&self, plan: &Plan, found: Bits, caller: u128) -> Passed {
        let columns = &self.columns;
        let length = columns.len();
        let mut others = found;
        for slot in self.owned_by(caller) {
            others.remove(slot);
        }
        let mut keep = |holds: &dyn Fn(usize) -> bool| {
            // Only what is still in is looked at.
            let left = Bits::of(length, |slot| others.has(slot) && holds(slot));
            others = left;
        };
        if let Some(languages) = plan.languages {
            keep(&|slot| self.side.speaks(columns.languages[slot], languages));
        }
        if let Some(from) = plan.from {
            keep(&|slot| self.side.is_in_time(columns.start[slot], from));
        }
        if let Some(until) = plan.until {
            keep(&|slot| columns.end[slot] <= until);
        }
        if let Some(range) = plan.rate {
            keep(&|slot| {
                let rate = columns.rate(slot);
                rate.map_or(range.or_open, |rate| {
                    (range.least..=range.most).contains(&rate)
                })
            });
        }
        if let Some(least) = plan.stars {
            keep(&|slot| {
                let stars = columns.stars(slot);
                stars.map_or(least.or_new, |stars| stars >= least.tenths)
            });
        }
        if let Some(near) = plan.near {
            keep(&|slot| {
                let ways = columns.ways(slot);
                (near.or_remote && ways.meets(Ways::ANYWHERE))
                    || (ways.meets(Ways::SOMEWHERE)
                        && columns
                            .squared_steps(slot, near.at)
                            .is_some_and(|squared| squared <= near.squared))
            });
        }
        Passed {
            others,
            categories: any_of(&plan.categories, length, |slot| columns.category[slot]),
            skills: self.with_skills(plan),
            work: plan
                .work
                .map(|work| Bits::of(length, |slot| columns.ways(slot).meets(work))),
            countries: any_of(&plan.countries, length, |slot| columns.country[slot]),
        }
    }

    /// The entries that have all skills asked for.
    fn with_skills(&self, plan: &Plan) -> Option<Bits> {
        let mut all: Option<Bits> = None;
        for skill in &plan.skills {
            let mut with = Bits::none(self.columns.len());
            for slot in self.slots_with(*skill) {
                with.insert(slot);
            }
            match &mut all {
                Some(all) => all.keep(&with),
                None => all = Some(with),
            }
        }
        all
    }
}

fn any_of(wanted: &[u16], length: usize, value: impl Fn(usize) -> u16) -> Option<Bits> {
    (!wanted.is_empty()).then(|| Bits::of(length, |slot| wanted.contains(&value(slot))))
}
