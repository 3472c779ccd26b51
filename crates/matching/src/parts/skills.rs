//! Skills: how much of what is asked for is held, and how much of what is held is shown by work.

use crate::facts::{HeldSkill, Level, RequestFacts};
use crate::relations::{Relations, SAME};
use crate::share::{ONE, share, take};
use serde::{Deserialize, Serialize};

/// A must-have counts as met from this share on: one half.
pub(crate) const MET: u32 = ONE / 2;
/// Weight of a must-have in the mean.
const MUST: u32 = 3;
/// Weight of a nice-to-have in the mean.
const NICE: u32 = 1;
/// What a skill is worth on the freelancer's word alone: .60.
const CLAIMED: u32 = 39_322;
/// What evidence can add to that: .40.
const SHOWN: u32 = ONE - CLAIMED;
/// Claimed years that count as evidence, each like half a job: so years alone never show more than half.
const COUNTED_YEARS: u32 = 6;
/// `2^(-i/6)`: half the doubt is gone after six steps of evidence, which are three jobs.
const DOUBT: [u32; 6] = [65_536, 58_386, 52_016, 46_341, 41_285, 36_781];
/// So many skills without a job count in full; the `j`-th beyond counts as 12/j.
const UNSTUFFED: u64 = 12;

impl Level {
    /// Every level, the lowest first: each at the place of its number.
    pub(crate) const ALL: [Self; 4] = [
        Self::Beginner,
        Self::Intermediate,
        Self::Advanced,
        Self::Expert,
    ];

    /// What the level is worth against an expert.
    pub(crate) const fn worth(self) -> u32 {
        match self {
            Self::Beginner => 22_938,
            Self::Intermediate => 39_322,
            Self::Advanced => 55_706,
            Self::Expert => ONE,
        }
    }
}

/// One skill that was asked for, and what answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillFact {
    /// The skill asked for.
    pub skill: u32,
    /// True for a must-have.
    pub must: bool,
    /// The level asked for.
    pub level: Level,
    /// How much of it is reached, in 65,536ths.
    pub share: u32,
    /// The held skill that answers it best, if any does.
    pub held: Option<HeldFact>,
}

/// A held skill that answers a wanted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldFact {
    /// Its id: the wanted one or a related one.
    pub skill: u32,
    /// The level claimed.
    pub level: Level,
    /// Completed jobs that asked for it.
    pub proven_jobs: u8,
}

/// What a request asks for, laid out so that each held skill is looked up once.
pub(crate) struct Wanted {
    pub(crate) slots: Vec<Slot>,
    /// Sorted by bucket.
    pub(crate) answers: Vec<Answer>,
    /// Where each bucket begins in `answers`, and one end more.
    buckets: Vec<usize>,
    weight: u64,
}

/// One wanted skill.
pub(crate) struct Slot {
    pub(crate) must: bool,
    weight: u32,
    pub(crate) level: Level,
}

/// A held skill that counts for a wanted one.
pub(crate) struct Answer {
    pub(crate) held: u32,
    pub(crate) slot: usize,
    pub(crate) similarity: u16,
}

impl Slot {
    /// How much of it a held skill of this strength reaches.
    pub(crate) fn reached(&self, answer: &Answer, strength: u32) -> u32 {
        reached(strength, self.level.worth(), answer.similarity)
    }

    /// What so much of it counts in the mean.
    pub(crate) fn weighed(&self, reached: u32) -> u64 {
        u64::from(self.weight) * u64::from(reached)
    }
}

/// How much of a need a held skill of this strength and similarity (at most [`SAME`]) reaches.
fn reached(strength: u32, need: u32, similarity: u16) -> u32 {
    similar(share(u64::from(strength), u64::from(need)), similarity)
}

/// What is left of a share where something similar stands in.
pub(crate) fn similar(share: u32, similarity: u16) -> u32 {
    share * u32::from(similarity) / u32::from(SAME)
}

