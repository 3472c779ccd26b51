//! The skills: what each is, where it stands in the tree, and how it is found.

mod noise;
mod relate;
mod resolve;
mod split;
mod suggest;
mod typo;
mod vocabulary;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::split::Mention;
pub(crate) use self::vocabulary::Vocabulary;

/// Names one skill of the vocabulary, for good: an id is never given to another skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SkillId(pub u32);

impl fmt::Display for SkillId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Describes one thing a person can be hired for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skill {
    /// Names it for good.
    pub id: SkillId,
    /// Says it as people write it.
    pub name: &'static str,
    /// Points to the broader skill it is a kind of.
    pub parent: Option<SkillId>,
    /// Gives the slug of the [`Category`] it belongs to.
    pub category: &'static str,
    /// Lists other ways to write it.
    pub aliases: Box<[&'static str]>,
    /// Lists the entries of public classifications that mean the same, such as `esco:…`.
    pub links: Box<[&'static str]>,
    /// Tells whether it is among those that most people look for.
    pub common: bool,
}

/// Describes one kind of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Category {
    /// Names it for good.
    pub slug: &'static str,
    /// Says it in words.
    pub name: &'static str,
}

/// Is one suggestion while a person types a skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SkillHit {
    /// Names the suggested skill.
    pub id: SkillId,
    /// Says its name.
    pub name: &'static str,
    /// Says the alias that matched, where the name itself did not.
    pub matched_alias: Option<&'static str>,
}
