//! The system's own packages: WebKit to build with, and the throw-away desktop to test in.

use std::process::Command;

use anyhow::Result;

use crate::command::Job;
use crate::workspace::Workspace;

use super::toolchain::said;
use super::{Finding, Purpose};

const NAME: &str = "system packages";

const DEBIAN_BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libdbus-1-dev",
    // Opened when the desktop starts, by name: without it there is no tray.
    "libayatana-appindicator3-1",
];
const DEBIAN_TEST: &[&str] = &[
    "xvfb",
    "xauth",
    "dbus",
    "openbox",
    "gnome-keyring",
    "webkit2gtk-driver",
    "python3-dbus",
    "python3-gi",
    "libglib2.0-bin",
    "xdg-utils",
    "fonts-dejavu-core",
];
/// For the stories that run on both databases.
const DEBIAN_DATABASE: &[&str] = &["postgresql"];
/// For the power cuts: they play back recorded system calls.
const DEBIAN_TRACE: &[&str] = &["strace"];
const DEBIAN_BROWSER: &[&str] = &["chromium", "chromium-driver"];
const UBUNTU_BROWSER: &[&str] = &["chromium-browser", "chromium-chromedriver"];

/// What was found out about the system's packages.
#[derive(Debug)]
pub(super) enum Packages {
    /// A Debian-like system, with the packages that it lacks.
    Debian {
        missing: Vec<&'static str>,
        rights: Rights,
    },
    /// A system that we can only give advice for; `ready` when its WebKit was found.
    Other { ready: bool, advice: &'static str },
}

/// Whether packages may be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rights {
    Root,
    Sudo,
    None,
}

impl Rights {
    fn words(self) -> &'static str {
        match self {
            Self::Root => "as root",
            Self::Sudo => "with sudo",
            Self::None => "by somebody who may",
        }
    }
}

/// Looks at the system.
pub(super) fn look(purpose: Purpose) -> Packages {
    if cfg!(target_os = "macos") {
        return Packages::Other {
            ready: said("xcode-select", &["-p"]).is_some(),
            advice: "the Xcode command line tools: `xcode-select --install`; for the tests `brew install postgresql@17`",
        };
    }
    if cfg!(windows) {
        return Packages::Other {
            ready: true,
            advice: "WebView2 (part of Windows 11) and the MSVC build tools",
        };
    }
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let family = Family::read(&release);
    let webkit = || said("pkg-config", &["--exists", "webkit2gtk-4.1"]).is_some();
    match family {
        Family::Debian | Family::Ubuntu => {
            let wanted = debian_list(purpose, family == Family::Ubuntu);
            Packages::Debian {
                missing: not_installed(&wanted),
                rights: rights(),
            }
        }
        Family::Fedora => Packages::Other {
            ready: webkit(),
            advice: "sudo dnf install webkit2gtk4.1-devel dbus-devel libappindicator-gtk3 gcc pkgconf postgresql-server strace",
        },
        Family::Arch => Packages::Other {
            ready: webkit(),
            advice: "sudo pacman -S --needed base-devel webkit2gtk-4.1 dbus libappindicator-gtk3 postgresql strace",
        },
        Family::Unknown => Packages::Other {
            ready: webkit(),
            advice: "the development packages of WebKitGTK 4.1 and libdbus, libappindicator, and PostgreSQL 15 or later and strace for the tests",
        },
    }
}

/// The distributions whose package names we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Debian,
    Ubuntu,
    Fedora,
    Arch,
    Unknown,
}

impl Family {
    fn read(release: &str) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for key in ["ID=", "ID_LIKE="] {
            for line in release.lines() {
                if let Some(value) = line.strip_prefix(key) {
                    names.extend(value.trim_matches('"').split_whitespace());
                }
            }
        }
        names
            .iter()
            .find_map(|name| match *name {
                "ubuntu" => Some(Self::Ubuntu),
                "debian" => Some(Self::Debian),
                "fedora" | "rhel" => Some(Self::Fedora),
                "arch" => Some(Self::Arch),
                _ => None,
            })
            .unwrap_or(Self::Unknown)
    }
}

