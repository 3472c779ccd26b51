//! One person's session: display, home, bus, keychain, and a recorder that plays tray and notification area.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::Running;

use super::Desktop;
use super::display::Display;

/// How long a part of the desktop may take to be ready.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Opens the keychain of a home that lives as long as a test.
const PASSWORD: &str = "throw-away";

/// A running session.
#[derive(Debug)]
pub(crate) struct Session {
    // Dropped in this order: the bus goes last.
    _keychain: Option<Running>,
    _recorder: Running,
    _bus: Running,
    _display: Display,
    name: String,
    places: Places,
    environment: BTreeMap<&'static str, OsString>,
}

/// Where the session's files are.
#[derive(Debug)]
struct Places {
    home: PathBuf,
    sockets: PathBuf,
    logs: PathBuf,
    memory: PathBuf,
    screen: PathBuf,
    records: PathBuf,
    control: PathBuf,
    opened: PathBuf,
}

impl Places {
    fn make(desktop: &Desktop, name: &str) -> Result<Self> {
        let folder = desktop.folder.join(name);
        let sockets = desktop.sockets.path().join(name);
        let places = Self {
            home: folder.join("home"),
            logs: folder.join("logs"),
            memory: folder.join("screen"),
            // The display server's own name for it.
            screen: folder.join("screen").join("Xvfb_screen0"),
            records: folder.join("records.jsonl"),
            control: sockets.join("control"),
            opened: folder.join("opened"),
            sockets,
        };
        for made in [
            places.home.join(".local/share/keyrings"),
            places.home.join(".config"),
            places.home.join(".cache"),
            places.logs.clone(),
            places.memory.clone(),
            places.sockets.clone(),
        ] {
            fs::create_dir_all(&made)
                .with_context(|| format!("{} could not be made", made.display()))?;
        }
        make_private(&places.sockets)?;
        // There from the start, so that a test can read them before anything happened.
        for file in [&places.records, &places.opened] {
            fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(file)?;
        }
        Ok(places)
    }
}

impl Session {
    pub(super) fn start(desktop: &Desktop, name: &str, keychain: bool) -> Result<Self> {
        let places = Places::make(desktop, name)?;
        let display = Display::start(&desktop.files, &places.logs, &places.memory)?;
        let mut environment = environment(desktop, display.name(), &places);

        let mut command = Command::new("dbus-daemon");
        command
            .arg(format!(
                "--config-file={}",
                desktop.files.join("bus.conf").display()
            ))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .envs(&environment);
        let mut bus = Running::start("dbus-daemon", &mut command, &places.logs.join("bus.log"))?;
        let address = bus.wait_for_line(PATIENCE, |line| Some(line.to_owned()))?;
        environment.insert("DBUS_SESSION_BUS_ADDRESS", address.into());

        // Debian's own interpreter: only that one has Debian's bindings.
        let mut command = Command::new("/usr/bin/python3");
        command
            .arg(desktop.files.join("recorder.py"))
            .args([&places.records, &places.control])
            .envs(&environment);
        let mut recorder = Running::start(
            "the recorder",
            &mut command,
            &places.logs.join("recorder.log"),
        )?;
        recorder.wait_for_line(PATIENCE, |line| (line == "ready").then_some(()))?;

        let keychain = if keychain {
            let keychain = unlock_keychain(&environment, &places.logs)?;
            recorder.wait_for_line(PATIENCE, |line| (line == "keychain").then_some(()))?;
            Some(keychain)
        } else {
            None
        };
        Ok(Self {
            _keychain: keychain,
            _recorder: recorder,
            _bus: bus,
            _display: display,
            name: name.to_owned(),
            places,
            environment,
        })
    }

    /// The name it was given.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The file that holds what the display shows.
    pub(crate) fn screen(&self) -> &Path {
        &self.places.screen
    }

    /// What a program must have in its environment to run in it.
    pub(crate) fn environment(&self) -> &BTreeMap<&'static str, OsString> {
        &self.environment
    }

    /// The same in JSON, with the files that a test reads.
    pub(super) fn describe(&self) -> serde_json::Value {
        let environment: BTreeMap<&str, String> = self
            .environment
            .iter()
            .map(|(name, value)| (*name, value.to_string_lossy().into_owned()))
            .collect();
        serde_json::json!({
            "home": self.places.home,
            "logs": self.places.logs,
            "screen": self.places.screen,
            "records": self.places.records,
            "control": self.places.control,
            "opened": self.places.opened,
            "environment": environment,
        })
    }
}

fn unlock_keychain(environment: &BTreeMap<&'static str, OsString>, logs: &Path) -> Result<Running> {
    let mut command = Command::new("gnome-keyring-daemon");
    command
        .args(["--foreground", "--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .envs(environment);
    let mut keychain = Running::start("gnome-keyring", &mut command, &logs.join("keychain.log"))?;
    if let Some(mut stdin) = keychain.take_stdin() {
        // The end of the stream ends the password.
        stdin.write_all(PASSWORD.as_bytes())?;
    }
    Ok(keychain)
}

fn environment(
    desktop: &Desktop,
    display: &str,
    places: &Places,
) -> BTreeMap<&'static str, OsString> {
    let mut path = OsString::from(desktop.files.join("bin"));
    if let Some(inherited) = std::env::var_os("PATH") {
        path.push(":");
        path.push(inherited);
    }
    let home = &places.home;
    BTreeMap::from([
        ("HOME", home.clone().into()),
        ("XDG_DATA_HOME", home.join(".local/share").into()),
        ("XDG_CONFIG_HOME", home.join(".config").into()),
        ("XDG_CACHE_HOME", home.join(".cache").into()),
        ("XDG_RUNTIME_DIR", places.sockets.clone().into()),
        ("XDG_SESSION_TYPE", "x11".into()),
        ("XDG_CURRENT_DESKTOP", "desktop-kit".into()),
        ("DISPLAY", display.into()),
        ("WAYLAND_DISPLAY", "".into()),
        ("GDK_BACKEND", "x11".into()),
        ("GSETTINGS_BACKEND", "memory".into()),
        ("NO_AT_BRIDGE", "1".into()),
        // Without a graphics card these save a third of the memory and change nothing on the screen.
        ("WEBKIT_DISABLE_DMABUF_RENDERER", "1".into()),
        ("LIBGL_ALWAYS_SOFTWARE", "1".into()),
        ("DESKTOP_KIT_OPENED", places.opened.clone().into()),
        ("PATH", path),
    ])
}

#[cfg(unix)]
fn make_private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    Ok(())
}

#[cfg(not(unix))]
fn make_private(_folder: &Path) -> Result<()> {
    Ok(())
}
