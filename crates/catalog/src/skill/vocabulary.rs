//! Loads the skills and lays out the indexes they are found by.

use std::collections::{HashMap, HashSet};

use super::relate::Relations;
use super::typo::Typos;
use super::{Category, Skill, SkillId};
use crate::table;
use crate::text::{fold, role_key, spelling_keys};

/// One way to write a skill: its name or an alias.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) skill: SkillId,
    /// The position of the skill in [`Vocabulary::skills`].
    pub(super) at: usize,
    /// The alias as the table has it; `None` for the name.
    pub(super) alias: Option<&'static str>,
    /// The folded text with a space before each word, the first too.
    pub(super) spaced: String,
    /// The folded text with its words run together.
    pub(super) squashed: String,
}

impl Form {
    pub(super) fn folded(&self) -> &str {
        &self.spaced[1..]
    }
}

/// Holds all skills and what they are looked up by.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// Sorted by id.
    pub(crate) skills: Box<[Skill]>,
    pub(crate) categories: Box<[Category]>,
    pub(super) forms: Vec<Form>,
    /// Folded form to skill.
    pub(super) exact: HashMap<String, SkillId>,
    /// Spelling key to skill; `None` where two skills would share it.
    pub(super) spelled: HashMap<String, Option<SkillId>>,
    /// Role key to skill; `None` where two skills would share it.
    pub(super) roles: HashMap<String, Option<SkillId>>,
    /// Every word of every form: such a word is no typing error.
    pub(super) words: HashSet<String>,
    pub(super) typos: Typos,
    pub(super) relations: Relations,
}

impl Vocabulary {
    pub(crate) fn load() -> Self {
        let categories = table::rows::<2>(table::CATEGORIES)
            .map(|[slug, name]| Category { slug, name })
            .collect();
        let mut skills: Vec<Skill> = table::rows(table::SKILLS).filter_map(read).collect();
        skills.sort_unstable_by_key(|skill| skill.id);

        let mut exact = HashMap::new();
        let mut spelled = HashMap::new();
        let mut roles = HashMap::new();
        let mut words = HashSet::new();
        let mut forms = Vec::new();
        for (at, skill) in skills.iter().enumerate() {
            let name = std::iter::once((skill.name, None));
            let aliases = skill.aliases.iter().map(|alias| (*alias, Some(*alias)));
            for (text, alias) in name.chain(aliases) {
                let folded = fold(text);
                words.extend(folded.split(' ').map(str::to_owned));
                for key in spelling_keys(&folded) {
                    share(&mut spelled, key, skill.id);
                }
                share(&mut roles, role_key(&folded), skill.id);
                forms.push(Form {
                    skill: skill.id,
                    at,
                    alias,
                    squashed: folded.replace(' ', ""),
                    spaced: format!(" {folded}"),
                });
                exact.entry(folded).or_insert(skill.id);
            }
        }
        let typos = Typos::new(&forms);
        let relations = Relations::new(&skills);
        Self {
            skills: skills.into_boxed_slice(),
            categories,
            forms,
            exact,
            spelled,
            roles,
            words,
            typos,
            relations,
        }
    }

    pub(crate) fn position(&self, id: SkillId) -> Option<usize> {
        self.skills.binary_search_by_key(&id, |skill| skill.id).ok()
    }

    pub(crate) fn skill(&self, id: SkillId) -> Option<&Skill> {
        self.position(id).map(|at| &self.skills[at])
    }
}

fn read(row: [&'static str; 7]) -> Option<Skill> {
    let [id, name, parent, category, aliases, links, common] = row;
    Some(Skill {
        id: SkillId(id.parse().ok()?),
        name,
        parent: match parent {
            "" => None,
            parent => Some(SkillId(parent.parse().ok()?)),
        },
        category,
        aliases: table::values(aliases, '|'),
        links: table::values(links, ' '),
        common: common == "y",
    })
}

/// Enters a key that several forms may have: two forms of one skill agree, two skills do not.
fn share(keys: &mut HashMap<String, Option<SkillId>>, key: String, skill: SkillId) {
    keys.entry(key)
        .and_modify(|owner| {
            if *owner != Some(skill) {
                *owner = None;
            }
        })
        .or_insert(Some(skill));
}
