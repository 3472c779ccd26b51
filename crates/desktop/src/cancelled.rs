//! What becomes of the words in acts that are taken back before they are decided. Pure.

use crate::forms::profile::profile_form;
use crate::forms::request::request_form;
use crate::forms::terms::terms_form;
use crate::screens::{drafts, money_view};
use crate::view::request::ApplicationDraft;
use crate::view::thread::ReviewDraft;
use guildhall_domain::attachment::Attachment;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::id::ApplicationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, RequestText};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::find;
use guildhall_storage::device::Refused;
use guildhall_sync_core::replica::{Pending, Replica};
use serde::Serialize;
use std::collections::BTreeMap;

/// The words of cancelled acts, in the shape in which they are kept.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Drafts by key.
    pub(crate) drafts: BTreeMap<String, String>,
    /// Acts for whose words there is no draft.
    pub(crate) refused: Vec<Refused>,
}

/// Keeps the words of these acts, beside the drafts there are.
///
/// # Errors
/// When a form cannot be written as JSON.
pub(crate) fn kept(
    cancelled: &[Pending],
    replica: &Replica,
    before: &BTreeMap<String, String>,
    now: Timestamp,
) -> serde_json::Result<Kept> {
    let mut kept = Kept::default();
    for pending in cancelled {
        let drafts = as_drafts(&pending.mutation, replica, before, &kept.drafts)?;
        if drafts.is_empty() && !pending.mutation.words().trim().is_empty() {
            kept.refused.push(Refused {
                id: pending.id,
                at: pending.at,
                mutation: pending.mutation.clone(),
                denied: Denied::new(
                    Code::InvalidState,
                    "You cancelled this before it was sent. Your text is kept.",
                ),
                refused_at: now,
            });
        }
        kept.drafts.extend(drafts);
    }
    Ok(kept)
}

/// The words of an act as the drafts its form begins with.
///
/// # Errors
/// When a form cannot be written as JSON.
pub(crate) fn as_drafts(
    mutation: &Mutation,
    replica: &Replica,
    before: &BTreeMap<String, String>,
    kept: &BTreeMap<String, String>,
) -> serde_json::Result<Vec<(String, String)>> {
    let one = |key: String, body: String| Ok(vec![(key, body)]);
    match mutation {
        // Of several versions the last is the one its person would want to see again.
        Mutation::PublishRequest { id, text } => {
            let stands = find::<Request>(replica, *id).ok().flatten();
            let text = stands.map_or_else(|| text.as_ref().clone(), |request| request.text);
            one(drafts::request_key(*id), json(&request_form(&text))?)
        }
        Mutation::EditRequest { id, text } => {
            one(drafts::request_key(*id), json(&request_form(text))?)
        }
        Mutation::ChangeRequest { id, changes } => {
            // A request that goes with its publication is in that draft already.
            if kept.contains_key(&drafts::request_key(*id)) {
                return Ok(Vec::new());
            }
            let stands: Option<RequestText> = find::<Request>(replica, *id)
                .ok()
                .flatten()
                .map(|request| request.text);
            let versions =
                stands.and_then(|text| Some((changes.unwished(&text)?, changes.wished(&text)?)));
            let Some((read, wished)) = versions else {
                return Ok(Vec::new());
            };
            Ok(vec![
                (drafts::request_key(*id), json(&request_form(&wished))?),
                (drafts::request_read_key(*id), json(&read)?),
            ])
        }
        Mutation::SaveProfile { text } if !before.contains_key(&drafts::profile_key()) => {
            one(drafts::profile_key(), json(&profile_form(text))?)
        }
        Mutation::ChangeProfile { changes } if !before.contains_key(&drafts::profile_key()) => {
            let stands = find::<Profile>(replica, replica.me()).ok().flatten();
            let versions = stands.and_then(|stands| {
                Some((
                    changes.unwished(&stands.text)?,
                    changes.wished(&stands.text)?,
                ))
            });
            let Some((read, wished)) = versions else {
                return Ok(Vec::new());
            };
            Ok(vec![
                (drafts::profile_key(), json(&profile_form(&wished))?),
                (drafts::profile_read_key(), json(&read)?),
            ])
        }
        Mutation::SendMessage {
            application,
            body,
            attachments,
            ..
        } => message_drafts(*application, body, attachments, (before, kept)),
        Mutation::SubmitApplication {
            request,
            message,
            price,
            ..
        } => {
            let key = drafts::application_key(*request);
            let typed: Option<ApplicationDraft> = before
                .get(&key)
                .and_then(|json| serde_json::from_str(json).ok());
            let draft = ApplicationDraft {
                message: before_typed(message, typed.as_ref().map_or("", |draft| &draft.message)),
                price: Some(money_view(*price)),
            };
            one(key, json(&draft)?)
        }
        Mutation::MakeOffer {
            application, terms, ..
        } => one(drafts::offer_key(*application), json(&terms_form(terms))?),
        Mutation::WriteReview {
            contract,
            stars,
            text,
        } => {
            let draft = ReviewDraft {
                stars: *stars,
                text: text.clone(),
            };
            one(drafts::review_key(*contract), json(&draft)?)
        }
        other => match drafts::words_key_of(other) {
            Some(key) if !other.words().trim().is_empty() => one(key, json(&other.words())?),
            Some(_) | None => Ok(Vec::new()),
        },
    }
}

/// A message's words and files, before those that are being put together in the same thread.
fn message_drafts(
    application: ApplicationId,
    body: &str,
    attachments: &[Attachment],
    (before, kept): (&BTreeMap<String, String>, &BTreeMap<String, String>),
) -> serde_json::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let known = |key: &String| kept.get(key).or_else(|| before.get(key));
    if !attachments.is_empty() {
        let key = drafts::files_key(application);
        let beside: Vec<Attachment> = known(&key)
            .and_then(|json| serde_json::from_str(json).ok())
            .unwrap_or_default();
        let mut files = attachments.to_vec();
        files.retain(|file| beside.iter().all(|other| other.blob != file.blob));
        files.extend(beside);
        found.push((key, json(&files)?));
    }
    if !body.is_empty() {
        let key = drafts::message_key(application);
        let typed: String = known(&key)
            .and_then(|json| serde_json::from_str(json).ok())
            .unwrap_or_default();
        found.push((key, json(&before_typed(body, &typed))?));
    }
    Ok(found)
}

/// Words that were sent before those that are being typed.
fn before_typed(sent: &str, typed: &str) -> String {
    if typed.trim().is_empty() || typed.trim() == sent.trim() {
        sent.to_owned()
    } else {
        format!("{sent}\n\n{typed}")
    }
}

fn json(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value)
}
