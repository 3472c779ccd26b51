//! A chart before it is drawn: a finding, its points, and the table of the same entries.

use crate::event::Now;
use serde::{Deserialize, Serialize};

/// A chart: what the drawing, the table and the screen reader all say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Which chart it is.
    pub id: ChartId,
    /// The finding in words.
    pub title: String,
    /// What is counted and how.
    pub definition: String,
    /// The time it covers, in words.
    pub range: String,
    /// When it was true, in Unix milliseconds.
    pub as_of_ms: i64,
    /// How its points are drawn.
    pub shape: Shape,
    /// The points in reading order.
    pub points: Vec<Point>,
    /// The table's head.
    pub columns: Vec<String>,
    /// The table's rows, one for each point and in the same order.
    pub rows: Vec<Vec<String>>,
    /// Values of its scale that have a name.
    pub ticks: Vec<Tick>,
    /// The whole in one or two sentences, for those who do not see the drawing.
    pub summary: String,
}

/// A value of a scale, and what it is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tick {
    /// In the unit of the points.
    pub value: f64,
    /// E.g. `30 min`.
    pub label: String,
}

/// Which chart it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartId {
    /// Views, applications, hires.
    Funnel,
    /// How long messages wait for the first reply.
    ResponseTime,
    /// Jobs finished in each month.
    JobsByMonth,
}

impl ChartId {
    /// The name by which screens and addresses know the chart.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Funnel => "funnel",
            Self::ResponseTime => "response_time",
            Self::JobsByMonth => "jobs_by_month",
        }
    }
}

/// How the points of a chart are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Horizontal bars under each other: label left, number right.
    Bars,
    /// Columns beside each other, labels below.
    Columns,
    /// A dot with a tail up to a second value, beside each other, labels below; small dots for
    /// single values.
    Tails,
}

/// One point of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The name of the point, as in the table.
    pub label: String,
    /// The name where there is little room.
    pub short: String,
    /// What is drawn; nothing where too few cases stand behind it.
    pub value: Option<f64>,
    /// The number as written into the drawing.
    pub mark: String,
    /// A second, higher value of the same scale.
    pub reach: Option<f64>,
    /// The second value as written into the drawing; may be empty.
    pub reach_mark: String,
    /// Single values, where they are too few for one that stands for all.
    pub singles: Vec<f64>,
    /// The point as a sentence: every cell of its table row.
    pub text: String,
    /// Whether the title speaks of this point; at most one does.
    pub emphasised: bool,
}

/// What a chart says about itself.
pub(crate) struct Head {
    pub(crate) id: ChartId,
    pub(crate) shape: Shape,
    pub(crate) title: String,
    pub(crate) definition: String,
    pub(crate) range: String,
    pub(crate) summary: String,
    pub(crate) columns: Vec<String>,
    pub(crate) ticks: Vec<Tick>,
}

/// One entry of a series: the drawn point and the table row, which therefore cannot disagree.
pub(crate) struct Entry {
    pub(crate) point: Point,
    pub(crate) cells: Vec<String>,
}

impl Chart {
    /// Puts a chart together from one series.
    pub(crate) fn from_series(head: Head, series: Vec<Entry>, now: Now) -> Self {
        let (points, rows) = series
            .into_iter()
            .map(|entry| (entry.point, entry.cells))
            .unzip();
        Self {
            id: head.id,
            title: head.title,
            definition: head.definition,
            range: head.range,
            as_of_ms: now.at_ms,
            shape: head.shape,
            points,
            columns: head.columns,
            rows,
            ticks: head.ticks,
            summary: head.summary,
        }
    }

    /// Whether nothing in it has a length.
    pub fn is_bare(&self) -> bool {
        let has_length = |value: f64| value > 0.0;
        !self.points.iter().any(|point| {
            point.value.is_some_and(has_length) || point.singles.iter().copied().any(has_length)
        })
    }
}
