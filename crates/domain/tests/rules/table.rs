//! Who may do what, in which situation: the cells that are listed, and no other.

use crate::acts::{Act, Who};
use crate::rows::{NOW, run};
use crate::scenes::Scene;
use guildhall_domain::denied::Code;

const EVERYWHERE: &[Scene] = &Scene::ALL;

/// Every situation with a request.
const WITH_REQUEST: &[Scene] = Scene::ALL.split_at(1).1;

/// Every situation in which the two have a thread.
const WITH_THREAD: &[Scene] = Scene::ALL.split_at(7).1;

/// The application waits for the client's answer and no offer binds it.
const UNANSWERED: &[Scene] = &[
    Scene::Submitted,
    Scene::SubmittedPaused,
    Scene::Viewed,
    Scene::Shortlisted,
    Scene::OfferExpired,
    Scene::OfferDeclined,
    Scene::OfferRevoked,
];

/// The request takes part in the market: open or paused.
const LIVE: &[Scene] = &[
    Scene::Open,
    Scene::Paused,
    Scene::Submitted,
    Scene::SubmittedPaused,
    Scene::Viewed,
    Scene::Shortlisted,
    Scene::Declined,
    Scene::Withdrawn,
    Scene::Offered,
    Scene::OfferedPaused,
    Scene::OfferExpired,
    Scene::OfferDeclined,
    Scene::OfferRevoked,
    Scene::ContractCancelled,
];

const PAUSED: &[Scene] = &[Scene::Paused, Scene::SubmittedPaused, Scene::OfferedPaused];

const OPEN: &[Scene] = &[
    Scene::Open,
    Scene::Submitted,
    Scene::Viewed,
    Scene::Shortlisted,
    Scene::Declined,
    Scene::Withdrawn,
    Scene::Offered,
    Scene::OfferExpired,
    Scene::OfferDeclined,
    Scene::OfferRevoked,
    Scene::ContractCancelled,
];

const ON_THE_TABLE: &[Scene] = &[Scene::Offered, Scene::OfferedPaused];

/// The cells that are possible. Everything else is refused.
const POSSIBLE: &[(Act, &[Scene], &[Who])] = &[
    // People. Registering, and the roles that one is trusted with, are the server's alone.
    (
        Act::BecomeFreelancer,
        EVERYWHERE,
        &[Who::Owner, Who::OtherClient, Who::Moderator, Who::Admin],
    ),
    (
        Act::BecomeClient,
        EVERYWHERE,
        &[
            Who::Freelancer,
            Who::OtherFreelancer,
            Who::Moderator,
            Who::Admin,
        ],
    ),
    // Nobody but an admin acts on whoever keeps order, and nobody on themselves: so nobody can end the only admin.
    (Act::SuspendOther, EVERYWHERE, &[Who::Moderator, Who::Admin]),
    (Act::SuspendModerator, EVERYWHERE, &[Who::Admin]),
    // Profiles. Looking is possible while suspended; one's own opens without a trace.
    (
        Act::SaveProfile,
        EVERYWHERE,
        &[Who::Freelancer, Who::OtherFreelancer],
    ),
    // Only who has a profile changes it.
    (
        Act::ChangeProfile,
        EVERYWHERE,
        &[Who::Freelancer, Who::OtherFreelancer],
    ),
    (
        Act::ViewProfile,
        EVERYWHERE,
        &[
            Who::Owner,
            Who::OtherClient,
            Who::SuspendedOwner,
            Who::Freelancer,
            Who::SuspendedFreelancer,
        ],
    ),
    // Requests.
    (
        Act::Publish,
        &[Scene::Nothing],
        &[Who::Owner, Who::OtherClient],
    ),
    (Act::Edit, LIVE, &[Who::Owner]),
    (Act::Change, LIVE, &[Who::Owner]),
    (Act::Pause, OPEN, &[Who::Owner]),
    (Act::Resume, PAUSED, &[Who::Owner]),
    // What ran out is brought back; ending it is the server's alone.
    (Act::Renew, LIVE, &[Who::Owner]),
    (Act::Cancel, LIVE, &[Who::Owner]),
    (Act::Remove, LIVE, &[Who::Moderator, Who::Admin]),
    (
        Act::ViewRequest,
        WITH_REQUEST,
        &[
            Who::Owner,
            Who::SuspendedOwner,
            Who::Freelancer,
            Who::OtherFreelancer,
            Who::SuspendedFreelancer,
        ],
    ),
    // Bookmarks, on what a search shows. To take one back is nothing to anybody else.
    (
        Act::SaveRequest,
        LIVE,
        &[Who::Freelancer, Who::OtherFreelancer],
    ),
    (
        Act::HideFreelancer,
        EVERYWHERE,
        &[Who::Owner, Who::OtherClient],
    ),
    (Act::RemoveBookmark, EVERYWHERE, &Who::ALL),
    // Applications.
    (
        Act::Submit,
        &[Scene::Open, Scene::Withdrawn, Scene::ContractCancelled],
        &[Who::Freelancer],
    ),
    (Act::Submit, OPEN, &[Who::OtherFreelancer]),
    (Act::Withdraw, UNANSWERED, &[Who::Freelancer]),
    (Act::ViewApplication, WITH_THREAD, &[Who::Owner]),
    (Act::Shortlist, UNANSWERED, &[Who::Owner]),
    (Act::Unshortlist, UNANSWERED, &[Who::Owner]),
    (Act::Decline, UNANSWERED, &[Who::Owner]),
    // Offers stay valid while the request is paused.
    (Act::MakeOffer, UNANSWERED, &[Who::Owner]),
    (Act::Revoke, ON_THE_TABLE, &[Who::Owner]),
    (Act::Accept, ON_THE_TABLE, &[Who::Freelancer]),
    (Act::DeclineOffer, ON_THE_TABLE, &[Who::Freelancer]),
    // Running contracts may be finished while suspended.
    (
        Act::Deliver,
        &[Scene::Active],
        &[Who::Freelancer, Who::SuspendedFreelancer],
    ),
    (
        Act::AskForChanges,
        &[Scene::Delivered],
        &[Who::Owner, Who::SuspendedOwner],
    ),
    (
        Act::AcceptDelivery,
        &[Scene::Delivered],
        &[Who::Owner, Who::SuspendedOwner],
    ),
    (
        Act::CancelContract,
        &[Scene::Active, Scene::Delivered],
        &[
            Who::Owner,
            Who::SuspendedOwner,
            Who::Freelancer,
            Who::SuspendedFreelancer,
        ],
    ),
    // Threads stay open for words after their end.
    (Act::Message, WITH_THREAD, &[Who::Owner, Who::Freelancer]),
    (Act::MarkRead, WITH_THREAD, &[Who::Owner, Who::Freelancer]),
    // Reviews: within 14 days, one each.
    (
        Act::Review,
        &[Scene::Completed],
        &[Who::Owner, Who::Freelancer],
    ),
    (Act::Review, &[Scene::CompletedReviewed], &[Who::Freelancer]),
];

