//! Which version of the desktop is speaking: told with every request, so that a server can send away one that it no longer serves.

use std::fmt;
use std::str::FromStr;

/// The header that carries the version. A program that is not the desktop leaves it out and is judged by its protocol alone.
pub const HEADER: &str = "guildhall-app";

/// A version of the desktop, `1.4.2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AppVersion(pub u32, pub u32, pub u32);

/// Not three numbers with dots between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a version is written as three numbers with dots between them")]
pub struct NoVersion;

impl FromStr for AppVersion {
    type Err = NoVersion;

    fn from_str(text: &str) -> Result<Self, NoVersion> {
        // What follows a hyphen or a plus names a build of the same version.
        let numbers = text.split(['-', '+']).next().unwrap_or_default();
        let mut parts = numbers.split('.').map(|part| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok()).flatten()
        });
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) => {
                Ok(Self(major, minor, patch))
            }
            (_, _, _, _) => Err(NoVersion),
        }
    }
}

impl fmt::Display for AppVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        let version = |text: &str| text.parse::<AppVersion>();
        assert!(version("0.10.0").ok() > version("0.9.7").ok());
        assert_eq!(version("1.4.2-nightly.3+abc"), Ok(AppVersion(1, 4, 2)));
        for wrong in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "1.2.x",
            "+1.2.3",
            "1.-2.3",
            "1..3",
            "1.2.99999999999",
        ] {
            assert_eq!(version(wrong), Err(NoVersion), "{wrong}");
        }
    }
}
