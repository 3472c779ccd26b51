//! A conversation: application, messages, offers, contract and reviews of two people, on one page.

use super::file::FileView;
use super::matching::{ApplicationStageView, FitView};
use super::{Delivery, MoneyView, PersonView};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// A thread in a list; also the row of the freelancer's applications.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ThreadRow {
    /// Application id, which is the thread's id.
    pub id: String,
    /// Request id.
    pub request: String,
    /// What the request is called.
    pub title: String,
    /// The other person.
    pub other: PersonView,
    /// True when I am the freelancer in it.
    pub as_freelancer: bool,
    /// Where it stands.
    pub stage: ApplicationStageView,
    /// The last line written, shortened.
    pub last_line: String,
    /// When something last happened (Unix ms).
    pub at: f64,
    /// Messages I have not read.
    pub unread: u32,
    /// Whether all of mine in it has reached the server.
    pub delivery: Delivery,
}

/// A thread opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ThreadView {
    /// As in the list.
    pub row: ThreadRow,
    /// The application's price in words, e.g. "68 €/h".
    pub price: String,
    /// Fit at the time, if matched.
    pub fit: Option<FitView>,
    /// What happened, oldest first; my unsent ones at the end.
    pub entries: Vec<EntryView>,
    /// The offer on the table, if there is one.
    pub offer: Option<OfferView>,
    /// The contract, once there is one.
    pub contract: Option<ContractView>,
    /// Acts possible now: `message`, `withdraw`, `shortlist`, `decline`, `offer`, `accept_offer`, `decline_offer`,
    /// `revoke_offer`, `deliver`, `request_changes`, `accept_delivery`, `cancel_contract`, `review`.
    pub acts: Vec<String>,
    /// What I was typing, autosaved.
    pub draft: String,
    /// The files that go with what I was typing.
    pub draft_files: Vec<FileView>,
    /// Terms to begin the offer form with, for the client: what was being written, else what fits.
    pub suggested_terms: Option<TermsForm>,
    /// The review that was being written.
    pub review_draft: Option<ReviewDraft>,
    /// Words that were being written for an act, by the act's name, e.g. `deliver`.
    pub written: BTreeMap<String, String>,
    /// The other person's stars for me and mine for them, as far as they may be seen.
    pub reviews: Vec<ThreadReviewView>,
}

/// A review that is being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReviewDraft {
    /// 1 to 5; 0 until chosen.
    pub stars: u8,
    /// 20 to 2,000 characters.
    pub text: String,
}

/// One thing that happened in a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct EntryView {
    /// Row id.
    pub id: String,
    /// `application`, `message`, `delivery`, `changes` or `event`.
    pub kind: String,
    /// True when I wrote or did it.
    pub mine: bool,
    /// The words; for an event a sentence such as "Mira accepted the offer".
    pub text: String,
    /// The files that go with the words.
    pub files: Vec<FileView>,
    /// Server's time once it has it, else mine (Unix ms).
    pub at: f64,
    /// Whether it has reached the server.
    pub delivery: Delivery,
}

/// Terms of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TermsForm {
    /// What is to be done, 10 to 4,000 characters.
    pub scope: String,
    /// Per hour.
    pub rate: Option<MoneyView>,
    /// Hours a week.
    pub hours_per_week: u8,
    /// ISO date.
    pub start: String,
    /// ISO date.
    pub end: String,
}

/// An offer as both see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct OfferView {
    /// Offer id.
    pub id: String,
    /// What was offered.
    pub terms: TermsForm,
    /// `sent`, `accepted`, `declined`, `revoked`, `expired`, `superseded`.
    pub stage: String,
    /// When it runs out (Unix ms).
    pub expires_at: f64,
    /// True when my answer is asked for.
    pub mine_to_answer: bool,
    /// Whether it has reached the server; a waiting acceptance reads "Accepting when online".
    pub delivery: Delivery,
}

/// A contract as both see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ContractView {
    /// Contract id.
    pub id: String,
    /// Request id.
    pub request: String,
    /// What the job is called.
    pub title: String,
    /// The other person.
    pub other: PersonView,
    /// Thread (application) id.
    pub thread: String,
    /// What was agreed; frozen.
    pub terms: TermsForm,
    /// `active`, `delivered`, `completed` or `cancelled`.
    pub stage: String,
    /// Since when it stands there (Unix ms).
    pub since: f64,
    /// True when I do the work.
    pub as_freelancer: bool,
    /// Note of the last delivery or of the changes asked for.
    pub note: String,
    /// Whether it has reached the server.
    pub delivery: Delivery,
    /// True when my review is due.
    pub review_due: bool,
}

/// A review seen in its thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ThreadReviewView {
    /// True when I wrote it.
    pub mine: bool,
    /// 1 to 5.
    pub stars: u8,
    /// The words.
    pub text: String,
    /// True while the other side has not written theirs: only the author sees it.
    pub sealed: bool,
}
