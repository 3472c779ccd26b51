//! What needs the person: an act that was refused or is held, with the reason in plain words and the next steps that fit it.

use super::{differences, drafts, opportunities, outbox_words, people, words};
use crate::hold::Hold;
use crate::snapshot::Snapshot;
use crate::view::outbox::{AttentionView, DifferenceView, StepKind, StepView};
use guildhall_domain::changes::Changes;
use guildhall_domain::contract::Contract;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::id::{ApplicationId, ContractId, OfferId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, RequestStage, RequestText};
use guildhall_domain::time::Timestamp;

/// How many requests are offered in the place of one that is gone.
const SIMILAR: usize = 4;

/// An act that came back.
pub(crate) fn refused(
    snapshot: &Snapshot,
    id: String,
    at: Timestamp,
    mutation: &Mutation,
    denied: &Denied,
) -> AttentionView {
    let item = Item { snapshot, mutation };
    let (what, _) = outbox_words::describe(mutation, snapshot);
    let error = super::error_view(denied);
    let similar = match item.gone(denied) {
        Some(request) => opportunities::similar(snapshot, snapshot.find(request), SIMILAR),
        None => Vec::new(),
    };
    let mut message = item.reason(denied, at);
    if !similar.is_empty() {
        let open = words::count(similar.len(), "similar request is", "similar requests are");
        message = format!("{message} {} open.", words::capitalised(&open));
    }
    AttentionView {
        id,
        what,
        at: people::ms(at),
        held: false,
        code: error.code,
        message,
        differences: item.differences(),
        // Where both versions are shown side by side, the list of fields says nothing more.
        errors: if denied.code == Code::StaleVersion {
            Vec::new()
        } else {
            error.errors
        },
        text: mutation.words(),
        files: super::files::names(mutation.attachments()),
        steps: item.steps(denied),
        similar,
    }
}

/// An act that waits for a word of the person.
pub(crate) fn held(
    snapshot: &Snapshot,
    id: String,
    at: Timestamp,
    mutation: &Mutation,
    hold: &Hold,
) -> AttentionView {
    let item = Item { snapshot, mutation };
    let (what, route) = outbox_words::describe(mutation, snapshot);
    let edit = || step(StepKind::Edit, "Change it first");
    let open = |label| to(label, route.clone());
    let confirm = |label| step(StepKind::Confirm, label);
    let (code, message, differences, steps) = match hold {
        Hold::Terms => (
            "terms",
            "The client changed the request after you read it. Nothing was sent, and your text is safe.".to_owned(),
            item.terms_since(),
            vec![confirm("Send it all the same"), step(StepKind::Edit, "Change price or text"), open("Look at the request")],
        ),
        Hold::Replaced(offer) => (
            "replaced",
            "The client put another offer in the place of the one you accepted. Nothing was signed.".to_owned(),
            item.offers(*offer),
            vec![confirm("Accept the new offer"), open("Open the conversation")],
        ),
        Hold::Elsewhere => (
            "elsewhere",
            "You made a profile on another device meanwhile. This one was not sent; it is kept.".to_owned(),
            item.differences(),
            vec![confirm("Use this one"), edit()],
        ),
        Hold::Overdue => (
            "overdue",
            format!("You did this {}, and it could not be sent since. Does it still hold?", words::ago(at, snapshot.now)),
            Vec::new(),
            if item.is_written() { vec![confirm("Send it now"), edit()] } else { vec![confirm("Send it now"), open("Look at it")] },
        ),
        Hold::Suspended { .. } | Hold::Paused { .. } | Hold::Behind | Hold::Newer => (
            "waiting",
            waits(hold, snapshot.now),
            Vec::new(),
            Vec::new(),
        ),
    };
    AttentionView {
        id,
        what,
        at: people::ms(at),
        held: true,
        code: code.to_owned(),
        message,
        errors: Vec::new(),
        differences,
        text: mutation.words(),
        files: super::files::names(mutation.attachments()),
        steps,
        similar: Vec::new(),
    }
}

/// Why an act waits that will go by itself.
pub(crate) fn waits(hold: &Hold, now: Timestamp) -> String {
    match hold {
        Hold::Suspended { .. } => {
            "Kept while your account is suspended. It is sent once the suspension is lifted"
                .to_owned()
        }
        Hold::Paused { until } => format!(
            "Paused by the client. It is sent when they reopen; {}",
            words::left(*until, now)
        ),
        Hold::Behind => "Waits for what comes before it".to_owned(),
        Hold::Newer => "Waits for what changed on the server".to_owned(),
        Hold::Terms | Hold::Replaced(_) | Hold::Elsewhere | Hold::Overdue => {
            "Waits for you".to_owned()
        }
    }
}

