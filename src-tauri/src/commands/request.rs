//! The client's service requests and their candidates.

use guildhall_desktop::view::matching::CandidatePageView;
use guildhall_desktop::view::request::{MyRequestView, RequestForm, RequestRow};

use super::{Answer, Shared};

/// Lists my requests.
#[tauri::command]
#[specta::specta]
pub async fn my_requests(desktop: Shared<'_>) -> Answer<Vec<RequestRow>> {
    Ok(desktop.my_requests().await?)
}

/// Shows one of my requests with its candidates.
#[tauri::command]
#[specta::specta]
pub async fn my_request(desktop: Shared<'_>, id: String) -> Answer<MyRequestView> {
    Ok(desktop.my_request(id).await?)
}

/// Begins a draft and gives its id.
#[tauri::command]
#[specta::specta]
pub async fn request_new(desktop: Shared<'_>) -> Answer<String> {
    Ok(desktop.request_new().await?)
}

/// Keeps what has been typed so far.
#[tauri::command]
#[specta::specta]
pub async fn request_autosave(desktop: Shared<'_>, id: String, form: RequestForm) -> Answer<()> {
    Ok(desktop.request_autosave(id, form).await?)
}

/// Publishes a draft.
#[tauri::command]
#[specta::specta]
pub async fn request_publish(desktop: Shared<'_>, id: String, form: RequestForm) -> Answer<()> {
    Ok(desktop.request_publish(id, form).await?)
}

/// Changes a published request.
#[tauri::command]
#[specta::specta]
pub async fn request_edit(desktop: Shared<'_>, id: String, form: RequestForm) -> Answer<()> {
    Ok(desktop.request_edit(id, form).await?)
}

/// Pauses a request.
#[tauri::command]
#[specta::specta]
pub async fn request_pause(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.request_pause(id).await?)
}

/// Opens a paused request again.
#[tauri::command]
#[specta::specta]
pub async fn request_resume(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.request_resume(id).await?)
}

/// Cancels a request.
#[tauri::command]
#[specta::specta]
pub async fn request_cancel(desktop: Shared<'_>, id: String, reason: String) -> Answer<()> {
    Ok(desktop.request_cancel(id, reason).await?)
}

/// Throws a draft away.
#[tauri::command]
#[specta::specta]
pub async fn request_discard(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.request_discard(id).await?)
}

/// Opens the page of a candidate, which counts as a view.
#[tauri::command]
#[specta::specta]
pub async fn candidate(
    desktop: Shared<'_>,
    request: String,
    freelancer: String,
) -> Answer<CandidatePageView> {
    Ok(desktop.candidate(request, freelancer).await?)
}

/// Keeps a request for another while, or brings one back that ran out.
#[tauri::command]
#[specta::specta]
pub async fn request_renew(desktop: Shared<'_>, id: String) -> Answer<()> {
    Ok(desktop.request_renew(id).await?)
}
