//! What the screens see: plain values made from the rows, ready to draw.
//!
//! Ids are strings, instants are Unix milliseconds (`f64`, exact up to 2^53), money is minor units with an ISO 4217 code.
//! These types are the only ones that cross to the webview, so the TypeScript bindings are generated from this folder.

pub mod account;
pub mod admin;
pub mod bookmark;
pub mod chart;
pub mod error;
pub mod file;
pub mod find;
pub mod home;
pub mod matching;
pub mod outbox;
pub mod profile;
pub mod request;
pub mod session;
pub mod thread;
pub mod vocabulary;

use serde::{Deserialize, Serialize};
use specta::Type;

/// An amount in minor units of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MoneyView {
    /// Minor units (cents, yen, fils).
    pub minor: i32,
    /// ISO 4217 code.
    pub currency: String,
}

/// Which hat a person wears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RoleView {
    /// Does the work.
    Freelancer,
    /// Hires.
    Client,
    /// Keeps order on the marketplace.
    Moderator,
    /// Runs the marketplace.
    Admin,
}

/// A person as others see them in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PersonView {
    /// Account id.
    pub id: String,
    /// The name they go by.
    pub name: String,
    /// One line under the name; empty for clients without one.
    pub headline: String,
    /// Place in words, e.g. "Leipzig, Germany" or "Remote".
    pub place: String,
    /// Data URL of the photo, if there is one.
    pub photo: Option<String>,
    /// Star mean with one decimal, when there is a review.
    pub stars: Option<f32>,
    /// How many reviews the mean rests on.
    pub reviews: u32,
}

/// Whether a thing on screen has reached the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The server has it.
    Synced,
    /// Only on this device: waiting to be sent.
    Waiting,
}
