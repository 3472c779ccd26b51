//! Somebody else's id, in every act there is.

use crate::deeds::{PLEA, application};
use crate::desk::Desk;
use crate::server::TestServer;
use crate::texts::{profile, request, terms};
use guildhall_domain::bookmark::{Stance, Subject};
use guildhall_domain::changes::Changes;
use guildhall_domain::denied::Code;
use guildhall_domain::id::{
    AccountId, ApplicationId, ContractId, MessageId, OfferId, RequestId, ReviewId,
};
use guildhall_domain::mutation::{Mutation, OpenRole, TrustedRole};
use guildhall_domain::person::Roles;
use guildhall_domain::time::Timestamp;
use guildhall_server::oauth;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The things that an act can name.
pub(crate) struct Things {
    pub(crate) person: AccountId,
    pub(crate) request: RequestId,
    pub(crate) client: AccountId,
    pub(crate) application: ApplicationId,
    pub(crate) offer: OfferId,
    pub(crate) contract: ContractId,
    pub(crate) review: ReviewId,
}

impl Things {
    /// Ids of nothing.
    fn nowhere() -> Self {
        let id = Uuid::now_v7;
        Self {
            person: AccountId(id()),
            request: RequestId(id()),
            client: AccountId(id()),
            application: ApplicationId(id()),
            offer: OfferId(id()),
            contract: ContractId(id()),
            review: ReviewId(id()),
        }
    }

    /// Saves the request.
    fn bookmark(&self) -> Mutation {
        Mutation::PutBookmark {
            subject: Subject::Request {
                request: self.request,
                client: self.client,
            },
            stance: Stance::Saved,
        }
    }

    /// Every act on these things.
    #[expect(clippy::too_many_lines, reason = "one entry for each act")]
    pub(crate) fn acts(&self) -> Vec<Mutation> {
        let words = || "Because I say so.".to_owned();
        let (person, id) = (self.person, self.request);
        let (application, offer, contract) = (self.application, self.offer, self.contract);
        let text = || Box::new(request("Not mine at all", &["Rust"]));
        vec![
            Mutation::RegisterPerson {
                name: "Another Name".into(),
                roles: Roles {
                    moderator: true,
                    admin: true,
                    client: true,
                    freelancer: true,
                },
            },
            Mutation::AddRole {
                role: OpenRole::Client,
            },
            Mutation::GrantRole {
                person,
                role: TrustedRole::Moderator,
                reason: words(),
            },
            Mutation::RevokeRole {
                person,
                role: TrustedRole::Moderator,
                reason: words(),
            },
            Mutation::ErasePerson {},
            Mutation::SuspendPerson {
                person,
                reason: words(),
            },
            Mutation::RestorePerson {
                person,
                reason: words(),
            },
            Mutation::SaveProfile {
                text: Box::new(profile("Myself", &["Rust"])),
            },
            Mutation::ChangeProfile {
                changes: Changes::default(),
            },
            Mutation::ViewProfile { freelancer: person },
            Mutation::PublishRequest { id, text: text() },
            Mutation::EditRequest { id, text: text() },
            Mutation::ChangeRequest {
                id,
                changes: Changes::default(),
            },
            Mutation::RenewRequest { id },
            Mutation::ExpireRequest { id },
            Mutation::PauseRequest { id },
            Mutation::ResumeRequest { id },
            Mutation::CancelRequest {
                id,
                reason: words(),
            },
            Mutation::RemoveRequest {
                id,
                reason: words(),
            },
            Mutation::ViewRequest { id },
            self.bookmark(),
            Mutation::RemoveBookmark { about: id.0 },
            self::application(id, PLEA),
            Mutation::WithdrawApplication { id: application },
            Mutation::ViewApplication { id: application },
            Mutation::ShortlistApplication {
                id: application,
                on: true,
            },
            Mutation::DeclineApplication {
                id: application,
                reason: words(),
            },
            Mutation::MakeOffer {
                id: OfferId(Uuid::now_v7()),
                application,
                terms: Box::new(terms("Everything in the description.")),
            },
            Mutation::RevokeOffer { id: offer },
            Mutation::AcceptOffer {
                id: offer,
                contract: ContractId(Uuid::now_v7()),
            },
            Mutation::DeclineOffer {
                id: offer,
                reason: words(),
            },
            Mutation::Deliver {
                id: contract,
                note: words(),
            },
            Mutation::RequestChanges {
                id: contract,
                note: words(),
            },
            Mutation::AcceptDelivery { id: contract },
            Mutation::CancelContract {
                id: contract,
                reason: words(),
            },
            Mutation::SendMessage {
                id: MessageId(Uuid::now_v7()),
                application,
                body: words(),
                attachments: Vec::new(),
            },
            Mutation::MarkRead {
                application,
                up_to: Timestamp(i64::MAX),
            },
            Mutation::WriteReview {
                contract,
                stars: 1,
                text: "What I think of people I never met.".into(),
            },
            Mutation::RevealReview { id: self.review },
        ]
    }
}

