//! The grants, one a line. What is not listed is refused.

use super::{Act, Grant, Relation, Role, State};

const fn may(act: Act, role: Role, relation: Relation) -> Grant {
    Grant {
        act,
        role,
        relation,
        state: None,
        suspended: false,
    }
}

/// The same, and a suspended person may do it too.
const fn even_suspended(act: Act, role: Role, relation: Relation) -> Grant {
    Grant {
        suspended: true,
        ..may(act, role, relation)
    }
}

/// The same, while the thing stands so.
const fn may_while(act: Act, role: Role, relation: Relation, state: State) -> Grant {
    Grant {
        state: Some(state),
        ..may(act, role, relation)
    }
}

/// A row is shown to whoever stands in this relation to it, while it is in this state. Suspended or not: what is on a device stays.
const fn shows(act: Act, relation: Relation, state: Option<State>) -> Grant {
    Grant {
        state,
        ..even_suspended(act, Role::Anybody, relation)
    }
}

/// The table. Running contracts may be finished while suspended; nothing else may be done then, and everything read.
#[rustfmt::skip]
pub(super) const GRANTS: &[Grant] = &[
    // Accounts.
    may(Act::Register, Role::Server, Relation::Owner),
    may(Act::SetRole, Role::Server, Relation::Owner),
    may(Act::SetRole, Role::Server, Relation::Stranger),
    may(Act::Erase, Role::Server, Relation::Owner),
    may(Act::ClaimAdmin, Role::Anybody, Relation::Owner),
    may(Act::AddRole, Role::Anybody, Relation::Owner),
    even_suspended(Act::ReadMyself, Role::Anybody, Relation::Owner),
    even_suspended(Act::EndSignIns, Role::Anybody, Relation::Owner),
    may(Act::MakeToken, Role::Anybody, Relation::Owner),
    even_suspended(Act::Sync, Role::Anybody, Relation::Owner),
    // Running the market, and keeping order. Only an admin acts on whoever is trusted with a role, and nobody on themselves.
    may(Act::Appoint, Role::Admin, Relation::Stranger),
    may(Act::Oversee, Role::Moderator, Relation::Stranger),
    may(Act::ReadAudit, Role::Admin, Relation::Stranger),
    may(Act::Admit, Role::Admin, Relation::Stranger),
    may(Act::SetExposure, Role::Admin, Relation::Stranger),
    may(Act::HandOverMail, Role::Admin, Relation::Stranger),
    may_while(Act::Moderate, Role::Moderator, Relation::Stranger, State::Plain),
    may_while(Act::Moderate, Role::Admin, Relation::Stranger, State::Trusted),
    may(Act::EndTheirSignIns, Role::Admin, Relation::Stranger),
    may(Act::RemoveRequest, Role::Moderator, Relation::Stranger),
    may(Act::RemoveRequest, Role::Moderator, Relation::Owner),
    // Profiles. One's own opens without a trace.
    may(Act::SaveProfile, Role::Freelancer, Relation::Owner),
    even_suspended(Act::ViewProfile, Role::Client, Relation::Stranger),
    even_suspended(Act::ViewProfile, Role::Anybody, Relation::Owner),
    // Searching. Freelancers find requests, clients find freelancers.
    may(Act::FindWork, Role::Freelancer, Relation::Owner),
    may(Act::FindTalent, Role::Client, Relation::Owner),
    // Requests. Any freelancer who was given a request's number may open it and apply.
    may(Act::PublishRequest, Role::Client, Relation::Owner),
    may(Act::ManageRequest, Role::Client, Relation::Owner),
    may(Act::ExpireRequest, Role::Server, Relation::Stranger),
    even_suspended(Act::ViewRequest, Role::Freelancer, Relation::Stranger),
    even_suspended(Act::ViewRequest, Role::Anybody, Relation::Owner),
    may(Act::Apply, Role::Freelancer, Relation::Stranger),
    // Bookmarks, on what a search shows. Nobody keeps or hides what is their own.
    may(Act::BookmarkRequest, Role::Freelancer, Relation::Stranger),
    may(Act::BookmarkFreelancer, Role::Client, Relation::Stranger),
    even_suspended(Act::RemoveBookmark, Role::Anybody, Relation::Owner),
    // Applications and offers.
    may(Act::Withdraw, Role::Freelancer, Relation::Freelancer),
    may(Act::AnswerApplication, Role::Client, Relation::Client),
    may(Act::MakeOffer, Role::Client, Relation::Client),
    may(Act::RevokeOffer, Role::Client, Relation::Client),
    may(Act::AnswerOffer, Role::Freelancer, Relation::Freelancer),
    // Contracts.
    even_suspended(Act::Deliver, Role::Freelancer, Relation::Freelancer),
    even_suspended(Act::AnswerDelivery, Role::Client, Relation::Client),
    even_suspended(Act::CancelContract, Role::Client, Relation::Client),
    even_suspended(Act::CancelContract, Role::Freelancer, Relation::Freelancer),
    // Threads and reviews.
    may(Act::Talk, Role::Anybody, Relation::Client),
    may(Act::Talk, Role::Anybody, Relation::Freelancer),
    may(Act::Review, Role::Anybody, Relation::Client),
    may(Act::Review, Role::Anybody, Relation::Freelancer),
    may(Act::RevealReview, Role::Server, Relation::Stranger),
    // Files. Who sees a row that names a file knows the file.
    even_suspended(Act::SendFile, Role::Anybody, Relation::Owner),
    even_suspended(Act::FetchFile, Role::Anybody, Relation::Knows),
    // Rows, on devices and everywhere else.
    shows(Act::SeePerson, Relation::Knows, None),
    shows(Act::SeeProfile, Relation::Knows, None),
    shows(Act::SeeRequest, Relation::Knows, None),
    shows(Act::SeeApplication, Relation::Party, None),
    shows(Act::SeeOffer, Relation::Party, None),
    shows(Act::SeeContract, Relation::Party, None),
    shows(Act::SeeMessage, Relation::Party, None),
    shows(Act::SeeReadMark, Relation::Owner, None),
    shows(Act::SeeReview, Relation::Owner, None),
    shows(Act::SeeReview, Relation::Knows, Some(State::Published)),
    shows(Act::SeeRecommendation, Relation::Client, Some(State::Listed)),
    shows(Act::SeeRecommendation, Relation::Freelancer, Some(State::Listed)),
    shows(Act::SeeActivity, Relation::Owner, None),
    shows(Act::SeeActivity, Relation::Subject, Some(State::Plain)),
    shows(Act::SeeTally, Relation::Owner, None),
    shows(Act::SeeBookmark, Relation::Owner, None),
];
