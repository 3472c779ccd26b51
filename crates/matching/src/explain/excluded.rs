//! The words for a gate that was not passed.

use super::Side;
use crate::facts::Level;
use crate::gates::Excluded;

impl Excluded {
    /// Why the two were kept apart, as the end of "3 freelancers: …" for a client, or said to the freelancer.
    pub fn reason(&self, side: Side, skill_name: &dyn Fn(u32) -> String) -> String {
        let (client, freelancer) = match self {
            Self::Suspended => (
                "suspended".to_owned(),
                "your account is suspended".to_owned(),
            ),
            Self::OwnRequest => (
                "you yourself".to_owned(),
                "this is your own request".to_owned(),
            ),
            Self::Category => (
                "another kind of work".to_owned(),
                "this is another kind of work".to_owned(),
            ),
            Self::MustHave(skill) => {
                let name = skill_name(*skill);
                (
                    format!("{name} missing or not at the level"),
                    format!("{name} is missing or not at the level"),
                )
            }
            Self::Language(code) => {
                let code = String::from_utf8_lossy(code).to_uppercase();
                (
                    format!("language {code} missing"),
                    format!("language {code} is missing"),
                )
            }
            Self::RemoteOnly => (
                "work from afar only".to_owned(),
                "you work from afar only".to_owned(),
            ),
            Self::NoPlace => (
                "no place named".to_owned(),
                "you have not said where you live".to_owned(),
            ),
            Self::TooFar => ("too far away".to_owned(), "it is too far away".to_owned()),
            Self::TooFewHours => (
                "too few free hours".to_owned(),
                "you have too few free hours in these weeks".to_owned(),
            ),
            Self::OverBudget => (
                "far over your budget".to_owned(),
                "your rate is far over the budget".to_owned(),
            ),
        };
        match side {
            Side::Client => client,
            Side::Freelancer => freelancer,
        }
    }
}

impl Level {
    /// The level as it is read.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Beginner => "beginner",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
            Self::Expert => "expert",
        }
    }
}