/// How much of a skill wanted at each level, lowest first, a held one of this strength and similarity reaches.
pub(crate) fn reached_by_level(strength: u32, similarity: u16) -> [u32; 4] {
    Level::ALL.map(|level| reached(strength, level.worth(), similarity.min(SAME)))
}

/// What a wanted skill weighs in the mean.
pub(crate) fn weight(must: bool) -> u32 {
    if must { MUST } else { NICE }
}

impl Wanted {
    /// Lays out the skills of a request together with those that can stand in for them.
    pub(crate) fn new(request: &RequestFacts, relations: &(impl Relations + ?Sized)) -> Self {
        let mut slots = Vec::with_capacity(request.skills.len());
        let mut answers = Vec::new();
        for (slot, wanted) in request.skills.iter().enumerate() {
            slots.push(Slot {
                must: wanted.must,
                weight: weight(wanted.must),
                level: wanted.level,
            });
            answers.push(Answer {
                held: wanted.skill,
                slot,
                similarity: SAME,
            });
            let related = relations.similar(wanted.skill).iter();
            answers.extend(related.map(|&(held, similarity)| Answer {
                held,
                slot,
                similarity: similarity.min(SAME),
            }));
        }
        // Four buckets for each answer: most held skills meet an empty one and are done.
        let mut buckets = vec![0; (answers.len() * 4).next_power_of_two() + 1];
        for answer in &answers {
            let bucket = bucket(answer.held, &buckets);
            buckets[bucket + 1] += 1;
        }
        answers.sort_unstable_by_key(|answer| bucket(answer.held, &buckets));
        for index in 1..buckets.len() {
            buckets[index] += buckets[index - 1];
        }
        let weight = slots.iter().map(|slot| u64::from(slot.weight)).sum();
        Self {
            slots,
            answers,
            buckets,
            weight,
        }
    }

    /// Fills in how much of each wanted skill is reached.
    pub(crate) fn reach(&self, held: &[HeldSkill], reached: &mut Vec<u32>) {
        reached.clear();
        reached.resize(self.slots.len(), 0);
        self.answers_in(held, |slot, share, _| {
            reached[slot] = share.max(reached[slot]);
        });
    }

    /// What a held skill answers.
    fn answers_of(&self, skill: u32) -> impl Iterator<Item = &Answer> {
        let bucket = bucket(skill, &self.buckets);
        let answers = &self.answers[self.buckets[bucket]..self.buckets[bucket + 1]];
        answers.iter().filter(move |answer| answer.held == skill)
    }

    /// The first must-have that is not met, by its place in the request.
    pub(crate) fn unmet(&self, reached: &[u32]) -> Option<usize> {
        self.slots
            .iter()
            .zip(reached)
            .position(|(slot, share)| slot.must && *share < MET)
    }

    /// True if the request insists on at least one skill.
    pub(crate) fn insists(&self) -> bool {
        self.slots.iter().any(|slot| slot.must)
    }

    /// The part: the mean over the wanted skills, must-haves counting three times; full if none is wanted.
    pub(crate) fn share(&self, reached: &[u32]) -> u32 {
        let weighted = self.slots.iter().zip(reached);
        self.share_of(weighted.map(|(slot, reached)| slot.weighed(*reached)).sum())
    }

    /// The same, from the sum of what is reached of each wanted skill by its weight.
    pub(crate) fn share_of(&self, sum: u64) -> u32 {
        share(sum, self.weight * u64::from(ONE))
    }

    /// What answers each wanted skill.
    pub(crate) fn facts(&self, request: &RequestFacts, held: &[HeldSkill]) -> Vec<SkillFact> {
        let mut facts: Vec<SkillFact> = request
            .skills
            .iter()
            .map(|wanted| SkillFact {
                skill: wanted.skill,
                must: wanted.must,
                level: wanted.level,
                share: 0,
                held: None,
            })
            .collect();
        self.answers_in(held, |slot, share, held| {
            let fact = &mut facts[slot];
            if share > fact.share {
                fact.share = share;
                fact.held = Some(HeldFact {
                    skill: held.skill,
                    level: held.level,
                    proven_jobs: held.proven_jobs,
                });
            }
        });
        facts
    }

