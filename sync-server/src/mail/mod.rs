//! Mail to people: written into a folder first, then handed to a mail server if there is one.
//!
//! The folder is the queue. A letter lies there until the mail server has taken it or what it says has run out, so a crash loses none,
//! and without a mail server the operator finds there what is to be handed over.

mod letter;
mod pauses;
mod smtp;
mod unsent;

pub(crate) use letter::Letter;
pub use letter::Unwritable;
pub use pauses::Pause;
pub use smtp::{Smtp, SmtpConfigError, SmtpError};
pub use unsent::Unsent;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pauses::Pauses;
use uuid::Uuid;

/// How often it is looked whether something may be tried again.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The file by which processes that share a folder take turns.
const TURN: &str = ".sending";

/// Where letters go.
#[derive(Debug, Clone, Default)]
pub struct MailConfig {
    /// The folder of letters that are not sent yet; none: no letters are written.
    pub folder: Option<PathBuf>,
    /// The mail server, if there is one.
    pub smtp: Option<Smtp>,
    /// Whom people ask for their link when there is none, in words that fit after "Ask".
    pub contact: Option<String>,
}

impl MailConfig {
    /// Whether letters reach people by themselves.
    pub fn is_on(&self) -> bool {
        self.smtp.is_some()
    }

    /// Whom to ask for a link.
    pub fn contact(&self) -> &str {
        self.contact
            .as_deref()
            .unwrap_or("whoever runs this market")
    }
}

/// Why letters could not be written or looked through.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The letter does not fit into mail.
    #[error("the letter cannot be put into the form of mail")]
    Unwritable(#[from] Unwritable),
    /// The folder cannot be used.
    #[error("the folder of letters cannot be used")]
    Folder(#[from] io::Error),
}

/// Keeps letters and has them sent.
#[derive(Debug)]
pub(crate) struct Mailroom {
    folder: Option<PathBuf>,
    smtp: Option<Smtp>,
    pauses: Mutex<Pauses>,
}

impl Mailroom {
    pub(crate) fn new(config: &MailConfig) -> Self {
        Self {
            folder: config.folder.clone(),
            smtp: config.smtp.clone(),
            pauses: Mutex::default(),
        }
    }

    /// Whether there is anything to try again for.
    pub(crate) fn sends(&self) -> bool {
        self.smtp.is_some()
    }

    /// Puts a letter into the folder; when this returns, it is on the disk.
    pub(crate) async fn keep(&self, letter: Letter, id: Uuid, now: i64) -> Result<(), MailError> {
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        let name = unsent::name(letter.expires_at, id);
        let written = letter.write(self.smtp.as_ref().map(Smtp::sender), id, now)?;
        Ok(off(move || put(&folder, &name, &written)).await?)
    }

    /// Throws away what has run out, and sends what may be tried.
    pub(crate) async fn send(&self, now: i64) -> Result<(), MailError> {
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        let Some(smtp) = &self.smtp else {
            return Ok(off(move || unsent::sweep(&folder, now).map(drop)).await?);
        };
        let at = folder.clone();
        let (turn, waiting) = off(move || Ok((take_turn(&at)?, unsent::sweep(&at, now)?))).await?;
        self.with(|pauses| pauses.keep(|name| waiting.iter().any(|letter| letter.name == name)));
        for letter in waiting {
            let may = self.with(|pauses| (pauses.may_ask(now), pauses.may_try(&letter.name, now)));
            match may {
                (false, _) => break,
                (true, false) => continue,
                (true, true) => {}
            }
            match smtp.send(&letter.to, &letter.text).await {
                Ok(()) => {
                    self.with(|pauses| pauses.taken(&letter.name));
                    tokio::fs::remove_file(folder.join(&letter.name)).await?;
                }
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "a letter waits to be sent again"
                    );
                    let why = error.to_string();
                    self.with(|pauses| {
                        if error.is_about_one_letter() {
                            pauses.refused(&letter.name, why, now);
                        } else {
                            pauses.away(why, now);
                        }
                    });
                }
            }
        }
        drop(turn);
        Ok(())
    }

    /// What lies in the folder, and what each waits for.
    pub(crate) async fn unsent(&self, now: i64) -> io::Result<Vec<(Unsent, Option<Pause>)>> {
        let Some(folder) = self.folder.clone() else {
            return Ok(Vec::new());
        };
        let found = off(move || unsent::list(&folder, now)).await?;
        Ok(self.with(|pauses| {
            let with_pause = |letter: Unsent| {
                let name = letter.file.file_name().and_then(|name| name.to_str());
                let pause = name.and_then(|name| pauses.of(name)).cloned();
                (letter, pause)
            };
            found.into_iter().map(with_pause).collect()
        }))
    }

    /// Throws away what is written to an address.
    pub(crate) async fn forget(&self, to: &str) -> io::Result<()> {
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        let to = to.to_owned();
        off(move || {
            for letter in unsent::list(&folder, i64::MIN)? {
                if letter.to == to {
                    std::fs::remove_file(&letter.file)?;
                }
            }
            Ok(())
        })
        .await
    }

    fn with<T>(&self, work: impl FnOnce(&mut Pauses) -> T) -> T {
        work(&mut self.pauses.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Sends one letter at once, to see that the mail server takes it.
///
/// # Errors
/// [`SendError`] when it does not.
pub async fn try_out(smtp: &Smtp, market: &str, to: &str, now: i64) -> Result<(), SendError> {
    let letter = Letter {
        to: to.to_owned(),
        subject: "A test of this market's mail",
        text: format!(
            "Hello,\n\nthis shows that {market} can send mail. There is nothing to do.\n"
        ),
        expires_at: now,
    };
    let written = letter.write(Some(smtp.sender()), crate::clock::fresh_id(), now)?;
    Ok(smtp.send(to, &written).await?)
}

/// Why a letter that was to try the mail server out did not arrive there.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The letter does not fit into mail.
    #[error("the letter cannot be put into the form of mail")]
    Unwritable(#[from] Unwritable),
    /// The mail server did not take it.
    #[error(transparent)]
    Smtp(#[from] SmtpError),
}

/// What lies in a folder of unsent mail, the newest first.
///
/// # Errors
/// When the folder cannot be read; one that is not there holds nothing.
pub fn unsent_in(folder: &Path, now: i64) -> io::Result<Vec<Unsent>> {
    unsent::list(folder, now)
}

/// Does what waits for the disk on a thread of its own.
async fn off<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}

/// Waits until no other process sends from the folder, so that nobody gets a letter twice.
fn take_turn(folder: &Path) -> io::Result<std::fs::File> {
    std::fs::create_dir_all(folder)?;
    let mut options = std::fs::OpenOptions::new();
    let turn = options
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(TURN))?;
    turn.lock()?;
    Ok(turn)
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
