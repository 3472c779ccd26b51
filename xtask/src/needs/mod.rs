//! What the machine must have: looked for in one list, installed where that is allowed, named where it is not.

mod disk;
mod display;
mod node;
mod system;
mod toolchain;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// What the machine is needed for; a test needs more than a look at the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To build the programs and open their windows on this display.
    Demo,
    /// To do the same without a display.
    HeadlessDemo,
    /// To run the checks that need no window.
    QuickTest,
    /// To run every check.
    Test,
}

impl Purpose {
    fn needs_throw_away_desktop(self) -> bool {
        match self {
            Self::Demo | Self::QuickTest => false,
            Self::HeadlessDemo | Self::Test => true,
        }
    }

    fn cuts_power(self) -> bool {
        match self {
            Self::Demo | Self::HeadlessDemo => false,
            Self::QuickTest | Self::Test => true,
        }
    }

    fn needs_postgres(self) -> bool {
        match self {
            Self::Demo | Self::HeadlessDemo => false,
            Self::QuickTest | Self::Test => true,
        }
    }

    fn needs_lints(self) -> bool {
        match self {
            Self::Demo | Self::HeadlessDemo => false,
            Self::QuickTest | Self::Test => true,
        }
    }
}

/// One line of the list.
#[derive(Debug)]
pub(crate) struct Finding {
    name: &'static str,
    state: State,
}

#[derive(Debug)]
enum State {
    /// It is there; the text says which.
    Present(String),
    /// It is not there and nothing works without it; the text says how to mend that.
    Missing(String),
    /// Not good, but no reason to stop.
    Doubtful(String),
}

impl Finding {
    fn present(name: &'static str, which: impl Into<String>) -> Self {
        Self {
            name,
            state: State::Present(which.into()),
        }
    }

    fn missing(name: &'static str, remedy: impl Into<String>) -> Self {
        Self {
            name,
            state: State::Missing(remedy.into()),
        }
    }

    fn doubtful(name: &'static str, why: impl Into<String>) -> Self {
        Self {
            name,
            state: State::Doubtful(why.into()),
        }
    }

    fn print(&self) {
        let (mark, text) = match &self.state {
            State::Present(text) => ("ok     ", text),
            State::Missing(text) => ("MISSING", text),
            State::Doubtful(text) => ("note   ", text),
        };
        println!("  {mark}  {:<16} {text}", self.name);
    }
}

/// Makes sure of the system's packages without a list, for a command whose output is figures.
pub(crate) fn packages(workspace: &Workspace, purpose: Purpose) -> Result<()> {
    let packages = system::look(purpose);
    let finding = packages.finding(true);
    if let State::Missing(remedy) = &finding.state {
        bail!("missing: {remedy}");
    }
    packages.install(workspace)
}

/// Prints the list and, if wanted, installs what is missing and may be installed.
pub(crate) fn run(workspace: &Workspace, purpose: Purpose, install: bool) -> Result<ExitCode> {
    println!("Checking this machine");
    let mut findings = vec![toolchain::rust(), toolchain::linker()];
    if purpose.needs_lints() {
        findings.push(toolchain::lints());
    }
    findings.extend([node::node(), node::npm(), disk::space(workspace)]);
    match purpose {
        Purpose::Demo => findings.push(display::finding()),
        Purpose::HeadlessDemo | Purpose::QuickTest | Purpose::Test => {}
    }
    let packages = system::look(purpose);
    findings.push(packages.finding(install));
    for finding in &findings {
        finding.print();
    }
    let missing: Vec<_> = findings
        .iter()
        .filter(|finding| matches!(finding.state, State::Missing(_)))
        .map(|finding| finding.name)
        .collect();
    if !missing.is_empty() {
        bail!("missing: {}", missing.join(", "));
    }
    if install {
        packages.install(workspace)?;
    }
    Ok(ExitCode::SUCCESS)
}
