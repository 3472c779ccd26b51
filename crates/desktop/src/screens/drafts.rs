//! Where autosaved forms and texts lie in the snapshot's drafts, and how they read back.

use crate::snapshot::Snapshot;
use crate::view::profile::ProfileForm;
use crate::view::request::{ApplicationDraft, RequestForm};
use guildhall_domain::attachment::Attachment;
use guildhall_domain::id::{ApplicationId, RequestId};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use uuid::Uuid;

const REQUEST: &str = "request/";
const FILES: &str = "message-files/";

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

/// The key of the files of a message that is being written (a list of [`Attachment`]).
pub fn files_key(thread: ApplicationId) -> String {
    format!("{FILES}{thread}")
}

/// The files of a message that is being written.
pub fn files_in(drafts: &BTreeMap<String, String>, thread: ApplicationId) -> Vec<Attachment> {
    let json = drafts.get(&files_key(thread));
    json.and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default()
}

/// The files of every message that is being written.
pub fn all_files(drafts: &BTreeMap<String, String>) -> impl Iterator<Item = Attachment> + '_ {
    drafts
        .range(FILES.to_owned()..)
        .take_while(|(key, _)| key.starts_with(FILES))
        .flat_map(|(_, json)| serde_json::from_str::<Vec<Attachment>>(json).unwrap_or_default())
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
    // Words and files of one message are one thing.
    let with_words = |key: &&String| {
        let thread = key.strip_prefix(FILES);
        thread.is_some_and(|thread| snapshot.drafts.contains_key(&format!("message/{thread}")))
    };
    let twice = snapshot.drafts.keys().filter(with_words).count();
    snapshot.drafts.len() - blank - twice
}

/// A draft that an older version wrote in another shape reads as none.
fn read<T: DeserializeOwned>(snapshot: &Snapshot, key: &str) -> Option<T> {
    serde_json::from_str(snapshot.drafts.get(key)?).ok()
}
