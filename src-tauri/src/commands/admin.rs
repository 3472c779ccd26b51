//! What admins and moderators see and may do; all of it needs the server.

use guildhall_desktop::view::account::SignInRow;
use guildhall_desktop::view::admin::{
    AdminActivityRow, AdminHomeView, AdminPersonRow, AdminRequestRow,
};
use guildhall_desktop::view::chart::ChartView;

use super::{Answer, Shared};

/// Shows counts and the latest activity.
#[tauri::command]
#[specta::specta]
pub async fn admin_home(desktop: Shared<'_>) -> Answer<AdminHomeView> {
    Ok(desktop.admin_home().await?)
}

/// Finds people.
#[tauri::command]
#[specta::specta]
pub async fn admin_people(desktop: Shared<'_>, search: String) -> Answer<Vec<AdminPersonRow>> {
    Ok(desktop.admin_people(search).await?)
}

/// Lists where a person is signed in.
#[tauri::command]
#[specta::specta]
pub async fn admin_sign_ins(desktop: Shared<'_>, person: String) -> Answer<Vec<SignInRow>> {
    Ok(desktop.admin_sign_ins(person).await?)
}

/// Signs a person out everywhere.
#[tauri::command]
#[specta::specta]
pub async fn admin_sign_out(desktop: Shared<'_>, person: String, reason: String) -> Answer<()> {
    Ok(desktop.admin_sign_out(person, reason).await?)
}

/// Signs a person out on one computer.
#[tauri::command]
#[specta::specta]
pub async fn admin_end_sign_in(
    desktop: Shared<'_>,
    person: String,
    sign_in: String,
    reason: String,
) -> Answer<()> {
    Ok(desktop.admin_end_sign_in(person, sign_in, reason).await?)
}

/// Finds requests.
#[tauri::command]
#[specta::specta]
pub async fn admin_requests(desktop: Shared<'_>, search: String) -> Answer<Vec<AdminRequestRow>> {
    Ok(desktop.admin_requests(search).await?)
}

/// Searches the activity log.
#[tauri::command]
#[specta::specta]
pub async fn admin_activity(desktop: Shared<'_>, search: String) -> Answer<Vec<AdminActivityRow>> {
    Ok(desktop.admin_activity(search).await?)
}

/// Searches the audit log.
#[tauri::command]
#[specta::specta]
pub async fn admin_audit(desktop: Shared<'_>, search: String) -> Answer<Vec<AdminActivityRow>> {
    Ok(desktop.admin_audit(search).await?)
}

/// Suspends a person.
#[tauri::command]
#[specta::specta]
pub async fn admin_suspend(desktop: Shared<'_>, person: String, reason: String) -> Answer<()> {
    Ok(desktop.admin_suspend(person, reason).await?)
}

/// Lifts a suspension.
#[tauri::command]
#[specta::specta]
pub async fn admin_restore(desktop: Shared<'_>, person: String, reason: String) -> Answer<()> {
    Ok(desktop.admin_restore(person, reason).await?)
}

/// Removes a request.
#[tauri::command]
#[specta::specta]
pub async fn admin_remove_request(desktop: Shared<'_>, id: String, reason: String) -> Answer<()> {
    Ok(desktop.admin_remove_request(id, reason).await?)
}

/// Draws the charts of the whole marketplace.
#[tauri::command]
#[specta::specta]
pub async fn admin_charts(desktop: Shared<'_>) -> Answer<Vec<ChartView>> {
    Ok(desktop.admin_charts().await?)
}