/// What a stranger hears when the thing is somebody else's. None: it is open to strangers, or about themselves.
fn expected(act: &Mutation) -> Option<Code> {
    match act {
        Mutation::RegisterPerson { .. }
        | Mutation::GrantRole { .. }
        | Mutation::RevokeRole { .. }
        | Mutation::ErasePerson {}
        | Mutation::SuspendPerson { .. }
        | Mutation::RestorePerson { .. }
        | Mutation::RemoveRequest { .. }
        | Mutation::ExpireRequest { .. }
        | Mutation::RevealReview { .. } => Some(Code::Forbidden),
        Mutation::PublishRequest { .. } => Some(Code::InvalidState),
        Mutation::AddRole { .. }
        | Mutation::SaveProfile { .. }
        | Mutation::ViewProfile { .. }
        | Mutation::ViewRequest { .. }
        | Mutation::PutBookmark { .. }
        | Mutation::RemoveBookmark { .. }
        | Mutation::SubmitApplication { .. } => None,
        Mutation::EditRequest { .. }
        | Mutation::ChangeRequest { .. }
        | Mutation::ChangeProfile { .. }
        | Mutation::PauseRequest { .. }
        | Mutation::ResumeRequest { .. }
        | Mutation::RenewRequest { .. }
        | Mutation::CancelRequest { .. }
        | Mutation::WithdrawApplication { .. }
        | Mutation::ViewApplication { .. }
        | Mutation::ShortlistApplication { .. }
        | Mutation::DeclineApplication { .. }
        | Mutation::MakeOffer { .. }
        | Mutation::RevokeOffer { .. }
        | Mutation::AcceptOffer { .. }
        | Mutation::DeclineOffer { .. }
        | Mutation::Deliver { .. }
        | Mutation::RequestChanges { .. }
        | Mutation::AcceptDelivery { .. }
        | Mutation::CancelContract { .. }
        | Mutation::SendMessage { .. }
        | Mutation::MarkRead { .. }
        | Mutation::WriteReview { .. } => Some(Code::NotFound),
    }
}

/// A market in which Ada and Ben have a request, an application, a live offer and a running contract.
async fn things(ada: &mut Desk, ben: &mut Desk) -> Things {
    ben.offers_skills(&["Rust"]).await;
    let (_, contract) = crate::deeds::hire(ada, ben).await;
    let request = ada.publishes().await;
    let application = ben.applies(request).await;
    let offer = ada.offers(application).await;
    Things {
        person: ben.account,
        request,
        client: ada.account,
        application,
        offer,
        contract,
        review: ReviewId::of(contract, ada.account),
    }
}

