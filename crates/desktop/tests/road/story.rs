//! From sign-in to a finished and rated job.

use crate::browser::registers;
use crate::station::{CLIENT, Desk, FREELANCER, Station, euro, profile, request};
use guildhall_desktop::view::matching::ApplicationStageView;
use guildhall_desktop::view::request::{ApplicationDraft, RequestStageView};

#[tokio::test(flavor = "multi_thread")]
#[expect(
    clippy::too_many_lines,
    reason = "one story, told once from end to end"
)]
async fn two_desktops_and_a_server_do_a_job_together() {
    let station = Station::start().await;
    let port = station.wire.port;
    let mut mira = Desk::open(registers("Mira Kern", "mira@example.org", "freelancer")).await;
    let mut tessel = Desk::open(registers("Tessel Brandt", "tessel@example.org", "client")).await;
    mira.sign_in(port).await;
    tessel.sign_in(port).await;

    // A profile and a request meet.
    let form = profile(&mira.desktop).await;
    mira.desktop.profile_save(form).await.expect("holds");
    mira.settled().await;
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

    mira.notice("New match").await;
    let offered = mira.desktop.opportunities().await.expect("lists");
    let theirs = offered[0].fit.clone().expect("was matched");
    tessel
        .until("a candidate", async |desktop| {
            !desktop
                .my_request(id.clone())
                .await
                .expect("mine")
                .candidates
                .is_empty()
        })
        .await;
    let candidate = tessel
        .desktop
        .my_request(id.clone())
        .await
        .expect("mine")
        .candidates
        .remove(0);
    let ours = candidate.fit.clone().expect("was matched");
    assert_eq!(ours.percent, theirs.percent);
    assert_eq!(
        ours.parts.iter().map(|part| part.percent).sum::<u32>(),
        ours.percent
    );
    let numbers = |fit: &guildhall_desktop::view::matching::FitView| {
        fit.parts
            .iter()
            .map(|part| part.percent)
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&ours), numbers(&theirs));

    // She opens it and applies; the client sees it live.
    mira.desktop.opportunity(id.clone()).await.expect("opens");
    let draft = ApplicationDraft {
        message: "I rebuilt ticketing for two ferry lines.".to_owned(),
        price: Some(euro(6_800)),
    };
    let thread = mira.desktop.apply(id.clone(), draft).await.expect("holds");
    tessel.notice("Mira Kern applied").await;
    tessel
        .until("the view is counted", async |desktop| {
            desktop
                .my_request(id.clone())
                .await
                .expect("mine")
                .row
                .views
                == 1
        })
        .await;

    // They talk.
    tessel
        .desktop
        .message_send(thread.clone(), "When could you begin?".to_owned())
        .await
        .expect("holds");
    mira.notice("Tessel Brandt").await;
    mira.desktop
        .message_send(thread.clone(), "On the first Monday.".to_owned())
        .await
        .expect("holds");
    tessel.notice("Mira Kern").await;

    // An offer, and its acceptance.
    let view = tessel.desktop.thread(thread.clone()).await.expect("opens");
    let mut terms = view.suggested_terms.expect("are suggested to the client");
    terms.scope = "Rebuild the booking system, import included.".to_owned();
    tessel
        .desktop
        .offer_make(thread.clone(), terms)
        .await
        .expect("holds");
    mira.notice("Tessel Brandt made you an offer").await;
    let offer = mira
        .desktop
        .thread(thread.clone())
        .await
        .expect("opens")
        .offer
        .expect("is on the table");
    mira.desktop.offer_accept(offer.id).await.expect("holds");
    tessel.notice("Mira Kern accepted your offer").await;

    // Delivered, accepted, rated. On her own desktop the contract stands once the server has said so.
    mira.until("the contract", async |desktop| {
        !desktop
            .contracts(FREELANCER)
            .await
            .expect("lists")
            .is_empty()
    })
    .await;
    let contract = mira
        .desktop
        .contracts(FREELANCER)
        .await
        .expect("lists")
        .remove(0);
    mira.desktop
        .contract_deliver(
            contract.id.clone(),
            "Import and read-only calendar.".to_owned(),
        )
        .await
        .expect("holds");
    tessel.notice("Mira Kern delivered").await;
    tessel
        .desktop
        .contract_accept(contract.id.clone())
        .await
        .expect("holds");
    mira.notice("Tessel Brandt accepted your work").await;
    tessel
        .desktop
        .review_write(
            contract.id.clone(),
            5,
            "Careful, early and clear throughout.".to_owned(),
        )
        .await
        .expect("holds");
    tessel.settled().await;
    mira.settled().await;
    assert!(
        mira.desktop
            .thread(thread.clone())
            .await
            .expect("opens")
            .reviews
            .is_empty(),
        "sealed until both have written"
    );
    mira.desktop
        .review_write(
            contract.id.clone(),
            4,
            "Clear briefs and quick answers.".to_owned(),
        )
        .await
        .expect("holds");
    mira.until("both reviews are shown", async |desktop| {
        desktop
            .thread(thread.clone())
            .await
            .expect("opens")
            .reviews
            .iter()
            .filter(|review| !review.sealed)
            .count()
            == 2
    })
    .await;

    tessel
        .until("the reviews are shown to the other too", async |desktop| {
            let view = desktop.thread(thread.clone()).await.expect("opens");
            view.reviews.iter().filter(|review| !review.sealed).count() == 2
        })
        .await;

    // What both see in the end.
    let row = tessel
        .desktop
        .my_request(id.clone())
        .await
        .expect("mine")
        .row;
    assert_eq!(row.stage, RequestStageView::Completed);
    let threads = tessel.desktop.threads(CLIENT).await.expect("lists");
    assert_eq!(threads[0].stage, ApplicationStageView::Completed);
    let jobs = mira.desktop.charts(FREELANCER).await.expect("draws");
    assert_eq!(jobs.len(), 3);
    let stars = tessel
        .desktop
        .thread(thread)
        .await
        .expect("opens")
        .row
        .other
        .stars;
    assert_eq!(stars, Some(5.0));
}
