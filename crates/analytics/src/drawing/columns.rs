//! Marks beside each other over a row of labels: columns, and dots with tails.

use super::canvas::{Anchor, Canvas, Frame, Ink, shortened, width_of};
use super::scale::Scale;
use super::{DrawError, Size};
use crate::chart::{Point, Tick};

const AXIS_FONT: f64 = 10.0;
const MARK_FONT: f64 = 11.0;
/// Above the marks, for the number of the highest.
const HEAD: f64 = 18.0;
/// Below the marks, for the labels.
const FOOT: f64 = 20.0;
const COLUMN: f64 = 16.0;
/// The least that one sees of a mark; added to every mark, so that the order of lengths stays.
const LEAST: f64 = 2.0;
/// The most room right of the tails, for what stands beside them.
const ASIDE: f64 = 124.0;
/// Between the marks and what is said beside them.
const GAP: f64 = 5.0;

/// Where the slots of the points lie.
struct Slots {
    slot: f64,
    baseline: f64,
    room: f64,
    height: f64,
}

impl Slots {
    fn over(points: &[Point], width: f64, size: Size) -> Self {
        let count = f64::from(u32::try_from(points.len().max(1)).unwrap_or(u32::MAX));
        let height = f64::from(size.height);
        Self {
            slot: width / count,
            baseline: height - FOOT,
            room: height - FOOT - HEAD,
            height,
        }
    }

    /// The length of a mark that takes a share of the scale.
    fn length(&self, share: f64) -> f64 {
        LEAST + share * (self.room - LEAST)
    }

    fn centre(&self, index: usize) -> f64 {
        let index = f64::from(u32::try_from(index).unwrap_or(u32::MAX));
        (index + 0.5) * self.slot
    }

    /// The whole slot: a place easier to hit than the mark in it.
    fn place(&self, index: usize) -> Frame {
        Frame {
            x: self.centre(index) - self.slot / 2.0,
            y: 0.0,
            width: self.slot,
            height: self.height,
        }
    }

    /// Writes as many labels as find room, the last one always.
    fn write_labels(&self, canvas: &Canvas<'_>, points: &[Point]) -> Result<(), DrawError> {
        let widest = points
            .iter()
            .map(|point| width_of(&point.short, AXIS_FONT))
            .fold(0.0, f64::max);
        let mut next_free = f64::INFINITY;
        for (index, point) in points.iter().enumerate().rev() {
            let centre = self.centre(index);
            if centre + widest / 2.0 > next_free {
                continue;
            }
            next_free = centre - widest / 2.0 - AXIS_FONT / 2.0;
            let at = (centre, self.height - 7.0);
            canvas.write(&point.short, at, Anchor::Centre, Ink::Axis)?;
        }
        Ok(())
    }

    /// Marks the place of a point that has no length.
    fn nothing(&self, canvas: &Canvas<'_>, index: usize, width: f64) -> Result<(), DrawError> {
        let frame = Frame {
            x: self.centre(index) - width / 2.0,
            y: self.baseline - LEAST,
            width,
            height: LEAST,
        };
        canvas.fill(frame, Ink::Nothing)
    }
}

/// Draws columns, numbers the emphasised one, and says where each slot is.
pub(super) fn draw_columns(
    canvas: &Canvas<'_>,
    points: &[Point],
    size: Size,
) -> Result<Vec<Frame>, DrawError> {
    let slots = Slots::over(points, f64::from(size.width), size);
    let scale = Scale::over(points.iter().filter_map(|point| point.value));
    let width = COLUMN.max(slots.slot * 0.4).min(slots.slot * 0.72);

    for (index, point) in points.iter().enumerate() {
        let share = scale.share(point.value.unwrap_or_default());
        if share <= 0.0 {
            slots.nothing(canvas, index, width)?;
            continue;
        }
        let height = slots.length(share);
        let ink = if point.emphasised {
            Ink::Emphasis
        } else {
            Ink::Mark
        };
        let column = Frame {
            x: slots.centre(index) - width / 2.0,
            y: slots.baseline - height,
            width,
            height,
        };
        canvas.fill(column, ink)?;
        if point.emphasised {
            let at = (slots.centre(index), column.y - 9.0);
            canvas.write(&point.mark, at, Anchor::Centre, Ink::Strong)?;
        }
    }
    slots.write_labels(canvas, points)?;
    Ok((0..points.len()).map(|index| slots.place(index)).collect())
}

