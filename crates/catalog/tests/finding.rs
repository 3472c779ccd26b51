//! What must be true of finding a skill by what people write.

use std::collections::BTreeSet;

use guildhall_catalog::{Catalog, SkillId};
use proptest::prelude::*;

fn named(text: &str) -> Option<&'static str> {
    let catalog = Catalog::get();
    catalog
        .resolve(text)
        .and_then(|id| catalog.skill(id))
        .map(|skill| skill.name)
}

fn id(text: &str) -> SkillId {
    Catalog::get()
        .resolve(text)
        .unwrap_or_else(|| panic!("{text} is not known"))
}

#[test]
fn at_least_95_of_100_everyday_names_resolve() {
    let names: Vec<_> = include_str!("everyday.txt").lines().collect();
    assert!(names.len() >= 200);
    let unknown: Vec<_> = names
        .iter()
        .filter(|name| Catalog::get().resolve(name).is_none())
        .collect();
    assert!(
        unknown.len() * 100 <= names.len() * 5,
        "unknown: {unknown:?}"
    );
}

#[test]
fn a_word_that_leaves_open_what_is_meant_names_nothing_by_itself() {
    for vague in ["security", "team", "customers", "development"] {
        assert_eq!(named(vague), None, "{vague}");
    }
    assert_eq!(named("teams"), Some("Microsoft Teams"));
    assert_eq!(named("IT security"), Some("Cybersecurity"));
    assert_eq!(named("security guard"), Some("Event security"));
}

#[test]
fn people_find_what_they_mean() {
    for (written, meant) in [
        ("js", "JavaScript"),
        ("ReactJS", "React"),
        ("React developer", "React"),
        ("senior react engineer", "React"),
        ("golang", "Go"),
        ("Go", "Go"),
        ("k8s", "Kubernetes"),
        ("Postgres 16", "PostgreSQL"),
        ("Python 3.11", "Python"),
        ("python3", "Python"),
        ("Angular v17", "Angular"),
        ("HTML5", "HTML"),
        ("C++17", "C++"),
        ("c sharp", "C#"),
        ("dotnet", ".NET"),
        ("asp net", "ASP.NET"),
        ("node", "Node.js"),
        ("front-end", "Front-end development"),
        ("frontend developer", "Front-end development"),
        ("Search engine optimisation (SEO)", "SEO"),
        ("Adobe Photoshop CC 2023", "Adobe Photoshop"),
        ("wedding photographers", "Wedding photography"),
        ("photographer wedding", "Wedding photography"),
        ("3d modeling", "3D modelling"),
        ("jewelry making", "Jewellery making"),
        ("plumber", "Plumbing"),
        ("data visualization", "Data visualisation"),
        ("guitar teacher", "Guitar lessons"),
        ("cello teacher", "Cello lessons"),
        ("book-keeping", "Bookkeeping"),
        ("Ｒｕｓｔ", "Rust"),
        ("Web Site Development", "Web development"),
        ("knowledge of Excel", "Microsoft Excel"),
    ] {
        assert_eq!(named(written), Some(meant), "{written}");
    }
}

#[test]
fn languages_that_differ_by_a_sign_are_told_apart() {
    let ids: BTreeSet<_> = ["C", "C++", "C#", "F#", "R", "Go", "D3"].map(id).into();
    assert_eq!(ids.len(), 7);
}

#[test]
fn typing_errors_in_long_words_are_forgiven() {
    for (written, meant) in [
        ("Pyhton", "Python"),
        ("Javascirpt", "JavaScript"),
        ("kuberntes", "Kubernetes"),
        ("photshop", "Adobe Photoshop"),
        ("ilustrator", "Adobe Illustrator"),
        ("copywritting", "Copywriting"),
        ("plumming", "Plumbing"),
        ("machine lerning", "Machine learning"),
        ("tranlsation", "Translation"),
        ("bookeeping", "Bookkeeping"),
        ("babysiting", "Babysitting"),
        ("electritian", "Electrical work"),
        ("wedding photografy", "Wedding photography"),
        ("wordpres", "WordPress"),
        ("accountign", "Accounting"),
        ("proffreading", "Proofreading"),
        ("posgresql", "PostgreSQL"),
        ("tpyescript", "TypeScript"),
    ] {
        assert_eq!(named(written), Some(meant), "{written}");
    }
}

#[test]
fn short_words_are_never_guessed() {
    for written in [
        "Gi", "Goo", "SQ", "SQK", "Rus", "Jav", "Q", "Gp", "Xd3", "PHQ", "Raut",
    ] {
        assert_eq!(named(written), None, "{written}");
    }
}

#[test]
fn a_word_that_is_right_is_no_typing_error_of_another() {
    // `Welding` and `Wedding`, `Banking` and `Baking` are a letter apart.
    for (written, meant) in [
        ("Welding", "Welding"),
        ("Wedding", "Wedding planning"),
        ("Baking", "Baking"),
        ("Banking", "Banking"),
        ("Printing", "Offset printing"),
        ("Painting", "Painting and decorating"),
    ] {
        assert_eq!(named(written), Some(meant), "{written}");
    }
    for written in [
        "astronaut training for hamsters",
        "zorbing",
        "qwertyuiop",
        "",
        " ,",
        "()",
        "🦀",
    ] {
        assert_eq!(named(written), None, "{written}");
    }
}

