//! The one window: where it stands, what it may show, and what closing it means.

use std::path::Path;

use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};
use tauri_plugin_window_state::StateFlags;
use tauri_specta::Event as _;

use crate::event::Navigate;
use crate::tray::Presence;

/// The label by which capabilities know the window.
const LABEL: &str = "main";

/// Remembers size and place of each profile's window. Whether it is hidden is not remembered:
/// a start always shows it.
pub fn memory(profile: &str) -> tauri::plugin::TauriPlugin<tauri::Wry> {
    tauri_plugin_window_state::Builder::new()
        .with_filename(format!("window-{profile}.json"))
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build()
}

/// Opens the window.
pub fn open(
    app: &AppHandle,
    title: &str,
    folder: &Path,
    tray: Presence,
) -> tauri::Result<WebviewWindow> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title(title)
        .inner_size(1280.0, 820.0)
        .min_inner_size(800.0, 600.0)
        .center()
        // The webview's own storage, apart for each profile.
        .data_directory(folder.join("webview"))
        // Files are dropped onto the page, not onto the window.
        .disable_drag_drop_handler()
        .on_navigation(|url| is_own(url) || leave(url))
        .on_new_window(|url, _| {
            leave(&url);
            NewWindowResponse::Deny
        })
        .build()?;
    let closed = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event
            && tray.is_there()
            && closed.hide().is_ok()
        {
            api.prevent_close();
        }
    });
    Ok(window)
}

/// Brings the window to the front.
pub fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window could not be shown");
    }
}

/// Brings the window to the front and to a route.
pub fn show_route(app: &AppHandle, route: String) {
    show(app);
    if let Err(error) = (Navigate { route }).emit(app) {
        tracing::warn!(%error, "the window could not be led to its route");
    }
}

/// Whether an address is the app itself; nothing else is ever shown in its window.
fn is_own(url: &Url) -> bool {
    let is_served = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.as_str() == "about:blank",
        _ => false,
    };
    is_served || is_served_by_vite(url)
}

/// While developing (`tauri dev`), the pages come from the development server.
fn is_served_by_vite(url: &Url) -> bool {
    cfg!(debug_assertions) && url.origin().ascii_serialization() == "http://localhost:1420"
}

/// Hands a link to the system browser and stays where we are.
fn leave(url: &Url) -> bool {
    if is_for_the_browser(url) {
        let link = url.to_string();
        std::thread::spawn(move || {
            if let Err(error) = open_in_browser(&link) {
                tracing::warn!(%error, "a link could not be opened");
            }
        });
    }
    false
}

fn is_for_the_browser(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https" | "mailto")
}

/// Opens a link in the system browser.
pub fn open_in_browser(link: &str) -> std::io::Result<()> {
    tauri_plugin_opener::open_url(link, None::<&str>).map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_nothing_but_the_app() {
        for (address, own, for_the_browser) in [
            ("tauri://localhost/requests", true, false),
            ("http://tauri.localhost/", true, true),
            ("about:blank", true, false),
            ("tauri://evil.example/", false, false),
            ("https://example.org/me", false, true),
            ("http://localhost:4810/", false, true),
            ("mailto:a@example.org", false, true),
            ("javascript:alert(1)", false, false),
            ("data:text/html,x", false, false),
            ("file:///etc/passwd", false, false),
            ("about:srcdoc", false, false),
        ] {
            let url: Url = address.parse().expect("is an address");

            assert_eq!(is_own(&url), own, "{address}");
            assert_eq!(is_for_the_browser(&url), for_the_browser, "{address}");
        }
    }
}
