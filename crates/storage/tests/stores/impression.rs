//! The log of impressions over real databases: kept with the lists or not at all, counted, forgotten, and erased with an account.

use crate::bed::{Bed, count, on_both};
use crate::samples::{ADA, BEN, NOW, alone, publish, request_id};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::id::{AccountId, ApplicationId, RequestId};
use guildhall_domain::mutation::Effect;
use guildhall_domain::person::{Person, Roles, Standing, Status};
use guildhall_domain::row::{Key, Row};
use guildhall_domain::time::{Date, Timestamp};
use guildhall_domain::world::{Need, World};
use guildhall_storage::server::{
    Applicants, CERTAIN, Deriver, FirstPlaces, Impression, ServerStore, Shown,
};
use std::collections::BTreeMap;
use uuid::Uuid;

on_both!(
    what_is_seen_is_kept_with_the_list_and_not_without_it,
    the_last_place_of_a_day_counts,
    the_first_ten_places_are_counted,
    requests_are_counted_by_their_applicants,
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

async fn requests_are_counted_by_their_applicants(bed: Bed) {
    let store = bed.open().await;
    let before = store.count_applicants(NOW).await.expect("is counted");
    assert_eq!(before, Applicants::default());
    assert_eq!(store.count_freelancers().await.expect("is counted"), 0);
    let mut rows = Vec::new();
    for (number, applications) in [
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 3),
        (5, 15),
        (6, 16),
        (7, 30),
        (8, 31),
    ] {
        let job = alone(ADA, number, publish(number, TITLE));
        store
            .commit(&[job], &mut Witness(Vec::new()), NOW)
            .await
            .expect("is committed");
        for applicant in 0..applications {
            let freelancer = AccountId(Uuid::from_u128(0xf00_0000 + applicant));
            rows.push(Row::Application(Application {
                id: ApplicationId::of(request_id(number), freelancer),
                request: request_id(number),
                client: ADA,
                freelancer,
                message: String::new(),
                price: serde_json::from_str(r#"{"minor":5000,"currency":"EUR"}"#)
                    .expect("is money"),
                terms_version: 1,
                submitted: NOW,
                stage: ApplicationStage::Submitted,
            }));
        }
    }
    let people = (0..31).map(|applicant| {
        Row::Person(Person {
            id: AccountId(Uuid::from_u128(0xf00_0000 + applicant)),
            name: "Somebody".to_owned(),
            roles: Roles::default(),
            status: Status::Active,
            standing: Standing::default(),
            proven: BTreeMap::new(),
            joined: NOW,
        })
    });
    rows.extend(people);
    store.import(rows, NOW).await.expect("are taken in");

    let counted = store.count_applicants(NOW).await.expect("is counted");
    let later = store.count_applicants(NOW.plus_ms(1)).await;

    let expected = Applicants {
        requests: 8,
        none: 1,
        few: 2,
        enough: 2,
        many: 2,
        crowds: 1,
    };
    assert_eq!(counted, expected);
    assert_eq!(later.expect("is counted"), Applicants::default());
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
