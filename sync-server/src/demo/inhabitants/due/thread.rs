//! A thread between an inhabitant and somebody real.

use super::{Deed, Town, caused, chance_of, name_of};
use crate::demo::inhabitants::pace::Kind;
use crate::demo::letters::{self, Answerer, greeted, sentence};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::id::{
    AccountId, ApplicationId, ContractId, MessageId, MutationId, OfferId, ReviewId, derive,
};
use guildhall_domain::message::Message;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::Offer;
use guildhall_domain::request::Request;
use guildhall_domain::review::{REVIEW_WINDOW_MS, Review};
use guildhall_domain::row::Column;
use guildhall_domain::time::Timestamp;
use guildhall_storage::StoreError;
use guildhall_storage::server::ServerStore;
use uuid::Uuid;

/// A thread between an inhabitant and somebody real.
pub(super) struct Thread {
    application: Application,
    messages: Vec<Message>,
    me: AccountId,
    founded: Timestamp,
    now: Timestamp,
}

impl Thread {
    /// The thread, if exactly one of the two is an inhabitant.
    pub(super) async fn read(
        store: &ServerStore,
        town: &Town,
        id: ApplicationId,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let Some(application) = store.find::<Application>(id).await? else {
            return Ok(None);
        };
        let me = match (
            town.inhabitants.contains(&application.client),
            town.inhabitants.contains(&application.freelancer),
        ) {
            (true, false) => application.client,
            (false, true) => application.freelancer,
            (true, true) | (false, false) => return Ok(None),
        };
        let mut messages = store.list::<Message>(Column::Application, id).await?;
        messages.sort_by_key(|message| (message.at, message.id));
        Ok(Some(Self {
            application,
            messages,
            me,
            founded: town.founded,
            now,
        }))
    }

    fn is_client(&self) -> bool {
        self.me == self.application.client
    }

    /// Whether something happened since the market was founded.
    fn is_news(&self, at: Timestamp) -> bool {
        at >= self.founded
    }

    fn deed(&self, kind: Kind, acts: Vec<(MutationId, Mutation)>) -> Deed {
        Deed {
            actor: self.me,
            kind,
            acts,
        }
    }

    /// One message of mine, caused by something.
    fn say(&self, cause: Uuid, body: String) -> (MutationId, Mutation) {
        let id = caused("say", &[self.application.id.0, cause]);
        let message = Mutation::SendMessage {
            id: MessageId(derive("inhabitant-message", &[id.0])),
            application: self.application.id,
            body,
            attachments: Vec::new(),
        };
        (id, message)
    }

    pub(super) async fn due(&self, store: &ServerStore) -> Result<Option<Deed>, StoreError> {
        if let Some(deed) = self.answer(store).await? {
            return Ok(Some(deed));
        }
        match self.application.stage {
            ApplicationStage::Submitted
            | ApplicationStage::Viewed { .. }
            | ApplicationStage::Shortlisted { .. } => self.consider(store).await,
            ApplicationStage::Offered { offer, .. } => self.accept(store, offer).await,
            ApplicationStage::Hired { contract, .. } => self.work(store, contract).await,
            ApplicationStage::Declined { .. }
            | ApplicationStage::Withdrawn { .. }
            | ApplicationStage::Closed { .. } => Ok(None),
        }
    }

    /// A message waits for an answer.
    async fn answer(&self, store: &ServerStore) -> Result<Option<Deed>, StoreError> {
        let Some(last) = self.messages.last() else {
            return Ok(None);
        };
        if last.author == self.me || !self.is_news(last.at) {
            return Ok(None);
        }
        let you = name_of(store, last.author).await?;
        let freelancer = name_of(store, self.application.freelancer).await?;
        let answerer = if self.is_client() {
            Answerer::Client
        } else {
            Answerer::Freelancer
        };
        let mut chance = chance_of(last.id.0);
        let body = letters::reply(
            &mut chance,
            answerer,
            &last.body,
            greeted(&you, false),
            greeted(&freelancer, false),
        );
        Ok(Some(
            self.deed(Kind::Reply, vec![self.say(last.id.0, body)]),
        ))
    }

