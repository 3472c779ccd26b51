//! What the drawn charts look like to a parser: geometry, words, and what must not be in them.

use guildhall_analytics::{
    Chart, DrawError, Drawing, Event, Kind, Now, Role, Size, draw, funnel, jobs_by_month,
    response_time,
};
use roxmltree::{Document, Node};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Friday 2025-11-21, 12:00 UTC.
const NOON: i64 = 1_763_726_400_000;
const UTC: Now = Now {
    at_ms: NOON,
    utc_offset_minutes: 0,
};
const WIDTH: u32 = 322;

fn event(at_ms: i64, kind: Kind, identity: u128) -> Event {
    Event {
        at_ms,
        kind,
        request: identity,
        application: Some(identity),
        weight: 1,
    }
}

fn some_activity() -> Vec<Event> {
    let mut events = Vec::new();
    for id in 0..40 {
        events.push(event(NOON - DAY, Kind::Viewed, id));
    }
    for id in 0..9 {
        events.push(event(NOON - DAY, Kind::Applied, id));
        events.push(event(NOON - DAY, Kind::MessageReceived { thread: id }, id));
        let wait = i64::try_from(id).expect("a small number") + 1;
        let sent = Kind::MessageSent { thread: id };
        events.push(event(NOON - DAY + wait * HOUR, sent, id));
        events.push(event(NOON - wait * 20 * DAY, Kind::Completed, id));
    }
    events.push(event(NOON, Kind::Accepted, 1));
    events
}

/// A message and its answer.
fn wait(thread: u128, ms: i64) -> [Event; 2] {
    [
        event(NOON - DAY, Kind::MessageReceived { thread }, thread),
        event(NOON - DAY + ms, Kind::MessageSent { thread }, thread),
    ]
}

fn charts(events: &[Event]) -> [Chart; 3] {
    [
        funnel(events, Role::Freelancer, UTC),
        response_time(events, Role::Freelancer, UTC),
        jobs_by_month(events, Role::Freelancer, UTC),
    ]
}

fn drawn(chart: &Chart) -> Drawing {
    draw(chart, Size::for_width(chart, WIDTH)).expect("the size is drawable")
}

fn number(node: Node<'_, '_>, key: &str) -> f64 {
    node.attribute(key)
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{key} of {node:?}"))
}

/// The marks of a class, as their box: x, y, width, height.
fn boxes(svg: &str, class: &str) -> Vec<[f64; 4]> {
    let document = Document::parse(svg).expect("well-formed XML");
    document
        .descendants()
        .filter(|node| node.attribute("class") == Some(class))
        .filter_map(|node| match node.tag_name().name() {
            "rect" => Some(["x", "y", "width", "height"].map(|key| number(node, key))),
            "circle" => {
                let [x, y, r] = ["cx", "cy", "r"].map(|key| number(node, key));
                Some([x - r, y - r, 2.0 * r, 2.0 * r])
            }
            _ => None,
        })
        .collect()
}

fn texts(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).expect("well-formed XML");
    document
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")))
        .filter_map(|node| node.text().map(|text| text.trim().to_owned()))
        .collect()
}

#[test]
fn every_drawing_is_an_image_with_a_name_and_without_colour_or_style() {
    for events in [some_activity(), Vec::new()] {
        for chart in charts(&events) {
            let svg = drawn(&chart).svg;
            let document = Document::parse(&svg).expect("well-formed XML");
            let root = document.root_element();

            assert_eq!(root.attribute("role"), Some("img"));
            assert_eq!(root.attribute("width"), None);
            assert_eq!(root.attribute("height"), None);
            assert!(root.attribute("viewBox").is_some());
            let title = root.first_element_child().expect("a title");
            assert_eq!(title.tag_name().name(), "title");
            assert_eq!(title.text(), Some(chart.title.as_str()));
            for banned in ["style=", "#", "rgb(", "font-family", "<script", "href"] {
                assert!(!svg.contains(banned), "{banned} in {svg}");
            }
            for node in document.descendants().filter(Node::is_element).skip(3) {
                let class = node.attribute("class").unwrap_or_default();
                assert!(class.starts_with("chart-"), "{node:?}");
            }
        }
    }
}

