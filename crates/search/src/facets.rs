//! Counts for the filters: how many results each value would have if the other filters stay.

use crate::bits::Bits;
use crate::columns::NONE;
use crate::entry::Ways;
use crate::filters::{Filter, Passed};
use crate::index::Index;
use crate::plan::Plan;
use guildhall_catalog::Catalog;
use guildhall_protocol::find::{Facets, Named, Skilled, Worked};
use std::cmp::Reverse;

/// The most skills that are counted, beside those asked for.
pub const MOST_SKILLS: usize = 20;

impl Index {
    pub(crate) fn facets(&self, plan: &Plan, passed: &Passed, catalog: &Catalog) -> Facets {
        // Where no filter with counts is on, one set serves all of them.
        let all = (passed.on() == 0).then(|| passed.without(Filter::None));
        let set = |filter| match &all {
            Some(all) => all.clone(),
            None => passed.without(filter),
        };
        let categories = count(
            &set(Filter::Categories),
            catalog.categories().len(),
            |slot| self.columns.category[slot],
        );
        let countries = count(&set(Filter::Countries), catalog.countries().len(), |slot| {
            self.columns.country[slot]
        });
        Facets {
            categories: named(&categories, &plan.categories, |at| {
                catalog.categories().get(at).map(|category| category.slug)
            }),
            skills: self.skill_counts(&set(Filter::Skills), plan, catalog),
            work: self.work_counts(&set(Filter::Work)),
            countries: named(&countries, &plan.countries, |at| {
                catalog.countries().get(at).map(|country| country.code)
            }),
        }
    }

    fn work_counts(&self, set: &Bits) -> Vec<Worked> {
        // Three ways make eight sets of them: these are counted, and then told apart.
        let mut sets = [0_u32; 8];
        set.each(|slot| sets[usize::from(self.columns.ways[slot] & 0b111)] += 1);
        let each = Ways::ALL.into_iter().map(|work| {
            let with = sets
                .iter()
                .zip(0..)
                .filter(|(_, ways)| Ways(*ways).meets(Ways::of(&[work])));
            Worked {
                value: work,
                count: with.map(|(count, _)| count).sum(),
            }
        });
        each.collect()
    }

    fn skill_counts(&self, set: &Bits, plan: &Plan, catalog: &Catalog) -> Vec<Skilled> {
        let mut counts = vec![0_u32; catalog.skills().len()];
        let mut tally = |slot: usize| {
            for skill in self.columns.skills(slot) {
                if let Some(count) = counts.get_mut(usize::from(*skill)) {
                    *count += 1;
                }
            }
        };
        // Of most entries, the few that are not in the set are counted instead.
        if set.count() * 2 > self.live.count() {
            self.live.part(|slot| !set.has(slot)).each(&mut tally);
            for (count, all) in counts.iter_mut().zip(&self.skill_totals) {
                *count = all - *count;
            }
        } else {
            set.each(&mut tally);
        }
        let mut skills: Vec<Skilled> = catalog
            .skills()
            .iter()
            .zip(counts)
            .map(|(skill, count)| Skilled {
                value: skill.id.0,
                count,
            })
            .filter(|skilled| {
                skilled.count > 0 || plan.skills.iter().any(|asked| asked.0 == skilled.value)
            })
            .collect();
        skills.sort_unstable_by_key(|skilled| (Reverse(skilled.count), skilled.value));
        let mut place = 0;
        skills.retain(|skilled| {
            place += 1;
            place <= MOST_SKILLS || plan.skills.iter().any(|asked| asked.0 == skilled.value)
        });
        skills
    }
}

fn count(set: &Bits, values: usize, value: impl Fn(usize) -> u16) -> Vec<u32> {
    let mut counts = vec![0_u32; values];
    set.each(|slot| {
        if let Some(count) = counts.get_mut(usize::from(value(slot))) {
            *count += 1;
        }
    });
    counts
}

/// The values that occur and those asked for, most first.
fn named<'a>(counts: &[u32], asked: &[u16], name: impl Fn(usize) -> Option<&'a str>) -> Vec<Named> {
    let mut named: Vec<(u32, u16)> = counts
        .iter()
        .zip(0..NONE)
        .filter(|(count, value)| **count > 0 || asked.contains(value))
        .map(|(count, value)| (*count, value))
        .collect();
    named.sort_unstable_by_key(|(count, value)| (Reverse(*count), *value));
    let written = named.into_iter().filter_map(|(count, value)| {
        Some(Named {
            value: name(usize::from(value))?.to_owned(),
            count,
        })
    });
    written.collect()
}
