//! One person alone finds somebody to talk to, from the first word to the last review.

use crate::town::{BEGIN, Town};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::id::{ApplicationId, ContractId, MessageId, OfferId, RequestId, ReviewId};
use guildhall_domain::message::Message;
use guildhall_domain::money::Money;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::{Offer, OfferStage, Terms};
use guildhall_domain::profile::Level;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestText, WantedSkill, Work};
use guildhall_domain::review::Review;
use guildhall_domain::row::Column;
use guildhall_domain::time::{Date, Timestamp};
use guildhall_server::demo::cast::{CLIENT, FREELANCER};
use guildhall_storage::server::ServerStore;
use uuid::Uuid;

fn day(days: i32) -> Date {
    Timestamp(BEGIN).day().plus_days(days)
}

fn request() -> Box<RequestText> {
    let skill = |name: &str, must: bool| WantedSkill {
        skill: guildhall_catalog::Catalog::get()
            .resolve(name)
            .map(|id| id.0),
        name: name.to_owned(),
        must,
        level: Level::Intermediate,
    };
    Box::new(RequestText {
        title: "Signs for the doors of a workshop house".to_owned(),
        description: "Eight doors, one street.".to_owned(),
        category: "design".to_owned(),
        skills: vec![skill("Graphic design", true), skill("Typography", false)],
        work: Work::Remote,
        place: None,
        start: day(21),
        end: day(60),
        hours_per_week: 10,
        budget: Some(Money {
            minor: 6_500,
            currency: "EUR".parse().expect("is one"),
        }),
        time_zone: "Europe/Berlin".to_owned(),
        languages: vec!["en".to_owned()],
    })
}

async fn applicants(store: &ServerStore, id: RequestId) -> Vec<Application> {
    store.list(Column::Request, id).await.expect("can be read")
}

async fn messages(store: &ServerStore, id: ApplicationId) -> Vec<Message> {
    let mut all: Vec<Message> = store
        .list(Column::Application, id)
        .await
        .expect("can be read");
    all.sort_by_key(|message| (message.at, message.id));
    all
}

async fn contract_of(store: &ServerStore, application: &Application) -> Option<Contract> {
    let all: Vec<Contract> = store
        .list(Column::Application, application.id)
        .await
        .expect("can be read");
    all.into_iter().next()
}

async fn both_reviewed(store: &ServerStore, contract: &Contract) -> Option<()> {
    for author in [contract.client, contract.freelancer] {
        let review: Option<Review> = store
            .find(ReviewId::of(contract.id, author))
            .await
            .expect("can be read");
        if review.is_none_or(|review| review.sealed) {
            return None;
        }
    }
    Some(())
}

#[tokio::test]
async fn a_client_alone_walks_the_whole_road() {
    let town = Town::lively().await;
    let id = RequestId(Uuid::now_v7());
    let publish = Mutation::PublishRequest {
        id,
        text: request(),
    };
    town.does(CLIENT, publish).await;

    let applicant = town
        .until("applications", async |store: &ServerStore| {
            let all = applicants(store, id).await;
            (all.len() >= 2).then(|| all[0].clone())
        })
        .await;
    assert!(applicants(&town.market.store, id).await.len() <= 4);

    let say = Mutation::SendMessage {
        id: MessageId(Uuid::now_v7()),
        application: applicant.id,
        body: "Could you start in three weeks?".to_owned(),
        attachments: Vec::new(),
    };
    town.does(CLIENT, say).await;
    let reply = town
        .until("a reply", async |store: &ServerStore| {
            messages(store, applicant.id).await.into_iter().nth(1)
        })
        .await;
    assert_eq!(reply.author, applicant.freelancer);
    assert!(
        reply.body.contains("works") || reply.body.contains("dates"),
        "{}",
        reply.body
    );

    let offer = OfferId(Uuid::now_v7());
    let terms = Box::new(Terms {
        scope: "Eight signs and one for the street.".to_owned(),
        rate: applicant.price,
        hours_per_week: 10,
        start: day(21),
        end: day(60),
    });
    let make = Mutation::MakeOffer {
        id: offer,
        application: applicant.id,
        terms,
    };
    town.does(CLIENT, make).await;
    let delivered = town
        .until("a delivery", async |store: &ServerStore| {
            let contract = contract_of(store, &applicant).await?;
            matches!(contract.stage, ContractStage::Delivered { .. }).then_some(contract)
        })
        .await;

    let note = "Please make the letters of the pottery a little larger.".to_owned();
    town.does(
        CLIENT,
        Mutation::RequestChanges {
            id: delivered.id,
            note,
        },
    )
    .await;
    town.until("a second delivery", async |store: &ServerStore| {
        let contract = contract_of(store, &applicant).await?;
        matches!(contract.stage, ContractStage::Delivered { .. }).then_some(())
    })
    .await;
    town.does(CLIENT, Mutation::AcceptDelivery { id: delivered.id })
        .await;
    let text = "Signs that everybody finds and nobody stumbles over.".to_owned();
    town.does(
        CLIENT,
        Mutation::WriteReview {
            contract: delivered.id,
            stars: 5,
            text,
        },
    )
    .await;
    town.until("both reviews", async |store: &ServerStore| {
        both_reviewed(store, &delivered).await
    })
    .await;
}

