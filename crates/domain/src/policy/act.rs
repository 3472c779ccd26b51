//! Everything that can be done or read through any door, and which of it each mutation and each table of rows is.

use super::State;
use crate::bookmark::Subject;
use crate::mutation::Mutation;
use crate::row::Table;

macro_rules! acts {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal on $what:literal),+ $(,)?) => {
        /// Everything that can be done or read through any door.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {$( $(#[doc = $doc])+ $variant, )+}

        impl Act {
            /// Every act, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in the written table.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it is done with, for the sentence of a refusal.
            pub(super) fn what(self) -> &'static str {
                match self { $(Self::$variant => $what),+ }
            }
        }
    };
}

acts! {
    /// Create the person of an account.
    Register = "register" on "account",
    /// Take on another role oneself.
    AddRole = "add_role" on "account",
    /// Write down that somebody has, or has no longer, a role of trust.
    SetRole = "set_role" on "account",
    /// Take out what somebody wrote about themselves.
    Erase = "erase" on "account",
    /// Turn a one-time secret into the admin role.
    ClaimAdmin = "claim_admin" on "account",
    /// Trust somebody with a role, or take it away.
    Appoint = "appoint" on "person",
    /// Suspend a person or lift it.
    Moderate = "moderate" on "person",
    /// See where somebody is signed in, and end it.
    EndTheirSignIns = "end_their_sign_ins" on "person",
    /// Take a request down.
    RemoveRequest = "remove_request" on "request",
    /// Read the lists of people, requests and activity.
    Oversee = "oversee" on "page",
    /// Read the audit log.
    ReadAudit = "read_audit" on "page",
    /// Decide who may join, and invite.
    Admit = "admit" on "page",
    /// Decide how many places newcomers have, and read who is seen.
    SetExposure = "set_exposure" on "page",
    /// Read letters that were not sent, in order to hand their links over.
    HandOverMail = "hand_over_mail" on "page",
    /// Save one's profile.
    SaveProfile = "save_profile" on "profile",
    /// Note that a profile was opened.
    ViewProfile = "view_profile" on "profile",
    /// Look through the open requests of the whole market.
    FindWork = "find_work" on "page",
    /// Look through the freelancers of the whole market.
    FindTalent = "find_talent" on "page",
    /// Publish a request.
    PublishRequest = "publish_request" on "request",
    /// Change, pause, resume, renew or cancel a request.
    ManageRequest = "manage_request" on "request",
    /// End a request as time runs out.
    ExpireRequest = "expire_request" on "request",
    /// Note that a request was opened.
    ViewRequest = "view_request" on "request",
    /// Save or hide a request for oneself.
    BookmarkRequest = "bookmark_request" on "request",
    /// Save or hide a freelancer for oneself.
    BookmarkFreelancer = "bookmark_freelancer" on "freelancer",
    /// Take back what was saved or hidden.
    RemoveBookmark = "remove_bookmark" on "bookmark",
    /// Apply to a request.
    Apply = "apply" on "request",
    /// Take an application back.
    Withdraw = "withdraw" on "application",
    /// Open, shortlist or decline an application.
    AnswerApplication = "answer_application" on "application",
    /// Make an offer.
    MakeOffer = "make_offer" on "application",
    /// Take an offer back.
    RevokeOffer = "revoke_offer" on "offer",
    /// Accept or decline an offer.
    AnswerOffer = "answer_offer" on "offer",
    /// Deliver the work of a contract.
    Deliver = "deliver" on "contract",
    /// Accept a delivery or ask for changes.
    AnswerDelivery = "answer_delivery" on "contract",
    /// Call a contract off.
    CancelContract = "cancel_contract" on "contract",
    /// Write in a thread, or note how far it was read.
    Talk = "talk" on "application",
    /// Review a finished contract.
    Review = "review" on "contract",
    /// Publish a sealed review as time runs out.
    RevealReview = "reveal_review" on "review",
    /// Push, pull and listen as an account.
    Sync = "sync" on "account",
    /// Ask who one is.
    ReadMyself = "read_myself" on "account",
    /// See where one is signed in, and end it.
    EndSignIns = "end_sign_ins" on "sign-in",
    /// Make a token for one's own programs.
    MakeToken = "make_token" on "account",
    /// Send a file, or ask how much of it has arrived.
    SendFile = "send_file" on "file",
    /// Fetch the bytes of a file.
    FetchFile = "fetch_file" on "file",
    /// See a person's card.
    SeePerson = "see_person" on "person",
    /// See a profile.
    SeeProfile = "see_profile" on "profile",
    /// See a request.
    SeeRequest = "see_request" on "request",
    /// See an application.
    SeeApplication = "see_application" on "application",
    /// See an offer.
    SeeOffer = "see_offer" on "offer",
    /// See a contract.
    SeeContract = "see_contract" on "contract",
    /// See a message.
    SeeMessage = "see_message" on "message",
    /// See how far a thread was read.
    SeeReadMark = "see_read_mark" on "mark",
    /// See a review.
    SeeReview = "see_review" on "review",
    /// See a recommendation.
    SeeRecommendation = "see_recommendation" on "recommendation",
    /// See a line of the activity log.
    SeeActivity = "see_activity" on "line",
    /// See how often something was opened.
    SeeTally = "see_tally" on "count",
    /// See what somebody saved or hid.
    SeeBookmark = "see_bookmark" on "bookmark",
}

