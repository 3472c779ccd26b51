//! Talking in a thread.

use super::application::{answerable, log};
use super::{Answer, Call, taken};
use crate::activity::ActivityKind;
use crate::attachment::{self, Attachment};
use crate::denied::{Code, Denied, Mistakes};
use crate::id::{ApplicationId, MessageId};
use crate::message::{Message, ReadMark};
use crate::mutation::Effect;
use crate::time::Timestamp;
use crate::world::find;

pub(super) fn send(
    call: &Call<'_>,
    id: MessageId,
    thread: ApplicationId,
    body: &str,
    attachments: &[Attachment],
) -> Answer {
    let application = answerable(call, thread)?;
    if let Some(before) = find::<Message>(call.world, id)? {
        if (before.application, before.author) != (thread, call.actor.account) {
            return Err(taken().into());
        }
        return Err(Denied::new(Code::AlreadyDone, "This message has been sent already.").into());
    }
    let mut mistakes = Mistakes::default();
    let shortest = usize::from(attachments.is_empty());
    mistakes.length(body, shortest, 8_000, "/body", "The message");
    attachment::check(attachments, &mut mistakes);
    mistakes.into_result()?;
    let message = Message {
        id,
        application: thread,
        author: call.actor.account,
        body: body.trim().to_owned(),
        attachments: attachments.to_vec(),
        at: call.now,
    };
    Ok(vec![
        Effect::put(message),
        log(call, ActivityKind::MessageSent, &application, ""),
    ])
}

pub(super) fn mark_read(call: &Call<'_>, thread: ApplicationId, up_to: Timestamp) -> Answer {
    let application = answerable(call, thread)?;
    let reader = call.actor.account;
    let id = ReadMark::id_of(thread, reader);
    // Nobody reads the future, and nobody unreads.
    let up_to = up_to.min(call.now);
    if find::<ReadMark>(call.world, id)?.is_some_and(|before| before.up_to >= up_to) {
        return Ok(Vec::new());
    }
    Ok(vec![Effect::put(ReadMark {
        id,
        application: application.id,
        reader,
        up_to,
    })])
}
