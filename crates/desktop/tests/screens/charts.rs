use crate::market::{Pair, noon, predict};
use guildhall_desktop::screens::charts;
use guildhall_desktop::snapshot::Snapshot;
use guildhall_desktop::view::RoleView;
use guildhall_desktop::view::chart::ChartView;
use guildhall_domain::mutation::Mutation;

fn chart(snapshot: &Snapshot, role: RoleView, id: &str) -> ChartView {
    let mut found = charts(snapshot, role, 60);
    found.retain(|chart| chart.id == id);
    found.pop().expect("the chart")
}

fn counts(snapshot: &Snapshot, role: RoleView) -> Vec<String> {
    let rows = chart(snapshot, role, "funnel").rows;
    rows.into_iter().map(|row| row[1].clone()).collect()
}

#[test]
fn both_hats_have_three_drawn_charts_and_an_admins_come_from_the_server() {
    let mut pair = Pair::new();
    pair.finish();
    for (snapshot, role) in [
        (pair.on_client(), RoleView::Client),
        (pair.on_freelancer(), RoleView::Freelancer),
    ] {
        let found = charts(&snapshot, role, 60);
        let ids: Vec<&str> = found.iter().map(|chart| chart.id.as_str()).collect();
        assert_eq!(ids, ["funnel", "response_time", "jobs_by_month"]);
        for chart in found {
            assert!(chart.svg.starts_with("<svg"), "{}", chart.id);
            assert_eq!(chart.hotspots.len(), chart.rows.len());
            assert!(!chart.title.is_empty() && !chart.definition.is_empty());
        }
    }
    assert!(charts(&pair.on_client(), RoleView::Admin, 0).is_empty());
}

#[test]
fn the_funnel_counts_for_each_side_what_happened_to_it() {
    let mut pair = Pair::new();
    let view = Mutation::ViewRequest { id: pair.request };
    for _ in 0..3 {
        pair.market.must(pair.freelancer, &view);
    }
    pair.hire();

    // A freelancer's views are requests, a client's are all views.
    assert_eq!(
        counts(&pair.on_freelancer(), RoleView::Freelancer),
        ["1", "1", "1"]
    );
    pair.market.days_later(1);
    assert_eq!(counts(&pair.on_client(), RoleView::Client), ["3", "1", "1"]);
    assert_eq!(
        counts(&pair.on_client(), RoleView::Freelancer),
        ["0", "0", "0"]
    );
    assert_eq!(
        counts(&pair.on_freelancer(), RoleView::Client),
        ["0", "0", "0"]
    );
}

#[test]
fn one_more_event_moves_the_drawing_and_the_table() {
    let mut pair = Pair::new();
    pair.apply();
    let before = chart(&pair.on_client(), RoleView::Client, "funnel");
    let other = pair.market.join("Jonas Oliveira", true, false);
    pair.market.apply_to(pair.request, other);

    let after = chart(&pair.on_client(), RoleView::Client, "funnel");

    assert_eq!(
        (before.rows[1][1].as_str(), after.rows[1][1].as_str()),
        ("1", "2")
    );
    assert_ne!(before.svg, after.svg);
}

#[test]
fn a_finished_job_stands_in_its_month_on_both_sides() {
    let mut pair = Pair::new();
    pair.finish();
    for (snapshot, role) in [
        (pair.on_client(), RoleView::Client),
        (pair.on_freelancer(), RoleView::Freelancer),
    ] {
        let rows = chart(&snapshot, role, "jobs_by_month").rows;
        let last = rows.last().expect("this month");
        assert_eq!(last[1], "1", "{role:?}");
        assert!(last[0].starts_with("November"), "{last:?}");
    }
}

#[test]
fn an_answer_counts_for_the_one_who_answers() {
    let mut pair = Pair::new();
    let application = pair.apply();
    pair.market
        .say(pair.client, application, "How would you begin?");
    pair.market.later(2 * crate::market::HOUR_MS);
    pair.market
        .say(pair.freelancer, application, "With the import.");

    let answered = |snapshot: &Snapshot, role| {
        let rows = chart(snapshot, role, "response_time").rows;
        let last = rows.last().expect("this week");
        (last[1].clone(), last[2].clone())
    };

    let one = ("1".to_owned(), "1".to_owned());
    assert_eq!(answered(&pair.on_freelancer(), RoleView::Freelancer), one);
    let unanswered = ("1".to_owned(), "0".to_owned());
    assert_eq!(answered(&pair.on_client(), RoleView::Client), unanswered);
}

#[test]
fn charts_are_as_old_as_the_device_and_know_what_was_done_on_it() {
    let pair = Pair::new();
    let mut snapshot = pair.on_freelancer();
    let at = |snapshot: &Snapshot| chart(snapshot, RoleView::Freelancer, "funnel").as_of;
    let downloaded = at(&snapshot);
    snapshot.now = noon().plus_ms(86_400_000);
    assert!(
        (at(&snapshot) - downloaded).abs() < 0.5,
        "offline for a day"
    );

    predict(
        &mut snapshot,
        1,
        &Mutation::ViewRequest { id: pair.request },
    );

    assert_eq!(counts(&snapshot, RoleView::Freelancer), ["1", "0", "0"]);
    assert!(at(&snapshot) > downloaded);
}
