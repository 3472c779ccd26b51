//! What holds for every market and every question.
#![expect(
    clippy::unwrap_used,
    reason = "a market made by chance is as it was made"
)]

mod support;

use guildhall_catalog::Catalog;
use guildhall_domain::request::Work;
use guildhall_protocol::find::{Find, LeastStars, Near, RateRange, Sort};
use guildhall_search::{Entry, Field, Index, Side, Text};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;
use support::chance;

fn market(chance: &mut ChaCha8Rng, side: Side, count: u128) -> (Vec<Entry>, Index) {
    let entries: Vec<Entry> = (100..100 + count)
        .map(|id| chance::entry(chance, side, id))
        .collect();
    let mut index = Index::new(side);
    for entry in &entries {
        index.put(entry).unwrap();
    }
    (entries, index)
}

fn ids(index: &Index, find: &Find) -> Vec<u128> {
    let mut find = find.clone();
    let mut ids = Vec::new();
    loop {
        let found = index.find(&find, 0).unwrap();
        ids.extend(found.hits.iter().map(|hit| hit.id));
        match found.page.next {
            Some(next) => find.after = Some(next),
            None => return ids,
        }
    }
}

fn set(index: &Index, find: &Find) -> BTreeSet<u128> {
    ids(index, find).into_iter().collect()
}

/// The question with one more condition.
fn narrowed(find: &Find, side: Side, which: usize) -> Find {
    let mut narrowed = find.clone();
    match which {
        0 => narrowed.skills.push(chance::skills()[0]),
        1 if find.categories.is_empty() => narrowed.categories = vec!["software".to_owned()],
        2 if find.work.is_empty() => narrowed.work = vec![Work::Remote],
        3 if find.countries.is_empty() => narrowed.countries = vec!["DE".to_owned()],
        4 if find.rate.is_none() => {
            narrowed.rate = Some(RateRange {
                least: Some(6_000),
                most: None,
                currency: "EUR".parse().unwrap(),
                or_open: false,
            });
        }
        5 if find.near.is_none() => {
            narrowed.near = Some(Near {
                place: chance::PLACES[0],
                radius_km: 50,
                or_remote: false,
            });
        }
        6 if side == Side::Talent && find.stars.is_none() => {
            narrowed.stars = Some(LeastStars {
                tenths: 45,
                or_new: false,
            });
        }
        // Not the last word: that one may be the beginning of a longer one. And none that names a skill with its neighbour.
        7 => narrowed.text = format!("website {}", find.text),
        _ => {}
    }
    narrowed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_filter_adds_nothing(seed: u64, which in 0_usize..8, talent: bool) {
        let side = if talent { Side::Talent } else { Side::Work };
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let (_, index) = market(&mut chance, side, 40);
        let mut find = chance::find(&mut chance, side);
        if which == 7 && find.text.split(' ').next().is_some_and(|word| Catalog::get().resolve(&format!("website {word}")).is_some()) {
            find.text = "ledgers go".to_owned();
        }
        let narrowed = set(&index, &narrowed(&find, side, which));
        prop_assert!(narrowed.is_subset(&set(&index, &find)));
    }

    #[test]
    fn pages_of_any_length_make_one_list(seed: u64, one in 1_u16..10, other in 1_u16..50) {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let (_, index) = market(&mut chance, Side::Work, 40);
        let find = chance::find(&mut chance, Side::Work);
        let by = |limit| ids(&index, &Find { limit: Some(limit), ..find.clone() });
        prop_assert_eq!(by(one), by(other));
    }

    #[test]
    fn nothing_comes_twice_while_the_market_goes_on(seed: u64) {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let (_, mut index) = market(&mut chance, Side::Work, 40);
        let mut find = Find { limit: Some(3), after: None, ..chance::find(&mut chance, Side::Work) };
        let mut seen = BTreeSet::new();
        for new in 1_000.. {
            let found = index.find(&find, 0).unwrap();
            for hit in &found.hits {
                prop_assert!(seen.insert(hit.id), "{} came before", hit.id);
            }
            // What comes and goes between two pages moves nobody else.
            index.put(&chance::entry(&mut chance, Side::Work, new)).unwrap();
            index.remove(100 + new % 40);
            match found.page.next {
                Some(next) => find.after = Some(next),
                None => break,
            }
        }
    }

    #[test]
    fn how_words_are_written_changes_nothing(seed: u64, words in proptest::collection::vec("[a-zäöüß+#]{1,9}", 1..4)) {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let (mut entries, mut index) = market(&mut chance, Side::Work, 10);
        let text = words.join(" ");
        entries[0].owner = 1;
        entries[0].texts.push(Text { field: Field::Body, text: text.clone() });
        index.put(&entries[0]).unwrap();
        let find = |text: &str| set(&index, &Find { text: text.to_owned(), ..Find::default() });
        prop_assert!(find(&text).contains(&entries[0].id));
        prop_assert_eq!(find(&text), find(&text.to_uppercase().to_lowercase()));
        prop_assert_eq!(find(&text), find(&format!("  {} … ", text.replace(' ', " – "))));
    }

    #[test]
    fn no_question_brings_it_down(text in ".{0,300}", after in proptest::option::of("[0-9a-f.]{0,60}"), limit in proptest::option::of(any::<u16>()),
        skill: u32, code in ".{0,4}", place: u32, radius_km: u16, least: Option<i64>, most: Option<i64>, tenths: u8, talent: bool) {
        let side = if talent { Side::Talent } else { Side::Work };
        let (_, index) = market(&mut ChaCha8Rng::seed_from_u64(1), side, 5);
        let _ = index.find(&Find {
            text, after, limit, skills: vec![skill], categories: vec![code.clone()], countries: vec![code.clone()], languages: vec![code],
            near: Some(Near { place, radius_km, or_remote: talent }),
            rate: Some(RateRange { least, most, currency: "EUR".parse().unwrap(), or_open: talent }),
            stars: Some(LeastStars { tenths, or_new: talent }), sort: Sort::Nearest, ..Find::default()
        }, 0);
        let extreme = Find { rate: Some(RateRange { least, most, currency: "JPY".parse().unwrap(), or_open: true }), limit: Some(50), ..Find::default() };
        let _ = index.find(&extreme, 0);
    }
}

