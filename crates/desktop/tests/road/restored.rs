//! A server that is restored from a copy while people know more than the copy.

use crate::copies::{publish, settles, titles};
use crate::offline::met;
use crate::station::{Desk, Station, profile};
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::profile::Profile;
use guildhall_domain::time::Timestamp;
use guildhall_storage::server::copy::{backup, restore};
use uuid::Uuid;

async fn headline(desk: &Desk, headline: &str) {
    let mut form = profile(&desk.desktop).await;
    headline.clone_into(&mut form.headline);
    desk.desktop.profile_save(form).await.expect("holds");
}

async fn said_that(desk: &mut Desk, what: &str) {
    desk.notice("The server was restored").await;
    let told = desk
        .notices
        .iter()
        .filter(|notice| notice.body.contains(what));
    assert_eq!(told.count(), 1, "{:?}", desk.notices);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_people_did_after_the_copy_is_sent_again_and_nothing_happens_twice() {
    let station = Station::start().await;
    let (mut mira, mut tessel, _) = met(&station).await;
    let copy = station.database().with_file_name("copy.db");
    let at = Timestamp(1_795_000_000_000);
    let made = backup(&station.database(), &copy, at).await;
    made.expect("is made while the server runs");
    publish(&tessel.desktop, "After the copy").await;
    publish(&tessel.desktop, "After the copy, too").await;
    headline(&mira, "Knows what came later").await;
    settles(&mut tessel).await;
    settles(&mut mira).await;
    let before = titles(&station).await;

    let station = station
        .between_runs(async |database| {
            let restored = restore(database, &copy, at, Uuid::new_v4()).await;
            restored.expect("is restored");
        })
        .await;
    assert_eq!(titles(&station).await, ["Booking system rebuild"]);
    settles(&mut tessel).await;
    settles(&mut mira).await;

    said_that(&mut tessel, "a copy of 2026-11-18. 2 things you did").await;
    said_that(&mut mira, "One thing you did since then").await;
    settles(&mut tessel).await;
    settles(&mut mira).await;
    let all = [
        "After the copy",
        "After the copy, too",
        "Booking system rebuild",
    ];
    assert_eq!(titles(&station).await, all);
    assert_eq!(before, all);
    let profiles = station.market.store.all::<Profile>().await.expect("lists");
    assert_eq!(profiles.len(), 1);
    assert_eq!(profiles[0].text.headline, "Knows what came later");
    let log = station.market.store.all::<Activity>().await.expect("lists");
    let published = |line: &&Activity| line.kind == ActivityKind::RequestPublished;
    assert_eq!(log.iter().filter(published).count(), 3);
    for desk in [&tessel, &mira] {
        let outbox = desk.desktop.outbox().await.expect("lists");
        assert!(outbox.attention.is_empty() && outbox.waiting.is_empty());
    }

    // Work goes on as before.
    publish(&tessel.desktop, "In the new life").await;
    settles(&mut tessel).await;
    assert_eq!(titles(&station).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_away_when_the_server_was_restored_sends_it_all_when_they_come_back() {
    let station = Station::start().await;
    let (_mira, mut tessel, _) = met(&station).await;
    let copy = station.database().with_file_name("copy.db");
    let at = Timestamp(1_795_000_000_000);
    let made = backup(&station.database(), &copy, at).await;
    made.expect("is made while the server runs");
    publish(&tessel.desktop, "Before they left").await;
    settles(&mut tessel).await;
    station.wire.cut();
    crate::offline::offline(&mut tessel).await;
    publish(&tessel.desktop, "While they were away").await;
    tessel.desktop.close().await;

    let station = station
        .between_runs(async |database| {
            let restored = restore(database, &copy, at, Uuid::new_v4()).await;
            restored.expect("is restored");
        })
        .await;
    let mut tessel = tessel.restart().await;
    settles(&mut tessel).await;
    said_that(&mut tessel, "One thing you did since then").await;
    settles(&mut tessel).await;

    let all = [
        "Before they left",
        "Booking system rebuild",
        "While they were away",
    ];
    assert_eq!(titles(&station).await, all);
}
