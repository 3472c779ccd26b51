//! The life of one request: published, looked at, answered, decided, worked on, reviewed.

use super::ledger::Planned;
use crate::demo::money::priced;
use super::people::{Client, Freelancer};
use super::teller::{HOUR_MS, Posted, Side, Teller, Thread};
use crate::demo::words::{Calling, Job, Known, fill};
use guildhall_catalog::Catalog;
use guildhall_domain::id::{AccountId, ApplicationId, ContractId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Level;
use guildhall_domain::request::{Request, RequestStage, RequestText, WantedSkill, Work};
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

/// The request of a client for a job.
pub(super) fn request_text(
    teller: &mut Teller,
    client: &Client,
    (calling, job): (&Calling, &Job),
    at: Timestamp,
    lead_days: i64,
) -> RequestText {
    let city = client.city;
    let strict = teller.chance.percent(35);
    let mut wanted = |skill: &Known, must: bool| {
        let level = match (must, teller.chance.percent(30)) {
            (true, true) => Level::Advanced,
            (true, false) | (false, true) => Level::Intermediate,
            (false, false) => Level::Beginner,
        };
        WantedSkill {
            skill: skill.id,
            name: skill.name.to_owned(),
            must,
            level,
        }
    };
    // Most insist on one thing only.
    let asked = job.must.iter().enumerate();
    let mut skills: Vec<WantedSkill> = asked
        .map(|(place, skill)| wanted(skill, place == 0 || strict))
        .collect();
    skills.extend(job.nice.iter().map(|skill| wanted(skill, false)));
    let mut description = fill(job.text, &[("place", city.name), ("org", client.name.as_str())]);
    if teller.chance.percent(55) {
        description.push(' ');
        description.push_str(&teller.sentence("request tail", &[]));
    }
    let lead = i32::try_from(lead_days).unwrap_or(14);
    let start = at.day().plus_days(lead);
    let place_rate = if job.work == Work::Remote {
        i64::midpoint(city.rate, 95)
    } else {
        city.rate
    };
    let generous = teller.chance.between(98, 132);
    let budget = teller
        .chance
        .percent(84)
        .then(|| priced(calling.rate * generous * place_rate / 100, city.currency))
        .flatten();
    let languages = match job.work {
        Work::Remote if teller.chance.percent(65) => vec!["en".to_owned()],
        Work::Remote => Vec::new(),
        Work::OnSite | Work::Hybrid => vec![city.language.to_owned()],
    };
    RequestText {
        title: fill(job.title, &[("place", city.name)]),
        description,
        category: calling.category.to_owned(),
        skills,
        work: job.work,
        place: (job.work != Work::Remote || teller.chance.percent(50)).then_some(city.place),
        start,
        end: start.plus_days(i32::from(job.weeks) * 7 - 1),
        hours_per_week: job.hours,
        budget,
        time_zone: city.time_zone.to_owned(),
        languages,
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
fn gather<'a>(
    teller: &mut Teller,
    stage: &Stage<'a>,
    posted: &Posted<'a>,
) -> Vec<Thread<'a>> {
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
    let weights: Vec<u32> = (0..left.len())
        .map(|place| 60 >> place.min(5))
        .collect();
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

/// From the first day to the reviews; answers with the end of the work.
pub(super) fn work(
    teller: &mut Teller,
    posted: &Posted<'_>,
    thread: &Thread<'_>,
    contract: ContractId,
    began: Timestamp,
) -> Timestamp {
    let at = teller.later(began, 150);
    teller.exchange(thread, ("after hire", "after hire answer"), at, 100);
    let days = i64::from((posted.text.end.0 - posted.text.start.0).clamp(3, 80));
    let days = days * teller.chance.between(55, 115) / 100;
    let mut halfway = began;
    for _ in 0..teller.chance.below(3) {
        halfway = teller.days_later(halfway, (days / 4).max(1), (days / 3).max(1));
        teller.exchange(thread, ("progress", "progress answer"), halfway, 180);
    }
    if teller.chance.percent(6) {
        return break_off(teller, posted, thread, contract, halfway);
    }
    let mut delivered = teller.days_later(began, days.max(2), days.max(2) + 3);
    delivered = delivered.max(halfway.plus_ms(20 * HOUR_MS));
    teller.deliver(thread, contract, delivered);
    if teller.chance.percent(13) {
        let at = teller.later(delivered, 900);
        let note = teller.sentence("changes", &[]);
        teller.act(
            at,
            thread.client.account,
            Mutation::RequestChanges { id: contract, note },
        );
        delivered = teller.days_later(at, 1, 5).max(at.plus_ms(3 * HOUR_MS));
        teller.deliver(thread, contract, delivered);
    }
    let accepted = teller.later(delivered, 1_300);
    teller.accept_delivery(thread, contract, accepted);
    if teller.chance.percent(92) {
        let at = teller.later(accepted, 1_100);
        let judgement = teller.judgement(Side::Client);
        teller.review(thread, contract, Side::Client, at, judgement);
    }
    if teller.chance.percent(84) {
        let at = teller.later(accepted, 1_600);
        let judgement = teller.judgement(Side::Freelancer);
        teller.review(thread, contract, Side::Freelancer, at, judgement);
    }
    accepted
}

/// A contract that ends early; the request ends with it.
fn break_off(
    teller: &mut Teller,
    posted: &Posted<'_>,
    thread: &Thread<'_>,
    contract: ContractId,
    at: Timestamp,
) -> Timestamp {
    let at = teller.days_later(at, 2, 9);
    let by = if teller.chance.percent(60) {
        thread.client.account
    } else {
        thread.freelancer.account
    };
    let reason = teller.sentence("cancel contract", &[]);
    teller.act(
        at,
        by,
        Mutation::CancelContract {
            id: contract,
            reason,
        },
    );
    let ended = teller.later(at, 1_500);
    let reason = teller.sentence("cancel request", &[]);
    teller.act(
        ended,
        posted.client.account,
        Mutation::CancelRequest {
            id: posted.id,
            reason,
        },
    );
    at
}
