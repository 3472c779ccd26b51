//! The named acts. A mutation carries what the person meant, never rows: the server executes the rule again.

use crate::attachment::Attachment;
use crate::bookmark::{Stance, Subject};
use crate::changes::Changes;
use crate::id::{AccountId, ApplicationId, ContractId, MessageId, OfferId, RequestId, ReviewId};
use crate::money::Money;
use crate::offer::Terms;
use crate::person::Roles;
use crate::profile::ProfileText;
use crate::request::RequestText;
use crate::row::{Key, Row};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A role one can take on oneself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenRole {
    /// Does the work.
    Freelancer,
    /// Hires.
    Client,
}

/// A role that one is trusted with by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustedRole {
    /// Keeps order.
    Moderator,
    /// Runs the marketplace.
    Admin,
}

impl TrustedRole {
    /// Every one of them.
    pub const ALL: [Self; 2] = [Self::Moderator, Self::Admin];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A named act with its arguments. On the wire: `{"name": "request.publish", "args": {…}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", content = "args", deny_unknown_fields)]
pub enum Mutation {
    /// Creates the person of a new account. Only by the server.
    #[serde(rename = "person.register")]
    RegisterPerson {
        /// The name they go by.
        name: String,
        /// The roles they chose.
        roles: Roles,
    },
    /// Takes on another role.
    #[serde(rename = "person.add_role")]
    AddRole {
        /// Which.
        role: OpenRole,
    },
    /// Trusts a person with a role. Only by the server, for an admin who has just signed in or for the operator.
    #[serde(rename = "person.grant_role")]
    GrantRole {
        /// Whom.
        person: AccountId,
        /// With which.
        role: TrustedRole,
        /// For the log, and for the person.
        reason: String,
    },
    /// Takes such a role away. Only by the server, as above.
    #[serde(rename = "person.revoke_role")]
    RevokeRole {
        /// From whom.
        person: AccountId,
        /// Which.
        role: TrustedRole,
        /// For the log, and for the person.
        reason: String,
    },
    /// Takes everything out that a person wrote about themselves, for good. Only by the server.
    #[serde(rename = "person.erase")]
    ErasePerson {},
    /// Suspends a person.
    #[serde(rename = "person.suspend")]
    SuspendPerson {
        /// Whom.
        person: AccountId,
        /// Told to them.
        reason: String,
    },
    /// Lifts a suspension.
    #[serde(rename = "person.restore")]
    RestorePerson {
        /// Whose.
        person: AccountId,
        /// For the log.
        reason: String,
    },
    /// Saves the profile whole: the first time, or when it is brought in from elsewhere.
    #[serde(rename = "profile.save")]
    SaveProfile {
        /// What it says.
        text: Box<ProfileText>,
    },
    /// Changes fields of the profile.
    #[serde(rename = "profile.change")]
    ChangeProfile {
        /// Which, from what to what.
        changes: Changes,
    },
    /// Notes that a profile was opened.
    #[serde(rename = "profile.view")]
    ViewProfile {
        /// Whose.
        freelancer: AccountId,
    },
    /// Publishes a request.
    #[serde(rename = "request.publish")]
    PublishRequest {
        /// Its id.
        id: RequestId,
        /// What it says.
        text: Box<RequestText>,
    },
    /// Changes fields of a request.
    #[serde(rename = "request.change")]
    ChangeRequest {
        /// Which request.
        id: RequestId,
        /// Which fields, from what to what.
        changes: Changes,
    },
    /// Says anew what a request says, whatever stands there.
    #[serde(rename = "request.edit")]
    EditRequest {
        /// Which.
        id: RequestId,
        /// What it says from now on.
        text: Box<RequestText>,
    },
    /// Stops new applications for now.
    #[serde(rename = "request.pause")]
    PauseRequest {
        /// Which.
        id: RequestId,
    },
    /// Takes applications again.
    #[serde(rename = "request.resume")]
    ResumeRequest {
        /// Which.
        id: RequestId,
    },
    /// Calls a request off.
    #[serde(rename = "request.cancel")]
    CancelRequest {
        /// Which.
        id: RequestId,
        /// Told to the applicants.
        reason: String,
    },
    /// Keeps a request for another while, or brings one back that ran out.
    #[serde(rename = "request.renew")]
    RenewRequest {
        /// Which.
        id: RequestId,
    },
    /// Ends a request that nobody looked after. Only by the server.
    #[serde(rename = "request.expire")]
    ExpireRequest {
        /// Which.
        id: RequestId,
    },
    /// Takes a request down, as an admin.
    #[serde(rename = "request.remove")]
    RemoveRequest {
        /// Which.
        id: RequestId,
        /// Told to the client.
        reason: String,
    },
    /// Notes that a request was opened.
    #[serde(rename = "request.view")]
    ViewRequest {
        /// Which.
        id: RequestId,
    },
    /// Saves or hides a request or a freelancer, for oneself alone.
    #[serde(rename = "bookmark.put")]
    PutBookmark {
        /// What.
        subject: Subject,
        /// What one thinks of it.
        stance: Stance,
    },
    /// Takes that back.
    #[serde(rename = "bookmark.remove")]
    RemoveBookmark {
        /// The request or the freelancer that it was about.
        about: Uuid,
    },
    /// Applies to a request.
    #[serde(rename = "application.submit")]
    SubmitApplication {
        /// To which request.
        request: RequestId,
        /// Why me.
        message: String,
        /// Asked for, per hour.
        price: Money,
        /// The request's terms as they were read.
        terms_version: u32,
    },
    /// Takes an application back.
    #[serde(rename = "application.withdraw")]
    WithdrawApplication {
        /// Which.
        id: ApplicationId,
    },
    /// Notes that the client opened an application.
    #[serde(rename = "application.view")]
    ViewApplication {
        /// Which.
        id: ApplicationId,
    },
    /// Puts an application on the shortlist, or takes it off.
    #[serde(rename = "application.shortlist")]
    ShortlistApplication {
        /// Which.
        id: ApplicationId,
        /// On or off.
        on: bool,
    },
    /// Turns an application down.
    #[serde(rename = "application.decline")]
    DeclineApplication {
        /// Which.
        id: ApplicationId,
        /// Told to the freelancer.
        reason: String,
    },
    /// Makes an offer.
    #[serde(rename = "offer.make")]
    MakeOffer {
        /// Its id.
        id: OfferId,
        /// On which application.
        application: ApplicationId,
        /// The terms.
        terms: Box<Terms>,
    },
    /// Takes an offer back.
    #[serde(rename = "offer.revoke")]
    RevokeOffer {
        /// Which.
        id: OfferId,
    },
    /// Accepts an offer: a contract begins.
    #[serde(rename = "offer.accept")]
    AcceptOffer {
        /// Which.
        id: OfferId,
        /// The contract's id.
        contract: ContractId,
    },
    /// Turns an offer down.
    #[serde(rename = "offer.decline")]
    DeclineOffer {
        /// Which.
        id: OfferId,
        /// Told to the client.
        reason: String,
    },
    /// Delivers the work.
    #[serde(rename = "contract.deliver")]
    Deliver {
        /// Of which contract.
        id: ContractId,
        /// What was done.
        note: String,
    },
    /// Asks for changes to what was delivered.
    #[serde(rename = "contract.request_changes")]
    RequestChanges {
        /// Of which contract.
        id: ContractId,
        /// Which changes.
        note: String,
    },
    /// Accepts what was delivered: the contract is completed.
    #[serde(rename = "contract.accept_delivery")]
    AcceptDelivery {
        /// Of which contract.
        id: ContractId,
    },
    /// Calls a contract off.
    #[serde(rename = "contract.cancel")]
    CancelContract {
        /// Which.
        id: ContractId,
        /// Told to the other side.
        reason: String,
    },
    /// Writes a message.
    #[serde(rename = "message.send")]
    SendMessage {
        /// Its id.
        id: MessageId,
        /// In which thread.
        application: ApplicationId,
        /// The words.
        body: String,
        /// The files that go with the words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// Notes how far a thread was read.
    #[serde(rename = "thread.read")]
    MarkRead {
        /// Which thread.
        application: ApplicationId,
        /// Up to when.
        up_to: Timestamp,
    },
    /// Reviews the other party of a finished contract.
    #[serde(rename = "review.write")]
    WriteReview {
        /// Of which contract.
        contract: ContractId,
        /// 1 to 5.
        stars: u8,
        /// The words.
        text: String,
    },
    /// Publishes a sealed review whose window is over. Only by the server.
    #[serde(rename = "review.reveal")]
    RevealReview {
        /// Which.
        id: ReviewId,
    },
}

impl Mutation {
    /// The thing whose acts must keep their order: acts on different things need not wait for each other.
    pub fn aggregate(&self) -> Option<Uuid> {
        match self {
            Self::RegisterPerson { .. }
            | Self::AddRole { .. }
            | Self::ErasePerson {}
            | Self::SaveProfile { .. }
            | Self::ChangeProfile { .. } => None,
            Self::GrantRole { person, .. }
            | Self::RevokeRole { person, .. }
            | Self::SuspendPerson { person, .. }
            | Self::RestorePerson { person, .. } => Some(person.0),
            Self::ViewProfile { freelancer } => Some(freelancer.0),
            Self::PublishRequest { id, .. }
            | Self::EditRequest { id, .. }
            | Self::ChangeRequest { id, .. }
            | Self::PauseRequest { id }
            | Self::ResumeRequest { id }
            | Self::RenewRequest { id }
            | Self::ExpireRequest { id }
            | Self::CancelRequest { id, .. }
            | Self::RemoveRequest { id, .. }
            | Self::ViewRequest { id } => Some(id.0),
            Self::PutBookmark { subject, .. } => Some(subject.id()),
            Self::RemoveBookmark { about } => Some(*about),
            Self::SubmitApplication { request, .. } => Some(request.0),
            Self::WithdrawApplication { id }
            | Self::ViewApplication { id }
            | Self::ShortlistApplication { id, .. }
            | Self::DeclineApplication { id, .. } => Some(id.0),
            Self::MakeOffer { application, .. }
            | Self::SendMessage { application, .. }
            | Self::MarkRead { application, .. } => Some(application.0),
            Self::RevokeOffer { id }
            | Self::AcceptOffer { id, .. }
            | Self::DeclineOffer { id, .. } => Some(id.0),
            Self::Deliver { id, .. }
            | Self::RequestChanges { id, .. }
            | Self::AcceptDelivery { id }
            | Self::CancelContract { id, .. } => Some(id.0),
            Self::WriteReview { contract, .. } => Some(contract.0),
            Self::RevealReview { id } => Some(id.0),
        }
    }

    /// The files that go with it: their bytes are on the server before the act is sent.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::SendMessage { attachments, .. } => attachments,
            Self::RegisterPerson { .. }
            | Self::AddRole { .. }
            | Self::GrantRole { .. }
            | Self::RevokeRole { .. }
            | Self::ErasePerson {}
            | Self::SuspendPerson { .. }
            | Self::RestorePerson { .. }
            | Self::SaveProfile { .. }
            | Self::ChangeProfile { .. }
            | Self::ViewProfile { .. }
            | Self::PublishRequest { .. }
            | Self::EditRequest { .. }
            | Self::ChangeRequest { .. }
            | Self::PauseRequest { .. }
            | Self::ResumeRequest { .. }
            | Self::RenewRequest { .. }
            | Self::ExpireRequest { .. }
            | Self::CancelRequest { .. }
            | Self::RemoveRequest { .. }
            | Self::ViewRequest { .. }
            | Self::PutBookmark { .. }
            | Self::RemoveBookmark { .. }
            | Self::SubmitApplication { .. }
            | Self::WithdrawApplication { .. }
            | Self::ViewApplication { .. }
            | Self::ShortlistApplication { .. }
            | Self::DeclineApplication { .. }
            | Self::MakeOffer { .. }
            | Self::RevokeOffer { .. }
            | Self::AcceptOffer { .. }
            | Self::DeclineOffer { .. }
            | Self::Deliver { .. }
            | Self::RequestChanges { .. }
            | Self::AcceptDelivery { .. }
            | Self::CancelContract { .. }
            | Self::MarkRead { .. }
            | Self::WriteReview { .. }
            | Self::RevealReview { .. } => &[],
        }
    }

    /// The person's own words in it, to copy when it is refused.
    pub fn words(&self) -> String {
        match self {
            Self::SaveProfile { text } => format!("{}\n\n{}", text.headline, text.bio),
            Self::PublishRequest { text, .. } | Self::EditRequest { text, .. } => {
                format!("{}\n\n{}", text.title, text.description)
            }
            Self::ChangeProfile { changes } => written(changes, ["headline", "bio"]),
            Self::ChangeRequest { changes, .. } => written(changes, ["title", "description"]),
            Self::SubmitApplication { message, .. } => message.clone(),
            Self::MakeOffer { terms, .. } => terms.scope.clone(),
            Self::SendMessage { body, .. } => body.clone(),
            Self::WriteReview { text, .. } => text.clone(),
            Self::Deliver { note, .. } | Self::RequestChanges { note, .. } => note.clone(),
            Self::GrantRole { reason, .. }
            | Self::RevokeRole { reason, .. }
            | Self::SuspendPerson { reason, .. }
            | Self::RestorePerson { reason, .. }
            | Self::CancelRequest { reason, .. }
            | Self::RemoveRequest { reason, .. }
            | Self::DeclineApplication { reason, .. }
            | Self::DeclineOffer { reason, .. }
            | Self::CancelContract { reason, .. } => reason.clone(),
            Self::RegisterPerson { .. }
            | Self::AddRole { .. }
            | Self::ErasePerson {}
            | Self::ViewProfile { .. }
            | Self::PauseRequest { .. }
            | Self::ResumeRequest { .. }
            | Self::RenewRequest { .. }
            | Self::ExpireRequest { .. }
            | Self::ViewRequest { .. }
            | Self::PutBookmark { .. }
            | Self::RemoveBookmark { .. }
            | Self::WithdrawApplication { .. }
            | Self::ViewApplication { .. }
            | Self::ShortlistApplication { .. }
            | Self::RevokeOffer { .. }
            | Self::AcceptOffer { .. }
            | Self::AcceptDelivery { .. }
            | Self::MarkRead { .. }
            | Self::RevealReview { .. } => String::new(),
        }
    }

    /// Whether it keeps order among others. It is asked of the server by whoever showed anew who they are, and never waits on a device.
    pub fn keeps_order(&self) -> bool {
        matches!(
            self,
            Self::SuspendPerson { .. } | Self::RestorePerson { .. } | Self::RemoveRequest { .. }
        )
    }

    /// True for notes that nobody typed and nobody misses when they are refused.
    pub fn is_quiet(&self) -> bool {
        matches!(
            self,
            Self::ViewProfile { .. }
                | Self::ViewRequest { .. }
                | Self::ViewApplication { .. }
                | Self::MarkRead { .. }
                | Self::RemoveBookmark { .. }
                | Self::PutBookmark {
                    stance: Stance::Hidden { .. },
                    ..
                }
        )
    }
}

/// The new words in these fields.
fn written(changes: &Changes, fields: [&str; 2]) -> String {
    let words: Vec<&str> = fields
        .into_iter()
        .filter_map(|field| changes.text(field))
        .collect();
    words.join("\n\n")
}

/// What a rule does to which row.
#[expect(clippy::large_enum_variant, reason = "almost every effect is a put")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The row stands like this from now on.
    Put(Row),
    /// The row is gone.
    Delete(Key),
}

impl Effect {
    /// Puts a noun.
    pub fn put<N: crate::row::Noun>(noun: N) -> Self {
        Self::Put(noun.into_row())
    }

    /// The row concerned.
    pub fn key(&self) -> Key {
        match self {
            Self::Put(row) => row.key(),
            Self::Delete(key) => *key,
        }
    }
}
