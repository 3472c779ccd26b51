//! The first screen of each role.

use guildhall_desktop::view::home::{ClientHomeView, FreelancerHomeView};

use super::{Answer, Shared};

/// Shows the freelancer's home.
#[tauri::command]
#[specta::specta]
pub async fn freelancer_home(desktop: Shared<'_>) -> Answer<FreelancerHomeView> {
    Ok(desktop.freelancer_home().await?)
}

/// Shows the client's home.
#[tauri::command]
#[specta::specta]
pub async fn client_home(desktop: Shared<'_>) -> Answer<ClientHomeView> {
    Ok(desktop.client_home().await?)
}
