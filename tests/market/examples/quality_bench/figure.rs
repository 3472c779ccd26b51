//! A figure as `cargo xtask bench` reads it.

use serde::Serialize;

/// A figure.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    #[serde(rename = "figure")]
    pub(crate) name: String,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<f64>,
    note: String,
}

impl Figure {
    pub(crate) fn new(name: &str, value: f64, goal: Option<f64>, note: String) -> Self {
        Self {
            name: name.to_owned(),
            value: (value * 10_000.0).round() / 10_000.0,
            unit: "",
            goal,
            note,
        }
    }

    #[expect(clippy::print_stdout, reason = "this is what the program is for")]
    pub(crate) fn print(&self) {
        println!(
            "{}",
            serde_json::to_string(self).expect("plain numbers and texts")
        );
    }
}
