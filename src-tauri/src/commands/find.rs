//! Searching the whole market.

use guildhall_desktop::view::find::{FindForm, FoundTalentView, FoundWorkView};

use super::{Answer, Shared};

/// Finds open requests by words and filters; without the server among what this device holds.
#[tauri::command]
#[specta::specta]
pub async fn find_work(desktop: Shared<'_>, form: FindForm) -> Answer<FoundWorkView> {
    Ok(desktop.find_work(form).await?)
}

/// Finds freelancers by words and filters; without the server among those whom this device holds.
#[tauri::command]
#[specta::specta]
pub async fn find_talent(desktop: Shared<'_>, form: FindForm) -> Answer<FoundTalentView> {
    Ok(desktop.find_talent(form).await?)
}