#[tokio::test]
async fn a_freelancer_alone_walks_the_whole_road() {
    let town = Town::lively().await;
    let mira = FREELANCER.account();
    let store = &town.market.store;
    let (without, _) = town
        .market
        .oauth
        .accounts_without_password()
        .await
        .expect("can be read");
    let pairs: Vec<Recommendation> = store
        .list(Column::Freelancer, mira)
        .await
        .expect("can be read");
    let mut chosen = None;
    for pair in pairs {
        let id = ApplicationId::of(pair.request, mira);
        let applied: Option<Application> = store.find(id).await.expect("can be read");
        if applied.is_none() && without.contains(&pair.client.0) {
            chosen = store
                .find::<Request>(pair.request)
                .await
                .expect("can be read");
        }
    }
    let request = chosen.expect("a request for her");
    let apply = Mutation::SubmitApplication {
        request: request.id,
        message: "I have done this twice and would gladly do it again.".to_owned(),
        price: Money {
            minor: 7_000,
            currency: "EUR".parse().expect("is one"),
        },
        terms_version: request.terms_version,
    };
    town.does(FREELANCER, apply).await;

    let id = ApplicationId::of(request.id, mira);
    let offer = town
        .until("an offer", async |store: &ServerStore| {
            let application: Application = store.find(id).await.expect("can be read")?;
            match application.stage {
                ApplicationStage::Offered { offer, .. } => Some(offer),
                _ => None,
            }
        })
        .await;
    assert_eq!(
        messages(store, id).await.len(),
        1,
        "a word before the offer"
    );
    let contract = ContractId(Uuid::now_v7());
    town.does(
        FREELANCER,
        Mutation::AcceptOffer {
            id: offer,
            contract,
        },
    )
    .await;
    let note = "Everything is done and described.".to_owned();
    town.does(FREELANCER, Mutation::Deliver { id: contract, note })
        .await;
    town.until("acceptance", async |store: &ServerStore| {
        let contract: Contract = store.find(contract).await.expect("can be read")?;
        matches!(contract.stage, ContractStage::Completed { .. }).then_some(())
    })
    .await;
    let text = "Clear wishes and a quick answer to each question.".to_owned();
    town.does(
        FREELANCER,
        Mutation::WriteReview {
            contract,
            stars: 5,
            text,
        },
    )
    .await;
    let contract: Contract = store
        .find(contract)
        .await
        .expect("can be read")
        .expect("is there");
    town.until("both reviews", async |store: &ServerStore| {
        both_reviewed(store, &contract).await
    })
    .await;
}

#[tokio::test]
async fn what_was_told_before_the_founding_stays_as_it_was_told() {
    let mut town = Town::founded().await;
    let mira = FREELANCER.account();
    let told = async |town: &Town| {
        let store = &town.market.store;
        let hers: Vec<Application> = store
            .list(Column::Freelancer, mira)
            .await
            .expect("can be read");
        let mut offers = store.all::<Offer>().await.expect("can be read");
        offers.retain(|offer| matches!(offer.stage, OfferStage::Sent { .. }));
        (hers, offers)
    };
    let before = told(&town).await;
    town.wake();

    // Once the inhabitants have answered something new, they have looked at everything old.
    let id = RequestId(Uuid::now_v7());
    town.does(
        CLIENT,
        Mutation::PublishRequest {
            id,
            text: request(),
        },
    )
    .await;
    town.until("applications", async |store: &ServerStore| {
        (applicants(store, id).await.len() >= 2).then_some(())
    })
    .await;

    assert_eq!(told(&town).await, before);
}

#[tokio::test]
async fn a_restart_does_nothing_twice_and_goes_on_where_it_stopped() {
    let mut town = Town::lively().await;
    let id = RequestId(Uuid::now_v7());
    town.does(
        CLIENT,
        Mutation::PublishRequest {
            id,
            text: request(),
        },
    )
    .await;
    let applied = town
        .until("applications", async |store: &ServerStore| {
            let all = applicants(store, id).await;
            (all.len() >= 2).then_some(all)
        })
        .await;
    town.inhabitants.abort();
    let _ = (&mut town.inhabitants).await;
    let count = applicants(&town.market.store, id).await.len();
    // Somebody writes while they are asleep.
    let thread = applied[0].id;
    let say = Mutation::SendMessage {
        id: MessageId(Uuid::now_v7()),
        application: thread,
        body: "Thank you!".to_owned(),
        attachments: Vec::new(),
    };
    town.does(CLIENT, say).await;
    assert_eq!(messages(&town.market.store, thread).await.len(), 1);

    town.wake();

    town.until("an answer", async |store: &ServerStore| {
        (messages(store, thread).await.len() == 2).then_some(())
    })
    .await;
    let now = applicants(&town.market.store, id).await.len();
    assert!(now >= count && now <= 4, "{count} applicants became {now}");
    let application = town.application(thread).await;
    assert_eq!(application.submitted, applied[0].submitted);
}
