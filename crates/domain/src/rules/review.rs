//! Reviews: sealed until both sides have written, or until the window is over.

use super::contract::note_standing;
use super::{About, Answer, Call};
use crate::activity::ActivityKind;
use crate::contract::{Contract, ContractStage};
use crate::denied::{Code, Denied, Mistakes};
use crate::id::{ContractId, ReviewId};
use crate::mutation::Effect;
use crate::review::{REVIEW_WINDOW_MS, Review};
use crate::world::{find, get};

pub(super) fn write(call: &Call<'_>, id: ContractId, stars: u8, text: &str) -> Answer {
    let contract: Contract = get(call.world, id, "contract")?;
    let ContractStage::Completed { at } = contract.stage else {
        return Err(Denied::state("A review can be written once the work is accepted.").into());
    };
    if call.now > at.plus_ms(REVIEW_WINDOW_MS) {
        return Err(Denied::new(
            Code::Expired,
            "The 14 days for a review are over. Your text is kept.",
        )
        .into());
    }
    let author = call.actor.account;
    let subject = contract.other(author);
    let own = ReviewId::of(id, author);
    if find::<Review>(call.world, own)?.is_some() {
        return Err(Denied::new(Code::AlreadyDone, "You have written your review already.").into());
    }
    let mut mistakes = Mistakes::default();
    mistakes.require(
        (1..=5).contains(&stars),
        "/stars",
        "out_of_range",
        "Choose one to five stars.",
    );
    mistakes.length(text, 20, 2_000, "/text", "The review");
    mistakes.into_result()?;
    let mut review = Review {
        id: own,
        contract: id,
        author,
        subject,
        title: contract.title.clone(),
        stars,
        text: text.trim().to_owned(),
        at: call.now,
        sealed: true,
    };
    let mut effects = Vec::new();
    // The other side's review is sealed from this desktop too, so only the server can lift both seals.
    if let Some(theirs) = find::<Review>(call.world, ReviewId::of(id, subject))? {
        review.sealed = false;
        effects.extend(publish(call, theirs)?);
        effects.extend(note_stars(call, &review)?);
    }
    effects.push(Effect::put(review));
    let about = About {
        other: Some(subject),
        request: Some(contract.request),
        application: Some(contract.application),
    };
    effects.push(call.log(ActivityKind::Reviewed, about, contract.title));
    Ok(effects)
}

pub(super) fn reveal(call: &Call<'_>, id: ReviewId) -> Answer {
    let review: Review = get(call.world, id, "review")?;
    if !review.sealed {
        return Err(Denied::new(Code::AlreadyDone, "This review is published already.").into());
    }
    if call.now <= review.at.plus_ms(REVIEW_WINDOW_MS) {
        return Err(Denied::state("The window for the other review is still open.").into());
    }
    publish(call, review)
}

fn publish(call: &Call<'_>, mut review: Review) -> Answer {
    review.sealed = false;
    let mut effects = note_stars(call, &review)?;
    effects.push(Effect::put(review));
    Ok(effects)
}

fn note_stars(call: &Call<'_>, review: &Review) -> Answer {
    note_standing(call, &[review.subject], |person| {
        person.standing.stars += u32::from(review.stars);
        person.standing.reviews += 1;
    })
}
