//! A measured figure, and what many measurements say together.

use serde::Serialize;
use std::time::Duration;

/// A figure as `cargo xtask bench` reads it.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    #[serde(rename = "figure")]
    pub(crate) name: &'static str,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<f64>,
    note: String,
}

impl Figure {
    pub(crate) fn new(
        name: &'static str,
        value: f64,
        unit: &'static str,
        goal: f64,
        note: String,
    ) -> Self {
        Self {
            goal: Some(goal),
            ..Self::without_goal(name, value, unit, note)
        }
    }

    pub(crate) fn without_goal(
        name: &'static str,
        value: f64,
        unit: &'static str,
        note: String,
    ) -> Self {
        Self {
            name,
            value: (value * 10_000.0).round() / 10_000.0,
            unit,
            goal: None,
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

/// Many durations, in milliseconds.
#[derive(Debug)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    pub(crate) fn new(took: impl IntoIterator<Item = Duration>) -> Self {
        let mut took: Vec<f64> = took
            .into_iter()
            .map(|took| took.as_secs_f64() * 1_000.0)
            .collect();
        took.sort_by(f64::total_cmp);
        Self(took)
    }

    /// What so many of a thousand do not exceed.
    pub(crate) fn permille(&self, permille: usize) -> f64 {
        let rank = (self.0.len() * permille).div_ceil(1_000).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    pub(crate) fn note(&self) -> String {
        format!(
            "n={}, p50 {:.3}, p90 {:.3}, p99 {:.3}, most {:.3}, mean {:.3} ms",
            self.0.len(),
            self.permille(500),
            self.permille(900),
            self.permille(990),
            self.permille(1_000),
            self.0.iter().sum::<f64>() / f64::from(u32::try_from(self.0.len()).unwrap_or(1)),
        )
    }
}
