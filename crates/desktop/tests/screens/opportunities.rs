use crate::market::{Pair, application, backend, booking, eur, predict, titled, town};
use guildhall_desktop::screens::{
    drafts, freelancer_home, my_request, opportunities, opportunity, top_matches,
};
use guildhall_desktop::view::bookmark::StanceView;
use guildhall_desktop::view::request::{ApplicationDraft, OpportunityRow, RequestStageView};
use guildhall_domain::bookmark::{Because, Stance, Subject};
use guildhall_domain::denied::Code;
use guildhall_domain::id::RequestId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Level;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{RequestText, Work};
use guildhall_domain::row::Row;
use uuid::Uuid;

fn only(pair: &Pair) -> OpportunityRow {
    let [row] = opportunities(&pair.on_freelancer())
        .try_into()
        .expect("one opportunity");
    row
}

#[test]
fn both_sides_read_the_same_fit_and_its_parts_add_up() {
    let pair = Pair::new();
    let theirs = my_request(&pair.on_client(), pair.request)
        .expect("mine")
        .candidates[0]
        .fit
        .clone()
        .expect("matched");
    let mine = only(&pair).fit.expect("matched");

    assert_eq!(mine.percent, theirs.percent);
    let percents = |fit: &guildhall_desktop::view::matching::FitView| {
        fit.parts
            .iter()
            .map(|part| part.percent)
            .collect::<Vec<_>>()
    };
    assert_eq!(percents(&mine), percents(&theirs));
    assert_eq!(percents(&mine).iter().sum::<u32>(), mine.percent);
    assert_eq!(
        mine.parts.iter().map(|part| part.of).collect::<Vec<_>>(),
        [45, 20, 15, 10, 10]
    );
    let names: Vec<&str> = mine.parts.iter().map(|part| part.part.as_str()).collect();
    assert_eq!(
        names,
        ["skills", "rating", "place", "availability", "budget"]
    );
    assert!(
        mine.sentence.contains("You show 2 of 2 must-haves"),
        "{}",
        mine.sentence
    );
    assert!(
        theirs.sentence.contains("2 of 2 must-haves"),
        "{}",
        theirs.sentence
    );
}

#[test]
fn the_percent_is_the_servers_even_where_the_device_would_compute_another() {
    let mut pair = Pair::new();
    let mut row: Recommendation = pair.market.recommend(pair.request, pair.freelancer);
    row.parts = [20_000, 10_000, 5_000, 2_000, 768];
    row.score = 37_768;
    pair.market.put(Row::Recommendation(row));

    let fit = only(&pair).fit.expect("matched");

    assert_eq!(fit.percent, 57);
    assert_eq!(fit.parts.iter().map(|part| part.percent).sum::<u32>(), 57);
}

#[test]
fn a_fit_of_other_rows_than_the_server_had_keeps_its_numbers() {
    let mut pair = Pair::new();
    let before = only(&pair).fit.expect("matched");
    let mut text = booking();
    text.skills.truncate(1);
    text.skills[0].skill = Some(crate::market::skill("Plumbing"));
    pair.market.must(
        pair.client,
        &Mutation::EditRequest {
            id: pair.request,
            text: Box::new(text),
        },
    );

    let fit = only(&pair).fit.expect("matched");

    assert_eq!(fit.percent, before.percent);
    assert!(fit.sentence.contains("has changed"), "{}", fit.sentence);
}

#[test]
fn an_opportunity_is_new_until_it_was_opened() {
    let pair = Pair::new();
    let mut snapshot = pair.on_freelancer();
    assert!(opportunities(&snapshot)[0].is_new);

    snapshot.opened.insert(pair.request.0);

    assert!(!opportunities(&snapshot)[0].is_new);
}

#[test]
fn what_i_applied_to_is_marked_and_no_longer_new() {
    let mut pair = Pair::new();
    let application = pair.apply();

    let view = opportunity(&pair.on_freelancer(), pair.request).expect("visible");

    assert!(view.row.applied && !view.row.is_new);
    assert_eq!(view.application, Some(application.to_string()));
}

#[test]
fn what_i_applied_to_stands_after_what_i_can_still_answer() {
    let mut pair = Pair::new();
    let text = RequestText {
        budget: Some(eur(50)),
        ..titled("Far below my rate")
    };
    let other = pair.market.publish(pair.client, text);
    pair.market.recommend(other, pair.freelancer);
    pair.apply();

    let rows = opportunities(&pair.on_freelancer());

    let listed: Vec<_> = rows.iter().map(|row| (&*row.title, row.applied)).collect();
    let expected = [
        ("Far below my rate", false),
        ("Booking system rebuild", true),
    ];
    assert_eq!(listed, expected);
}

