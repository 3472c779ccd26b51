//! The words that forms choose from.

use guildhall_desktop::view::profile::{HeldSkillForm, PlaceView};
use guildhall_desktop::view::vocabulary::{SkillHitView, VocabularyView};

use super::{Answer, Shared};

/// Lists categories, languages, currencies and time zones.
#[tauri::command]
#[specta::specta]
pub async fn vocabulary(desktop: Shared<'_>) -> Answer<VocabularyView> {
    Ok(desktop.vocabulary().await?)
}

/// Suggests skills for what has been typed so far.
#[tauri::command]
#[specta::specta]
pub async fn suggest_skills(desktop: Shared<'_>, text: String) -> Answer<Vec<SkillHitView>> {
    Ok(desktop.suggest_skills(text).await?)
}

/// Splits pasted text into skills.
#[tauri::command]
#[specta::specta]
pub async fn resolve_skills(desktop: Shared<'_>, text: String) -> Answer<Vec<HeldSkillForm>> {
    Ok(desktop.resolve_skills(text).await?)
}

/// Suggests places for what has been typed so far.
#[tauri::command]
#[specta::specta]
pub async fn suggest_places(desktop: Shared<'_>, text: String) -> Answer<Vec<PlaceView>> {
    Ok(desktop.suggest_places(text).await?)
}
