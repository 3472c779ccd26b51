//! The parts in JavaScript: packages installed and screens built only when stale.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::Job;
use crate::workspace::Workspace;

/// A command of npm, which is a script on Windows.
pub(crate) fn npm(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("CI", "true");
    command
}

/// Installs a folder's packages as its lock file has them, unless they are already there.
pub(crate) fn install_packages(workspace: &Workspace, folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = Lock::read(&lock)?;
    // npm notes here what it has put where.
    let installed = folder.join("node_modules").join(".package-lock.json");
    if Lock::read(&installed).is_ok_and(|installed| wanted.is_installed_as(&installed)) {
        return Ok(());
    }
    let shown = workspace.shown(folder).to_string();
    eprintln!("  npm ci in {shown}");
    // Some packages would download a browser of their own once installed; none needs its script.
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    Job::new(&format!("npm ci {shown}"), npm(folder, &arguments)).must(workspace)?;
    Ok(())
}

/// What of a `package-lock.json` tells whether it is installed.
#[derive(Debug, Deserialize)]
struct Lock {
    packages: BTreeMap<String, Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    version: Option<String>,
    #[serde(default)]
    optional: bool,
}

impl Lock {
    fn read(path: &Path) -> Result<Self> {
        let text = fs::read(path).with_context(|| format!("{} is missing", path.display()))?;
        serde_json::from_slice(&text)
            .with_context(|| format!("{} was not understood", path.display()))
    }

    fn is_installed_as(&self, installed: &Self) -> bool {
        self.packages
            .iter()
            // The nameless one is the folder itself.
            .filter(|(name, _)| !name.is_empty())
            .all(|(name, wanted)| match installed.packages.get(name) {
                Some(found) => found.version == wanted.version,
                // Those for other systems are left out.
                None => wanted.optional,
            })
    }
}

/// Builds the screens into `ui/dist`, unless nothing they are made from has changed.
pub(crate) fn build_screens(workspace: &Workspace) -> Result<()> {
    let ui = workspace.ui();
    install_packages(workspace, &ui)?;
    let stamp = ui.join("node_modules").join(".built-from");
    let fingerprint = fingerprint(&ui)?;
    let built = ui.join("dist").join("index.html").is_file();
    if built && fs::read_to_string(&stamp).is_ok_and(|of| of == fingerprint) {
        return Ok(());
    }
    eprintln!("  building the screens");
    Job::new("build ui", npm(&ui, &["run", "build"])).must(workspace)?;
    fs::write(&stamp, fingerprint)
        .with_context(|| format!("{} could not be written", stamp.display()))?;
    Ok(())
}

/// One number for all that the screens are made from.
fn fingerprint(ui: &Path) -> Result<String> {
    let mut files = Vec::new();
    collect(ui, &mut files)?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(ui).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let made_here = name == "node_modules"
            || name == "coverage"
            || name.to_string_lossy().starts_with("dist");
        if entry.file_type()?.is_dir() {
            if !made_here {
                collect(&entry.path(), files)?;
            }
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Lock;

    fn lock(packages: &str) -> Lock {
        serde_json::from_str(&format!("{{\"packages\": {packages}}}")).expect("a lock file")
    }

    #[test]
    fn a_package_of_another_version_is_not_installed() {
        let wanted = lock(r#"{"": {}, "node_modules/a": {"version": "1.0.1"}}"#);
        assert!(wanted.is_installed_as(&lock(r#"{"node_modules/a": {"version": "1.0.1"}}"#)));
        assert!(!wanted.is_installed_as(&lock(r#"{"node_modules/a": {"version": "1.0.0"}}"#)));
        assert!(!wanted.is_installed_as(&lock("{}")));
    }

    #[test]
    fn a_package_for_another_system_may_be_missing() {
        let wanted = lock(r#"{"node_modules/b": {"version": "2.0.0", "optional": true}}"#);
        assert!(wanted.is_installed_as(&lock("{}")));
    }
}
