use crate::market::{backend, booking, date, noon, terms as sound_terms, town};
use guildhall_desktop::forms::application;
use guildhall_desktop::forms::profile::{blank_profile, profile_form, profile_text};
use guildhall_desktop::forms::request::{blank_request, request_form, request_text};
use guildhall_desktop::forms::terms::{terms, terms_form};
use guildhall_desktop::view::MoneyView;
use guildhall_desktop::view::profile::{HeldSkillForm, PlaceView, ProfileForm, SpokenLanguageForm};
use guildhall_desktop::view::request::{ApplicationDraft, RequestForm};
use guildhall_desktop::view::thread::TermsForm;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::request::{RequestText, Work};

/// Pointer and code of every field a form is refused for.
fn fields<T: std::fmt::Debug>(refused: Result<T, Denied>) -> Vec<(String, String)> {
    let denied = refused.expect_err("has mistakes");
    assert_eq!(denied.code, Code::Validation);
    for error in &denied.errors {
        assert!(
            error.message.ends_with('.') && !error.message.contains('!'),
            "{error:?}"
        );
    }
    denied
        .errors
        .into_iter()
        .map(|error| (error.pointer, error.code))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect()
}

fn money(minor: i32, currency: &str) -> MoneyView {
    MoneyView {
        minor,
        currency: currency.to_owned(),
    }
}

#[test]
fn a_profile_reads_back_as_it_was_written() {
    assert_eq!(profile_text(&profile_form(&backend())), Ok(backend()));
}

#[test]
fn a_request_reads_back_as_it_was_written() {
    let on_site = RequestText {
        work: Work::OnSite,
        place: Some(town("Leipzig")),
        budget: None,
        ..booking()
    };
    for text in [booking(), on_site] {
        assert_eq!(request_text(&request_form(&text), noon().day()), Ok(text));
    }
}

#[test]
fn terms_read_back_as_they_were_written() {
    assert_eq!(terms(&terms_form(&sound_terms())), Ok(sound_terms()));
}

#[test]
fn a_blank_profile_names_everything_that_is_missing() {
    assert_eq!(
        fields(profile_text(&blank_profile("Europe/Berlin"))),
        pairs(&[
            ("/headline", "missing"),
            ("/category", "missing"),
            ("/skills", "missing"),
            ("/place", "missing"),
        ])
    );
}

#[test]
fn what_cannot_be_read_stands_in_the_same_list_as_what_does_not_hold() {
    let form = ProfileForm {
        headline: "x".to_owned(),
        category: "witchcraft".to_owned(),
        skills: vec![HeldSkillForm {
            skill: None,
            name: "Rust".to_owned(),
            level: "guru".to_owned(),
            years: 99,
        }],
        languages: vec![
            SpokenLanguageForm {
                code: "xx".to_owned(),
                level: "native".to_owned(),
            },
            SpokenLanguageForm {
                code: "de".to_owned(),
                level: "so so".to_owned(),
            },
            SpokenLanguageForm {
                code: "DE".to_owned(),
                level: "native".to_owned(),
            },
        ],
        rate: Some(money(6_800, "EURO")),
        place: Some(PlaceView {
            id: u32::MAX,
            name: "Atlantis".to_owned(),
            time_zone: "UTC".to_owned(),
        }),
        time_zone: "Mars/Olympus".to_owned(),
        free_from: "tomorrow".to_owned(),
        ..blank_profile("UTC")
    };

    assert_eq!(
        fields(profile_text(&form)),
        pairs(&[
            ("/category", "unknown"),
            ("/place", "unknown"),
            ("/time_zone", "unknown"),
            ("/free_from", "not_a_date"),
            ("/skills/0/level", "unknown"),
            ("/languages/0/code", "unknown"),
            ("/languages/1/level", "unknown"),
            ("/languages/2/code", "twice"),
            ("/rate", "unknown"),
            ("/headline", "too_short"),
            ("/skills/0/years", "too_large"),
        ])
    );
}

#[test]
fn forty_one_skills_are_one_too_many() {
    let mut form = profile_form(&backend());
    form.skills = (0..41)
        .map(|number| HeldSkillForm {
            skill: None,
            name: format!("Skill {number}"),
            level: "expert".to_owned(),
            years: 1,
        })
        .collect();

    assert_eq!(
        fields(profile_text(&form)),
        pairs(&[("/skills", "too_many")])
    );
    form.skills.pop();
    assert!(profile_text(&form).is_ok());
}

