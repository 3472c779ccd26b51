//! The work of a contract, from the first day to the reviews.

use super::teller::{HOUR_MS, Posted, Side, Teller, Thread};
use guildhall_domain::id::ContractId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;

/// From the first day to the reviews; answers with the end of the work.
pub(super) fn work(
    teller: &mut Teller,
    posted: &Posted<'_>,
    thread: &Thread<'_>,
    contract: ContractId,
    began: Timestamp,
) -> Timestamp {
    let at = teller.later(began, 150);
    teller.exchange(thread, ("after hire", "after hire answer"), at, 100);
    let days = i64::from((posted.text.end.0 - posted.text.start.0).clamp(3, 80));
    let days = days * teller.chance.between(55, 115) / 100;
    let mut halfway = began;
    for _ in 0..teller.chance.below(3) {
        halfway = teller.days_later(halfway, (days / 4).max(1), (days / 3).max(1));
        teller.exchange(thread, ("progress", "progress answer"), halfway, 180);
    }
    if teller.chance.percent(6) {
        return break_off(teller, posted, thread, contract, halfway);
    }
    let mut delivered = teller.days_later(began, days.max(2), days.max(2) + 3);
    delivered = delivered.max(halfway.plus_ms(20 * HOUR_MS));
    teller.deliver(thread, contract, delivered);
    if teller.chance.percent(13) {
        let at = teller.later(delivered, 900);
        let note = teller.sentence("changes", &[]);
        teller.act(
            at,
            thread.client.account,
            Mutation::RequestChanges { id: contract, note },
        );
        delivered = teller.days_later(at, 1, 5).max(at.plus_ms(3 * HOUR_MS));
        teller.deliver(thread, contract, delivered);
    }
    let accepted = teller.later(delivered, 1_300);
    teller.accept_delivery(thread, contract, accepted);
    if teller.chance.percent(92) {
        let at = teller.later(accepted, 1_100);
        let judgement = teller.judgement(Side::Client);
        teller.review(thread, contract, Side::Client, at, judgement);
    }
    if teller.chance.percent(84) {
        let at = teller.later(accepted, 1_600);
        let judgement = teller.judgement(Side::Freelancer);
        teller.review(thread, contract, Side::Freelancer, at, judgement);
    }
    accepted
}

/// A contract that ends early; the request ends with it.
fn break_off(
    teller: &mut Teller,
    posted: &Posted<'_>,
    thread: &Thread<'_>,
    contract: ContractId,
    at: Timestamp,
) -> Timestamp {
    let at = teller.days_later(at, 2, 9);
    let by = if teller.chance.percent(60) {
        thread.client.account
    } else {
        thread.freelancer.account
    };
    let reason = teller.sentence("cancel contract", &[]);
    teller.act(
        at,
        by,
        Mutation::CancelContract {
            id: contract,
            reason,
        },
    );
    let ended = teller.later(at, 1_500);
    let reason = teller.sentence("cancel request", &[]);
    teller.act(
        ended,
        posted.client.account,
        Mutation::CancelRequest {
            id: posted.id,
            reason,
        },
    );
    at
}
