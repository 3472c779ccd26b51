//! Words that people put around the name of a skill without meaning another one.

const BEFORE: &[&str] = &[
    "a",
    "advanced",
    "basic",
    "certified",
    "excellent",
    "experience",
    "experienced",
    "expert",
    "freelance",
    "good",
    "in",
    "intermediate",
    "junior",
    "knowledge",
    "my",
    "need",
    "of",
    "proficiency",
    "proficient",
    "professional",
    "senior",
    "skilled",
    "skills",
    "some",
    "strong",
    "the",
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
    "developer",
    "development",
    "engineer",
    "expert",
    "experience",
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
    "programmer",
    "programming",
    "proficiency",
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

/// Yields the text with ever more such words taken off, the whole text first.
pub(super) fn peeled(folded: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folded);
    std::iter::from_fn(move || {
        let current = next?;
        next = peel(current);
        Some(current)
    })
}

fn peel(text: &str) -> Option<&str> {
    match text.rsplit_once(' ') {
        Some((rest, last)) if AFTER.binary_search(&last).is_ok() => return Some(rest),
        Some(_) | None => {}
    }
    match text.split_once(' ') {
        Some((first, rest)) if BEFORE.binary_search(&first).is_ok() => Some(rest),
        Some(_) | None => None,
    }
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
}