/// Draws dots with tails, says both values of the emphasised one beside it, and where each slot is.
///
/// Without an emphasised one the named values of the scale stand there.
pub(super) fn draw_tails(
    canvas: &Canvas<'_>,
    points: &[Point],
    ticks: &[Tick],
    size: Size,
) -> Result<Vec<Frame>, DrawError> {
    let mut said = points.iter().filter(|point| point.value.is_some());
    let said = said.find(|point| point.emphasised);
    let ticks = if said.is_some() { &[] } else { ticks };
    let marks = said.map(room_for).into_iter();
    let names = ticks.iter().map(|tick| width_of(&tick.label, AXIS_FONT));
    let widest = marks.chain(names).reduce(f64::max);
    let aside = widest.map_or(0.0, |widest| widest + GAP).min(ASIDE);
    let left = f64::from(size.width) - aside;
    let slots = Slots::over(points, left, size);
    let values = |point: &Point| {
        let pair = [point.value, point.reach].into_iter().flatten();
        pair.chain(point.singles.clone()).collect::<Vec<f64>>()
    };
    let scale = Scale::over(points.iter().flat_map(values));
    let above = |value: f64| slots.baseline - slots.length(scale.share(value));
    let width = (slots.slot * 0.4).min(7.0);

    for tick in ticks {
        let y = above(tick.value);
        let line = Frame {
            x: 0.0,
            y: y - 0.5,
            width: left,
            height: 1.0,
        };
        canvas.fill(line, Ink::Grid)?;
        let label = shortened(&tick.label, AXIS_FONT, aside - GAP);
        canvas.write(&label, (left + GAP, y), Anchor::Left, Ink::Axis)?;
    }
    let dots = points
        .iter()
        .enumerate()
        .map(|(index, point)| Some((slots.centre(index), above(point.value?))));
    let dots: Vec<Option<(f64, f64)>> = dots.collect();

    for (index, (point, dot)) in points.iter().zip(&dots).enumerate() {
        if let (Some((x, y)), Some(reach)) = (*dot, point.reach) {
            let top = above(reach).min(y);
            let tail = Frame {
                x: x - width / 2.0,
                y: top,
                width,
                height: y - top,
            };
            canvas.fill(tail, Ink::Tail)?;
        } else if point.value.is_none() && point.singles.is_empty() {
            slots.nothing(canvas, index, width)?;
        }
        for single in &point.singles {
            canvas.dot(slots.centre(index), above(*single), 2.0, Ink::Dot)?;
        }
    }
    // A week without a median parts the line: nothing is known there.
    for run in dots.split(Option::is_none) {
        let run: Vec<(f64, f64)> = run.iter().flatten().copied().collect();
        if run.len() > 1 {
            canvas.line(&run, Ink::Dot)?;
        }
    }

    for (point, dot) in points.iter().zip(&dots) {
        let Some((x, y)) = *dot else { continue };
        if point.emphasised {
            let top = point.reach.map_or(y, above);
            say_aside(canvas, point, (x, y), top, (left, aside))?;
            canvas.dot(x, y, 4.5, Ink::Emphasis)?;
        } else {
            canvas.dot(x, y, 3.0, Ink::Dot)?;
        }
    }
    slots.write_labels(canvas, points)?;
    Ok((0..points.len()).map(|index| slots.place(index)).collect())
}

/// How wide what the emphasised point says is. Its letters are bold: somewhat wider than others.
fn room_for(point: &Point) -> f64 {
    let mark = width_of(&point.mark, MARK_FONT) * 1.06;
    mark.max(width_of(&point.reach_mark, AXIS_FONT))
}

/// Writes what the emphasised point says right of all slots, where nothing else is drawn.
fn say_aside(
    canvas: &Canvas<'_>,
    point: &Point,
    (x, y): (f64, f64),
    top: f64,
    (left, aside): (f64, f64),
) -> Result<(), DrawError> {
    const LINE: f64 = 14.0;
    let room = aside - GAP;
    canvas.line(&[(x, y), (left, y)], Ink::Tail)?;
    let mark = shortened(&point.mark, MARK_FONT, room);
    canvas.write(&mark, (left + GAP, y), Anchor::Left, Ink::Strong)?;
    if !point.reach_mark.is_empty() {
        let above = top.min(y - LINE);
        let reach = shortened(&point.reach_mark, AXIS_FONT, room);
        canvas.write(&reach, (left + GAP, above), Anchor::Left, Ink::Axis)?;
    }
    Ok(())
}
