//! Who the demo's freelancer is, and what she finished.

use crate::demo::cast;
use crate::demo::seed::people::Freelancer;
use crate::demo::words::Words;
use guildhall_catalog::Catalog;
use guildhall_domain::money::Money;
use guildhall_domain::profile::{
    Fluency, HeldSkill, Level, PortfolioItem, ProfileText, SpokenLanguage,
};
use guildhall_domain::time::{DAY_MS, Timestamp};

/// Euro cents.
const RATE: i64 = 7_200;

const BIO: &str = "I build web applications for people who are not in the web business: bus companies, archives, a puppet theatre. \
Most of my work is the part behind the screen: data models, interfaces between programs, imports that say in plain words which line is wrong. \
I like Rust and PostgreSQL, and I write React when a client would rather have one person than two.\n\n\
I begin with an afternoon at your place, looking over shoulders. After that you get a short plan with a price, small steps you can see, \
and a handover that does not need me. I work from Leipzig, three to four days a week.";

/// Name, level, years.
const SKILLS: [(&str, Level, u8); 12] = [
    ("Rust", Level::Expert, 7),
    ("PostgreSQL", Level::Expert, 11),
    ("TypeScript", Level::Advanced, 8),
    ("React", Level::Advanced, 7),
    ("REST APIs", Level::Expert, 11),
    ("Back-end development", Level::Expert, 11),
    ("Node.js", Level::Advanced, 8),
    ("Full-stack development", Level::Advanced, 9),
    ("Docker", Level::Advanced, 6),
    ("SQL", Level::Expert, 12),
    ("Web development", Level::Advanced, 11),
    ("Web accessibility", Level::Intermediate, 4),
];

const WORKS: [(&str, &str, u16); 4] = [
    (
        "Timetables for a regional bus network",
        "Replaced nightly files by a log of events in Rust and PostgreSQL. A change reaches the signs at the stops within four seconds.",
        0,
    ),
    (
        "Ticket shop of a puppet theatre",
        "Two steps from seat to ticket, usable with a keyboard and a screen reader. Calls to the box office fell by half.",
        1,
    ),
    (
        "Finding aids of a city archive",
        "Two kilometres of shelves, searchable. The import tells the archivists what it did not understand, and why.",
        2,
    ),
    (
        "Ledger of a housing co-op",
        "Double entry with every rule as a constraint of the database. In use since 2019 without a wrong cent.",
        4,
    ),
];

/// What she finished: how many days ago it was published, how long it took, title, text, stars, what the client wrote, and she.
pub(super) struct Finished {
    pub(super) days_ago: i64,
    pub(super) took: i64,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) stars: u8,
    pub(super) of_her: &'static str,
    pub(super) of_them: &'static str,
}

pub(super) const FINISHED: [Finished; 7] = [
    Finished {
        days_ago: 322,
        took: 26,
        title: "Import old member lists into a database",
        text: "Eleven years of lists in four formats. We need them in one database and a report of what does not fit.",
        stars: 5,
        of_her: "Found 212 members we had lost. The report was so clear that our treasurer framed it.",
        of_them: "Answers within the hour and a treasurer who loves lists. Gladly again.",
    },
    Finished {
        days_ago: 276,
        took: 38,
        title: "Interface between ticket shop and door system",
        text: "Tickets are sold in one program and checked in another. They should know of each other before the season starts.",
        stars: 5,
        of_her: "Understood after one evening at the door what we had not managed to explain in a year. On time, tested, and explained.",
        of_them: "Clear wishes, real users to watch, quick payment.",
    },
    Finished {
        days_ago: 221,
        took: 30,
        title: "Rental calendar for cargo bikes",
        text: "Twenty-two bikes, four stations, one telephone. People should be able to book for themselves and we should see what is out.",
        stars: 4,
        of_her: "Very good work and a calendar people understand. Handover took a week longer than planned, which she said early.",
        of_them: "Nice team. The wishes grew a little on the way and so did the budget, fairly.",
    },
    Finished {
        days_ago: 168,
        took: 34,
        title: "Make the recipe search fast",
        text: "40,000 recipes, eight seconds. Somebody should find out why and mend it.",
        stars: 5,
        of_her: "From eight seconds to 90 milliseconds, and a page that explains how. We did not even need a new server.",
        of_them: "A well-kept code base and a cook who tests like a developer.",
    },
    Finished {
        days_ago: 117,
        took: 25,
        title: "Nightly exchange with a wholesaler",
        text: "Orders out, stock in, every night, and a mail to a human if something is odd.",
        stars: 5,
        of_her: "It has run every night since. The one time it did not, it told us what to do, and we did.",
        of_them: "Good preparation, and somebody who could decide.",
    },
    Finished {
        days_ago: 84,
        took: 22,
        title: "Accessible booking form for courses",
        text: "Our form shuts people out who do not use a mouse. Please change that; we have an audit with a list.",
        stars: 5,
        of_her: "Every point of the audit is closed, and three more that she found. Our blind colleague books for herself now.",
        of_them: "An audit that was fun to work through. Everything as agreed.",
    },
    Finished {
        days_ago: 55,
        took: 18,
        title: "Backups that can be restored",
        text: "We make backups every night and have never tried one. We would like to know, and to be able to do it ourselves.",
        stars: 4,
        of_her: "We practised the restore three times and now sleep better. A little more documentation would have been nice.",
        of_them: "Small, serious, friendly. Two people took part in every exercise.",
    },
];

/// Her account and profile.
pub(in crate::demo::seed) fn person(now: Timestamp) -> Option<Freelancer> {
    let words = Words::get();
    let calling = words
        .callings
        .iter()
        .find(|calling| calling.name == "Full-stack web developer")?;
    let home = words.cities.iter().find(|city| city.name == "Leipzig")?;
    let year = u16::try_from(now.day().civil().0).ok()?;
    let text = ProfileText {
        photo: None,
        headline: "Web and back-end developer, Rust to React".to_owned(),
        bio: BIO.to_owned(),
        category: calling.category.to_owned(),
        skills: SKILLS
            .iter()
            .map(|(name, level, years)| {
                let found = Catalog::get().resolve(name);
                HeldSkill {
                    skill: found.map(|id| id.0),
                    name: (*name).to_owned(),
                    level: *level,
                    years: *years,
                }
            })
            .collect(),
        portfolio: WORKS
            .iter()
            .map(|(title, text, ago)| PortfolioItem {
                title: (*title).to_owned(),
                text: (*text).to_owned(),
                link: String::new(),
                year: Some(year - ago),
            })
            .collect(),
        languages: [
            ("de", Fluency::Native),
            ("en", Fluency::Fluent),
            ("cs", Fluency::Conversational),
        ]
        .into_iter()
        .map(|(code, fluency)| SpokenLanguage {
            code: code.to_owned(),
            fluency,
        })
        .collect(),
        rate: Some(Money {
            minor: RATE,
            currency: home.currency.parse().ok()?,
        }),
        place: Some(home.place),
        remote_only: false,
        travel_radius_km: 60,
        time_zone: home.time_zone.to_owned(),
        hours_per_week: 28,
        free_from: Some(now.day().plus_days(9)),
    };
    let joined = now.plus_ms(-341 * DAY_MS);
    let member = cast::FREELANCER;
    Some(Freelancer::new(
        member.account(),
        member.name.to_owned(),
        member.email.to_owned(),
        joined,
        calling,
        text,
    ))
}
