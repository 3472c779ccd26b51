//! Searching without the server: what this device holds, by the same questions, and how old it is.

use crate::market::{Pair, titled, town};
use guildhall_desktop::forms;
use guildhall_desktop::screens::{
    Source, find_talent_here, find_work_here, found_talent, found_work,
};
use guildhall_desktop::view::bookmark::StanceView;
use guildhall_desktop::view::find::{FindForm, FoundTalentView, FoundWorkView};
use guildhall_desktop::view::profile::PlaceView;
use guildhall_domain::bookmark::{Stance, Subject};
use guildhall_domain::denied::Denied;
use guildhall_domain::mutation::Mutation;

fn work(pair: &Pair, form: &FindForm) -> Result<FoundWorkView, Denied> {
    let snapshot = pair.on_freelancer();
    let found = find_work_here(&snapshot, &forms::find(form)?, form.saved)?;
    let source = Source::Device(snapshot.as_of);
    Ok(found_work(&snapshot, found, form, source))
}

fn talent(pair: &Pair, form: &FindForm) -> Result<FoundTalentView, Denied> {
    let snapshot = pair.on_client();
    let found = find_talent_here(&snapshot, &forms::find(form)?, form.saved)?;
    let source = Source::Device(snapshot.as_of);
    Ok(found_talent(&snapshot, found, form, source))
}

fn asked(text: &str) -> FindForm {
    FindForm {
        text: text.to_owned(),
        ..FindForm::default()
    }
}

#[test]
fn a_request_on_this_device_is_found_without_the_server() {
    let pair = Pair::new();
    let found = work(&pair, &asked("boking")).expect("is a question");

    let hit = &found.results[0];
    assert_eq!(hit.request.row.title, "Booking system rebuild");
    assert_eq!(hit.request.row.client, "Harbour Museum");
    assert!(hit.held && hit.request.row.fit.is_some());
    assert_eq!(found.found.total, 1);
    assert!(found.found.offline);
    assert_eq!(found.found.understood, ["“boking” also finds booking."]);
    assert_eq!(found.found.facets.categories[0].count, 1);
    assert_eq!(work(&pair, &asked("plumbing")).expect("is").found.total, 0);
}

#[test]
fn what_was_published_but_never_came_here_is_not_found_here() {
    let mut pair = Pair::new();
    pair.market
        .publish(pair.client, titled("A harbour map of the quays"));
    assert_eq!(work(&pair, &asked("harbour")).expect("is").found.total, 0);
}

#[test]
fn a_server_answer_is_read_beside_the_rows_of_the_device_and_not_kept() {
    let mut pair = Pair::new();
    let elsewhere = pair
        .market
        .publish(pair.client, titled("A harbour map of the quays"));
    // The server's answer, by the same engine over all of its rows.
    let mut everything = pair.on_freelancer();
    let row = pair.market.find(elsewhere).expect("is there");
    everything.put(guildhall_domain::row::Row::Request(row));
    let form = asked("harbour");
    let find = forms::find(&form).expect("is a question");
    let answer = find_work_here(&everything, &find, false).expect("is answered");
    let snapshot = pair.on_freelancer();
    let at = answer.at;
    let found = found_work(&snapshot, answer, &form, Source::Server(at));

    assert_eq!(
        found.results[0].request.row.title,
        "A harbour map of the quays"
    );
    assert!(!found.results[0].held && !found.found.offline);
    assert!(found.found.as_of.is_some());
    assert!(
        snapshot
            .find::<guildhall_domain::request::Request>(elsewhere)
            .is_none()
    );
}

#[test]
fn a_freelancer_on_this_device_is_found_by_skill_and_place() {
    let pair = Pair::new();
    let place = town("Leipzig");
    let near = FindForm {
        place: Some(PlaceView {
            id: place,
            name: "Leipzig, Germany".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
        }),
        radius_km: 50,
        or_remote: true,
        sort: "nearest".to_owned(),
        ..asked("rust")
    };
    let found = talent(&pair, &near).expect("is a question");
    assert_eq!(found.results.len(), 1);
    assert_eq!(found.results[0].freelancer.person.name, "Mira Kessler");
    assert!(!found.results[0].rate.is_empty());
    let skill = found
        .found
        .facets
        .skills
        .iter()
        .find(|facet| facet.label == "Rust");
    let skill = skill.expect("is counted");
    assert_eq!((skill.count, skill.on), (1, false));
    let only = FindForm {
        skills: vec![skill.value.parse().expect("is an id")],
        ..FindForm::default()
    };
    let found = talent(&pair, &only).expect("is a question");
    assert!(found.found.facets.skills.iter().any(|facet| facet.on));
}

#[test]
fn a_form_that_cannot_be_read_names_its_fields() {
    let pair = Pair::new();
    let form = FindForm {
        from: "next week".to_owned(),
        work: vec!["underwater".to_owned()],
        sort: "best".to_owned(),
        rate_least: Some(1),
        ..FindForm::default()
    };
    let denied = work(&pair, &form).expect_err("cannot be read");
    let pointers: Vec<&str> = denied.errors.iter().map(|error| &*error.pointer).collect();
    assert_eq!(pointers, ["/from", "/rate/currency", "/work/0", "/sort"]);
}

#[test]
fn of_what_was_saved_one_searches_as_of_everything() {
    let mut pair = Pair::new();
    let saved = FindForm {
        saved: true,
        ..asked("booking")
    };
    assert_eq!(work(&pair, &saved).expect("is").found.total, 0);
    let subject = Subject::Request {
        request: pair.request,
        client: pair.client,
    };
    let stance = Stance::Saved;
    let put = |subject| Mutation::PutBookmark { subject, stance };
    pair.market.must(pair.freelancer, &put(subject));
    assert_eq!(work(&pair, &saved).expect("is").found.total, 1);

    let everybody = FindForm {
        saved: true,
        ..FindForm::default()
    };
    assert_eq!(talent(&pair, &everybody).expect("is").found.total, 0);
    let freelancer = pair.freelancer;
    pair.market
        .must(pair.client, &put(Subject::Freelancer { freelancer }));
    let found = talent(&pair, &everybody).expect("is");
    assert_eq!(found.results[0].stance, StanceView::Saved);
}
