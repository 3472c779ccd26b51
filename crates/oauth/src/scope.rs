//! What a person's own programs may read with a token that the person made for them.

use std::collections::BTreeSet;
use std::fmt::{Display, Formatter, Result};

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
