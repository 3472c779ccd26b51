//! Every conflict there is, by number, and where its outcome is shown.

use std::path::Path;

/// Where an outcome is shown.
enum Shown {
    /// In this folder, by tests of these names.
    Here(&'static [&'static str]),
    /// By tests in another file of this project.
    There(&'static str, &'static [&'static str]),
    /// Not yet: what it is about does not exist.
    NotYet(&'static str),
}

use Shown::{Here, NotYet, There};

const CONFLICTS: &[(u8, &str, Shown)] = &[
    (
        1,
        "applied offline, the request was cancelled",
        Here(&["a_request_that_is_gone_gives_the_text_back_with_others_like_it"]),
    ),
    (
        2,
        "applied offline, somebody was hired",
        Here(&["the_place_goes_to_one_and_the_others_are_told_without_loss"]),
    ),
    (
        3,
        "applied offline, the request is paused",
        Here(&["an_application_to_a_paused_request_waits_until_it_reopens"]),
    ),
    (
        4,
        "applied offline, the terms changed",
        Here(&["changed_terms_are_shown_and_sent_only_once_confirmed"]),
    ),
    (
        5,
        "applied from two devices",
        Here(&["the_second_application_from_another_device_is_kept_as_text"]),
    ),
    (
        6,
        "a quota is reached, or the account blocked",
        NotYet("there are no quotas; blocked accounts: 24"),
    ),
    (
        7,
        "accepted offline, somebody else was hired",
        Here(&["the_place_goes_to_one_and_the_others_are_told_without_loss"]),
    ),
    (
        8,
        "accepted offline, the offer ran out",
        Here(&["an_offer_that_ran_out_can_be_asked_for_again"]),
    ),
    (
        9,
        "accepted offline, the offer was replaced",
        Here(&["a_replaced_offer_is_held_with_its_differences"]),
    ),
    (
        10,
        "offered offline, the application was withdrawn",
        Here(&["an_offer_to_somebody_who_withdrew_is_not_made"]),
    ),
    (
        11,
        "two people of one client offer the last place",
        NotYet("a client is one person"),
    ),
    (
        12,
        "a hundred accept in the same moment",
        There(
            "sync-server/tests/http/race.rs",
            &["of_a_hundred_who_accept_at_once_one_is_hired_and_the_others_are_told"],
        ),
    ),
    (
        13,
        "accepted more than one has time for",
        NotYet("nothing warns of it"),
    ),
    (
        14,
        "cancelled offline, the offer was accepted",
        Here(&["an_acceptance_stands_against_a_cancellation_that_came_later"]),
    ),
    (
        15,
        "changes asked for after the automatic approval",
        NotYet("nothing is approved automatically"),
    ),
    (
        16,
        "delivered offline, the contract was cancelled",
        Here(&["a_delivery_to_a_cancelled_contract_keeps_its_words"]),
    ),
    (
        17,
        "delivered while the client paused",
        NotYet(
            "contracts cannot be paused; offers of a paused request stay valid: crates/domain/tests/rules/table.rs",
        ),
    ),
    (
        18,
        "the same profile field on two devices",
        Here(&["different_fields_of_two_devices_merge_and_the_same_field_is_kept_to_choose"]),
    ),
    (
        19,
        "a skill was merged while it was added",
        NotYet("the vocabulary is shipped, nobody edits it"),
    ),
    (
        20,
        "a message to somebody who blocked its writer",
        NotYet("nobody can block anybody"),
    ),
    (
        21,
        "a timer runs on two devices",
        NotYet("there are no time entries"),
    ),
    (
        22,
        "time entries overlap",
        NotYet("there are no time entries"),
    ),
    (
        23,
        "a review after its window",
        Here(&["a_review_after_its_window_keeps_its_text"]),
    ),
    (
        24,
        "suspended while offline",
        Here(&["a_suspended_account_keeps_its_queue_until_the_suspension_is_lifted"]),
    ),
    (
        25,
        "a role was taken away",
        NotYet("no act takes a role away"),
    ),
    (
        26,
        "the server was set back to a backup",
        There(
            "crates/desktop/tests/road/restored.rs",
            &[
                "what_two_people_did_after_the_copy_is_sent_again_and_nothing_happens_twice",
                "who_was_away_when_the_server_was_restored_sends_it_all_when_they_come_back",
            ],
        ),
    ),
    (
        27,
        "the app is too old",
        There(
            "crates/desktop/tests/road/outdated.rs",
            &["acts_wait_while_the_app_is_too_old_and_go_out_once_when_it_is_not"],
        ),
    ),
    (
        28,
        "the clock is wrong by days",
        Here(&["a_clock_that_is_days_ahead_is_set_right_by_the_server"]),
    ),
    (
        29,
        "the connection dies between commit and answer",
        There(
            "sync-server/tests/http/delivery.rs",
            &["the_same_push_five_times_has_one_effect_and_the_same_answer"],
        ),
    ),
    (
        30,
        "an upload breaks",
        There(
            "crates/desktop/tests/road/files.rs",
            &[
                "a_file_attached_offline_survives_restarts_and_cuts_and_arrives_once_and_in_order",
                "fetching_goes_on_where_it_was_cut",
            ],
        ),
    ),
    (
        31,
        "two instances of the app",
        There(
            "src-tauri/src/instance.rs",
            &["a_second_start_shows_the_first_window"],
        ),
    ),
    (
        32,
        "a payment message comes early, twice or late",
        NotYet("there are no payments"),
    ),
];

#[test]
fn every_conflict_is_listed_once_and_every_named_test_exists() {
    let numbers: Vec<u8> = CONFLICTS.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, (1..=32).collect::<Vec<u8>>());
    let here = [
        include_str!("devices.rs"),
        include_str!("hiring.rs"),
        include_str!("requests.rs"),
    ]
    .concat();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (number, what, shown) in CONFLICTS {
        let (sources, tests) = match shown {
            Here(tests) => (here.clone(), *tests),
            There(file, tests) => {
                let source = std::fs::read_to_string(root.join(file));
                (source.expect(file), *tests)
            }
            NotYet(why) => {
                assert!(!why.is_empty(), "{number}, {what}");
                continue;
            }
        };
        assert!(!tests.is_empty(), "{number}, {what}");
        for test in tests {
            assert!(
                sources.contains(&format!("fn {test}(")),
                "{number}, {what}: {test}"
            );
        }
    }
}