/// The text that begins a conversation about an act that came too late.
pub(crate) fn plea(
    snapshot: &Snapshot,
    mutation: &Mutation,
    denied: &Denied,
    at: Timestamp,
) -> String {
    match (mutation, denied.code) {
        (Mutation::AcceptOffer { .. }, Code::Expired) => {
            "Your offer ran out before my answer reached you. I accept its terms: would you make it again?".to_owned()
        }
        (Mutation::AcceptOffer { .. }, _) => format!(
            "I had accepted your offer {} and heard only then that it no longer stands. Should it open again, I would still be glad to do it.",
            words::ago(at, snapshot.now)
        ),
        _ => mutation.words(),
    }
}

/// The conversation an act belongs to.
pub(crate) fn thread(snapshot: &Snapshot, mutation: &Mutation) -> Option<ApplicationId> {
    let of_offer = |id: OfferId| snapshot.find::<Offer>(id).map(|offer| offer.application);
    let of_contract = |id: ContractId| {
        snapshot
            .find::<Contract>(id)
            .map(|contract| contract.application)
    };
    match mutation {
        Mutation::SubmitApplication { request, .. } => {
            Some(ApplicationId::of(*request, snapshot.me))
        }
        Mutation::WithdrawApplication { id }
        | Mutation::ShortlistApplication { id, .. }
        | Mutation::DeclineApplication { id, .. } => Some(*id),
        Mutation::MakeOffer { application, .. } | Mutation::SendMessage { application, .. } => {
            Some(*application)
        }
        Mutation::AcceptOffer { id, .. }
        | Mutation::DeclineOffer { id, .. }
        | Mutation::RevokeOffer { id } => of_offer(*id),
        Mutation::Deliver { id, .. }
        | Mutation::RequestChanges { id, .. }
        | Mutation::AcceptDelivery { id }
        | Mutation::CancelContract { id, .. } => of_contract(*id),
        Mutation::WriteReview { contract, .. } => of_contract(*contract),
        Mutation::CancelRequest { id, .. } => snapshot
            .all::<Contract>()
            .find(|contract| contract.request == *id)
            .map(|contract| contract.application),
        _ => None,
    }
    .filter(|id| {
        snapshot
            .find::<guildhall_domain::application::Application>(*id)
            .is_some()
    })
}

/// Where the words of an act are changed.
pub(crate) fn mending(snapshot: &Snapshot, mutation: &Mutation) -> String {
    let in_thread = |way: &str| match thread(snapshot, mutation) {
        Some(id) => format!("/threads/{id}?do={way}"),
        None => outbox_words::describe(mutation, snapshot).1,
    };
    match mutation {
        Mutation::PublishRequest { id, .. }
        | Mutation::EditRequest { id, .. }
        | Mutation::ChangeRequest { id, .. } => format!("/requests/{id}/edit"),
        Mutation::CancelRequest { id, .. } => format!("/requests/{id}?do=cancel"),
        Mutation::MakeOffer { .. } => in_thread("offer"),
        Mutation::DeclineApplication { .. } => in_thread("decline"),
        Mutation::DeclineOffer { .. } => in_thread("decline_offer"),
        Mutation::Deliver { .. } => in_thread("deliver"),
        Mutation::RequestChanges { .. } => in_thread("request_changes"),
        Mutation::CancelContract { .. } => in_thread("cancel_contract"),
        _ => outbox_words::describe(mutation, snapshot).1,
    }
}

fn step(kind: StepKind, label: &str) -> StepView {
    StepView {
        kind,
        label: label.to_owned(),
        route: String::new(),
    }
}

fn to(label: &str, route: String) -> StepView {
    StepView {
        kind: StepKind::Open,
        label: label.to_owned(),
        route,
    }
}

struct Item<'a> {
    snapshot: &'a Snapshot,
    mutation: &'a Mutation,
}

