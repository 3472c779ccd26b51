//! The authorization code: good once, for a minute, for the client that asked for it.

use crate::{Challenge, Millis, OAuthError, Verifier};

/// A code as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Whom it was given to.
    pub client_id: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// What its receiver must prove.
    pub challenge: Challenge,
    /// When it ends.
    pub expires_at: Millis,
    /// When it was exchanged, if it was.
    pub used_at: Option<Millis>,
}

/// What is shown to exchange a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeExchange {
    /// Who asks.
    pub client_id: String,
    /// Where the code had been sent, as the client remembers it.
    pub redirect_uri: String,
    /// The secret behind the challenge.
    pub verifier: Verifier,
}

/// What becomes of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeDecision {
    /// It is good: mark the code used and issue the first pair.
    Exchange,
    /// The code was used before, so two parties hold it: revoke all that was issued from it.
    Reused,
    /// It is not good. Nothing changes.
    Refused(OAuthError),
}

impl Code {
    /// Decides an exchange at a point in time.
    pub fn decide(&self, exchange: &CodeExchange, now: Millis) -> CodeDecision {
        // First of all, so that neither age nor a wrong proof hides that a code was seen twice.
        if self.used_at.is_some() {
            return CodeDecision::Reused;
        }
        let fault = if now >= self.expires_at {
            "the code has expired"
        } else if exchange.client_id != self.client_id {
            "the code was given to another client"
        } else if exchange.redirect_uri != self.redirect_uri {
            "redirect_uri differs from the one the code was sent to"
        } else if !self.challenge.is_answered_by(&exchange.verifier) {
            "code_verifier does not fit the code"
        } else {
            return CodeDecision::Exchange;
        };
        CodeDecision::Refused(OAuthError::invalid_grant(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REDIRECT: &str = "http://127.0.0.1:5000/cb";

    fn verifier(letter: char) -> Verifier {
        Verifier::parse(&letter.to_string().repeat(43)).expect("is well formed")
    }

    fn code() -> Code {
        Code {
            client_id: "guildhall-desktop".into(),
            redirect_uri: REDIRECT.into(),
            challenge: verifier('a').challenge(),
            expires_at: 60_000,
            used_at: None,
        }
    }

    fn exchange() -> CodeExchange {
        CodeExchange {
            client_id: "guildhall-desktop".into(),
            redirect_uri: REDIRECT.into(),
            verifier: verifier('a'),
        }
    }

    #[test]
    fn a_good_exchange_is_granted_until_the_last_moment() {
        assert_eq!(code().decide(&exchange(), 0), CodeDecision::Exchange);
        assert_eq!(code().decide(&exchange(), 59_999), CodeDecision::Exchange);
    }

    #[test]
    fn every_single_fault_is_refused() {
        let other_client = CodeExchange {
            client_id: "other".into(),
            ..exchange()
        };
        let other_port = CodeExchange {
            redirect_uri: "http://127.0.0.1:5001/cb".into(),
            ..exchange()
        };
        let wrong_verifier = CodeExchange {
            verifier: verifier('b'),
            ..exchange()
        };

        for (exchange, now) in [
            (exchange(), 60_000),
            (other_client, 0),
            (other_port, 0),
            (wrong_verifier, 0),
        ] {
            let decision = code().decide(&exchange, now);
            assert!(matches!(decision, CodeDecision::Refused(_)), "{exchange:?}");
        }
    }

    #[test]
    fn a_used_code_is_reuse_whatever_else_is_wrong() {
        let used = Code {
            used_at: Some(1),
            ..code()
        };
        let wrong = CodeExchange {
            verifier: verifier('b'),
            ..exchange()
        };

        assert_eq!(used.decide(&exchange(), 2), CodeDecision::Reused);
        assert_eq!(used.decide(&exchange(), 90_000), CodeDecision::Reused);
        assert_eq!(used.decide(&wrong, 2), CodeDecision::Reused);
    }
}
