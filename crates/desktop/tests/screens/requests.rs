use crate::market::{HOUR_MS, Market, Pair, backend, booking, noon, predict, titled};
use guildhall_desktop::forms::request::{blank_request, request_form};
use guildhall_desktop::screens::{candidate, drafts, my_request, my_requests};
use guildhall_desktop::snapshot::Snapshot;
use guildhall_desktop::view::Delivery;
use guildhall_desktop::view::matching::ApplicationStageView;
use guildhall_desktop::view::request::{RequestForm, RequestStageView};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Person;
use guildhall_domain::recommendation::NewcomerPlace;
use guildhall_domain::row::{Noun as _, Row};
use uuid::Uuid;

fn draft(snapshot: &mut Snapshot, id: RequestId, form: &RequestForm) {
    let json = serde_json::to_string(form).expect("a form is JSON");
    snapshot.drafts.insert(drafts::request_key(id), json);
}

#[test]
fn a_request_counts_matches_applications_and_views() {
    let mut pair = Pair::new();
    let other = pair.market.join("Jonas Oliveira", true, false);
    pair.market.save_profile(other, backend());
    pair.market.recommend(pair.request, other);
    for viewer in [pair.freelancer, other, other] {
        pair.market
            .must(viewer, &Mutation::ViewRequest { id: pair.request });
    }
    let application = pair.apply();

    let [row] = my_requests(&pair.on_client())
        .try_into()
        .expect("one request");

    assert_eq!(row.title, "Booking system rebuild");
    assert_eq!(row.line, "Remote · 8 Dec – 28 Feb · 30 h a week");
    assert_eq!(row.stage, RequestStageView::Open);
    assert_eq!(
        (row.matches, row.applications, row.unread, row.views),
        (2, 1, 1, 3)
    );
    assert_eq!(row.delivery, Delivery::Synced);

    pair.market
        .must(pair.client, &Mutation::ViewApplication { id: application });
    assert_eq!(my_requests(&pair.on_client())[0].unread, 0);
}

#[test]
fn a_request_goes_on_in_its_contract() {
    let mut pair = Pair::new();
    let stage = |pair: &Pair| my_requests(&pair.on_client())[0].stage;
    let application = pair.apply();
    let offer = pair.market.offer(pair.client, application);
    assert_eq!(stage(&pair), RequestStageView::Open);
    let id = pair.market.accept(pair.freelancer, offer);
    assert_eq!(stage(&pair), RequestStageView::InProgress);
    pair.market.deliver(pair.freelancer, id);
    assert_eq!(stage(&pair), RequestStageView::Delivered);
    pair.market
        .must(pair.client, &Mutation::AcceptDelivery { id });
    assert_eq!(stage(&pair), RequestStageView::Completed);
}

#[test]
fn what_can_be_done_with_a_request_follows_the_rules() {
    let mut pair = Pair::new();
    let id = pair.request;
    let acts = |pair: &Pair| my_request(&pair.on_client(), id).expect("mine").acts;

    assert_eq!(acts(&pair), ["edit", "pause", "cancel"]);
    pair.market
        .must(pair.client, &Mutation::PauseRequest { id });
    assert_eq!(acts(&pair), ["edit", "resume", "cancel"]);
    pair.market
        .must(pair.client, &Mutation::ResumeRequest { id });
    pair.hire();
    assert_eq!(acts(&pair), [""; 0]);
}

#[test]
fn a_suspended_client_can_look_but_not_act() {
    let mut pair = Pair::new();
    suspend(&mut pair.market, pair.client);

    let view = my_request(&pair.on_client(), pair.request).expect("mine");

    assert_eq!(view.acts, [""; 0]);
    assert_eq!(view.candidates.len(), 1);
}

fn suspend(market: &mut Market, whom: AccountId) {
    let mut admin: Person = market.find(whom).expect("a person");
    admin.id = AccountId(market.id());
    admin.roles.admin = true;
    market.put(Row::Person(admin.clone()));
    let reason = "Copied portfolio".to_owned();
    market.must(
        admin.id,
        &Mutation::SuspendPerson {
            person: whom,
            reason,
        },
    );
}

#[test]
fn a_removed_request_says_why() {
    let mut pair = Pair::new();
    let mut admin: Person = pair.market.find(pair.client).expect("a person");
    admin.id = AccountId(pair.market.id());
    admin.roles.admin = true;
    pair.market.put(Row::Person(admin.clone()));
    let reason = "Asks for unpaid work".to_owned();
    pair.market.must(
        admin.id,
        &Mutation::RemoveRequest {
            id: pair.request,
            reason,
        },
    );

    let view = my_request(&pair.on_client(), pair.request).expect("mine");

    assert_eq!(view.row.stage, RequestStageView::Removed);
    assert_eq!(
        view.removed_because.as_deref(),
        Some("Asks for unpaid work")
    );
}

