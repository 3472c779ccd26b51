//! The commands the webview may call: one line each, because what a person can do is decided in the desktop crate.

pub mod account;
pub mod admin;
pub mod contract;
pub mod file;
pub mod find;
pub mod home;
pub mod opportunity;
pub mod outbox;
pub mod profile;
pub mod request;
pub mod session;
pub mod thread;
pub mod vocabulary;

use std::sync::Arc;

use guildhall_desktop::Desktop;
use guildhall_desktop::view::error::ErrorView;
use tauri::State;

/// The one desktop of this process.
pub type Shared<'a> = State<'a, Arc<Desktop>>;

/// What every command gives: a view, or a failure that a screen can show.
pub type Answer<T> = Result<T, ErrorView>;
