//! Where autosaved forms and texts lie in the snapshot's drafts, and how they read back.

use crate::snapshot::Snapshot;
use crate::view::profile::ProfileForm;
use crate::view::request::{ApplicationDraft, RequestForm};
use guildhall_domain::id::{ApplicationId, RequestId};
use serde::de::DeserializeOwned;
use uuid::Uuid;

const REQUEST: &str = "request/";

/// The key of the profile form ([`ProfileForm`]).
pub fn profile_key() -> String {
    "profile".to_owned()
}

/// The key of a request form ([`RequestForm`]), whether the request is published or not.
pub fn request_key(id: RequestId) -> String {
    format!("{REQUEST}{id}")
}

/// The key of an application that is being written ([`ApplicationDraft`]).
pub fn application_key(request: RequestId) -> String {
    format!("application/{request}")
}

/// The key of a message that is being written (a JSON string).
pub fn message_key(thread: ApplicationId) -> String {
    format!("message/{thread}")
}

/// The profile form that was being filled in.
pub fn profile(snapshot: &Snapshot) -> Option<ProfileForm> {
    read(snapshot, &profile_key())
}

/// The request form that was being filled in.
pub fn request(snapshot: &Snapshot, id: RequestId) -> Option<RequestForm> {
    read(snapshot, &request_key(id))
}

/// The application that was being written.
pub fn application(snapshot: &Snapshot, request: RequestId) -> Option<ApplicationDraft> {
    read(snapshot, &application_key(request))
}

/// The message that was being written.
pub fn message(snapshot: &Snapshot, thread: ApplicationId) -> Option<String> {
    read(snapshot, &message_key(thread))
}

/// Every request form that was being filled in, in the order of the ids.
pub fn requests(snapshot: &Snapshot) -> impl Iterator<Item = (RequestId, RequestForm)> + '_ {
    snapshot
        .drafts
        .range(REQUEST.to_owned()..)
        .take_while(|(key, _)| key.starts_with(REQUEST))
        .filter_map(|(key, json)| {
            let id = Uuid::parse_str(key.strip_prefix(REQUEST)?).ok()?;
            Some((RequestId(id), serde_json::from_str(json).ok()?))
        })
}

/// How many drafts hold something a person would miss; a request form that was only opened is not one of them.
pub fn worth_keeping(snapshot: &Snapshot) -> usize {
    let is_blank = |form: &RequestForm| {
        form.title.trim().is_empty() && form.description.trim().is_empty() && form.skills.is_empty()
    };
    let blank = requests(snapshot)
        .filter(|(_, form)| is_blank(form))
        .count();
    snapshot.drafts.len() - blank
}

/// A draft that an older version wrote in another shape reads as none.
fn read<T: DeserializeOwned>(snapshot: &Snapshot, key: &str) -> Option<T> {
    serde_json::from_str(snapshot.drafts.get(key)?).ok()
}
