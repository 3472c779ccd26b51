//! What the app writes about itself: to the terminal, and to a file that never grows beyond its bound.
//!
//! Tokens and what people write are never logged; the types that hold tokens do not print them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How large the file grows before it becomes the previous one.
const MAXIMUM_BYTES: u64 = 1024 * 1024;

/// What is written unless `GUILDHALL_LOG` says otherwise. zbus would print the messages of the keychain.
const DEFAULT_FILTER: &str = "info,zbus=warn,tracing=warn,tao=error,wry=warn,sqlx=warn";

/// Begins logging into `folder`, under the name of the profile. Without the file the terminal must do.
pub fn start(folder: &Path, name: &str) {
    let filter =
        EnvFilter::try_from_env("GUILDHALL_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let terminal = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let opened = BoundedFile::open(folder.join(format!("{name}.log")), MAXIMUM_BYTES);
    let (file, failure) = match opened {
        Ok(file) => (
            Some(
                tracing_subscriber::fmt::layer()
                    .with_ansi(false)
                    .with_writer(Mutex::new(file)),
            ),
            None,
        ),
        Err(error) => (None, Some(error)),
    };
    let started = tracing_subscriber::registry()
        .with(filter)
        .with(terminal)
        .with(file)
        .try_init();
    if let Some(error) = failure {
        tracing::warn!(folder = %folder.display(), %error, "no log file");
    }
    if started.is_ok() {
        log_panics();
    }
}

fn log_panics() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        tracing::error!("{info}");
        print(info);
    }));
}

/// A file that is set aside as `….old` when it is full, so that two bounds are the most it takes.
struct BoundedFile {
    path: PathBuf,
    file: File,
    written: u64,
    bound: u64,
}

impl BoundedFile {
    fn open(path: PathBuf, bound: u64) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::options().create(true).append(true).open(&path)?;
        let written = file.metadata()?.len();
        Ok(Self {
            path,
            file,
            written,
            bound,
        })
    }

    fn turn_over(&mut self) -> io::Result<()> {
        fs::rename(&self.path, self.path.with_extension("old"))?;
        self.file = File::options().create(true).append(true).open(&self.path)?;
        self.written = 0;
        Ok(())
    }
}

impl Write for BoundedFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.written > 0 && self.written + line.len() as u64 > self.bound {
            self.turn_over()?;
        }
        let written = self.file.write(line)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_stays_within_its_bound_and_keeps_the_latest_lines() {
        let folder = tempfile::tempdir().expect("is made");
        let path = folder.path().join("logs").join("x.log");
        let mut file = BoundedFile::open(path.clone(), 100).expect("opens");

        for n in 0..100 {
            writeln!(file, "line {n}").expect("is written");
        }

        let (now, old) = (
            fs::read_to_string(&path),
            fs::read_to_string(path.with_extension("old")),
        );
        let (now, old) = (now.expect("is there"), old.expect("is there"));
        assert!(now.len() <= 100 && old.len() <= 100);
        assert!(now.ends_with("line 99\n"));
        assert!(!old.is_empty());
    }

    #[test]
    fn a_file_is_continued_after_a_restart() {
        let folder = tempfile::tempdir().expect("is made");
        let path = folder.path().join("x.log");

        for line in ["one\n", "two\n"] {
            BoundedFile::open(path.clone(), 100)
                .expect("opens")
                .write_all(line.as_bytes())
                .expect("is written");
        }

        assert_eq!(fs::read_to_string(&path).expect("is there"), "one\ntwo\n");
    }
}
