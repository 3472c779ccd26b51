//! The shell around the desktop: window, tray, notifications, keychain. It holds no rules, no SQL and no HTTP.
//!
//! [`start`] reads the command line, takes the profile, opens the desktop and joins it to the window.

pub mod commands;
pub mod event;
pub mod instance;
pub mod ipc;
pub mod link;
pub mod logging;
pub mod notification;
pub mod options;
pub mod profile;
pub mod tray;
pub mod vault;
pub mod window;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;
use tauri::{App, Manager as _, RunEvent};

use instance::Instance;
use options::Options;

/// Why the app did not start.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("the window system could not be used: {0}")]
    Window(#[from] tauri::Error),
    #[error("the data folder could not be used: {0}")]
    Folder(#[from] std::io::Error),
    #[error("this profile is open in another window that does not answer: {0}")]
    Taken(#[source] std::io::Error),
    #[error("{0}")]
    Desktop(#[from] guildhall_desktop::Error),
}

/// Runs the app until it is quit.
pub fn start(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let options = match Options::try_parse_from(arguments) {
        Ok(options) => options,
        Err(error) => error.exit(),
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "Guildhall could not start");
            eprintln!("Guildhall could not start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<(), StartError> {
    let context = tauri::generate_context!();
    let folder = options.profile.folder(&app_data(&context)?);
    // Before the window system is touched: a second start needs none of it, and ending with its threads just begun
    // can be a crash.
    let first = match instance::claim(&folder)? {
        Instance::First(first) => first,
        Instance::Second(second) => return second.knock().map_err(StartError::Taken),
    };

    let bridge = ipc::bridge();
    let builder = tauri::Builder::default()
        .plugin(window::memory(options.profile.folder_name()))
        .invoke_handler(bridge.invoke_handler());
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_notification::init());
    let app = builder.build(context)?;

    logging::start(&app.path().app_log_dir()?, options.profile.folder_name());
    tracing::info!(profile = %options.profile, version = env!("CARGO_PKG_VERSION"), "Guildhall starts");
    bridge.mount_events(&app);
    open(&app, options, &folder, &first)?;

    app.run(move |app, event| on_run_event(app, &event, &first));
    Ok(())
}

/// The folder that the system keeps for this app's data: the one that tauri names once its window system runs.
fn app_data(context: &tauri::Context) -> Result<PathBuf, StartError> {
    dirs::data_dir()
        .map(|data| data.join(&context.config().identifier))
        .ok_or(StartError::Window(tauri::Error::UnknownPath))
}

/// Opens the desktop and joins it to window, tray and notifications.
fn open(
    app: &App,
    options: Options,
    folder: &std::path::Path,
    first: &instance::First,
) -> Result<(), StartError> {
    let opened =
        tauri::async_runtime::block_on(link::open_desktop(folder, options.profile.name()))?;
    app.manage(opened.desktop.clone());

    let title = options.profile.title();
    window::open(app.handle(), &title, folder, tray::Presence::watch())?;
    let shown = app.handle().clone();
    first.listen(move || window::show(&shown))?;

    let tray = tray::Tray::put(app, &title, folder, link::on_tray)?;
    link::follow(app.handle(), opened, tray);
    link::begin(app.handle(), options.server, options.hand_over);
    Ok(())
}

/// `_first` is held here, so that the profile is ours until the process ends.
fn on_run_event(app: &tauri::AppHandle, event: &RunEvent, _first: &instance::First) {
    match event {
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show(app),
        RunEvent::Exit => link::close(app),
        // Tauri's own list of events, which grows.
        _ => {}
    }
}
