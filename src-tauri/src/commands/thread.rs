//! The conversation around an application: messages, and what becomes of the application and its offers.

use guildhall_desktop::view::RoleView;
use guildhall_desktop::view::thread::{TermsForm, ThreadRow, ThreadView};

use super::{Answer, Shared};

/// Lists threads, newest first.
#[tauri::command]
#[specta::specta]
pub async fn threads(desktop: Shared<'_>, role: RoleView) -> Answer<Vec<ThreadRow>> {
    Ok(desktop.threads(role).await?)
}

/// Opens a thread, which marks it read.
#[tauri::command]
#[specta::specta]
pub async fn thread(desktop: Shared<'_>, id: String) -> Answer<ThreadView> {
    Ok(desktop.thread(id).await?)
}

/// Keeps what has been typed so far.
#[tauri::command]
#[specta::specta]
pub async fn message_autosave(desktop: Shared<'_>, thread: String, text: String) -> Answer<()> {
    Ok(desktop.message_autosave(thread, text).await?)
}

/// Sends a message.
#[tauri::command]
#[specta::specta]
pub async fn message_send(desktop: Shared<'_>, thread: String, text: String) -> Answer<()> {
    Ok(desktop.message_send(thread, text).await?)
}

/// Takes my application back.
#[tauri::command]
#[specta::specta]
pub async fn application_withdraw(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.application_withdraw(id).await?)
}

/// Puts an application on the shortlist or takes it off.
#[tauri::command]
#[specta::specta]
pub async fn application_shortlist(desktop: Shared<'_>, id: String, on: bool) -> Answer<()> {
    Ok(desktop.application_shortlist(id, on).await?)
}

/// Turns an application down.
#[tauri::command]
#[specta::specta]
pub async fn application_decline(desktop: Shared<'_>, id: String, reason: String) -> Answer<()> {
    Ok(desktop.application_decline(id, reason).await?)
}

/// Makes an offer on an application.
#[tauri::command]
#[specta::specta]
pub async fn offer_make(desktop: Shared<'_>, application: String, terms: TermsForm) -> Answer<()> {
    Ok(desktop.offer_make(application, terms).await?)
}

/// Takes an offer back.
#[tauri::command]
#[specta::specta]
pub async fn offer_revoke(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.offer_revoke(id).await?)
}

/// Accepts an offer, which begins a contract.
#[tauri::command]
#[specta::specta]
pub async fn offer_accept(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.offer_accept(id).await?)
}

/// Turns an offer down.
#[tauri::command]
#[specta::specta]
pub async fn offer_decline(desktop: Shared<'_>, id: String, reason: String) -> Answer<()> {
    Ok(desktop.offer_decline(id, reason).await?)
}

/// Keeps an offer as it is being written.
#[tauri::command]
#[specta::specta]
pub async fn offer_autosave(
    desktop: Shared<'_>,
    application: String,
    terms: TermsForm,
) -> Answer<()> {
    Ok(desktop.offer_autosave(application, terms).await?)
}

/// Keeps the words that go with an act as they are being written.
#[tauri::command]
#[specta::specta]
pub async fn words_autosave(
    desktop: Shared<'_>,
    way: String,
    about: String,
    text: String,
) -> Answer<()> {
    Ok(desktop.words_autosave(way, about, text).await?)
}
