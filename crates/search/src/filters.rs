//! Which entries each filter lets through.

use crate::bits::Bits;
use crate::entry::Ways;
use crate::index::Index;
use crate::plan::Plan;

/// The entries that pass all filters without counts, and for each filter with counts those of them that pass it; of skills, all.
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
        let mut others = found;
        for slot in self.kept_from(caller) {
            others.remove(slot);
        }
        if let Some(languages) = plan.languages {
            others.retain(|slot| self.side.speaks(columns.languages[slot], languages));
        }
        if let Some(from) = plan.from {
            others.retain(|slot| self.side.is_in_time(columns.start[slot], from));
        }
        if let Some(until) = plan.until {
            others.retain(|slot| columns.end[slot] <= until);
        }
        if let Some(range) = plan.rate {
            others.retain(|slot| {
                let rate = columns.rate(slot);
                rate.map_or(range.or_open, |rate| {
                    (range.least..=range.most).contains(&rate)
                })
            });
        }
        if let Some(least) = plan.stars {
            others.retain(|slot| {
                let stars = columns.stars(slot);
                stars.map_or(least.or_new, |stars| stars >= least.tenths)
            });
        }
        if let Some(near) = plan.near {
            others.retain(|slot| {
                let ways = columns.ways(slot);
                (near.or_remote && ways.meets(Ways::ANYWHERE))
                    || (ways.meets(Ways::SOMEWHERE)
                        && columns
                            .squared_steps(slot, near.at)
                            .is_some_and(|squared| squared <= near.squared))
            });
        }
        let any_of = |wanted: &[u16], values: &[u16]| {
            (!wanted.is_empty()).then(|| others.part(|slot| wanted.contains(&values[slot])))
        };
        let work = plan.work;
        Passed {
            categories: any_of(&plan.categories, &columns.category),
            skills: self.with_skills(plan),
            work: work.map(|work| others.part(|slot| columns.ways(slot).meets(work))),
            countries: any_of(&plan.countries, &columns.country),
            others,
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