#[test]
fn somebody_elses_request_is_not_mine_to_open() {
    let pair = Pair::new();

    let denied = my_request(&pair.on_freelancer(), pair.request).expect_err("not mine");

    assert_eq!(denied.code, Code::NotFound);
    assert!(my_requests(&pair.on_freelancer()).is_empty());
}

#[test]
fn a_draft_stands_first_and_can_be_published() {
    let pair = Pair::new();
    let mut snapshot = pair.on_client();
    let id = RequestId(Uuid::from_u128(7));
    let form = blank_request(snapshot.now.day(), "Europe/Berlin");
    draft(&mut snapshot, id, &form);

    let rows = my_requests(&snapshot);
    let view = my_request(&snapshot, id).expect("a draft");

    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].title, "Untitled request");
    assert_eq!(rows[0].stage, RequestStageView::Draft);
    assert_eq!(rows[0].line, "Remote · 23 Nov – 12 Feb · 20 h a week");
    assert_eq!(rows[0].delivery, Delivery::Synced);
    assert_eq!(view.acts, ["edit", "publish", "discard"]);
}

#[test]
fn a_draft_of_nothing_but_nonsense_still_stands_in_the_list() {
    let mut snapshot = Pair::new().on_client();
    let id = RequestId(Uuid::from_u128(7));
    let form = RequestForm {
        work: String::new(),
        start: "soon".to_owned(),
        end: "2026-01-01".to_owned(),
        hours_per_week: 0,
        ..blank_request(snapshot.now.day(), "")
    };
    draft(&mut snapshot, id, &form);
    snapshot
        .drafts
        .insert("request/not-an-id".to_owned(), "{}".to_owned());
    snapshot.drafts.insert(
        drafts::request_key(RequestId(Uuid::from_u128(8))),
        "[".to_owned(),
    );

    let rows = my_requests(&snapshot);

    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[0].title.as_str(), rows[0].line.as_str()),
        ("Untitled request", "")
    );
}

#[test]
fn a_suspended_client_cannot_publish_a_draft() {
    let mut pair = Pair::new();
    suspend(&mut pair.market, pair.client);
    let mut snapshot = pair.on_client();
    let id = RequestId(Uuid::from_u128(7));
    draft(&mut snapshot, id, &request_form(&booking()));

    assert_eq!(
        my_request(&snapshot, id).expect("a draft").acts,
        ["edit", "discard"]
    );
}

#[test]
fn a_change_that_was_begun_is_what_the_form_shows() {
    let pair = Pair::new();
    let mut snapshot = pair.on_client();
    let begun = RequestForm {
        title: "Booking system, second try".to_owned(),
        ..request_form(&booking())
    };
    draft(&mut snapshot, pair.request, &begun);

    let view = my_request(&snapshot, pair.request).expect("mine");

    assert_eq!(view.form, begun);
    assert_eq!(view.row.title, "Booking system rebuild");
    assert_eq!(my_requests(&snapshot).len(), 1);
}

#[test]
fn a_request_published_offline_waits() {
    let mut snapshot = Pair::new().on_client();
    let id = RequestId(Uuid::from_u128(7));
    let text = Box::new(titled("Spring campaign photos"));
    predict(&mut snapshot, 1, &Mutation::PublishRequest { id, text });

    let view = my_request(&snapshot, id).expect("mine");

    assert_eq!(view.row.delivery, Delivery::Waiting);
    assert_eq!(view.row.stage, RequestStageView::Open);
}

#[test]
fn candidates_are_ranked_and_those_who_applied_are_marked() {
    let mut pair = Pair::new();
    let weaker = pair.market.join("Sana Larbi", true, false);
    let mut text = backend();
    text.rate = Some(crate::market::eur(90));
    pair.market.save_profile(weaker, text);
    pair.market.recommend(pair.request, weaker);
    let unmatched = pair.market.join("Luka Perić", true, false);
    pair.market.apply_to(pair.request, unmatched);
    let application = pair.apply();

    let candidates = my_request(&pair.on_client(), pair.request)
        .expect("mine")
        .candidates;

    let names: Vec<&str> = candidates
        .iter()
        .map(|found| found.person.name.as_str())
        .collect();
    assert_eq!(names, ["Mira Kessler", "Sana Larbi", "Luka Perić"]);
    let [mira, sana, luka] = candidates.try_into().expect("three");
    assert_eq!(mira.application, Some(application.to_string()));
    assert!(mira.unread);
    assert_eq!(mira.stage, ApplicationStageView::Submitted);
    assert_eq!(mira.rate, "68 €/h");
    assert_eq!(sana.stage, ApplicationStageView::None);
    assert_eq!((sana.application, sana.unread), (None, false));
    assert_eq!(
        (luka.fit, luka.stage),
        (None, ApplicationStageView::Submitted)
    );
    assert!(mira.fit.expect("matched").percent > sana.fit.expect("matched").percent);
}

