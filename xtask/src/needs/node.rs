//! Node.js and npm, which build and test the screens.

use super::Finding;
use super::toolchain::{at_least, said};

const OLDEST_NODE: (u32, u32) = (20, 19);

/// Node.js, new enough.
pub(super) fn node() -> Finding {
    let name = "Node.js";
    let (major, minor) = OLDEST_NODE;
    match said("node", &["--version"]) {
        Some(version) if at_least(&version, OLDEST_NODE) => Finding::present(name, version),
        Some(version) => Finding::missing(
            name,
            format!("{version} is too old: {major}.{minor} or newer is needed"),
        ),
        None => Finding::missing(name, format!("{major}.{minor} or newer, from nodejs.org")),
    }
}

/// npm, which comes with it.
pub(super) fn npm() -> Finding {
    let name = "npm";
    match said(
        if cfg!(windows) { "npm.cmd" } else { "npm" },
        &["--version"],
    ) {
        Some(version) => Finding::present(name, version),
        None => Finding::missing(name, "it comes with Node.js"),
    }
}
