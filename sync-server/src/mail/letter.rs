//! A letter: to whom, what about, and the one link that it is for.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use uuid::Uuid;

/// What somebody is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    /// Their address: one line, as registration took it.
    pub(crate) to: String,
    /// What it is about, in ASCII: nobody has to decode it.
    pub(crate) subject: &'static str,
    /// Its text, one paragraph a line.
    pub(crate) text: String,
    /// When it says nothing true any more.
    pub(crate) expires_at: i64,
}

impl Letter {
    /// Writes it as an Internet message. Lines are left whole, so that a link can be read and copied from the file.
    pub(super) fn write(&self, id: Uuid, now: i64) -> String {
        let date = Timestamp::from_millisecond(now)
            .ok()
            .and_then(|date| {
                rfc2822::DateTimePrinter::new()
                    .timestamp_to_string(&date)
                    .ok()
            })
            .unwrap_or_default();
        let head = [
            "From: Guildhall <guildhall@localhost>".to_owned(),
            format!("To: {}", self.to),
            format!("Subject: {}", self.subject),
            format!("Date: {date}"),
            format!("Message-ID: <{id}@localhost>"),
            "MIME-Version: 1.0".to_owned(),
            "Content-Type: text/plain; charset=utf-8".to_owned(),
            "Content-Transfer-Encoding: 8bit".to_owned(),
        ];
        let text = self.text.replace('\n', "\r\n");
        format!("{}\r\n\r\n{text}", head.join("\r\n"))
    }
}
