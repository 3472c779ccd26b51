//! What somebody types to get an account, and what is wrong with it.

use guildhall_storage::server::accounts::Newcomer;

use super::Roles;
use crate::problem::FieldError;

/// The longest name, in characters.
const NAME_MAXIMUM: usize = 80;
/// The longest address (RFC 5321 leaves 254).
const EMAIL_MAXIMUM: usize = 254;
/// The shortest password, in characters.
pub(crate) const PASSWORD_MINIMUM: usize = 10;
/// The longest password, in characters, so that nobody makes the server hash books.
const PASSWORD_MAXIMUM: usize = 256;

/// What everybody tries first, of the lengths that we take.
const COMMON: [&str; 16] = [
    "1234567890",
    "0123456789",
    "12345678910",
    "123456789a",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty12345",
    "qwerty1234",
    "password12",
    "password123",
    "password1234",
    "passw0rd123",
    "letmein123",
    "iloveyou12",
    "administrator",
];

/// What the owner of an account signs in with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Means {
    /// A password.
    Password(String),
    /// Who they are at a provider.
    Provider(Newcomer),
}

/// A registration that is good in every part.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) email: Email,
    pub(crate) means: Means,
    pub(crate) name: String,
    pub(crate) roles: Roles,
}

impl Registration {
    /// Checks all parts and names every fault.
    pub(crate) fn parse(
        email: &str,
        password: &str,
        name: &str,
        roles: Roles,
    ) -> Result<Self, Vec<FieldError>> {
        Self::assemble(email, name, roles, |email| {
            parse_password(password, email).map(Means::Password)
        })
    }

    /// The same for somebody whom a provider vouches for.
    pub(crate) fn parse_vouched(
        email: &str,
        newcomer: &Newcomer,
        name: &str,
        roles: Roles,
    ) -> Result<Self, Vec<FieldError>> {
        let means = Means::Provider(newcomer.clone());
        Self::assemble(email, name, roles, |_| Ok(means))
    }

    fn assemble(
        email: &str,
        name: &str,
        roles: Roles,
        means: impl FnOnce(Option<&Email>) -> Result<Means, FieldError>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = keep(parse_name(name), &mut errors);
        let email = keep(Email::parse(email), &mut errors);
        let means = keep(means(email.as_ref()), &mut errors);
        if !roles.freelancer && !roles.client {
            let message = "Choose what you are here for.";
            errors.push(FieldError::new("/roles", "required", message));
        }
        match (name, email, means) {
            (Some(name), Some(email), Some(means)) if errors.is_empty() => Ok(Self {
                email,
                means,
                name,
                roles,
            }),
            _ => Err(errors),
        }
    }
}

fn keep<T>(part: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    part.map_err(|error| errors.push(error)).ok()
}

/// An e-mail address, as typed and as compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email {
    pub(crate) typed: String,
    pub(crate) folded: String,
}

impl Email {
    /// Accepts what has the shape of an address. Whether it is one, only a letter could tell.
    pub(crate) fn parse(typed: &str) -> Result<Self, FieldError> {
        let error = |code, message: &str| Err(FieldError::new("/email", code, message));
        let typed = typed.trim();
        if typed.is_empty() {
            return error("required", "Enter your e-mail address.");
        }
        if typed.chars().count() > EMAIL_MAXIMUM {
            return error("too_long", "This e-mail address is too long.");
        }
        let has_shape = typed.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.split('.').all(|label| !label.is_empty())
        });
        if !has_shape
            || typed
                .chars()
                .any(|letter| letter.is_whitespace() || letter.is_control())
        {
            return error(
                "malformed",
                "This is not an e-mail address, such as ada@example.org.",
            );
        }
        Ok(Self {
            typed: typed.to_owned(),
            folded: fold(typed),
        })
    }
}

/// The form in which addresses are compared.
pub(crate) fn fold(email: &str) -> String {
    email.trim().to_lowercase()
}

fn parse_name(name: &str) -> Result<String, FieldError> {
    let error = |code, message: &str| Err(FieldError::new("/name", code, message));
    let name = name.trim();
    if name.is_empty() {
        return error("required", "Enter your name, as others will see it.");
    }
    if name.chars().count() > NAME_MAXIMUM {
        return error("too_long", "A name has 80 characters at most.");
    }
    if name.chars().any(char::is_control) {
        return error("malformed", "A name is one line of text.");
    }
    Ok(name.to_owned())
}

pub(crate) fn parse_password(password: &str, email: Option<&Email>) -> Result<String, FieldError> {
    let error = |code, message: &str| Err(FieldError::new("/password", code, message));
    let length = password.chars().count();
    if length == 0 {
        return error("required", "Choose a password.");
    }
    if length < PASSWORD_MINIMUM {
        return error(
            "too_short",
            "A password has at least 10 characters. Three words make a good one.",
        );
    }
    if length > PASSWORD_MAXIMUM {
        return error("too_long", "A password has 256 characters at most.");
    }
    let lower = password.to_lowercase();
    let first = password.chars().next();
    let is_one_letter = password.chars().all(|letter| Some(letter) == first);
    let is_email = email.is_some_and(|email| email.folded == lower);
    if is_one_letter || is_email || COMMON.contains(&lower.as_str()) {
        return error(
            "too_easy",
            "This password is easy to guess. Three words make a good one.",
        );
    }
    Ok(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_named_at_its_place() {
        let nobody = Roles {
            freelancer: false,
            client: false,
        };

        let errors = Registration::parse("", "short", "\u{7}", nobody)
            .err()
            .unwrap_or_default();

        let places: Vec<_> = errors
            .iter()
            .map(|error| (error.pointer.as_str(), error.code.as_ref()))
            .collect();
        assert_eq!(
            places,
            [
                ("/name", "malformed"),
                ("/email", "required"),
                ("/password", "too_short"),
                ("/roles", "required"),
            ]
        );
    }

    #[test]
    fn an_address_has_one_at_and_no_spaces() {
        for (email, is_good) in [
            ("ada@example.org", true),
            (" ada@example.org ", true),
            ("ada+work@localhost", true),
            ("ädä@exämple.org", true),
            ("ada", false),
            ("@example.org", false),
            ("ada@", false),
            ("ada@@example.org", false),
            ("ada@example..org", false),
            ("ada@example.org\r\nBcc: all", false),
            ("ada lovelace@example.org", false),
        ] {
            assert_eq!(Email::parse(email).is_ok(), is_good, "{email}");
        }
        assert!(Email::parse(&format!("{}@example.org", "a".repeat(250))).is_err());
    }

    #[test]
    fn one_address_in_two_spellings_is_one_address() {
        let [one, other] =
            ["Ada@Example.org", "ada@example.ORG "].map(|email| Email::parse(email).ok());

        assert_eq!(
            one.map(|email| email.folded),
            other.map(|email| email.folded)
        );
    }

    #[test]
    fn a_password_is_long_enough_and_not_the_first_that_is_tried() {
        let email = Email::parse("Ada.Lovelace@example.org").ok();
        for (password, code) in [
            ("", Some("required")),
            ("123456789", Some("too_short")),
            ("1234567890", Some("too_easy")),
            ("Password123", Some("too_easy")),
            ("aaaaaaaaaaaa", Some("too_easy")),
            ("ada.lovelace@example.org", Some("too_easy")),
            ("ein leiser Fluß", None),
            ("пароль из слов", None),
        ] {
            let found = parse_password(password, email.as_ref())
                .err()
                .map(|error| error.code);
            assert_eq!(found.as_deref(), code, "{password}");
        }
        assert!(parse_password(&"xy".repeat(129), None).is_err());
    }
}
