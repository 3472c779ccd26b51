//! What becomes of an act that the server refused: gone, kept for the person, or tried again with newer rows. Pure.

use guildhall_domain::changes::Changes;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_storage::device::Refused;
use guildhall_sync_core::replica::{Pending, Progress};

/// What becomes of it.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It is dropped: nobody misses it.
    Gone,
    /// It waits on this device until what the server knows is known here; then it is looked at anew.
    Again(Pending),
    /// It needs the person; what of it still holds is tried again.
    Kept(Refused, Option<Pending>),
}

/// The fields that were changed elsewhere, and the others, which still hold.
fn parted(changes: &Changes, denied: &Denied) -> (Changes, Option<Changes>) {
    let (mine, rest) = changes.split(denied);
    if mine.is_empty() {
        return (rest, None);
    }
    (mine, Some(rest).filter(|rest| !rest.is_empty()))
}

/// Decides it. A fresh id is for what is tried again: the old one has its answer for good.
pub(crate) fn fate(pending: &Pending, denied: &Denied, fresh: MutationId, now: Timestamp) -> Fate {
    let again = |mutation: Mutation| Pending {
        id: fresh,
        at: pending.at,
        mutation,
        progress: Progress::Queued,
    };
    let kept = |mutation: Mutation| Refused {
        id: pending.id,
        at: pending.at,
        mutation,
        denied: denied.clone(),
        refused_at: now,
    };
    let mutation = &pending.mutation;
    match denied.code {
        // Frozen, not lost: a suspension may be lifted.
        Code::Blocked => Fate::Again(again(mutation.clone())),
        _ if mutation.is_quiet() => Fate::Gone,
        // It took effect before under another number.
        Code::AlreadyDone if mutation.words().is_empty() => Fate::Gone,
        Code::Paused | Code::StaleVersion
            if matches!(mutation, Mutation::SubmitApplication { .. }) =>
        {
            Fate::Again(again(mutation.clone()))
        }
        Code::StaleVersion => match mutation {
            Mutation::ChangeProfile { changes } => {
                let (mine, rest) = parted(changes, denied);
                let rest = rest.map(|changes| again(Mutation::ChangeProfile { changes }));
                Fate::Kept(kept(Mutation::ChangeProfile { changes: mine }), rest)
            }
            Mutation::ChangeRequest { id, changes } => {
                let (id, (mine, rest)) = (*id, parted(changes, denied));
                let rest = rest.map(|changes| again(Mutation::ChangeRequest { id, changes }));
                Fate::Kept(kept(Mutation::ChangeRequest { id, changes: mine }), rest)
            }
            _ => Fate::Kept(kept(mutation.clone()), None),
        },
        Code::NotFound
        | Code::Forbidden
        | Code::InvalidState
        | Code::Paused
        | Code::LimitReached
        | Code::Expired
        | Code::Validation
        | Code::AlreadyDone
        | Code::AlreadyFilled
        | Code::Quarantined => Fate::Kept(kept(mutation.clone()), None),
    }
}
