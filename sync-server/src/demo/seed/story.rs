//! The life of one request: published, looked at, answered, decided, worked on, reviewed.

use super::ask::request_text;
use super::ledger::Planned;
use super::people::{Client, Freelancer};
use super::teller::{Posted, Teller, Thread};
use super::work::work;
use crate::demo::words::{Calling, Job};
use guildhall_catalog::Catalog;
use guildhall_domain::id::{AccountId, ApplicationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::time::{DAY_MS, Timestamp};
use guildhall_matching::{Hierarchy, Weights, rank_freelancers, relations, request_facts};
use std::collections::{BTreeMap, BTreeSet};

/// How a story ends, if there is time for it before the history does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Somebody is hired.
    Hired,
    /// The client calls it off.
    Cancelled,
    /// The client stops it for now.
    Paused,
    /// An admin takes it down.
    Removed,
    /// Nothing is decided.
    Open,
}

/// What a story is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Story<'a> {
    pub(super) client: &'a Client,
    pub(super) calling: &'static Calling,
    pub(super) job: &'static Job,
    pub(super) at: Timestamp,
    pub(super) ending: Ending,
    /// After how many days it is decided.
    pub(super) after_days: i64,
}

/// Everybody who may appear in a story.
pub(super) struct Stage<'a> {
    pub(super) freelancers: &'a [Freelancer],
    by_category: BTreeMap<&'static str, Vec<usize>>,
    /// People who keep out of stories: they have their own, or are to be suspended.
    apart: BTreeSet<AccountId>,
    busy_until: BTreeMap<AccountId, Timestamp>,
    relations: Hierarchy,
    pub(super) admin: AccountId,
    pub(super) now: Timestamp,
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        freelancers: &'a [Freelancer],
        apart: BTreeSet<AccountId>,
        admin: AccountId,
        now: Timestamp,
    ) -> Self {
        let mut by_category: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for (index, freelancer) in freelancers.iter().enumerate() {
            by_category
                .entry(freelancer.calling.category)
                .or_default()
                .push(index);
        }
        Self {
            freelancers,
            by_category,
            apart,
            busy_until: BTreeMap::new(),
            relations: relations(Catalog::get()),
            admin,
            now,
        }
    }

    /// Those of the trade who fit a request best and were there when it was published.
    pub(super) fn fitting(&self, posted: &Posted<'_>, most: usize) -> Vec<&'a Freelancer> {
        let request = Request {
            id: posted.id,
            client: posted.client.account,
            text: posted.text.clone(),
            terms_version: 1,
            places: 1,
            hired: 0,
            stage: RequestStage::Open,
            published: posted.at,
            changed: posted.at,
        };
        let facts = request_facts(&request, Catalog::get());
        let of_trade = self.by_category.get(posted.text.category.as_str());
        let there: Vec<&'a Freelancer> = of_trade
            .into_iter()
            .flatten()
            .filter_map(|index| self.freelancers.get(*index))
            .filter(|freelancer| {
                freelancer.joined.plus_ms(DAY_MS) < posted.at
                    && !self.apart.contains(&freelancer.account)
            })
            .collect();
        let ranked = rank_freelancers(
            &facts,
            there.iter().map(|freelancer| &freelancer.facts),
            &self.relations,
            &Weights::default(),
            most,
        );
        ranked
            .matches
            .iter()
            .filter_map(|found| {
                there
                    .iter()
                    .find(|freelancer| freelancer.facts.id == found.id)
                    .copied()
            })
            .collect()
    }

    fn is_free(&self, freelancer: &Freelancer, at: Timestamp) -> bool {
        self.busy_until
            .get(&freelancer.account)
            .is_none_or(|until| *until < at)
    }
}

/// Tells a story from its beginning to its end.
pub(super) fn tell(teller: &mut Teller, stage: &mut Stage<'_>, story: &Story<'_>) {
    let recent = story.at > stage.now.plus_ms(-60 * DAY_MS);
    let lead = if recent {
        teller.chance.between(24, 62)
    } else {
        teller.chance.between(9, 32)
    };
    let text = request_text(
        teller,
        story.client,
        (story.calling, story.job),
        story.at,
        lead,
    );
    let posted = teller.publish(story.client, text, story.at);
    let decided = teller.days_later(story.at, story.after_days, story.after_days + 2);

    // What happens until the decision; whatever would come later does not happen.
    let since = teller.plan.len();
    let before = std::mem::take(&mut teller.plan);
    let mut threads = gather(teller, stage, &posted);
    let meanwhile = std::mem::replace(&mut teller.plan, before);
    teller
        .plan
        .extend(meanwhile.into_iter().filter(|planned| planned.at < decided));
    threads.retain(|thread| thread.at < decided);

    match story.ending {
        Ending::Hired => hire(teller, stage, &posted, (&threads, since), decided),
        Ending::Cancelled => {
            let reason = teller.sentence("cancel request", &[]);
            teller.act(
                decided,
                story.client.account,
                Mutation::CancelRequest {
                    id: posted.id,
                    reason,
                },
            );
        }
        Ending::Paused => teller.act(
            decided,
            story.client.account,
            Mutation::PauseRequest { id: posted.id },
        ),
        Ending::Removed => {
            let reason = teller.sentence("remove request", &[]);
            teller.act(
                decided,
                stage.admin,
                Mutation::RemoveRequest {
                    id: posted.id,
                    reason,
                },
            );
        }
        Ending::Open => keep_open(teller, stage, &posted),
    }
}

