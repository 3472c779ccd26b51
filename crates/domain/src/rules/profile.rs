//! Saving one's profile, and noting that one was opened.

use super::{About, Answer, Call};
use crate::activity::ActivityKind;
use crate::changes::Changes;
use crate::denied::Denied;
use crate::id::AccountId;
use crate::mutation::Effect;
use crate::profile::{Profile, ProfileText};
use crate::world::{Stop, find, get};

pub(super) fn change(call: &Call<'_>, changes: &Changes) -> Answer {
    let stands: Profile = get(call.world, call.actor.account, "profile")?;
    save(call, &changes.onto(&stands.text)?)
}

pub(super) fn save(call: &Call<'_>, text: &ProfileText) -> Answer {
    text.check()?;
    let profile = Profile {
        id: call.actor.account,
        text: text.clone(),
        saved: call.now,
    };
    Ok(vec![
        Effect::put(profile),
        call.log(
            ActivityKind::ProfileSaved,
            About::default(),
            text.headline.clone(),
        ),
    ])
}

pub(super) fn view(call: &Call<'_>, freelancer: AccountId) -> Answer {
    if freelancer == call.actor.account {
        return Ok(Vec::new());
    }
    if find::<Profile>(call.world, freelancer)?.is_none() {
        return Err(Stop::Denied(Denied::not_found("profile")));
    }
    let about = About {
        other: Some(freelancer),
        ..About::default()
    };
    Ok(vec![
        call.log(ActivityKind::ProfileViewed, about, ""),
        call.count(freelancer, freelancer.0, ActivityKind::ProfileViewed)?,
    ])
}
