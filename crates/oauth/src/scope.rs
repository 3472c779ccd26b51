//! What tokens open: those of a sign-in, and those that a person made for their own programs.

use crate::{ErrorCode, OAuthError};
use std::collections::BTreeSet;
use std::fmt::{Display, Formatter, Result};

/// What a sign-in is for: the `scope` of RFC 6749 section 3.3, of which there is one at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// What the person may do in the marketplace, for as long as they stay signed in.
    #[default]
    Marketplace,
    /// What only those who keep order may do, for some minutes after they showed anew who they are, and nothing else.
    Oversight,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Marketplace, Self::Oversight];

    /// Its name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Marketplace => "marketplace",
            Self::Oversight => "oversight",
        }
    }

    /// Finds a scope by its name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Reads what a client asks for; without a word it is the marketplace.
    ///
    /// # Errors
    /// `invalid_scope` for any other name, and for several at once.
    pub fn parse(asked: Option<&str>) -> std::result::Result<Self, OAuthError> {
        asked.map_or(Ok(Self::Marketplace), |name| {
            Self::find(name).ok_or(OAuthError::new(
                ErrorCode::InvalidScope,
                "scope must be marketplace or oversight",
            ))
        })
    }
}

/// One part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiScope {
    /// One's own profile.
    Profile,
    /// Requests that one is shown.
    Requests,
    /// One's own applications and contracts.
    Mine,
}

impl ApiScope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Profile, Self::Requests, Self::Mine];

    /// Its name, as tokens and pages have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Profile => "read:profile",
            Self::Requests => "read:requests",
            Self::Mine => "read:mine",
        }
    }
}

/// What one token opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiScopes(BTreeSet<ApiScope>);

impl ApiScopes {
    /// Opens nothing.
    pub const NONE: Self = Self(BTreeSet::new());

    /// Reads a list of names with spaces between. A name that this version does not know opens nothing.
    pub fn parse(text: &str) -> Self {
        let named = |name| ApiScope::ALL.into_iter().find(|scope| scope.name() == name);
        text.split(' ').filter_map(named).collect()
    }

    /// Whether it opens this part.
    pub fn has(&self, scope: ApiScope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether it opens nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of what it opens.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|scope| scope.name())
    }
}

impl FromIterator<ApiScope> for ApiScopes {
    fn from_iter<T: IntoIterator<Item = ApiScope>>(scopes: T) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl Display for ApiScopes {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let names: Vec<&str> = self.names().collect();
        formatter.write_str(&names.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_for_one_of_two_things() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(Some(scope.name())), Ok(scope));
        }
        assert_eq!(Scope::parse(None), Ok(Scope::Marketplace));
        for wrong in ["", "admin", "marketplace oversight", "Oversight"] {
            let error = Scope::parse(Some(wrong)).expect_err("is refused");
            assert_eq!(error.error, ErrorCode::InvalidScope, "{wrong}");
        }
    }

    #[test]
    fn scopes_read_back_as_written() {
        for scopes in [
            ApiScopes::default(),
            ApiScopes::from_iter([ApiScope::Mine]),
            ApiScopes::from_iter(ApiScope::ALL),
        ] {
            assert_eq!(ApiScopes::parse(&scopes.to_string()), scopes);
        }
    }

    #[test]
    fn a_name_that_nobody_knows_opens_nothing() {
        let scopes = ApiScopes::parse("read:everything write:mine read:mine");

        assert_eq!(scopes, ApiScopes::from_iter([ApiScope::Mine]));
        assert!(!scopes.has(ApiScope::Requests));
    }
}
