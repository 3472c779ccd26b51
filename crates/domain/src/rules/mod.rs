//! The rules: what each act asks for, and what it does.
//!
//! Who may, the policy has said before a rule runs. Every rule then has the same shape: find the rows, check the stage, check the
//! form, name the effects.

mod application;
mod bookmark;
mod contract;
mod erase;
mod message;
mod offer;
mod person;
mod profile;
mod request;
mod review;

use crate::activity::{Activity, ActivityKind, Tally};
use crate::actor::Actor;
use crate::denied::Denied;
use crate::id::{AccountId, ApplicationId, MutationId, RequestId};
use crate::mutation::{Effect, Mutation};
use crate::policy::{Act, POLICY, Policy, thing_of};
use crate::time::Timestamp;
use crate::world::{Stop, World, find};
use uuid::Uuid;

/// An act in the hands of the rules.
pub struct Call<'a> {
    /// The rows as they stand.
    pub world: &'a dyn World,
    /// Who acts.
    pub actor: Actor,
    /// When: the server's clock with authority, the device's for a prediction.
    pub now: Timestamp,
    /// The mutation's id, which is also the id of the line it leaves in the log.
    pub id: MutationId,
}

/// What the rules answer: effects, or why not.
pub type Answer = Result<Vec<Effect>, Stop>;

/// Asks the policy, then runs the rule of a mutation.
///
/// # Errors
/// [`Stop::Denied`] when either refuses; [`Stop::Need`] when a row must be loaded first.
pub fn execute(mutation: &Mutation, call: &Call<'_>) -> Answer {
    execute_under(&POLICY, mutation, call)
}

/// The same under another policy.
///
/// # Errors
/// As [`execute`].
pub fn execute_under(policy: &Policy<'_>, mutation: &Mutation, call: &Call<'_>) -> Answer {
    policy.decide(&call.actor, Act::of(mutation), thing_of(mutation, call)?)?;
    match mutation {
        Mutation::RegisterPerson { name, roles } => person::register(call, name, *roles),
        Mutation::AddRole { role } => person::add_role(call, *role),
        Mutation::GrantRole {
            person,
            role,
            reason,
        } => person::grant_role(call, *person, *role, reason),
        Mutation::RevokeRole {
            person,
            role,
            reason,
        } => person::revoke_role(call, *person, *role, reason),
        Mutation::ErasePerson {} => erase::erase(call),
        Mutation::SuspendPerson { person, reason } => person::suspend(call, *person, reason),
        Mutation::RestorePerson { person, reason } => person::restore(call, *person, reason),
        Mutation::SaveProfile { text } => profile::save(call, text),
        Mutation::ChangeProfile { changes } => profile::change(call, changes),
        Mutation::ViewProfile { freelancer } => profile::view(call, *freelancer),
        Mutation::PublishRequest { id, text } => request::publish(call, *id, text),
        Mutation::EditRequest { id, text } => request::edit(call, *id, text),
        Mutation::ChangeRequest { id, changes } => request::change(call, *id, changes),
        Mutation::PauseRequest { id } => request::pause(call, *id),
        Mutation::ResumeRequest { id } => request::resume(call, *id),
        Mutation::RenewRequest { id } => request::renew(call, *id),
        Mutation::ExpireRequest { id } => request::expire(call, *id),
        Mutation::CancelRequest { id, reason } => request::cancel(call, *id, reason),
        Mutation::RemoveRequest { id, reason } => request::remove(call, *id, reason),
        Mutation::ViewRequest { id } => request::view(call, *id),
        Mutation::PutBookmark { subject, stance } => bookmark::put(call, *subject, *stance),
        Mutation::RemoveBookmark { about } => bookmark::remove(call, *about),
        Mutation::SubmitApplication {
            request,
            message,
            price,
            terms_version,
        } => application::submit(call, *request, message, *price, *terms_version),
        Mutation::WithdrawApplication { id } => application::withdraw(call, *id),
        Mutation::ViewApplication { id } => application::view(call, *id),
        Mutation::ShortlistApplication { id, on } => application::shortlist(call, *id, *on),
        Mutation::DeclineApplication { id, reason } => application::decline(call, *id, reason),
        Mutation::MakeOffer {
            id,
            application,
            terms,
        } => offer::make(call, *id, *application, terms),
        Mutation::RevokeOffer { id } => offer::revoke(call, *id),
        Mutation::AcceptOffer { id, contract } => offer::accept(call, *id, *contract),
        Mutation::DeclineOffer { id, reason } => offer::decline(call, *id, reason),
        Mutation::Deliver { id, note } => contract::deliver(call, *id, note),
        Mutation::RequestChanges { id, note } => contract::request_changes(call, *id, note),
        Mutation::AcceptDelivery { id } => contract::accept_delivery(call, *id),
        Mutation::CancelContract { id, reason } => contract::cancel(call, *id, reason),
        Mutation::SendMessage {
            id,
            application,
            body,
            attachments,
        } => message::send(call, *id, *application, body, attachments),
        Mutation::MarkRead { application, up_to } => message::mark_read(call, *application, *up_to),
        Mutation::RevealReview { id } => review::reveal(call, *id),
        Mutation::WriteReview {
            contract,
            stars,
            text,
        } => review::write(call, *contract, *stars, text),
    }
}

/// What a line of the activity log is about.
#[derive(Default, Clone, Copy)]
struct About {
    other: Option<AccountId>,
    request: Option<RequestId>,
    application: Option<ApplicationId>,
}

impl Call<'_> {
    /// The log line of this act.
    fn log(&self, kind: ActivityKind, about: About, note: impl Into<String>) -> Effect {
        Effect::put(Activity {
            // An act leaves one line at most. Its own id sorts by time: lines go to the end of their tables, not all over them.
            id: self.id.0,
            at: self.now,
            kind,
            actor: self.actor.account,
            other: about.other,
            request: about.request,
            application: about.application,
            note: note.into(),
        })
    }

    /// Counts one more opening of something by somebody else.
    fn count(&self, owner: AccountId, subject: Uuid, kind: ActivityKind) -> Result<Effect, Stop> {
        let day = self.now.day();
        let id = Tally::id_of(owner, subject, kind, day);
        let mut tally = find::<Tally>(self.world, id)?.unwrap_or(Tally {
            id,
            owner,
            subject,
            kind,
            day,
            count: 0,
        });
        tally.count = tally.count.saturating_add(1);
        Ok(Effect::put(tally))
    }
}

/// Checks a reason that will be told to somebody.
fn reason(text: &str, minimum: usize) -> Result<String, crate::denied::Denied> {
    let mut mistakes = crate::denied::Mistakes::default();
    mistakes.length(text, minimum, 500, "/reason", "The reason");
    mistakes.into_result()?;
    Ok(text.trim().to_owned())
}

/// An id that this person's desktop made is in use for something else. What that is, is none of their business.
pub(super) fn taken() -> Denied {
    Denied::state("This could not be done under its number, which is in use. Do it once more.")
}
