//! The requests that a freelancer may apply to.

use guildhall_desktop::view::bookmark::BookmarkForm;
use guildhall_desktop::view::request::{ApplicationDraft, OpportunityRow, OpportunityView};

use super::{Answer, Shared};

/// Lists open requests, best fit first.
#[tauri::command]
#[specta::specta]
pub async fn opportunities(desktop: Shared<'_>) -> Answer<Vec<OpportunityRow>> {
    Ok(desktop.opportunities().await?)
}

/// Opens a request, which counts as a view.
#[tauri::command]
#[specta::specta]
pub async fn opportunity(desktop: Shared<'_>, id: String) -> Answer<OpportunityView> {
    Ok(desktop.opportunity(id).await?)
}

/// Keeps what has been typed so far.
#[tauri::command]
#[specta::specta]
pub async fn application_autosave(
    desktop: Shared<'_>,
    request: String,
    draft: ApplicationDraft,
) -> Answer<()> {
    Ok(desktop.application_autosave(request, draft).await?)
}

/// Applies to a request and gives the application's id.
#[tauri::command]
#[specta::specta]
pub async fn apply(
    desktop: Shared<'_>,
    request: String,
    draft: ApplicationDraft,
) -> Answer<String> {
    Ok(desktop.apply(request, draft).await?)
}

/// Saves or hides a request or a freelancer, or takes that back.
#[tauri::command]
#[specta::specta]
pub async fn bookmark(desktop: Shared<'_>, form: BookmarkForm) -> Answer<()> {
    Ok(desktop.bookmark(form).await?)
}
