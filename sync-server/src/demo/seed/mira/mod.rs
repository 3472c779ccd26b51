//! The year of the demo's freelancer: finished jobs with reviews, one that runs, and applications at every stage.

mod past;

pub(super) use self::past::person;

use self::past::{FINISHED, Finished};
use super::people::{Client, Freelancer};
use super::story::Stage;
use super::teller::{HOUR_MS, Posted, Side, Teller, Thread};
use guildhall_catalog::Catalog;
use guildhall_domain::money::Money;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Level;
use guildhall_domain::request::{RequestText, WantedSkill, Work};
use guildhall_domain::time::{DAY_MS, Timestamp};

/// Her year.
pub(super) fn live(teller: &mut Teller, stage: &Stage<'_>, mira: &Freelancer, clients: &[Client]) {
    let organisations: Vec<&Client> = clients.iter().filter(|client| !client.private).collect();
    let mut next = organisations.iter().cycle().copied();
    for finished in &FINISHED {
        if let Some(client) = next.next() {
            finish(teller, stage, mira, client, finished);
        }
    }
    let mut open = |teller: &mut Teller, days_ago: i64, title: &str, text: &str| {
        let client = next.next()?;
        let at = ago(stage, days_ago, 9);
        Some(post(teller, mira, client, (title, text), at, days_ago + 14))
    };

    if let Some(posted) = open(
        teller,
        33,
        "Reservations for a tool library",
        "Nine hundred households borrow drills, ladders and sewing machines. We need reservations, deposits and reminders behind a front end that exists.",
    ) {
        running(teller, stage, mira, &posted);
    }
    if let Some(posted) = open(
        teller,
        12,
        "Member area for a vegetable co-op",
        "600 households order their weekly share through a form nobody loves. We want a calm page to order, change and pause, and a packing list that is right.",
    ) {
        offered(teller, stage, mira, &posted);
    }
    if let Some(posted) = open(
        teller,
        9,
        "API between a seed catalogue and three shops",
        "Varieties, stock and prices are kept in one place and typed into three shops. They should arrive there by themselves.",
    ) {
        asked_back(teller, stage, mira, &posted);
    }
    if let Some(posted) = open(
        teller,
        5,
        "Search for a glass plate archive",
        "60,000 pictures with good descriptions and a search that finds none of them. PostgreSQL is there; know-how is not.",
    ) {
        others(teller, stage, mira, &posted, 4);
        if let Some(thread) = apply(teller, mira, &posted, stage.now.plus_ms(-3 * DAY_MS)) {
            teller.open(&thread, stage.now.plus_ms(-2 * DAY_MS));
        }
    }
    if let Some(posted) = open(
        teller,
        2,
        "Small web app for bird counts",
        "Three hundred volunteers count at dawn, often without reception. A quick list, a map, and a way to correct mistakes later.",
    ) {
        others(teller, stage, mira, &posted, 2);
        apply(teller, mira, &posted, stage.now.plus_ms(-20 * HOUR_MS));
    }
}

fn ago(stage: &Stage<'_>, days: i64, hour: i64) -> Timestamp {
    stage
        .now
        .plus_ms(-days * DAY_MS)
        .day()
        .start()
        .plus_ms(hour * HOUR_MS)
}

fn post<'a>(
    teller: &mut Teller,
    mira: &Freelancer,
    client: &'a Client,
    (title, text): (&str, &str),
    at: Timestamp,
    lead_days: i64,
) -> Posted<'a> {
    let wanted = |name: &'static str, must: bool, level: Level| {
        let found = Catalog::get().resolve(name);
        WantedSkill {
            skill: found.map(|id| id.0),
            name: name.to_owned(),
            must,
            level,
        }
    };
    let start = at.day().plus_days(i32::try_from(lead_days).unwrap_or(14));
    let text = RequestText {
        title: title.to_owned(),
        description: text.to_owned(),
        category: mira.calling.category.to_owned(),
        skills: vec![
            wanted("PostgreSQL", true, Level::Advanced),
            wanted("Back-end development", true, Level::Intermediate),
            wanted("REST APIs", false, Level::Intermediate),
            wanted("React", false, Level::Intermediate),
        ],
        work: Work::Remote,
        place: Some(client.city.place),
        start,
        end: start.plus_days(41),
        hours_per_week: 18,
        budget: mira.text.rate.map(|rate| Money {
            minor: rate.minor + 800,
            currency: rate.currency,
        }),
        time_zone: client.city.time_zone.to_owned(),
        languages: vec!["en".to_owned()],
    };
    teller.publish(client, text, at)
}

fn apply<'a>(
    teller: &mut Teller,
    mira: &'a Freelancer,
    posted: &Posted<'a>,
    at: Timestamp,
) -> Option<Thread<'a>> {
    let price = mira.text.rate?;
    let message = teller.letter(posted, mira, price);
    Some(teller.apply_with(posted, mira, at, (message, price)))
}

/// Others who apply, too.
fn others(
    teller: &mut Teller,
    stage: &Stage<'_>,
    mira: &Freelancer,
    posted: &Posted<'_>,
    most: usize,
) {
    let fitting = stage.fitting(posted, most + 10);
    for (place, freelancer) in fitting
        .into_iter()
        .filter(|other| other.account != mira.account)
        .enumerate()
    {
        let at = teller.later(posted.at, 200 + 90 * i64::try_from(place).unwrap_or(0));
        if place < most {
            teller.apply(posted, freelancer, at);
        } else {
            teller.look_at(posted, freelancer, at);
        }
    }
}

