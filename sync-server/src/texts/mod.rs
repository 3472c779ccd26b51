//! What people agree to when they register: the operator's terms and the privacy text, and which version they are.

mod html;

use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use html::html;

/// The longest text that is shown.
const MAXIMUM: u64 = 256 * 1024;

/// The two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    terms: String,
    privacy: String,
}

/// Why a text of the operator's cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The file cannot be read, or is not UTF-8.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is nothing in it, or far too much.
    #[error("{} should be a text of up to 256 KiB", .0.display())]
    Size(PathBuf),
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            terms: include_str!("terms.txt").to_owned(),
            privacy: include_str!("privacy.txt").to_owned(),
        }
    }
}

impl Texts {
    /// The operator's `terms.txt` and `privacy.txt` in this folder, each in place of the one that is shipped.
    ///
    /// # Errors
    /// [`TextError`] when a file is there and cannot be shown.
    pub fn of(folder: &Path) -> Result<Self, TextError> {
        let shipped = Self::default();
        let read = |name: &str| read(&folder.join(name));
        Ok(Self {
            terms: read("terms.txt")?.unwrap_or(shipped.terms),
            privacy: read("privacy.txt")?.unwrap_or(shipped.privacy),
        })
    }

    /// Two texts as they are.
    pub fn new(terms: impl Into<String>, privacy: impl Into<String>) -> Self {
        Self {
            terms: terms.into(),
            privacy: privacy.into(),
        }
    }

    /// The terms.
    pub(crate) fn terms(&self) -> &str {
        &self.terms
    }

    /// The privacy text.
    pub(crate) fn privacy(&self) -> &str {
        &self.privacy
    }

    /// Which version these are: another whenever a letter of either changes.
    pub fn version(&self) -> String {
        let hash = Sha256::new()
            .chain_update((self.terms.len() as u64).to_be_bytes())
            .chain_update(&self.terms)
            .chain_update(&self.privacy)
            .finalize();
        format!("{hash:x}")
    }
}

fn read(path: &Path) -> Result<Option<String>, TextError> {
    let unreadable = |source| TextError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let length = match std::fs::metadata(path) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if length > MAXIMUM {
        return Err(TextError::Size(path.to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    if text.trim().is_empty() {
        return Err(TextError::Size(path.to_owned()));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_texts_take_the_place_of_those_that_are_shipped() {
        let folder = tempfile::tempdir().expect("a folder");
        let shipped = Texts::of(folder.path()).expect("are read");
        assert_eq!(shipped, Texts::default());
        std::fs::write(folder.path().join("privacy.txt"), "Ours.").expect("is written");

        let own = Texts::of(folder.path()).expect("are read");
        assert_eq!((own.terms(), own.privacy()), (shipped.terms(), "Ours."));
        assert_ne!(own.version(), shipped.version());
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("terms.txt");
        let long = vec![b'x'; 256 * 1024 + 1];
        for bytes in [&b" \n"[..], &[0xff; 9], &long] {
            std::fs::write(&file, bytes).expect("is written");
            let told = Texts::of(folder.path())
                .expect_err("is refused")
                .to_string();
            assert!(told.contains("terms.txt"), "{told}");
        }
    }

    #[test]
    fn a_word_that_moves_from_one_text_to_the_other_is_a_change() {
        let one = Texts::new("a b", "c").version();
        assert_ne!(one, Texts::new("a", " bc").version());
        assert_eq!(one, Texts::new("a b", "c").version());
    }
}