#[tokio::test]
async fn a_stranger_hears_the_same_of_another_ones_thing_as_of_nothing() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let theirs = things(&mut ada, &mut ben).await;
    let mut eve = server.person("Eve Both", oauth::Roles::BOTH).await;
    let before = (ada.everything().await, ben.everything().await);

    for (act, of_nothing) in theirs.acts().into_iter().zip(Things::nowhere().acts()) {
        let Some(code) = expected(&act) else { continue };
        let denied = eve.is_denied(act.clone()).await;
        assert_eq!(denied.code, code, "{act:?}");
        if code != Code::InvalidState {
            assert_eq!(denied, eve.is_denied(of_nothing).await, "{act:?}");
        }
    }

    assert_eq!((ada.everything().await, ben.everything().await), before);
}

#[tokio::test]
async fn what_is_open_to_strangers_needs_the_thing_and_the_role() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let theirs = things(&mut ada, &mut ben).await;
    let nothing = Things::nowhere();
    let mut eve = server.person("Eve Both", oauth::Roles::BOTH).await;
    let mut cat = server.client("Cat Client").await;
    let mut dan = server.freelancer("Dan Doer").await;
    let view_request = |things: &Things| Mutation::ViewRequest { id: things.request };
    let view_profile = |things: &Things| Mutation::ViewProfile {
        freelancer: things.person,
    };
    let apply = |things: &Things| application(things.request, PLEA);

    for act in [
        view_request(&nothing),
        view_profile(&nothing),
        nothing.bookmark(),
        apply(&nothing),
    ] {
        assert_eq!(eve.code(act.clone()).await, Code::NotFound, "{act:?}");
    }
    assert_eq!(cat.code(view_request(&theirs)).await, Code::Forbidden);
    assert_eq!(cat.code(apply(&theirs)).await, Code::Forbidden);
    assert_eq!(cat.code(theirs.bookmark()).await, Code::Forbidden);
    assert_eq!(dan.code(view_profile(&theirs)).await, Code::Forbidden);
    let publish = Mutation::PublishRequest {
        id: RequestId(Uuid::now_v7()),
        text: Box::new(request("A freelancer cannot hire", &["Rust"])),
    };
    assert_eq!(dan.code(publish).await, Code::Forbidden);
    let save = Mutation::SaveProfile {
        text: Box::new(profile("A client does not work", &["Rust"])),
    };
    assert_eq!(cat.code(save).await, Code::Forbidden);
    for act in [
        view_request(&theirs),
        view_profile(&theirs),
        theirs.bookmark(),
        apply(&theirs),
    ] {
        eve.does(act).await;
    }
    assert_eq!(ada.code(apply(&theirs)).await, Code::Forbidden, "her own");
}

#[tokio::test]
async fn nobody_makes_themselves_an_admin() {
    let server = TestServer::start().await;
    let mut eve = server.person("Eve Both", oauth::Roles::BOTH).await;
    let mut root = server.admin("Ada Admin").await;
    let mut max = server.moderator("Max Moderator").await;

    for desk in [&mut eve, &mut max, &mut root] {
        for role in TrustedRole::ALL {
            let grant = Mutation::GrantRole {
                person: desk.account,
                role,
                reason: "I would like to.".into(),
            };
            assert_eq!(desk.code(grant).await, Code::Forbidden);
        }
        let again = Mutation::RegisterPerson {
            name: "Another Name".into(),
            roles: Roles {
                moderator: true,
                admin: true,
                client: true,
                freelancer: true,
            },
        };
        assert_eq!(desk.code(again).await, Code::Forbidden);
    }
    eve.pull().await;
    assert!(!eve.replica.actor().roles.is_trusted());
}

#[test]
fn the_table_names_every_act() {
    let unknown = serde_json::json!({ "name": "", "args": {} });
    let error = serde_json::from_value::<Mutation>(unknown)
        .expect_err("there is no such act")
        .to_string();
    let known: BTreeSet<&str> = error.split('`').filter(|part| part.contains('.')).collect();
    let listed: Vec<String> = Things::nowhere()
        .acts()
        .iter()
        .map(|act| {
            let json = serde_json::to_value(act).expect("is JSON");
            json["name"].as_str().expect("is a name").to_owned()
        })
        .collect();

    assert!(known.len() >= 31, "{error}");
    assert_eq!(
        listed.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        known
    );
}
