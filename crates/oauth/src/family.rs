//! The refresh token and its family: how a device stays signed in, and how a thief is noticed.
//!
//! A sign-in begins a family. Each exchange spends one refresh token and issues the next pair, so
//! of one sign-in there is only ever one token that is good. Two parties that hold the same token
//! therefore collide: the second of them shows a token that is spent. The whole difficulty is
//! that an honest device does so too, when the reply to its exchange was lost on the way. What
//! tells them apart is whether anybody has *used* the pair that was issued: a device that never
//! received it cannot have.

use crate::{ErrorCode, Lifetimes, Millis, OAuthError};

/// One sign-in of one client, with all tokens that came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Whom it was given to.
    pub client_id: String,
    /// When it ends, however often it is renewed.
    pub expires_at: Millis,
    /// When it was ended, if it was.
    pub revoked_at: Option<Millis>,
}

/// A refresh token as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    /// How many exchanges lie between the sign-in and this token.
    pub generation: i64,
    /// When it ends if it is not exchanged.
    pub expires_at: Millis,
    /// What became of it.
    pub state: RefreshState,
    /// How often its reply was lost within the window that began at `reissues_since`.
    pub reissues: u32,
    /// When the first of these replies was lost.
    pub reissues_since: Millis,
}

/// What became of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshState {
    /// Nobody has exchanged it.
    Fresh,
    /// It was exchanged.
    Consumed {
        /// Whether anybody has used the access or the refresh token that it was exchanged for.
        successor_used: bool,
    },
    /// It was issued in a reply that was taken for lost, and another took its place.
    Superseded,
}

/// What becomes of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RotationDecision {
    /// The token is good: mark it consumed and issue its successor.
    Issue {
        /// Of the successor.
        generation: i64,
        /// Of the successor.
        expires_at: Millis,
    },
    /// The reply was lost: take the unused successor pair back and issue another in its place.
    Reissue {
        /// Of the successor.
        generation: i64,
        /// Of the successor.
        expires_at: Millis,
        /// To be kept with the token that was shown.
        reissues: u32,
        /// To be kept with the token that was shown.
        reissues_since: Millis,
    },
    /// Replies are lost too quickly one after the other. Nothing changes.
    SlowDown {
        /// When the next try is good.
        retry_after_ms: Millis,
    },
    /// Two parties hold tokens of this family: revoke all of it.
    Replayed,
    /// The token is no good. Nothing changes.
    Refused(OAuthError),
}

impl RotationDecision {
    /// The error that the client is told, if it gets no tokens.
    pub fn refusal(&self) -> Option<OAuthError> {
        match self {
            Self::Issue { .. } | Self::Reissue { .. } => None,
            Self::SlowDown { .. } => Some(OAuthError::new(
                ErrorCode::TemporarilyUnavailable,
                "this token was exchanged too often within a minute",
            )),
            Self::Replayed => Some(OAuthError::invalid_grant(
                "the token was used before; the sign-in is ended",
            )),
            Self::Refused(error) => Some(error.clone()),
        }
    }
}