    /// Calls back for each wanted skill that a held one answers, with the share it reaches.
    fn answers_in(&self, held: &[HeldSkill], mut found: impl FnMut(usize, u32, &HeldSkill)) {
        let mut unproven = 0;
        for skill in held {
            unproven += u64::from(skill.proven_jobs == 0);
            for answer in self.answers_of(skill.skill) {
                let strength = strength(skill, unproven);
                let share = self.slots[answer.slot].reached(answer, strength);
                found(answer.slot, share, skill);
            }
        }
    }
}

/// The id of each held skill with its strength.
pub(crate) fn strengths(held: &[HeldSkill]) -> impl Iterator<Item = (u32, u32)> {
    held.iter().scan(0, |unproven, skill| {
        *unproven += u64::from(skill.proven_jobs == 0);
        Some((skill.skill, strength(skill, *unproven)))
    })
}

/// What a held skill is worth: level, times what speaks for it, thinned out if it is one claim among many.
fn strength(skill: &HeldSkill, unproven_so_far: u64) -> u32 {
    let worth = take(skill.level.worth(), CLAIMED + take(SHOWN, evidence(skill)));
    if skill.proven_jobs == 0 {
        take(worth, share(UNSTUFFED, unproven_so_far))
    } else {
        worth
    }
}

/// How much work speaks for a skill: `1 - 2^(-n/3)` for `n` jobs, where a claimed year counts as half a job, up to six.
fn evidence(skill: &HeldSkill) -> u32 {
    let steps = 2 * u32::from(skill.proven_jobs) + u32::from(skill.years).min(COUNTED_YEARS);
    let doubt = DOUBT[(steps % 6) as usize];
    ONE - doubt.checked_shr(steps / 6).unwrap_or(0)
}

/// The bucket of a skill: its low bits, of which there are a power of two and one end more.
fn bucket(skill: u32, buckets: &[usize]) -> usize {
    skill as usize & (buckets.len() - 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(level: Level, years: u8, proven_jobs: u8) -> HeldSkill {
        HeldSkill {
            skill: 1,
            level,
            years,
            proven_jobs,
        }
    }

    #[test]
    fn evidence_grows_with_jobs_and_years_but_years_alone_stop_at_half() {
        let table = [
            ((0, 0), 0),
            ((0, 1), 7_150),
            ((0, 6), 32_768),
            ((0, 60), 32_768),
            ((1, 0), 13_520),
            ((3, 0), 32_768),
            ((3, 6), 49_152),
            ((9, 0), 57_344),
            ((255, 255), 65_536),
        ];
        for ((jobs, years), expected) in table {
            assert_eq!(
                evidence(&held(Level::Expert, years, jobs)),
                expected,
                "{jobs} jobs, {years} years"
            );
        }
    }

    #[test]
    fn the_table_of_doubt_follows_the_formula() {
        for steps in 0..=120_u8 {
            let skill = held(Level::Expert, steps % 2, steps / 2);

            let expected = 65_536.0 * (1.0 - (-f64::from(steps) / 6.0).exp2());

            assert!(
                (f64::from(evidence(&skill)) - expected).abs() <= 1.5,
                "{steps} steps"
            );
        }
    }

    #[test]
    fn strength_is_level_times_evidence_thinned_by_stuffing() {
        let table = [
            (held(Level::Expert, 0, 0), 1, 39_322),
            (held(Level::Expert, 0, 3), 1, 52_429),
            (held(Level::Advanced, 0, 0), 12, 33_423),
            (held(Level::Advanced, 0, 0), 24, 16_711),
            (held(Level::Advanced, 0, 1), 24, 38_019),
            (held(Level::Beginner, 0, 0), 1, 13_762),
            (held(Level::Expert, 0, 0), u64::MAX, 0),
        ];
        for (skill, unproven, expected) in table {
            assert_eq!(
                strength(&skill, unproven),
                expected,
                "{skill:?}, the {unproven}th"
            );
        }
    }
}
