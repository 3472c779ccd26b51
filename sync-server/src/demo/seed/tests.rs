use super::*;
use crate::demo::words::Words;
use guildhall_catalog::Catalog;
use guildhall_domain::activity::ActivityKind;
use guildhall_domain::activity::{Activity, Tally};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::message::{Message, ReadMark};
use guildhall_domain::profile::Level;
use guildhall_domain::request::{RequestStage, RequestText, WantedSkill};
use guildhall_domain::review::Review;
use guildhall_matching::{
    FreelancerFacts, Weights, freelancer_facts, rank_freelancers, relations, request_facts,
};
use std::sync::LazyLock;

const NOW: Timestamp = Timestamp(1_795_000_000_000);
const SMALL: Size = Size {
    freelancers: 250,
    requests: 40,
    seed: 7,
};

static MARKET: LazyLock<History> =
    LazyLock::new(|| history(Size::default(), NOW).expect("is legal"));

fn all<N: Noun + 'static>() -> impl Iterator<Item = &'static N> {
    MARKET.rows.iter().filter_map(N::in_row)
}

fn written(history: &History) -> Vec<String> {
    let encode = |row: &Row| format!("{:?} {}", row.table(), row.encode().expect("is JSON"));
    history.rows.iter().map(encode).collect()
}

#[test]
fn the_same_seed_makes_the_same_market_to_the_letter() {
    let first = history(SMALL, NOW).expect("is legal");
    let again = history(SMALL, NOW).expect("is legal");
    let other = history(Size { seed: 8, ..SMALL }, NOW).expect("is legal");

    assert_eq!(written(&first), written(&again));
    assert_eq!(first.inhabitants, again.inhabitants);
    assert_ne!(written(&first), written(&other));
}

#[test]
fn no_seed_and_no_day_makes_an_act_that_a_rule_refuses() {
    for seed in 0..12 {
        let now = NOW.plus_ms(i64::try_from(seed).expect("is small") * 37 * DAY_MS + 3_600_000 * 5);
        let history = history(Size { seed, ..SMALL }, now);
        assert!(history.is_ok(), "seed {seed}: {history:?}");
    }
}

#[test]
fn it_is_as_large_as_was_asked_for() {
    assert_eq!(all::<Profile>().count(), 2_001);
    assert_eq!(MARKET.inhabitants.len(), 2_000 + 120);
    let requests = all::<Request>().count();
    assert!((315..=330).contains(&requests), "{requests}");
    let names: BTreeSet<&str> = all::<Person>().map(|person| person.name.as_str()).collect();
    assert_eq!(names.len(), all::<Person>().count(), "a name twice");
    let emails: BTreeSet<&str> = MARKET.inhabitants.iter().map(|one| one.email.as_str()).collect();
    assert_eq!(emails.len(), MARKET.inhabitants.len(), "an address twice");
}

#[test]
fn requests_are_mostly_open_filled_or_closed() {
    let share = |is: fn(&RequestStage) -> bool| {
        let count = all::<Request>().filter(|request| is(&request.stage)).count();
        count * 100 / all::<Request>().count()
    };
    let open = share(|stage| matches!(stage, RequestStage::Open));
    let filled = share(|stage| matches!(stage, RequestStage::Filled { .. }));
    let closed = share(|stage| matches!(stage, RequestStage::Closed { .. }));
    let removed = share(|stage| matches!(stage, RequestStage::Removed { .. }));
    assert!((20..=45).contains(&open), "open {open}");
    assert!((4..=25).contains(&filled), "filled {filled}");
    assert!((25..=55).contains(&closed), "closed {closed}");
    assert!(removed <= 6, "removed {removed}");
}

#[test]
fn open_requests_find_people_and_lie_ahead() {
    let mut found: BTreeMap<_, usize> = BTreeMap::new();
    for pair in all::<guildhall_domain::recommendation::Recommendation>() {
        *found.entry(pair.request).or_default() += usize::from(pair.for_client);
        assert!(pair.at <= NOW);
    }
    let open: Vec<&Request> = all::<Request>().filter(|request| request.is_open()).collect();
    let without = open.iter().filter(|request| !found.contains_key(&request.id)).count();
    assert!(without * 10 <= open.len(), "{without} of {} find nobody", open.len());
    for request in open {
        assert!(request.text.end >= NOW.day(), "{} has passed", request.text.title);
    }
}

#[test]
fn ratings_have_the_shape_of_a_j() {
    let mut stars: BTreeMap<u8, usize> = BTreeMap::new();
    for review in all::<Review>() {
        *stars.entry(review.stars).or_default() += 1;
    }
    let count = |of: u8| stars.get(&of).copied().unwrap_or_default();
    assert!(count(5) > 2 * count(4), "{stars:?}");
    assert!(count(4) > count(3) && count(4) > count(1), "{stars:?}");
    assert!(count(1) > 0 && count(1) + count(2) < count(5) / 3, "{stars:?}");
}

