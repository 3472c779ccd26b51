use crate::market::{Pair, application, backend, booking, terms};
use guildhall_desktop::screens::describe;
use guildhall_domain::id::{AccountId, ContractId, MessageId, OfferId, RequestId};
use guildhall_domain::mutation::{Mutation, OpenRole, TrustedRole};
use guildhall_domain::person::Roles;
use guildhall_domain::time::Timestamp;
use uuid::Uuid;

/// One of every act, about things that exist.
#[expect(clippy::too_many_lines, reason = "one line for each act there is")]
fn every_act(pair: &mut Pair) -> Vec<Mutation> {
    let submit = application(&pair.market, pair.request);
    let id = pair.apply();
    let offer = pair.market.offer(pair.client, id);
    let contract = pair.market.accept(pair.freelancer, offer);
    let (request, person) = (pair.request, pair.freelancer);
    let reason = String::new;
    vec![
        Mutation::RegisterPerson {
            name: reason(),
            roles: Roles::default(),
        },
        Mutation::AddRole {
            role: OpenRole::Freelancer,
        },
        Mutation::AddRole {
            role: OpenRole::Client,
        },
        Mutation::GrantRole {
            person,
            role: TrustedRole::Moderator,
            reason: reason(),
        },
        Mutation::RevokeRole {
            person,
            role: TrustedRole::Moderator,
            reason: reason(),
        },
        Mutation::ErasePerson {},
        Mutation::SuspendPerson {
            person,
            reason: reason(),
        },
        Mutation::RestorePerson {
            person,
            reason: reason(),
        },
        Mutation::SaveProfile {
            text: Box::new(backend()),
        },
        Mutation::ViewProfile { freelancer: person },
        Mutation::PublishRequest {
            id: request,
            text: Box::new(booking()),
        },
        Mutation::EditRequest {
            id: request,
            text: Box::new(booking()),
        },
        Mutation::PauseRequest { id: request },
        Mutation::ResumeRequest { id: request },
        Mutation::CancelRequest {
            id: request,
            reason: reason(),
        },
        Mutation::RemoveRequest {
            id: request,
            reason: reason(),
        },
        Mutation::ViewRequest { id: request },
        submit,
        Mutation::WithdrawApplication { id },
        Mutation::ViewApplication { id },
        Mutation::ShortlistApplication { id, on: true },
        Mutation::ShortlistApplication { id, on: false },
        Mutation::DeclineApplication {
            id,
            reason: reason(),
        },
        Mutation::MakeOffer {
            id: offer,
            application: id,
            terms: Box::new(terms()),
        },
        Mutation::RevokeOffer { id: offer },
        Mutation::AcceptOffer {
            id: offer,
            contract,
        },
        Mutation::DeclineOffer {
            id: offer,
            reason: reason(),
        },
        Mutation::Deliver {
            id: contract,
            note: reason(),
        },
        Mutation::RequestChanges {
            id: contract,
            note: reason(),
        },
        Mutation::AcceptDelivery { id: contract },
        Mutation::CancelContract {
            id: contract,
            reason: reason(),
        },
        Mutation::SendMessage {
            id: MessageId(Uuid::nil()),
            application: id,
            body: reason(),
            attachments: Vec::new(),
        },
        Mutation::MarkRead {
            application: id,
            up_to: Timestamp(0),
        },
        Mutation::WriteReview {
            contract,
            stars: 5,
            text: reason(),
        },
    ]
}

#[test]
fn every_act_is_described_without_a_raw_id_and_leads_somewhere() {
    let mut pair = Pair::new();
    let acts = every_act(&mut pair);
    let snapshot = pair.on_client();

    for act in &acts {
        let (what, route) = describe(act, &snapshot);
        assert!(
            what.chars().next().is_some_and(char::is_uppercase),
            "{what}"
        );
        assert!(!what.contains("0198") && !what.ends_with(' '), "{what}");
        assert!(!what.contains(['!', '_']), "{what}");
        assert!(route.starts_with('/'), "{route}");
    }
    let mut words: Vec<String> = acts.iter().map(|act| describe(act, &snapshot).0).collect();
    words.sort();
    words.dedup();
    assert_eq!(words.len(), acts.len(), "every act has words of its own");
}

#[test]
fn acts_on_things_this_device_does_not_hold_are_described_all_the_same() {
    let pair = Pair::new();
    let snapshot = pair.on_client();
    let gone = Uuid::from_u128(3);

    let words = |act: Mutation| describe(&act, &snapshot);

    assert_eq!(
        words(Mutation::AcceptOffer {
            id: OfferId(gone),
            contract: ContractId(gone)
        }),
        (
            "Accept the offer for a request".to_owned(),
            "/threads".to_owned()
        )
    );
    assert_eq!(
        words(Mutation::Deliver {
            id: ContractId(gone),
            note: String::new()
        })
        .0,
        "Deliver a job"
    );
    assert_eq!(
        words(Mutation::PauseRequest {
            id: RequestId(gone)
        })
        .0,
        "Pause a request"
    );
    let reason = String::new();
    assert_eq!(
        words(Mutation::SuspendPerson {
            person: AccountId(gone),
            reason
        })
        .0,
        "Suspend Somebody"
    );
}

#[test]
fn the_usual_acts_read_as_a_person_would_say_them() {
    let mut pair = Pair::new();
    let acts = every_act(&mut pair);
    let on_client = pair.on_client();
    let (request, id) = (
        pair.request,
        guildhall_domain::id::ApplicationId::of(pair.request, pair.freelancer),
    );
    let said: Vec<(String, String)> = acts.iter().map(|act| describe(act, &on_client)).collect();
    let has = |what: &str, route: String| {
        assert!(said.contains(&(what.to_owned(), route)), "{what}");
    };

    has(
        "Publish “Booking system rebuild”",
        format!("/requests/{request}"),
    );
    has(
        "Apply to “Booking system rebuild”",
        format!("/opportunities/{request}"),
    );
    has("Message to Mira Kessler", format!("/threads/{id}"));
    has("Make Mira Kessler an offer", format!("/threads/{id}"));
    has(
        "Accept the offer for “Booking system rebuild”",
        format!("/threads/{id}"),
    );
    has("Save your profile", "/profile".to_owned());
}
