//! People who have met, and what they do in every story.

use crate::browser::registers;
use crate::station::{Desk, Station, euro, profile, request};
use guildhall_desktop::view::outbox::AttentionView;
use guildhall_desktop::view::request::ApplicationDraft;
use guildhall_desktop::view::session::LinkView;

/// A freelancer with a profile, and a client.
pub(crate) async fn people(station: &Station) -> (Desk, Desk) {
    let mira = freelancer(station, "Mira Kern", "mira@example.org").await;
    let opener = registers("Tessel Brandt", "tessel@example.org", "client");
    let mut tessel = Desk::open(opener).await;
    tessel.sign_in(station.wire.port).await;
    (mira, tessel)
}

/// A freelancer with a profile.
pub(crate) async fn freelancer(station: &Station, name: &'static str, email: &'static str) -> Desk {
    let mut desk = Desk::open(registers(name, email, "freelancer")).await;
    desk.sign_in(station.wire.port).await;
    let form = profile(&desk.desktop).await;
    desk.desktop.profile_save(form).await.expect("holds");
    desk.settled().await;
    desk
}

/// Publishes a request; answers with its id once the server has it.
pub(crate) async fn publishes(client: &mut Desk, title: &str) -> String {
    let id = client.desktop.request_new().await.expect("begins");
    let blank = client
        .desktop
        .my_request(id.clone())
        .await
        .expect("is a draft")
        .form;
    let form = request(&client.desktop, blank, title).await;
    client
        .desktop
        .request_publish(id.clone(), form)
        .await
        .expect("holds");
    client.settled().await;
    id
}

/// Waits until a request has come to a freelancer.
pub(crate) async fn sees(freelancer: &mut Desk, request: &str) {
    freelancer
        .until("the request", async |desktop| {
            let listed = desktop.opportunities().await.expect("lists");
            listed.iter().any(|row| row.id == request)
        })
        .await;
}

pub(crate) async fn applies(freelancer: &Desk, request: &str) -> String {
    let draft = ApplicationDraft {
        message: "I rebuilt ticketing for two ferry lines.".to_owned(),
        price: Some(euro(6_800)),
    };
    freelancer
        .desktop
        .apply(request.to_owned(), draft)
        .await
        .expect("holds")
}

/// Makes an offer in a thread, once it has come to the client.
pub(crate) async fn offers(client: &mut Desk, thread: &str) {
    client
        .until("the application", async |desktop| {
            desktop
                .thread(thread.to_owned())
                .await
                .is_ok_and(|view| view.acts.iter().any(|act| act == "offer"))
        })
        .await;
    let view = client
        .desktop
        .thread(thread.to_owned())
        .await
        .expect("opens");
    let terms = view.suggested_terms.expect("are suggested");
    client
        .desktop
        .offer_make(thread.to_owned(), terms)
        .await
        .expect("holds");
}

/// Waits for the offer; answers with its id.
pub(crate) async fn offered(freelancer: &mut Desk, thread: &str) -> String {
    freelancer
        .until("the offer", async |desktop| {
            let view = desktop.thread(thread.to_owned()).await;
            view.is_ok_and(|view| view.acts.iter().any(|act| act == "accept_offer"))
        })
        .await;
    let view = freelancer
        .desktop
        .thread(thread.to_owned())
        .await
        .expect("opens");
    view.offer.expect("lies on the table").id
}

/// The contract of a thread, once this desktop has heard of it: what binds is not shown before the server has said so.
pub(crate) async fn begun(desk: &mut Desk, thread: &str) -> String {
    desk.until("the contract", async |desktop| {
        let view = desktop.thread(thread.to_owned()).await.expect("opens");
        view.contract.is_some()
    })
    .await;
    let view = desk.desktop.thread(thread.to_owned()).await.expect("opens");
    view.contract.expect("began").id
}

pub(crate) async fn leaves(desk: &mut Desk) {
    desk.desktop.go_offline(true).await.expect("goes");
    desk.until("offline", async |desktop| {
        desktop.sync_state().await.expect("says").link == LinkView::Offline
    })
    .await;
}

pub(crate) async fn returns(desk: &mut Desk) {
    desk.desktop.go_offline(false).await.expect("comes");
    desk.until("back", async |desktop| {
        desktop.sync_state().await.expect("says").link == LinkView::UpToDate
    })
    .await;
}

/// Waits for the one act that needs the person.
pub(crate) async fn attention(desk: &mut Desk) -> AttentionView {
    desk.until("something needs attention", async |desktop| {
        desktop.sync_state().await.expect("says").attention > 0
    })
    .await;
    let mut found = desk.desktop.outbox().await.expect("lists").attention;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}
