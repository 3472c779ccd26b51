//! A throw-away PostgreSQL for tests: a cluster of its own in a temporary folder, on a free port of 127.0.0.1.
//!
//! It needs the programs of PostgreSQL 15 or later and nothing that runs already. Where there are none, [`Ground::start`] fails and
//! so does the test: a store that was not tried is not a store that works.

mod programs;

pub use programs::Programs;

use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Runs the database until standard input ends, which it does with whoever started it, however that ends; then stops it by its own
/// number and takes the folder away.
const KEEPER: &str = r#"
"$1/postgres" -D "$2/data" -c listen_addresses=127.0.0.1 -c port="$3" -c unix_socket_directories='' \
    -c max_connections=200 -c fsync="$4" </dev/null >"$2/log" 2>&1 &
database=$!
read -r ended
kill -QUIT "$database"
wait "$database"
rm -rf "$2"
"#;
/// How many ports are tried.
const TRIES: u32 = 3;
/// How long between asking a database that is starting whether it is ready.
const PAUSE: Duration = Duration::from_millis(20);

/// Why there is no PostgreSQL to test on.
#[derive(Debug, thiserror::Error)]
pub enum GroundError {
    /// No programs.
    #[error(
        "THESE TESTS NEED POSTGRESQL AND THERE IS NONE: install the package `postgresql` (15 or later), or put initdb and postgres on PATH"
    )]
    Missing,
    /// The folder, the port or a process.
    #[error("no throw-away PostgreSQL could be made")]
    Io(#[from] io::Error),
    /// A program ended with an error.
    #[error("{program} failed: {said}")]
    Failed {
        /// Which.
        program: &'static str,
        /// Its last words.
        said: String,
    },
}

/// A PostgreSQL that runs until this is dropped or the process ends.
#[derive(Debug)]
pub struct Ground {
    programs: Programs,
    keeper: Child,
    port: u16,
    databases: AtomicU32,
    _folder: TempDir,
}

impl Ground {
    /// Makes a cluster and starts it. Its commits do not wait for the disk: what a test stores, nobody misses.
    ///
    /// # Errors
    /// [`GroundError`] when there is no PostgreSQL or it does not start.
    pub fn start() -> Result<Self, GroundError> {
        Self::start_with(false)
    }

    /// Makes a cluster whose commits wait for the disk, for measuring.
    ///
    /// # Errors
    /// [`GroundError`] when there is no PostgreSQL or it does not start.
    pub fn start_durable() -> Result<Self, GroundError> {
        Self::start_with(true)
    }

    fn start_with(durable: bool) -> Result<Self, GroundError> {
        let programs = Programs::find().ok_or(GroundError::Missing)?;
        let folder = TempDir::with_prefix("guildhall-postgres-")?;
        programs.give(folder.path())?;
        let data = folder.path().join("data");
        run(
            "initdb",
            programs
                .server("initdb")
                .args(["--no-sync", "--auth=trust", "--username=postgres"])
                .args(["--encoding=UTF8", "--locale=C", "-D"])
                .arg(&data),
        )?;
        // Somebody else may take the port between asking for it and using it.
        for _ in 0..TRIES {
            let port = free_port()?;
            let mut keeper = keep(&programs, folder.path(), port, durable)?;
            if is_ready(&programs, port, &mut keeper) {
                return Ok(Self {
                    programs,
                    keeper,
                    port,
                    databases: AtomicU32::new(0),
                    _folder: folder,
                });
            }
        }
        Err(GroundError::Failed {
            program: "postgres",
            said: std::fs::read_to_string(folder.path().join("log")).unwrap_or_default(),
        })
    }

    /// The one that all tests of a process share.
    ///
    /// # Panics
    /// When there is no PostgreSQL: the test that asked has failed.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Ground> = OnceLock::new();
        SHARED.get_or_init(|| match Self::start() {
            Ok(ground) => ground,
            Err(error) => panic!("{error}"),
        })
    }

    /// Makes an empty database; answers with its address.
    ///
    /// # Errors
    /// [`GroundError`] when it cannot be made.
    pub fn database(&self) -> Result<String, GroundError> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let sql = format!("create database {name}");
        run("psql", self.psql("postgres").args(["-c", &sql]))?;
        Ok(format!(
            "postgres://postgres@127.0.0.1:{}/{name}",
            self.port
        ))
    }

    fn psql(&self, database: &str) -> Command {
        let mut command = self.programs.client("psql");
        command
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres"])
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-d", database]);
        command
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        // The end of its input is what the keeper waits for.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn keep(programs: &Programs, folder: &Path, port: u16, durable: bool) -> io::Result<Child> {
    programs
        .shell()
        .args(["-c", KEEPER, "keeper"])
        .arg(programs.folder())
        .arg(folder)
        .arg(port.to_string())
        .arg(if durable { "on" } else { "off" })
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        // Whoever reads what the tests say reads on until the database is gone.
        .stderr(Stdio::inherit())
        .spawn()
}

fn run(program: &'static str, command: &mut Command) -> Result<(), GroundError> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(GroundError::Failed {
        program,
        said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Waits until it answers; false when it has ended instead.
fn is_ready(programs: &Programs, port: u16, keeper: &mut Child) -> bool {
    let mut ask = programs.client("pg_isready");
    ask.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
    while matches!(keeper.try_wait(), Ok(None)) {
        if ask.status().is_ok_and(|status| status.success()) {
            return true;
        }
        std::thread::sleep(PAUSE);
    }
    false
}
