//! The year of the demo's client: an open workshop house that always looks for somebody.

mod wishes;

use self::wishes::{BEES, BOOK, BOOKS, FINISHED, PIECES, POSTERS, ROOMS, Wish};
use super::people::Client;
use super::story::Stage;
use super::teller::{HOUR_MS, Posted, Side, Teller, Thread};
use crate::demo::cast;
use crate::demo::words::Words;
use guildhall_catalog::Catalog;
use guildhall_domain::id::ContractId;
use guildhall_domain::money::Money;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Level;
use guildhall_domain::request::{RequestText, WantedSkill, Work};
use guildhall_domain::time::{DAY_MS, Timestamp};

/// Her account.
pub(super) fn person(now: Timestamp) -> Option<Client> {
    let city = Words::get()
        .cities
        .iter()
        .find(|city| city.name == "Leipzig")?;
    let member = cast::CLIENT;
    Some(Client {
        account: member.account(),
        name: member.name.to_owned(),
        email: member.email.to_owned(),
        joined: now.plus_ms(-318 * DAY_MS),
        private: true,
        kind: "",
        city,
    })
}

/// Her year.
pub(super) fn live(teller: &mut Teller, stage: &Stage<'_>, tessel: &Client) {
    for (wish, stars, of_them, of_her) in &FINISHED {
        if let Some((posted, thread)) = hired(teller, stage, tessel, wish) {
            finish(teller, &posted, &thread, (*stars, of_them, of_her));
        }
    }
    if let Some((posted, thread)) = hired(teller, stage, tessel, &BOOKS) {
        begin(teller, &posted, &thread);
        let at = stage.now.plus_ms(-6 * DAY_MS);
        teller.say(&thread, Side::Freelancer, at, "October is closed. Two receipts of the paint supplier are missing; could you look for them?");
        teller.say(
            &thread,
            Side::Client,
            at.plus_ms(5 * HOUR_MS),
            "Found, scanned, in the folder. Thank you for asking twice.",
        );
    }
    if let Some((posted, thread)) = hired(teller, stage, tessel, &POSTERS) {
        let contract = begin(teller, &posted, &thread);
        let at = stage.now.plus_ms(-12 * DAY_MS);
        teller.say(
            &thread,
            Side::Freelancer,
            at,
            "Here are the first three: wood, lead, clay. Lead is my favourite and may be too dark.",
        );
        teller.say(&thread, Side::Client, at.plus_ms(90 * 60_000), "Lead is wonderful, keep it dark. Our printer says the lines in clay should be a little stronger.");
        teller.deliver(&thread, contract, stage.now.plus_ms(-5 * HOUR_MS));
    }
    rooms(teller, stage, tessel);
    pieces(teller, stage, tessel);
    let posted = post(teller, stage, tessel, &BOOK);
    applicants(teller, stage, &posted, 2);
    let posted = post(teller, stage, tessel, &BEES);
    applicants(teller, stage, &posted, 1);
    teller.act(
        posted.at.plus_ms(9 * DAY_MS),
        tessel.account,
        Mutation::PauseRequest { id: posted.id },
    );
}

/// Applicants at every stage, one of them with a message she has not read.
fn rooms(teller: &mut Teller, stage: &Stage<'_>, tessel: &Client) {
    let posted = post(teller, stage, tessel, &ROOMS);
    let threads = applicants(teller, stage, &posted, 6);
    let hour = |hours: i64| stage.now.plus_ms(-hours * HOUR_MS);
    if let Some(thread) = threads.first() {
        teller.open(thread, hour(50));
        teller.shortlist(thread, hour(49));
        teller.say(thread, Side::Client, hour(48), "Hello, I like that you ask about cancellations first. Do you know a payment service that a small association may use?");
        teller.say(thread, Side::Freelancer, hour(46), "Yes, two; one of them costs nothing but the fee for each payment. I would show you both before you decide.");
        teller.say(
            thread,
            Side::Client,
            hour(30),
            "Good. And could you be here on Tuesdays and Thursdays after lunch?",
        );
        teller.say(thread, Side::Freelancer, hour(2), "Tuesdays and Thursdays work until spring. I could also come by this week to see the rooms, if you like.");
    }
    if let Some(thread) = threads.get(1) {
        teller.open(thread, hour(44));
        teller.shortlist(thread, hour(26));
    }
    if let Some(thread) = threads.get(2) {
        teller.open(thread, hour(43));
        teller.decline(thread, hour(25));
    }
    if let Some(thread) = threads.get(3) {
        teller.open(thread, hour(27));
    }
}

/// One offer is out.
fn pieces(teller: &mut Teller, stage: &Stage<'_>, tessel: &Client) {
    let posted = post(teller, stage, tessel, &PIECES);
    let threads = applicants(teller, stage, &posted, 4);
    let hour = |hours: i64| stage.now.plus_ms(-hours * HOUR_MS);
    if let Some(thread) = threads.first() {
        teller.open(thread, hour(90));
        teller.shortlist(thread, hour(89));
        teller.say(
            thread,
            Side::Client,
            hour(88),
            "The staircase is four metres high. Is that a problem?",
        );
        teller.say(thread, Side::Freelancer, hour(80), "Not with a ladder and a long lens. I would do the large pieces on the first day, when the light comes from the side.");
        teller.offer(&posted, thread, hour(22));
    }
    if let Some(thread) = threads.get(1) {
        teller.open(thread, hour(87));
    }
}

