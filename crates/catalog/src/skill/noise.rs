//! Words that people put around the name of a skill without meaning another one: praise,
//! the person for the work, and the maker of a tool.

const BEFORE: &[&str] = &[
    "a",
    "adobe",
    "advanced",
    "amazon",
    "apache",
    "apple",
    "atlassian",
    "autodesk",
    "aws",
    "basic",
    "certified",
    "excellent",
    "experience",
    "experienced",
    "expert",
    "freelance",
    "good",
    "google",
    "ibm",
    "in",
    "intermediate",
    "intuit",
    "junior",
    "knowledge",
    "microsoft",
    "ms",
    "my",
    "need",
    "of",
    "oracle",
    "professional",
    "proficiency",
    "proficient",
    "senior",
    "skilled",
    "skills",
    "some",
    "strong",
    "the",
    "trainee",
    "with",
    "working",
];

const AFTER: &[&str] = &[
    "advanced",
    "basics",
    "beginner",
    "coder",
    "coding",
    "consultant",
    "designing",
    "developer",
    "development",
    "engineer",
    "experience",
    "expert",
    "framework",
    "freelancer",
    "help",
    "intermediate",
    "job",
    "jobs",
    "knowledge",
    "language",
    "library",
    "needed",
    "professional",
    "proficiency",
    "programmer",
    "programming",
    "service",
    "services",
    "skill",
    "skills",
    "software",
    "specialist",
    "tool",
    "tools",
    "wanted",
    "work",
];

/// Words for whom or with whom the work is done, or for one of several kinds of it.
const VAGUE: &[&str] = &["client", "customer", "security", "team"];

/// At most so many words come off the end: `drone software development engineer` is no drone.
const MOST_AFTER: usize = 2;

/// Whether a word is one of these: it is spelled right, though it names no skill.
pub(super) fn is_noise(word: &str) -> bool {
    BEFORE.binary_search(&word).is_ok() || AFTER.binary_search(&word).is_ok()
}

/// Whether a word, standing alone, leaves open what is meant.
pub(super) fn says_nothing(word: &str) -> bool {
    is_noise(word) || VAGUE.contains(&word)
}

/// Yields the text with ever more such words taken off, the whole text first.
pub(super) fn peeled(folded: &str) -> impl Iterator<Item = &str> {
    let mut after = 0;
    let mut next = Some(folded);
    std::iter::from_fn(move || {
        let current = next?;
        next = match current.rsplit_once(' ') {
            Some((rest, last)) if after < MOST_AFTER && AFTER.binary_search(&last).is_ok() => {
                after += 1;
                Some(rest)
            }
            Some(_) | None => without_first(current),
        };
        Some(current)
    })
}

fn without_first(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once(' ')?;
    BEFORE.binary_search(&first).is_ok().then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_listed_in_order() {
        assert!(BEFORE.is_sorted());
        assert!(AFTER.is_sorted());
    }

    #[test]
    fn words_around_a_skill_come_off_one_by_one() {
        let peeled: Vec<_> = peeled("senior react developer").collect();
        assert_eq!(peeled, ["senior react developer", "senior react", "react"]);
    }

    #[test]
    fn no_more_than_two_words_come_off_the_end() {
        let last = peeled("drone software development engineer").last();
        assert_eq!(last, Some("drone software"));
    }
}