    /// An application lies on my desk: open it, shortlist it, make an offer.
    async fn consider(&self, store: &ServerStore) -> Result<Option<Deed>, StoreError> {
        let application = &self.application;
        let heard = self
            .messages
            .iter()
            .rev()
            .find(|message| message.author != self.me)
            .map_or(application.submitted, |message| message.at);
        if !self.is_client() || !self.is_news(heard.max(application.submitted)) {
            return Ok(None);
        }
        let Some(request) = store.find::<Request>(application.request).await? else {
            return Ok(None);
        };
        let offers = store
            .list::<Offer>(Column::Application, application.id)
            .await?;
        // Whoever turned an offer down gets no second one.
        if !request.is_open() || !offers.is_empty() {
            return Ok(None);
        }
        let (id, by) = (
            application.id,
            [
                application.id.0,
                Uuid::from_u64_pair(0, time(application.submitted)),
            ],
        );
        Ok(Some(match application.stage {
            ApplicationStage::Submitted => self.deed(
                Kind::Look,
                vec![(caused("open", &by), Mutation::ViewApplication { id })],
            ),
            ApplicationStage::Viewed { .. } => {
                let mut chance = chance_of(id.0);
                let words = sentence(&mut chance, "client shortlist", &[]);
                let shortlist = Mutation::ShortlistApplication { id, on: true };
                self.deed(
                    Kind::Look,
                    vec![
                        (caused("shortlist", &by), shortlist),
                        self.say(by[1], words),
                    ],
                )
            }
            ApplicationStage::Shortlisted { .. } => {
                let cause = caused("offer", &by);
                let mut chance = chance_of(cause.0);
                let earliest = self.now.day().plus_days(1);
                let terms = letters::terms(&mut chance, &request.text, application.price, earliest);
                let offer = Mutation::MakeOffer {
                    id: OfferId(derive("inhabitant-offer-id", &by)),
                    application: id,
                    terms: Box::new(terms),
                };
                self.deed(Kind::Decide, vec![(cause, offer)])
            }
            ApplicationStage::Offered { .. }
            | ApplicationStage::Hired { .. }
            | ApplicationStage::Declined { .. }
            | ApplicationStage::Withdrawn { .. }
            | ApplicationStage::Closed { .. } => return Ok(None),
        }))
    }

    /// An offer lies on the table: accept it.
    async fn accept(&self, store: &ServerStore, id: OfferId) -> Result<Option<Deed>, StoreError> {
        let offer = store.find::<Offer>(id).await?;
        let Some(offer) = offer.filter(|offer| offer.is_live(self.now)) else {
            return Ok(None);
        };
        // An offer from before the founding waits until its client says something.
        let said = |message: &Message| message.author != self.me && self.is_news(message.at);
        let is_news = self.is_news(offer.sent) || self.messages.iter().any(said);
        if self.is_client() || !is_news {
            return Ok(None);
        }
        let contract = ContractId(derive("inhabitant-contract", &[id.0]));
        let accept = Mutation::AcceptOffer { id, contract };
        let thanks = sentence(&mut chance_of(id.0), "accepted", &[]);
        Ok(Some(self.deed(
            Kind::Decide,
            vec![(caused("accept", &[id.0]), accept), self.say(id.0, thanks)],
        )))
    }

    /// A contract: deliver, accept a delivery, review.
    async fn work(&self, store: &ServerStore, id: ContractId) -> Result<Option<Deed>, StoreError> {
        let Some(contract) = store.find::<Contract>(id).await? else {
            return Ok(None);
        };
        let caused_at =
            |what: &str, at: Timestamp| caused(what, &[id.0, Uuid::from_u64_pair(0, time(at))]);
        Ok(match contract.stage {
            ContractStage::Active { at, .. } if !self.is_client() && self.is_news(at) => {
                let cause = caused_at("deliver", at);
                let note = sentence(&mut chance_of(cause.0), "delivery", &[]);
                Some(self.deed(Kind::Deliver, vec![(cause, Mutation::Deliver { id, note })]))
            }
            ContractStage::Delivered { at, .. } if self.is_client() && self.is_news(at) => {
                let accept = Mutation::AcceptDelivery { id };
                Some(self.deed(Kind::Receive, vec![(caused_at("receive", at), accept)]))
            }
            ContractStage::Completed { at } if self.is_news(at) => {
                self.review(store, id, at).await?
            }
            ContractStage::Active { .. }
            | ContractStage::Delivered { .. }
            | ContractStage::Completed { .. }
            | ContractStage::Cancelled { .. } => None,
        })
    }

    async fn review(
        &self,
        store: &ServerStore,
        contract: ContractId,
        completed: Timestamp,
    ) -> Result<Option<Deed>, StoreError> {
        let mine = store
            .find::<Review>(ReviewId::of(contract, self.me))
            .await?;
        if mine.is_some() || self.now > completed.plus_ms(REVIEW_WINDOW_MS) {
            return Ok(None);
        }
        let cause = caused("review", &[contract.0, self.me.0]);
        let mut chance = chance_of(cause.0);
        let stars = if chance.percent(78) { 5 } else { 4 };
        let occasion = if self.is_client() {
            format!("review {stars}")
        } else {
            format!("client review {stars}")
        };
        let write = Mutation::WriteReview {
            contract,
            stars,
            text: sentence(&mut chance, &occasion, &[]),
        };
        Ok(Some(self.deed(Kind::Review, vec![(cause, write)])))
    }
}

fn time(at: Timestamp) -> u64 {
    u64::try_from(at.0).unwrap_or(0)
}
