//! The words the demo market is made of: trades, names, places, sentences. They lie in text files beside this one, so that a
//! sentence can be mended without touching the code.

mod read;

use guildhall_catalog::Catalog;
use guildhall_domain::request::Work;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A skill as the vocabulary knows it; without an id if it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) id: Option<u32>,
    pub(super) name: &'static str,
}

impl Known {
    fn resolve(name: &'static str) -> Self {
        let catalog = Catalog::get();
        let found = catalog
            .resolve(name)
            .and_then(|id| catalog.skill(id))
            .map(|skill| (skill.id.0, skill.name));
        Self {
            id: found.map(|found| found.0),
            name: found.map_or(name, |found| found.1),
        }
    }
}

/// What somebody does for a living, with everything said about it.
#[derive(Debug)]
pub(super) struct Calling {
    /// Where it stands among the others.
    pub(super) index: usize,
    pub(super) category: &'static str,
    pub(super) name: &'static str,
    /// Euros an hour, in Germany, after some years.
    pub(super) rate: i64,
    /// How many do it, compared with the other callings.
    pub(super) share: u32,
    /// How many in a hundred also work on site.
    pub(super) local: u32,
    /// The most typical first.
    pub(super) skills: Vec<Known>,
    pub(super) lines: Vec<&'static str>,
    pub(super) bios: Vec<&'static str>,
    /// Title and text.
    pub(super) works: Vec<(&'static str, &'static str)>,
    pub(super) jobs: Vec<Job>,
}

/// What clients ask of a calling.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) must: Vec<Known>,
    pub(super) nice: Vec<Known>,
    pub(super) hours: u8,
    pub(super) weeks: u8,
    pub(super) work: Work,
    /// Private persons ask for it.
    pub(super) private: bool,
    /// Organisations ask for it.
    pub(super) organised: bool,
}

impl Job {
    /// The kind of organisation that would ask for it, if only one would.
    pub(super) fn kind(&self) -> Option<&'static str> {
        const SIGNS: [(&str, &[&str]); 3] = [
            (
                "museum",
                &[
                    "museum",
                    "exhibition",
                    "festival",
                    "theatre",
                    "archive",
                    "audio guide",
                    "visitors",
                ],
            ),
            (
                "coop",
                &[
                    "co-op",
                    "households",
                    "members",
                    "association",
                    "repair café",
                    "tenants",
                    "neighbour",
                ],
            ),
            (
                "workshop",
                &[
                    "joinery",
                    "jig",
                    "workshop",
                    "apprentices",
                    "ceramics",
                    "pottery",
                    "we build",
                    "we make",
                ],
            ),
        ];
        let words = format!("{} {}", self.title, self.text).to_lowercase();
        SIGNS
            .iter()
            .find(|(_, signs)| signs.iter().any(|sign| words.contains(sign)))
            .map(|(kind, _)| *kind)
    }
}

/// Names that go together.
#[derive(Debug)]
pub(super) struct Culture {
    pub(super) countries: Vec<&'static str>,
    pub(super) language: &'static str,
    pub(super) given: Vec<&'static str>,
    pub(super) family: Vec<&'static str>,
}

/// A city where people of the market live.
#[derive(Debug)]
pub(super) struct City {
    pub(super) name: &'static str,
    pub(super) place: u32,
    pub(super) country: &'static str,
    pub(super) time_zone: &'static str,
    pub(super) currency: &'static str,
    /// How many live here of those near the market's home.
    pub(super) near: u32,
    /// How many live here of those far away.
    pub(super) far: u32,
    /// Rates here, in percent of those at home.
    pub(super) rate: i64,
    pub(super) language: &'static str,
}

/// All words.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) callings: Vec<Calling>,
    pub(super) cultures: Vec<Culture>,
    pub(super) cities: Vec<City>,
    /// Kinds and names of organisations.
    pub(super) organisations: Vec<(&'static str, &'static str)>,
    /// What is made in a category, by its slug: "Shop for", "Books of".
    pub(super) makings: BTreeMap<&'static str, Vec<&'static str>>,
    /// Whom it is made for.
    pub(super) customers: Vec<&'static str>,
    /// How it went.
    pub(super) outcomes: Vec<&'static str>,
    sentences: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Words {
    /// The words of this program.
    pub(super) fn get() -> &'static Self {
        static WORDS: LazyLock<Words> = LazyLock::new(read::words);
        &WORDS
    }

    /// The sentences for an occasion; none where the occasion is not known.
    pub(super) fn sentences(&self, occasion: &str) -> &[&'static str] {
        self.sentences.get(occasion).map_or(&[], Vec::as_slice)
    }
}

/// Fills `{names}` into a sentence.
pub(super) fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = sentence.to_owned();
    for (name, value) in values {
        let slot = format!("{{{name}}}");
        if filled.contains(&slot) {
            filled = filled.replace(&slot, value);
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_skill_of_every_calling_is_in_the_vocabulary() {
        let unknown: Vec<&str> = Words::get()
            .callings
            .iter()
            .flat_map(|calling| {
                let asked = calling
                    .jobs
                    .iter()
                    .flat_map(|job| job.must.iter().chain(&job.nice));
                calling.skills.iter().chain(asked)
            })
            .filter(|skill| skill.id.is_none())
            .map(|skill| skill.name)
            .collect();
        assert_eq!(unknown, [""; 0]);
    }

    #[test]
    fn no_line_of_the_word_files_is_left_out() {
        assert_eq!(read::unread(), [""; 0]);
    }

    #[test]
    fn every_calling_has_something_to_say_and_to_be_asked_for() {
        for calling in &Words::get().callings {
            let name = calling.name;
            assert!(
                Catalog::get().category(calling.category).is_some(),
                "{name}"
            );
            assert!(calling.skills.len() >= 5, "{name}: skills");
            assert!(
                !calling.lines.is_empty() && !calling.bios.is_empty(),
                "{name}: words"
            );
            assert!(
                !calling.jobs.is_empty() && !calling.works.is_empty(),
                "{name}: jobs"
            );
            assert!(
                Words::get().makings.contains_key(calling.category),
                "{name}: makings"
            );
            for job in &calling.jobs {
                assert!(
                    !job.must.is_empty() && (8..=120).contains(&job.title.len()),
                    "{}",
                    job.title
                );
                assert!(job.private || job.organised, "{}", job.title);
            }
        }
        let categories: std::collections::BTreeSet<&str> = Words::get()
            .callings
            .iter()
            .map(|calling| calling.category)
            .collect();
        assert_eq!(categories.len(), Catalog::get().categories().len());
    }

    #[test]
    fn no_slot_is_misspelled() {
        const SLOTS: [&str; 11] = [
            "{me}",
            "{you}",
            "{title}",
            "{skill}",
            "{skill2}",
            "{skill3}",
            "{place}",
            "{price}",
            "{hours}",
            "{years}",
            "{calling}",
        ];
        for sentence in Words::get().sentences.values().flatten() {
            let bare = SLOTS
                .iter()
                .fold((*sentence).to_owned(), |text, slot| text.replace(slot, ""));
            assert!(!bare.contains(['{', '}']), "{sentence}");
        }
    }

    #[test]
    fn slots_are_filled() {
        assert_eq!(
            fill("{a} and {b} and {a}", &[("a", "x"), ("b", "y")]),
            "x and y and x"
        );
    }
}
