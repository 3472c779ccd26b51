//! One's own account: where it is signed in, and what the server's pages are for.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A device that is signed in to this account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SignInRow {
    /// Its id.
    pub id: String,
    /// What the computer calls itself; may be empty.
    pub device: String,
    /// Its operating system; may be empty.
    pub system: String,
    /// Since when (Unix ms).
    pub began: f64,
    /// The network it began from.
    pub began_network: String,
    /// When it was last there (Unix ms).
    pub seen: f64,
    /// The network it was there from.
    pub seen_network: String,
    /// Whether it is this device.
    pub current: bool,
}

/// How this account is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SecurityView {
    /// Whether a code is asked for after the password.
    pub second_factor: bool,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}

/// A page of the server about one's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AccountPage {
    /// Everything about it.
    Account,
    /// Another password.
    Password,
    /// The second factor.
    SecondFactor,
    /// What the server holds about one.
    Export,
    /// Leaving for good.
    Delete,
    /// Who is trusted with which role, for admins.
    People,
}

impl AccountPage {
    /// Where the server has it.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Account => "/account",
            Self::Password => "/account/password",
            Self::SecondFactor => "/account/second-factor",
            Self::Export => "/account/export",
            Self::Delete => "/account/delete",
            Self::People => "/admin/people",
        }
    }
}
