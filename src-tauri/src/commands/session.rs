//! What the frame of the window asks: who is signed in, how the connection stands, and the charts of a role.

use guildhall_desktop::view::RoleView;
use guildhall_desktop::view::chart::ChartView;
use guildhall_desktop::view::session::{SessionView, StepUpView, SyncView};

use super::{Answer, Shared};

/// Says who is signed in and whether tokens can be kept safely.
#[tauri::command]
#[specta::specta]
pub async fn session(desktop: Shared<'_>) -> Answer<SessionView> {
    Ok(desktop.session().await?)
}

/// Says how this device stands against the server.
#[tauri::command]
#[specta::specta]
pub async fn sync_state(desktop: Shared<'_>) -> Answer<SyncView> {
    Ok(desktop.sync_state().await?)
}

/// Opens the browser to sign in at a server, named by its address or by an invitation.
#[tauri::command]
#[specta::specta]
pub async fn sign_in(desktop: Shared<'_>, server: String) -> Answer<()> {
    Ok(desktop.sign_in(server).await?)
}

/// Opens the browser for the sign-in that waits, once the person knows what it will warn of.
#[tauri::command]
#[specta::specta]
pub async fn sign_in_open(desktop: Shared<'_>) -> Answer<()> {
    Ok(desktop.sign_in_open().await?)
}

/// Believes a server anew that has another key than before, as its new invitation says.
#[tauri::command]
#[specta::specta]
pub async fn believe_again(desktop: Shared<'_>, invitation: String) -> Answer<()> {
    Ok(desktop.believe_again(invitation).await?)
}

/// Opens the browser for whoever keeps order to show who they are.
#[tauri::command]
#[specta::specta]
pub async fn step_up_begin(desktop: Shared<'_>) -> Answer<StepUpView> {
    Ok(desktop.step_up_begin().await?)
}

/// Opens it once the person knows what it will warn of; false when none opens.
#[tauri::command]
#[specta::specta]
pub async fn step_up_open(desktop: Shared<'_>) -> Answer<bool> {
    Ok(desktop.step_up_open().await?)
}

/// Waits until the browser has answered.
#[tauri::command]
#[specta::specta]
pub async fn step_up_finish(desktop: Shared<'_>) -> Answer<()> {
    Ok(desktop.step_up_finish().await?)
}

/// Gives that up.
#[tauri::command]
#[specta::specta]
pub async fn step_up_cancel(desktop: Shared<'_>) -> Answer<()> {
    Ok(desktop.step_up_cancel().await?)
}

/// Gives up the sign-in that waits for the browser.
#[tauri::command]
#[specta::specta]
pub async fn sign_in_cancel(desktop: Shared<'_>) -> Answer<()> {
    Ok(desktop.sign_in_cancel().await?)
}

/// Ends the session; with acts still waiting only if they may be thrown away.
#[tauri::command]
#[specta::specta]
pub async fn sign_out(desktop: Shared<'_>, discard_waiting: bool) -> Answer<()> {
    Ok(desktop.sign_out(discard_waiting).await?)
}

/// Tries the keychain again.
#[tauri::command]
#[specta::specta]
pub async fn retry_keychain(desktop: Shared<'_>) -> Answer<SessionView> {
    Ok(desktop.retry_keychain().await?)
}

/// Pauses or resumes syncing by hand.
#[tauri::command]
#[specta::specta]
pub async fn go_offline(desktop: Shared<'_>, offline: bool) -> Answer<()> {
    Ok(desktop.go_offline(offline).await?)
}

/// Draws the charts of a role.
#[tauri::command]
#[specta::specta]
pub async fn charts(desktop: Shared<'_>, role: RoleView) -> Answer<Vec<ChartView>> {
    Ok(desktop.charts(role).await?)
}

/// Makes this account the first admin, with the secret that the server printed.
#[tauri::command]
#[specta::specta]
pub async fn claim_admin(desktop: Shared<'_>, secret: String) -> Answer<()> {
    Ok(desktop.claim_admin(secret).await?)
}

/// Adds a role to this account.
#[tauri::command]
#[specta::specta]
pub async fn add_role(desktop: Shared<'_>, role: RoleView) -> Answer<()> {
    Ok(desktop.add_role(role).await?)
}
