use crate::market::{Market, Pair, backend, date, eur, predict};
use guildhall_desktop::forms::profile::{blank_profile, profile_form};
use guildhall_desktop::screens::{candidate, drafts, my_profile, strength};
use guildhall_desktop::view::Delivery;
use guildhall_domain::id::{AccountId, ReviewId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::{HeldSkill, Level, PortfolioItem, ProfileText};
use guildhall_domain::review::Review;
use guildhall_domain::row::Row;
use uuid::Uuid;

#[test]
fn a_newcomer_gets_a_blank_form_with_their_time_zone() {
    let mut market = Market::new();
    let newcomer = market.join("Sana Larbi", true, false);

    let view = my_profile(&market.snapshot(newcomer), "Europe/Lisbon");

    assert_eq!(view.form, blank_profile("Europe/Lisbon"));
    assert!(!view.exists);
    assert_eq!((view.strength, view.draft), (0, None));
}

#[test]
fn a_saved_profile_is_shown_and_waits_until_the_server_has_it() {
    let pair = Pair::new();
    let mut snapshot = pair.on_freelancer();
    assert_eq!(my_profile(&snapshot, "UTC").form, profile_form(&backend()));
    assert_eq!(my_profile(&snapshot, "UTC").delivery, Delivery::Synced);

    let text = ProfileText {
        headline: "Backend engineer, now in Rust only".to_owned(),
        ..backend()
    };
    predict(
        &mut snapshot,
        1,
        &Mutation::SaveProfile {
            text: Box::new(text),
        },
    );

    let view = my_profile(&snapshot, "UTC");
    assert!(view.exists);
    assert_eq!(view.form.headline, "Backend engineer, now in Rust only");
    assert_eq!(view.delivery, Delivery::Waiting);
}

#[test]
fn a_draft_is_offered_only_where_it_differs() {
    let pair = Pair::new();
    let mut snapshot = pair.on_freelancer();
    let mut keep = |form: &guildhall_desktop::view::profile::ProfileForm| {
        let json = serde_json::to_string(form).expect("JSON");
        snapshot.drafts.insert(drafts::profile_key(), json);
        my_profile(&snapshot, "UTC").draft
    };
    let mut form = profile_form(&backend());
    assert_eq!(keep(&form), None);

    form.bio = "I had just begun to wri".to_owned();
    assert_eq!(keep(&form), Some(form));
}

#[test]
fn strength_grows_with_every_step_and_ends_at_a_hundred() {
    let mut text = ProfileText {
        bio: String::new(),
        rate: None,
        languages: Vec::new(),
        portfolio: Vec::new(),
        hours_per_week: 0,
        ..backend()
    };
    text.skills.truncate(1);
    let mut reached = Vec::new();
    let mut step = |text: &ProfileText| {
        let (points, next) = strength(Some(text));
        reached.push(points);
        next
    };

    assert_eq!(step(&text), "Add two works to show");
    let work = PortfolioItem {
        title: "Ferry ticketing".to_owned(),
        text: String::new(),
        link: String::new(),
        year: None,
    };
    text.portfolio.push(work.clone());
    assert_eq!(step(&text), "Add at least five skills");
    for name in ["b", "c", "d", "e", "f"] {
        text.skills.push(HeldSkill {
            skill: None,
            name: name.to_owned(),
            level: Level::Beginner,
            years: 0,
        });
    }
    assert_eq!(step(&text), "Write a few sentences about you");
    text.bio = "x".repeat(200);
    assert_eq!(step(&text), "Name your rate");
    text.rate = Some(eur(50));
    assert_eq!(step(&text), "Add one more work to show");
    text.portfolio.push(work);
    assert_eq!(step(&text), "Add a photo");
    text.photo = Some("data:image/png;base64,AAAA".to_owned());
    assert_eq!(step(&text), "Add the languages you work in");
    text.languages = backend().languages;
    assert_eq!(step(&text), "Say how many hours a week you are free");
    text.hours_per_week = 20;
    assert_eq!(step(&text), "");

    assert!(
        reached.windows(2).all(|pair| pair[0] < pair[1]),
        "{reached:?}"
    );
    assert_eq!(reached.last(), Some(&100));
}

#[test]
fn a_client_reads_published_reviews_newest_first_and_the_mean() {
    let mut pair = Pair::new();
    let (_, contract) = pair.finish();
    pair.market.review(pair.client, contract, 4);
    let page = |pair: &Pair| {
        let page = candidate(&pair.on_client(), pair.request, pair.freelancer);
        page.expect("matched").freelancer.expect("downloaded")
    };
    assert_eq!(page(&pair).reviews, [], "sealed until both have written");
    assert_eq!(page(&pair).person.stars, None);

    pair.market.review(pair.freelancer, contract, 5);

    let [review] = page(&pair).reviews.try_into().expect("one review");
    assert_eq!(
        (review.author.as_str(), review.stars),
        ("Harbour Museum", 4)
    );
    assert_eq!(review.job, "Booking system rebuild");
    assert_eq!(
        (page(&pair).person.stars, page(&pair).person.reviews),
        (Some(4.0), 1)
    );
}

#[test]
fn availability_is_told_in_words() {
    let mut pair = Pair::new();
    let mut told = |hours_per_week, free_from: Option<&str>| {
        let text = ProfileText {
            hours_per_week,
            free_from: free_from.map(date),
            ..backend()
        };
        pair.market.save_profile(pair.freelancer, text);
        let page = candidate(&pair.on_client(), pair.request, pair.freelancer);
        page.expect("matched")
            .freelancer
            .expect("downloaded")
            .availability
    };

    assert_eq!(told(24, Some("2026-12-01")), "24 h a week, free from 1 Dec");
    assert_eq!(told(24, Some("2026-11-01")), "24 h a week, free now");
    assert_eq!(told(24, None), "24 h a week, free now");
    assert_eq!(told(0, None), "Not free at the moment");
}

#[test]
fn a_review_by_somebody_who_is_not_known_here_is_by_a_client() {
    let mut pair = Pair::new();
    let (_, contract) = pair.finish();
    pair.market.review(pair.client, contract, 4);
    pair.market.review(pair.freelancer, contract, 5);
    let id = ReviewId::of(contract, pair.client);
    let mut review: Review = pair.market.find(id).expect("a review");
    review.author = AccountId(Uuid::from_u128(404));
    let mut snapshot = pair.on_client();
    snapshot.put(Row::Review(review));

    let page = candidate(&snapshot, pair.request, pair.freelancer).expect("matched");
    let [review] = page
        .freelancer
        .expect("downloaded")
        .reviews
        .try_into()
        .expect("one review");
    assert_eq!(review.author, "A client");
}