#[test]
fn every_class_that_is_drawn_has_its_rule() {
    let css = include_str!("../chart.css");
    let few: Vec<Event> = [wait(1, HOUR / 2), wait(2, 5 * HOUR)].concat();
    for chart in charts(&some_activity()).iter().chain(&charts(&few)) {
        let svg = drawn(chart).svg;
        let document = Document::parse(&svg).expect("well-formed XML");
        for class in document
            .descendants()
            .filter_map(|node| node.attribute("class"))
        {
            assert!(css.contains(&format!(".{class} {{")), "{class}");
        }
    }
}

#[test]
fn a_hot_spot_says_every_cell_of_its_row() {
    for chart in charts(&some_activity()) {
        let drawing = drawn(&chart);
        assert_eq!(drawing.hotspots.len(), chart.rows.len());
        for (spot, row) in drawing.hotspots.iter().zip(&chart.rows) {
            for cell in row.iter().filter(|cell| *cell != "–") {
                assert!(spot.label.contains(cell), "{cell} in {}", spot.label);
            }
        }
    }
}

#[test]
fn hot_spots_lie_inside_side_by_side_and_over_their_marks() {
    let chart = jobs_by_month(&some_activity(), Role::Freelancer, UTC);
    let drawing = drawn(&chart);
    let mut right = 0.0;
    for spot in &drawing.hotspots {
        assert!((spot.x - right).abs() < 1e-9);
        right = spot.x + spot.width;
    }
    assert!((right - 1.0).abs() < 1e-9);

    let emphasised = chart
        .points
        .iter()
        .position(|point| point.emphasised)
        .expect("a best month");
    let [x, _, width, _] = boxes(&drawing.svg, "chart-emphasis")[0];
    let spot = &drawing.hotspots[emphasised];
    let scale = f64::from(WIDTH);
    assert!(spot.x * scale <= x && x + width <= (spot.x + spot.width) * scale);
}

#[test]
fn one_more_finished_job_raises_the_months_column_and_its_row() {
    let column = |events: &[Event]| {
        let chart = jobs_by_month(events, Role::Freelancer, UTC);
        let drawing = drawn(&chart);
        let spot = &drawing.hotspots[11];
        let left = spot.x * f64::from(WIDTH);
        let mut marks = boxes(&drawing.svg, "chart-mark");
        marks.extend(boxes(&drawing.svg, "chart-emphasis"));
        let mark = marks.into_iter().find(|mark| mark[0] >= left);
        (mark.expect("a column").map(f64::round), spot.label.clone())
    };
    let mut events = some_activity();
    let ([_, top, _, height], label) = column(&events);

    events.push(event(NOON, Kind::Completed, 77));
    let ([_, top_after, _, height_after], label_after) = column(&events);

    assert_eq!(label, "November 2025: 1 job finished");
    assert_eq!(label_after, "November 2025: 2 jobs finished");
    assert!(top_after < top && height_after > height);
}

#[test]
fn one_more_application_lengthens_its_bar_and_changes_its_row() {
    let bar = |events: &[Event]| {
        let chart = funnel(events, Role::Freelancer, UTC);
        let bars = boxes(&drawn(&chart).svg, "chart-mark");
        (bars[1][2], chart.rows[1][1].clone())
    };
    let mut events = some_activity();
    let before = bar(&events);

    events.push(event(NOON, Kind::Applied, 500));
    let after = bar(&events);

    assert_eq!((before.1.as_str(), after.1.as_str()), ("9", "10"));
    assert!(after.0 > before.0);
}

#[test]
fn one_more_view_moves_the_longest_bar_too() {
    let bar = |views: u128| {
        let events: Vec<Event> = (0..views).map(|id| event(NOON, Kind::Viewed, id)).collect();
        let chart = funnel(&events, Role::Freelancer, UTC);
        boxes(&drawn(&chart).svg, "chart-emphasis")[0][2]
    };

    for views in [1, 2, 9, 40, 99, 100, 3_000] {
        let difference = (bar(views) - bar(views + 1)).abs();
        assert!(difference > 0.0, "from {views} views");
    }
}

