//! Writes down acts of a history: who does what when. Whether it was allowed, the rules say later.

use super::ledger::Planned;
use super::people::{Client, Freelancer};
use crate::demo::chance::Chance;
use crate::demo::letters;
use crate::demo::words::{Words, fill};
use guildhall_domain::id::{AccountId, ApplicationId, ContractId, MessageId, OfferId, RequestId};
use guildhall_domain::money::Money;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::RequestText;
use guildhall_domain::time::{DAY_MS, Timestamp};
use std::collections::BTreeSet;

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A request that was published.
#[derive(Debug, Clone)]
pub(super) struct Posted<'a> {
    pub(super) id: RequestId,
    pub(super) client: &'a Client,
    pub(super) text: RequestText,
    pub(super) at: Timestamp,
}

/// An application with its two people.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thread<'a> {
    pub(super) id: ApplicationId,
    pub(super) client: &'a Client,
    pub(super) freelancer: &'a Freelancer,
    pub(super) price: Money,
    pub(super) at: Timestamp,
}

/// Who of the two speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Freelancer,
}

/// The one who tells the history.
pub(super) struct Teller {
    pub(super) words: &'static Words,
    pub(super) chance: Chance,
    pub(super) plan: Vec<Planned>,
    /// People whose marks of what they have read are kept, because somebody will sign in as them.
    watched: BTreeSet<AccountId>,
}

impl Teller {
    pub(super) fn new(chance: Chance, watched: impl IntoIterator<Item = AccountId>) -> Self {
        Self {
            words: Words::get(),
            chance,
            plan: Vec::new(),
            watched: watched.into_iter().collect(),
        }
    }

    pub(super) fn act(&mut self, at: Timestamp, account: AccountId, mutation: Mutation) {
        self.plan.push(Planned {
            at,
            account,
            system: false,
            mutation,
        });
    }

    pub(super) fn system(&mut self, at: Timestamp, account: AccountId, mutation: Mutation) {
        self.plan.push(Planned {
            at,
            account,
            system: true,
            mutation,
        });
    }

    /// A while later: around so many minutes, and never in the night.
    pub(super) fn later(&mut self, at: Timestamp, minutes: i64) -> Timestamp {
        let percent = [25, 40, 60, 80, 100, 100, 130, 170, 240, 400];
        let percent = self.chance.pick(&percent).copied().unwrap_or(100);
        let jitter = self.chance.between(7_000, 170_000);
        awake(at.plus_ms(minutes * MINUTE_MS * percent / 100 + jitter))
    }

    /// Some days later, at another hour.
    pub(super) fn days_later(&mut self, at: Timestamp, low: i64, high: i64) -> Timestamp {
        let days = self.chance.between(low, high) * DAY_MS;
        awake(at.plus_ms(days + self.chance.between(-5 * HOUR_MS, 5 * HOUR_MS)))
    }

    pub(super) fn sentence(&mut self, occasion: &str, values: &[(&str, &str)]) -> String {
        letters::sentence(&mut self.chance, occasion, values)
    }

