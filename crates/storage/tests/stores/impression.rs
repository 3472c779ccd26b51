//! The log of impressions over real databases: kept with the lists or not at all, counted, forgotten, and erased with an account.

use crate::bed::{Bed, count, on_both};
use crate::samples::{ADA, BEN, NOW, alone, publish, request_id};
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::mutation::Effect;
use guildhall_domain::row::Key;
use guildhall_domain::time::{Date, Timestamp};
use guildhall_domain::world::{Need, World};
use guildhall_storage::server::{CERTAIN, Deriver, FirstPlaces, Impression, ServerStore, Shown};
use uuid::Uuid;

on_both!(
    what_is_seen_is_kept_with_the_list_and_not_without_it,
    the_last_place_of_a_day_counts,
    the_first_ten_places_are_counted,
    old_ones_are_forgotten_and_those_of_an_account_go_with_it,
);

const TITLE: &str = "A shop window for the web";
const EVE: AccountId = AccountId(Uuid::from_u128(0xe4e));

fn seen(request: u128, freelancer: AccountId, day: i32, rank: u16) -> Impression {
    Impression {
        request: RequestId(Uuid::from_u128(request)),
        freelancer,
        day: Date(day),
        rank,
        newcomer: false,
        drawn: false,
        propensity: CERTAIN,
        score_version: 1,
        parts: [26_398, 11_265, 9_448, 4_294, 5_505],
    }
}

/// Says what was seen, once.
struct Witness(Vec<Impression>);

impl Deriver for Witness {
    fn derive(&mut self, _: &[Key], _: &dyn World, _: Timestamp) -> Result<Vec<Effect>, Need> {
        Ok(Vec::new())
    }

    fn seen(&mut self) -> Vec<Impression> {
        std::mem::take(&mut self.0)
    }

    fn done(&mut self, _: u64) {}

    fn lost(&mut self) {}
}

/// Publishes a request of this number, and keeps what is seen with it.
async fn keep(store: &ServerStore, number: u64, seen: Vec<Impression>) {
    let job = alone(ADA, number, publish(number, TITLE));
    let committed = store.commit(&[job], &mut Witness(seen), NOW).await;
    committed.expect("is committed");
}

async fn all(store: &ServerStore) -> i64 {
    count(store, "select count(*) from impression".to_owned()).await
}

async fn what_is_seen_is_kept_with_the_list_and_not_without_it(bed: Bed) {
    let store = bed.open().await;
    let drawn = Impression {
        newcomer: true,
        drawn: true,
        propensity: 16_384,
        ..seen(1, BEN, 20_000, 9)
    };
    let plain = seen(1, EVE, 20_000, 0);
    keep(&store, 1, vec![plain.clone(), drawn.clone()]).await;

    assert_eq!(store.impressions_of(BEN).await.expect("is read"), [drawn]);
    assert_eq!(store.impressions_of(EVE).await.expect("is read"), [plain]);
    assert_eq!(store.impressions_of(ADA).await.expect("is read"), []);
    // Nothing changes where an act is refused, and nothing is derived.
    let again = alone(EVE, 2, publish(2, TITLE));
    let mut witness = Witness(vec![seen(2, BEN, 20_000, 0)]);
    let committed = store.commit(&[again], &mut witness, NOW).await;
    committed.expect("is committed");
    assert_eq!(all(&store).await, 2);
}

async fn the_last_place_of_a_day_counts(bed: Bed) {
    let store = bed.open().await;
    keep(&store, 1, vec![seen(1, BEN, 20_000, 3)]).await;
    let later = Impression {
        parts: [1, 2, 3, 4, 5],
        newcomer: true,
        ..seen(1, BEN, 20_000, 7)
    };
    let next_day = seen(1, BEN, 20_001, 0);
    keep(&store, 2, vec![later.clone(), next_day.clone()]).await;

    let found = store.impressions_of(BEN).await.expect("is read");

    assert_eq!(found, [later, next_day]);
}

async fn the_first_ten_places_are_counted(bed: Bed) {
    let store = bed.open().await;
    let nothing = store.first_places(Date(0)).await.expect("is counted");
    assert_eq!(nothing, FirstPlaces::default());
    let new = |one: Impression| Impression {
        newcomer: true,
        ..one
    };
    let lines = vec![
        seen(1, EVE, 19_999, 0),
        seen(1, EVE, 20_000, 0),
        new(seen(1, BEN, 20_000, 8)),
        Impression {
            drawn: true,
            ..new(seen(2, BEN, 20_000, 9))
        },
        new(seen(3, BEN, 20_001, 10)),
        seen(2, EVE, 20_001, 0),
    ];
    keep(&store, 1, lines).await;

    let first = store.first_places(Date(20_000)).await.expect("is counted");
    let shown = store.shown_since(Date(20_000)).await.expect("is counted");

    let expected = FirstPlaces {
        all: 4,
        newcomers: 2,
        drawn: 1,
    };
    assert_eq!(first, expected);
    let line = |freelancer, rank, times| Shown {
        freelancer,
        rank,
        times,
    };
    let mut expected = vec![line(BEN, 8, 1), line(BEN, 9, 1), line(EVE, 0, 2)];
    expected.sort_by_key(|one| (one.freelancer, one.rank));
    assert_eq!(shown, expected);
}

async fn old_ones_are_forgotten_and_those_of_an_account_go_with_it(bed: Bed) {
    let store = bed.open().await;
    let id = request_id(1).0.as_u128();
    let lines = vec![
        seen(id, BEN, 19_999, 0),
        seen(id, EVE, 20_000, 1),
        seen(id, BEN, 20_000, 0),
        seen(77, EVE, 20_000, 0),
        seen(77, BEN, 20_000, 1),
    ];
    keep(&store, 1, lines).await;

    let gone = store.forget_impressions(Date(20_000)).await;
    assert_eq!((gone.expect("is forgotten"), all(&store).await), (1, 4));
    store.accounts().erase(BEN.0).await.expect("is erased");
    assert_eq!(store.impressions_of(BEN).await.expect("is read"), []);
    assert_eq!(all(&store).await, 2);
    // Of her own list nothing is left, and of others' what others have.
    store.accounts().erase(ADA.0).await.expect("is erased");
    let left = store.impressions_of(EVE).await.expect("is read");
    assert_eq!(left, [seen(77, EVE, 20_000, 0)]);
}