impl Act {
    /// What a mutation is to the table. A mutation that is not listed here does not compile.
    pub fn of(mutation: &Mutation) -> Self {
        match mutation {
            Mutation::RegisterPerson { .. } => Self::Register,
            Mutation::AddRole { .. } => Self::AddRole,
            Mutation::GrantRole { .. } | Mutation::RevokeRole { .. } => Self::SetRole,
            Mutation::ErasePerson {} => Self::Erase,
            Mutation::SuspendPerson { .. } | Mutation::RestorePerson { .. } => Self::Moderate,
            Mutation::SaveProfile { .. } | Mutation::ChangeProfile { .. } => Self::SaveProfile,
            Mutation::ViewProfile { .. } => Self::ViewProfile,
            Mutation::PublishRequest { .. } => Self::PublishRequest,
            Mutation::EditRequest { .. }
            | Mutation::ChangeRequest { .. }
            | Mutation::PauseRequest { .. }
            | Mutation::ResumeRequest { .. }
            | Mutation::RenewRequest { .. }
            | Mutation::CancelRequest { .. } => Self::ManageRequest,
            Mutation::ExpireRequest { .. } => Self::ExpireRequest,
            Mutation::RemoveRequest { .. } => Self::RemoveRequest,
            Mutation::ViewRequest { .. } => Self::ViewRequest,
            Mutation::PutBookmark {
                subject: Subject::Request { .. },
                ..
            } => Self::BookmarkRequest,
            Mutation::PutBookmark {
                subject: Subject::Freelancer { .. },
                ..
            } => Self::BookmarkFreelancer,
            Mutation::RemoveBookmark { .. } => Self::RemoveBookmark,
            Mutation::SubmitApplication { .. } => Self::Apply,
            Mutation::WithdrawApplication { .. } => Self::Withdraw,
            Mutation::ViewApplication { .. }
            | Mutation::ShortlistApplication { .. }
            | Mutation::DeclineApplication { .. } => Self::AnswerApplication,
            Mutation::MakeOffer { .. } => Self::MakeOffer,
            Mutation::RevokeOffer { .. } => Self::RevokeOffer,
            Mutation::AcceptOffer { .. } | Mutation::DeclineOffer { .. } => Self::AnswerOffer,
            Mutation::Deliver { .. } => Self::Deliver,
            Mutation::RequestChanges { .. } | Mutation::AcceptDelivery { .. } => {
                Self::AnswerDelivery
            }
            Mutation::CancelContract { .. } => Self::CancelContract,
            Mutation::SendMessage { .. } | Mutation::MarkRead { .. } => Self::Talk,
            Mutation::WriteReview { .. } => Self::Review,
            Mutation::RevealReview { .. } => Self::RevealReview,
        }
    }

    /// What seeing a row of a table is. A table that is not listed here does not compile.
    pub fn see(table: Table) -> Self {
        match table {
            Table::Person => Self::SeePerson,
            Table::Profile => Self::SeeProfile,
            Table::Request => Self::SeeRequest,
            Table::Application => Self::SeeApplication,
            Table::Offer => Self::SeeOffer,
            Table::Contract => Self::SeeContract,
            Table::Message => Self::SeeMessage,
            Table::ReadMark => Self::SeeReadMark,
            Table::Review => Self::SeeReview,
            Table::Recommendation => Self::SeeRecommendation,
            Table::Activity => Self::SeeActivity,
            Table::Tally => Self::SeeTally,
            Table::Bookmark => Self::SeeBookmark,
        }
    }

    /// The states of the thing that the table may tell apart for this act.
    pub fn states(self) -> &'static [State] {
        match self {
            Self::Moderate => &[State::Plain, State::Trusted],
            Self::SeeReview => &[State::Sealed, State::Published],
            Self::SeeRecommendation => &[State::Listed, State::Unlisted],
            Self::SeeActivity => &[State::Glance, State::Plain],
            _ => &[State::Plain],
        }
    }
}
