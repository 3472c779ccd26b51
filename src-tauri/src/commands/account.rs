//! One's own account: where it is signed in, and the server's pages about it.

use guildhall_desktop::view::account::{AccountPage, SecurityView, SignInRow};

use super::{Answer, Shared};

/// Lists where this account is signed in.
#[tauri::command]
#[specta::specta]
pub async fn sign_ins(desktop: Shared<'_>) -> Answer<Vec<SignInRow>> {
    Ok(desktop.sign_ins().await?)
}

/// Tells how this account is protected.
#[tauri::command]
#[specta::specta]
pub async fn security(desktop: Shared<'_>) -> Answer<SecurityView> {
    Ok(desktop.security().await?)
}

/// Signs this account out on another device.
#[tauri::command]
#[specta::specta]
pub async fn sign_in_end(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.sign_in_end(id).await?)
}

/// Signs this account out everywhere but here.
#[tauri::command]
#[specta::specta]
pub async fn sign_ins_end_others(desktop: Shared<'_>) -> Answer<()> {
    Ok(desktop.sign_ins_end_others().await?)
}

/// Opens a page of the server about this account in the browser.
#[tauri::command]
#[specta::specta]
pub async fn open_account_page(desktop: Shared<'_>, page: AccountPage) -> Answer<()> {
    Ok(desktop.open_account_page(page).await?)
}
