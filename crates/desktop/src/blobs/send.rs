//! Sending the files that acts wait for: in pieces, from the byte where the server's copy ends.

use super::engine::Sending;
use crate::engine::Engine;
use crate::error::Error;
use crate::event::{Event, Notice};
use crate::sync::Transport;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::blob::{PIECE, Piece};
use guildhall_storage::device::Upload;
use std::io::SeekFrom;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

/// The first wait after a failure; it doubles up to the longest.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Sends every file that an act waits for. `tell` hears how far it is, `sent` that a file is over there whole.
///
/// # Errors
/// When the session has ended or the outbox cannot be used; what the network does is waited out.
pub(crate) async fn send_all(
    engine: &Engine,
    transport: &Transport,
    now: impl Fn() -> Timestamp,
    tell: impl Fn(Event),
    sent: impl Fn(),
) -> Result<(), Error> {
    let mut wait = SHORTEST_WAIT;
    while let Some(sending) = engine.next_upload().await {
        match send(engine, transport, &sending, &tell).await {
            Ok(()) => {
                wait = SHORTEST_WAIT;
                tell(Event::Changed);
                sent();
            }
            Err(Failure::Refused(message)) => {
                for refused in engine.refuse_file(sending.blob, &message, now()).await? {
                    tell(Event::Changed);
                    tell(Event::Notice(Notice {
                        title: "A file could not be sent".to_owned(),
                        body: refused.denied.message,
                        route: "/outbox".to_owned(),
                    }));
                }
                sent();
            }
            Err(Failure::Other(
                error @ (Error::SignInNeeded | Error::Store(_) | Error::DiskFull),
            )) => {
                return Err(error);
            }
            Err(Failure::Other(error)) => {
                tracing::debug!(%error, "a file is sent again later");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
    Ok(())
}

/// Why a file did not get over.
enum Failure {
    /// It never will, and the person is told why.
    Refused(String),
    /// It may next time.
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match &error {
            Error::Problem(problem)
                if problem.code == "no_space" || problem.code == "too_large" =>
            {
                Self::Refused(format!(
                    "{} Your message and its files are kept.",
                    problem.title
                ))
            }
            Error::Problem(problem) if problem.code == "wrong_hash" => Self::Refused(damaged()),
            _ => Self::Other(error),
        }
    }
}

fn damaged() -> String {
    "The copy of the file on this device is damaged. Attach the file again.".to_owned()
}

async fn send(
    engine: &Engine,
    transport: &Transport,
    sending: &Sending,
    tell: &impl Fn(Event),
) -> Result<(), Failure> {
    let Sending { blob, size, .. } = *sending;
    let upload = |sent, is_complete| Upload {
        size,
        sent,
        is_complete,
    };
    let standing = transport.blob_standing(blob).await?;
    if standing.complete {
        engine.note_upload(blob, upload(size, true)).await?;
        return Ok(());
    }
    let mut file = match File::open(&sending.path).await {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Failure::Refused(format!(
                "{} is gone from this device. Attach it again.",
                sending.name
            )));
        }
        Err(error) => return Err(Error::from(error).into()),
    };
    let here = file.metadata().await.map_err(Error::from)?.len();
    if here != size {
        return Err(Failure::Refused(damaged()));
    }
    let mut offset = standing.offset;
    file.seek(SeekFrom::Start(offset))
        .await
        .map_err(Error::from)?;
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut file)
            .take(PIECE as u64)
            .read_to_end(&mut piece)
            .await
            .map_err(Error::from)?;
        let received = transport
            .send_piece(blob, Piece { offset, size }, piece)
            .await?;
        offset = received.offset;
        engine
            .note_upload(blob, upload(offset, received.complete))
            .await?;
        tell(Event::FileProgress {
            blob,
            done: offset,
            size,
        });
        if received.complete {
            return Ok(());
        }
    }
}
