use crate::market::{HOUR_MS, Pair, eur};
use guildhall_desktop::screens::{drafts, thread, threads};
use guildhall_desktop::snapshot::Snapshot;
use guildhall_desktop::view::RoleView;
use guildhall_desktop::view::matching::ApplicationStageView;
use guildhall_desktop::view::thread::ThreadView;
use guildhall_domain::denied::Code;
use guildhall_domain::id::ApplicationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::OFFER_LIFE_MS;
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;

fn open(snapshot: &Snapshot, id: ApplicationId) -> ThreadView {
    thread(snapshot, id).expect("a thread of mine")
}

fn lines(view: &ThreadView) -> Vec<(&str, bool, &str)> {
    view.entries
        .iter()
        .map(|entry| (entry.kind.as_str(), entry.mine, entry.text.as_str()))
        .collect()
}

#[test]
fn a_thread_tells_what_happened_to_each_in_their_own_words() {
    let mut pair = Pair::new();
    let application = pair.apply();
    pair.market
        .say(pair.client, application, "How would you begin?");
    let on = true;
    pair.market.must(
        pair.client,
        &Mutation::ShortlistApplication {
            id: application,
            on,
        },
    );
    let offer = pair.market.offer(pair.client, application);
    pair.market.accept(pair.freelancer, offer);

    let client = open(&pair.on_client(), application);
    let freelancer = open(&pair.on_freelancer(), application);

    let letter = "I rebuilt ticketing for two ferry lines.";
    assert_eq!(
        lines(&client),
        [
            ("application", false, letter),
            ("message", true, "How would you begin?"),
            ("event", true, "You put Mira Kessler on the shortlist"),
            ("event", true, "You made an offer"),
            ("event", false, "Mira Kessler accepted the offer"),
        ]
    );
    assert_eq!(
        lines(&freelancer),
        [
            ("application", true, letter),
            ("message", false, "How would you begin?"),
            ("event", false, "Harbour Museum put you on the shortlist"),
            ("event", false, "Harbour Museum made an offer"),
            ("event", true, "You accepted the offer"),
        ]
    );
    assert_eq!(freelancer.price, "68 €/h");
    assert_eq!(
        freelancer.fit.map(|fit| fit.percent),
        client.fit.map(|fit| fit.percent)
    );
}

#[test]
fn a_freelancer_reads_that_the_application_was_opened() {
    let mut pair = Pair::new();
    let application = pair.apply();
    pair.market
        .must(pair.client, &Mutation::ViewApplication { id: application });

    let told = open(&pair.on_freelancer(), application);
    assert_eq!(
        told.entries[1].text,
        "Harbour Museum opened your application"
    );
    assert_eq!(told.row.stage, ApplicationStageView::Viewed);

    let offer = pair.market.offer(pair.client, application);
    pair.market
        .must(pair.client, &Mutation::RevokeOffer { id: offer });
    let texts = open(&pair.on_freelancer(), application);
    assert!(
        texts
            .entries
            .iter()
            .all(|entry| !entry.text.contains("opened"))
    );
}

#[test]
fn reasons_are_told() {
    let mut pair = Pair::new();
    let id = pair.apply();
    let reason = "The place went to somebody nearer.".to_owned();
    pair.market
        .must(pair.client, &Mutation::DeclineApplication { id, reason });

    let view = open(&pair.on_freelancer(), id);

    assert_eq!(view.row.stage, ApplicationStageView::Declined);
    assert_eq!(
        view.entries.last().map(|entry| entry.text.as_str()),
        Some("Harbour Museum declined the application: “The place went to somebody nearer.”")
    );
}

#[test]
fn the_end_of_the_request_is_told_in_every_thread() {
    let mut pair = Pair::new();
    let application = pair.apply();
    let reason = "No budget this year".to_owned();
    pair.market.must(
        pair.client,
        &Mutation::CancelRequest {
            id: pair.request,
            reason,
        },
    );

    let view = open(&pair.on_freelancer(), application);

    assert_eq!(view.row.stage, ApplicationStageView::Closed);
    assert_eq!(
        view.entries.last().map(|entry| entry.text.as_str()),
        Some("The request was cancelled")
    );
    assert_eq!(view.acts, ["message"]);
}

