//! What the three who can be signed in as find.

use super::*;

#[test]
fn the_freelancer_has_a_past_and_something_to_do() {
    let mira = cast::FREELANCER.account();
    let person = all::<Person>()
        .find(|person| person.id == mira)
        .expect("lives here");
    assert_eq!(person.standing.completed, 7);
    assert_eq!((person.standing.reviews, person.standing.stars), (7, 33));
    let stage = |is: fn(&ApplicationStage) -> bool| {
        all::<Application>()
            .filter(|application| application.freelancer == mira && is(&application.stage))
            .count()
    };
    assert_eq!(
        stage(|stage| matches!(stage, ApplicationStage::Submitted)),
        1
    );
    assert_eq!(
        stage(|stage| matches!(stage, ApplicationStage::Viewed { .. })),
        1
    );
    assert_eq!(
        stage(|stage| matches!(stage, ApplicationStage::Offered { .. })),
        1
    );
    assert_eq!(
        stage(|stage| matches!(stage, ApplicationStage::Shortlisted { .. })),
        1
    );
    let running =
        all::<Contract>().filter(|contract| contract.freelancer == mira && contract.is_running());
    assert_eq!(running.count(), 1);
    let unread: Vec<&Message> = all::<Message>()
        .filter(|message| {
            let read = ReadMark::id_of(message.application, mira);
            let mine = all::<Application>()
                .any(|one| one.id == message.application && one.freelancer == mira);
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
    let mine: Vec<&Request> = all::<Request>()
        .filter(|request| request.client == tessel)
        .collect();
    let open: Vec<_> = mine.iter().filter(|request| request.is_open()).collect();
    assert_eq!((mine.len(), open.len()), (9, 3));
    for request in open {
        let applicants = all::<Application>()
            .filter(|one| one.request == request.id)
            .count();
        assert!(applicants >= 2, "{}", request.text.title);
    }
    let contracts: Vec<&Contract> = all::<Contract>()
        .filter(|contract| contract.client == tessel)
        .collect();
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
    let rooms = mine
        .iter()
        .find(|request| request.text.title.starts_with("Booking page"))
        .expect("is there");
    let pair = all::<guildhall_domain::recommendation::Recommendation>()
        .find(|pair| pair.request == rooms.id && pair.freelancer == mira);
    assert!(pair.is_some_and(|pair| pair.for_client && pair.for_freelancer));
}

#[test]
fn somebody_runs_the_market() {
    let ada = all::<Person>()
        .find(|person| person.id == cast::ADMIN.account())
        .expect("lives here");
    assert!(ada.roles.admin);
    assert_eq!(
        all::<Person>()
            .filter(|person| person.is_suspended())
            .count(),
        2
    );
    assert!(all::<Activity>().any(|line| line.kind == ActivityKind::RequestRemoved));
}