    pub(super) fn publish<'a>(
        &mut self,
        client: &'a Client,
        text: RequestText,
        at: Timestamp,
    ) -> Posted<'a> {
        let id = RequestId(self.chance.id(at));
        self.act(
            at,
            client.account,
            Mutation::PublishRequest {
                id,
                text: Box::new(text.clone()),
            },
        );
        Posted {
            id,
            client,
            text,
            at,
        }
    }

    pub(super) fn look_at(&mut self, posted: &Posted<'_>, freelancer: &Freelancer, at: Timestamp) {
        self.act(
            at,
            freelancer.account,
            Mutation::ViewRequest { id: posted.id },
        );
    }

    pub(super) fn look_up(&mut self, client: &Client, freelancer: &Freelancer, at: Timestamp) {
        self.act(
            at,
            client.account,
            Mutation::ViewProfile {
                freelancer: freelancer.account,
            },
        );
    }

    /// Opens the request, then applies.
    pub(super) fn apply<'a>(
        &mut self,
        posted: &Posted<'a>,
        freelancer: &'a Freelancer,
        at: Timestamp,
    ) -> Option<Thread<'a>> {
        let price = letters::price(&mut self.chance, &posted.text, &freelancer.text)?;
        let message = self.letter(posted, freelancer, price);
        Some(self.apply_with(posted, freelancer, at, (message, price)))
    }

    pub(super) fn apply_with<'a>(
        &mut self,
        posted: &Posted<'a>,
        freelancer: &'a Freelancer,
        at: Timestamp,
        (message, price): (String, Money),
    ) -> Thread<'a> {
        self.look_at(posted, freelancer, at);
        let at = at.plus_ms(self.chance.between(6 * MINUTE_MS, 80 * MINUTE_MS));
        self.act(
            at,
            freelancer.account,
            Mutation::SubmitApplication {
                request: posted.id,
                message,
                price,
                terms_version: 1,
            },
        );
        Thread {
            id: ApplicationId::of(posted.id, freelancer.account),
            client: posted.client,
            freelancer,
            price,
            at,
        }
    }

    /// A letter of application.
    pub(super) fn letter(
        &mut self,
        posted: &Posted<'_>,
        freelancer: &Freelancer,
        price: Money,
    ) -> String {
        let you = letters::greeted(&posted.client.name, !posted.client.private);
        letters::application(&mut self.chance, &posted.text, &freelancer.text, you, price)
    }

    pub(super) fn open(&mut self, thread: &Thread<'_>, at: Timestamp) {
        self.act(
            at,
            thread.client.account,
            Mutation::ViewApplication { id: thread.id },
        );
    }

    pub(super) fn shortlist(&mut self, thread: &Thread<'_>, at: Timestamp) {
        self.act(
            at,
            thread.client.account,
            Mutation::ShortlistApplication {
                id: thread.id,
                on: true,
            },
        );
    }

    pub(super) fn decline(&mut self, thread: &Thread<'_>, at: Timestamp) {
        let reason = self.sentence("decline", &[]);
        self.act(
            at,
            thread.client.account,
            Mutation::DeclineApplication {
                id: thread.id,
                reason,
            },
        );
    }

    /// One of the two writes; who writes has read what stands above.
    pub(super) fn say(
        &mut self,
        thread: &Thread<'_>,
        side: Side,
        at: Timestamp,
        body: impl Into<String>,
    ) {
        let account = match side {
            Side::Client => thread.client.account,
            Side::Freelancer => thread.freelancer.account,
        };
        self.read(thread, account, at);
        let id = MessageId(self.chance.id(at));
        self.act(
            at,
            account,
            Mutation::SendMessage {
                id,
                application: thread.id,
                body: body.into(),
                attachments: Vec::new(),
            },
        );
    }

    /// Somebody who is watched has read a thread up to here.
    pub(super) fn read(&mut self, thread: &Thread<'_>, account: AccountId, at: Timestamp) {
        if self.watched.contains(&account) {
            self.act(
                at,
                account,
                Mutation::MarkRead {
                    application: thread.id,
                    up_to: at,
                },
            );
        }
    }

    /// A question and its answer; answers with the time of the answer.
    pub(super) fn exchange(
        &mut self,
        thread: &Thread<'_>,
        (question, answer): (&str, &str),
        at: Timestamp,
        minutes: i64,
    ) -> Timestamp {
        let (questions, answers) = (self.words.sentences(question), self.words.sentences(answer));
        let index = self.chance.below(questions.len().min(answers.len()));
        let values = [("me", thread.freelancer.first_name())];
        let text = |of: &[&str]| {
            of.get(index)
                .map(|sentence| fill(sentence, &values))
                .unwrap_or_default()
        };
        let (asked, answered) = (text(questions), text(answers));
        self.say(thread, Side::Client, at, asked);
        let reply = self.later(at, minutes);
        self.say(thread, Side::Freelancer, reply, answered);
        reply
    }

    pub(super) fn offer(
        &mut self,
        posted: &Posted<'_>,
        thread: &Thread<'_>,
        at: Timestamp,
    ) -> OfferId {
        let id = OfferId(self.chance.id(at));
        let earliest = at.day().plus_days(2);
        let terms = letters::terms(&mut self.chance, &posted.text, thread.price, earliest);
        self.act(
            at,
            thread.client.account,
            Mutation::MakeOffer {
                id,
                application: thread.id,
                terms: Box::new(terms),
            },
        );
        id
    }

    pub(super) fn accept(
        &mut self,
        thread: &Thread<'_>,
        offer: OfferId,
        at: Timestamp,
    ) -> ContractId {
        let contract = ContractId(self.chance.id(at));
        self.act(
            at,
            thread.freelancer.account,
            Mutation::AcceptOffer {
                id: offer,
                contract,
            },
        );
        contract
    }

    pub(super) fn deliver(&mut self, thread: &Thread<'_>, id: ContractId, at: Timestamp) {
        let note = self.sentence("delivery", &[]);
        self.act(
            at,
            thread.freelancer.account,
            Mutation::Deliver { id, note },
        );
    }

    pub(super) fn accept_delivery(&mut self, thread: &Thread<'_>, id: ContractId, at: Timestamp) {
        self.act(at, thread.client.account, Mutation::AcceptDelivery { id });
    }

    pub(super) fn review(
        &mut self,
        thread: &Thread<'_>,
        contract: ContractId,
        side: Side,
        at: Timestamp,
        (stars, text): (u8, String),
    ) {
        let account = match side {
            Side::Client => thread.client.account,
            Side::Freelancer => thread.freelancer.account,
        };
        self.act(
            at,
            account,
            Mutation::WriteReview {
                contract,
                stars,
                text,
            },
        );
    }

    /// Stars as people give them, mostly five and rarely two, with words to match.
    pub(super) fn judgement(&mut self, side: Side) -> (u8, String) {
        let stars = [5, 4, 3, 2, 1][self.chance.weighted(&[71, 16, 6, 2, 5])];
        let occasion = match side {
            Side::Client => format!("review {stars}"),
            Side::Freelancer => format!("client review {stars}"),
        };
        (stars, self.sentence(&occasion, &[]))
    }
}

/// The same instant, or the next morning if it lies in the night.
pub(super) fn awake(at: Timestamp) -> Timestamp {
    let hour = at.0.rem_euclid(DAY_MS) / HOUR_MS;
    match hour {
        0..=5 => at.plus_ms(6 * HOUR_MS),
        21.. => at.plus_ms(9 * HOUR_MS),
        _ => at,
    }
}