#[test]
fn acts_follow_the_rules_on_both_sides() {
    let mut pair = Pair::new();
    let id = pair.apply();
    let acts = |pair: &Pair| {
        (
            open(&pair.on_client(), id).acts,
            open(&pair.on_freelancer(), id).acts,
        )
    };
    let both = |client: &[&str], freelancer: &[&str]| {
        let owned = |acts: &[&str]| acts.iter().map(|act| (*act).to_owned()).collect::<Vec<_>>();
        (owned(client), owned(freelancer))
    };

    assert_eq!(
        acts(&pair),
        both(
            &["message", "shortlist", "decline", "offer"],
            &["message", "withdraw"]
        )
    );
    let offer = pair.market.offer(pair.client, id);
    assert_eq!(
        acts(&pair),
        both(
            &["message", "revoke_offer"],
            &["message", "accept_offer", "decline_offer"]
        )
    );
    let contract = pair.market.accept(pair.freelancer, offer);
    assert_eq!(
        acts(&pair),
        both(
            &["message", "cancel_contract"],
            &["message", "deliver", "cancel_contract"]
        )
    );
    pair.market.deliver(pair.freelancer, contract);
    assert_eq!(
        acts(&pair),
        both(
            &[
                "message",
                "request_changes",
                "accept_delivery",
                "cancel_contract"
            ],
            &["message", "cancel_contract"]
        )
    );
    pair.market
        .must(pair.client, &Mutation::AcceptDelivery { id: contract });
    assert_eq!(
        acts(&pair),
        both(&["message", "review"], &["message", "review"])
    );
    pair.market.review(pair.client, contract, 5);
    assert_eq!(acts(&pair), both(&["message"], &["message", "review"]));
    pair.market.days_later(15);
    assert_eq!(acts(&pair), both(&["message"], &["message"]));
}

#[test]
fn an_offer_runs_out() {
    let mut pair = Pair::new();
    let application = pair.apply();
    pair.market.offer(pair.client, application);
    let offer = |pair: &Pair| {
        open(&pair.on_freelancer(), application)
            .offer
            .expect("an offer")
    };
    assert!(offer(&pair).mine_to_answer);
    assert_eq!(offer(&pair).stage, "sent");
    assert_eq!(offer(&pair).terms.rate.map(|rate| rate.minor), Some(6_600));
    let on_client = open(&pair.on_client(), application)
        .offer
        .expect("an offer");
    assert!(!on_client.mine_to_answer);

    pair.market.later(OFFER_LIFE_MS);

    assert_eq!(offer(&pair).stage, "expired");
    assert!(!offer(&pair).mine_to_answer);
    let view = open(&pair.on_freelancer(), application);
    assert_eq!(view.row.stage, ApplicationStageView::Viewed);
    assert_eq!(
        view.entries.last().map(|entry| entry.text.as_str()),
        Some("The offer ran out without an answer")
    );
    assert!(
        open(&pair.on_client(), application)
            .acts
            .contains(&"offer".to_owned())
    );
}

#[test]
fn an_offer_begins_with_what_was_asked_for() {
    let mut pair = Pair::new();
    let application = pair.apply();

    let suggested = open(&pair.on_client(), application)
        .suggested_terms
        .expect("the client offers");

    assert_eq!(
        suggested.scope,
        "We sell tickets through a system from 2011."
    );
    assert_eq!(
        suggested.rate.map(|rate| i64::from(rate.minor)),
        Some(eur(68).minor)
    );
    assert_eq!(suggested.hours_per_week, 30);
    assert_eq!(
        (suggested.start.as_str(), suggested.end.as_str()),
        ("2026-12-08", "2027-02-28")
    );
    assert_eq!(
        open(&pair.on_freelancer(), application).suggested_terms,
        None
    );

    pair.market.days_later(20);
    let late = open(&pair.on_client(), application)
        .suggested_terms
        .expect("the client offers");
    assert_eq!(
        (late.start.as_str(), late.end.as_str()),
        ("2026-12-12", "2027-03-04")
    );
}

#[test]
fn unread_are_the_others_messages_after_my_mark() {
    let mut pair = Pair::new();
    let application = pair.apply();
    pair.market
        .say(pair.freelancer, application, "May I add something?");
    pair.market.say(pair.client, application, "Please do.");
    let read_at = pair.market.now;
    pair.market.later(HOUR_MS);
    pair.market
        .say(pair.client, application, "We meet on Monday.");
    let unread = |pair: &Pair| {
        let client = threads(&pair.on_client(), RoleView::Client)[0].unread;
        let freelancer = threads(&pair.on_freelancer(), RoleView::Freelancer)[0].unread;
        (client, freelancer)
    };
    assert_eq!(unread(&pair), (1, 2));

    let mark = |up_to| Mutation::MarkRead { application, up_to };
    pair.market.must(pair.freelancer, &mark(read_at));
    assert_eq!(unread(&pair), (1, 1));
    let now = pair.market.now;
    pair.market.must(pair.freelancer, &mark(now));
    assert_eq!(unread(&pair), (1, 0));
}

