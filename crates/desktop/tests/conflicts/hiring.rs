//! Offers and contracts that were answered without a network.

use crate::scene::{
    applies, attention, begun, freelancer, leaves, offered, offers, people, publishes, returns,
    sees,
};
use crate::station::Station;
use guildhall_desktop::view::outbox::StepKind;
use guildhall_domain::contract::Contract;
use guildhall_domain::time::{DAY_MS, Timestamp};
use guildhall_server::blob::BlobLimits;
use guildhall_server::clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A server whose clock can be put forward.
async fn station_in_time() -> (Station, Arc<AtomicI64>) {
    let forward = Arc::new(AtomicI64::new(0));
    let (system, shift) = (clock::system(), Arc::clone(&forward));
    let time: clock::Clock =
        Arc::new(move || Timestamp(system().0 + shift.load(Ordering::Relaxed)));
    (
        Station::start_by(BlobLimits::default(), time).await,
        forward,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_goes_to_one_and_the_others_are_told_without_loss() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let mut jun = freelancer(&station, "Jun Sato", "jun@example.org").await;
    let mut ana = freelancer(&station, "Ana Costa", "ana@example.org").await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    for desk in [&mut mira, &mut jun, &mut ana] {
        sees(desk, &request).await;
    }
    let of_mira = applies(&mira, &request).await;
    let of_jun = applies(&jun, &request).await;
    mira.settled().await;
    jun.settled().await;
    offers(&mut tessel, &of_mira).await;
    offers(&mut tessel, &of_jun).await;
    let (to_mira, to_jun) = (
        offered(&mut mira, &of_mira).await,
        offered(&mut jun, &of_jun).await,
    );
    leaves(&mut jun).await;
    leaves(&mut ana).await;
    jun.desktop.offer_accept(to_jun).await.expect("holds");
    applies(&ana, &request).await;
    mira.desktop.offer_accept(to_mira).await.expect("holds");
    mira.settled().await;

    returns(&mut jun).await;
    let too_late = attention(&mut jun).await;
    assert_eq!(too_late.code, "already_filled");
    assert!(
        too_late.message.contains("Nothing was signed"),
        "{}",
        too_late.message
    );
    assert_eq!(too_late.steps[0].kind, StepKind::Ask);
    jun.desktop.attention_ask(too_late.id).await.expect("opens");
    let view = jun.desktop.thread(of_jun).await.expect("opens");
    assert!(view.draft.contains("accepted your offer"), "{}", view.draft);

    returns(&mut ana).await;
    let unsent = attention(&mut ana).await;
    assert_eq!(unsent.code, "already_filled");
    assert_eq!(unsent.text, "I rebuilt ticketing for two ferry lines.");

    let contracts = station.market.store.all::<Contract>().await.expect("lists");
    assert_eq!(contracts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_ran_out_can_be_asked_for_again() {
    let (station, forward) = station_in_time().await;
    let (mut mira, mut tessel) = people(&station).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    let thread = applies(&mira, &request).await;
    offers(&mut tessel, &thread).await;
    let offer = offered(&mut mira, &thread).await;
    leaves(&mut mira).await;
    mira.desktop.offer_accept(offer).await.expect("holds");
    forward.store(4 * DAY_MS, Ordering::Relaxed);

    returns(&mut mira).await;
    let too_late = attention(&mut mira).await;

    assert_eq!(too_late.code, "expired");
    assert!(
        too_late.message.contains("Nothing was signed"),
        "{}",
        too_late.message
    );
    assert_eq!(too_late.steps[0].label, "Ask to renew it");
    mira.desktop
        .attention_ask(too_late.id)
        .await
        .expect("opens");
    let view = mira.desktop.thread(thread).await.expect("opens");
    assert!(
        view.draft.contains("would you make it again"),
        "{}",
        view.draft
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_offer_is_held_with_its_differences() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    let thread = applies(&mira, &request).await;
    offers(&mut tessel, &thread).await;
    let offer = offered(&mut mira, &thread).await;
    tessel.settled().await;
    leaves(&mut mira).await;
    mira.desktop
        .offer_accept(offer.clone())
        .await
        .expect("holds");
    tessel.desktop.offer_revoke(offer).await.expect("holds");
    let mut terms = tessel
        .desktop
        .thread(thread.clone())
        .await
        .expect("opens")
        .suggested_terms
        .expect("are suggested");
    terms.hours_per_week += 5;
    tessel
        .desktop
        .offer_make(thread.clone(), terms)
        .await
        .expect("holds");
    tessel.settled().await;

    returns(&mut mira).await;
    let held = attention(&mut mira).await;
    assert!(held.held);
    assert_eq!(held.differences.len(), 1, "{:?}", held.differences);
    assert_eq!(held.differences[0].field, "Hours");
    let contracts = station.market.store.all::<Contract>().await.expect("lists");
    assert!(contracts.is_empty(), "nothing is signed unseen");

    mira.desktop.outbox_confirm(held.id).await.expect("goes");
    mira.settled().await;
    let contracts = station.market.store.all::<Contract>().await.expect("lists");
    assert_eq!(contracts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_to_a_cancelled_contract_keeps_its_words() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    let thread = applies(&mira, &request).await;
    offers(&mut tessel, &thread).await;
    let offer = offered(&mut mira, &thread).await;
    mira.desktop.offer_accept(offer).await.expect("holds");
    mira.settled().await;
    tessel.notice("Mira Kern accepted your offer").await;
    let contract = begun(&mut mira, &thread).await;
    leaves(&mut mira).await;
    let note = "All of it is in the repository.".to_owned();
    mira.desktop
        .contract_deliver(contract.clone(), note.clone())
        .await
        .expect("holds");
    let reason = "The budget is gone".to_owned();
    tessel
        .desktop
        .contract_cancel(contract, reason)
        .await
        .expect("holds");
    tessel.settled().await;

    returns(&mut mira).await;
    let came_back = attention(&mut mira).await;

    assert_eq!(
        (came_back.code.as_str(), came_back.text.as_str()),
        ("invalid_state", note.as_str())
    );
    assert_eq!(came_back.steps[0].label, "Send it as a message");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_after_its_window_keeps_its_text() {
    let (station, forward) = station_in_time().await;
    let (mut mira, mut tessel) = people(&station).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    let thread = applies(&mira, &request).await;
    offers(&mut tessel, &thread).await;
    let offer = offered(&mut mira, &thread).await;
    mira.desktop.offer_accept(offer).await.expect("holds");
    mira.settled().await;
    let contract = begun(&mut mira, &thread).await;
    mira.desktop
        .contract_deliver(contract.clone(), String::new())
        .await
        .expect("holds");
    mira.settled().await;
    tessel.notice("Mira Kern delivered").await;
    tessel
        .desktop
        .contract_accept(contract.clone())
        .await
        .expect("holds");
    tessel.settled().await;
    mira.notice("Tessel Brandt accepted your work").await;
    leaves(&mut mira).await;
    let text = "Clear words and quick answers throughout.".to_owned();
    mira.desktop
        .review_write(contract, 5, text.clone())
        .await
        .expect("holds");
    forward.store(15 * DAY_MS, Ordering::Relaxed);

    returns(&mut mira).await;
    let too_late = attention(&mut mira).await;

    assert_eq!(
        (too_late.code.as_str(), too_late.text.as_str()),
        ("expired", text.as_str())
    );
}
