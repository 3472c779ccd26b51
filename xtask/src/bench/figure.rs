//! One measured figure and the two ways to write it.

use anyhow::Result;
use serde::{Deserialize, Serialize};

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Figure {
    #[serde(rename = "figure")]
    name: String,
    value: f64,
    unit: String,
    /// Worse than this is a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    floor: Option<f64>,
    /// What is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    goal: Option<f64>,
    note: String,
}

impl Figure {
    pub(super) fn new(name: &str, value: f64, unit: &str, note: String) -> Self {
        Self {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            floor: None,
            goal: None,
            note,
        }
    }

    /// Its name, group first.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// One line for a person, or for a program.
    pub(super) fn line(&self, json: bool) -> Result<String> {
        if json {
            return Ok(serde_json::to_string(self)?);
        }
        let bound = |word: &str, bound: Option<f64>| {
            bound.map_or_else(String::new, |bound| format!("{word} {bound}; "))
        };
        Ok(format!(
            "{:<26} {:>10.2} {:<4} {}{}{}",
            self.name,
            self.value,
            self.unit,
            bound("floor", self.floor),
            bound("goal", self.goal),
            self.note
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn a_figure_reads_the_same_on_both_sides_of_json() {
        let figure = Figure::new("road.match_2k_ms", 1.2, "ms", "median of 50".to_owned());
        let line = figure.line(true).expect("writes");
        assert_eq!(
            line,
            r#"{"figure":"road.match_2k_ms","value":1.2,"unit":"ms","note":"median of 50"}"#
        );
        assert_eq!(
            serde_json::from_str::<Figure>(&line).expect("reads"),
            figure
        );
    }
}
