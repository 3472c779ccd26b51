//! A person as others see them in a list.

use super::names;
use crate::snapshot::Snapshot;
use crate::view::{Delivery, PersonView, RoleView};
use guildhall_domain::id::AccountId;
use guildhall_domain::person::{Person, Roles, Standing};
use guildhall_domain::profile::{Profile, ProfileText};
use guildhall_domain::time::Timestamp;

/// A person with what their profile adds. Somebody whose card has not been downloaded yet gets a word instead of a name.
pub(super) fn view(snapshot: &Snapshot, id: AccountId) -> PersonView {
    let standing = snapshot.find::<Person>(id).map(|person| person.standing);
    let profile = snapshot.find::<Profile>(id);
    PersonView {
        id: id.to_string(),
        name: name(snapshot, id),
        headline: profile.map_or_else(String::new, |profile| profile.text.headline.clone()),
        place: profile.map_or_else(String::new, |profile| place(&profile.text)),
        photo: profile.and_then(|profile| profile.text.photo.clone()),
        stars: standing.and_then(stars),
        reviews: standing.map_or(0, |standing| standing.reviews),
    }
}

/// The name somebody goes by.
pub(super) fn name(snapshot: &Snapshot, id: AccountId) -> String {
    snapshot
        .find::<Person>(id)
        .map_or_else(|| "Somebody".to_owned(), |person| person.name.clone())
}

fn place(text: &ProfileText) -> String {
    match text.place.and_then(names::place) {
        Some(place) => place.name,
        None if text.remote_only => "Remote".to_owned(),
        None => String::new(),
    }
}

/// The mean with one decimal.
fn stars(standing: Standing) -> Option<f32> {
    let (sum, reviews) = (u64::from(standing.stars), u64::from(standing.reviews));
    let tenths = (sum * 10 + reviews / 2).checked_div(reviews)?;
    Some(f32::from(u16::try_from(tenths).ok()?) / 10.0)
}

/// The roles an account has, in the order of the switch.
pub(crate) fn roles(roles: Roles) -> Vec<RoleView> {
    [
        (roles.freelancer, RoleView::Freelancer),
        (roles.client, RoleView::Client),
        (roles.moderator, RoleView::Moderator),
        (roles.admin, RoleView::Admin),
    ]
    .into_iter()
    .filter_map(|(has, role)| has.then_some(role))
    .collect()
}

/// An instant as the screens get it.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds are exact up to the year 287396"
)]
pub(crate) fn ms(at: Timestamp) -> f64 {
    at.0 as f64
}

/// Whether something has reached the server.
pub(super) fn delivery(waiting: bool) -> Delivery {
    if waiting {
        Delivery::Waiting
    } else {
        Delivery::Synced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_stars_is_rounded_to_a_tenth() {
        let of = |stars, reviews| {
            super::stars(Standing {
                stars,
                reviews,
                ..Standing::default()
            })
        };
        assert_eq!(of(0, 0), None);
        assert_eq!(of(5, 1), Some(5.0));
        assert_eq!(of(14, 3), Some(4.7));
        assert_eq!(of(13, 3), Some(4.3));
    }
}
