//! What must be true of the table of skills and of how they are related.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_catalog::{Catalog, Skill, SkillId};

fn id(text: &str) -> SkillId {
    Catalog::get()
        .resolve(text)
        .unwrap_or_else(|| panic!("{text} is not known"))
}

#[test]
fn there_are_at_least_fifteen_hundred_skills_and_most_have_a_parent() {
    let skills = Catalog::get().skills();
    assert!(skills.len() >= 1_500, "{} skills", skills.len());
    let with_parent = skills.iter().filter(|skill| skill.parent.is_some()).count();
    assert!(
        with_parent * 100 >= skills.len() * 80,
        "{with_parent} of {}",
        skills.len()
    );
}

#[test]
fn ids_and_names_are_unique_and_the_table_is_sorted() {
    let skills = Catalog::get().skills();
    assert!(skills.is_sorted_by(|one, other| one.id < other.id));
    let names: BTreeSet<_> = skills
        .iter()
        .map(|skill| skill.name.to_lowercase())
        .collect();
    assert_eq!(names.len(), skills.len());
    let table = include_str!("../data/skills.tsv");
    let ids: Vec<u32> = table
        .lines()
        .skip(1)
        .map(|line| {
            line.split('\t')
                .next()
                .and_then(|id| id.parse().ok())
                .expect("an id")
        })
        .collect();
    assert!(ids.is_sorted_by(|one, other| one < other));
}

#[test]
fn every_parent_exists_in_the_same_category_and_no_skill_is_its_own_ancestor() {
    let catalog = Catalog::get();
    for skill in catalog.skills() {
        assert!(catalog.category(skill.category).is_some(), "{}", skill.name);
        let mut seen = BTreeSet::from([skill.id]);
        let mut at = skill;
        while let Some(parent) = at.parent {
            assert!(seen.insert(parent), "{} is its own ancestor", skill.name);
            at = catalog.skill(parent).expect("the parent exists");
            assert_eq!(at.category, skill.category, "{}", skill.name);
        }
    }
}

#[test]
fn every_category_has_skills_and_common_ones() {
    let catalog = Catalog::get();
    for category in catalog.categories() {
        let of_it: Vec<&Skill> = catalog
            .skills()
            .iter()
            .filter(|skill| skill.category == category.slug)
            .collect();
        assert!(of_it.len() >= 40, "{} has {}", category.slug, of_it.len());
        assert!(of_it.iter().any(|skill| skill.common), "{}", category.slug);
    }
}

#[test]
fn every_name_and_alias_resolves_to_its_own_skill() {
    let catalog = Catalog::get();
    for skill in catalog.skills() {
        for form in std::iter::once(&skill.name).chain(&skill.aliases) {
            assert_eq!(
                catalog.resolve(form),
                Some(skill.id),
                "{form} of {}",
                skill.name
            );
        }
    }
}

#[test]
fn no_alias_points_at_two_skills() {
    let mut owners: BTreeMap<String, SkillId> = BTreeMap::new();
    for skill in Catalog::get().skills() {
        for form in std::iter::once(&skill.name).chain(&skill.aliases) {
            let owner = *owners.entry(form.to_lowercase()).or_insert(skill.id);
            assert_eq!(owner, skill.id, "{form}");
        }
    }
}

#[test]
fn expansions_begin_with_the_skill_and_are_few_and_in_order_of_kind() {
    let catalog = Catalog::get();
    for skill in catalog.skills() {
        let similar = catalog.similar(skill.id);
        assert_eq!(similar[0], (skill.id, 256));
        assert!(similar.len() <= 8);
        assert!(similar.is_sorted_by(|one, other| one.1 >= other.1));
        let ids: BTreeSet<_> = similar.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids.len(), similar.len());
        for (id, worth) in &similar[1..] {
            let other = catalog.skill(*id).expect("it exists");
            match worth {
                243 => assert_eq!(other.parent, Some(skill.id)),
                154 => assert_eq!(skill.parent, Some(*id)),
                1..=128 => assert_eq!(skill.parent, other.parent),
                _ => panic!("{worth} is no worth"),
            }
            assert_eq!(catalog.similarity(skill.id, *id), *worth);
        }
        if let Some(parent) = skill.parent {
            assert!(similar.contains(&(parent, 154)), "{}", skill.name);
        }
    }
    assert!(catalog.similar(SkillId(0)).is_empty());
}

#[test]
fn similarity_reaches_over_several_steps_and_fades() {
    let catalog = Catalog::get();
    let (js, react, next) = (id("Front-end development"), id("React"), id("Next.js"));
    assert_eq!(catalog.similarity(js, react), 243);
    assert_eq!(catalog.similarity(js, next), 230);
    assert_eq!(catalog.similarity(next, react), 154);
    assert_eq!(catalog.similarity(next, js), 92);
    assert_eq!(catalog.similarity(react, id("Plumbing")), 0);
    assert_eq!(catalog.similarity(react, SkillId(0)), 0);
    assert_eq!(catalog.similarity(SkillId(0), SkillId(0)), 0);
}

#[test]
fn an_id_travels_as_a_number() {
    assert_eq!(serde_json::to_string(&SkillId(1003)).expect("json"), "1003");
    assert_eq!(
        serde_json::from_str::<SkillId>("1003").expect("json"),
        SkillId(1003)
    );
}
