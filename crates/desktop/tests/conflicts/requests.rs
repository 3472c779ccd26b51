//! Applications that were written without a network.

use crate::browser::logs_in;
use crate::scene::{applies, attention, leaves, offered, offers, people, publishes, returns, sees};
use crate::station::{Desk, Station, euro};
use guildhall_desktop::view::outbox::StepKind;
use guildhall_domain::application::Application;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_gone_gives_the_text_back_with_others_like_it() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let gone = publishes(&mut tessel, "Booking system rebuild").await;
    let open = publishes(&mut tessel, "Booking system for a ferry").await;
    sees(&mut mira, &gone).await;
    sees(&mut mira, &open).await;
    leaves(&mut mira).await;
    applies(&mira, &gone).await;
    let reason = "We found a way ourselves".to_owned();
    tessel
        .desktop
        .request_cancel(gone, reason)
        .await
        .expect("holds");
    tessel.settled().await;

    returns(&mut mira).await;
    let came_back = attention(&mut mira).await;

    assert_eq!(came_back.code, "invalid_state");
    assert!(
        came_back.message.contains("1 similar request is open"),
        "{}",
        came_back.message
    );
    assert_eq!(came_back.text, "I rebuilt ticketing for two ferry lines.");
    assert_eq!(came_back.similar.len(), 1);
    assert_eq!(came_back.similar[0].route, format!("/opportunities/{open}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_to_a_paused_request_waits_until_it_reopens() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    leaves(&mut mira).await;
    applies(&mira, &request).await;
    tessel
        .desktop
        .request_pause(request.clone())
        .await
        .expect("holds");
    tessel.settled().await;

    returns(&mut mira).await;
    let outbox = mira.desktop.outbox().await.expect("lists");
    assert!(outbox.attention.is_empty(), "{:?}", outbox.attention);
    assert_eq!(outbox.waiting.len(), 1);
    let held = &outbox.waiting[0];
    assert!(held.why.starts_with("Paused by the client"), "{}", held.why);
    assert!(held.can_cancel && held.can_edit);

    tessel.desktop.request_resume(request).await.expect("holds");
    tessel.settled().await;
    mira.settled().await;
    tessel.notice("Mira Kern applied").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_terms_are_shown_and_sent_only_once_confirmed() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    leaves(&mut mira).await;
    applies(&mira, &request).await;
    let mut form = tessel
        .desktop
        .my_request(request.clone())
        .await
        .expect("mine")
        .form;
    form.budget = Some(euro(6_000));
    tessel
        .desktop
        .request_edit(request.clone(), form)
        .await
        .expect("holds");
    tessel.settled().await;

    returns(&mut mira).await;
    let held = attention(&mut mira).await;
    assert!(held.held);
    let changed: Vec<(&str, &str, &str)> = held
        .differences
        .iter()
        .map(|one| (one.field.as_str(), one.theirs.as_str(), one.mine.as_str()))
        .collect();
    assert_eq!(changed, [("Budget", "70 €/h", "60 €/h")]);
    assert_eq!(held.steps[0].kind, StepKind::Confirm);
    let sent = station
        .market
        .store
        .all::<Application>()
        .await
        .expect("lists");
    assert!(
        sent.is_empty(),
        "nothing goes out before the person has seen it"
    );

    mira.desktop.outbox_confirm(held.id).await.expect("goes");
    mira.settled().await;

    let sent = station
        .market
        .store
        .all::<Application>()
        .await
        .expect("lists");
    assert_eq!(
        sent.iter().map(|one| one.terms_version).collect::<Vec<_>>(),
        [2]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_application_from_another_device_is_kept_as_text() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let mut laptop = Desk::open(logs_in("mira@example.org")).await;
    laptop.sign_in(station.wire.port).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    sees(&mut laptop, &request).await;
    leaves(&mut laptop).await;
    applies(&laptop, &request).await;
    let thread = applies(&mira, &request).await;
    mira.settled().await;

    returns(&mut laptop).await;
    let came_back = attention(&mut laptop).await;

    assert_eq!(came_back.code, "already_done");
    assert!(
        came_back.message.contains("another device"),
        "{}",
        came_back.message
    );
    assert_eq!(came_back.steps[0].kind, StepKind::Ask);
    let route = laptop
        .desktop
        .attention_ask(came_back.id)
        .await
        .expect("opens");
    assert_eq!(route, format!("/threads/{thread}"));
    let view = laptop.desktop.thread(thread).await.expect("opens");
    assert_eq!(view.draft, "I rebuilt ticketing for two ferry lines.");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_to_somebody_who_withdrew_is_not_made() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    let thread = applies(&mira, &request).await;
    mira.settled().await;
    tessel.notice("Mira Kern applied").await;
    leaves(&mut tessel).await;
    offers(&mut tessel, &thread).await;
    mira.desktop
        .application_withdraw(thread.clone())
        .await
        .expect("holds");
    mira.settled().await;

    returns(&mut tessel).await;
    let came_back = attention(&mut tessel).await;

    assert_eq!(came_back.code, "invalid_state");
    assert!(
        came_back.message.starts_with("Mira Kern withdrew"),
        "{}",
        came_back.message
    );
    assert_eq!(came_back.steps[0].route, format!("/requests/{request}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acceptance_stands_against_a_cancellation_that_came_later() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    let thread = applies(&mira, &request).await;
    offers(&mut tessel, &thread).await;
    tessel.settled().await;
    leaves(&mut tessel).await;
    let reason = "We found a way ourselves".to_owned();
    tessel
        .desktop
        .request_cancel(request, reason)
        .await
        .expect("holds");
    let offer = offered(&mut mira, &thread).await;
    mira.desktop.offer_accept(offer).await.expect("holds");
    mira.settled().await;

    returns(&mut tessel).await;
    let came_back = attention(&mut tessel).await;

    assert_eq!(came_back.code, "invalid_state");
    assert_eq!(came_back.steps[0].label, "Cancel the contract instead");
    let view = tessel.desktop.thread(thread).await.expect("opens");
    assert_eq!(view.contract.expect("stands").stage, "active");
}
