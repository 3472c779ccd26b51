//! Joins the desktop to the shell: its events go to window, tray and notifications; what is clicked there goes back.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use guildhall_desktop::view::session::SignInView;
use guildhall_desktop::{Desktop, Error, Event, Setup};
use tauri::{AppHandle, Manager as _};
use tauri_specta::Event as _;
use tokio::sync::{Notify, mpsc};

use crate::notification::Notifier;
use crate::options::HandOver;
use crate::tray::Tray;
use crate::tray::menu::{Act, LISTED_MATCHES, Match, Standing};
use crate::vault::SystemVault;
use crate::{event, window};

/// A burst of changes draws the tray menu once.
const TRAY_PAUSE: Duration = Duration::from_millis(150);

/// The desktop with what it has to say.
pub struct Opened {
    /// The desktop.
    pub desktop: Arc<Desktop>,
    events: mpsc::UnboundedReceiver<Event>,
}

/// Opens the desktop on its data folder, with the keychain and browser of this system.
pub async fn open_desktop(folder: &Path, profile: &str) -> Result<Opened, Error> {
    let (events, receive) = mpsc::unbounded_channel();
    let setup = Setup {
        clock: guildhall_desktop::sign_in::system_clock(),
        folder: folder.to_owned(),
        profile: profile.to_owned(),
        vault: Box::new(SystemVault::new(profile)),
        opener: Arc::new(window::open_in_browser),
        events,
    };
    let desktop = Desktop::open(setup).await?;
    Ok(Opened {
        desktop,
        events: receive,
    })
}

/// Carries the desktop's events to window, tray and notifications until the app ends.
pub fn follow(app: &AppHandle, opened: Opened, tray: Tray) {
    let Opened {
        desktop,
        mut events,
    } = opened;
    let clicked = app.clone();
    let notifier = Notifier::start(app, move |route| window::show_route(&clicked, route));
    let tray_is_stale = Arc::new(Notify::new());
    tray_is_stale.notify_one();
    tauri::async_runtime::spawn(keep_tray(
        app.clone(),
        Arc::clone(&desktop),
        tray,
        Arc::clone(&tray_is_stale),
    ));

    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        while let Some(event) = events.recv().await {
            let told = match event {
                Event::Changed => tell_changed(&app, &desktop).await,
                Event::SessionChanged => (event::SessionChanged {}).emit(&app),
                Event::LinkChanged => tell_link(&app, &desktop).await,
                Event::FileProgress { blob, done, size } => {
                    let told = progress(&blob.to_string(), done, size).emit(&app);
                    if let Err(error) = told {
                        tracing::warn!(%error, "the window was not told of a file");
                    }
                    continue;
                }
                Event::Notice(notice) => {
                    notifier.show(notice);
                    continue;
                }
            };
            if let Err(error) = told {
                tracing::warn!(%error, "the window was not told of a change");
            }
            tray_is_stale.notify_one();
        }
    });
}

#[expect(
    clippy::cast_precision_loss,
    reason = "files are far smaller than what a float counts exactly"
)]
fn progress(blob: &str, done: u64, size: u64) -> event::FileProgress {
    event::FileProgress {
        blob: blob.to_owned(),
        done: done as f64,
        size: size as f64,
    }
}

async fn tell_changed(app: &AppHandle, desktop: &Desktop) -> tauri::Result<()> {
    (event::Changed {}).emit(app)?;
    // An act changes rows and the number of those that wait.
    tell_link(app, desktop).await
}

async fn tell_link(app: &AppHandle, desktop: &Desktop) -> tauri::Result<()> {
    match desktop.sync_state().await {
        Ok(view) => event::SyncChanged(view).emit(app),
        Err(error) => {
            tracing::warn!(%error, "the state of the connection is not known");
            Ok(())
        }
    }
}

async fn keep_tray(app: AppHandle, desktop: Arc<Desktop>, tray: Tray, is_stale: Arc<Notify>) {
    loop {
        is_stale.notified().await;
        if let Err(error) = tray.show(&app, &standing(&desktop).await) {
            tracing::warn!(%error, "the tray menu was not drawn");
        }
        tokio::time::sleep(TRAY_PAUSE).await;
    }
}

/// What the tray menu shows. What cannot be read is left out: the window says why.
async fn standing(desktop: &Desktop) -> Standing {
    let session = desktop.session().await;
    let is_signed_in =
        session.is_ok_and(|session| matches!(session.state, SignInView::SignedIn { .. }));
    if !is_signed_in {
        return Standing::default();
    }
    let opportunities = desktop.opportunities().await.unwrap_or_default();
    let matches = opportunities
        .into_iter()
        .filter(|row| row.open && !row.applied)
        .filter_map(|row| {
            let percent = row.fit?.percent;
            Some(Match {
                title: row.title,
                percent,
                route: format!("/opportunities/{}", row.id),
            })
        })
        .take(LISTED_MATCHES)
        .collect();
    let sync = desktop.sync_state().await.ok();
    Standing {
        is_signed_in,
        matches,
        waiting: sync.as_ref().map_or(0, |sync| sync.waiting),
        attention: sync.as_ref().map_or(0, |sync| sync.attention),
        is_paused: desktop.is_paused(),
    }
}

/// Does what was clicked in the tray.
pub fn on_tray(app: &AppHandle, act: Act) {
    match act {
        Act::Open => window::show(app),
        Act::Show(route) => window::show_route(app, route),
        Act::GoOffline => pause(app, true),
        Act::GoOnline => pause(app, false),
        Act::Quit => app.exit(0),
    }
}

fn pause(app: &AppHandle, is_paused: bool) {
    let desktop = desktop(app);
    tauri::async_runtime::spawn(async move {
        if let Err(error) = desktop.go_offline(is_paused).await {
            tracing::warn!(%error, "syncing could not be paused or resumed");
        }
    });
}

/// Does what the command line asked for.
pub fn begin(app: &AppHandle, server: Option<String>, hand_over: Option<HandOver>) {
    let Some(server) = server else { return };
    let desktop = desktop(app);
    tauri::async_runtime::spawn(async move {
        let begun = match hand_over {
            Some(HandOver { code, verifier }) => desktop.hand_over(server, code, verifier).await,
            None => desktop.name_server(server).await,
        };
        if let Err(error) = begun {
            tracing::warn!(%error, "what the command line asked for could not be done");
        }
    });
}

/// Lets the desktop finish what it writes.
pub fn close(app: &AppHandle) {
    tauri::async_runtime::block_on(desktop(app).close());
}

fn desktop(app: &AppHandle) -> Arc<Desktop> {
    Arc::clone(&app.state::<Arc<Desktop>>())
}
