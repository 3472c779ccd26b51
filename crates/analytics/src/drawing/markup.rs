//! Rewrites what `plotters` wrote: units become pixels, colours become classes, and the root
//! element says what the drawing is.

use super::Size;
use super::canvas::{Ink, UNITS, printable};
use std::fmt::Write as _;

/// Rewrites a whole drawing.
pub(super) fn rewrite(raw: &str, size: Size, title: &str, summary: &str) -> String {
    let mut svg = String::with_capacity(raw.len());
    let mut rest = raw;
    // Values and texts come escaped, so every angle bracket is markup.
    while let Some((before, after)) = rest.split_once('<') {
        svg.push_str(before.trim_matches(['\n', '\r']));
        let Some((tag, after)) = after.split_once('>') else {
            break;
        };
        rest = after;
        if tag.starts_with('/') {
            svg.push('<');
            svg.push_str(tag);
            svg.push('>');
        } else if tag.starts_with("svg") {
            push_root(&mut svg, size, title, summary);
        } else {
            push_element(&mut svg, tag);
        }
    }
    svg
}

fn push_root(svg: &mut String, size: Size, title: &str, summary: &str) {
    // Writing into a string cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {} {}\" \
         role=\"img\"><title>{}</title><desc>{}</desc>",
        size.width,
        size.height,
        escaped(title),
        escaped(summary)
    );
}

fn push_element(svg: &mut String, tag: &str) {
    let (tag, end) = tag
        .strip_suffix('/')
        .map_or((tag, ">"), |open| (open, "/>"));
    let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    svg.push('<');
    svg.push_str(name);
    for (key, value) in Attributes(attributes) {
        push_attribute(svg, key, value);
    }
    if name == "rect" {
        svg.push_str(" rx=\"2\"");
    }
    svg.push_str(end);
}

fn push_attribute(svg: &mut String, key: &str, value: &str) {
    let (key, value) = match key {
        // Font and size come with the class; an opacity of 1 and no stroke are what there is anyway.
        "font-family" | "font-size" | "opacity" => return,
        "stroke" if value == "none" => return,
        "stroke-width" if value == "0" => return,
        "fill" if value.starts_with('#') => ("class", class_of(value).to_owned()),
        "stroke" => ("class", format!("{}-line", class_of(value))),
        "x" | "y" | "width" | "height" | "cx" | "cy" | "r" | "x1" | "x2" | "y1" | "y2"
        | "stroke-width" => (key, pixels(value)),
        "points" => {
            let places: Vec<String> = value
                .split([',', ' '])
                .filter(|number| !number.is_empty())
                .map(pixels)
                .collect();
            (key, places.join(" "))
        }
        _ => (key, value.to_owned()),
    };
    let _ = write!(svg, " {key}=\"{value}\"");
}

fn class_of(colour: &str) -> &'static str {
    let ink = Ink::ALL.into_iter().find(|ink| {
        let sentinel = ink.sentinel();
        let (red, green, blue) = (sentinel.0, sentinel.1, sentinel.2);
        format!("#{red:02X}{green:02X}{blue:02X}") == colour
    });
    ink.unwrap_or(Ink::Label).class()
}

/// Units as pixels with at most two decimals.
fn pixels(units: &str) -> String {
    let Ok(units) = units.parse::<i64>() else {
        return "0".to_owned();
    };
    let scale = u64::from(UNITS);
    let (whole, part) = (units.unsigned_abs() / scale, units.unsigned_abs() % scale);
    let sign = if units < 0 { "-" } else { "" };
    if part == 0 {
        format!("{sign}{whole}")
    } else {
        let decimals = format!("{part:02}");
        format!("{sign}{whole}.{}", decimals.trim_end_matches('0'))
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in printable(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// The attributes of an element as `plotters` writes them: `key="value"`, apart by spaces.
struct Attributes<'a>(&'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, rest) = self.0.split_once("=\"")?;
        let (value, rest) = rest.split_once('"')?;
        self.0 = rest;
        Some((key.trim(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_become_pixels_with_as_many_decimals_as_they_need() {
        for (units, written) in [
            ("0", "0"),
            ("100", "1"),
            ("1250", "12.5"),
            ("-5", "-0.05"),
            ("12345", "123.45"),
            ("nonsense", "0"),
        ] {
            assert_eq!(pixels(units), written);
        }
    }

    #[test]
    fn a_colour_nobody_knows_becomes_the_colour_of_letters() {
        let mut svg = String::new();

        push_element(&mut svg, "circle cx=\"100\" fill=\"#ABCDEF\"/");

        assert_eq!(svg, "<circle cx=\"1\" class=\"chart-ink\"/>");
    }
}
