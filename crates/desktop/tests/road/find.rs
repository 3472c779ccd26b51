//! Finding over the whole market, and among what is here when the network is gone.

use crate::browser::registers;
use crate::offline::offline;
use crate::station::{Desk, Station, euro, profile, request};
use guildhall_desktop::Desktop;
use guildhall_desktop::view::bookmark::{BookmarkForm, StanceView};
use guildhall_desktop::view::find::{FindForm, WorkHitView};
use guildhall_desktop::view::request::ApplicationDraft;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_on_the_server_is_searched_on_the_device_when_the_network_goes() {
    let station = Station::start().await;
    let port = station.wire.port;
    let mut mira = Desk::open(registers("Mira Kern", "mira@example.org", "freelancer")).await;
    let mut tessel = Desk::open(registers("Tessel Brandt", "tessel@example.org", "client")).await;
    mira.sign_in(port).await;
    tessel.sign_in(port).await;
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
    tessel.settled().await;
    let find = FindForm {
        text: "bookings".to_owned(),
        ..FindForm::default()
    };

    // Nobody recommended it: there is no profile yet.
    let found = mira.desktop.find_work(find.clone()).await.expect("answers");
    assert_eq!(found.results[0].request.row.title, "Booking system rebuild");
    assert!(!found.results[0].held && !found.found.offline);
    apply_to_what_was_found(&mut mira, &mut tessel, &found.results[0]).await;
    let form = profile(&mira.desktop).await;
    mira.desktop.profile_save(form).await.expect("holds");
    mira.settled().await;
    mira.notice("New match").await;
    let people = tessel.desktop.find_talent(FindForm::default()).await;
    assert_eq!(people.expect("answers").found.total, 1);

    station.wire.cut();
    offline(&mut mira).await;
    let found = mira.desktop.find_work(find).await.expect("answers");
    assert_eq!(found.results[0].request.row.title, "Booking system rebuild");
    assert!(found.results[0].held && found.found.offline);
    assert!(found.found.as_of.is_some(), "it says how old that is");
}

/// One applies to what is on the device: a request that was found comes there when it is saved.
async fn apply_to_what_was_found(mira: &mut Desk, tessel: &mut Desk, found: &WorkHitView) {
    let id = &found.request.row.id;
    let form = |stance| BookmarkForm {
        about: id.clone(),
        client: Some(found.request.client.id.clone()),
        stance,
        because: String::new(),
    };
    let draft = ApplicationDraft {
        message: "I rebuilt ticketing for two ferry lines.".to_owned(),
        price: Some(euro(6_800)),
    };
    let early = mira.desktop.apply(id.clone(), draft.clone()).await;
    assert!(early.is_err(), "it is not here");
    let saved = mira.desktop.bookmark(form(StanceView::Saved)).await;
    saved.expect("is saved");
    let arrived = async |desktop: &Desktop| desktop.opportunity(id.clone()).await.is_ok();
    mira.until("what was saved has come", arrived).await;
    let page = mira.desktop.opportunity(id.clone()).await.expect("is here");
    assert_eq!(page.row.stance, StanceView::Saved);
    assert_eq!(page.client.name, "Tessel Brandt");
    mira.desktop.apply(id.clone(), draft).await.expect("holds");
    mira.settled().await;
    tessel.notice("Mira Kern applied").await;
}
