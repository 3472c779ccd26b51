//! Activity in, series out; and the one module that draws them as SVG.
//!
//! Each chart is a pure function from what happened and the present moment to a [`Chart`]: a
//! finding in words, its points, and a table made from the same entries. [`draw`] turns a chart
//! into an SVG that takes its colours from the page, and into the places on it that one can point
//! at or reach by keyboard.
//!
//! ```
//! use guildhall_analytics::{Event, Kind, Now, Role, Size, draw, jobs_by_month};
//!
//! let now = Now { at_ms: 1_760_000_000_000, utc_offset_minutes: 120 };
//! let finished = Event {
//!     at_ms: now.at_ms,
//!     kind: Kind::Completed,
//!     request: 1,
//!     application: Some(2),
//!     weight: 1,
//! };
//!
//! let chart = jobs_by_month(&[finished], Role::Freelancer, now);
//! let drawing = draw(&chart, Size::for_width(&chart, 322)).expect("a column is wide enough");
//!
//! assert_eq!(chart.title, "You finished 1 job in October");
//! assert_eq!(drawing.hotspots.len(), chart.rows.len());
//! ```

mod calendar;
mod chart;
mod drawing;
mod event;
mod funnel;
mod jobs_by_month;
mod response_time;
mod words;

pub use chart::{Chart, ChartId, Point, Shape, Tick};
pub use drawing::{DrawError, Drawing, Hotspot, Size, draw};
pub use event::{Event, Kind, Now, Role};
pub use funnel::funnel;
pub use jobs_by_month::jobs_by_month;
pub use response_time::response_time;

/// How many cases a rate or a median needs before it is shown; below it there are only counts.
pub const MINIMUM_CASES: u64 = 5;
