//! Horizontal bars under each other: label left, number right.

use super::canvas::{Anchor, Canvas, Frame, Ink, shortened, width_of};
use super::scale::Scale;
use super::{DrawError, Size};
use crate::chart::Point;

/// The height of a row that the eye reads easily.
pub(super) const ROW: u32 = 24;

const FONT: f64 = 12.0;
const GAP: f64 = 10.0;
const BAR: f64 = 12.0;
/// The least that one sees of a bar; added to every bar, so that the order of lengths stays.
const LEAST: f64 = 2.0;

/// Draws the bars and says where each row is.
pub(super) fn draw(
    canvas: &Canvas<'_>,
    points: &[Point],
    size: Size,
) -> Result<Vec<Frame>, DrawError> {
    let width = f64::from(size.width);
    let rows = f64::from(u32::try_from(points.len().max(1)).unwrap_or(u32::MAX));
    let row = f64::from(size.height) / rows;
    let widest = |texts: &mut dyn Iterator<Item = &String>| {
        texts
            .map(|text| width_of(text, FONT))
            .fold(0.0, f64::max)
            .min(width * 0.36)
    };
    let labels = widest(&mut points.iter().map(|point| &point.short));
    let marks = widest(&mut points.iter().map(|point| &point.mark));
    let left = labels + GAP;
    let room = (width - left - GAP - marks).max(LEAST);
    let scale = Scale::over(points.iter().filter_map(|point| point.value));

    let mut places = Vec::with_capacity(points.len());
    let mut top = 0.0;
    for point in points {
        let middle = top + row / 2.0;
        let height = BAR.min(row * 0.75);
        let share = scale.share(point.value.unwrap_or_default());
        let (length, ink) = match (share > 0.0, point.emphasised) {
            (false, _) => (LEAST, Ink::Nothing),
            (true, false) => (LEAST + share * (room - LEAST), Ink::Mark),
            (true, true) => (LEAST + share * (room - LEAST), Ink::Emphasis),
        };
        let bar = Frame {
            x: left,
            y: middle - height / 2.0,
            width: length,
            height,
        };
        canvas.fill(bar, ink)?;
        let label = shortened(&point.short, FONT, labels + 1.0);
        canvas.write(&label, (0.0, middle), Anchor::Left, Ink::Label)?;
        let mark = shortened(&point.mark, FONT, marks + 1.0);
        let ink = if point.emphasised {
            Ink::Strong
        } else {
            Ink::Label
        };
        canvas.write(&mark, (width, middle), Anchor::Right, ink)?;

        places.push(Frame {
            x: 0.0,
            y: top,
            width,
            height: row,
        });
        top += row;
    }
    Ok(places)
}