#[test]
fn one_slow_reply_moves_the_dot_and_the_row() {
    let dot = |events: &[Event]| {
        let chart = response_time(events, Role::Freelancer, UTC);
        let dots = boxes(&drawn(&chart).svg, "chart-emphasis");
        let row = chart.rows.last().cloned().expect("a row");
        (dots[0][1], row)
    };
    let mut events = some_activity();
    let (before, row_before) = dot(&events);

    let thread = 900;
    events.push(event(NOON - DAY, Kind::MessageReceived { thread }, thread));
    events.push(event(
        NOON - DAY + 8 * HOUR,
        Kind::MessageSent { thread },
        thread,
    ));
    let (after, row_after) = dot(&events);

    assert_eq!(row_before[1..], ["9", "9", "5 h", "9 h"]);
    assert_eq!(row_after[1..], ["10", "10", "5 h 30 min", "8 h"]);
    assert!(after < before, "a longer wait stands higher");
}

#[test]
fn a_reply_among_too_few_is_a_dot_of_its_own() {
    let exchange = |thread: u128| {
        [
            event(NOON - DAY, Kind::MessageReceived { thread }, thread),
            event(NOON - HOUR, Kind::MessageSent { thread }, thread),
        ]
    };
    let dots = |events: &[Event]| {
        let chart = response_time(events, Role::Freelancer, UTC);
        boxes(&drawn(&chart).svg, "chart-dot").len()
    };
    let mut events = exchange(1).to_vec();
    assert_eq!(dots(&events), 1);

    events.extend(exchange(2));

    assert_eq!(dots(&events), 2);
}

#[test]
fn where_nothing_is_emphasised_the_scale_is_named() {
    let events: Vec<Event> = [wait(1, HOUR / 2), wait(2, 5 * HOUR)].concat();
    let chart = response_time(&events, Role::Freelancer, UTC);

    let svg = drawn(&chart).svg;

    let lines = boxes(&svg, "chart-grid");
    let [low, high] = lines[..] else {
        panic!("two lines, not {lines:?}");
    };
    assert!(high[1] < low[1], "the longer wait is higher");
    let names = texts(&svg);
    assert!(names.contains(&"2 h".to_owned()), "{names:?}");
    assert!(names.contains(&"4 h".to_owned()), "{names:?}");
    // The dots and the lines measure alike: the longest wait lies above both.
    let dots = boxes(&svg, "chart-dot");
    assert!(dots.iter().any(|dot| dot[1] < high[1]), "{dots:?}");

    let emphasised = response_time(&some_activity(), Role::Freelancer, UTC);
    assert_eq!(boxes(&drawn(&emphasised).svg, "chart-grid").len(), 0);
}

#[test]
fn labels_and_numbers_are_written_beside_the_bars() {
    let svg = drawn(&funnel(&some_activity(), Role::Freelancer, UTC)).svg;

    assert_eq!(texts(&svg), ["Viewed", "40", "Applied", "9", "Hired", "1"]);
}

#[test]
fn markup_in_words_stays_words() {
    let mut chart = funnel(&some_activity(), Role::Freelancer, UTC);
    let nasty = "<b a='1'>&amp; \" ]]> fill=\"#123456\" \u{0} \u{ffff}";
    chart.title = nasty.to_owned();
    chart.summary = nasty.to_owned();
    chart.points[0].short = "<&>\"'".to_owned();
    chart.points[0].mark = "a\nb".to_owned();

    let svg = drawn(&chart).svg;

    let document = Document::parse(&svg).expect("well-formed XML");
    let title = document.root_element().first_element_child();
    assert_eq!(
        title.and_then(|title| title.text()),
        Some("<b a='1'>&amp; \" ]]> fill=\"#123456\"    ")
    );
    assert_eq!(texts(&svg)[..2], ["<&>\"'", "a b"]);
}

#[test]
fn a_size_without_room_or_beyond_any_screen_is_refused() {
    let chart = funnel(&[], Role::Freelancer, UTC);
    for (width, height) in [(0, 0), (159, 100), (160, 47), (4097, 100), (160, u32::MAX)] {
        let refused = draw(&chart, Size { width, height });
        assert!(
            matches!(refused, Err(DrawError::SizeOutOfRange { width: w, .. }) if w == width),
            "{width} by {height}"
        );
    }
}
