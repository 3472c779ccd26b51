//! Who tries what: the columns and rows of the table.

use crate::rows::{
    ADMIN, CONTRACT, EARLIER, FREELANCER, MODERATOR, NOBODY, NOW, OFFER, OTHER_CLIENT,
    OTHER_FREELANCER, OWNER, REQUEST, Rows, euro, profile_text, request_text, terms, thread,
};
use guildhall_domain::actor::Actor;
use guildhall_domain::bookmark::{Because, Stance, Subject};
use guildhall_domain::changes::Changes;
use guildhall_domain::id::{AccountId, ContractId, MessageId, OfferId, ReviewId};
use guildhall_domain::mutation::{Mutation, OpenRole, TrustedRole};
use guildhall_domain::person::{Person, Roles, Status};
use uuid::Uuid;

/// Who tries it. The suspended ones are the parties themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Owner,
    OtherClient,
    Freelancer,
    OtherFreelancer,
    Moderator,
    Admin,
    SuspendedOwner,
    SuspendedFreelancer,
    SuspendedModerator,
    SuspendedAdmin,
    Nobody,
}

impl Who {
    pub(crate) const ALL: [Self; 11] = [
        Self::Owner,
        Self::OtherClient,
        Self::Freelancer,
        Self::OtherFreelancer,
        Self::Moderator,
        Self::Admin,
        Self::SuspendedOwner,
        Self::SuspendedFreelancer,
        Self::SuspendedModerator,
        Self::SuspendedAdmin,
        Self::Nobody,
    ];

    fn account(self) -> AccountId {
        match self {
            Self::Owner | Self::SuspendedOwner => OWNER,
            Self::OtherClient => OTHER_CLIENT,
            Self::Freelancer | Self::SuspendedFreelancer => FREELANCER,
            Self::OtherFreelancer => OTHER_FREELANCER,
            Self::Moderator | Self::SuspendedModerator => MODERATOR,
            Self::Admin | Self::SuspendedAdmin => ADMIN,
            Self::Nobody => NOBODY,
        }
    }

    /// The actor, whose suspension stands in the rows too.
    pub(crate) fn enter(self, rows: &mut Rows) -> Actor {
        let id = self.account();
        let suspended = matches!(
            self,
            Self::SuspendedOwner
                | Self::SuspendedFreelancer
                | Self::SuspendedModerator
                | Self::SuspendedAdmin
        );
        if suspended && let Some(person) = rows.find::<Person>(id) {
            rows.put(Person {
                status: Status::Suspended {
                    at: EARLIER,
                    reason: String::new(),
                },
                ..person
            });
        }
        rows.actor(id)
    }
}

/// What is tried, with a form that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Register,
    GrantRole,
    RevokeRole,
    Erase,
    BecomeFreelancer,
    BecomeClient,
    SuspendOther,
    SuspendModerator,
    SuspendAdmin,
    RestoreOther,
    SaveProfile,
    ChangeProfile,
    ViewProfile,
    Publish,
    Edit,
    Change,
    Pause,
    Resume,
    Renew,
    Expire,
    Cancel,
    Remove,
    ViewRequest,
    SaveRequest,
    HideFreelancer,
    RemoveBookmark,
    Submit,
    Withdraw,
    ViewApplication,
    Shortlist,
    Unshortlist,
    Decline,
    MakeOffer,
    Revoke,
    Accept,
    DeclineOffer,
    Deliver,
    AskForChanges,
    AcceptDelivery,
    CancelContract,
    Message,
    MarkRead,
    Review,
    Reveal,
}

impl Act {
    pub(crate) const ALL: [Self; 44] = [
        Self::Register,
        Self::GrantRole,
        Self::RevokeRole,
        Self::Erase,
        Self::BecomeFreelancer,
        Self::BecomeClient,
        Self::SuspendOther,
        Self::SuspendModerator,
        Self::SuspendAdmin,
        Self::RestoreOther,
        Self::SaveProfile,
        Self::ChangeProfile,
        Self::ViewProfile,
        Self::Publish,
        Self::Edit,
        Self::Change,
        Self::Pause,
        Self::Resume,
        Self::Renew,
        Self::Expire,
        Self::Cancel,
        Self::Remove,
        Self::ViewRequest,
        Self::SaveRequest,
        Self::HideFreelancer,
        Self::RemoveBookmark,
        Self::Submit,
        Self::Withdraw,
        Self::ViewApplication,
        Self::Shortlist,
        Self::Unshortlist,
        Self::Decline,
        Self::MakeOffer,
        Self::Revoke,
        Self::Accept,
        Self::DeclineOffer,
        Self::Deliver,
        Self::AskForChanges,
        Self::AcceptDelivery,
        Self::CancelContract,
        Self::Message,
        Self::MarkRead,
        Self::Review,
        Self::Reveal,
    ];

