//! What an act does, in the words of the outbox panel, and where it can be looked at.

use super::{people, threads, words};
use crate::snapshot::Snapshot;
use guildhall_domain::application::Application;
use guildhall_domain::bookmark::{Stance, Subject};
use guildhall_domain::contract::Contract;
use guildhall_domain::id::{ApplicationId, ContractId, OfferId, RequestId};
use guildhall_domain::mutation::{Mutation, OpenRole};
use guildhall_domain::offer::Offer;
use guildhall_domain::request::Request;
use uuid::Uuid;

/// What an act does, e.g. "Publish “Booking system rebuild”", and the route to the thing it is about.
pub fn describe(mutation: &Mutation, snapshot: &Snapshot) -> (String, String) {
    let about = About { snapshot };
    match mutation {
        Mutation::RegisterPerson { .. } => at("/home", "Join the marketplace"),
        Mutation::AddRole {
            role: OpenRole::Freelancer,
        } => at("/home", "Offer your work here too"),
        Mutation::AddRole {
            role: OpenRole::Client,
        } => at("/home", "Hire here too"),
        Mutation::GrantRole { person, role, .. } => {
            let who = people::name(snapshot, *person);
            let role = role.name();
            at("/admin/people", format!("Give {who} the role of {role}"))
        }
        Mutation::RevokeRole { person, role, .. } => {
            let who = people::name(snapshot, *person);
            let role = role.name();
            at(
                "/admin/people",
                format!("Take the role of {role} from {who}"),
            )
        }
        Mutation::ErasePerson {} => at("/home", "Leave this market"),
        Mutation::SuspendPerson { person, .. } => {
            let who = people::name(snapshot, *person);
            at("/admin/people", format!("Suspend {who}"))
        }
        Mutation::RestorePerson { person, .. } => {
            let who = people::name(snapshot, *person);
            at("/admin/people", format!("Lift the suspension of {who}"))
        }
        Mutation::SaveProfile { .. } => at("/profile", "Save your profile"),
        Mutation::ChangeProfile { .. } => at("/profile", "Change your profile"),
        Mutation::ViewProfile { freelancer } => {
            let who = people::name(snapshot, *freelancer);
            at(
                "/requests",
                format!("Note that you opened the profile of {who}"),
            )
        }
        Mutation::PublishRequest { id, text } => {
            let title = words::quoted(text.title.trim());
            at(format!("/requests/{id}"), format!("Publish {title}"))
        }
        Mutation::EditRequest { id, text } => {
            let title = words::quoted(text.title.trim());
            at(format!("/requests/{id}"), format!("Change {title}"))
        }
        Mutation::ChangeRequest { id, .. } => about.request("Change", *id),
        Mutation::PauseRequest { id } => about.request("Pause", *id),
        Mutation::ResumeRequest { id } => about.request("Reopen", *id),
        Mutation::RenewRequest { id } => about.request("Renew", *id),
        // Only the server does this.
        Mutation::ExpireRequest { id } => about.request("End", *id),
        Mutation::CancelRequest { id, .. } => about.request("Cancel", *id),
        Mutation::RemoveRequest { id, .. } => {
            let title = about.title(*id);
            at("/admin/requests", format!("Remove {title}"))
        }
        Mutation::ViewRequest { id } => about.opportunity("Note that you read", *id),
        Mutation::PutBookmark { subject, stance } => about.bookmark(*subject, *stance),
        Mutation::RemoveBookmark { about: id } => about.bookmark_removed(*id),
        Mutation::SubmitApplication { request, .. } => about.opportunity("Apply to", *request),
        Mutation::WithdrawApplication { id } => {
            let title = about.title_of_thread(*id);
            at(
                format!("/threads/{id}"),
                format!("Withdraw your application to {title}"),
            )
        }
        Mutation::ViewApplication { id } => {
            about.person("Note that you opened the application of", *id, "")
        }
        Mutation::ShortlistApplication { id, on: true } => {
            about.person("Put", *id, " on the shortlist")
        }
        Mutation::ShortlistApplication { id, on: false } => {
            about.person("Take", *id, " off the shortlist")
        }
        Mutation::DeclineApplication { id, .. } => {
            about.person("Decline the application of", *id, "")
        }
        Mutation::MakeOffer { application, .. } => about.person("Make", *application, " an offer"),
        Mutation::SendMessage { application, .. } => about.person("Message to", *application, ""),
        Mutation::MarkRead { application, .. } => {
            about.person("Note that you read the messages of", *application, "")
        }
        Mutation::RevokeOffer { id } => about.offer("Take back your offer for", *id),
        Mutation::AcceptOffer { id, .. } => about.offer("Accept the offer for", *id),
        Mutation::DeclineOffer { id, .. } => about.offer("Decline the offer for", *id),
        Mutation::Deliver { id, .. } => about.contract("Deliver", *id),
        Mutation::RequestChanges { id, .. } => about.contract("Ask for changes to", *id),
        Mutation::AcceptDelivery { id } => about.contract("Accept the delivery of", *id),
        Mutation::CancelContract { id, .. } => about.contract("Cancel the contract", *id),
        Mutation::WriteReview { contract, .. } => about.contract("Rate the work on", *contract),
        // Only the server does this.
        Mutation::RevealReview { .. } => at("/contracts", "Publish a review"),
    }
}

