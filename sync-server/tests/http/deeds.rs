//! What people do in most stories, in one word each.

use crate::desk::Desk;
use crate::texts::{euros, profile, request, terms};
use guildhall_domain::id::{ApplicationId, ContractId, MessageId, OfferId, RequestId};
use guildhall_domain::mutation::Mutation;
use uuid::Uuid;

/// A message that is long enough for an application.
pub(crate) const PLEA: &str = "I have done this many times before.";

impl Desk {
    /// Saves a profile with these skills.
    pub(crate) async fn offers_skills(&mut self, skills: &[&str]) {
        self.does(Mutation::SaveProfile {
            text: Box::new(profile("Builds what you need", skills)),
        })
        .await;
    }

    /// Publishes a request for these skills.
    pub(crate) async fn asks_for(&mut self, title: &str, skills: &[&str]) -> RequestId {
        let id = RequestId(Uuid::now_v7());
        self.does(Mutation::PublishRequest {
            id,
            text: Box::new(request(title, skills)),
        })
        .await;
        id
    }

    /// Publishes a request.
    pub(crate) async fn publishes(&mut self) -> RequestId {
        self.asks_for("A shop window for the web", &["Rust"]).await
    }

    pub(crate) async fn applies(&mut self, to: RequestId) -> ApplicationId {
        self.does(application(to, PLEA)).await;
        ApplicationId::of(to, self.account)
    }

    pub(crate) async fn offers(&mut self, application: ApplicationId) -> OfferId {
        let id = OfferId(Uuid::now_v7());
        self.does(Mutation::MakeOffer {
            id,
            application,
            terms: Box::new(terms("Everything in the description.")),
        })
        .await;
        id
    }

    pub(crate) async fn accepts(&mut self, id: OfferId) -> ContractId {
        let contract = ContractId(Uuid::now_v7());
        self.does(Mutation::AcceptOffer { id, contract }).await;
        contract
    }

    pub(crate) async fn says(&mut self, application: ApplicationId, body: &str) -> MessageId {
        let id = MessageId(Uuid::now_v7());
        self.does(Mutation::SendMessage {
            id,
            application,
            body: body.to_owned(),
            attachments: Vec::new(),
        })
        .await;
        id
    }

    pub(crate) async fn delivers(&mut self, id: ContractId) {
        self.does(Mutation::Deliver {
            id,
            note: "It is all in the folder.".to_owned(),
        })
        .await;
    }

    pub(crate) async fn rates(&mut self, contract: ContractId, stars: u8, text: &str) {
        self.does(Mutation::WriteReview {
            contract,
            stars,
            text: text.to_owned(),
        })
        .await;
    }
}

/// An application with a message.
pub(crate) fn application(to: RequestId, message: &str) -> Mutation {
    Mutation::SubmitApplication {
        request: to,
        message: message.to_owned(),
        price: euros(55),
        terms_version: 1,
    }
}

/// Hires somebody: request, application, offer and contract.
pub(crate) async fn hire(client: &mut Desk, freelancer: &mut Desk) -> (ApplicationId, ContractId) {
    let request = client.publishes().await;
    let application = freelancer.applies(request).await;
    let offer = client.offers(application).await;
    (application, freelancer.accepts(offer).await)
}
