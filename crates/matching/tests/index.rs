//! The index finds what the scan finds: the same people, the same scores, the same fits, in the same order.

mod support;

use guildhall_matching::{
    FreelancerFacts, Market, Match, Merge, RequestFacts, Weights, rank_freelancers,
};
use std::collections::BTreeMap;
use support::markets::{Chance, MAKES, Make, freelancers, one, wish};
use support::relations;

/// How many queries are compared; `GUILDHALL_MATCH_QUERIES` asks for another number.
const QUERIES: usize = 10_000;
/// Around whole blocks of 64.
const SIZES: [usize; 8] = [1, 63, 64, 65, 127, 129, 191, 321];
const BEST: [usize; 3] = [1, 20, 200];

fn queries() -> usize {
    let asked = std::env::var("GUILDHALL_MATCH_QUERIES").ok();
    asked
        .and_then(|asked| asked.parse().ok())
        .unwrap_or(QUERIES)
}

fn scanned(request: &RequestFacts, of: &[FreelancerFacts], k: usize) -> Vec<Match> {
    rank_freelancers(request, of, &relations(), &Weights::default(), k).matches
}

fn packed(of: &[FreelancerFacts]) -> Market {
    Market::scanning_up_to(0, of.iter().cloned())
}

#[test]
fn every_list_is_that_of_the_scan() {
    let each = queries().div_ceil(MAKES.len() * SIZES.len() * BEST.len());
    let (mut found, mut cut) = (0, 0);
    for make in MAKES {
        for (seed, size) in (1..).zip(SIZES) {
            let everybody = freelancers(make, seed, size);
            let market = packed(&everybody);
            let mut chance = Chance(seed << 8);
            for k in BEST {
                for turn in 0..each {
                    let request = wish(make, &mut chance);

                    let got = market.best(&request, &relations(), &Weights::default(), k);

                    let expected = scanned(&request, &everybody, k);
                    assert_eq!(
                        got, expected,
                        "{make:?}, {size} people, k={k}, query {turn}"
                    );
                    found += expected.len();
                    cut += usize::from(expected.len() == k);
                }
            }
        }
    }
    // Lists that are empty or never full would show nothing.
    assert!(
        found > queries() && cut > queries() / 10,
        "{found} found, {cut} lists full"
    );
}

#[test]
fn the_order_in_which_people_come_changes_nothing() {
    for make in MAKES {
        let mut everybody = freelancers(make, 7, 257);
        let forwards = packed(&everybody);
        everybody.reverse();
        everybody.rotate_left(100);
        let shuffled = packed(&everybody);
        let mut chance = Chance(8);
        for _ in 0..50 {
            let request = wish(make, &mut chance);
            let best =
                |market: &Market| market.best(&request, &relations(), &Weights::default(), 20);

            assert_eq!(best(&forwards), best(&shuffled));
        }
    }
}

#[test]
fn small_markets_are_scanned_and_large_ones_packed() {
    let small: Market = freelancers(Make::Even, 1, 1_000).into_iter().collect();
    let large: Market = freelancers(Make::Even, 1, 1_100).into_iter().collect();

    assert_eq!((small.len(), small.packed_bytes()), (1_000, 0));
    assert!(large.packed_bytes() > 50 * 1_000);
}

#[test]
fn nobody_is_found_among_nobody_nor_for_no_places() {
    let nobody: Market = std::iter::empty().collect();
    let request = wish(Make::Even, &mut Chance(1));
    let best = |market: &Market, k| market.best(&request, &relations(), &Weights::default(), k);

    assert_eq!(best(&nobody, 20), []);
    assert_eq!(best(&packed(&freelancers(Make::Even, 1, 100)), 0), []);
}

/// A merge that was begun and has not been adopted yet.
type UnderWay = Option<Merge>;

/// Changes a market at random and the plain rows with it.
fn change(
    market: &mut Market,
    rows: &mut BTreeMap<u128, FreelancerFacts>,
    under_way: &mut UnderWay,
    (make, chance): (Make, &mut Chance),
) {
    let id = u128::from(chance.below(400));
    match chance.below(20) {
        0 => *under_way = market.merge(),
        1 => {
            if let Some(merge) = under_way.take() {
                market.adopt(merge.run());
            }
        }
        2..5 => assert_eq!(market.remove(id), rows.remove(&id)),
        _ => {
            let one = FreelancerFacts {
                id,
                ..one(make, chance)
            };
            assert_eq!(market.put(one.clone()), rows.insert(id, one));
        }
    }
}

#[test]
fn every_change_is_seen_by_the_next_query_whatever_is_merged_meanwhile() {
    let mut merges = 0;
    for make in MAKES {
        for seed in 0..4 {
            let mut chance = Chance(seed);
            let mut market = Market::scanning_up_to(1 << (2 * seed), []);
            let (mut rows, mut under_way) = (BTreeMap::new(), None);
            for turn in 0..60 {
                for _ in 0..10 {
                    change(&mut market, &mut rows, &mut under_way, (make, &mut chance));
                }
                merges += usize::from(under_way.is_some());
                let request = wish(make, &mut chance);
                let everybody: Vec<_> = rows.values().cloned().collect();

                let got = market.best(&request, &relations(), &Weights::default(), 20);

                assert_eq!(
                    got,
                    scanned(&request, &everybody, 20),
                    "{make:?} {seed} {turn}"
                );
                assert_eq!(market.len(), rows.len());
            }
        }
    }
    assert!(merges > 50, "{merges} merges");
}

#[test]
fn merging_comes_to_an_end_and_leaves_few_segments_to_search() {
    let mut market = Market::scanning_up_to(10, []);
    for one in freelancers(Make::Crowded, 3, 2_000) {
        market.put(one);
    }
    let mut merges = 0;
    let before = market.packed_bytes();

    while let Some(merge) = market.merge() {
        assert!(market.adopt(merge.run()));
        merges += 1;
    }

    assert!((1..10).contains(&merges), "{merges} merges");
    assert!(market.packed_bytes() < before);
}

#[test]
fn of_two_merges_of_the_same_segments_one_is_adopted() {
    let mut market = Market::scanning_up_to(10, []);
    for one in freelancers(Make::Even, 3, 200) {
        market.put(one);
    }
    let (one, other) = (market.merge().expect("due"), market.merge().expect("due"));

    assert!(market.adopt(one.run()));
    assert!(!market.adopt(other.run()));
    assert_eq!(market.len(), 200);
}

#[test]
fn of_two_with_one_id_the_later_one_stands_however_many_come_at_once() {
    let mut all = freelancers(Make::Odd, 5, 300);
    let mut changed: Vec<FreelancerFacts> = freelancers(Make::Odd, 6, 40);
    for (changed, first) in changed.iter_mut().zip(&all) {
        changed.id = first.id;
    }
    all.extend(changed);
    let mut one_by_one = Market::scanning_up_to(50, []);
    for freelancer in all.iter().cloned() {
        one_by_one.put(freelancer);
    }
    let at_once = Market::scanning_up_to(50, all);
    let mut chance = Chance(7);

    assert_eq!(at_once.len(), 300);
    for _ in 0..200 {
        let request = wish(Make::Odd, &mut chance);
        let best = |market: &Market| market.best(&request, &relations(), &Weights::default(), 20);
        assert_eq!(best(&at_once), best(&one_by_one));
    }
}
