//! How much of the skill words of real adverts is understood, and how often rightly.
//! What the lists are and how they were labelled stands in `adverts/README.md`.

use guildhall_catalog::Catalog;

fn named(text: &str) -> Option<&'static str> {
    let catalog = Catalog::get();
    catalog
        .resolve(text)
        .and_then(|id| catalog.skill(id))
        .map(|skill| skill.name)
}

/// The lines below the heading: a form and what stands beside it.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table
        .lines()
        .skip(1)
        .map(|line| line.split_once('\t').expect("a tab"))
}

/// How many mentions are understood, and how many there are.
fn understood(table: &'static str) -> (u32, u32) {
    rows(table).fold((0, 0), |(known, all), (form, mentions)| {
        let mentions: u32 = mentions.parse().expect("a count");
        let known_here = named(form).map_or(0, |_| mentions);
        (known + known_here, all + mentions)
    })
}

#[test]
fn at_least_75_of_100_skill_words_in_adverts_are_understood() {
    for table in [
        include_str!("adverts/held_out.tsv"),
        include_str!("adverts/tuning.tsv"),
    ] {
        let (known, all) = understood(table);
        assert!(all >= 2_000);
        assert!(known * 100 >= all * 75, "{known} of {all}");
    }
}

#[test]
fn in_a_labelled_sample_at_least_98_of_100_resolved_mentions_are_what_was_meant() {
    let sample: Vec<_> = rows(include_str!("adverts/sample.tsv")).collect();
    assert_eq!(sample.len(), 500);
    let meant = |label: &'static str| (label != "-").then_some(label);
    let mut wrong: Vec<_> = sample
        .iter()
        .map(|(form, label)| (form, meant(label), named(form)))
        .filter(|(_, label, found)| label != found)
        .collect();
    assert!(wrong.len() * 100 <= sample.len() * 2, "wrong: {wrong:?}");
    let resolved = sample
        .iter()
        .filter(|(form, _)| named(form).is_some())
        .count();
    wrong.retain(|(_, _, found)| found.is_some());
    assert!(
        wrong.len() * 100 <= resolved * 2,
        "of {resolved} resolved: {wrong:?}"
    );
}

#[test]
fn every_label_of_the_sample_is_the_name_of_a_skill() {
    let names: std::collections::BTreeSet<_> = Catalog::get()
        .skills()
        .iter()
        .map(|skill| skill.name)
        .collect();
    for (form, label) in rows(include_str!("adverts/sample.tsv")) {
        assert!(label == "-" || names.contains(label), "{form}: {label}");
    }
}

#[test]
fn words_that_say_nothing_about_what_somebody_does_are_no_skills() {
    for word in [
        "management",
        "excellent",
        "tools",
        "support",
        "service",
        "company",
        "project",
        "product",
        "process",
        "market",
        "business",
        "system",
        "experience",
        "skills",
        "industry",
        "services",
        "environment",
        "solution",
        "performance",
        "growth",
        "implementation",
        "application",
        "fresher",
        "graduate",
        "diploma",
        "bachelor",
        "India",
        "night shift",
        "part time",
        "responsibility",
        "security clearance",
        "experts",
        "client",
        "customers",
        "development",
        "printers",
        "trainee",
        "candidates",
    ] {
        assert_eq!(named(word), None, "{word}");
    }
}
