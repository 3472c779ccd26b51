//! Contracts: delivery, acceptance, and the review at the end.

use guildhall_desktop::view::RoleView;
use guildhall_desktop::view::thread::{ContractView, ReviewDraft};

use super::{Answer, Shared};

/// Lists contracts.
#[tauri::command]
#[specta::specta]
pub async fn contracts(desktop: Shared<'_>, role: RoleView) -> Answer<Vec<ContractView>> {
    Ok(desktop.contracts(role).await?)
}

/// Delivers the work.
#[tauri::command]
#[specta::specta]
pub async fn contract_deliver(desktop: Shared<'_>, id: String, note: String) -> Answer<()> {
    Ok(desktop.contract_deliver(id, note).await?)
}

/// Asks for changes to what was delivered.
#[tauri::command]
#[specta::specta]
pub async fn contract_request_changes(desktop: Shared<'_>, id: String, note: String) -> Answer<()> {
    Ok(desktop.contract_request_changes(id, note).await?)
}

/// Accepts what was delivered.
#[tauri::command]
#[specta::specta]
pub async fn contract_accept(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.contract_accept(id).await?)
}

/// Ends a contract early.
#[tauri::command]
#[specta::specta]
pub async fn contract_cancel(desktop: Shared<'_>, id: String, reason: String) -> Answer<()> {
    Ok(desktop.contract_cancel(id, reason).await?)
}

/// Rates the other side.
#[tauri::command]
#[specta::specta]
pub async fn review_write(
    desktop: Shared<'_>,
    contract: String,
    stars: u8,
    text: String,
) -> Answer<()> {
    Ok(desktop.review_write(contract, stars, text).await?)
}

/// Keeps a review as it is being written.
#[tauri::command]
#[specta::specta]
pub async fn review_autosave(
    desktop: Shared<'_>,
    contract: String,
    draft: ReviewDraft,
) -> Answer<()> {
    Ok(desktop.review_autosave(contract, draft).await?)
}
