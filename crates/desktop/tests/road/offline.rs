//! A day without a network: nothing is lost, and everything is sent once.

use crate::browser::registers;
use crate::station::{Desk, Station, euro, profile, request};
use guildhall_desktop::view::Delivery;
use guildhall_desktop::view::request::{ApplicationDraft, RequestStageView};
use guildhall_desktop::view::session::{LinkView, SignInView};
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::request::Request;

/// A client who has signed in over a wire.
async fn client(station: &Station) -> Desk {
    let mut tessel = Desk::open(registers("Tessel Brandt", "tessel@example.org", "client")).await;
    tessel.sign_in(station.wire.port).await;
    tessel
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_written_offline_survives_a_restart_and_is_sent_once() {
    let station = Station::start().await;
    let wire = &station.wire;
    let mut tessel = client(&station).await;
    wire.cut();
    offline(&mut tessel).await;

    let id = tessel.desktop.request_new().await.expect("begins");
    let blank = tessel
        .desktop
        .my_request(id.clone())
        .await
        .expect("is a draft")
        .form;
    let form = request(&tessel.desktop, blank, "Booking system rebuild").await;
    tessel
        .desktop
        .request_publish(id.clone(), form.clone())
        .await
        .expect("holds");
    let mut edited = form;
    edited.title = "Booking system rebuild, two lines".to_owned();
    tessel
        .desktop
        .request_edit(id.clone(), edited)
        .await
        .expect("holds");
    let mut tessel = tessel.restart().await;

    let row = tessel
        .desktop
        .my_request(id.clone())
        .await
        .expect("stands there")
        .row;
    assert_eq!(
        (row.title.as_str(), row.delivery),
        ("Booking system rebuild, two lines", Delivery::Waiting)
    );
    assert_eq!(
        tessel.desktop.outbox().await.expect("lists").waiting.len(),
        2
    );
    wire.mend();
    tessel.desktop.outbox_retry().await.expect("tries");
    tessel.settled().await;
    tessel
        .until("the server has it", async |desktop| {
            desktop
                .my_request(id.clone())
                .await
                .expect("stands there")
                .row
                .delivery
                == Delivery::Synced
        })
        .await;

    let requests = station.market.store.all::<Request>().await.expect("lists");
    assert_eq!(requests.len(), 1);
    let published = |activity: &Activity| activity.kind == ActivityKind::RequestPublished;
    let log = station.market.store.all::<Activity>().await.expect("lists");
    assert_eq!(log.into_iter().filter(published).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pausing_and_cancelling_wait_like_everything_else() {
    let station = Station::start().await;
    let wire = &station.wire;
    let mut tessel = client(&station).await;
    let id = tessel.desktop.request_new().await.expect("begins");
    let blank = tessel
        .desktop
        .my_request(id.clone())
        .await
        .expect("is a draft")
        .form;
    let form = request(&tessel.desktop, blank, "Booking system rebuild").await;
    tessel
        .desktop
        .request_publish(id.clone(), form)
        .await
        .expect("holds");
    tessel.settled().await;
    wire.cut();
    offline(&mut tessel).await;

    tessel
        .desktop
        .request_pause(id.clone())
        .await
        .expect("holds");
    tessel
        .desktop
        .request_resume(id.clone())
        .await
        .expect("holds");
    tessel
        .desktop
        .request_cancel(id.clone(), "We found a way ourselves".to_owned())
        .await
        .expect("holds");
    let again = tessel
        .desktop
        .request_pause(id.clone())
        .await
        .expect_err("it is cancelled here already");
    assert_eq!(again.code(), "invalid_state");

    wire.mend();
    tessel.desktop.outbox_retry().await.expect("tries");
    tessel.settled().await;
    let row = tessel
        .desktop
        .my_request(id)
        .await
        .expect("stands there")
        .row;
    assert_eq!(row.stage, RequestStageView::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsent_act_can_be_cancelled_and_its_text_is_a_draft_again() {
    let station = Station::start().await;
    let wire = &station.wire;
    let mut tessel = client(&station).await;
    wire.cut();
    offline(&mut tessel).await;
    let id = tessel.desktop.request_new().await.expect("begins");
    let blank = tessel
        .desktop
        .my_request(id.clone())
        .await
        .expect("is a draft")
        .form;
    let form = request(&tessel.desktop, blank, "Booking system rebuild").await;
    tessel
        .desktop
        .request_publish(id.clone(), form)
        .await
        .expect("holds");

    let waiting = tessel
        .desktop
        .outbox()
        .await
        .expect("lists")
        .waiting
        .remove(0);
    tessel
        .desktop
        .outbox_cancel(waiting.id)
        .await
        .expect("has no number yet");

    let view = tessel
        .desktop
        .my_request(id)
        .await
        .expect("is a draft again");
    assert_eq!(
        (view.row.stage, view.form.title.as_str()),
        (RequestStageView::Draft, "Booking system rebuild")
    );
    assert!(
        tessel
            .desktop
            .outbox()
            .await
            .expect("lists")
            .waiting
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_one_is_still_signed_in_and_signing_out_leaves_nothing() {
    let station = Station::start().await;
    let tessel = client(&station).await;

    let mut tessel = tessel.restart().await;
    tessel.settled().await;
    tessel.desktop.sign_out(false).await.expect("nothing waits");

    let session = tessel.desktop.session().await.expect("says");
    assert!(matches!(session.state, SignInView::SignedOut { .. }));
    let accounts = tessel.folder.path().join("profile").join("accounts");
    assert_eq!(std::fs::read_dir(accounts).expect("is there").count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_with_something_unsent_asks_first() {
    let station = Station::start().await;
    let wire = &station.wire;
    let mut tessel = client(&station).await;
    wire.cut();
    offline(&mut tessel).await;
    let id = tessel.desktop.request_new().await.expect("begins");
    let blank = tessel
        .desktop
        .my_request(id.clone())
        .await
        .expect("is a draft")
        .form;
    let form = request(&tessel.desktop, blank, "Booking system rebuild").await;
    tessel
        .desktop
        .request_publish(id, form)
        .await
        .expect("holds");

    let refused = tessel
        .desktop
        .sign_out(false)
        .await
        .expect_err("something would be lost");

    assert_eq!(refused.code(), "waiting");
    tessel
        .desktop
        .sign_out(true)
        .await
        .expect("the person said so");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_cache_is_fetched_again_and_the_outbox_kept() {
    let station = Station::start().await;
    let wire = &station.wire;
    let mut tessel = client(&station).await;
    wire.cut();
    offline(&mut tessel).await;
    let id = tessel.desktop.request_new().await.expect("begins");
    let blank = tessel
        .desktop
        .my_request(id.clone())
        .await
        .expect("is a draft")
        .form;
    let form = request(&tessel.desktop, blank, "Booking system rebuild").await;
    tessel
        .desktop
        .request_publish(id.clone(), form)
        .await
        .expect("holds");
    tessel.desktop.close().await;
    let accounts = tessel.folder.path().join("profile").join("accounts");
    let account = std::fs::read_dir(accounts)
        .expect("is there")
        .next()
        .expect("one")
        .expect("reads")
        .path();
    std::fs::write(
        account.join("cache.db"),
        b"this is no database at all, and never was one",
    )
    .expect("writes");
    let _ = std::fs::remove_file(account.join("cache.db-wal"));

    let mut tessel = tessel.restart().await;
    assert_eq!(
        tessel.desktop.outbox().await.expect("lists").waiting.len(),
        1
    );
    wire.mend();
    tessel.desktop.outbox_retry().await.expect("tries");
    tessel.settled().await;

    let row = tessel
        .desktop
        .my_request(id)
        .await
        .expect("stands there")
        .row;
    assert_eq!(row.stage, RequestStageView::Open);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_message_gives_its_words_back_and_leaves_the_others() {
    let station = Station::start().await;
    let (mut mira, mut tessel, request) = met(&station).await;
    let draft = ApplicationDraft {
        message: "I rebuilt ticketing for two ferry lines.".to_owned(),
        price: Some(euro(6_800)),
    };
    let thread = mira.desktop.apply(request, draft).await.expect("holds");
    mira.settled().await;
    tessel.notice("Mira Kern applied").await;
    station.wire.cut();
    offline(&mut mira).await;
    for text in ["The first.", "The second.", "The third."] {
        mira.desktop
            .message_send(thread.clone(), text.to_owned())
            .await
            .expect("holds");
    }
    mira.desktop
        .message_autosave(thread.clone(), "What I am typing.".to_owned())
        .await
        .expect("keeps");

    let second = mira
        .desktop
        .outbox()
        .await
        .expect("lists")
        .waiting
        .remove(1);
    mira.desktop
        .outbox_cancel(second.id)
        .await
        .expect("has no number yet");

    let waiting = mira.desktop.outbox().await.expect("lists").waiting;
    let texts: Vec<&str> = waiting.iter().map(|act| act.text.as_str()).collect();
    assert_eq!(texts, ["The first.", "The third."]);
    let view = mira.desktop.thread(thread).await.expect("opens");
    assert_eq!(view.draft, "The second.\n\nWhat I am typing.");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_over_something_half_written_asks_first() {
    let station = Station::start().await;
    let (mira, _tessel, request) = met(&station).await;
    let draft = ApplicationDraft {
        message: "Half a".to_owned(),
        price: None,
    };
    mira.desktop
        .application_autosave(request, draft)
        .await
        .expect("keeps");

    let refused = mira
        .desktop
        .sign_out(false)
        .await
        .expect_err("half an application would be lost");

    assert_eq!(refused.code(), "waiting");
}

/// A freelancer and a client whose request they were matched with.
pub(crate) async fn met(station: &Station) -> (Desk, Desk, String) {
    let mut mira = Desk::open(registers("Mira Kern", "mira@example.org", "freelancer")).await;
    mira.sign_in(station.wire.port).await;
    let form = profile(&mira.desktop).await;
    mira.desktop.profile_save(form).await.expect("holds");
    mira.settled().await;
    let mut tessel = client(station).await;
    let id = tessel.desktop.request_new().await.expect("begins");
    let blank = tessel
        .desktop
        .my_request(id.clone())
        .await
        .expect("is a draft")
        .form;
    let form = request(&tessel.desktop, blank, "Booking system rebuild").await;
    tessel
        .desktop
        .request_publish(id.clone(), form)
        .await
        .expect("holds");
    tessel.settled().await;
    mira.notice("New match").await;
    (mira, tessel, id)
}

pub(crate) async fn offline(desk: &mut Desk) {
    desk.until("offline", async |desktop| {
        desktop.sync_state().await.expect("says").link == LinkView::Offline
    })
    .await;
}
