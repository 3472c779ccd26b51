//! A display without a screen, and a window manager on it.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process::Running;

use super::session::PATIENCE;

const SIZE: &str = "1600x1000x24";

/// A running display.
#[derive(Debug)]
pub(super) struct Display {
    // Dropped in this order: the window manager goes before the display it draws on.
    _window_manager: Running,
    _server: Running,
    name: String,
}

impl Display {
    /// Starts one that keeps its memory, and with it the picture, as a file in `memory`.
    pub(super) fn start(files: &Path, logs: &Path, memory: &Path) -> Result<Self> {
        let mut command = Command::new("Xvfb");
        command
            // It chooses a free number and tells it on standard output.
            .args(["-displayfd", "1", "-screen", "0", SIZE])
            .args(["-nolisten", "tcp", "-nocursor"])
            .arg("-fbdir")
            .arg(memory);
        let mut server = Running::start("Xvfb", &mut command, &logs.join("display.log"))?;
        let number = server.wait_for_line(PATIENCE, |line| line.trim().parse::<u32>().ok())?;
        let name = format!(":{number}");
        let mut command = Command::new("openbox");
        command
            .arg("--sm-disable")
            .arg("--config-file")
            .arg(files.join("openbox.xml"))
            .env("DISPLAY", &name);
        let log = logs.join("window-manager.log");
        let window_manager = Running::start("openbox", &mut command, &log)?;
        Ok(Self {
            _window_manager: window_manager,
            _server: server,
            name,
        })
    }

    /// What programs call it, `:7` for example.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}
