//! Draws a chart with `plotters` as an SVG that belongs to the page it is put into.
//!
//! The drawing has a `viewBox` and no size of its own, no inline style and no colour: shapes and
//! letters carry classes, and `chart.css` gives those the page's colours, in light and in dark.
//! Title, "as of" and table are the page's; the drawing holds only what has a length.

mod bars;
mod canvas;
mod columns;
mod markup;
mod scale;

use crate::chart::{Chart, Shape};
use canvas::{Canvas, Frame};
use plotters::drawing::DrawingAreaErrorKind;
use serde::{Deserialize, Serialize};

/// The size of a drawing in CSS pixels at its natural scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Size {
    const SMALLEST: Self = Self {
        width: 160,
        height: 48,
    };
    const LARGEST: Self = Self {
        width: 4096,
        height: 4096,
    };

    /// The size that becomes a chart in a column of that width.
    pub fn for_width(chart: &Chart, width: u32) -> Self {
        let height = match chart.shape {
            Shape::Bars => {
                let rows = u32::try_from(chart.points.len()).unwrap_or(u32::MAX);
                rows.saturating_mul(bars::ROW).min(Self::LARGEST.height)
            }
            Shape::Columns | Shape::Tails if chart.is_bare() => Self::SMALLEST.height,
            Shape::Columns => 112,
            Shape::Tails => 128,
        };
        Self {
            width,
            height: height.max(Self::SMALLEST.height),
        }
    }

    fn is_drawable(self) -> bool {
        (Self::SMALLEST.width..=Self::LARGEST.width).contains(&self.width)
            && (Self::SMALLEST.height..=Self::LARGEST.height).contains(&self.height)
    }
}

/// A drawn chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// The SVG element, to be put inline into the page.
    pub svg: String,
    /// One place for each point, in the same order.
    pub hotspots: Vec<Hotspot>,
}

/// A place on the drawing that one can point at or reach by keyboard.
///
/// Position and size are fractions of the drawing's box, from its upper left corner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hotspot {
    /// From the left, 0 to 1.
    pub x: f64,
    /// From the top, 0 to 1.
    pub y: f64,
    /// 0 to 1.
    pub width: f64,
    /// 0 to 1.
    pub height: f64,
    /// What the place says: every cell of the point's table row.
    pub label: String,
}

/// Why a chart was not drawn.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The size asked for leaves no room for a drawing, or is beyond any screen.
    #[error("a drawing of {width} by {height} is too small or too large")]
    SizeOutOfRange {
        /// The width asked for.
        width: u32,
        /// The height asked for.
        height: u32,
    },
    /// The drawing library failed.
    #[error("the drawing could not be made")]
    Plotters(#[from] DrawingAreaErrorKind<std::io::Error>),
}

/// Draws a chart at a size.
pub fn draw(chart: &Chart, size: Size) -> Result<Drawing, DrawError> {
    if !size.is_drawable() {
        return Err(DrawError::SizeOutOfRange {
            width: size.width,
            height: size.height,
        });
    }
    let mut raw = String::new();
    let canvas = Canvas::over(&mut raw, size);
    let places = match chart.shape {
        Shape::Bars => bars::draw(&canvas, &chart.points, size)?,
        Shape::Columns => columns::draw_columns(&canvas, &chart.points, size)?,
        Shape::Tails => columns::draw_tails(&canvas, &chart.points, &chart.ticks, size)?,
    };
    canvas.finish()?;

    let hotspots = chart
        .points
        .iter()
        .zip(places)
        .map(|(point, place)| hotspot(place, size, point.text.clone()))
        .collect();
    let svg = markup::rewrite(&raw, size, &chart.title, &chart.summary);
    Ok(Drawing { svg, hotspots })
}

fn hotspot(place: Frame, size: Size, label: String) -> Hotspot {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let x = (place.x / width).clamp(0.0, 1.0);
    let y = (place.y / height).clamp(0.0, 1.0);
    Hotspot {
        x,
        y,
        width: (place.width / width).clamp(0.0, 1.0 - x),
        height: (place.height / height).clamp(0.0, 1.0 - y),
        label,
    }
}
