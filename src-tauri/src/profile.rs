//! A profile: its own data folder, keychain entry and window on the same computer.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

const DEFAULT: &str = "default";
const MAXIMUM_LENGTH: usize = 32;

/// The name of a profile, safe as the name of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile(String);

/// A name that cannot be a profile's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a profile name has up to {MAXIMUM_LENGTH} letters, digits and dashes, and begins with a letter or digit"
)]
pub struct ProfileError;

impl Profile {
    /// The name as the desktop knows it: empty for the profile without one.
    pub fn name(&self) -> &str {
        if self.0 == DEFAULT { "" } else { &self.0 }
    }

    /// The name as folders and files bear it.
    pub fn folder_name(&self) -> &str {
        &self.0
    }

    /// Where everything of this profile lies.
    pub fn folder(&self, app_data: &Path) -> PathBuf {
        app_data.join("profiles").join(&self.0)
    }

    /// The title of its window; a second profile is told apart by its name.
    pub fn title(&self) -> String {
        match self.name() {
            "" => "Guildhall".to_owned(),
            name => format!("Guildhall – {name}"),
        }
    }
}

impl FromStr for Profile {
    type Err = ProfileError;

    fn from_str(name: &str) -> Result<Self, ProfileError> {
        if name.is_empty() {
            return Ok(Self(DEFAULT.to_owned()));
        }
        let is_plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_plain || name.starts_with('-') || name.len() > MAXIMUM_LENGTH {
            return Err(ProfileError);
        }
        // Folders on Windows and macOS do not tell case apart, so names do not either.
        Ok(Self(name.to_ascii_lowercase()))
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_folder_of_its_own() {
        for (typed, name, folder) in [
            ("", "", "/data/profiles/default"),
            ("default", "", "/data/profiles/default"),
            ("Work", "work", "/data/profiles/work"),
            ("client-2", "client-2", "/data/profiles/client-2"),
        ] {
            let profile: Profile = typed.parse().expect("is good");

            assert_eq!(profile.name(), name);
            assert_eq!(profile.folder(Path::new("/data")), Path::new(folder));
        }
    }

    #[test]
    fn a_name_cannot_leave_its_folder() {
        for wrong in [
            "..",
            "a/b",
            "a\\b",
            "a b",
            ".hidden",
            "-x",
            "ä",
            "con:",
            &"x".repeat(33),
        ] {
            assert_eq!(wrong.parse::<Profile>(), Err(ProfileError), "{wrong}");
        }
    }
}