#[test]
fn charts_show_a_year() {
    let ago = |at: Timestamp| (NOW.0 - at.0) / DAY_MS;
    let finished: BTreeSet<i64> = all::<Contract>()
        .filter_map(|contract| match contract.stage {
            ContractStage::Completed { at } => Some(ago(at) / 30),
            ContractStage::Active { .. }
            | ContractStage::Delivered { .. }
            | ContractStage::Cancelled { .. } => None,
        })
        .collect();
    assert!(finished.len() >= 11, "jobs finished in months {finished:?}");
    let recent = |kind: ActivityKind| {
        all::<Activity>()
            .filter(|line| line.kind == kind && ago(line.at) < 90)
            .count()
    };
    let steps = [ActivityKind::RequestViewed, ActivityKind::Applied, ActivityKind::OfferAccepted].map(recent);
    assert!(steps[0] > steps[1] && steps[1] > steps[2] && steps[2] > 10, "{steps:?}");
    let weeks: BTreeSet<i64> = all::<Message>().map(|message| ago(message.at) / 7).collect();
    assert!(weeks.len() > 45, "messages in {} weeks", weeks.len());
    let lines = all::<Activity>().filter(|line| ago(line.at) < 366).count();
    assert!(lines < 45_000, "{lines} lines are more than the charts read");
}

/// A request for these skills from nowhere in particular; the first one is a must.
fn asking(skills: &[(u32, &str)]) -> Request {
    let skills = skills.iter().enumerate().map(|(place, (id, name))| WantedSkill {
        skill: Some(*id),
        name: (*name).to_owned(),
        must: place == 0,
        level: Level::Intermediate,
    });
    let day = NOW.day();
    Request {
        id: guildhall_domain::id::RequestId(uuid::Uuid::from_u128(1)),
        client: AccountId(uuid::Uuid::from_u128(2)),
        text: RequestText {
            title: "Five skills".to_owned(),
            description: String::new(),
            category: "software".to_owned(),
            skills: skills.collect(),
            work: Work::Remote,
            place: None,
            start: day.plus_days(30),
            end: day.plus_days(60),
            hours_per_week: 8,
            budget: None,
            time_zone: "Europe/Berlin".to_owned(),
            languages: Vec::new(),
        },
        terms_version: 1,
        places: 1,
        hired: 0,
        stage: RequestStage::Open,
        published: NOW,
        changed: NOW,
    }
}

#[test]
fn any_five_common_skills_find_at_least_three_people() {
    let catalog = Catalog::get();
    let people: BTreeMap<AccountId, &Person> = all::<Person>().map(|person| (person.id, person)).collect();
    let facts: Vec<FreelancerFacts> = all::<Profile>()
        .map(|profile| freelancer_facts(profile, people[&profile.id], catalog, NOW.day()))
        .collect();
    let relations = relations(catalog);
    let common: Vec<(u32, &str)> = catalog
        .skills()
        .iter()
        .filter(|skill| skill.common)
        .map(|skill| (skill.id.0, skill.name))
        .collect();
    assert!(common.len() > 300, "only {} common skills", common.len());
    // Each common skill is a must once, with four others drawn at random.
    let mut chance = Chance::new(5);
    for must in &common {
        let mut five = vec![*must];
        five.extend((0..4).filter_map(|_| chance.pick(&common).copied()));
        let request = request_facts(&asking(&five), catalog);
        let found = rank_freelancers(&request, &facts, &relations, &Weights::default(), 3);
        assert_eq!(found.matches.len(), 3, "{five:?}");
    }
}

#[test]
fn five_skills_of_one_trade_find_three_people_who_have_them_all() {
    const FIVES: [[&str; 5]; 12] = [
        ["React", "TypeScript", "PostgreSQL", "Node.js", "Docker"],
        ["Rust", "PostgreSQL", "REST APIs", "Docker", "Linux"],
        ["HTML", "CSS", "JavaScript", "React", "Figma"],
        ["WordPress", "PHP", "CSS", "MySQL", "SEO"],
        ["UI/UX design", "Figma", "Prototyping", "User research", "Web design"],
        ["Graphic design", "Logo design", "Adobe Illustrator", "Adobe InDesign", "Adobe Photoshop"],
        ["Data analysis", "SQL", "Microsoft Excel", "Power BI", "Python"],
        ["Copywriting", "Content writing", "SEO writing", "Blog writing", "Email copywriting"],
        ["SEO", "Google Ads", "Google Analytics", "Content marketing", "Keyword research"],
        ["Docker", "Kubernetes", "Terraform", "AWS", "CI/CD"],
        ["Carpentry", "Joinery", "Furniture making", "Woodworking", "Kitchen fitting"],
        ["Cleaning", "House cleaning", "Window cleaning", "Ironing", "Laundry"],
    ];
    let catalog = Catalog::get();
    let people: BTreeMap<AccountId, &Person> = all::<Person>().map(|person| (person.id, person)).collect();
    let facts: Vec<FreelancerFacts> = all::<Profile>()
        .map(|profile| freelancer_facts(profile, people[&profile.id], catalog, NOW.day()))
        .collect();
    for five in FIVES {
        let skills: Vec<(u32, &str)> = five
            .iter()
            .map(|name| (catalog.resolve(name).expect("is known").0, *name))
            .collect();
        let mut request = asking(&skills);
        for skill in &mut request.text.skills {
            skill.must = true;
        }
        let request = request_facts(&request, catalog);
        let found = rank_freelancers(&request, &facts, &relations(catalog), &Weights::default(), 3);
        assert_eq!(found.matches.len(), 3, "{five:?}");
    }
}

