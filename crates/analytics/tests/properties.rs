//! What holds for every series and all events.

use guildhall_analytics::{
    Chart, ChartId, Event, Kind, Now, Point, Role, Shape, Size, Tick, draw, funnel, jobs_by_month,
    response_time,
};
use proptest::prelude::*;
use roxmltree::Document;

fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::MAX),
        0.0..1e6_f64
    ]
}

fn any_point() -> impl Strategy<Value = Point> {
    (
        any::<[String; 4]>(),
        proptest::option::of(any_value()),
        proptest::option::of(any_value()),
        proptest::collection::vec(any_value(), 0..4),
        any::<bool>(),
    )
        .prop_map(
            |([short, mark, reach_mark, text], value, reach, singles, emphasised)| Point {
                label: short.clone(),
                short,
                value,
                mark,
                reach,
                reach_mark,
                singles,
                text,
                emphasised,
            },
        )
}

fn any_chart() -> impl Strategy<Value = Chart> {
    let shape = prop_oneof![Just(Shape::Bars), Just(Shape::Columns), Just(Shape::Tails)];
    let points = proptest::collection::vec(any_point(), 0..40);
    let tick = (any::<f64>(), any::<String>()).prop_map(|(value, label)| Tick { value, label });
    let ticks = proptest::collection::vec(tick, 0..4);
    let texts = any::<[String; 2]>();
    (shape, points, ticks, texts).prop_map(|(shape, points, ticks, [title, summary])| Chart {
        id: ChartId::Funnel,
        title,
        definition: String::new(),
        range: String::new(),
        as_of_ms: 0,
        shape,
        points,
        columns: Vec::new(),
        rows: Vec::new(),
        ticks,
        summary,
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    let at_ms = prop_oneof![
        any::<i64>(),
        Just(i64::MIN),
        Just(i64::MAX),
        1_740_000_000_000..1_764_000_000_000_i64
    ];
    let thread = 0..4_u128;
    let kind = prop_oneof![
        Just(Kind::Published),
        Just(Kind::Viewed),
        Just(Kind::Applied),
        Just(Kind::Offered),
        Just(Kind::Accepted),
        Just(Kind::Completed),
        Just(Kind::Reviewed),
        thread
            .clone()
            .prop_map(|thread| Kind::MessageReceived { thread }),
        thread.prop_map(|thread| Kind::MessageSent { thread }),
    ];
    let application = proptest::option::of(0..9_u128);
    (at_ms, kind, 0..9_u128, application, any::<u32>()).prop_map(
        |(at_ms, kind, request, application, weight)| Event {
            at_ms,
            kind,
            request,
            application,
            weight,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_series_becomes_a_clean_drawing_with_its_hot_spots(
        chart in any_chart(),
        width in 160..2_000_u32,
    ) {
        let drawing = draw(&chart, Size::for_width(&chart, width)).expect("a drawable size");

        let document = Document::parse(&drawing.svg).expect("well-formed XML");
        for node in document.descendants() {
            for attribute in node.attributes() {
                prop_assert!(attribute.name() != "style");
                prop_assert!(!attribute.value().contains('#'));
            }
        }
        prop_assert_eq!(drawing.hotspots.len(), chart.points.len());
        for spot in &drawing.hotspots {
            for edge in [spot.x, spot.y, spot.x + spot.width, spot.y + spot.height] {
                prop_assert!((0.0..=1.0 + 1e-9).contains(&edge));
            }
        }
    }

    #[test]
    fn any_events_become_charts_that_agree_with_their_tables(
        events in proptest::collection::vec(any_event(), 0..60),
        at_ms in prop_oneof![any::<i64>(), Just(1_763_726_400_000)],
        utc_offset_minutes in any::<i16>(),
        role in prop_oneof![Just(Role::Freelancer), Just(Role::Client), Just(Role::Admin)],
    ) {
        let now = Now { at_ms, utc_offset_minutes };
        for chart in [
            funnel(&events, role, now),
            response_time(&events, role, now),
            jobs_by_month(&events, role, now),
        ] {
            prop_assert_eq!(chart.points.len(), chart.rows.len());
            prop_assert!(chart.points.iter().filter(|point| point.emphasised).count() <= 1);
            for (point, row) in chart.points.iter().zip(&chart.rows) {
                prop_assert_eq!(row.len(), chart.columns.len());
                prop_assert_eq!(Some(&point.label), row.first());
            }
            prop_assert!(draw(&chart, Size::for_width(&chart, 322)).is_ok());
        }
    }

    #[test]
    fn the_order_of_events_does_not_matter(
        mut events in proptest::collection::vec(any_event(), 0..40),
    ) {
        let now = Now { at_ms: 1_763_726_400_000, utc_offset_minutes: 60 };
        let charts = |events: &[Event]| [
            funnel(events, Role::Admin, now),
            response_time(events, Role::Admin, now),
            jobs_by_month(events, Role::Admin, now),
        ];

        let before = charts(&events);
        events.reverse();

        prop_assert_eq!(before, charts(&events));
    }
}
