//! What waits to be sent, and what was refused.

use guildhall_desktop::view::outbox::OutboxView;

use super::{Answer, Shared};

/// Lists what waits and what needs attention.
#[tauri::command]
#[specta::specta]
pub async fn outbox(desktop: Shared<'_>) -> Answer<OutboxView> {
    Ok(desktop.outbox().await?)
}

/// Tries to send at once.
#[tauri::command]
#[specta::specta]
pub async fn outbox_retry(desktop: Shared<'_>) -> Answer<()> {
    Ok(desktop.outbox_retry().await?)
}

/// Takes back an act that has not been sent.
#[tauri::command]
#[specta::specta]
pub async fn outbox_cancel(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.outbox_cancel(id).await?)
}

/// Sends a refused act once more.
#[tauri::command]
#[specta::specta]
pub async fn attention_resend(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.attention_resend(id).await?)
}

/// Forgets a refused act.
#[tauri::command]
#[specta::specta]
pub async fn attention_discard(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.attention_discard(id).await?)
}

/// Takes an act back to change its words; answers where its form is.
#[tauri::command]
#[specta::specta]
pub async fn outbox_edit(desktop: Shared<'_>, id: String) -> Answer<String> {
    Ok(desktop.outbox_edit(id).await?)
}

/// Lets a held act go as things stand now.
#[tauri::command]
#[specta::specta]
pub async fn outbox_confirm(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.outbox_confirm(id).await?)
}

/// Opens the conversation about an act that came too late; answers where it is.
#[tauri::command]
#[specta::specta]
pub async fn attention_ask(desktop: Shared<'_>, id: String) -> Answer<String> {
    Ok(desktop.attention_ask(id).await?)
}