#[test]
fn the_freelancer_has_a_past_and_something_to_do() {
    let mira = cast::FREELANCER.account();
    let person = all::<Person>().find(|person| person.id == mira).expect("lives here");
    assert_eq!(person.standing.completed, 7);
    assert_eq!((person.standing.reviews, person.standing.stars), (7, 33));
    let stage = |is: fn(&ApplicationStage) -> bool| {
        all::<Application>()
            .filter(|application| application.freelancer == mira && is(&application.stage))
            .count()
    };
    assert_eq!(stage(|stage| matches!(stage, ApplicationStage::Submitted)), 1);
    assert_eq!(stage(|stage| matches!(stage, ApplicationStage::Viewed { .. })), 1);
    assert_eq!(stage(|stage| matches!(stage, ApplicationStage::Offered { .. })), 1);
    assert_eq!(stage(|stage| matches!(stage, ApplicationStage::Shortlisted { .. })), 1);
    let running = all::<Contract>().filter(|contract| contract.freelancer == mira && contract.is_running());
    assert_eq!(running.count(), 1);
    let unread: Vec<&Message> = all::<Message>()
        .filter(|message| {
            let read = ReadMark::id_of(message.application, mira);
            let mine = all::<Application>().any(|one| one.id == message.application && one.freelancer == mira);
            let mark = all::<ReadMark>().find(|mark| mark.id == read);
            mine && message.author != mira && mark.is_none_or(|mark| mark.up_to < message.at)
        })
        .collect();
    assert_eq!(unread.len(), 1, "{unread:?}");
    let recommended = all::<guildhall_domain::recommendation::Recommendation>()
        .filter(|pair| pair.freelancer == mira && pair.for_freelancer)
        .count();
    assert!(recommended >= 8, "{recommended}");
}

#[test]
fn the_client_has_applicants_a_delivery_and_a_past() {
    let tessel = cast::CLIENT.account();
    let mine: Vec<&Request> = all::<Request>().filter(|request| request.client == tessel).collect();
    let open: Vec<_> = mine.iter().filter(|request| request.is_open()).collect();
    assert_eq!((mine.len(), open.len()), (9, 3));
    for request in open {
        let applicants = all::<Application>().filter(|one| one.request == request.id).count();
        assert!(applicants >= 2, "{}", request.text.title);
    }
    let contracts: Vec<&Contract> = all::<Contract>().filter(|contract| contract.client == tessel).collect();
    let delivered = contracts
        .iter()
        .filter(|contract| matches!(contract.stage, ContractStage::Delivered { .. }));
    assert_eq!(delivered.count(), 1);
    assert_eq!(contracts.len(), 5);
    let seen: u32 = all::<Tally>()
        .filter(|tally| tally.owner == tessel)
        .map(|tally| tally.count)
        .sum();
    assert!(seen > 20, "{seen} views");
    // Her newest request finds the demo's freelancer, who has not seen it yet.
    let mira = cast::FREELANCER.account();
    let rooms = mine.iter().find(|request| request.text.title.starts_with("Booking page")).expect("is there");
    let pair = all::<guildhall_domain::recommendation::Recommendation>()
        .find(|pair| pair.request == rooms.id && pair.freelancer == mira);
    assert!(pair.is_some_and(|pair| pair.for_client && pair.for_freelancer));
}

#[test]
fn somebody_runs_the_market() {
    let ada = all::<Person>().find(|person| person.id == cast::ADMIN.account()).expect("lives here");
    assert!(ada.roles.admin);
    assert_eq!(all::<Person>().filter(|person| person.is_suspended()).count(), 2);
    assert!(all::<Activity>().any(|line| line.kind == ActivityKind::RequestRemoved));
}

#[test]
fn the_callings_are_spread_over_all_kinds_of_service() {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for profile in all::<Profile>() {
        *kinds.entry(profile.text.category.as_str()).or_default() += 1;
    }
    assert_eq!(kinds.len(), Catalog::get().categories().len());
    assert!(kinds.values().all(|count| *count >= 10), "{kinds:?}");
    let headlines: BTreeSet<&str> = all::<Profile>().map(|profile| profile.text.headline.as_str()).collect();
    assert!(headlines.len() > 900, "{} headlines", headlines.len());
    assert!(Words::get().callings.len() > 90);
}
