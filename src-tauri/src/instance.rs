//! One process per profile: two would fight over the same data. A second start only brings the first one's
//! window to the front.
//!
//! A lock on a file decides who is first; the system releases it however the process ends. The first then
//! listens on a loopback port, and writes port and a secret word beside the lock for the second to knock with.
//! Unlike a name on the session bus this works on every system and tells profiles apart.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

const KNOCK_LIMIT: Duration = Duration::from_secs(2);
const KNOCKS: u32 = 20;
const BETWEEN_KNOCKS: Duration = Duration::from_millis(100);
const ANSWER: &[u8] = b"ok";
const WORD_LENGTH: usize = 32;

/// What a start finds.
pub enum Instance {
    /// No other process has this profile; it is ours for as long as this is held.
    First(First),
    /// Another process has it.
    Second(Second),
}

/// The right to a profile.
pub struct First {
    folder: PathBuf,
    _lock: File,
}

/// Knowing that another process has the profile.
pub struct Second {
    folder: PathBuf,
}

/// Takes the profile in this folder, or finds it taken.
pub fn claim(folder: &Path) -> io::Result<Instance> {
    fs::create_dir_all(folder)?;
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("instance.lock"))?;
    let folder = folder.to_owned();
    match lock.try_lock() {
        Ok(()) => Ok(Instance::First(First {
            folder,
            _lock: lock,
        })),
        Err(TryLockError::WouldBlock) => Ok(Instance::Second(Second { folder })),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

impl First {
    /// Calls `show` whenever somebody starts the app again.
    pub fn listen(&self, show: impl Fn() + Send + 'static) -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let word = secret_word()?;
        write_privately(&door(&self.folder), &format!("{port} {word}"))?;
        std::thread::Builder::new()
            .name("instance".to_owned())
            .spawn(move || {
                for stream in listener.incoming() {
                    if stream.is_ok_and(|stream| let_in(stream, &word).is_ok()) {
                        show();
                    }
                }
            })?;
        Ok(())
    }
}

impl Second {
    /// Asks the first process to show its window. It may be just starting, so it is given a little time to listen.
    pub fn knock(&self) -> io::Result<()> {
        for _ in 1..KNOCKS {
            if self.knock_once().is_ok() {
                return Ok(());
            }
            std::thread::sleep(BETWEEN_KNOCKS);
        }
        self.knock_once()
    }

    fn knock_once(&self) -> io::Result<()> {
        let door = fs::read_to_string(door(&self.folder))?;
        let (port, word) = door.split_once(' ').ok_or(io::ErrorKind::InvalidData)?;
        let port: u16 = port.parse().map_err(|_| io::ErrorKind::InvalidData)?;
        let address = (Ipv4Addr::LOCALHOST, port).into();
        let mut stream = TcpStream::connect_timeout(&address, KNOCK_LIMIT)?;
        stream.set_read_timeout(Some(KNOCK_LIMIT))?;
        stream.write_all(word.as_bytes())?;
        let mut answer = [0; ANSWER.len()];
        stream.read_exact(&mut answer)?;
        if answer == ANSWER {
            Ok(())
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}

fn let_in(mut stream: TcpStream, word: &str) -> io::Result<()> {
    stream.set_read_timeout(Some(KNOCK_LIMIT))?;
    let mut said = [0; WORD_LENGTH];
    stream.read_exact(&mut said)?;
    if said != word.as_bytes() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    stream.write_all(ANSWER)
}

fn door(folder: &Path) -> PathBuf {
    folder.join("instance.door")
}

fn secret_word() -> io::Result<String> {
    let mut bytes = [0_u8; WORD_LENGTH / 2];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Replaces a file by one that only this user can read.
fn write_privately(path: &Path, text: &str) -> io::Result<()> {
    let fresh = path.with_extension("fresh");
    let _ = fs::remove_file(&fresh);
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&fresh)?.write_all(text.as_bytes())?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn first(folder: &Path) -> First {
        match claim(folder).expect("works") {
            Instance::First(first) => first,
            Instance::Second(_) => panic!("is the first"),
        }
    }

    fn second(folder: &Path) -> Second {
        match claim(folder).expect("works") {
            Instance::Second(second) => second,
            Instance::First(_) => panic!("is the second"),
        }
    }

    #[test]
    fn a_second_start_shows_the_first_window() {
        let folder = tempfile::tempdir().expect("is made");
        let first = first(folder.path());
        let (tell, told) = mpsc::channel();
        first
            .listen(move || tell.send(()).expect("is awaited"))
            .expect("listens");

        second(folder.path()).knock().expect("is let in");

        assert_eq!(told.recv(), Ok(()));
    }

    #[test]
    fn who_does_not_know_the_word_is_not_let_in() {
        let folder = tempfile::tempdir().expect("is made");
        let first = first(folder.path());
        let (tell, told) = mpsc::channel();
        first
            .listen(move || tell.send(()).expect("is awaited"))
            .expect("listens");
        let door = door(folder.path());
        let right = fs::read_to_string(&door).expect("is written");
        let (port, word) = right.split_once(' ').expect("has both");

        let second = second(folder.path());
        fs::write(&door, format!("{port} {}", "0".repeat(WORD_LENGTH))).expect("is written");
        assert!(second.knock_once().is_err());
        fs::write(&door, "rubbish").expect("is written");
        assert!(second.knock_once().is_err());
        fs::write(&door, format!("{port} {word}")).expect("is written");
        second.knock().expect("is let in");

        assert_eq!(told.recv(), Ok(()));
        assert!(told.try_recv().is_err());
    }

    #[test]
    fn profiles_do_not_get_in_each_others_way() {
        let folder = tempfile::tempdir().expect("is made");

        let _one = first(&folder.path().join("one"));
        let _two = first(&folder.path().join("two"));
    }

    #[test]
    fn the_profile_is_free_again_when_its_process_has_ended() {
        let folder = tempfile::tempdir().expect("is made");

        drop(first(folder.path()));

        first(folder.path());
    }
}
