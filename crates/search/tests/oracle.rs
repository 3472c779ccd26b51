//! Thousands of questions are answered as somebody would who looks at every entry: who, in which order, on which page, how many.
#![expect(
    clippy::unwrap_used,
    reason = "a market made by chance is as it was made"
)]

mod support;

use guildhall_protocol::find::Find;
use guildhall_search::{Entry, Found, Index, Side};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::chance;
use support::oracle::{Expected, answer};

/// All pages of a question as one list, with the counts of the first.
fn all(index: &Index, find: &Find, caller: u128) -> (Expected, u32) {
    let mut find = find.clone();
    let first = index.find(&find, caller).expect("is a question");
    let mut ids = Vec::new();
    let mut page: Found = first.clone();
    loop {
        assert_eq!(page.page.total, first.page.total);
        assert!(page.hits.len() <= usize::from(find.limit.unwrap_or(20)));
        ids.extend(page.hits.iter().map(|hit| hit.id));
        let Some(next) = page.page.next else { break };
        find.after = Some(next);
        page = index.find(&find, caller).expect("goes on");
        assert!(!page.hits.is_empty(), "no page is empty but the first");
        assert_eq!(page.page.facets, first.page.facets);
    }
    let facets = first.page.facets;
    let named = |named: Vec<guildhall_protocol::find::Named>| {
        named
            .into_iter()
            .map(|named| (named.value, named.count))
            .collect()
    };
    let found = Expected {
        ids,
        categories: named(facets.categories),
        skills: facets
            .skills
            .iter()
            .map(|skilled| (skilled.value, skilled.count))
            .collect(),
        work: facets.work.iter().map(|worked| worked.count).collect(),
        countries: named(facets.countries),
    };
    (found, first.page.total)
}

fn compare(side: Side, seed: u64, questions: usize) {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut entries: Vec<Entry> = (1..=90)
        .map(|id| chance::entry(&mut chance, side, id))
        .collect();
    let mut index = Index::new(side);
    for entry in &entries {
        index.put(entry).expect("there is room");
    }
    let mut results = 0;
    for number in 0..questions {
        // The market goes on: somebody changes, leaves or comes.
        match chance.random_range(0..6) {
            0 => {
                let at = chance.random_range(0..entries.len());
                entries[at] = chance::entry(&mut chance, side, entries[at].id);
                index.put(&entries[at]).expect("there is room");
            }
            1 if entries.len() > 60 => {
                let gone = entries.swap_remove(chance.random_range(0..entries.len()));
                assert!(index.remove(gone.id));
                assert!(!index.remove(gone.id), "once");
            }
            2 => {
                let id = 1_000 + u128::try_from(number).unwrap();
                entries.push(chance::entry(&mut chance, side, id));
                index.put(entries.last().unwrap()).expect("there is room");
            }
            _ => {}
        }
        let find = chance::find(&mut chance, side);
        let caller = chance.random_range(0..4);
        let expected = answer(&entries, &find, side, caller);
        let (found, total) = all(&index, &find, caller);
        assert_eq!(found, expected, "{find:?}");
        assert_eq!(total as usize, expected.ids.len());
        results += expected.ids.len();
    }
    assert_eq!(index.len(), entries.len());
    assert!(
        results > questions * 5,
        "most questions find something: {results}"
    );
}

#[test]
fn work_is_found_as_by_looking_at_every_request() {
    compare(Side::Work, 1, 1_000);
}

#[test]
fn talent_is_found_as_by_looking_at_everybody() {
    compare(Side::Talent, 2, 1_000);
}

#[test]
fn numbering_anew_changes_no_answer() {
    let mut chance = ChaCha8Rng::seed_from_u64(3);
    let mut entries: Vec<Entry> = (1..=40)
        .map(|id| chance::entry(&mut chance, Side::Work, id))
        .collect();
    let mut index = Index::new(Side::Work);
    // Each change leaves a dead slot behind; several thousand of them are cleared away three times.
    for round in 0..14_000 {
        let at = round % entries.len();
        if round % 97 == 0 {
            entries[at] = chance::entry(&mut chance, Side::Work, entries[at].id);
        }
        index.put(&entries[at]).expect("there is room");
        if round % 700 == 0 && round > 40 {
            let find = chance::find(&mut chance, Side::Work);
            assert_eq!(
                all(&index, &find, 1).0,
                answer(&entries, &find, Side::Work, 1)
            );
        }
    }
    assert!(index.bytes() < 3_000_000, "{}", index.bytes());
}