fn post<'a>(teller: &mut Teller, stage: &Stage<'_>, tessel: &'a Client, wish: &Wish) -> Posted<'a> {
    let at = stage
        .now
        .plus_ms(-wish.days_ago * DAY_MS)
        .day()
        .start()
        .plus_ms(8 * HOUR_MS + 25 * 60_000);
    let skill = |name: &&'static str, must: bool| WantedSkill {
        skill: Catalog::get().resolve(name).map(|id| id.0),
        name: (*name).to_owned(),
        must,
        level: Level::Intermediate,
    };
    let must = wish.must.iter().map(|name| skill(name, true));
    let nice = wish.nice.iter().map(|name| skill(name, false));
    let start = at.day().plus_days(wish.lead);
    let text = RequestText {
        title: wish.title.to_owned(),
        description: wish.text.to_owned(),
        category: wish.category.to_owned(),
        skills: must.chain(nice).collect(),
        work: wish.work,
        place: Some(tessel.city.place),
        start,
        end: start.plus_days(wish.weeks * 7 - 1),
        hours_per_week: wish.hours,
        budget: tessel.city.currency.parse().ok().map(|currency| Money {
            minor: wish.budget * 100,
            currency,
        }),
        time_zone: tessel.city.time_zone.to_owned(),
        languages: match wish.work {
            Work::Remote => vec!["en".to_owned()],
            Work::OnSite | Work::Hybrid => vec!["de".to_owned()],
        },
    };
    teller.publish(tessel, text, at)
}

/// The best fitting apply within two days, others look.
fn applicants<'a>(
    teller: &mut Teller,
    stage: &Stage<'a>,
    posted: &Posted<'a>,
    most: usize,
) -> Vec<Thread<'a>> {
    let fitting = stage.fitting(posted, most + 14);
    for freelancer in fitting.iter().take(4) {
        let at = teller.later(posted.at, 20);
        teller.look_up(posted.client, freelancer, at);
    }
    let mut threads = Vec::new();
    for (place, freelancer) in fitting.into_iter().enumerate() {
        let step = i64::try_from(place).unwrap_or(0);
        if place < most {
            let at = posted
                .at
                .plus_ms(HOUR_MS + 5 * HOUR_MS * step + teller.chance.between(0, HOUR_MS));
            threads.extend(teller.apply(posted, freelancer, at));
        } else {
            let at = teller.later(posted.at, 300 + 60 * step);
            teller.look_at(posted, freelancer, at);
        }
    }
    threads
}

/// A request up to its accepted offer.
fn hired<'a>(
    teller: &mut Teller,
    stage: &Stage<'a>,
    tessel: &'a Client,
    wish: &Wish,
) -> Option<(Posted<'a>, Thread<'a>)> {
    let posted = post(teller, stage, tessel, wish);
    let threads = applicants(teller, stage, &posted, 3);
    let thread = *threads.first()?;
    for thread in &threads {
        let at = thread
            .at
            .plus_ms(teller.chance.between(2 * HOUR_MS, 9 * HOUR_MS));
        teller.open(thread, at);
    }
    let at = posted.at.plus_ms(2 * DAY_MS);
    teller.shortlist(&thread, at);
    teller.exchange(
        &thread,
        ("client first", "freelancer answer"),
        at.plus_ms(HOUR_MS),
        80,
    );
    Some((posted, thread))
}

fn begin(teller: &mut Teller, posted: &Posted<'_>, thread: &Thread<'_>) -> ContractId {
    let at = posted.at.plus_ms(4 * DAY_MS);
    let offer = teller.offer(posted, thread, at);
    let at = at.plus_ms(teller.chance.between(HOUR_MS, 20 * HOUR_MS));
    let contract = teller.accept(thread, offer, at);
    let at = teller.later(at, 60);
    let at = teller.exchange(thread, ("after hire", "after hire answer"), at, 60);
    teller.read(thread, posted.client.account, at.plus_ms(HOUR_MS));
    contract
}

fn finish(
    teller: &mut Teller,
    posted: &Posted<'_>,
    thread: &Thread<'_>,
    (stars, of_them, of_her): (u8, &str, &str),
) {
    let contract = begin(teller, posted, thread);
    let days = i64::from(posted.text.end.0 - posted.text.start.0) + 14;
    let at = teller.days_later(posted.at, days, days + 3);
    teller.deliver(thread, contract, at);
    let at = teller.later(at, 300);
    teller.accept_delivery(thread, contract, at);
    let reviewed = teller.later(at, 300);
    teller.review(
        thread,
        contract,
        Side::Client,
        reviewed,
        (stars, of_them.to_owned()),
    );
    let reviewed = teller.later(at, 500);
    teller.review(
        thread,
        contract,
        Side::Freelancer,
        reviewed,
        (5, of_her.to_owned()),
    );
}