#[test]
fn a_skill_id_the_vocabulary_does_not_have_becomes_unmapped() {
    let mut form = profile_form(&backend());
    form.skills[0].skill = Some(u32::MAX);

    let text = profile_text(&form).expect("holds");

    assert_eq!(
        (text.skills[0].skill, text.skills[0].name.as_str()),
        (None, "Rust")
    );
}

#[test]
fn a_new_request_begins_on_monday_and_only_lacks_words() {
    let today = noon().day();
    let form = blank_request(today, "Europe/Berlin");

    assert_eq!(
        (form.start.as_str(), form.end.as_str()),
        ("2026-11-23", "2027-02-12")
    );
    assert_eq!(
        fields(request_text(&form, today)),
        pairs(&[
            ("/title", "missing"),
            ("/category", "missing"),
            ("/skills", "missing")
        ])
    );
    // On a Monday it is the next one.
    assert_eq!(blank_request(date("2026-11-23"), "UTC").start, "2026-11-30");
}

#[test]
fn an_end_before_the_start_is_named_and_an_unreadable_date_is_not_compared() {
    let today = noon().day();
    let with = |start: &str, end: &str| {
        let form = RequestForm {
            start: start.to_owned(),
            end: end.to_owned(),
            ..request_form(&booking())
        };
        fields(request_text(&form, today))
    };

    assert_eq!(
        with("2026-12-08", "2026-12-07"),
        pairs(&[("/end", "before_start")])
    );
    assert_eq!(
        with("8.12.2026", "2026-12-07"),
        pairs(&[("/start", "not_a_date")])
    );
    assert_eq!(
        with("2026-12-08", "2026-02-30"),
        pairs(&[("/end", "not_a_date")])
    );
    assert_eq!(
        with("", ""),
        pairs(&[("/start", "missing"), ("/end", "missing")])
    );
    assert_eq!(with("2026-01-01", "2026-01-02"), pairs(&[("/end", "past")]));
}

#[test]
fn a_request_form_with_unknown_words_names_each() {
    let mut form = request_form(&booking());
    form.work = "underwater".to_owned();
    form.languages = vec!["en".to_owned(), "klingon".to_owned()];
    form.budget = Some(money(7_000, "ZZZ"));
    form.skills[1].level = String::new();
    form.skills.push(form.skills[0].clone());

    assert_eq!(
        fields(request_text(&form, noon().day())),
        pairs(&[
            ("/work", "unknown"),
            ("/skills/1/level", "unknown"),
            ("/skills/2/name", "twice"),
            ("/budget", "unknown"),
            ("/languages/1", "unknown"),
        ])
    );
}

#[test]
fn remote_work_has_no_place() {
    let mut form = request_form(&booking());
    form.place = request_form(&RequestText {
        work: Work::Hybrid,
        place: Some(town("Leipzig")),
        ..booking()
    })
    .place;

    let text = request_text(&form, noon().day()).expect("holds");

    assert_eq!(text.place, None);
}

#[test]
fn terms_without_a_rate_are_checked_to_the_end() {
    let form = TermsForm {
        scope: "Short".to_owned(),
        rate: None,
        hours_per_week: 0,
        start: "2026-12-08".to_owned(),
        end: "2026-12-01".to_owned(),
    };

    assert_eq!(
        fields(terms(&form)),
        pairs(&[
            ("/rate", "missing"),
            ("/scope", "too_short"),
            ("/hours_per_week", "out_of_range"),
            ("/end", "before_start"),
        ])
    );
}

#[test]
fn an_application_needs_words_and_a_price() {
    let draft = |message: &str, price| {
        application(&ApplicationDraft {
            message: message.to_owned(),
            price,
        })
    };
    let good = "I rebuilt ticketing for two ferry lines.";

    assert_eq!(
        fields(draft("", None)),
        pairs(&[("/price", "missing"), ("/message", "missing")])
    );
    assert_eq!(
        fields(draft("Hello", Some(money(6_800, "EUR")))),
        pairs(&[("/message", "too_short")])
    );
    assert_eq!(
        fields(draft(good, Some(money(0, "EUR")))),
        pairs(&[("/price", "out_of_range")])
    );
    assert_eq!(
        fields(draft(good, Some(money(-5, "EUR")))),
        pairs(&[("/price", "out_of_range")])
    );
    assert_eq!(
        fields(draft(good, Some(money(5, "eur")))),
        pairs(&[("/price", "unknown")])
    );
    let (message, price) = draft(&format!("  {good} "), Some(money(6_800, "EUR"))).expect("holds");
    assert_eq!((message.as_str(), price.minor), (good, 6_800));
}
