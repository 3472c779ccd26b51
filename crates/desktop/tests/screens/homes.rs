use crate::market::{HOUR_MS, Market, Pair, backend, date, eur, titled};
use guildhall_desktop::screens::{client_home, freelancer_home, me};
use guildhall_desktop::snapshot::Snapshot;
use guildhall_desktop::view::RoleView;
use guildhall_desktop::view::home::NeedView;
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::ProfileText;
use uuid::Uuid;

fn kinds(needs: &[NeedView]) -> Vec<&str> {
    needs.iter().map(|need| need.kind.as_str()).collect()
}

#[test]
fn an_offer_waits_with_its_hours() {
    let mut pair = Pair::new();
    let application = pair.apply();
    pair.market.offer(pair.client, application);
    pair.market.later(31 * HOUR_MS);

    let [need] = freelancer_home(&pair.on_freelancer(), 0)
        .needs
        .try_into()
        .expect("one need");

    assert_eq!(need.kind, "offer");
    assert_eq!(
        need.title,
        "Offer from Harbour Museum: Booking system rebuild"
    );
    assert_eq!(need.line, "66 €/h · 24 h a week · your answer decides");
    assert_eq!(need.tag, "40 h left");
    assert_eq!(need.act, "Review offer");
    assert_eq!(need.route, format!("/threads/{application}"));

    pair.market.later(41 * HOUR_MS);
    assert_eq!(freelancer_home(&pair.on_freelancer(), 0).needs, []);
}

#[test]
fn what_waits_for_a_freelancer_is_in_the_order_of_urgency() {
    let mut pair = Pair::new();
    let (_, finished) = pair.finish();
    let changed = pair
        .market
        .publish(pair.client, titled("API for the order desk"));
    let in_work = pair.market.apply_to(changed, pair.freelancer);
    let offer = pair.market.offer(pair.client, in_work);
    let id = pair.market.accept(pair.freelancer, offer);
    pair.market.deliver(pair.freelancer, id);
    let note = "The search should ignore accents.".to_owned();
    pair.market
        .must(pair.client, &Mutation::RequestChanges { id, note });
    let asked = pair
        .market
        .publish(pair.client, titled("Exhibit guide app"));
    let offered = pair.market.apply_to(asked, pair.freelancer);
    pair.market
        .say(pair.client, offered, "We liked your kiosk a lot.");
    pair.market.say(pair.client, offered, "Would the 3rd work?");
    pair.market.offer(pair.client, offered);

    let needs = freelancer_home(&pair.on_freelancer(), 2).needs;

    assert_eq!(
        kinds(&needs),
        ["attention", "offer", "changes", "message", "review"]
    );
    assert_eq!(needs[0].title, "2 acts could not be carried out");
    assert_eq!(needs[0].route, "/outbox");
    assert_eq!(
        needs[2].title,
        "Harbour Museum asked for changes to “API for the order desk”"
    );
    assert_eq!(needs[2].line, "The search should ignore accents.");
    assert_eq!(needs[3].title, "2 new messages from Harbour Museum");
    assert_eq!(needs[3].line, "Would the 3rd work?");
    assert_eq!(needs[4].title, "Rate your work with Harbour Museum");
    assert_eq!(needs[4].tag, "13 days left");

    pair.market.review(pair.freelancer, finished, 5);
    let after = freelancer_home(&pair.on_freelancer(), 0).needs;
    assert_eq!(kinds(&after), ["offer", "changes", "message"]);
}

#[test]
fn of_two_offers_the_one_that_ends_first_stands_first() {
    let mut pair = Pair::new();
    let later = pair.apply();
    let other = pair
        .market
        .publish(pair.client, titled("Exhibit guide app"));
    let sooner = pair.market.apply_to(other, pair.freelancer);
    pair.market.offer(pair.client, sooner);
    pair.market.later(HOUR_MS);
    pair.market.offer(pair.client, later);

    let needs = freelancer_home(&pair.on_freelancer(), 0).needs;

    let tags: Vec<&str> = needs.iter().map(|need| need.tag.as_str()).collect();
    assert_eq!(needs[0].route, format!("/threads/{sooner}"));
    assert_eq!(tags, ["70 h left", "71 h left"]);
}

#[test]
fn what_waits_for_a_client_is_in_the_order_of_urgency() {
    let mut pair = Pair::new();
    let (application, id) = pair.hire();
    let other = pair
        .market
        .publish(pair.client, titled("Exhibit guide app"));
    for name in ["Jonas Oliveira", "Sana Larbi"] {
        let who = pair.market.join(name, true, false);
        pair.market.apply_to(other, who);
        pair.market.days_later(1);
    }
    pair.market.say(pair.freelancer, application, "It is done.");
    pair.market.deliver(pair.freelancer, id);
    pair.market.later(2 * HOUR_MS);

    let needs = client_home(&pair.on_client(), 0).needs;

    assert_eq!(kinds(&needs), ["delivery", "application", "message"]);
    assert_eq!(
        needs[0].title,
        "Mira Kessler delivered “Booking system rebuild”"
    );
    assert_eq!(needs[0].line, "Everything is on the test server.");
    assert_eq!(needs[0].tag, "2 h ago");
    assert_eq!(needs[1].title, "2 applications to “Exhibit guide app”");
    assert_eq!(needs[1].tag, "oldest 2 days");
    assert_eq!(needs[1].route, format!("/requests/{other}"));
}