/// Decides the exchange of a refresh token.
pub fn rotate(
    family: &Family,
    token: &Refresh,
    client_id: &str,
    now: Millis,
    lifetimes: &Lifetimes,
) -> RotationDecision {
    let refused = |why| RotationDecision::Refused(OAuthError::invalid_grant(why));
    if family.revoked_at.is_some() {
        return refused("the sign-in has ended");
    }
    if family.client_id != client_id {
        return refused("the token was given to another client");
    }
    // Before any look at the clock: a token that was seen twice is proof at any age.
    match token.state {
        RefreshState::Superseded
        | RefreshState::Consumed {
            successor_used: true,
        } => {
            return RotationDecision::Replayed;
        }
        RefreshState::Fresh
        | RefreshState::Consumed {
            successor_used: false,
        } => {}
    }
    if now >= family.expires_at || now >= token.expires_at {
        return refused("the token has expired");
    }
    let generation = token.generation + 1;
    let expires_at = family.expires_at.min(now + lifetimes.refresh_idle_ms);
    if token.state == RefreshState::Fresh {
        return RotationDecision::Issue {
            generation,
            expires_at,
        };
    }
    let window_ends = token.reissues_since + lifetimes.reissue_window_ms;
    if token.reissues == 0 || now >= window_ends {
        return RotationDecision::Reissue {
            generation,
            expires_at,
            reissues: 1,
            reissues_since: now,
        };
    }
    if token.reissues >= lifetimes.reissue_limit {
        return RotationDecision::SlowDown {
            retry_after_ms: window_ends - now,
        };
    }
    RotationDecision::Reissue {
        generation,
        expires_at,
        reissues: token.reissues + 1,
        reissues_since: token.reissues_since,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = "guildhall-desktop";
    const DAY: Millis = 86_400_000;

    fn family() -> Family {
        Family {
            client_id: CLIENT.into(),
            expires_at: 180 * DAY,
            revoked_at: None,
        }
    }

    fn token(state: RefreshState) -> Refresh {
        Refresh {
            generation: 3,
            expires_at: 60 * DAY,
            state,
            reissues: 0,
            reissues_since: 0,
        }
    }

    fn decide(family: &Family, token: &Refresh, now: Millis) -> RotationDecision {
        rotate(family, token, CLIENT, now, &Lifetimes::default())
    }

    #[test]
    fn a_fresh_token_is_exchanged_for_the_next_generation() {
        let decision = decide(&family(), &token(RefreshState::Fresh), DAY);

        assert_eq!(
            decision,
            RotationDecision::Issue {
                generation: 4,
                expires_at: 61 * DAY
            }
        );
    }

    #[test]
    fn rotation_never_outlives_the_sign_in() {
        let late = Refresh {
            expires_at: 180 * DAY,
            ..token(RefreshState::Fresh)
        };

        assert_eq!(
            decide(&family(), &late, 150 * DAY),
            RotationDecision::Issue {
                generation: 4,
                expires_at: 180 * DAY
            }
        );
        assert!(decide(&family(), &late, 180 * DAY).refusal().is_some());
    }

    #[test]
    fn what_is_expired_revoked_or_foreign_is_refused_and_changes_nothing() {
        let fresh = token(RefreshState::Fresh);
        let ended = Family {
            revoked_at: Some(1),
            ..family()
        };
        let foreign = Family {
            client_id: "other".into(),
            ..family()
        };

        for (family, now) in [(family(), 60 * DAY), (ended, 2), (foreign, 2)] {
            let decision = decide(&family, &fresh, now);
            assert!(
                matches!(decision, RotationDecision::Refused(_)),
                "{decision:?}"
            );
        }
    }

    #[test]
    fn a_spent_token_whose_successor_was_used_is_a_replay_at_any_age() {
        let spent = token(RefreshState::Consumed {
            successor_used: true,
        });

        assert_eq!(decide(&family(), &spent, 1), RotationDecision::Replayed);
        assert_eq!(
            decide(&family(), &spent, 100 * DAY),
            RotationDecision::Replayed
        );
        let superseded = token(RefreshState::Superseded);
        assert_eq!(
            decide(&family(), &superseded, 1),
            RotationDecision::Replayed
        );
    }

    #[test]
    fn a_lost_reply_is_made_good_five_times_a_minute() {
        let mut lost = token(RefreshState::Consumed {
            successor_used: false,
        });

        for count in 1..=5 {
            let RotationDecision::Reissue {
                reissues,
                reissues_since,
                ..
            } = decide(&family(), &lost, 1_000 * count)
            else {
                panic!("the reply number {count} is not made good");
            };
            (lost.reissues, lost.reissues_since) = (reissues, reissues_since);
        }

        assert_eq!(
            decide(&family(), &lost, 6_000),
            RotationDecision::SlowDown {
                retry_after_ms: 55_000
            }
        );
        assert_eq!(
            decide(&family(), &lost, 61_000),
            RotationDecision::Reissue {
                generation: 4,
                expires_at: 61_000 + 60 * DAY,
                reissues: 1,
                reissues_since: 61_000,
            }
        );
    }
}