#[test]
fn the_last_line_says_whose_it_is() {
    let mut pair = Pair::new();
    let application = pair.apply();
    let line = |pair: &Pair| {
        let client = threads(&pair.on_client(), RoleView::Client)[0]
            .last_line
            .clone();
        let freelancer = threads(&pair.on_freelancer(), RoleView::Freelancer)[0]
            .last_line
            .clone();
        (client, freelancer)
    };
    let letter = "I rebuilt ticketing for two ferry lines.";
    assert_eq!(line(&pair), (letter.to_owned(), format!("You: {letter}")));

    pair.market.say(
        pair.client,
        application,
        "Thank you.\n\nWould Monday suit you?",
    );

    let question = "Thank you. Would Monday suit you?";
    assert_eq!(
        line(&pair),
        (format!("You: {question}"), question.to_owned())
    );
}

#[test]
fn the_latest_thread_stands_first_and_each_hat_has_its_own() {
    let mut pair = Pair::new();
    let first = pair.apply();
    let other = pair
        .market
        .publish(pair.client, crate::market::titled("Spring campaign photos"));
    let second = pair.market.apply_to(other, pair.freelancer);
    let ids = |pair: &Pair| {
        let rows = threads(&pair.on_client(), RoleView::Client);
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&pair), [second.to_string(), first.to_string()]);

    // Reading is no news: an old one that is read stays where it is.
    pair.market
        .must(pair.client, &Mutation::ViewApplication { id: first });
    assert_eq!(ids(&pair), [second.to_string(), first.to_string()]);

    pair.market.say(pair.freelancer, first, "One more thing.");

    assert_eq!(ids(&pair), [first.to_string(), second.to_string()]);
    assert!(threads(&pair.on_client(), RoleView::Freelancer).is_empty());
    assert!(threads(&pair.on_client(), RoleView::Admin).is_empty());
}

#[test]
fn a_stranger_finds_no_thread() {
    let mut pair = Pair::new();
    let application = pair.apply();
    let stranger = pair.market.join("Nobody Knows", true, true);
    let mut snapshot = pair.market.snapshot(stranger);
    assert!(thread(&snapshot, application).is_err());

    // Even if the row were on the device.
    let row = pair.market.find(application).expect("an application");
    snapshot.put(Row::Application(row));
    assert_eq!(
        thread(&snapshot, application).expect_err("not theirs").code,
        Code::NotFound
    );
    assert!(threads(&snapshot, RoleView::Client).is_empty());
    assert!(threads(&snapshot, RoleView::Freelancer).is_empty());
}

#[test]
fn a_review_is_seen_by_the_other_only_when_both_are_written() {
    let mut pair = Pair::new();
    let (application, contract) = pair.finish();
    pair.market.review(pair.client, contract, 4);

    let mine = open(&pair.on_client(), application).reviews;
    assert_eq!(mine.len(), 1);
    assert!(mine[0].mine && mine[0].sealed);
    assert_eq!(open(&pair.on_freelancer(), application).reviews, []);

    pair.market.review(pair.freelancer, contract, 5);
    let both = open(&pair.on_freelancer(), application).reviews;
    let seen: Vec<(bool, u8, bool)> = both
        .iter()
        .map(|review| (review.mine, review.stars, review.sealed))
        .collect();
    assert_eq!(seen, [(false, 4, false), (true, 5, false)]);
}

#[test]
fn a_sealed_review_of_the_other_is_not_shown_even_if_it_lies_here() {
    let mut pair = Pair::new();
    let (application, contract) = pair.finish();
    pair.market.review(pair.client, contract, 1);
    let sealed = guildhall_domain::id::ReviewId::of(contract, pair.client);
    let mut snapshot = pair.on_freelancer();
    snapshot.put(Row::Review(pair.market.find(sealed).expect("a review")));

    assert_eq!(open(&snapshot, application).reviews, []);
}

#[test]
fn what_i_was_typing_is_still_there() {
    let mut pair = Pair::new();
    let application = pair.apply();
    let mut snapshot = pair.on_client();
    snapshot.drafts.insert(
        drafts::message_key(application),
        "\"Would Monday\"".to_owned(),
    );

    assert_eq!(open(&snapshot, application).draft, "Would Monday");
    assert_eq!(open(&pair.on_client(), application).draft, "");
}

#[test]
fn messages_of_the_same_moment_keep_one_order() {
    let mut pair = Pair::new();
    let application = pair.apply();
    let at = pair.market.now;
    let first = pair.market.say(pair.client, application, "One.");
    pair.market.now = Timestamp(at.0);
    let second = pair.market.say(pair.client, application, "Two.");
    assert!(first < second);

    let view = open(&pair.on_freelancer(), application);

    assert_eq!(view.entries[1].text, "One.");
    assert_eq!(view.entries[2].text, "Two.");
}
