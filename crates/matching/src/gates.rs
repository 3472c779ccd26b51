//! Who is not shown at all, and why.

use crate::facts::{FreelancerFacts, LanguageCode, RequestFacts, WantedLanguage};
use serde::{Deserialize, Serialize};

/// The first gate that a request and a freelancer did not pass together, in the order in which gates are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excluded {
    /// The freelancer is suspended.
    Suspended,
    /// The freelancer wrote the request.
    OwnRequest,
    /// The request has no must-have, and neither its category nor any of its skills is the freelancer's.
    Category,
    /// This must-have is not met (by its vocabulary id).
    MustHave(u32),
    /// This language is not spoken well enough.
    Language(LanguageCode),
    /// Work on site, and the freelancer works from afar only.
    RemoteOnly,
    /// Work on site, and the freelancer has not said where they live.
    NoPlace,
    /// Farther than the client asks for or the freelancer travels.
    TooFar,
    /// Less than 30 % of the hours are free.
    TooFewHours,
    /// The rate is one and a half of the budget or more.
    OverBudget,
}

/// The gates that need nothing but a look at the two people.
pub(crate) fn people(request: &RequestFacts, freelancer: &FreelancerFacts) -> Result<(), Excluded> {
    if freelancer.suspended {
        return Err(Excluded::Suspended);
    }
    if freelancer.id == request.client {
        return Err(Excluded::OwnRequest);
    }
    Ok(())
}

/// The gate of the languages: each one wanted is spoken at least so well.
pub(crate) fn languages(
    wanted: &[WantedLanguage],
    freelancer: &FreelancerFacts,
) -> Result<(), Excluded> {
    let missing = wanted.iter().find(|wanted| {
        !freelancer
            .languages
            .iter()
            .any(|spoken| spoken.language == wanted.language && spoken.fluency >= wanted.fluency)
    });
    missing.map_or(Ok(()), |wanted| Err(Excluded::Language(wanted.language)))
}
