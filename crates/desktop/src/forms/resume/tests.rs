use super::*;
use crate::forms::profile::{blank_profile, profile_text};
use crate::screens::names;
use guildhall_domain::profile::MAXIMUM_SKILLS;

fn blank() -> ProfileForm {
    blank_profile("Europe/Berlin")
}

fn import(json: &str) -> ResumeImportView {
    import_resume(json, blank()).expect("a résumé")
}

fn notes_with(view: &ResumeImportView, words: &str) -> usize {
    view.notes
        .iter()
        .filter(|note| note.contains(words))
        .count()
}

const MIRA: &str = r#"{
  "basics": {
    "name": "Mira Kessler", "label": "Backend engineer\n for booking", "email": "mira@example.org",
    "image": "https://example.org/mira.jpg", "summary": "I build the quiet parts that must not fail.",
    "location": {"city": "Leipzig", "countryCode": "DE"}
  },
  "work": [{"name": "Ferrum Works", "position": "Engineer", "startDate": "2019-02-01", "endDate": "2023-05-30",
            "summary": "Order desk.", "highlights": ["Three systems, one API"], "url": "http://ferrum.example"}],
  "skills": [
    {"name": "Rust", "level": "Master", "keywords": ["PostgreSQL", "k8s"]},
    {"name": "Ferry timetables", "level": "advanced", "keywords": []},
    {"name": "rust", "keywords": ["Rust"]}
  ],
  "languages": [{"language": "Deutsch", "fluency": "Native speaker"}, {"language": "English", "fluency": "C1"},
                {"language": "Klingon", "fluency": "fluent"}],
  "projects": [{"name": "Ferry ticketing", "description": "Two lines.", "url": "https://example.org/ferry",
                "startDate": "2025"}],
  "education": [{"institution": "HTWK"}], "awards": [{"title": "x"}],
  "meta": {"version": "v1.0.0"}
}"#;

#[test]
fn a_resume_becomes_a_form_that_only_lacks_what_the_file_does_not_say() {
    let view = import(MIRA);
    let form = view.form;

    assert_eq!(form.headline, "Backend engineer for booking");
    assert_eq!(form.bio, "I build the quiet parts that must not fail.");
    assert!(
        form.place
            .as_ref()
            .is_some_and(|place| place.name.starts_with("Leipzig, "))
    );
    assert_eq!(form.time_zone, "Europe/Berlin");
    let skills: Vec<(&str, &str, bool)> = form
        .skills
        .iter()
        .map(|held| {
            (
                held.name.as_str(),
                held.level.as_str(),
                held.skill.is_some(),
            )
        })
        .collect();
    assert_eq!(
        skills,
        [
            ("Rust", "expert", true),
            ("PostgreSQL", "expert", true),
            ("Kubernetes", "expert", true),
            ("Ferry timetables", "advanced", false),
        ]
    );
    let languages: Vec<(&str, &str)> = form
        .languages
        .iter()
        .map(|spoken| (spoken.code.as_str(), spoken.level.as_str()))
        .collect();
    assert_eq!(languages, [("de", "native"), ("en", "fluent")]);
    let works: Vec<(&str, &str, &str, Option<u16>)> = form
        .portfolio
        .iter()
        .map(|work| {
            (
                work.title.as_str(),
                work.text.as_str(),
                work.link.as_str(),
                work.year,
            )
        })
        .collect();
    assert_eq!(
        works,
        [
            (
                "Ferry ticketing",
                "Two lines.",
                "https://example.org/ferry",
                Some(2025)
            ),
            (
                "Engineer, Ferrum Works",
                "Order desk.\nThree systems, one API",
                "",
                Some(2023)
            ),
        ]
    );

    let refused = profile_text(&form).expect_err("the file names no category");
    let pointers: Vec<&str> = refused
        .errors
        .iter()
        .map(|error| error.pointer.as_str())
        .collect();
    assert_eq!(pointers, ["/category"]);
}

#[test]
fn what_could_not_be_taken_over_is_said_plainly() {
    let view = import(MIRA);

    for words in [
        "Education and awards were left out",
        "E-mail address and phone number were left out",
        "only links to a photo",
        "1 skill is not in the vocabulary",
        "“Klingon” is not among the languages here.",
        "The link of “Engineer, Ferrum Works” was left out",
        "Choose what kind of work you do",
    ] {
        assert_eq!(notes_with(&view, words), 1, "{words}: {:?}", view.notes);
    }
    assert!(
        view.notes
            .iter()
            .all(|note| note.ends_with('.') && !note.contains('!'))
    );
}

#[test]
fn what_the_file_does_not_say_stays_as_it_was() {
    let mut before = blank();
    before.bio = "Kept".to_owned();
    before.category = "software".to_owned();
    before.skills = import(MIRA).form.skills;

    let after = import_resume("{}", before.clone()).expect("a résumé").form;

    assert_eq!(after, before);
}

#[test]
fn broken_json_is_refused_with_line_and_column() {
    let refused = import_resume("{\n  \"basics\": {,}\n}", blank()).expect_err("broken");

    assert_eq!(
        refused,
        ResumeError::NotJson {
            line: 2,
            column: 14
        }
    );
    let denied = Denied::from(refused);
    assert_eq!(denied.code, Code::Validation);
    assert!(
        denied.message.contains("line 2, column 14"),
        "{}",
        denied.message
    );
    assert_eq!(denied.errors[0].pointer, "/json");
    assert_eq!(denied.errors[0].code, "not_json");
}

