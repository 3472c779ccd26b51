//! Where PostgreSQL's programs lie, and as whom they run: the database refuses to be root.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder with PostgreSQL's programs, and the user they run as.
#[derive(Debug, Clone)]
pub struct Programs {
    folder: PathBuf,
    /// Set when this process is root.
    user: Option<&'static str>,
}

impl Programs {
    /// Looks on `PATH`, then where distributions put them, the newest version first.
    pub fn find() -> Option<Self> {
        let on_path = std::env::var_os("PATH").unwrap_or_default();
        let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"))
            .collect();
        versions.sort();
        let folder = std::env::split_paths(&on_path)
            .chain(versions.into_iter().rev())
            .chain(
                [
                    "/usr/local/bin",
                    "/usr/local/pgsql/bin",
                    "/opt/homebrew/bin",
                ]
                .map(PathBuf::from),
            )
            .find(|folder| {
                ["initdb", "postgres", "psql", "pg_isready"]
                    .iter()
                    .all(|program| folder.join(program).is_file())
            })?;
        Some(Self {
            folder,
            user: is_root().then_some("postgres"),
        })
    }

    /// Where they lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// One that asks a database.
    pub(crate) fn client(&self, program: &str) -> Command {
        Command::new(self.folder.join(program))
    }

    /// One that makes or runs a database, as a user that it accepts.
    pub(crate) fn server(&self, program: &str) -> Command {
        self.as_user(self.folder.join(program))
    }

    /// A shell as that user.
    pub(crate) fn shell(&self) -> Command {
        self.as_user(PathBuf::from("/bin/sh"))
    }

    fn as_user(&self, program: PathBuf) -> Command {
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        // A folder that this user may be in.
        command.current_dir("/");
        command
    }

    /// Lets that user have a folder.
    pub(crate) fn give(&self, folder: &Path) -> io::Result<()> {
        let Some(user) = self.user else { return Ok(()) };
        let done = Command::new("chown").arg(user).arg(folder).status()?;
        if done.success() {
            Ok(())
        } else {
            Err(io::Error::other(format!(
                "{} cannot be given to {user}",
                folder.display()
            )))
        }
    }
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|said| said.stdout.trim_ascii() == b"0")
}
