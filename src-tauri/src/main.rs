//! Starts the desktop.
#![cfg_attr(
    all(not(debug_assertions), target_os = "windows"),
    windows_subsystem = "windows"
)]

fn main() -> std::process::ExitCode {
    guildhall_shell::start(std::env::args_os())
}