impl Item<'_> {
    fn is_written(&self) -> bool {
        drafts::has_form(self.mutation)
    }

    /// The request that can no longer be applied to; this device may hold it no longer.
    fn gone(&self, denied: &Denied) -> Option<RequestId> {
        let Mutation::SubmitApplication { request, .. } = self.mutation else {
            return None;
        };
        match denied.code {
            Code::InvalidState | Code::AlreadyFilled | Code::NotFound => Some(*request),
            Code::Forbidden
            | Code::StaleVersion
            | Code::Paused
            | Code::LimitReached
            | Code::Expired
            | Code::Validation
            | Code::AlreadyDone
            | Code::Blocked
            | Code::Quarantined => None,
        }
    }

    /// What happened, and that the text is safe.
    fn reason(&self, denied: &Denied, at: Timestamp) -> String {
        let snapshot = self.snapshot;
        match (self.mutation, denied.code) {
            (Mutation::SubmitApplication { request, .. }, Code::InvalidState | Code::AlreadyFilled) => snapshot
                .find::<Request>(*request)
                .and_then(|request| self.ended(request))
                .unwrap_or_else(|| denied.message.clone()),
            (Mutation::SubmitApplication { .. }, Code::AlreadyDone) => {
                "You applied to this from another device already. The text of this one was not sent; it is kept.".to_owned()
            }
            (Mutation::AcceptOffer { .. }, Code::AlreadyFilled) => {
                "Your acceptance arrived after the place was filled. Nothing was signed.".to_owned()
            }
            (Mutation::AcceptOffer { id, .. }, Code::Expired) => match snapshot.find::<Offer>(*id).map(|offer| &offer.stage) {
                Some(OfferStage::Sent { expires }) if *expires > at => format!(
                    "You accepted in time, but the offer ran out {} before this device reached the server. Nothing was signed.",
                    words::age(*expires, snapshot.now)
                ),
                _ => "The offer ran out before your answer arrived. Nothing was signed.".to_owned(),
            },
            (Mutation::MakeOffer { application, .. }, Code::InvalidState) => {
                let found = snapshot.find::<guildhall_domain::application::Application>(*application);
                match found {
                    Some(application) if matches!(application.stage, guildhall_domain::application::ApplicationStage::Withdrawn { .. }) => format!(
                        "{} withdrew the application before your offer arrived. No offer was made.",
                        people::name(snapshot, application.freelancer)
                    ),
                    Some(_) | None => denied.message.clone(),
                }
            }
            (Mutation::SendMessage { .. }, Code::NotFound | Code::Forbidden | Code::InvalidState) => {
                "This could not be delivered. Your text is kept.".to_owned()
            }
            _ => denied.message.clone(),
        }
    }

    /// "This request was cancelled on 3 May. Your text is safe."
    fn ended(&self, request: &Request) -> Option<String> {
        let today = self.snapshot.now.day();
        let on = |at: Timestamp| words::day(at.day(), today);
        let what = match &request.stage {
            RequestStage::Cancelled { at, .. } => {
                format!("The client cancelled this request on {}.", on(*at))
            }
            RequestStage::Filled { at } => format!(
                "Somebody was hired on {}, before your application arrived.",
                on(*at)
            ),
            RequestStage::Closed { .. } => "Somebody was hired and the work is done.".to_owned(),
            RequestStage::Removed { at, .. } => {
                format!("The operator took this request down on {}.", on(*at))
            }
            RequestStage::Expired { at } => format!("This request ran out on {}.", on(*at)),
            RequestStage::Open | RequestStage::Paused { .. } => return None,
        };
        Some(format!("{what} Your text is safe."))
    }

    fn steps(&self, denied: &Denied) -> Vec<StepView> {
        let (_, route) = outbox_words::describe(self.mutation, self.snapshot);
        let thread = thread(self.snapshot, self.mutation);
        let conversation =
            || thread.map(|id| to("Open the conversation", format!("/threads/{id}")));
        let ask = |label: &str| thread.map(|_| step(StepKind::Ask, label));
        let resend = || Some(step(StepKind::Resend, "Send again"));
        let edit = |label: &str| self.is_written().then(|| step(StepKind::Edit, label));
        let look = || Some(to("Look at it", route.clone()));
        let steps = match (self.mutation, denied.code) {
            (Mutation::SubmitApplication { .. }, Code::AlreadyDone) => {
                vec![ask("Send it as a message"), conversation()]
            }
            (
                Mutation::SubmitApplication { .. },
                Code::InvalidState | Code::AlreadyFilled | Code::NotFound,
            ) => {
                vec![Some(to(
                    "See what is recommended",
                    "/opportunities".to_owned(),
                ))]
            }
            (Mutation::AcceptOffer { .. }, Code::Expired) => {
                vec![ask("Ask to renew it"), conversation()]
            }
            (Mutation::AcceptOffer { .. }, _) => vec![ask("Tell the client"), conversation()],
            (Mutation::MakeOffer { application, .. }, Code::InvalidState | Code::AlreadyFilled) => {
                let request = self.request_of(*application);
                vec![
                    request.map(|id| to("See who else applied", format!("/requests/{id}"))),
                    conversation(),
                ]
            }
            (Mutation::CancelRequest { id, .. }, Code::InvalidState) => {
                let hired = thread.map(|id| {
                    to(
                        "Cancel the contract instead",
                        format!("/threads/{id}?do=cancel_contract"),
                    )
                });
                vec![
                    hired,
                    Some(to("Look at the request", format!("/requests/{id}"))),
                ]
            }
            (
                Mutation::ChangeProfile { .. } | Mutation::ChangeRequest { .. },
                Code::StaleVersion,
            ) => {
                vec![
                    Some(step(StepKind::Resend, "Use mine")),
                    edit("Change it first"),
                ]
            }
            (
                Mutation::Deliver { .. }
                | Mutation::RequestChanges { .. }
                | Mutation::DeclineOffer { .. }
                | Mutation::DeclineApplication { .. },
                Code::InvalidState | Code::Expired | Code::AlreadyFilled,
            ) => {
                let say = if self.mutation.words().is_empty() {
                    None
                } else {
                    ask("Send it as a message")
                };
                vec![say, conversation()]
            }
            (Mutation::SendMessage { .. }, _) => {
                vec![edit("Open it in the conversation"), resend()]
            }
            (_, Code::Validation) => vec![edit("Edit"), look()],
            (
                _,
                Code::LimitReached
                | Code::Quarantined
                | Code::Forbidden
                | Code::StaleVersion
                | Code::InvalidState
                | Code::Paused
                | Code::Blocked,
            ) => {
                vec![resend(), edit("Edit"), look()]
            }
            (_, Code::NotFound | Code::Expired | Code::AlreadyDone | Code::AlreadyFilled) => {
                vec![conversation().or_else(look), edit("Edit")]
            }
        };
        steps.into_iter().flatten().collect()
    }

    fn request_of(&self, application: ApplicationId) -> Option<RequestId> {
        self.snapshot
            .find::<guildhall_domain::application::Application>(application)
            .map(|application| application.request)
    }

    /// Mine against what stands, for a field that two devices changed.
    fn differences(&self) -> Vec<DifferenceView> {
        let today = self.snapshot.now.day();
        let profile = || self.snapshot.find::<Profile>(self.snapshot.me);
        match self.mutation {
            Mutation::ChangeProfile { changes } => {
                profile().map(|stands| differences::of_profile_wish(&stands.text, changes))
            }
            Mutation::SaveProfile { text } => profile().map(|stands| {
                let changes = Changes::between(&stands.text, text.as_ref());
                differences::of_profile_wish(&stands.text, &changes)
            }),
            Mutation::ChangeRequest { id, changes } => self
                .snapshot
                .find::<Request>(*id)
                .map(|stands| differences::of_request_wish(&stands.text, changes, today)),
            _ => None,
        }
        .unwrap_or_default()
    }

    /// What the client changed since the application was written.
    fn terms_since(&self) -> Vec<DifferenceView> {
        let Mutation::SubmitApplication { request, .. } = self.mutation else {
            return Vec::new();
        };
        let read: Option<RequestText> = drafts::terms_read(self.snapshot, *request);
        match (read, self.snapshot.find::<Request>(*request)) {
            (Some(read), Some(stands)) => {
                differences::of_request(&read, &stands.text, self.snapshot.now.day())
            }
            _ => Vec::new(),
        }
    }

    /// The offer that was accepted against the one on the table.
    fn offers(&self, stands: OfferId) -> Vec<DifferenceView> {
        let Mutation::AcceptOffer { id, .. } = self.mutation else {
            return Vec::new();
        };
        match (
            self.snapshot.find::<Offer>(*id),
            self.snapshot.find::<Offer>(stands),
        ) {
            (Some(before), Some(stands)) => {
                differences::of_terms(&before.terms, &stands.terms, self.snapshot.now.day())
            }
            _ => Vec::new(),
        }
    }
}