#[test]
fn after_withdrawing_one_may_apply_again() {
    let mut pair = Pair::new();
    let id = pair.apply();
    pair.market
        .must(pair.freelancer, &Mutation::WithdrawApplication { id });

    let view = opportunity(&pair.on_freelancer(), pair.request).expect("visible");

    assert!(!view.row.applied);
    assert_eq!(view.application, None);
    let again = application(&pair.market, pair.request);
    assert_eq!(pair.market.act(pair.freelancer, &again), Ok(()));
}

#[test]
fn best_matches_come_first_and_the_tray_names_three() {
    let mut pair = Pair::new();
    let mut asking = |title: &str, budget| {
        let text = RequestText {
            budget: Some(eur(budget)),
            ..titled(title)
        };
        let id = pair.market.publish(pair.client, text);
        pair.market.recommend(id, pair.freelancer);
    };
    asking("Far below my rate", 50);
    asking("A little below my rate", 60);
    asking("Just below my rate", 65);

    let snapshot = pair.on_freelancer();
    let titles: Vec<String> = opportunities(&snapshot)
        .into_iter()
        .map(|row| row.title)
        .collect();
    let top = top_matches(&snapshot);

    assert_eq!(
        titles,
        [
            "Booking system rebuild",
            "Just below my rate",
            "A little below my rate",
            "Far below my rate"
        ]
    );
    assert_eq!(top.len(), 3);
    assert_eq!(top[0].0, "Booking system rebuild");
    assert_eq!(top[0].2, format!("/opportunities/{}", pair.request));
    assert!(top[0].1 > top[2].1);
}

#[test]
fn an_ended_request_leaves_the_list_unless_i_applied() {
    let mut pair = Pair::new();
    let other = pair
        .market
        .publish(pair.client, titled("Nobody applied to this"));
    pair.market.recommend(other, pair.freelancer);
    pair.apply();
    for id in [pair.request, other] {
        let reason = String::new();
        pair.market
            .must(pair.client, &Mutation::CancelRequest { id, reason });
    }

    let row = only(&pair);

    assert_eq!(row.title, "Booking system rebuild");
    assert!(!row.open && row.applied);
    assert!(top_matches(&pair.on_freelancer()).is_empty());
}

#[test]
fn a_paused_request_stays_but_takes_nothing() {
    let mut pair = Pair::new();
    pair.market
        .must(pair.client, &Mutation::PauseRequest { id: pair.request });

    assert!(!only(&pair).open);
    let view = opportunity(&pair.on_freelancer(), pair.request).expect("visible");
    assert_eq!(view.stage, RequestStageView::Paused);
    assert!(top_matches(&pair.on_freelancer()).is_empty());
}

#[test]
fn a_request_on_site_says_where_and_when() {
    let mut pair = Pair::new();
    let text = RequestText {
        work: Work::OnSite,
        place: Some(town("Leipzig")),
        end: crate::market::date("2026-12-22"),
        ..booking()
    };
    let id = pair.market.publish(pair.client, text);
    pair.market.recommend(id, pair.freelancer);

    let view = opportunity(&pair.on_freelancer(), id).expect("visible");

    assert_eq!(view.row.line, "On site, Leipzig · 8 – 22 Dec · 30 h a week");
    assert!(
        view.work.starts_with("On site in Leipzig, "),
        "{}",
        view.work
    );
    assert_eq!(view.dates, "8 – 22 Dec");
    assert_eq!(view.category, "Software development");
    assert_eq!(view.skills[0].name, "Rust");
    assert_eq!(view.skills[0].level, "advanced");
    assert_eq!(view.client.name, "Harbour Museum");
    assert_eq!(view.budget.map(|budget| budget.minor), Some(7_000));
}

#[test]
fn a_skill_without_a_known_id_keeps_its_own_word() {
    let mut pair = Pair::new();
    let mut text = booking();
    text.skills[1].skill = None;
    text.skills[1].name = "Ferry timetables".to_owned();
    text.skills[1].level = Level::Beginner;
    let id = pair.market.publish(pair.client, text);
    pair.market.recommend(id, pair.freelancer);

    let view = opportunity(&pair.on_freelancer(), id).expect("visible");

    assert_eq!(
        (view.skills[1].skill, view.skills[1].name.as_str()),
        (None, "Ferry timetables")
    );
}