/// True for the cells that are listed.
pub(crate) fn is_possible(act: Act, scene: Scene, who: Who) -> bool {
    POSSIBLE
        .iter()
        .any(|(an, scenes, people)| *an == act && scenes.contains(&scene) && people.contains(&who))
}

/// Every cell: what came of it, or the refusal's code.
fn every_cell() -> Vec<(Act, Scene, Who, Result<(), Code>)> {
    let mut cells = Vec::new();
    for act in Act::ALL {
        for scene in Scene::ALL {
            for who in Who::ALL {
                let mut rows = scene.world();
                let actor = who.enter(&mut rows);
                let outcome = run(&rows, actor, NOW, &act.mutation());
                let outcome = outcome.map(|_| ()).map_err(|denied| denied.code);
                cells.push((act, scene, who, outcome));
            }
        }
    }
    cells
}

#[test]
fn only_the_listed_cells_are_possible() {
    let cells = every_cell();
    assert!(cells.len() > 7_000);

    let wrong: Vec<String> = cells
        .into_iter()
        .filter(|(act, scene, who, outcome)| outcome.is_ok() != is_possible(*act, *scene, *who))
        .map(|(act, scene, who, outcome)| format!("{who:?} {act:?} in {scene:?}: {outcome:?}"))
        .collect();

    assert!(
        wrong.is_empty(),
        "{} cells:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn no_cell_is_refused_for_its_form() {
    let refused: Vec<_> = every_cell()
        .into_iter()
        .filter(|(.., outcome)| *outcome == Err(Code::Validation))
        .collect();

    assert!(
        refused.is_empty(),
        "the forms of the table hold: {refused:?}"
    );
}

#[test]
fn a_party_that_is_suspended_is_told_so() {
    for (act, scene, who) in [
        (Act::Publish, Scene::Nothing, Who::SuspendedOwner),
        (Act::Edit, Scene::Open, Who::SuspendedOwner),
        (Act::MakeOffer, Scene::Viewed, Who::SuspendedOwner),
        (Act::Message, Scene::Viewed, Who::SuspendedOwner),
        (Act::Submit, Scene::Open, Who::SuspendedFreelancer),
        (Act::Accept, Scene::Offered, Who::SuspendedFreelancer),
        (Act::Review, Scene::Completed, Who::SuspendedFreelancer),
        (Act::Remove, Scene::Open, Who::SuspendedAdmin),
        (Act::SuspendOther, Scene::Open, Who::SuspendedAdmin),
        (Act::SuspendOther, Scene::Open, Who::SuspendedModerator),
        (Act::SuspendModerator, Scene::Open, Who::SuspendedAdmin),
    ] {
        let mut rows = scene.world();
        let actor = who.enter(&mut rows);
        let denied = run(&rows, actor, NOW, &act.mutation()).expect_err("suspended");
        assert_eq!(denied.code, Code::Blocked, "{who:?} {act:?}");
    }
}

#[test]
fn a_stranger_is_not_told_that_a_thread_exists() {
    let strangers = [
        Who::OtherClient,
        Who::OtherFreelancer,
        Who::Moderator,
        Who::Admin,
        Who::Nobody,
    ];
    let acts = [
        Act::Withdraw,
        Act::ViewApplication,
        Act::Shortlist,
        Act::Decline,
        Act::MakeOffer,
        Act::Revoke,
        Act::Accept,
        Act::DeclineOffer,
        Act::Deliver,
        Act::AskForChanges,
        Act::AcceptDelivery,
        Act::CancelContract,
        Act::Message,
        Act::MarkRead,
        Act::Review,
    ];
    for scene in WITH_THREAD {
        for act in acts {
            for who in strangers {
                let mut rows = scene.world();
                let actor = who.enter(&mut rows);
                let denied = run(&rows, actor, NOW, &act.mutation()).expect_err("a stranger");
                assert_eq!(denied.code, Code::NotFound, "{who:?} {act:?} in {scene:?}");
            }
        }
    }
}

/// What comes too late, and the code that says why.
const TOO_LATE: &[(Act, Scene, Who, Code)] = &[
    (
        Act::Submit,
        Scene::Filled,
        Who::Freelancer,
        Code::AlreadyFilled,
    ),
    (Act::Submit, Scene::Paused, Who::Freelancer, Code::Paused),
    (
        Act::Submit,
        Scene::Cancelled,
        Who::Freelancer,
        Code::InvalidState,
    ),
    (
        Act::Submit,
        Scene::Removed,
        Who::Freelancer,
        Code::InvalidState,
    ),
    (
        Act::Submit,
        Scene::Submitted,
        Who::Freelancer,
        Code::AlreadyDone,
    ),
    (
        Act::Accept,
        Scene::ClosedFilled,
        Who::Freelancer,
        Code::AlreadyFilled,
    ),
    (
        Act::Accept,
        Scene::ClosedCancelled,
        Who::Freelancer,
        Code::InvalidState,
    ),
    (
        Act::Accept,
        Scene::OfferExpired,
        Who::Freelancer,
        Code::Expired,
    ),
    (
        Act::Accept,
        Scene::OfferRevoked,
        Who::Freelancer,
        Code::InvalidState,
    ),
    (
        Act::Accept,
        Scene::Active,
        Who::Freelancer,
        Code::AlreadyDone,
    ),
    (
        Act::MakeOffer,
        Scene::Withdrawn,
        Who::Owner,
        Code::InvalidState,
    ),
    (
        Act::MakeOffer,
        Scene::Offered,
        Who::Owner,
        Code::InvalidState,
    ),
    // Nobody is to believe that an offer is gone of which a contract has come.
    (Act::Revoke, Scene::Active, Who::Owner, Code::InvalidState),
    (
        Act::DeclineOffer,
        Scene::Active,
        Who::Freelancer,
        Code::InvalidState,
    ),
    (
        Act::Accept,
        Scene::Active,
        Who::Freelancer,
        Code::AlreadyDone,
    ),
    (Act::Cancel, Scene::Active, Who::Owner, Code::InvalidState),
    (
        Act::Deliver,
        Scene::ContractCancelled,
        Who::Freelancer,
        Code::InvalidState,
    ),
    (Act::Review, Scene::CompletedLate, Who::Owner, Code::Expired),
    (
        Act::Review,
        Scene::CompletedReviewed,
        Who::Owner,
        Code::AlreadyDone,
    ),
    (Act::Publish, Scene::Open, Who::Owner, Code::AlreadyDone),
    (Act::Pause, Scene::Paused, Who::Owner, Code::AlreadyDone),
    (
        Act::Withdraw,
        Scene::Offered,
        Who::Freelancer,
        Code::InvalidState,
    ),
];

#[test]
fn what_came_too_late_is_refused_with_the_code_that_says_why() {
    for (act, scene, who, expected) in TOO_LATE {
        let mut rows = scene.world();
        let actor = who.enter(&mut rows);
        let denied = run(&rows, actor, NOW, &act.mutation()).expect_err("too late");
        assert_eq!(denied.code, *expected, "{who:?} {act:?} in {scene:?}");
    }
}
