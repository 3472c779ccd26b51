//! Files of messages: handed over by the window in pieces, opened by the system's program, saved to the person's downloads.

use guildhall_desktop::view::error::ErrorView;
use tauri::{AppHandle, Manager as _};

use super::{Answer, Shared};

/// Begins to hand a file over.
#[tauri::command]
#[specta::specta]
pub async fn file_begin(desktop: Shared<'_>) -> Answer<String> {
    Ok(desktop.file_begin().await?)
}

/// Hands over the next piece, written in Base64.
#[tauri::command]
#[specta::specta]
pub async fn file_piece(desktop: Shared<'_>, taking: String, piece: String) -> Answer<()> {
    Ok(desktop.file_piece(&taking, &piece)?)
}

/// Puts the file into the draft of a message.
#[tauri::command]
#[specta::specta]
pub async fn file_attach(
    desktop: Shared<'_>,
    thread: String,
    taking: String,
    name: String,
    media_type: String,
) -> Answer<()> {
    Ok(desktop
        .file_attach(thread, taking, name, media_type)
        .await?)
}

/// Gives up a file that was being handed over.
#[tauri::command]
#[specta::specta]
pub async fn file_give_up(desktop: Shared<'_>, taking: String) -> Answer<()> {
    Ok(desktop.file_give_up(&taking)?)
}

/// Takes a file out of the draft of a message.
#[tauri::command]
#[specta::specta]
pub async fn file_detach(desktop: Shared<'_>, thread: String, blob: String) -> Answer<()> {
    Ok(desktop.file_detach(thread, blob).await?)
}

/// Fetches a file to this device.
#[tauri::command]
#[specta::specta]
pub async fn file_fetch(desktop: Shared<'_>, blob: String) -> Answer<()> {
    Ok(desktop.file_fetch(blob).await?)
}

/// Opens a file with the system's program.
#[tauri::command]
#[specta::specta]
pub async fn file_open(desktop: Shared<'_>, blob: String) -> Answer<()> {
    let path = desktop.file_to_open(blob).await?;
    tauri_plugin_opener::open_path(path, None::<&str>).map_err(|error| {
        tracing::warn!(%error, "no program opened a file");
        failed("No program on this computer opens this file. Save it instead.")
    })
}

/// Saves a file to the person's downloads and answers with its name there.
#[tauri::command]
#[specta::specta]
pub async fn file_save(app: AppHandle, desktop: Shared<'_>, blob: String) -> Answer<String> {
    let path = app.path();
    let folder = path.download_dir().or_else(|_| path.home_dir());
    let folder = folder.map_err(|_| failed("This computer names no folder for downloads."))?;
    let saved = desktop.file_save(blob, &folder).await?;
    if let Err(error) = tauri_plugin_opener::reveal_item_in_dir(&saved) {
        tracing::debug!(%error, "the folder of a saved file was not shown");
    }
    let name = saved.file_name().unwrap_or(saved.as_os_str());
    Ok(name.to_string_lossy().into_owned())
}

/// A picture as a data URL, if it is one and on this device.
#[tauri::command]
#[specta::specta]
pub async fn file_picture(desktop: Shared<'_>, blob: String) -> Answer<Option<String>> {
    Ok(desktop.file_picture(blob).await?)
}

fn failed(message: &str) -> ErrorView {
    ErrorView {
        code: "files".to_owned(),
        message: message.to_owned(),
        errors: Vec::new(),
    }
}