fn at(route: impl Into<String>, what: impl Into<String>) -> (String, String) {
    (what.into(), route.into())
}

/// Finds the words for what an act is about.
struct About<'a> {
    snapshot: &'a Snapshot,
}

impl About<'_> {
    fn request(&self, what: &str, id: RequestId) -> (String, String) {
        at(
            format!("/requests/{id}"),
            format!("{what} {}", self.title(id)),
        )
    }

    fn bookmark(&self, subject: Subject, stance: Stance) -> (String, String) {
        let what = match stance {
            Stance::Saved => "Save",
            Stance::Hidden { .. } => "Hide",
        };
        match subject {
            Subject::Request { request, .. } => self.opportunity(what, request),
            Subject::Freelancer { freelancer } => at(
                format!("/find-talent/{freelancer}"),
                format!("{what} {}", people::name(self.snapshot, freelancer)),
            ),
        }
    }

    fn bookmark_removed(&self, id: Uuid) -> (String, String) {
        match self.snapshot.find::<Request>(id) {
            Some(request) => self.opportunity("Take back what you said of", request.id),
            None => at("/opportunities", "Take back what you saved or hid"),
        }
    }

    fn opportunity(&self, what: &str, id: RequestId) -> (String, String) {
        at(
            format!("/opportunities/{id}"),
            format!("{what} {}", self.title(id)),
        )
    }

    fn person(&self, what: &str, id: ApplicationId, then: &str) -> (String, String) {
        let who = self.snapshot.find::<Application>(id).map_or_else(
            || "somebody".to_owned(),
            |application| people::name(self.snapshot, application.other(self.snapshot.me)),
        );
        at(format!("/threads/{id}"), format!("{what} {who}{then}"))
    }

    fn offer(&self, what: &str, id: OfferId) -> (String, String) {
        match self.snapshot.find::<Offer>(id) {
            Some(offer) => {
                let title = self.title_of_thread(offer.application);
                at(
                    format!("/threads/{}", offer.application),
                    format!("{what} {title}"),
                )
            }
            None => at("/threads", format!("{what} a request")),
        }
    }

    fn contract(&self, what: &str, id: ContractId) -> (String, String) {
        match self.snapshot.find::<Contract>(id) {
            Some(contract) => at(
                format!("/threads/{}", contract.application),
                format!("{what} {}", words::quoted(&contract.title)),
            ),
            None => at("/contracts", format!("{what} a job")),
        }
    }

    fn title(&self, id: RequestId) -> String {
        self.snapshot.find::<Request>(id).map_or_else(
            || "a request".to_owned(),
            |request| words::quoted(&request.text.title),
        )
    }

    fn title_of_thread(&self, id: ApplicationId) -> String {
        self.snapshot.find::<Application>(id).map_or_else(
            || "a request".to_owned(),
            |application| words::quoted(&threads::title(self.snapshot, application)),
        )
    }
}
