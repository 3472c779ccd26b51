//! The options about mail.

use clap::Args;
use guildhall_server::mail::MailConfig;

/// How links reach people.
#[derive(Debug, Args)]
pub(crate) struct Mail {
    /// Whom people ask for a link, because the server sends no mail; such as "Ada at the front desk".
    #[arg(long, env = "GUILDHALL_CONTACT")]
    contact: Option<String>,
}

impl Mail {
    /// What they make of it.
    pub(crate) fn config(self) -> MailConfig {
        MailConfig {
            folder: None,
            contact: self.contact,
        }
    }
}