/// A request that stayed open for long gets new dates.
fn keep_open(teller: &mut Teller, stage: &Stage<'_>, posted: &Posted<'_>) {
    let today = stage.now.day();
    if posted.text.start > today {
        return;
    }
    let length = posted.text.end.0 - posted.text.start.0;
    let mut text = posted.text.clone();
    text.start = today.plus_days(i32::try_from(teller.chance.between(12, 40)).unwrap_or(20));
    text.end = text.start.plus_days(length);
    let at = teller.days_later(stage.now, -9, -2);
    if at > posted.at {
        teller.act(
            at,
            posted.client.account,
            Mutation::EditRequest {
                id: posted.id,
                text: Box::new(text),
            },
        );
    }
}

/// Looks, applications, first talks. The client reads some at once and some never.
fn gather<'a>(teller: &mut Teller, stage: &Stage<'a>, posted: &Posted<'a>) -> Vec<Thread<'a>> {
    let fitting = stage.fitting(posted, 40);
    let client = posted.client;
    let mut at = posted.at;
    for freelancer in fitting.iter().take(teller.chance.below(7)) {
        at = teller.later(at, 9);
        teller.look_up(client, freelancer, at);
    }
    let wish = usize::try_from(teller.chance.between(2, 10)).unwrap_or(4);
    let mut threads = Vec::new();
    for (place, freelancer) in fitting.iter().enumerate() {
        let when = teller.later(posted.at, 900 + 240 * i64::try_from(place).unwrap_or(0));
        let eager = if place < 12 { 46 } else { 14 };
        if threads.len() < wish && teller.chance.percent(eager) {
            threads.extend(teller.apply(posted, freelancer, when));
        } else if teller.chance.percent(50) {
            teller.look_at(posted, freelancer, when);
        }
    }
    for thread in &threads {
        consider(teller, thread);
    }
    threads
}

/// The client looks at one application and answers, or does not.
fn consider(teller: &mut Teller, thread: &Thread<'_>) {
    if teller.chance.percent(18) {
        return;
    }
    let at = teller.later(thread.at, 700);
    teller.open(thread, at);
    if teller.chance.percent(4) {
        let at = teller.later(at, 2_000);
        teller.act(
            at,
            thread.freelancer.account,
            Mutation::WithdrawApplication { id: thread.id },
        );
        return;
    }
    if teller.chance.percent(44) {
        let at = teller.later(at, 300);
        teller.shortlist(thread, at);
        if teller.chance.percent(82) {
            let at = teller.later(at, 90);
            let at = teller.exchange(thread, ("client first", "freelancer answer"), at, 160);
            if teller.chance.percent(45) {
                let at = teller.later(at, 400);
                teller.exchange(thread, ("client more", "freelancer more"), at, 120);
            }
        }
    } else if teller.chance.percent(38) {
        let at = teller.later(at, 2_600);
        teller.decline(thread, at);
    }
}

/// An offer, perhaps a second one, a contract, and the work.
fn hire(
    teller: &mut Teller,
    stage: &mut Stage<'_>,
    posted: &Posted<'_>,
    (threads, since): (&[Thread<'_>], usize),
    at: Timestamp,
) {
    // Whoever withdrew or was turned down is out; so is who has no hands free.
    let ended: BTreeSet<ApplicationId> = teller
        .plan
        .iter()
        .skip(since)
        .filter_map(ended_by)
        .collect();
    let mut left: Vec<&Thread<'_>> = threads
        .iter()
        .filter(|thread| !ended.contains(&thread.id) && stage.is_free(thread.freelancer, at))
        .collect();
    if left.is_empty() {
        give_up(teller, posted, at);
        return;
    }
    // They came in the order of their fit: the first ones are mostly taken.
    let weights: Vec<u32> = (0..left.len()).map(|place| 60 >> place.min(5)).collect();
    let mut thread = left.remove(teller.chance.weighted(&weights));
    let mut offered = at;
    let mut offer = teller.offer(posted, thread, offered);
    if teller.chance.percent(9)
        && let Some(second) = left.first()
    {
        let declined = teller.later(offered, 500);
        let reason = teller.sentence("offer decline", &[]);
        teller.act(
            declined,
            thread.freelancer.account,
            Mutation::DeclineOffer { id: offer, reason },
        );
        thread = second;
        offered = teller.later(declined, 400);
        offer = teller.offer(posted, thread, offered);
    }
    let began = teller.later(offered, 380);
    let contract = teller.accept(thread, offer, began);
    let done = work(teller, posted, thread, contract, began);
    stage.busy_until.insert(thread.freelancer.account, done);
}

/// Nobody fitted: after a while the client stops looking.
fn give_up(teller: &mut Teller, posted: &Posted<'_>, at: Timestamp) {
    let at = teller.days_later(at, 10, 30);
    let reason = teller.sentence("cancel request", &[]);
    teller.act(
        at,
        posted.client.account,
        Mutation::CancelRequest {
            id: posted.id,
            reason,
        },
    );
}

/// The application that an act ended, if it ended one.
fn ended_by(planned: &Planned) -> Option<ApplicationId> {
    if let Mutation::WithdrawApplication { id } | Mutation::DeclineApplication { id, .. } =
        &planned.mutation
    {
        Some(*id)
    } else {
        None
    }
}
