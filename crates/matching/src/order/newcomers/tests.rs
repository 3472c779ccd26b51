use super::*;
use proptest::prelude::*;

const SHARE: NewcomerShare = NewcomerShare(20);

/// Scores from 60,000 downwards in steps of 1,000; the numbered places are newcomers.
fn list(length: u32, newcomers: &[u32]) -> Vec<Candidate> {
    let places = 0..length;
    places
        .map(|place| Candidate {
            id: u128::from(place) + 100,
            score: 60_000 - 1_000 * place,
            newcomer: newcomers.contains(&place),
        })
        .collect()
}

fn ids(list: &[Candidate]) -> Vec<u128> {
    list.iter().map(|one| one.id).collect()
}

#[test]
fn a_drawn_newcomer_has_the_last_of_the_first_places_and_whoever_made_room_comes_next() {
    // The tenth has 51,000, of which 85 % are 43,350: the newcomer in place 16 is near enough, that in place 17 is not.
    let ranked = list(20, &[3, 9, 16, 17]);
    let drawn = newcomer_places(1, 1, NewcomerShare(30), &ranked);
    let expected = Drawn {
        id: 116,
        from: 16,
        places: 1,
        among: 1,
    };
    assert_eq!(drawn, [expected]);

    let order = ids(&put_newcomers(&ranked, &[116]));
    let first = [100, 101, 102, 103, 104, 105, 106, 107, 109, 116];
    assert_eq!(order[..10], first);
    assert_eq!(
        order[10..],
        [108, 110, 111, 112, 113, 114, 115, 117, 118, 119]
    );
}

#[test]
fn whoever_needs_no_place_any_more_moves_nobody() {
    let ranked = list(20, &[3, 9, 16]);
    // 103 has come up since the draw, and 150 has gone.
    assert_eq!(put_newcomers(&ranked, &[103, 150]), ranked);
}

#[test]
fn newcomers_who_stand_there_by_themselves_count() {
    assert_eq!(newcomer_places(1, 1, SHARE, &list(20, &[0, 5, 12])), []);
    assert_eq!(newcomer_places(1, 1, SHARE, &list(20, &[5, 12])).len(), 1);
    assert_eq!(
        newcomer_places(1, 1, SHARE, &list(20, &[11, 12, 13])).len(),
        2
    );
    assert_eq!(
        newcomer_places(1, 1, NewcomerShare::NONE, &list(20, &[12])),
        []
    );
    assert_eq!(newcomer_places(1, 1, SHARE, &list(10, &[])), []);
    assert_eq!(newcomer_places(1, 1, SHARE, &[]), []);
}

#[test]
fn the_share_is_kept_over_many_lists_and_every_newcomer_has_the_same_chance() {
    let ranked = list(17, &[11, 12, 13, 14]);
    let share = NewcomerShare::default();
    let mut drawn = [0_u32; 17];
    for request in 0..4_000 {
        for one in newcomer_places(request, 20_000, share, &ranked) {
            drawn[one.from] += 1;
        }
    }
    let all: u32 = drawn.iter().sum();
    // 15 % of 40,000 places.
    assert!((5_900..=6_100).contains(&all), "{all}");
    for place in 11..15 {
        assert!((1_400..=1_600).contains(&drawn[place]), "{drawn:?}");
    }
}

#[test]
fn another_day_gives_others_a_chance() {
    let ranked = list(17, &[11, 12, 13, 14]);
    let days = 0..30;
    let drawn: BTreeSet<Vec<u128>> = days
        .map(|day| {
            let drawn = newcomer_places(7, day, SHARE, &ranked);
            drawn.iter().map(|one| one.id).collect()
        })
        .collect();
    assert!(drawn.len() > 4);
}

#[test]
fn a_share_is_at_most_half() {
    assert_eq!(NewcomerShare::new(50).map(NewcomerShare::percent), Ok(50));
    let refused = NewcomerShare::new(51).expect_err("too many");
    assert_eq!(
        refused.to_string(),
        "newcomers cannot have 51 % of the first places, at most 50"
    );
}

proptest! {
    #[test]
    fn a_list_with_newcomers_holds_the_same_people_and_only_near_newcomers_came_up(
        request: u128,
        day: i32,
        percent in 0..=50_u8,
        people in prop::collection::vec((0..70_000_u32, any::<bool>()), 0..40),
    ) {
        let mut ranked: Vec<Candidate> = people
            .into_iter()
            .enumerate()
            .map(|(id, (score, newcomer))| Candidate { id: id as u128, score, newcomer })
            .collect();
        ranked.sort_by_key(|one| std::cmp::Reverse(one.score));
        let share = NewcomerShare::new(percent).expect("at most half");

        let drawn = newcomer_places(request, day, share, &ranked);
        let order = put_newcomers(&ranked, &drawn.iter().map(|one| one.id).collect::<Vec<_>>());

        prop_assert_eq!(&drawn, &newcomer_places(request, day, share, &ranked));
        let same = |list: &[Candidate]| list.iter().map(|one| one.id).collect::<BTreeSet<_>>();
        prop_assert_eq!(same(&ranked), same(&order));
        prop_assert_eq!(ranked.len(), order.len());
        let newcomers = |list: &[Candidate]| list.iter().take(10).filter(|one| one.newcomer).count();
        prop_assert_eq!(newcomers(&order), newcomers(&ranked) + drawn.len());
        for one in &drawn {
            let found = ranked[one.from];
            prop_assert!(found.id == one.id && found.newcomer && one.from >= 10);
            prop_assert!(u64::from(found.score) * 100 >= u64::from(ranked[9].score) * 85);
            prop_assert!(one.places <= one.among);
            prop_assert!(order[10 - drawn.len()..10].iter().any(|shown| shown.id == one.id));
        }
        if drawn.is_empty() {
            prop_assert_eq!(order, ranked);
        } else {
            let due = (usize::from(percent) * 10).div_ceil(100);
            prop_assert!(newcomers(&order) <= due);
            // Who was a newcomer, or stood above those who made room, has not moved down.
            for (place, one) in ranked.iter().take(10 - drawn.len()).enumerate() {
                if one.newcomer {
                    prop_assert!(order[..=place].iter().any(|shown| shown.id == one.id));
                }
            }
        }
    }
}