    #[expect(clippy::too_many_lines, reason = "one arm for each act")]
    pub(crate) fn mutation(self) -> Mutation {
        let reason = "This is a reason.".to_owned();
        let note = "This is a note.".to_owned();
        let (id, application, person) = (REQUEST, thread(), OTHER_FREELANCER);
        match self {
            Self::Register => Mutation::RegisterPerson {
                name: "Somebody New".to_owned(),
                roles: Roles {
                    client: true,
                    ..Roles::default()
                },
            },
            Self::GrantRole => Mutation::GrantRole {
                person,
                role: TrustedRole::Moderator,
                reason,
            },
            Self::RevokeRole => Mutation::RevokeRole {
                person: MODERATOR,
                role: TrustedRole::Moderator,
                reason,
            },
            Self::Erase => Mutation::ErasePerson {},
            Self::BecomeFreelancer => Mutation::AddRole {
                role: OpenRole::Freelancer,
            },
            Self::BecomeClient => Mutation::AddRole {
                role: OpenRole::Client,
            },
            Self::SuspendOther => Mutation::SuspendPerson { person, reason },
            Self::SuspendModerator => Mutation::SuspendPerson {
                person: MODERATOR,
                reason,
            },
            Self::SuspendAdmin => Mutation::SuspendPerson {
                person: ADMIN,
                reason,
            },
            Self::RestoreOther => Mutation::RestorePerson { person, reason },
            Self::SaveProfile => Mutation::SaveProfile {
                text: Box::new(profile_text()),
            },
            Self::ChangeProfile => Mutation::ChangeProfile {
                changes: Changes::default(),
            },
            Self::ViewProfile => Mutation::ViewProfile {
                freelancer: FREELANCER,
            },
            Self::Publish => Mutation::PublishRequest {
                id,
                text: Box::new(request_text()),
            },
            Self::Edit => Mutation::EditRequest {
                id,
                text: Box::new(request_text()),
            },
            Self::Change => Mutation::ChangeRequest {
                id,
                changes: Changes::default(),
            },
            Self::Pause => Mutation::PauseRequest { id },
            Self::Resume => Mutation::ResumeRequest { id },
            Self::Renew => Mutation::RenewRequest { id },
            Self::Expire => Mutation::ExpireRequest { id },
            Self::Cancel => Mutation::CancelRequest { id, reason },
            Self::Remove => Mutation::RemoveRequest { id, reason },
            Self::ViewRequest => Mutation::ViewRequest { id },
            Self::SaveRequest => Mutation::PutBookmark {
                subject: Subject::Request {
                    request: id,
                    client: OWNER,
                },
                stance: Stance::Saved,
            },
            Self::HideFreelancer => Mutation::PutBookmark {
                subject: Subject::Freelancer {
                    freelancer: FREELANCER,
                },
                stance: Stance::Hidden {
                    because: Some(Because::Rate),
                },
            },
            Self::RemoveBookmark => Mutation::RemoveBookmark { about: id.0 },
            Self::Submit => Mutation::SubmitApplication {
                request: id,
                message: "I rebuilt ticketing for two ferry lines.".to_owned(),
                price: euro(6_800),
                terms_version: 1,
            },
            Self::Withdraw => Mutation::WithdrawApplication { id: application },
            Self::ViewApplication => Mutation::ViewApplication { id: application },
            Self::Shortlist => Mutation::ShortlistApplication {
                id: application,
                on: true,
            },
            Self::Unshortlist => Mutation::ShortlistApplication {
                id: application,
                on: false,
            },
            Self::Decline => Mutation::DeclineApplication {
                id: application,
                reason,
            },
            Self::MakeOffer => Mutation::MakeOffer {
                id: OfferId(Uuid::from_u128(20)),
                application,
                terms: Box::new(terms()),
            },
            Self::Revoke => Mutation::RevokeOffer { id: OFFER },
            Self::Accept => Mutation::AcceptOffer {
                id: OFFER,
                contract: ContractId(Uuid::from_u128(21)),
            },
            Self::DeclineOffer => Mutation::DeclineOffer { id: OFFER, reason },
            Self::Deliver => Mutation::Deliver { id: CONTRACT, note },
            Self::AskForChanges => Mutation::RequestChanges { id: CONTRACT, note },
            Self::AcceptDelivery => Mutation::AcceptDelivery { id: CONTRACT },
            Self::CancelContract => Mutation::CancelContract {
                id: CONTRACT,
                reason,
            },
            Self::Message => Mutation::SendMessage {
                id: MessageId(Uuid::from_u128(22)),
                application,
                body: "Hello".to_owned(),
                attachments: Vec::new(),
            },
            Self::MarkRead => Mutation::MarkRead {
                application,
                up_to: NOW,
            },
            Self::Review => Mutation::WriteReview {
                contract: CONTRACT,
                stars: 5,
                text: "Careful, early and clear throughout.".to_owned(),
            },
            Self::Reveal => Mutation::RevealReview {
                id: ReviewId::of(CONTRACT, OTHER_FREELANCER),
            },
        }
    }
}
