//! The steps: what each runs, what it needs, how its result is counted.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::cargo::{self, cargo};
use crate::command::{Finished, Job};
use crate::desktop_kit::{BARE, Desktop, Session};
use crate::frontend::{self, npm};
use crate::workspace::{Profile, Workspace};

use super::count::{self, Count};

/// One named check, or one suite of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Step {
    /// The source is formatted.
    Format,
    /// Licences, bans and sources of what is linked in.
    Deny,
    /// Programs and tests compile.
    Build,
    /// Unit tests, HTTP stories, the desktop's core, fresh bindings, a few kills.
    Rust,
    /// Clippy has nothing to say.
    Clippy,
    /// The screens' types.
    Types,
    /// The screens' tests, accessibility among them.
    Screens,
    /// Desktops and a server on virtual time, with faults.
    Sim,
    /// The tests that kill the programs, alone.
    Crash,
    /// The story in real windows.
    Windows,
}

const SIMULATOR: &str = "guildhall-simulation";
/// Built in one go with the simulator, everything else would get its fault points too.
const WITHOUT_SIMULATOR: [&str; 2] = ["--exclude", SIMULATOR];

/// What may run beside what: the screens' tests beside Rust's, the windows after both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    Rust,
    Screens,
    Window,
}

/// What a step must know of the whole run.
#[derive(Debug)]
pub(super) struct Plan {
    /// Whether the programs were built by a step before.
    pub(super) built: bool,
    /// Only the stories whose file name holds this.
    pub(super) story: Option<String>,
}

/// A step that has come to an end.
pub(super) struct Done {
    pub(super) count: Count,
    pub(super) log: Option<PathBuf>,
    pub(super) why: Option<String>,
}

impl Step {
    pub(super) const ALL: [Self; 10] = [
        Self::Format,
        Self::Deny,
        Self::Build,
        Self::Rust,
        Self::Clippy,
        Self::Types,
        Self::Screens,
        Self::Sim,
        Self::Crash,
        Self::Windows,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Deny => "deny",
            Self::Build => "build",
            Self::Rust => "rust",
            Self::Clippy => "clippy",
            Self::Types => "types",
            Self::Screens => "screens",
            Self::Sim => "sim",
            Self::Crash => "crash",
            Self::Windows => "windows",
        }
    }

    /// Whether it runs when nobody names it; the crash tests are part of `rust` already.
    pub(super) fn is_default(self) -> bool {
        self != Self::Crash
    }

    pub(super) fn needs_window(self) -> bool {
        self == Self::Windows
    }

    /// Whether `ui/dist` must be there: the desktop embeds it when it is compiled.
    pub(super) fn needs_screens(self) -> bool {
        match self {
            Self::Format | Self::Deny | Self::Sim => false,
            Self::Build
            | Self::Rust
            | Self::Clippy
            | Self::Types
            | Self::Screens
            | Self::Crash
            | Self::Windows => true,
        }
    }

    pub(super) fn lane(self) -> Lane {
        match self {
            Self::Format
            | Self::Deny
            | Self::Build
            | Self::Rust
            | Self::Clippy
            | Self::Sim
            | Self::Crash => Lane::Rust,
            Self::Types | Self::Screens => Lane::Screens,
            Self::Windows => Lane::Window,
        }
    }

    pub(super) fn run(self, workspace: &Workspace, plan: &Plan) -> Result<Done> {
        match self {
            Self::Format => check(
                workspace,
                self,
                cargo(
                    workspace,
                    &["fmt", "--all", "--check", "--", "--color=never"],
                ),
            ),
            Self::Deny => deny(workspace),
            Self::Build => build(workspace),
            Self::Rust => {
                frontend::install_packages(workspace, &workspace.providers())?;
                // Doc tests come with it; the programs were built by the step before.
                let mut arguments = vec!["test", "--workspace", "--no-fail-fast"];
                arguments.extend(WITHOUT_SIMULATOR);
                let command = cargo(workspace, &arguments);
                let done = Job::new("rust", command).run(workspace)?;
                Ok(counted(count::of_libtest(&done.output), done))
            }
            Self::Clippy => check(
                workspace,
                self,
                cargo(
                    workspace,
                    &[
                        "clippy",
                        "--workspace",
                        "--all-targets",
                        "--",
                        "-D",
                        "warnings",
                    ],
                ),
            ),
            Self::Types => check(workspace, self, npm(&workspace.ui(), &["run", "check"])),
            Self::Screens => {
                let command = npm(&workspace.ui(), &["exec", "--", "vitest", "run"]);
                let done = Job::new("screens", command).run(workspace)?;
                Ok(counted(count::of_vitest(&done.output), done))
            }
            Self::Sim => {
                let arguments = ["test", "--profile", "simulation", "-p", SIMULATOR];
                let done = Job::new("sim", cargo(workspace, &arguments)).run(workspace)?;
                Ok(counted(count::of_libtest(&done.output), done))
            }
            Self::Crash => {
                build(workspace)?;
                let mut arguments = vec!["test", "--workspace", "--test", "crash"];
                arguments.extend(WITHOUT_SIMULATOR);
                let command = cargo(workspace, &arguments);
                let done = Job::new("crash", command).run(workspace)?;
                Ok(counted(count::of_libtest(&done.output), done))
            }
            Self::Windows => windows(workspace, plan),
        }
    }
}