fn finish(
    teller: &mut Teller,
    stage: &Stage<'_>,
    mira: &Freelancer,
    client: &Client,
    finished: &Finished,
) {
    let at = ago(stage, finished.days_ago, 8);
    let posted = post(
        teller,
        mira,
        client,
        (finished.title, finished.text),
        at,
        10,
    );
    let applied = teller.later(at, 240);
    let Some(thread) = apply(teller, mira, &posted, applied) else {
        return;
    };
    let at = teller.later(thread.at, 200);
    teller.open(&thread, at);
    let at = teller.later(at, 60);
    teller.shortlist(&thread, at);
    let at = teller.later(at, 30);
    // She answers faster every month.
    let at = teller.exchange(
        &thread,
        ("client first", "freelancer answer"),
        at,
        30 + finished.days_ago / 2,
    );
    let at = teller.later(at, 500);
    let offer = teller.offer(&posted, &thread, at);
    let at = teller.later(at, 100);
    let contract = teller.accept(&thread, offer, at);
    let at = teller.later(at, 120);
    let at = teller.exchange(
        &thread,
        ("after hire", "after hire answer"),
        at,
        20 + finished.days_ago / 3,
    );
    let at = teller.days_later(at, finished.took / 2, finished.took / 2 + 2);
    teller.exchange(
        &thread,
        ("progress", "progress answer"),
        at,
        20 + finished.days_ago / 3,
    );
    let at = teller.days_later(at, finished.took / 2, finished.took / 2 + 2);
    teller.deliver(&thread, contract, at);
    let at = teller.later(at, 600);
    teller.accept_delivery(&thread, contract, at);
    let reviewed = teller.later(at, 500);
    teller.review(
        &thread,
        contract,
        Side::Client,
        reviewed,
        (finished.stars, finished.of_her.to_owned()),
    );
    let reviewed = teller.later(at, 700);
    teller.review(
        &thread,
        contract,
        Side::Freelancer,
        reviewed,
        (5, finished.of_them.to_owned()),
    );
}

/// The job she works on at present.
fn running(teller: &mut Teller, stage: &Stage<'_>, mira: &Freelancer, posted: &Posted<'_>) {
    others(teller, stage, mira, posted, 0);
    let applied = teller.later(posted.at, 300);
    let Some(thread) = apply(teller, mira, posted, applied) else {
        return;
    };
    let at = teller.later(thread.at, 300);
    teller.open(&thread, at);
    let at = teller.exchange(&thread, ("client first", "freelancer answer"), at, 30);
    let at = teller.later(at, 600);
    let offer = teller.offer(posted, &thread, at);
    let at = teller.later(at, 200);
    teller.accept(&thread, offer, at);
    let at = teller.later(at, 100);
    teller.exchange(&thread, ("after hire", "after hire answer"), at, 25);
    let at = ago(stage, 4, 10);
    teller.say(&thread, Side::Client, at, "Our volunteers tried the reservation list yesterday and found it at once. Could returns get a note on what is broken?");
    teller.say(&thread, Side::Freelancer, at.plus_ms(47 * 60_000), "Good idea, that fits in. I add a note and a picture to each return and show it on Thursday.");
}

/// An offer waits for her.
fn offered(teller: &mut Teller, stage: &Stage<'_>, mira: &Freelancer, posted: &Posted<'_>) {
    others(teller, stage, mira, posted, 3);
    let applied = stage.now.plus_ms(-7 * DAY_MS);
    let Some(thread) = apply(teller, mira, posted, applied) else {
        return;
    };
    let at = stage.now.plus_ms(-6 * DAY_MS);
    teller.open(&thread, at);
    teller.shortlist(&thread, at.plus_ms(2 * HOUR_MS));
    teller.say(&thread, Side::Client, at.plus_ms(3 * HOUR_MS), "Hello Mira, we have read all applications and yours twice. Could you start after the harvest, and would you come by once to see how we pack?");
    teller.say(&thread, Side::Freelancer, at.plus_ms(4 * HOUR_MS), "Gladly, both. Seeing the packing is how I would have started anyway. Is a Wednesday morning good?");
    teller.say(&thread, Side::Client, at.plus_ms(28 * HOUR_MS), "Wednesday is packing day, perfect. We talk to the board tonight and then send you the terms.");
    teller.read(&thread, mira.account, at.plus_ms(30 * HOUR_MS));
    teller.offer(posted, &thread, stage.now.plus_ms(-19 * HOUR_MS));
}

/// On the shortlist, with a question she has not read.
fn asked_back(teller: &mut Teller, stage: &Stage<'_>, mira: &Freelancer, posted: &Posted<'_>) {
    others(teller, stage, mira, posted, 5);
    let applied = stage.now.plus_ms(-5 * DAY_MS);
    let Some(thread) = apply(teller, mira, posted, applied) else {
        return;
    };
    let at = stage.now.plus_ms(-4 * DAY_MS);
    teller.open(&thread, at);
    teller.shortlist(&thread, at.plus_ms(HOUR_MS));
    teller.say(&thread, Side::Client, at.plus_ms(2 * HOUR_MS), "Thank you, this reads as if you knew our problem. Two of the shops have no API, only files. Is that a hindrance?");
    teller.say(&thread, Side::Freelancer, at.plus_ms(3 * HOUR_MS), "No, files are fine; I would check them on arrival and report what is odd. I have done it for a wholesaler last spring.");
    let unread = stage.now.plus_ms(-3 * HOUR_MS);
    teller.say(&thread, Side::Client, unread, "That is good to hear. Could you tell us roughly how many days the first shop would take, and what you need from us for it?");
    teller.act(
        unread.plus_ms(60_000),
        thread.client.account,
        Mutation::ViewProfile {
            freelancer: mira.account,
        },
    );
}
