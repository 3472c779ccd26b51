//! The freelancer's own profile.

use guildhall_desktop::view::profile::{MyProfileView, ProfileForm, ResumeImportView};

use super::{Answer, Shared};

/// Shows my profile and the draft beside it.
#[tauri::command]
#[specta::specta]
pub async fn my_profile(desktop: Shared<'_>) -> Answer<MyProfileView> {
    Ok(desktop.my_profile().await?)
}

/// Saves and publishes my profile.
#[tauri::command]
#[specta::specta]
pub async fn profile_save(desktop: Shared<'_>, form: ProfileForm) -> Answer<()> {
    Ok(desktop.profile_save(form).await?)
}

/// Keeps what has been typed so far.
#[tauri::command]
#[specta::specta]
pub async fn profile_autosave(desktop: Shared<'_>, form: ProfileForm) -> Answer<()> {
    Ok(desktop.profile_autosave(form).await?)
}

/// Goes back to the profile as published.
#[tauri::command]
#[specta::specta]
pub async fn profile_discard_draft(desktop: Shared<'_>) -> Answer<()> {
    Ok(desktop.profile_discard_draft().await?)
}

/// Reads a JSON Resume file into the form.
#[tauri::command]
#[specta::specta]
pub async fn import_resume(desktop: Shared<'_>, json: String) -> Answer<ResumeImportView> {
    Ok(desktop.import_resume(json).await?)
}
