//! A measured figure, and what many measurements say together.

use crate::goals;
use anyhow::Result;
use serde::Serialize;
use std::time::Duration;

/// A figure with what one must know to believe it.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    #[serde(rename = "figure")]
    name: &'static str,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<f64>,
    note: String,
}

impl Figure {
    pub(crate) fn new(name: &'static str, value: f64, unit: &'static str, note: String) -> Self {
        // More digits than were measured say nothing.
        let value = (value * 1_000.0).round() / 1_000.0;
        let bounds = goals::of(name);
        Self {
            name,
            value,
            unit,
            floor: bounds.and_then(|bounds| bounds.floor),
            goal: bounds.and_then(|bounds| bounds.goal),
            note,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Prints one line, for a person or for a program.
    #[expect(clippy::print_stdout, reason = "this is what the program is for")]
    pub(crate) fn print(&self, json: bool) -> Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
        } else {
            let bound = |word: &str, bound: Option<f64>| {
                bound.map_or_else(String::new, |bound| format!("{word} {bound}; "))
            };
            println!(
                "{:<26} {:>10.2} {:<4} {}{}{}",
                self.name,
                self.value,
                self.unit,
                bound("floor", self.floor),
                bound("goal", self.goal),
                self.note
            );
        }
        Ok(())
    }
}

/// Many measurements of one thing, in milliseconds.
#[derive(Debug)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    pub(crate) fn new(mut milliseconds: Vec<f64>) -> Self {
        milliseconds.sort_by(f64::total_cmp);
        Self(milliseconds)
    }

    pub(crate) fn of(durations: impl IntoIterator<Item = Duration>) -> Self {
        Self::new(durations.into_iter().map(milliseconds).collect())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest value that so many of a thousand do not exceed; 0 of nothing.
    pub(crate) fn permille(&self, permille: usize) -> f64 {
        let rank = (self.0.len() * permille).div_ceil(1_000).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    pub(crate) fn median(&self) -> f64 {
        self.permille(500)
    }

    pub(crate) fn least(&self) -> f64 {
        self.permille(0)
    }

    pub(crate) fn most(&self) -> f64 {
        self.permille(1_000)
    }
}

/// A duration in milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
