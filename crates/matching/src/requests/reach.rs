//! Which wanted skills a freelancer reaches, and how much of each: worked out once, then looked up request after request.

use crate::facts::{FreelancerFacts, Level, RequestFacts};
use crate::parts::skills::{reached_by_level, strengths};
use crate::relations::{Relations, SAME};
use std::collections::{BTreeMap, HashMap};

/// The skills that somebody wants, under those that answer them.
#[derive(Debug, Clone, Default)]
pub(super) struct Answered {
    /// By a wanted skill, how often open requests name it.
    named: HashMap<u32, usize>,
    /// By a held skill, the wanted ones that it counts for, and how much in 256ths.
    by_held: HashMap<u32, Vec<(u32, u16)>>,
}

impl Answered {
    /// How often open requests name a skill.
    pub(super) fn named(&self, skill: u32) -> usize {
        self.named.get(&skill).copied().unwrap_or(0)
    }

    /// Notes the skills of a request.
    pub(super) fn add(&mut self, request: &RequestFacts, relations: &(impl Relations + ?Sized)) {
        for wanted in request.skills.iter().map(|wanted| wanted.skill) {
            let named = self.named.entry(wanted).or_default();
            *named += 1;
            if *named == 1 {
                for (held, similarity) in answers(wanted, relations) {
                    self.by_held
                        .entry(held)
                        .or_default()
                        .push((wanted, similarity));
                }
            }
        }
    }

    /// Forgets the skills of a request that was noted.
    pub(super) fn remove(&mut self, request: &RequestFacts, relations: &(impl Relations + ?Sized)) {
        for wanted in request.skills.iter().map(|wanted| wanted.skill) {
            let Some(named) = self.named.get_mut(&wanted) else {
                continue;
            };
            *named -= 1;
            if *named > 0 {
                continue;
            }
            self.named.remove(&wanted);
            for (held, _) in answers(wanted, relations) {
                if let Some(counts_for) = self.by_held.get_mut(&held) {
                    counts_for.retain(|(other, _)| *other != wanted);
                    if counts_for.is_empty() {
                        self.by_held.remove(&held);
                    }
                }
            }
        }
    }
}

/// The held skills that count for a wanted one: itself and what is related.
fn answers(wanted: u32, relations: &(impl Relations + ?Sized)) -> impl Iterator<Item = (u32, u16)> {
    let related = relations.similar(wanted).iter().copied();
    std::iter::once((wanted, SAME)).chain(related)
}

/// How much of each wanted skill somebody reaches.
pub(super) struct Reach {
    /// A wanted skill and what is reached of it at each level, where its bits say or behind; as many as a power of two, and
    /// most of them empty.
    places: Vec<Option<(u32, [u32; 4])>>,
}

impl Reach {
    pub(super) fn new(freelancer: &FreelancerFacts, answered: &Answered) -> Self {
        let mut reached: BTreeMap<u32, [u32; 4]> = BTreeMap::new();
        for (held, strength) in strengths(&freelancer.skills) {
            for (wanted, similarity) in answered.by_held.get(&held).into_iter().flatten() {
                let most = reached.entry(*wanted).or_default();
                for (most, by_this) in most.iter_mut().zip(reached_by_level(strength, *similarity))
                {
                    *most = by_this.max(*most);
                }
            }
        }
        let mut places = vec![None; (reached.len() * 4).next_power_of_two()];
        for (wanted, by_level) in reached {
            let mut at = place(wanted, places.len());
            while places[at].is_some() {
                at = (at + 1) & (places.len() - 1);
            }
            places[at] = Some((wanted, by_level));
        }
        Self { places }
    }

    /// How much of a skill that is wanted at a level.
    pub(super) fn of(&self, wanted: u32, level: Level) -> u32 {
        let mut at = place(wanted, self.places.len());
        while let Some((skill, by_level)) = &self.places[at] {
            if *skill == wanted {
                return by_level[level as usize];
            }
            at = (at + 1) & (self.places.len() - 1);
        }
        0
    }

    /// Every wanted skill that is answered.
    pub(super) fn skills(&self) -> impl Iterator<Item = u32> {
        self.places.iter().flatten().map(|(skill, _)| *skill)
    }
}

/// Where a skill is looked for among so many places, which are a power of two: three of four are empty, so a search ends soon.
fn place(skill: u32, places: usize) -> usize {
    (skill.wrapping_mul(0x9e37_79b1) >> 12) as usize & (places - 1)
}
