//! Leaving for good: what a person wrote about themselves goes, and what they have with others stays under no name.

use super::contract;
use super::request::close_applications;
use super::{Answer, Call};
use crate::activity::Activity;
use crate::application::{Application, ApplicationStage, Closing};
use crate::bookmark::Bookmark;
use crate::contract::{Contract, ContractStage};
use crate::denied::{Code, Denied};
use crate::id::AccountId;
use crate::message::ReadMark;
use crate::mutation::Effect;
use crate::offer::{Offer, OfferStage};
use crate::person::{FORMER_MEMBER, Person, Roles, Status};
use crate::profile::Profile;
use crate::request::{Request, RequestStage};
use crate::row::{Column, Key, Lookup, Table};
use crate::time::Date;
use crate::world::{Stop, World, find, get, list};

/// What a request is called whose client has left.
const FORMER_REQUEST: &str = "Request of a former member";

/// Told to whoever had a running contract with them.
const WHY: &str = "They have left this market.";

pub(super) fn erase(call: &Call<'_>) -> Answer {
    let me = call.actor.account;
    let mut person: Person = get(call.world, me, "account")?;
    if person.name == FORMER_MEMBER {
        return Err(Denied::new(Code::AlreadyDone, "This person has left already.").into());
    }
    let requests: Vec<Request> = by(call.world, Column::Client, me)?;
    let mut effects = Vec::new();
    // The lines first: what is done below leaves none.
    forget_lines(call, &requests, &mut effects)?;
    end_work(call, &mut person, &mut effects)?;
    for request in requests {
        leave_request(call, request, &mut effects)?;
    }
    for side in [Column::Client, Column::Freelancer] {
        let threads: Vec<Application> = by(call.world, side, me)?;
        for thread in threads {
            let mark = ReadMark::id_of(thread.id, me);
            if find::<ReadMark>(call.world, mark)?.is_some() {
                effects.push(Effect::Delete(Key::of::<ReadMark>(mark)));
            }
        }
    }
    for bookmark in by::<Bookmark>(call.world, Column::Owner, me)? {
        effects.push(Effect::Delete(Key::of::<Bookmark>(bookmark.id)));
    }
    if find::<Profile>(call.world, me)?.is_some() {
        effects.push(Effect::Delete(Key::of::<Profile>(me)));
    }
    FORMER_MEMBER.clone_into(&mut person.name);
    person.roles = Roles::default();
    person.status = Status::Active;
    person.proven.clear();
    effects.push(Effect::put(person));
    Ok(effects)
}

fn by<N: crate::row::Noun>(
    world: &dyn World,
    column: Column,
    me: AccountId,
) -> Result<Vec<N>, Stop> {
    list(world, Lookup::of::<N>(column, me))
}

/// Takes titles, reasons and names out of the lines that they left, and that others left about their requests.
fn forget_lines(
    call: &Call<'_>,
    requests: &[Request],
    effects: &mut Vec<Effect>,
) -> Result<(), Stop> {
    let mut lines: Vec<Activity> = by(call.world, Column::Actor, call.actor.account)?;
    for request in requests {
        lines.extend(list::<Activity>(
            call.world,
            Lookup::of::<Activity>(Column::Request, request.id),
        )?);
    }
    for mut line in lines {
        if !line.note.is_empty() {
            line.note.clear();
            effects.push(Effect::put(line));
        }
    }
    Ok(())
}

/// Takes back what waits for an answer, and calls off what runs.
fn end_work(call: &Call<'_>, person: &mut Person, effects: &mut Vec<Effect>) -> Result<(), Stop> {
    let me = call.actor.account;
    let applications: Vec<Application> = by(call.world, Column::Freelancer, me)?;
    for mut application in applications {
        let offers = Lookup::of::<Offer>(Column::Application, application.id);
        for mut offer in list::<Offer>(call.world, offers)? {
            if matches!(offer.stage, OfferStage::Sent { .. }) {
                offer.stage = OfferStage::Superseded { at: call.now };
                effects.push(Effect::put(offer));
            }
        }
        if application.is_live() {
            application.stage = ApplicationStage::Withdrawn { at: call.now };
            effects.push(Effect::put(application));
        }
    }
    let working: Vec<Contract> = by(call.world, Column::Freelancer, me)?;
    for running in working.into_iter().filter(Contract::is_running) {
        let ended = contract::cancel(call, running.id, WHY)?;
        // The person is written once, at the end; and an act leaves one line at most, which this one does not.
        effects.extend(
            ended
                .into_iter()
                .filter(|effect| !matches!(effect.key().table, Table::Person | Table::Activity)),
        );
        person.standing.cancelled += 1;
    }
    let hiring: Vec<Contract> = by(call.world, Column::Client, me)?;
    for mut running in hiring.into_iter().filter(Contract::is_running) {
        running.stage = ContractStage::Cancelled {
            at: call.now,
            by: me,
            reason: WHY.to_owned(),
        };
        if let Some(mut application) = find::<Application>(call.world, running.application)? {
            application.stage = ApplicationStage::Closed {
                at: call.now,
                because: Closing::Cancelled,
            };
            effects.push(Effect::put(application));
        }
        effects.push(Effect::put(running));
        person.standing.cancelled += 1;
    }
    Ok(())
}

/// Ends a request and takes its words out of it. What was agreed on stands in the contract.
fn leave_request(
    call: &Call<'_>,
    mut request: Request,
    effects: &mut Vec<Effect>,
) -> Result<(), Stop> {
    let contracts = Lookup::of::<Contract>(Column::Request, request.id);
    let running = list::<Contract>(call.world, contracts)?
        .iter()
        .filter(|contract| contract.is_running())
        .count();
    if request.is_live() || running > 0 {
        effects.extend(close_applications(call, request.id, Closing::Cancelled)?);
        let left = u32::try_from(running).unwrap_or(u32::MAX);
        request.hired = request.hired.saturating_sub(left);
        request.stage = RequestStage::Cancelled {
            at: call.now,
            reason: String::new(),
        };
    }
    if let RequestStage::Cancelled { reason, .. } = &mut request.stage {
        reason.clear();
    }
    FORMER_REQUEST.clone_into(&mut request.text.title);
    request.text.description.clear();
    request.text.skills.clear();
    request.text.place = None;
    request.text.budget = None;
    "UTC".clone_into(&mut request.text.time_zone);
    request.text.languages.clear();
    (request.text.start, request.text.end) = (Date(0), Date(0));
    request.changed = call.now;
    effects.push(Effect::put(request));
    Ok(())
}
