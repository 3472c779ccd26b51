//! What this person saved and hid.

use crate::snapshot::Snapshot;
use crate::view::bookmark::StanceView;
use guildhall_domain::bookmark::{Because, Bookmark, Stance};
use uuid::Uuid;

/// What they said about a request or a freelancer.
pub(super) fn of(snapshot: &Snapshot, about: impl Into<Uuid>) -> Option<&Bookmark> {
    snapshot.find::<Bookmark>(Bookmark::id_of(snapshot.me, about))
}

/// Whether they put it out of sight.
pub(super) fn is_hidden(snapshot: &Snapshot, about: impl Into<Uuid>) -> bool {
    of(snapshot, about).is_some_and(|bookmark| !bookmark.is_saved())
}

/// Whether they saved it.
pub(super) fn is_saved(snapshot: &Snapshot, about: impl Into<Uuid>) -> bool {
    of(snapshot, about).is_some_and(Bookmark::is_saved)
}

/// The same for a screen.
pub(super) fn stance(snapshot: &Snapshot, about: impl Into<Uuid>) -> StanceView {
    match of(snapshot, about).map(|bookmark| bookmark.stance) {
        None => StanceView::None,
        Some(Stance::Saved) => StanceView::Saved,
        Some(Stance::Hidden { .. }) => StanceView::Hidden,
    }
}

/// Why they hid it, to go behind "You are not interested"; empty where they gave no reason.
pub(super) fn because(snapshot: &Snapshot, about: impl Into<Uuid>) -> &'static str {
    let Some(Stance::Hidden {
        because: Some(because),
    }) = of(snapshot, about).map(|bookmark| bookmark.stance)
    else {
        return "";
    };
    match because {
        Because::Skills => "because of the skills",
        Because::Place => "because of the place",
        Because::Time => "because of the time",
        Because::Rate => "because of the rate",
        Because::Person => "because of the person",
    }
}
