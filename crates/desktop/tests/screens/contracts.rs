use crate::market::{Pair, titled};
use guildhall_desktop::screens::contracts;
use guildhall_desktop::view::RoleView;
use guildhall_domain::mutation::Mutation;

#[test]
fn a_contract_says_where_it_stands_and_what_was_noted() {
    let mut pair = Pair::new();
    let (application, id) = pair.hire();
    let on_client = |pair: &Pair| contracts(&pair.on_client(), RoleView::Client)[0].clone();

    let begun = on_client(&pair);
    assert_eq!((begun.stage.as_str(), begun.note.as_str()), ("active", ""));
    assert_eq!(begun.title, "Booking system rebuild");
    assert_eq!(begun.other.name, "Mira Kessler");
    assert_eq!(begun.thread, application.to_string());
    assert_eq!(begun.terms.hours_per_week, 24);
    assert!(!begun.as_freelancer && !begun.review_due);

    pair.market.deliver(pair.freelancer, id);
    let delivered = on_client(&pair);
    assert_eq!(delivered.stage, "delivered");
    assert_eq!(delivered.note, "Everything is on the test server.");
    assert!(delivered.since > begun.since);

    let note = "The search should ignore accents.".to_owned();
    pair.market
        .must(pair.client, &Mutation::RequestChanges { id, note });
    let again = contracts(&pair.on_freelancer(), RoleView::Freelancer)[0].clone();
    assert_eq!(
        (again.stage.as_str(), again.note.as_str()),
        ("active", "The search should ignore accents.")
    );
    assert!(again.as_freelancer);

    let reason = "The budget was cut.".to_owned();
    pair.market
        .must(pair.client, &Mutation::CancelContract { id, reason });
    let ended = on_client(&pair);
    assert_eq!(
        (ended.stage.as_str(), ended.note.as_str()),
        ("cancelled", "The budget was cut.")
    );
}

#[test]
fn a_review_is_due_until_it_is_written_or_the_time_is_up() {
    let mut pair = Pair::new();
    let (_, contract) = pair.finish();
    let due = |pair: &Pair| {
        let client = contracts(&pair.on_client(), RoleView::Client)[0].review_due;
        let freelancer = contracts(&pair.on_freelancer(), RoleView::Freelancer)[0].review_due;
        (client, freelancer)
    };

    assert_eq!(due(&pair), (true, true));
    pair.market.review(pair.client, contract, 5);
    assert_eq!(due(&pair), (false, true));
    pair.market.days_later(15);
    assert_eq!(due(&pair), (false, false));
}

#[test]
fn running_contracts_stand_before_ended_ones() {
    let mut pair = Pair::new();
    let running = pair
        .market
        .publish(pair.client, titled("Museum kiosk, phase 1"));
    let application = pair.market.apply_to(running, pair.freelancer);
    let offer = pair.market.offer(pair.client, application);
    pair.market.accept(pair.freelancer, offer);
    pair.finish();

    let titles: Vec<String> = contracts(&pair.on_client(), RoleView::Client)
        .into_iter()
        .map(|contract| contract.title)
        .collect();

    assert_eq!(titles, ["Museum kiosk, phase 1", "Booking system rebuild"]);
    assert!(contracts(&pair.on_client(), RoleView::Freelancer).is_empty());
}
