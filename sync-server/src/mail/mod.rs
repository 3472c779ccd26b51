//! Mail to people. The server sends none itself: letters lie in a folder until what they say has run out, and the operator hands over
//! the links in them.

mod letter;
mod unsent;

pub(crate) use letter::Letter;
pub use unsent::Unsent;

use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// Where letters go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailConfig {
    /// The folder of letters; none: no letters are written.
    pub folder: Option<PathBuf>,
    /// Whom people ask for their link, in words that fit after "Ask".
    pub contact: Option<String>,
}

impl MailConfig {
    /// Whom to ask for a link.
    pub fn contact(&self) -> &str {
        self.contact
            .as_deref()
            .unwrap_or("whoever runs this market")
    }
}

/// Keeps letters.
#[derive(Debug)]
pub(crate) struct Mailroom {
    folder: Option<PathBuf>,
}

impl Mailroom {
    pub(crate) fn new(config: &MailConfig) -> Self {
        Self {
            folder: config.folder.clone(),
        }
    }

    /// Puts a letter into the folder; when this returns, it is on the disk.
    pub(crate) async fn keep(&self, letter: Letter, id: Uuid, now: i64) -> io::Result<()> {
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        let name = unsent::name(letter.expires_at, id);
        let written = letter.write(id, now);
        tokio::task::spawn_blocking(move || put(&folder, &name, written.as_bytes()))
            .await
            .map_err(io::Error::other)?
    }

    /// Throws away what has run out.
    pub(crate) async fn sweep(&self, now: i64) -> io::Result<()> {
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        tokio::task::spawn_blocking(move || unsent::sweep(&folder, now))
            .await
            .map_err(io::Error::other)?
    }

    /// What lies in the folder.
    pub(crate) async fn unsent(&self, now: i64) -> io::Result<Vec<Unsent>> {
        let Some(folder) = self.folder.clone() else {
            return Ok(Vec::new());
        };
        tokio::task::spawn_blocking(move || unsent::list(&folder, now))
            .await
            .map_err(io::Error::other)?
    }
}

/// What lies in a folder of unsent mail, the newest first.
///
/// # Errors
/// When the folder cannot be read; one that is not there holds nothing.
pub fn unsent_in(folder: &Path, now: i64) -> io::Result<Vec<Unsent>> {
    unsent::list(folder, now)
}

/// Writes a file that nobody else may read, whole or not at all.
fn put(folder: &Path, name: &str, text: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    std::fs::create_dir_all(folder)?;
    let part = folder.join(format!("{name}.part"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&part)?;
    file.write_all(text)?;
    file.sync_all()?;
    std::fs::rename(part, folder.join(name))
}
