//! How long what is handed out stays good.

use crate::Millis;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// How long codes, tokens and browser sessions live, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// From the redirect to the exchange of an authorization code.
    pub code_ms: Millis,
    /// An access token, from its issue.
    pub access_ms: Millis,
    /// A sign-in to keep order, which cannot be renewed.
    pub oversight_ms: Millis,
    /// From signing in to what only those who keep order may do.
    pub fresh_ms: Millis,
    /// A refresh token that is not used. Long, because people work offline for weeks.
    pub refresh_idle_ms: Millis,
    /// A sign-in as a whole. Rotation does not extend it.
    pub refresh_absolute_ms: Millis,
    /// A browser session without a page seen.
    pub browser_idle_ms: Millis,
    /// A browser session as a whole.
    pub browser_absolute_ms: Millis,
    /// A link that shows that an address reaches its owner.
    pub verify_ms: Millis,
    /// A link that sets a new password.
    pub recover_ms: Millis,
    /// From asking to be deleted until it is done, for accounts with contracts; and the link that takes it back.
    pub leave_ms: Millis,
    /// From the password to the code of the second factor.
    pub second_step_ms: Millis,
    /// The way to a provider and back.
    pub trip_ms: Millis,
    /// From the way back to an account that is made.
    pub newcomer_ms: Millis,
    /// From showing at a provider that it is still the same person to what cannot be taken lightly.
    pub confirmed_ms: Millis,
    /// How often, within `reissue_window_ms`, a lost reply may be asked for again.
    pub reissue_limit: u32,
    /// The stretch over which `reissue_limit` counts.
    pub reissue_window_ms: Millis,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            code_ms: MINUTE,
            access_ms: 10 * MINUTE,
            oversight_ms: 15 * MINUTE,
            fresh_ms: 10 * MINUTE,
            refresh_idle_ms: 60 * DAY,
            refresh_absolute_ms: 180 * DAY,
            browser_idle_ms: 30 * MINUTE,
            browser_absolute_ms: 12 * HOUR,
            verify_ms: DAY,
            recover_ms: 30 * MINUTE,
            leave_ms: 14 * DAY,
            second_step_ms: 5 * MINUTE,
            trip_ms: 10 * MINUTE,
            newcomer_ms: 30 * MINUTE,
            confirmed_ms: 5 * MINUTE,
            reissue_limit: 5,
            reissue_window_ms: MINUTE,
        }
    }
}