#[test]
fn a_newcomer_who_was_drawn_has_the_tenth_place_and_says_why() {
    let mut pair = Pair::new();
    let mut people = vec![pair.freelancer];
    for number in 0_u32..12 {
        let somebody = pair.market.join(&format!("Somebody {number}"), true, false);
        pair.market.save_profile(somebody, backend());
        people.push(somebody);
    }
    // Thirteen, each a little less fitting than the one before; all but the last two have worked here.
    for (score, freelancer) in (1_u32..).zip(people.iter().rev()) {
        let mut fits = pair.market.recommend(pair.request, *freelancer);
        fits.score = 50_000 + score;
        if score == 1 {
            fits.newcomer = Some(NewcomerPlace {
                day: pair.market.now.day(),
                from: 12,
                places: 1,
                among: 2,
            });
        }
        pair.market.put(fits.into_row());
        let mut person: Person = pair.market.find(*freelancer).expect("has joined");
        person.standing.completed = if score <= 2 { 2 } else { 3 };
        pair.market.put(person.into_row());
    }

    let candidates = my_request(&pair.on_client(), pair.request)
        .expect("mine")
        .candidates;

    let drawn = people.remove(12);
    people.insert(9, drawn);
    let expected: Vec<String> = people.iter().map(ToString::to_string).collect();
    let order: Vec<&String> = candidates.iter().map(|found| &found.person.id).collect();
    assert_eq!(order, expected.iter().collect::<Vec<_>>());
    let labelled: Vec<usize> = (0..13)
        .filter(|place| candidates[*place].newcomer.is_some())
        .collect();
    assert_eq!(labelled, [9], "the other newcomer was not drawn");
    let why = candidates[9].newcomer.as_deref().expect("says why");
    assert!(why.contains("By fit alone this was place 13."), "{why}");
    let page = candidate(&pair.on_client(), pair.request, drawn).expect("matched");
    assert_eq!(page.candidate.newcomer.as_deref(), Some(why));
}

#[test]
fn a_candidates_page_shows_profile_application_and_what_can_be_done() {
    let mut pair = Pair::new();
    let before = candidate(&pair.on_client(), pair.request, pair.freelancer).expect("matched");
    assert_eq!((before.message, before.price), (None, None));
    assert_eq!(before.acts, [""; 0]);

    pair.apply();
    let page = candidate(&pair.on_client(), pair.request, pair.freelancer).expect("applied");

    assert_eq!(
        page.message.as_deref(),
        Some("I rebuilt ticketing for two ferry lines.")
    );
    assert_eq!(page.price.as_deref(), Some("68 €/h"));
    assert_eq!(page.acts, ["shortlist", "decline", "offer", "open_thread"]);
    let freelancer = page.freelancer.expect("downloaded");
    assert_eq!(freelancer.category, "Software development");
    assert_eq!(
        freelancer.languages,
        ["German (native)", "English (fluent)"]
    );
    assert_eq!(freelancer.availability, "30 h a week, free now");
    assert!(freelancer.person.place.starts_with("Leipzig"));
}

#[test]
fn nobody_else_opens_a_candidates_page() {
    let mut pair = Pair::new();
    pair.apply();
    let refused = |snapshot: &Snapshot, freelancer| {
        candidate(snapshot, pair.request, freelancer)
            .expect_err("not theirs")
            .code
    };

    assert_eq!(
        refused(&pair.on_freelancer(), pair.freelancer),
        Code::NotFound
    );
    assert_eq!(refused(&pair.on_client(), pair.client), Code::NotFound);
}

#[test]
fn the_order_of_requests_is_drafts_open_running_ended() {
    let mut pair = Pair::new();
    pair.hire();
    let cancelled = pair.market.publish(pair.client, titled("Cancelled one"));
    let reason = String::new();
    pair.market.must(
        pair.client,
        &Mutation::CancelRequest {
            id: cancelled,
            reason,
        },
    );
    pair.market
        .publish(pair.client, titled("An older open one"));
    pair.market.later(HOUR_MS);
    pair.market.publish(pair.client, titled("A newer open one"));

    let titles: Vec<String> = my_requests(&pair.on_client())
        .into_iter()
        .map(|row| row.title)
        .collect();

    assert_eq!(
        titles,
        [
            "A newer open one",
            "An older open one",
            "Booking system rebuild",
            "Cancelled one"
        ]
    );
    assert!(pair.market.now > noon());
}
