//! A server that serves only newer desktops than this one.

use crate::browser::registers;
use crate::copies::{publish, settles, titles};
use crate::station::{Desk, Station};
use guildhall_desktop::view::session::LinkView;
use guildhall_protocol::app::AppVersion;
use guildhall_server::sync::SyncRules;

#[tokio::test(flavor = "multi_thread")]
async fn acts_wait_while_the_app_is_too_old_and_go_out_once_when_it_is_not() {
    let station = Station::start().await;
    let mut tessel = Desk::open(registers("Tessel Brandt", "tessel@example.org", "client")).await;
    tessel.sign_in(station.wire.port).await;
    let station = station
        .restart_with(SyncRules {
            oldest_app: AppVersion(99, 0, 0),
            ..SyncRules::default()
        })
        .await;

    publish(&tessel.desktop, "Written with an old app").await;

    let too_old = async |desktop: &guildhall_desktop::Desktop| {
        desktop.sync_state().await.expect("is told").link == LinkView::UpdateNeeded
    };
    tessel.until("an update is asked for", too_old).await;
    let waits = async |desk: &Desk| desk.desktop.outbox().await.expect("lists").waiting.len();
    assert_eq!(waits(&tessel).await, 1);
    assert!(titles(&station).await.is_empty());
    let mut tessel = tessel.restart().await;
    tessel.until("an update is asked for", too_old).await;
    assert_eq!(waits(&tessel).await, 1, "a start loses nothing");

    let station = station.restart_with(SyncRules::default()).await;
    settles(&mut tessel).await;

    assert_eq!(titles(&station).await, ["Written with an old app"]);
}