fn debian_list(purpose: Purpose, ubuntu: bool) -> Vec<&'static str> {
    let mut wanted = DEBIAN_BUILD.to_vec();
    if purpose.needs_throw_away_desktop() {
        wanted.extend(DEBIAN_TEST);
    }
    if purpose.needs_postgres() {
        wanted.extend(DEBIAN_DATABASE);
    }
    if purpose.cuts_power() {
        wanted.extend(DEBIAN_TRACE);
    }
    if purpose == Purpose::Test {
        wanted.extend(if ubuntu {
            UBUNTU_BROWSER
        } else {
            DEBIAN_BROWSER
        });
    }
    wanted
}

fn not_installed(wanted: &[&'static str]) -> Vec<&'static str> {
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\\n"])
        .args(wanted)
        .output();
    // It exits with an error when it does not know one of them, and still lists the others.
    let listed = output.map_or_else(
        |_| String::new(),
        |out| String::from_utf8_lossy(&out.stdout).into_owned(),
    );
    wanted
        .iter()
        .copied()
        .filter(|name| {
            !listed
                .lines()
                .any(|line| line.split_once(' ') == Some((*name, "installed")))
        })
        .collect()
}

fn rights() -> Rights {
    if said("id", &["-u"]).as_deref() == Some("0") {
        Rights::Root
    } else if said("sudo", &["-n", "true"]).is_some() {
        Rights::Sudo
    } else {
        Rights::None
    }
}

impl Packages {
    pub(super) fn finding(&self, install: bool) -> Finding {
        match self {
            Self::Debian { missing, .. } if missing.is_empty() => {
                Finding::present(NAME, "all installed")
            }
            Self::Debian { missing, rights } => match rights {
                Rights::Root | Rights::Sudo if install => Finding::doubtful(
                    NAME,
                    format!("to be installed {}: {}", rights.words(), missing.join(" ")),
                ),
                Rights::Root | Rights::Sudo | Rights::None => Finding::missing(
                    NAME,
                    format!(
                        "sudo apt-get install --no-install-recommends {}",
                        missing.join(" ")
                    ),
                ),
            },
            Self::Other {
                ready: true,
                advice,
            } => Finding::present(NAME, format!("taken as there: {advice}")),
            Self::Other {
                ready: false,
                advice,
            } => Finding::missing(NAME, *advice),
        }
    }

    /// Installs what is missing.
    pub(super) fn install(&self, workspace: &Workspace) -> Result<()> {
        let Self::Debian { missing, rights } = self else {
            return Ok(());
        };
        if missing.is_empty() {
            return Ok(());
        }
        eprintln!("Installing {} system packages", missing.len());
        Job::new("apt-get update", apt_get(*rights, &["update"])).must(workspace)?;
        let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
        arguments.extend(missing);
        Job::new("apt-get install", apt_get(*rights, &arguments)).must(workspace)?;
        Ok(())
    }
}

fn apt_get(rights: Rights, arguments: &[&str]) -> Command {
    let mut command = match rights {
        Rights::Root | Rights::None => Command::new("apt-get"),
        Rights::Sudo => {
            let mut sudo = Command::new("sudo");
            sudo.args([
                "--non-interactive",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
            ]);
            sudo
        }
    };
    command
        .args(["-q", "-o", "Dpkg::Use-Pty=0"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[cfg(test)]
mod tests {
    use super::{Family, debian_list};
    use crate::needs::Purpose;

    #[test]
    fn a_derived_distribution_is_known_by_what_it_is_like() {
        let mint = "NAME=\"Linux Mint\"\nID_LIKE=\"ubuntu debian\"\nID=linuxmint\n";
        assert_eq!(Family::read(mint), Family::Ubuntu);
        assert_eq!(Family::read("ID=debian\n"), Family::Debian);
        assert_eq!(Family::read("ID=nixos\n"), Family::Unknown);
    }

    #[test]
    fn every_test_asks_for_a_database_and_no_demo_does() {
        let asks = |purpose| debian_list(purpose, false).contains(&"postgresql");
        assert!(asks(Purpose::Test));
        assert!(asks(Purpose::QuickTest));
        assert!(!asks(Purpose::Demo));
        assert!(!asks(Purpose::HeadlessDemo));
    }

    #[test]
    fn only_a_full_test_asks_for_a_browser() {
        let asks = |purpose| debian_list(purpose, false).contains(&"chromium");
        assert!(asks(Purpose::Test));
        assert!(!asks(Purpose::Demo));
        assert!(!asks(Purpose::HeadlessDemo));
        assert!(!asks(Purpose::QuickTest));
    }
}