fn check(workspace: &Workspace, step: Step, command: Command) -> Result<Done> {
    let done = Job::new(step.name(), command).run(workspace)?;
    Ok(counted(Count::one(done.ok), done))
}

fn counted(count: Count, done: Finished) -> Done {
    let count = count.with_exit(done.ok);
    Done {
        count,
        why: (count.failed > 0).then(|| explain(&done)),
        log: Some(done.log),
    }
}

/// The failures of a long log if it names them, else its last lines.
fn explain(done: &Finished) -> String {
    const MARKS: [&str; 6] = ["error", "FAILED", "panicked at", "✖", "FAIL ", "not ok"];
    let marked: Vec<&str> = done
        .output
        .lines()
        .filter(|line| MARKS.iter().any(|mark| line.contains(mark)))
        .take(30)
        .collect();
    format!("{}\n…\n{}", marked.join("\n"), done.tail())
}

fn deny(workspace: &Workspace) -> Result<Done> {
    let installed = cargo(workspace, &["deny", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !installed {
        println!("    cargo-deny is not installed: left out");
        return Ok(Done {
            count: Count::default(),
            log: None,
            why: None,
        });
    }
    let arguments = ["deny", "check", "licenses", "bans", "sources"];
    check(workspace, Step::Deny, cargo(workspace, &arguments))
}

/// Builds programs and tests in one go, so that `cargo test` finds every dependency as it wants it.
fn build(workspace: &Workspace) -> Result<Done> {
    let mut arguments = vec!["build", "--workspace", "--bins", "--tests"];
    arguments.extend(WITHOUT_SIMULATOR);
    if cfg!(windows) {
        // A running program cannot be replaced there, and this one is running.
        arguments.extend(["--exclude", "xtask"]);
    }
    check(workspace, Step::Build, cargo(workspace, &arguments))
}

/// Runs the story in real windows, on a display, buses and keychains of its own.
fn windows(workspace: &Workspace, plan: &Plan) -> Result<Done> {
    let e2e = workspace.e2e();
    frontend::install_packages(workspace, &e2e)?;
    frontend::install_packages(workspace, &workspace.providers())?;
    if !plan.built {
        cargo::build_programs(workspace, Profile::Dev)?;
    }
    let folder = workspace.scratch("windows")?;
    let desktop = Desktop::start(workspace, &folder)?;
    let sessions = ["freelancer", "client", "admin", BARE]
        .into_iter()
        .map(|name| desktop.session(name))
        .collect::<Result<Vec<Session>>>()?;
    let mut command = Command::new("node");
    command
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(stories(&e2e, plan.story.as_deref())?)
        .current_dir(&e2e)
        .env("GUILDHALL_KIT", desktop.describe(&sessions)?)
        .env(
            "GUILDHALL_APP",
            workspace.program(Profile::Dev, "guildhall"),
        )
        .env(
            "GUILDHALL_SERVER",
            workspace.program(Profile::Dev, "guildhall-server"),
        )
        .env("GUILDHALL_PICTURES", workspace.target().join("screenshots"))
        .env("NO_COLOR", "1");
    let done = Job::new("windows", command)
        .within(Duration::from_mins(20))
        .run(workspace)?;
    Ok(counted(count::of_node(&done.output), done))
}

/// The files of stories, named one by one: a folder means something else to each version of Node's runner.
fn stories(e2e: &Path, story: Option<&str>) -> Result<Vec<PathBuf>> {
    let mut stories = Vec::new();
    for entry in std::fs::read_dir(e2e.join("stories"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") && story.is_none_or(|part| name.contains(part)) {
            stories.push(entry.path());
        }
    }
    ensure!(!stories.is_empty(), "no story is called {story:?}");
    stories.sort();
    Ok(stories)
}
