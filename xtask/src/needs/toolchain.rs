//! Rust, its linker, and the two tools that look at source.

use std::process::Command;

use super::Finding;

const OLDEST_RUST: (u32, u32) = (1, 95);

/// The compiler, new enough.
pub(super) fn rust() -> Finding {
    let name = "Rust";
    let Some(said) = said("rustc", &["--version"]) else {
        return Finding::missing(name, "install it with rustup");
    };
    let version = said.split_whitespace().nth(1).unwrap_or_default();
    if at_least(version, OLDEST_RUST) {
        Finding::present(name, version)
    } else {
        let (major, minor) = OLDEST_RUST;
        Finding::missing(
            name,
            format!("{version} is too old: `rustup update` to {major}.{minor} or newer"),
        )
    }
}

/// The C linker that Rust calls.
pub(super) fn linker() -> Finding {
    let name = "linker";
    if cfg!(windows) {
        // This program was linked a moment ago, by the linker that is asked for here.
        return Finding::present(name, "the one that linked this command");
    }
    match said("cc", &["--version"]) {
        Some(said) => Finding::present(name, said.lines().next().unwrap_or_default()),
        None => Finding::missing(name, "install gcc or clang so that `cc` is on the path"),
    }
}

/// The formatter and clippy.
pub(super) fn lints() -> Finding {
    let name = "rustfmt, clippy";
    let there = |tool| said("cargo", &[tool, "--version"]).is_some();
    if there("fmt") && there("clippy") {
        Finding::present(name, "both")
    } else {
        Finding::missing(name, "`rustup component add rustfmt clippy`")
    }
}

/// What a program prints, if it is there and ends well.
pub(super) fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a dotted version is at least this major and minor number.
pub(super) fn at_least(version: &str, (major, minor): (u32, u32)) -> bool {
    let mut numbers = version
        .trim_start_matches('v')
        .split(['.', '-'])
        .map_while(|part| part.parse::<u32>().ok());
    let (Some(has_major), Some(has_minor)) = (numbers.next(), numbers.next()) else {
        return false;
    };
    (has_major, has_minor) >= (major, minor)
}

#[cfg(test)]
mod tests {
    use super::at_least;

    #[test]
    fn versions_compare_by_number_and_not_by_letter() {
        assert!(at_least("1.100.0", (1, 95)));
        assert!(at_least("v20.19.0", (20, 19)));
        assert!(at_least("22.1.0", (20, 19)));
        assert!(!at_least("1.94.1-nightly", (1, 95)));
        assert!(!at_least("v20.9.0", (20, 19)));
        assert!(!at_least("unknown", (1, 0)));
    }
}
