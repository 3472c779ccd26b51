//! The options about mail.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use guildhall_server::mail::{MailConfig, Smtp};

/// How letters reach people.
#[derive(Debug, Args)]
pub(crate) struct Mail {
    #[command(flatten)]
    server: MailServer,
    /// Whom people ask for a link when the server sends no mail, such as "Ada at the front desk".
    #[arg(long, env = "GUILDHALL_CONTACT")]
    contact: Option<String>,
}

impl Mail {
    /// What they make of it.
    pub(crate) fn config(self) -> anyhow::Result<MailConfig> {
        Ok(MailConfig {
            folder: None,
            smtp: self.server.smtp()?,
            contact: self.contact,
        })
    }
}

/// The mail server that takes letters.
#[derive(Debug, Args)]
pub(crate) struct MailServer {
    /// A file with one line, the address of the mail server and its password: `smtps://user:password@mail.example.org`. Without it,
    /// letters wait in the folder `outbox`, and an admin hands their links over.
    #[arg(
        long,
        value_name = "FILE",
        env = "GUILDHALL_SMTP_FILE",
        requires = "mail_from"
    )]
    smtp_file: Option<PathBuf>,
    /// Whom letters come from, such as "Our market <market@example.org>".
    #[arg(long, value_name = "ADDRESS", env = "GUILDHALL_MAIL_FROM")]
    mail_from: Option<String>,
}

impl MailServer {
    /// The mail server, if one is named.
    pub(crate) fn smtp(self) -> anyhow::Result<Option<Smtp>> {
        let (Some(file), Some(from)) = (self.smtp_file, self.mail_from) else {
            return Ok(None);
        };
        warn_when_open(&file);
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let smtp = Smtp::new(text.trim(), &from)
            .with_context(|| format!("cannot send mail as {} says", file.display()))?;
        Ok(Some(smtp))
    }
}

/// Tells the operator when others on this machine can read the password.
fn warn_when_open(file: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(file).map_or(0, |found| found.permissions().mode());
        if mode & 0o077 != 0 {
            tracing::warn!(file = %file.display(), "others can read the mail server's password; chmod 600 keeps it");
        }
    }
    #[cfg(not(unix))]
    let _ = file;
}
