//! The freelancer's profile, as a form and as others read it.

use super::{Delivery, MoneyView, PersonView};
use serde::{Deserialize, Serialize};
use specta::Type;

/// The profile form. Saved whole; the rules of the domain check it and name the fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ProfileForm {
    /// Data URL of a JPEG or PNG of at most 48 KiB (the screen shrinks it).
    pub photo: Option<String>,
    /// One line, 3 to 100 characters.
    pub headline: String,
    /// Up to 4,000 characters.
    pub bio: String,
    /// Category slug.
    pub category: String,
    /// In the order of importance, at most 40.
    pub skills: Vec<HeldSkillForm>,
    /// Works to show, at most 24.
    pub portfolio: Vec<PortfolioItemForm>,
    /// ISO 639-1 codes with a level.
    pub languages: Vec<SpokenLanguageForm>,
    /// Per hour.
    pub rate: Option<MoneyView>,
    /// Place id of the gazetteer; none with `remote_only`.
    pub place: Option<PlaceView>,
    /// True when on-site work is out of the question.
    pub remote_only: bool,
    /// Kilometres one would travel, 0 to 500.
    pub travel_radius_km: u16,
    /// IANA name.
    pub time_zone: String,
    /// Free hours a week, 0 to 80.
    pub hours_per_week: u8,
    /// ISO date (`2026-12-01`); empty means at once.
    pub free_from: String,
}

/// A skill one has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct HeldSkillForm {
    /// Vocabulary id; none when the vocabulary does not know it: shown as *unmapped*, kept all the same.
    pub skill: Option<u32>,
    /// The name as shown or typed.
    pub name: String,
    /// `beginner`, `intermediate`, `advanced` or `expert`.
    pub level: String,
    /// Years of practice, 0 to 60.
    pub years: u8,
}

/// One piece of shown work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PortfolioItemForm {
    /// 2 to 120 characters.
    pub title: String,
    /// Up to 1,000 characters.
    pub text: String,
    /// `https://…` or empty.
    pub link: String,
    /// Year it was done, or none.
    pub year: Option<u16>,
}

/// A language one works in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpokenLanguageForm {
    /// ISO 639-1.
    pub code: String,
    /// `basic`, `conversational`, `fluent` or `native`.
    pub level: String,
}

/// A place of the gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PlaceView {
    /// Gazetteer id.
    pub id: u32,
    /// Name with region and country, e.g. "Leipzig, Germany".
    pub name: String,
    /// IANA time zone of the place.
    pub time_zone: String,
}

/// My own profile with what surrounds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MyProfileView {
    /// The form, prefilled; defaults when there is none yet.
    pub form: ProfileForm,
    /// True once it has been saved at least once.
    pub exists: bool,
    /// Whether the last save has reached the server.
    pub delivery: Delivery,
    /// 0 to 100.
    pub strength: u8,
    /// The single best next step, e.g. "Add two works to show"; empty when complete.
    pub next_step: String,
    /// A form that was being filled in but never saved (autosaved), if newer than the saved one.
    pub draft: Option<ProfileForm>,
}

/// What an import of a JSON Resume gave: a form to correct, and what was left over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ResumeImportView {
    /// Prefilled form.
    pub form: ProfileForm,
    /// Plain sentences on what could not be taken over.
    pub notes: Vec<String>,
}

/// A freelancer as a client reads them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FreelancerView {
    /// Name, headline, place, stars.
    pub person: PersonView,
    /// About them.
    pub bio: String,
    /// Category name.
    pub category: String,
    /// In their own order.
    pub skills: Vec<HeldSkillForm>,
    /// Shown work.
    pub portfolio: Vec<PortfolioItemForm>,
    /// Languages in words, e.g. "German (native)".
    pub languages: Vec<String>,
    /// Per hour.
    pub rate: Option<MoneyView>,
    /// In words, e.g. "24 h a week, free from 1 Dec".
    pub availability: String,
    /// IANA name.
    pub time_zone: String,
    /// Newest first.
    pub reviews: Vec<ReviewView>,
}

/// A published review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ReviewView {
    /// Who wrote it.
    pub author: String,
    /// 1 to 5.
    pub stars: u8,
    /// Their words.
    pub text: String,
    /// What the job was called.
    pub job: String,
    /// When it was written (Unix ms).
    pub at: f64,
}