#[test]
fn a_file_that_is_no_resume_is_refused() {
    for json in ["[]", "null", "\"résumé\"", "3"] {
        assert_eq!(
            import_resume(json, blank()),
            Err(ResumeError::NotAResume),
            "{json}"
        );
    }
    for json in ["", " ", "{", "\u{feff}"] {
        let refused = import_resume(json, blank());
        assert!(
            matches!(refused, Err(ResumeError::NotJson { .. })),
            "{json}: {refused:?}"
        );
    }
}

#[test]
fn a_file_over_one_mebibyte_is_not_read() {
    let largest = format!("{{\"x\":\"{}\"}}", "a".repeat(MAXIMUM_BYTES - 8));
    assert_eq!(largest.len(), MAXIMUM_BYTES);
    assert!(import_resume(&largest, blank()).is_ok());

    let larger = format!(" {largest}");
    let bytes = larger.len();
    assert_eq!(
        import_resume(&larger, blank()),
        Err(ResumeError::TooLarge { bytes })
    );
}

#[test]
fn a_file_nested_without_end_is_refused_and_does_not_overflow() {
    let deep = format!("{{\"basics\":{}", "[".repeat(400_000));

    assert!(matches!(
        import_resume(&deep, blank()),
        Err(ResumeError::NotJson { .. })
    ));
}

#[test]
fn every_field_of_another_kind_than_expected_is_passed_over() {
    let values = [
        "null",
        "true",
        "7",
        "\"text\"",
        "[]",
        "{}",
        "[[]]",
        "[null, 3, \"x\", {}]",
        "[{\"name\": 3}]",
    ];
    let top = [
        "basics",
        "work",
        "skills",
        "languages",
        "projects",
        "education",
    ];
    for key in top {
        for value in values {
            let json = format!("{{\"{key}\": {value}}}");
            assert!(import_resume(&json, blank()).is_ok(), "{json}");
        }
    }
    for key in ["label", "image", "email", "summary", "location"] {
        for value in values {
            let json = format!("{{\"basics\": {{\"{key}\": {value}}}}}");
            assert!(import_resume(&json, blank()).is_ok(), "{json}");
        }
    }
}

#[test]
fn too_much_of_anything_is_cut_and_said() {
    let skills: Vec<String> = (0..60).map(|n| format!("\"Unheard of {n} zq\"")).collect();
    let works: Vec<String> = (0..30)
        .map(|n| format!("{{\"name\": \"Work {n}\"}}"))
        .collect();
    let json = format!(
        "{{\"basics\": {{\"label\": \"{}\", \"summary\": \"{}\"}}, \"skills\": [{{\"keywords\": [{}]}}], \"projects\": [{}]}}",
        "ü".repeat(150),
        "ß".repeat(5_000),
        skills.join(","),
        works.join(",")
    );

    let view = import(&json);

    assert_eq!(view.form.headline.chars().count(), HEADLINE);
    assert_eq!(view.form.bio.chars().count(), ABOUT);
    assert_eq!(view.form.skills.len(), MAXIMUM_SKILLS);
    assert_eq!(view.form.portfolio.len(), 24);
    for words in [
        "The headline has 150 characters",
        "The text about you has 5000 characters",
        "The file names 60 skills; the first 40",
        "The file names 30 projects and jobs; the first 24",
    ] {
        assert_eq!(notes_with(&view, words), 1, "{words}: {:?}", view.notes);
    }
}

#[test]
fn the_city_is_the_one_in_the_named_country() {
    let city = |json: &str| {
        let location = format!("{{\"basics\": {{\"location\": {json}}}}}");
        let view = import(&location);
        let note = notes_with(&view, "is not among the cities here");
        (view.form.place.map(|place| place.name), note)
    };

    let (place, _) = city(r#"{"city": "Cologne", "countryCode": "de"}"#);
    assert!(
        place.is_some_and(|name| name.starts_with("Köln")),
        "by another of its names"
    );
    let (place, _) = city(r#"{"city": "Birmingham", "countryCode": "US"}"#);
    assert!(place.is_some_and(|name| name.contains("United States")));
    assert_eq!(
        city(r#"{"city": "Atlantis", "countryCode": "GR"}"#),
        (None, 1)
    );
    assert_eq!(
        city(r#"{"city": "Leipzig", "countryCode": "JP"}"#),
        (None, 1)
    );
    assert_eq!(city(r#"{"countryCode": "DE"}"#), (None, 0));
}

#[test]
fn a_small_photo_in_the_file_is_taken() {
    let photo = "data:image/png;base64,iVBORw0KGgo=";
    let json = format!("{{\"basics\": {{\"image\": \"{photo}\"}}}}");
    assert_eq!(import(&json).form.photo.as_deref(), Some(photo));

    let large = format!("data:image/png;base64,{}", "A".repeat(MAXIMUM_PHOTO));
    let view = import(&format!("{{\"basics\": {{\"image\": \"{large}\"}}}}"));
    assert_eq!(view.form.photo, None);
    assert_eq!(notes_with(&view, "too large"), 1);
}

#[test]
fn skills_given_as_one_list_are_taken_apart() {
    let view = import(r#"{"skills": ["Figma, JS and plumbing"]}"#);

    let named: Vec<&str> = view
        .form
        .skills
        .iter()
        .map(|held| held.name.as_str())
        .collect();
    assert_eq!(named, ["Figma", "JavaScript", "Plumbing"]);
    assert!(names::catalog().resolve("Figma").is_some());
}
