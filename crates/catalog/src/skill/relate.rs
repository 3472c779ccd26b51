//! How much one skill is worth where another is asked for.

use std::collections::{BTreeMap, HashMap};

use super::{Skill, SkillId, Vocabulary};

/// The skill itself, in 256ths.
const SAME: u16 = 256;
/// A narrower skill: who knows React has done front-end development.
const NARROWER: u16 = 243;
/// A broader skill: who does front-end development may not know React.
const BROADER: u16 = 154;
/// The most that a sibling is worth.
const SIBLING: u16 = 128;
/// A sibling worth less says nothing.
const SIBLING_LEAST: u16 = 48;
/// Siblings among many are less alike: each family shares this out.
const FAMILY: u16 = 640;
/// The most expansions of one skill, itself included.
const MOST: usize = 8;

/// The expansions of every skill, in the order of the skills.
#[derive(Debug)]
pub(super) struct Relations {
    expansions: Vec<Box<[(SkillId, u16)]>>,
    families: HashMap<SkillId, usize>,
}

impl Relations {
    pub(super) fn new(skills: &[Skill]) -> Self {
        let mut children: BTreeMap<SkillId, Vec<&Skill>> = BTreeMap::new();
        for skill in skills {
            if let Some(parent) = skill.parent {
                children.entry(parent).or_default().push(skill);
            }
        }
        for family in children.values_mut() {
            family.sort_by_key(|skill| (!skill.common, skill.id));
        }
        let expansions = skills
            .iter()
            .map(|skill| expand(skill, &children))
            .collect();
        let families = children
            .iter()
            .map(|(parent, family)| (*parent, family.len()))
            .collect();
        Self {
            expansions,
            families,
        }
    }
}

fn expand(skill: &Skill, children: &BTreeMap<SkillId, Vec<&Skill>>) -> Box<[(SkillId, u16)]> {
    let family = |parent: SkillId| children.get(&parent).map_or(&[][..], Vec::as_slice);
    let mut found = vec![(skill.id, SAME)];
    // The broader skill must not be crowded out by many narrower ones.
    let room = MOST - 1 - usize::from(skill.parent.is_some());
    found.extend(
        family(skill.id)
            .iter()
            .take(room)
            .map(|child| (child.id, NARROWER)),
    );
    if let Some(parent) = skill.parent {
        found.push((parent, BROADER));
        let siblings = family(parent);
        if let Some(worth) = sibling_worth(siblings.len()) {
            let mut near: Vec<_> = siblings
                .iter()
                .filter(|other| other.id != skill.id)
                .collect();
            near.sort_by_key(|other| (!other.common, other.id.0.abs_diff(skill.id.0), other.id));
            found.extend(near.iter().map(|other| (other.id, worth)));
        }
    }
    found.truncate(MOST);
    found.into_boxed_slice()
}

fn sibling_worth(family: usize) -> Option<u16> {
    let shared = FAMILY / u16::try_from(family).unwrap_or(u16::MAX).max(1);
    (shared >= SIBLING_LEAST).then_some(shared.min(SIBLING))
}

impl Vocabulary {
    pub(crate) fn similar(&self, id: SkillId) -> &[(SkillId, u16)] {
        self.position(id)
            .map_or(&[], |at| &self.relations.expansions[at])
    }

    pub(crate) fn similarity(&self, asked: SkillId, held: SkillId) -> u16 {
        let (Some(asked_skill), Some(held_skill)) = (self.skill(asked), self.skill(held)) else {
            return 0;
        };
        if asked == held {
            return SAME;
        }
        if let Some(worth) = self.climb(held, asked, NARROWER) {
            return worth;
        }
        if let Some(worth) = self.climb(asked, held, BROADER) {
            return worth;
        }
        match (asked_skill.parent, held_skill.parent) {
            (Some(one), Some(other)) if one == other => {
                let family = self.relations.families.get(&one).copied().unwrap_or(1);
                sibling_worth(family).unwrap_or(0)
            }
            (Some(_) | None, _) => 0,
        }
    }

    /// Multiplies the worth of every step from a skill up to an ancestor.
    fn climb(&self, from: SkillId, to: SkillId, step: u16) -> Option<u16> {
        let mut worth = u32::from(SAME);
        let mut at = from;
        while let Some(parent) = self.skill(at).and_then(|skill| skill.parent) {
            worth = worth * u32::from(step) / u32::from(SAME);
            if parent == to {
                return u16::try_from(worth).ok();
            }
            if worth == 0 {
                return None;
            }
            at = parent;
        }
        None
    }
}
