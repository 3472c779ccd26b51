//! Tokens over real databases: a pair is exchanged whole or not at all, and what was tried counts with what came of it.

use crate::bed::{Bed, on_both};
use crate::samples::ADA;
use guildhall_storage::server::Accounts;
use guildhall_storage::server::accounts::{
    Exchange, NewAccount, NewDevice, NewFamily, NewPair, Try,
};
use uuid::Uuid;

on_both!(
    a_token_is_exchanged_whole_or_not_at_all,
    a_try_counts_with_what_came_of_it,
    many_who_try_at_once_get_no_more_than_there_is,
);

const FAMILY: Uuid = Uuid::from_u128(0xf0);
const NOW: i64 = 1_000_000;
const MINUTE: i64 = 60_000;

/// The pair of this generation; its hashes are its number.
fn pair(generation: u8) -> ([u8; 32], [u8; 32]) {
    ([generation; 32], [0x80 | generation; 32])
}

fn new_pair((refresh, access): &([u8; 32], [u8; 32]), generation: i64) -> NewPair<'_> {
    NewPair {
        family: FAMILY,
        refresh,
        access,
        generation,
        refresh_expires_at: NOW + 60 * MINUTE,
        access_expires_at: NOW + 10 * MINUTE,
    }
}

fn exchange<'a>(shown: &'a [u8], next: NewPair<'a>) -> Exchange<'a> {
    Exchange {
        shown,
        next,
        at: NOW + 1,
        network: "10.0.0.0/24",
        reissues: 2,
        reissues_since: NOW,
    }
}

/// Ada is signed in with the first pair.
async fn signed_in(bed: &Bed) -> Accounts {
    let accounts = bed.open().await.accounts();
    let account = NewAccount {
        id: ADA.0,
        email: "ada@example.org".to_owned(),
        folded: "ada@example.org".to_owned(),
        password_hash: None,
        name: "Ada",
        freelancer: false,
        client: true,
        must_confirm: false,
        person_ready_at: Some(NOW),
        created_at: NOW,
        terms: "",
        verified_at: None,
        identity: None,
    };
    accounts.insert(&account).await.expect("is made");
    let device = NewDevice {
        name: "",
        system: "",
        network: "",
    };
    let mut begun = accounts.begin().await.expect("begins");
    begun
        .insert_family(&NewFamily {
            id: FAMILY,
            account: ADA.0,
            client_id: "desktop",
            scope: "marketplace",
            device,
            began_at: NOW,
            ends_at: NOW + 60 * MINUTE,
        })
        .await
        .expect("is kept");
    let first = pair(0);
    let kept = begun.insert_pair(&new_pair(&first, 0)).await;
    kept.expect("is kept");
    begun.commit().await.expect("is kept");
    accounts
}

/// What a token was exchanged for.
async fn successor(accounts: &Accounts, token: &[u8]) -> Option<Vec<u8>> {
    let mut begun = accounts.begin().await.expect("begins");
    let stored = begun.refresh(token).await.expect("is read");
    stored.expect("is known").successor
}

async fn a_token_is_exchanged_whole_or_not_at_all(bed: Bed) {
    let accounts = signed_in(&bed).await;
    let (first, second, third) = (pair(0), pair(1), pair(2));

    // Given up halfway; and one whose access token somebody has, so that the second of its statements fails.
    let mut begun = accounts.begin().await.expect("begins");
    let half = exchange(&first.0, new_pair(&second, 1));
    begun.exchange(&half).await.expect("is written");
    drop(begun);
    let clash = (second.0, first.1);
    let mut begun = accounts.begin().await.expect("begins");
    let failing = exchange(&first.0, new_pair(&clash, 1));
    assert!(begun.exchange(&failing).await.is_err());
    drop(begun);
    assert_eq!(successor(&accounts, &first.0).await, None);
    let caller = accounts.caller(&second.1, NOW).await.expect("is read");
    assert_eq!(caller, None);

    let mut begun = accounts.begin().await.expect("begins");
    begun.exchange(&half).await.expect("is written");
    begun.commit().await.expect("is kept");

    let mut begun = accounts.begin().await.expect("begins");
    let stored = begun.refresh(&first.0).await.expect("is read");
    let stored = stored.expect("is known");
    assert_eq!(stored.successor.as_deref(), Some(&second.0[..]));
    assert_eq!((stored.reissues, stored.reissues_since), (2, NOW));
    assert_eq!(stored.successor_used_at, None);
    drop(begun);
    let caller = accounts.caller(&second.1, NOW).await.expect("is read");
    let caller = caller.expect("is good");
    assert_eq!((caller.account, caller.used_at), (ADA.0, None));
    let seen = accounts.sign_ins(ADA.0, NOW).await.expect("is read");
    assert_eq!(seen[0].seen_at, NOW + 1);
    assert_eq!(seen[0].seen_network, "10.0.0.0/24");

    // The first has a successor that was used now.
    let mut begun = accounts.begin().await.expect("begins");
    let next = exchange(&second.0, new_pair(&third, 2));
    begun.exchange(&next).await.expect("is written");
    begun.commit().await.expect("is kept");
    let mut begun = accounts.begin().await.expect("begins");
    let stored = begun.refresh(&first.0).await.expect("is read");
    assert_eq!(
        stored.expect("is known").successor_used_at,
        Some(NOW + 1),
        "by its own exchange"
    );
}

fn one(burst: u32) -> Try<'static> {
    Try {
        key: "token:10.0.0.1",
        now: NOW,
        every_ms: 1_000,
        burst,
    }
}

async fn a_try_counts_with_what_came_of_it(bed: Bed) {
    let accounts = signed_in(&bed).await;
    let (first, second) = (pair(0), pair(1));

    let begun = accounts.begin_counted(&one(2)).await.expect("begins");
    let mut begun = begun.expect("there is one");
    let next = exchange(&first.0, new_pair(&second, 1));
    begun.exchange(&next).await.expect("is written");
    begun.commit().await.expect("is kept");
    // Refused, which is kept as well.
    let begun = accounts.begin_counted(&one(2)).await.expect("begins");
    let kept = begun.expect("there is one").commit().await;
    kept.expect("is kept");

    let none = accounts.begin_counted(&one(2)).await.expect("begins");
    assert!(none.is_none(), "two were taken");
    assert!(!accounts.take(&one(2)).await.expect("is counted"));
    assert_eq!(
        successor(&accounts, &first.0).await.as_deref(),
        Some(&second.0[..])
    );
}

async fn many_who_try_at_once_get_no_more_than_there_is(bed: Bed) {
    let accounts = signed_in(&bed).await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let accounts = accounts.clone();
            tokio::spawn(async move {
                let begun = accounts.begin_counted(&one(7)).await.expect("begins");
                let Some(begun) = begun else { return 0 };
                begun.commit().await.expect("is kept");
                1
            })
        })
        .collect();
    let mut let_in = 0;
    for tried in tries {
        let_in += tried.await.expect("ends");
    }
    assert_eq!(let_in, 7);
}