#[test]
fn what_is_put_in_is_found_by_the_next_question_and_what_is_taken_out_is_not() {
    let mut chance = ChaCha8Rng::seed_from_u64(5);
    let (_, mut index) = market(&mut chance, Side::Work, 20);
    let find = Find {
        text: "xylophone".to_owned(),
        ..Find::default()
    };
    let mut entry = chance::entry(&mut chance, Side::Work, 7);
    entry.owner = 9;
    entry.texts.push(Text {
        field: Field::Head,
        text: "A xylophone".to_owned(),
    });
    assert_eq!(ids(&index, &find), []);
    index.put(&entry).unwrap();
    assert_eq!(ids(&index, &find), [7]);
    assert_eq!(index.find(&find, 9).unwrap().hits, [], "not by its owner");
    index.hide(9, true);
    assert_eq!(ids(&index, &find), []);
    assert_eq!(index.find(&find, 0).unwrap().page.total, 0);
    index.hide(9, false);
    let misspelt = Find {
        text: "xilophones".to_owned(),
        ..Find::default()
    };
    assert_eq!(ids(&index, &misspelt), [7]);
    assert_eq!(
        index.find(&misspelt, 0).unwrap().page.understood[0].meant,
        ["xylophone"]
    );
    assert!(index.remove(7));
    assert_eq!(ids(&index, &find), []);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn a_question_that_does_not_hold_is_refused_with_its_fields() {
    let work = Index::new(Side::Work);
    let talent = Index::new(Side::Talent);
    let euro = "EUR".parse().unwrap();
    let near = |place, radius_km| {
        Some(Near {
            place,
            radius_km,
            or_remote: false,
        })
    };
    let rate = |least, most, currency: &str| {
        Some(RateRange {
            least,
            most,
            currency: currency.parse().unwrap_or(euro),
            or_open: false,
        })
    };
    let plain = Find::default;
    for (find, index, pointer, code) in [
        (
            Find {
                text: "x".repeat(201),
                ..plain()
            },
            &work,
            "/text",
            "too_long",
        ),
        (
            Find {
                text: "a ".repeat(13),
                ..plain()
            },
            &work,
            "/text",
            "too_many",
        ),
        (
            Find {
                categories: vec!["nothing".into()],
                ..plain()
            },
            &work,
            "/categories/0",
            "unknown",
        ),
        (
            Find {
                skills: vec![1],
                ..plain()
            },
            &work,
            "/skills/0",
            "unknown",
        ),
        (
            Find {
                skills: vec![1_001; 21],
                ..plain()
            },
            &work,
            "/skills",
            "too_many",
        ),
        (
            Find {
                countries: vec!["XX".into()],
                ..plain()
            },
            &work,
            "/countries/0",
            "unknown",
        ),
        (
            Find {
                languages: vec!["en".into(), "xx".into()],
                ..plain()
            },
            &work,
            "/languages/1",
            "unknown",
        ),
        (
            Find {
                near: near(1, 10),
                ..plain()
            },
            &work,
            "/near/place",
            "unknown",
        ),
        (
            Find {
                near: near(chance::PLACES[0], 0),
                ..plain()
            },
            &work,
            "/near/radius_km",
            "out_of_range",
        ),
        (
            Find {
                near: near(chance::PLACES[0], 1_001),
                ..plain()
            },
            &work,
            "/near/radius_km",
            "out_of_range",
        ),
        (
            Find {
                rate: rate(Some(2), Some(1), "EUR"),
                ..plain()
            },
            &work,
            "/rate/most",
            "out_of_range",
        ),
        (
            Find {
                rate: rate(Some(2), None, "XXX"),
                ..plain()
            },
            &work,
            "/rate/currency",
            "unknown",
        ),
        (
            Find {
                stars: Some(LeastStars {
                    tenths: 40,
                    or_new: true,
                }),
                ..plain()
            },
            &work,
            "/stars",
            "not_here",
        ),
        (
            Find {
                stars: Some(LeastStars {
                    tenths: 9,
                    or_new: true,
                }),
                ..plain()
            },
            &talent,
            "/stars/tenths",
            "out_of_range",
        ),
        (
            Find {
                until: "2026-12-01".parse().ok(),
                ..plain()
            },
            &talent,
            "/until",
            "not_here",
        ),
        (
            Find {
                from: "2026-12-02".parse().ok(),
                until: "2026-12-01".parse().ok(),
                ..plain()
            },
            &work,
            "/until",
            "before_start",
        ),
        (
            Find {
                sort: Sort::Nearest,
                ..plain()
            },
            &work,
            "/sort",
            "missing",
        ),
        (
            Find {
                limit: Some(0),
                ..plain()
            },
            &work,
            "/limit",
            "out_of_range",
        ),
        (
            Find {
                limit: Some(51),
                ..plain()
            },
            &work,
            "/limit",
            "out_of_range",
        ),
        (
            Find {
                after: Some("x".into()),
                ..plain()
            },
            &work,
            "/after",
            "malformed",
        ),
        (
            Find {
                after: Some("1.2.100".into()),
                ..plain()
            },
            &work,
            "/after",
            "malformed",
        ),
    ] {
        let denied = index.find(&find, 0).unwrap_err();
        let found: Vec<_> = denied
            .errors
            .iter()
            .map(|error| (error.pointer.as_str(), error.code.as_str()))
            .collect();
        assert_eq!(found, [(pointer, code)], "{find:?}");
    }
}
