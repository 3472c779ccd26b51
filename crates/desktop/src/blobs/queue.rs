//! Which acts may be sent while others wait for their files. Pure.

use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::{AccountId, ApplicationId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_sync_core::replica::{Pending, Progress};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The acts, out of these, that may be sent now, in the order in which they are sent, at most so many. One that waits for a file holds
/// up everything behind it in the same conversation, and nothing else. One that has its number holds up all: numbers are sent
/// without gaps, before anything gets a new one.
pub(crate) fn ready<'a>(
    undecided: impl Iterator<Item = &'a Pending> + Clone,
    me: AccountId,
    limit: usize,
    is_sent: impl Fn(BlobHash) -> bool,
    thread_of: impl Fn(Uuid) -> Option<ApplicationId>,
) -> Vec<MutationId> {
    let waits = |pending: &Pending| {
        let mut files = pending.mutation.attachments().iter();
        !files.all(|file| is_sent(file.blob))
    };
    let number = |pending: &Pending| match pending.progress {
        Progress::Numbered { seq } | Progress::Applied { seq, .. } => Some(seq),
        Progress::Queued => None,
    };
    let mut numbered: Vec<&Pending> = undecided
        .clone()
        .filter(|pending| number(pending).is_some())
        .collect();
    // One that waited for a file got its number after acts that were done later.
    numbered.sort_by_key(|pending| number(pending));
    let mut ready = Vec::new();
    for pending in numbered {
        if waits(pending) || ready.len() == limit {
            return ready;
        }
        ready.push(pending.id);
    }
    let mut held_up: BTreeSet<Uuid> = BTreeSet::new();
    for pending in undecided.filter(|pending| number(pending).is_none()) {
        if ready.len() == limit {
            break;
        }
        if waits(pending) {
            held_up.extend(line(&pending.mutation, me, &thread_of));
        } else if held_up.is_empty()
            || line(&pending.mutation, me, &thread_of).is_none_or(|line| !held_up.contains(&line))
        {
            ready.push(pending.id);
        }
    }
    ready
}

/// What the act keeps its place in: the conversation, for everything that belongs to one.
fn line(
    mutation: &Mutation,
    me: AccountId,
    thread_of: impl Fn(Uuid) -> Option<ApplicationId>,
) -> Option<Uuid> {
    if let Mutation::SubmitApplication { request, .. } = mutation {
        return Some(ApplicationId::of(*request, me).0);
    }
    let aggregate = mutation.aggregate()?;
    // Offers and contracts stand in a conversation, too.
    Some(thread_of(aggregate).map_or(aggregate, |thread| thread.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use guildhall_domain::attachment::Attachment;
    use guildhall_domain::id::{ContractId, MessageId};
    use guildhall_domain::time::Timestamp;

    const ME: AccountId = AccountId(Uuid::from_u128(9));
    const CONTRACT: u128 = 77;

    fn pending(number: u128, progress: Progress, mutation: Mutation) -> Pending {
        Pending {
            id: MutationId(Uuid::from_u128(number)),
            at: Timestamp(0),
            mutation,
            progress,
        }
    }

    fn message(thread: u128, files: &[u8]) -> Mutation {
        let file = |number: &u8| Attachment {
            blob: BlobHash([*number; 32]),
            name: "a.txt".to_owned(),
            size: 1,
            media_type: "text/plain".to_owned(),
        };
        Mutation::SendMessage {
            id: MessageId(Uuid::nil()),
            application: ApplicationId(Uuid::from_u128(thread)),
            body: String::new(),
            attachments: files.iter().map(file).collect(),
        }
    }

    /// The numbers of the acts that may be sent while these files are on the server.
    fn sent(acts: &[Pending], files: &[u8]) -> Vec<u128> {
        let contract_is_in_thread_1 =
            |id: Uuid| (id.as_u128() == CONTRACT).then_some(ApplicationId(Uuid::from_u128(1)));
        ready(
            acts.iter(),
            ME,
            200,
            |blob| files.contains(&blob.0[0]),
            contract_is_in_thread_1,
        )
        .iter()
        .map(|id| id.0.as_u128())
        .collect()
    }

    #[test]
    fn later_acts_of_the_same_conversation_wait_and_others_go_on() {
        let deliver = Mutation::Deliver {
            id: ContractId(Uuid::from_u128(CONTRACT)),
            note: String::new(),
        };
        let acts = [
            pending(1, Progress::Queued, message(1, &[])),
            pending(2, Progress::Queued, message(1, &[5, 6])),
            pending(3, Progress::Queued, message(2, &[])),
            pending(4, Progress::Queued, message(1, &[])),
            pending(5, Progress::Queued, deliver),
            pending(6, Progress::Queued, message(2, &[7])),
            pending(7, Progress::Queued, message(2, &[])),
        ];

        assert_eq!(sent(&acts, &[]), [1, 3]);
        assert_eq!(sent(&acts, &[5]), [1, 3], "all of its files");
        assert_eq!(sent(&acts, &[5, 6]), [1, 2, 3, 4, 5]);
        assert_eq!(sent(&acts, &[7]), [1, 3, 6, 7]);
        assert_eq!(sent(&acts, &[5, 6, 7]), [1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn an_act_with_a_number_is_not_left_out() {
        let acts = [
            pending(1, Progress::Numbered { seq: 1 }, message(1, &[])),
            pending(2, Progress::Numbered { seq: 2 }, message(1, &[5])),
            pending(3, Progress::Numbered { seq: 3 }, message(2, &[])),
            pending(4, Progress::Queued, message(3, &[])),
        ];

        assert_eq!(sent(&acts, &[]), [1]);
        assert_eq!(sent(&acts, &[5]), [1, 2, 3, 4]);
    }

    #[test]
    fn numbers_come_in_their_order_before_anything_that_has_none() {
        let acts = [
            pending(1, Progress::Queued, message(1, &[5])),
            pending(2, Progress::Numbered { seq: 8 }, message(1, &[6])),
            pending(3, Progress::Numbered { seq: 7 }, message(2, &[])),
            pending(4, Progress::Queued, message(2, &[])),
        ];

        assert_eq!(sent(&acts, &[6]), [3, 2, 4]);
        assert_eq!(sent(&acts, &[5, 6]), [3, 2, 1, 4]);
        assert_eq!(sent(&acts, &[5]), [3]);
    }
}