#[test]
fn an_answered_application_no_longer_waits() {
    let mut pair = Pair::new();
    let id = pair.apply();
    let home = client_home(&pair.on_client(), 0);
    assert_eq!(kinds(&home.needs), ["application"]);
    assert_eq!(
        home.needs[0].title,
        "1 application to “Booking system rebuild”"
    );
    assert_eq!(home.needs[0].line, "Mira Kessler · 68 €/h · no answer yet");

    pair.market
        .must(pair.client, &Mutation::ViewApplication { id });
    assert_eq!(
        kinds(&client_home(&pair.on_client(), 0).needs),
        ["application"]
    );
    pair.market.must(
        pair.client,
        &Mutation::ShortlistApplication { id, on: true },
    );
    assert_eq!(client_home(&pair.on_client(), 0).needs, []);
}

#[test]
fn a_freelancer_without_a_profile_is_asked_for_one() {
    let mut market = Market::new();
    let newcomer = market.join("Sana Larbi", true, false);

    let home = freelancer_home(&market.snapshot(newcomer), 0);

    assert_eq!(kinds(&home.needs), ["profile"]);
    assert_eq!(home.needs[0].route, "/profile");
    assert_eq!(
        (home.strength, home.next_step.as_str()),
        (0, "Fill in your profile")
    );
    assert_eq!(home.free_hours, [0_u8; 0]);
    assert_eq!(home.availability, "");
}

#[test]
fn before_the_first_download_nothing_is_asked() {
    let snapshot = Snapshot::empty(AccountId(Uuid::from_u128(1)), crate::market::noon());

    assert_eq!(freelancer_home(&snapshot, 0).needs, []);
    assert_eq!(client_home(&snapshot, 0).needs, []);
    assert_eq!(freelancer_home(&snapshot, 0).as_of, None);
    assert_eq!(me(&snapshot), None);
}

#[test]
fn a_freelancers_home_shows_recommended_applied_and_in_progress() {
    let mut pair = Pair::new();
    let home = |pair: &Pair| {
        let home = freelancer_home(&pair.on_freelancer(), 0);
        (
            home.recommended.len(),
            home.applied.len(),
            home.in_progress.len(),
        )
    };
    assert_eq!(home(&pair), (1, 0, 0));
    let application = pair.apply();
    assert_eq!(home(&pair), (0, 1, 0));
    let offer = pair.market.offer(pair.client, application);
    assert_eq!(home(&pair), (0, 1, 0));
    let id = pair.market.accept(pair.freelancer, offer);
    assert_eq!(home(&pair), (0, 0, 1));
    pair.market.deliver(pair.freelancer, id);
    pair.market
        .must(pair.client, &Mutation::AcceptDelivery { id });
    assert_eq!(home(&pair), (0, 0, 0));
}

#[test]
fn a_clients_home_shows_requests_applicants_threads_and_contracts() {
    let mut pair = Pair::new();
    let application = pair.apply();

    let home = client_home(&pair.on_client(), 0);

    assert_eq!(
        (
            home.requests.len(),
            home.threads.len(),
            home.contracts.len()
        ),
        (1, 1, 0)
    );
    let [applicant] = home.applicants.try_into().expect("one applicant");
    assert_eq!(applicant.title, "Booking system rebuild");
    assert_eq!(applicant.candidate.person.name, "Mira Kessler");
    assert_eq!(applicant.request, pair.request.to_string());

    let offer = pair.market.offer(pair.client, application);
    pair.market.accept(pair.freelancer, offer);
    let home = client_home(&pair.on_client(), 0);
    assert_eq!((home.applicants.len(), home.contracts.len()), (0, 1));
}

#[test]
fn free_hours_are_counted_from_the_first_free_day() {
    let mut pair = Pair::new();
    // Wednesday of the second week from now on.
    let text = ProfileText {
        free_from: Some(date("2026-12-02")),
        ..backend()
    };
    pair.market.save_profile(pair.freelancer, text);

    let home = freelancer_home(&pair.on_freelancer(), 0);

    assert_eq!(
        home.free_hours,
        [0, 0, 18, 30, 30, 30, 30, 30, 30, 30, 30, 30]
    );
    assert_eq!(home.availability, "30 h a week free from 2 Dec");

    pair.market.days_later(7);
    let home = freelancer_home(&pair.on_freelancer(), 0);
    assert_eq!(home.availability, "18 h free next week");
}

#[test]
fn an_account_with_two_roles_finds_each_thing_under_its_hat() {
    let mut pair = Pair::new();
    let both = pair.market.join("Eli Wójcik", true, true);
    pair.market.save_profile(both, backend());
    let own = pair
        .market
        .publish(both, titled("Poster for the winter timetable"));
    pair.market.apply_to(own, pair.freelancer);
    let application = pair.market.apply_to(pair.request, both);
    pair.market.offer(pair.client, application);
    let snapshot = pair.market.snapshot(both);

    let working = freelancer_home(&snapshot, 0);
    let hiring = client_home(&snapshot, 0);

    assert_eq!(kinds(&working.needs), ["offer"]);
    assert_eq!(kinds(&hiring.needs), ["application"]);
    assert_eq!(working.applied[0].title, "Booking system rebuild");
    assert_eq!(hiring.threads[0].title, "Poster for the winter timetable");
    let me = me(&snapshot).expect("downloaded");
    assert_eq!(me.roles, [RoleView::Freelancer, RoleView::Client]);
    assert_eq!((me.name.as_str(), me.suspended), ("Eli Wójcik", None));
    assert_eq!(eur(1).minor, 100);
}
