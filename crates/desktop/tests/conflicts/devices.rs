//! One person on two devices, a suspended one, and a clock that is wrong.

use crate::browser::{logs_in, registers};
use crate::scene::{applies, attention, leaves, people, publishes, returns, sees};
use crate::station::{Desk, SharedVault, Station};
use guildhall_desktop::sign_in::system_clock;
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::{Mutation, TrustedRole};
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::time::DAY_MS;
use guildhall_server::clock;
use std::sync::Arc;
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread")]
async fn different_fields_of_two_devices_merge_and_the_same_field_is_kept_to_choose() {
    let station = Station::start().await;
    let (mut mira, _tessel) = people(&station).await;
    let mut laptop = Desk::open(logs_in("mira@example.org")).await;
    laptop.sign_in(station.wire.port).await;
    leaves(&mut laptop).await;
    let mut form = laptop.desktop.my_profile().await.expect("mine").form;
    form.headline = "Backend engineer for museums".to_owned();
    form.hours_per_week = 10;
    laptop.desktop.profile_save(form).await.expect("holds");
    let mut form = mira.desktop.my_profile().await.expect("mine").form;
    form.headline = "Backend engineer for ferries".to_owned();
    form.travel_radius_km = 80;
    mira.desktop.profile_save(form).await.expect("holds");
    mira.settled().await;

    returns(&mut laptop).await;
    let choice = attention(&mut laptop).await;
    laptop
        .until("the rest is sent", async |desktop| {
            desktop.sync_state().await.expect("says").waiting == 0
        })
        .await;

    let stands = async || {
        let profiles = station.market.store.all::<Profile>().await.expect("lists");
        let [profile] = profiles.try_into().expect("one profile");
        profile.text
    };
    let merged = stands().await;
    assert_eq!(merged.headline, "Backend engineer for ferries");
    assert_eq!((merged.hours_per_week, merged.travel_radius_km), (10, 80));
    assert_eq!(choice.differences.len(), 1, "{:?}", choice.differences);
    assert_eq!(choice.differences[0].theirs, "Backend engineer for ferries");
    assert_eq!(choice.differences[0].mine, "Backend engineer for museums");

    laptop
        .desktop
        .attention_resend(choice.id)
        .await
        .expect("goes");
    laptop.settled().await;
    assert_eq!(stands().await.headline, "Backend engineer for museums");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_account_keeps_its_queue_until_the_suspension_is_lifted() {
    let station = Station::start().await;
    let (mut mira, mut tessel) = people(&station).await;
    let request = publishes(&mut tessel, "Booking system rebuild").await;
    sees(&mut mira, &request).await;
    leaves(&mut mira).await;
    applies(&mira, &request).await;
    let people = station.market.store.all::<Person>().await.expect("lists");
    let of = |name: &str| -> AccountId {
        people
            .iter()
            .find(|person| person.name == name)
            .expect("is there")
            .id
    };
    let (suspect, keeper) = (of("Mira Kern"), of("Tessel Brandt"));
    let moderates = async |mutation: Mutation, system: bool| {
        let done = station
            .market
            .writer
            .act(keeper, system, clock::mutation_id(), mutation);
        done.await.expect("is decided").expect("is allowed");
    };
    moderates(
        Mutation::GrantRole {
            person: keeper,
            role: TrustedRole::Moderator,
            reason: "Knows the trade".to_owned(),
        },
        true,
    )
    .await;
    let reason = "A copied portfolio".to_owned();
    moderates(
        Mutation::SuspendPerson {
            person: suspect,
            reason: reason.clone(),
        },
        false,
    )
    .await;

    returns(&mut mira).await;
    let outbox = mira.desktop.outbox().await.expect("lists");
    assert!(outbox.attention.is_empty(), "{:?}", outbox.attention);
    assert_eq!(outbox.waiting.len(), 1);
    assert!(
        outbox.waiting[0].why.contains("suspended"),
        "{}",
        outbox.waiting[0].why
    );
    assert_eq!(
        outbox.waiting[0].text,
        "I rebuilt ticketing for two ferry lines."
    );

    moderates(
        Mutation::RestorePerson {
            person: suspect,
            reason,
        },
        false,
    )
    .await;
    mira.settled().await;
    tessel.notice("Mira Kern applied").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_days_ahead_is_set_right_by_the_server() {
    let station = Station::start().await;
    let real = system_clock();
    let opener = registers("Mira Kern", "mira@example.org", "freelancer");
    let folder = Arc::new(TempDir::new().expect("a folder"));
    let wrong = Arc::new(move || real() + 3 * DAY_MS);
    let mut mira = Desk::over_by(folder, SharedVault::default(), opener, wrong).await;

    mira.sign_in(station.wire.port).await;

    let sync = mira.desktop.sync_state().await.expect("says");
    let days = sync.clock_ahead / 86_400_000.0;
    assert!((days - 3.0).abs() < 0.01, "{days}");
    let as_of = sync.as_of.expect("is up to date");
    let today = i32::try_from(system_clock()() / DAY_MS).expect("is a day");
    let shown = as_of / 86_400_000.0 - f64::from(today);
    assert!((-0.1..1.1).contains(&shown), "times follow the server");
}
