//! A letter: to whom, what about, and the one link that it is for.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, Mailbox, SinglePart};
use uuid::Uuid;

/// Who writes when no mail server says who may.
const NOBODY: &str = "guildhall@localhost";

/// What somebody is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    /// Their address.
    pub(crate) to: String,
    /// What it is about, in ASCII: nobody has to decode it.
    pub(crate) subject: &'static str,
    /// Its text, one paragraph a line.
    pub(crate) text: String,
    /// When it says nothing true any more.
    pub(crate) expires_at: i64,
}

/// Why a letter cannot be written as mail.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// The address is none that mail knows.
    #[error("the address cannot be written to")]
    Address(#[from] lettre::address::AddressError),
    /// Something in it does not fit into mail.
    #[error("it does not fit into mail")]
    Form(#[from] lettre::error::Error),
}

impl Letter {
    /// Writes it as an Internet message. Lines are left whole, so that a link can be read and copied from the file.
    pub(super) fn write(
        &self,
        sender: Option<&Mailbox>,
        id: Uuid,
        now: i64,
    ) -> Result<Vec<u8>, Unwritable> {
        let sender = match sender {
            Some(sender) => sender.clone(),
            None => NOBODY.parse()?,
        };
        let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(now).unwrap_or(0));
        // Our own words and a link: far from the thousand bytes that a line may have.
        let text = self.text.replace('\n', "\r\n").into_bytes();
        let body = Body::dangerous_pre_encoded(text, ContentTransferEncoding::EightBit);
        let message = Message::builder()
            .message_id(Some(format!("<{id}@{}>", sender.email.domain())))
            .from(sender)
            .to(Mailbox::new(None, self.to.parse()?))
            .subject(self.subject)
            .date(date)
            .singlepart(
                SinglePart::builder()
                    .header(ContentType::TEXT_PLAIN)
                    .body(body),
            )?;
        Ok(message.formatted())
    }
}
