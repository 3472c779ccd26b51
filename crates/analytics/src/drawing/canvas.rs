//! A sheet in CSS pixels over the `plotters` backend, which counts in whole units.

use super::{DrawError, Size};
use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, ShapeStyle, TextStyle};

/// Units of the backend in a pixel: fine enough that one case more among thousands still moves.
pub(super) const UNITS: u32 = 100;

/// What a mark is made of. `plotters` knows only colours, so each ink has one that stands for it
/// until the markup is rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// A mark among others.
    Mark,
    /// The mark that the title speaks of.
    Emphasis,
    /// The letters that belong to it.
    Strong,
    /// A dot among others.
    Dot,
    /// The tail of a dot.
    Tail,
    /// Letters that name or number a mark.
    Label,
    /// Letters along an axis.
    Axis,
    /// The place of a mark that has no length.
    Nothing,
    /// A line at a named value.
    Grid,
}

impl Ink {
    pub(super) const ALL: [Self; 9] = [
        Self::Mark,
        Self::Emphasis,
        Self::Strong,
        Self::Dot,
        Self::Tail,
        Self::Label,
        Self::Axis,
        Self::Nothing,
        Self::Grid,
    ];

    /// The colour that stands for it in what `plotters` writes.
    pub(super) fn sentinel(self) -> RGBColor {
        match self {
            Self::Mark => RGBColor(1, 0, 0),
            Self::Emphasis => RGBColor(2, 0, 0),
            Self::Strong => RGBColor(3, 0, 0),
            Self::Label => RGBColor(4, 0, 0),
            Self::Axis => RGBColor(5, 0, 0),
            Self::Nothing => RGBColor(6, 0, 0),
            Self::Dot => RGBColor(7, 0, 0),
            Self::Tail => RGBColor(8, 0, 0),
            Self::Grid => RGBColor(9, 0, 0),
        }
    }

    /// The class that the page colours.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Mark => "chart-mark",
            Self::Emphasis => "chart-emphasis",
            Self::Strong => "chart-strong",
            Self::Dot => "chart-dot",
            Self::Tail => "chart-tail",
            Self::Label => "chart-ink",
            Self::Axis => "chart-axis",
            Self::Nothing => "chart-nothing",
            Self::Grid => "chart-grid",
        }
    }
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Which end of a text its position is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Left,
    Centre,
    Right,
}

/// The sheet.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

impl<'a> Canvas<'a> {
    /// Opens a sheet that writes into a string.
    pub(super) fn over(raw: &'a mut String, size: Size) -> Self {
        let units = (size.width * UNITS, size.height * UNITS);
        Self {
            area: SVGBackend::with_string(raw, units).into_drawing_area(),
        }
    }

    /// Fills a rectangle.
    pub(super) fn fill(&self, frame: Frame, ink: Ink) -> Result<(), DrawError> {
        let corners = [
            (units(frame.x), units(frame.y)),
            (units(frame.x + frame.width), units(frame.y + frame.height)),
        ];
        self.area
            .draw(&Rectangle::new(corners, ink.sentinel().filled()))?;
        Ok(())
    }

    /// Draws a dot.
    pub(super) fn dot(&self, x: f64, y: f64, radius: f64, ink: Ink) -> Result<(), DrawError> {
        let centre = (units(x), units(y));
        self.area
            .draw(&Circle::new(centre, units(radius), ink.sentinel().filled()))?;
        Ok(())
    }

    /// Joins places by a line.
    pub(super) fn line(&self, places: &[(f64, f64)], ink: Ink) -> Result<(), DrawError> {
        let places: Vec<(i32, i32)> = places.iter().map(|(x, y)| (units(*x), units(*y))).collect();
        let style = ShapeStyle::from(ink.sentinel()).stroke_width(UNITS * 3 / 2);
        self.area.draw(&PathElement::new(places, style))?;
        Ok(())
    }

    /// Writes a text, vertically centred on its position.
    pub(super) fn write(
        &self,
        text: &str,
        (x, y): (f64, f64),
        anchor: Anchor,
        ink: Ink,
    ) -> Result<(), DrawError> {
        let horizontal = match anchor {
            Anchor::Left => HPos::Left,
            Anchor::Centre => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        // The size is the class's; this one only has to be there.
        let font = ("inherit", f64::from(12 * UNITS)).into_font();
        let sentinel = ink.sentinel();
        let style = TextStyle::from(font)
            .color(&sentinel)
            .pos(Pos::new(horizontal, VPos::Center));
        self.area
            .draw_text(&printable(text), &style, (units(x), units(y)))?;
        Ok(())
    }

    /// Closes the sheet.
    pub(super) fn finish(self) -> Result<(), DrawError> {
        self.area.present()?;
        Ok(())
    }
}

/// Pixels as units of the backend.
#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to a range that fits"
)]
fn units(pixels: f64) -> i32 {
    let units = (pixels * f64::from(UNITS)).round();
    if units.is_finite() {
        units.clamp(-10_000_000.0, 10_000_000.0) as i32
    } else {
        0
    }
}

/// Replaces what may not stand in XML even when escaped.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\u{fffe}' | '\u{ffff}' => ' ',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect()
}

/// How wide a text will be, near enough: the page's font is not known here.
pub(super) fn width_of(text: &str, font_size: f64) -> f64 {
    let letters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    f64::from(letters) * font_size * 0.56
}

/// Cuts a text to a width, with an ellipsis for what is missing.
pub(super) fn shortened(text: &str, font_size: f64, width: f64) -> String {
    if width_of(text, font_size) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if width_of(&kept, font_size) + font_size > width {
            break;
        }
    }
    kept.push('…');
    kept
}
