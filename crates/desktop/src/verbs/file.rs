//! Files of messages: attaching, looking at, keeping elsewhere.

use super::id;
use crate::Desktop;
use crate::blobs;
use crate::error::Error;
use crate::event::Event;
use crate::screens::files::can_open;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use guildhall_domain::attachment::{Attachment, BlobHash, MAXIMUM_BYTES};
use guildhall_domain::denied::{Code, Denied};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The largest picture that is shown small: it crosses to the window whole.
const LARGEST_PICTURE: u64 = 8 * 1024 * 1024;

impl Desktop {
    /// Begins to take a file over from the window; answers with the name under which its pieces come.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn file_begin(&self) -> Result<String, Error> {
        let folder = self.engine().await?.folder().await;
        let taking = Uuid::now_v7();
        self.intakes.begin(&folder, taking).map_err(disk)?;
        Ok(taking.to_string())
    }

    /// Takes the next piece, written in Base64.
    ///
    /// # Errors
    /// [`Error::Denied`] when the file has become too large; then nothing of it is kept.
    pub fn file_piece(&self, taking: &str, piece: &str) -> Result<(), Error> {
        let taking: Uuid = id(taking, "file")?;
        let bytes = STANDARD
            .decode(piece)
            .map_err(|_| Error::Unreadable("The file could not be read.".to_owned()))?;
        match self.intakes.add(taking, &bytes).map_err(disk)? {
            Some(_) => Ok(()),
            None => Err(Denied::new(
                Code::Validation,
                format!("A file can have {} MB.", MAXIMUM_BYTES / 1024 / 1024),
            )
            .into()),
        }
    }

    /// Puts a file whose last piece was taken into the draft of a message. From here on it is safe, whatever becomes of the original.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is empty or one too many.
    pub async fn file_attach(
        &self,
        thread: String,
        taking: String,
        name: String,
        media_type: String,
    ) -> Result<(), Error> {
        let thread = id(&thread, "thread")?;
        let taking: Uuid = id(&taking, "file")?;
        let engine = self.engine().await?;
        let taken = self.intakes.finish(taking).map_err(disk)?;
        let taken = taken.ok_or_else(|| Denied::not_found("file"))?;
        engine
            .attach(thread, taken, &name, &media_type, (self.clock)())
            .await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Gives up a file that was being taken over.
    ///
    /// # Errors
    /// [`Error::Denied`] when there is none of that name.
    pub fn file_give_up(&self, taking: &str) -> Result<(), Error> {
        self.intakes.cancel(id(taking, "file")?);
        Ok(())
    }

    /// Takes a file out of the draft of a message.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn file_detach(&self, thread: String, blob: String) -> Result<(), Error> {
        let (thread, blob) = (id(&thread, "thread")?, id(&blob, "file")?);
        let engine = self.engine().await?;
        engine.detach(thread, blob, (self.clock)()).await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Brings a file to this device.
    ///
    /// # Errors
    /// [`Error::Offline`] when the server is not reached; what has arrived is kept for the next time.
    pub async fn file_fetch(&self, blob: String) -> Result<(), Error> {
        self.brought(id(&blob, "file")?).await.map(drop)
    }

    /// A copy of a file that the system's program may open, under the file's own name.
    ///
    /// # Errors
    /// [`Error::Denied`] for a kind that is never opened from here; [`Error::Offline`] when it is not on this device and cannot be
    /// fetched.
    pub async fn file_to_open(&self, blob: String) -> Result<PathBuf, Error> {
        let blob: BlobHash = id(&blob, "file")?;
        let file = self.brought(blob).await?;
        if !can_open(&file.name) {
            return Err(Denied::new(
                Code::Forbidden,
                "A file of this kind could run on your computer. Save it, and open it only if you trust its sender.",
            )
            .into());
        }
        let folder = self.engine().await?.folder().await;
        let copy = move || folder.open_copy(blob, &file.name);
        blocking(copy).await
    }

    /// Saves a copy of a file into a folder; answers with where it is.
    ///
    /// # Errors
    /// [`Error::Offline`] when it is not on this device and cannot be fetched; [`Error::Folder`] when it cannot be written.
    pub async fn file_save(&self, blob: String, to: &Path) -> Result<PathBuf, Error> {
        let blob: BlobHash = id(&blob, "file")?;
        let file = self.brought(blob).await?;
        let folder = self.engine().await?.folder().await;
        let to = to.to_owned();
        let copy = move || folder.save_copy(blob, &to, &file.name);
        blocking(copy).await
    }

    /// A picture as a data URL, if the file is one, is not too large, and is on this device.
    ///
    /// # Errors
    /// [`Error::Denied`] when there is no such file.
    pub async fn file_picture(&self, blob: String) -> Result<Option<String>, Error> {
        let blob: BlobHash = id(&blob, "file")?;
        let engine = self.engine().await?;
        let file = engine.find_file(blob).await?;
        if file.size > LARGEST_PICTURE {
            return Ok(None);
        }
        let path = engine.folder().await.path(blob);
        let Ok(bytes) = tokio::fs::read(path).await else {
            return Ok(None);
        };
        Ok(kind_of_picture(&bytes)
            .map(|kind| format!("data:{kind};base64,{}", STANDARD.encode(&bytes))))
    }

    /// A file that this person may know of, on this device.
    async fn brought(&self, blob: BlobHash) -> Result<Attachment, Error> {
        let engine = self.engine().await?;
        let file = engine.find_file(blob).await?;
        let transport = {
            let state = self.state.lock().await;
            let session = state.session.as_ref();
            session.and_then(|session| session.transport.clone())
        };
        let is_here = tokio::fs::try_exists(engine.folder().await.path(blob)).await?;
        if !is_here {
            if self.is_paused() {
                return Err(Error::Offline);
            }
            let transport = transport.ok_or(Error::SignInNeeded)?;
            blobs::fetch(&engine, &transport, blob, |event| self.tell(event)).await?;
        }
        engine.touch_file(blob, (self.clock)()).await;
        Ok(file)
    }
}

/// What the bytes are, whatever the name says.
fn kind_of_picture(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(std::io::Error::other)?.map_err(disk)
}

fn disk(error: std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::StorageFull {
        Error::DiskFull
    } else {
        Error::Folder(error)
    }
}
