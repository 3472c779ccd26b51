//! Says in plain words why a fit is what it is, to the client or to the freelancer.

mod excluded;
mod improve;
mod words;

use crate::fit::{Fit, Part};
use serde::{Deserialize, Serialize};
use words::Words;

/// Who is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The person who hires.
    Client,
    /// The person who would do the work.
    Freelancer,
}

/// A fit in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The whole of it in one sentence.
    pub sentence: String,
    /// The five parts in order; their percents add up to the fit.
    pub parts: Vec<PartText>,
    /// What would raise the fit most, unless nothing could by a whole percent.
    pub improvable: Option<Improvable>,
}

/// One part in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartText {
    /// Which one.
    pub part: Part,
    /// What it gives, in whole percent of a perfect fit.
    pub percent: u32,
    /// What it could give.
    pub of: u32,
    /// Why.
    pub text: String,
}

/// The part with the most left to win.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Improvable {
    /// Which one.
    pub part: Part,
    /// The fit in whole percent if that part were full and all else the same.
    pub to_percent: u32,
    /// What that takes.
    pub text: String,
}

/// Explains a fit to one side. `skill_name` gives the name of a skill in the reader's language.
pub fn explain(fit: &Fit, side: Side, skill_name: &dyn Fn(u32) -> String) -> Explanation {
    let words = Words {
        facts: &fit.facts,
        side,
        skill_name,
    };
    let percents = fit.percent_parts();
    let most = fit.weights.parts().percents();
    let parts = fit.parts.iter().map(|(part, _)| PartText {
        part,
        percent: percents.get(part),
        of: most.get(part),
        text: words.part(part),
    });
    Explanation {
        sentence: words.sentence(),
        parts: parts.collect(),
        improvable: improve::most(fit, &words),
    }
}

#[cfg(test)]
mod tests;
