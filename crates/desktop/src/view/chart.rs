//! A chart: the drawing, the places one can point at, and the same numbers as a table.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A drawn chart with its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ChartView {
    /// `funnel`, `response_time`, `jobs_by_month`.
    pub id: String,
    /// A finding in words.
    pub title: String,
    /// What is counted and how.
    pub definition: String,
    /// Unix ms.
    pub as_of: f64,
    /// Inline SVG; colours by class.
    pub svg: String,
    /// Focusable places over the drawing.
    pub hotspots: Vec<HotspotView>,
    /// Table head.
    pub columns: Vec<String>,
    /// Table rows, from the same series.
    pub rows: Vec<Vec<String>>,
    /// For screen readers.
    pub summary: String,
}

/// A place over the drawing, in fractions of its box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct HotspotView {
    /// From the left, 0 to 1.
    pub x: f64,
    /// From the top, 0 to 1.
    pub y: f64,
    /// 0 to 1.
    pub width: f64,
    /// 0 to 1.
    pub height: f64,
    /// What it says when pointed at.
    pub label: String,
}
