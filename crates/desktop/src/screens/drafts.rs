//! Where autosaved forms and texts lie in the snapshot's drafts, and how they read back.

use crate::snapshot::Snapshot;
use crate::view::profile::ProfileForm;
use crate::view::request::{ApplicationDraft, RequestForm};
use crate::view::thread::{ReviewDraft, TermsForm};
use guildhall_domain::attachment::Attachment;
use guildhall_domain::id::{ApplicationId, ContractId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::ProfileText;
use guildhall_domain::request::RequestText;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const REQUEST: &str = "request/";
const FILES: &str = "message-files/";
/// What stood there when a form was begun; nothing anybody typed.
const READ: &str = "read/";

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

/// The key of an offer that is being written ([`TermsForm`]).
pub fn offer_key(thread: ApplicationId) -> String {
    format!("offer/{thread}")
}

/// The key of a review that is being written ([`ReviewDraft`]).
pub fn review_key(contract: ContractId) -> String {
    format!("review/{contract}")
}

/// The key of the words that go with an act, such as the reason of a refusal (a JSON string). `way` is the act's name on the
/// screen, `about` the id of the thing it is done to.
pub fn words_key(way: &str, about: &str) -> String {
    format!("words/{way}/{about}")
}

/// The key of what the profile said when the form was begun ([`ProfileText`]).
pub fn profile_read_key() -> String {
    format!("{READ}profile")
}

/// The key of what a request said when the form was begun ([`RequestText`]).
pub fn request_read_key(id: RequestId) -> String {
    format!("{READ}request/{id}")
}

/// The key of what a request said when somebody applied ([`RequestText`]).
pub fn terms_read_key(id: RequestId) -> String {
    format!("{READ}terms/{id}")
}

/// Where the words of an act without a form of its own are kept.
pub(crate) fn words_key_of(mutation: &Mutation) -> Option<String> {
    match mutation {
        Mutation::DeclineApplication { id, .. } => Some(words_key("decline", &id.to_string())),
        Mutation::DeclineOffer { id, .. } => Some(words_key("decline_offer", &id.to_string())),
        Mutation::Deliver { id, .. } => Some(words_key("deliver", &id.to_string())),
        Mutation::RequestChanges { id, .. } => Some(words_key("request_changes", &id.to_string())),
        Mutation::CancelContract { id, .. } => Some(words_key("cancel_contract", &id.to_string())),
        Mutation::CancelRequest { id, .. } => Some(words_key("cancel", &id.to_string())),
        _ => None,
    }
}

/// The draft that has served once this act is done.
pub(crate) fn served_by(mutation: &Mutation) -> Option<String> {
    match mutation {
        Mutation::MakeOffer { application, .. } => Some(offer_key(*application)),
        Mutation::WriteReview { contract, .. } => Some(review_key(*contract)),
        other => words_key_of(other),
    }
}

/// True when there is a form or a field in which the act's words can be changed.
pub(crate) fn has_form(mutation: &Mutation) -> bool {
    matches!(
        mutation,
        Mutation::PublishRequest { .. }
            | Mutation::EditRequest { .. }
            | Mutation::ChangeRequest { .. }
            | Mutation::SaveProfile { .. }
            | Mutation::ChangeProfile { .. }
            | Mutation::SubmitApplication { .. }
            | Mutation::SendMessage { .. }
            | Mutation::MakeOffer { .. }
            | Mutation::WriteReview { .. }
    ) || words_key_of(mutation).is_some()
}

/// What was read for applications of which none of these acts speaks any more.
pub(crate) fn outlived<'a>(
    drafts: &BTreeMap<String, String>,
    acts: impl Iterator<Item = &'a Mutation>,
) -> Vec<String> {
    let needed: BTreeSet<String> = acts
        .filter_map(|act| match act {
            Mutation::SubmitApplication { request, .. } => Some(terms_read_key(*request)),
            _ => None,
        })
        .collect();
    let terms = format!("{READ}terms/");
    let stale = drafts
        .keys()
        .filter(|key| key.starts_with(&terms) && !needed.contains(*key));
    stale.cloned().collect()
}

/// What a request said when somebody applied.
pub(crate) fn terms_read(snapshot: &Snapshot, id: RequestId) -> Option<RequestText> {
    read(snapshot, &terms_read_key(id))
}

/// What a request said when its form was begun.
pub(crate) fn request_read(snapshot: &Snapshot, id: RequestId) -> Option<RequestText> {
    read(snapshot, &request_read_key(id))
}

/// What the profile said when its form was begun.
pub(crate) fn profile_read(snapshot: &Snapshot) -> Option<ProfileText> {
    read(snapshot, &profile_read_key())
}

/// The offer that was being written.
pub(super) fn offer(snapshot: &Snapshot, thread: ApplicationId) -> Option<TermsForm> {
    read(snapshot, &offer_key(thread))
}

/// The review that was being written.
pub(super) fn review(snapshot: &Snapshot, contract: ContractId) -> Option<ReviewDraft> {
    read(snapshot, &review_key(contract))
}

/// The words that were being written for an act.
pub(super) fn words(snapshot: &Snapshot, way: &str, about: &str) -> Option<String> {
    read(snapshot, &words_key(way, about))
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
    let read = snapshot.drafts.keys().filter(|key| key.starts_with(READ));
    snapshot.drafts.len() - blank - twice - read.count()
}

/// A draft that an older version wrote in another shape reads as none.
fn read<T: DeserializeOwned>(snapshot: &Snapshot, key: &str) -> Option<T> {
    serde_json::from_str(snapshot.drafts.get(key)?).ok()
}