fn split(text: &str) -> Vec<(String, Option<&'static str>)> {
    let catalog = Catalog::get();
    catalog
        .split_and_resolve(text)
        .into_iter()
        .map(|mention| {
            let skill = mention.skill.and_then(|id| catalog.skill(id));
            (mention.raw, skill.map(|skill| skill.name))
        })
        .collect()
}

fn names(text: &str) -> Vec<Option<&'static str>> {
    split(text).into_iter().map(|(_, name)| name).collect()
}

#[test]
fn a_list_is_taken_apart_at_its_separators() {
    assert_eq!(
        split("React, Rust; SEO | Figma\n- plumbing · JS/TS"),
        [
            ("React".to_owned(), Some("React")),
            ("Rust".to_owned(), Some("Rust")),
            ("SEO".to_owned(), Some("SEO")),
            ("Figma".to_owned(), Some("Figma")),
            ("plumbing".to_owned(), Some("Plumbing")),
            ("JS".to_owned(), Some("JavaScript")),
            ("TS".to_owned(), Some("TypeScript")),
        ]
    );
}

#[test]
fn a_skill_with_a_separator_in_its_name_stays_whole() {
    assert_eq!(names("UI/UX, CI/CD"), [Some("UI/UX design"), Some("CI/CD")]);
    assert_eq!(names("HTML/CSS"), [Some("HTML"), Some("CSS")]);
    assert_eq!(
        names("Painting and decorating"),
        [Some("Painting and decorating")]
    );
    assert_eq!(names("R&D"), [Some("Scientific research")]);
}

#[test]
fn and_separates_only_what_is_known_on_both_sides() {
    assert_eq!(names("React and Vue"), [Some("React"), Some("Vue.js")]);
    assert_eq!(
        names("Tiling & roofing and plastering"),
        [Some("Tiling"), Some("Roofing"), Some("Plastering")]
    );
    assert_eq!(
        split("juggling swords and Rust"),
        [("juggling swords and Rust".to_owned(), None)]
    );
}

#[test]
fn a_bracket_with_a_list_in_it_is_a_list() {
    assert_eq!(
        names("JavaScript (React, Vue), cooking"),
        [
            Some("JavaScript"),
            Some("React"),
            Some("Vue.js"),
            Some("Home cooking")
        ]
    );
    assert_eq!(
        names("Search engine optimisation (SEO), Rust"),
        [Some("SEO"), Some("Rust")]
    );
    assert_eq!(
        names("React (unclosed, Rust"),
        [Some("React"), None, Some("Rust")]
    );
}

#[test]
fn what_is_not_known_is_kept_as_it_was_written() {
    assert_eq!(
        split("  Unicorn Dressage ;; Rust "),
        [
            ("Unicorn Dressage".to_owned(), None),
            ("Rust".to_owned(), Some("Rust"))
        ]
    );
    assert!(split(" , ;\n").is_empty());
}

#[test]
fn suggestions_begin_as_typed_and_the_common_come_first() {
    let catalog = Catalog::get();
    let suggested = |typed: &str| -> Vec<_> {
        catalog
            .suggest_skills(typed, 8)
            .into_iter()
            .map(|hit| hit.name)
            .collect()
    };
    assert_eq!(suggested("rea")[0], "React");
    assert!(suggested("rea").contains(&"React Native"));
    assert_eq!(suggested("plum")[0], "Plumbing");
    assert_eq!(suggested("Go")[0], "Go");
    assert_eq!(suggested("c++")[0], "C++");
    assert!(suggested("wedding").contains(&"Wedding photography"));
    assert!(suggested("photo wed").contains(&"Wedding photography"));
    assert!(suggested("nextj").contains(&"Next.js"));
    assert_eq!(suggested("kuberntes"), ["Kubernetes"]);
    assert_eq!(suggested("zzzz"), [""; 0]);
    assert!(suggested("").len() == 8);
    assert!(catalog.suggest_skills("a", 0).is_empty());
}

#[test]
fn a_suggestion_says_which_alias_matched() {
    let hit = Catalog::get().suggest_skills("k8", 1)[0];
    assert_eq!((hit.name, hit.matched_alias), ("Kubernetes", Some("k8s")));
    let hit = Catalog::get().suggest_skills("kuber", 1)[0];
    assert_eq!((hit.name, hit.matched_alias), ("Kubernetes", None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_can_be_resolved_split_and_suggested_for(text in "(?s).{0,80}") {
        let catalog = Catalog::get();
        catalog.resolve(&text);
        catalog.suggest_skills(&text, 10);
        catalog.suggest_places(&text, 10);
        for mention in catalog.split_and_resolve(&text) {
            prop_assert!(text.contains(&mention.raw));
            prop_assert!(!mention.raw.trim().is_empty());
        }
    }

    #[test]
    fn any_list_like_text_can_be_split(text in "[a-zC+#./,;|&()\n -]{0,120}( and [a-z ]{0,9}){0,20}") {
        for mention in Catalog::get().split_and_resolve(&text) {
            prop_assert!(text.contains(&mention.raw));
        }
    }

    #[test]
    fn case_and_spaces_around_change_nothing(at in 0..3_000_usize) {
        let catalog = Catalog::get();
        let skill = &catalog.skills()[at % catalog.skills().len()];
        prop_assert_eq!(catalog.resolve(&format!("  {} ", skill.name.to_uppercase())), Some(skill.id));
        prop_assert_eq!(catalog.resolve(&skill.name.to_lowercase()), Some(skill.id));
    }
}
