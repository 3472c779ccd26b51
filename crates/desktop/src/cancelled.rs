//! What becomes of the words in acts that are cancelled before they were sent. Pure.

use crate::forms::profile::profile_form;
use crate::forms::request::request_form;
use crate::screens::{drafts, money_view};
use crate::view::request::ApplicationDraft;
use guildhall_domain::attachment::Attachment;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_storage::device::Refused;
use guildhall_sync_core::replica::Pending;
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
    before: &BTreeMap<String, String>,
    now: Timestamp,
) -> serde_json::Result<Kept> {
    let mut kept = Kept::default();
    for pending in cancelled {
        let draft = match &pending.mutation {
            // Of several versions the last is the one its person would want to see again.
            Mutation::PublishRequest { id, text } | Mutation::EditRequest { id, text } => {
                let form = serde_json::to_string(&request_form(text))?;
                Some((drafts::request_key(*id), form))
            }
            Mutation::SendMessage {
                application,
                body,
                attachments,
                ..
            } => {
                if !attachments.is_empty() {
                    let key = drafts::files_key(*application);
                    let beside = kept.drafts.get(&key).or_else(|| before.get(&key));
                    let beside: Vec<Attachment> = beside
                        .and_then(|json| serde_json::from_str(json).ok())
                        .unwrap_or_default();
                    let mut files = attachments.clone();
                    files.retain(|file| beside.iter().all(|other| other.blob != file.blob));
                    files.extend(beside);
                    kept.drafts.insert(key, serde_json::to_string(&files)?);
                }
                if body.is_empty() {
                    continue;
                }
                let key = drafts::message_key(*application);
                let typed = kept.drafts.get(&key).or_else(|| before.get(&key));
                let typed: String = typed
                    .and_then(|json| serde_json::from_str(json).ok())
                    .unwrap_or_default();
                let text = if typed.trim().is_empty() {
                    body.clone()
                } else {
                    format!("{body}\n\n{typed}")
                };
                Some((key, serde_json::to_string(&text)?))
            }
            Mutation::SubmitApplication {
                request,
                message,
                price,
                ..
            } => {
                let draft = ApplicationDraft {
                    message: message.clone(),
                    price: Some(money_view(*price)),
                };
                Some((
                    drafts::application_key(*request),
                    serde_json::to_string(&draft)?,
                ))
            }
            Mutation::SaveProfile { text } if !before.contains_key(&drafts::profile_key()) => {
                Some((
                    drafts::profile_key(),
                    serde_json::to_string(&profile_form(text))?,
                ))
            }
            _ => None,
        };
        match draft {
            Some((key, body)) => {
                kept.drafts.insert(key, body);
            }
            None if pending.mutation.words().trim().is_empty() => {}
            None => kept.refused.push(Refused {
                id: pending.id,
                at: pending.at,
                mutation: pending.mutation.clone(),
                denied: Denied::new(
                    Code::InvalidState,
                    "You cancelled this before it was sent. Your text is kept.",
                ),
                refused_at: now,
            }),
        }
    }
    Ok(kept)
}
