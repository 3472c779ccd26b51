//! The person at this desktop, for the window's frame.

use super::people;
use crate::snapshot::Snapshot;
use crate::view::session::MeView;
use guildhall_domain::person::Status;
use guildhall_domain::profile::Profile;

/// Who is at this desktop; none before the first download is in.
pub fn me(snapshot: &Snapshot) -> Option<MeView> {
    let person = snapshot.person()?;
    Some(MeView {
        id: person.id.to_string(),
        name: person.name.clone(),
        photo: snapshot
            .find::<Profile>(person.id)
            .and_then(|profile| profile.text.photo.clone()),
        roles: people::roles(person.roles),
        suspended: match &person.status {
            Status::Active => None,
            Status::Suspended { reason, .. } => Some(reason.clone()),
        },
    })
}
