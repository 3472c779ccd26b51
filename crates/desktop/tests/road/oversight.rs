//! Whoever keeps order signs in once more before they do.

use crate::browser::{logs_in, registers};
use crate::station::{Desk, Station};
use guildhall_desktop::Error;
use guildhall_desktop::sign_in::Opener;
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::{Mutation, TrustedRole};
use guildhall_server::clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const ADA: &str = "ada@example.org";
const MAX: &str = "max@example.org";

/// What a person does in their browser: something else each time it is opened.
fn in_turn(openers: Vec<Opener>) -> Opener {
    let next = AtomicUsize::new(0);
    Arc::new(move |link| {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        openers.get(turn).expect("not opened so often")(link)
    })
}

/// Trusts somebody with a role, as the operator does.
async fn trust(station: &Station, whom: AccountId) {
    let grant = Mutation::GrantRole {
        person: whom,
        role: TrustedRole::Admin,
        reason: "By the operator".to_owned(),
    };
    let done = station
        .market
        .writer
        .act(whom, true, clock::mutation_id(), grant);
    done.await.expect("is decided").expect("is granted");
    station.market.oauth.forget_callers();
}

#[tokio::test]
async fn who_keeps_order_signs_in_once_more_as_themselves() {
    let station = Station::start().await;
    let ada = in_turn(vec![
        registers("Ada Root", ADA, "client"),
        registers("Somebody Else", "else@example.org", "client"),
        Arc::new(|_| Ok(())),
        logs_in(MAX),
        logs_in(ADA),
    ]);
    let mut ada = Desk::open(ada).await;
    ada.sign_in(station.wire.port).await;
    let mut mira = Desk::open(registers("Mira Kern", "mira@example.org", "freelancer")).await;
    mira.sign_in(station.wire.port).await;
    let mut max = Desk::open(registers("Max Root", MAX, "client")).await;
    max.sign_in(station.wire.port).await;
    for root in [&ada, &max] {
        trust(&station, root.me().await).await;
    }
    let mira = mira.me().await;
    let suspend = async || {
        let reason = "A copied portfolio".to_owned();
        ada.desktop.admin_suspend(mira.to_string(), reason).await
    };
    assert!(matches!(suspend().await, Err(Error::StepUpNeeded)));

    // A browser in which somebody signs in who keeps no order says so.
    ada.desktop.step_up_begin().await.expect("begins");
    let stranger = ada.desktop.step_up_finish().await;
    assert!(matches!(stranger, Err(Error::SignIn(_))), "{stranger:?}");
    assert!(matches!(suspend().await, Err(Error::StepUpNeeded)));

    ada.desktop.step_up_begin().await.expect("begins");
    ada.desktop.step_up_cancel().await.expect("is given up");
    let cancelled = ada.desktop.step_up_finish().await;
    assert!(matches!(cancelled, Err(Error::SignIn(_))), "{cancelled:?}");

    ada.desktop.step_up_begin().await.expect("begins");
    let other = ada.desktop.step_up_finish().await;
    assert!(matches!(other, Err(Error::OtherAccount)), "{other:?}");
    assert!(matches!(suspend().await, Err(Error::StepUpNeeded)));

    let view = ada.desktop.step_up_begin().await.expect("begins");
    assert!(view.browser_opened);
    ada.desktop.step_up_finish().await.expect("signs in");
    ada.desktop
        .admin_audit(String::new())
        .await
        .expect("is shown");
    suspend().await.expect("is suspended");
}