#[test]
fn what_i_was_writing_is_still_there() {
    let pair = Pair::new();
    let mut snapshot = pair.on_freelancer();
    let draft = ApplicationDraft {
        message: "I could begin with".to_owned(),
        price: None,
    };
    let json = serde_json::to_string(&draft).expect("JSON");
    snapshot
        .drafts
        .insert(drafts::application_key(pair.request), json);

    let view = opportunity(&snapshot, pair.request).expect("visible");

    assert_eq!(view.draft, Some(draft));
}

#[test]
fn a_request_this_device_does_not_hold_is_not_found() {
    let pair = Pair::new();
    let unknown = RequestId(Uuid::from_u128(3));

    let denied = opportunity(&pair.on_freelancer(), unknown).expect_err("unknown");

    assert_eq!(denied.code, Code::NotFound);
}

#[test]
fn a_stranger_sees_no_opportunity() {
    let mut pair = Pair::new();
    let stranger = pair.market.join("Nobody Knows", true, false);
    pair.market.save_profile(stranger, backend());

    let snapshot = pair.market.snapshot(stranger);

    assert!(opportunities(&snapshot).is_empty());
    assert!(opportunity(&snapshot, pair.request).is_err());
}

fn says(pair: &mut Pair, stance: Stance) {
    let subject = Subject::Request {
        request: pair.request,
        client: pair.client,
    };
    let put = Mutation::PutBookmark { subject, stance };
    pair.market.must(pair.freelancer, &put);
}

#[test]
fn what_is_hidden_is_suggested_nowhere_and_can_be_shown_again() {
    let mut pair = Pair::new();
    let because = Some(Because::Rate);
    assert_eq!(top_matches(&pair.on_freelancer()).len(), 1);
    assert_eq!(only(&pair).stance, StanceView::None);

    says(&mut pair, Stance::Hidden { because });
    let snapshot = pair.on_freelancer();
    assert_eq!(top_matches(&snapshot), []);
    assert_eq!(freelancer_home(&snapshot, 0).recommended, []);
    let row = only(&pair);
    assert_eq!((row.stance, row.is_new), (StanceView::Hidden, true));
    let page = opportunity(&snapshot, pair.request).expect("is still here");
    assert_eq!(page.hidden_because, "because of the rate");
    let theirs = my_request(&pair.on_client(), pair.request).expect("mine");
    assert_eq!(
        theirs.candidates[0].stance,
        StanceView::None,
        "nobody else's"
    );

    let about = pair.request.0;
    let remove = Mutation::RemoveBookmark { about };
    pair.market.must(pair.freelancer, &remove);
    assert_eq!(top_matches(&pair.on_freelancer()).len(), 1);
}

#[test]
fn what_is_saved_stays_in_the_list_without_a_match_and_after_its_end() {
    let mut pair = Pair::new();
    let other = pair
        .market
        .publish(pair.client, titled("Nobody matched me"));
    let subject = Subject::Request {
        request: other,
        client: pair.client,
    };
    let stance = Stance::Saved;
    pair.market
        .must(pair.freelancer, &Mutation::PutBookmark { subject, stance });
    let rows = opportunities(&pair.on_freelancer());
    let [matched, saved] = rows.try_into().expect("two");
    assert_eq!(
        (matched.stance, saved.stance),
        (StanceView::None, StanceView::Saved)
    );
    assert!(saved.fit.is_none() && saved.open);

    let cancel = Mutation::CancelRequest {
        id: other,
        reason: String::new(),
    };
    pair.market.must(pair.client, &cancel);
    let rows = opportunities(&pair.on_freelancer());
    assert_eq!((rows[1].stance, rows[1].open), (StanceView::Saved, false));
}

#[test]
fn what_was_saved_and_is_not_here_yet_says_that_it_comes() {
    let mut pair = Pair::new();
    let elsewhere = pair.market.publish(pair.client, titled("Found by words"));
    let subject = Subject::Request {
        request: elsewhere,
        client: pair.client,
    };
    let mut device = pair.on_freelancer();
    let stance = Stance::Saved;
    predict(&mut device, 700, &Mutation::PutBookmark { subject, stance });

    let denied = opportunity(&device, elsewhere).expect_err("is not here");
    assert_eq!(denied.code, Code::NotFound);
    assert!(denied.message.contains("on its way"), "{}", denied.message);
    assert_eq!(opportunities(&device).len(), 1);
}
