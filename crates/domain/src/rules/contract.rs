//! A contract's life: delivered, sent back, accepted, called off.

use super::request::reopen_applications;
use super::{About, Answer, Call, reason};
use crate::activity::ActivityKind;
use crate::application::{Application, ApplicationStage, Closing};
use crate::contract::{Contract, ContractStage};
use crate::denied::{Denied, Mistakes};
use crate::id::{AccountId, ContractId};
use crate::mutation::Effect;
use crate::person::Person;
use crate::request::{Request, RequestStage};
use crate::row::{Column, Lookup};
use crate::world::{find, get, list};
use std::collections::BTreeSet;

pub(super) fn deliver(call: &Call<'_>, id: ContractId, note: &str) -> Answer {
    let mut contract: Contract = get(call.world, id, "contract")?;
    match contract.stage {
        ContractStage::Active { .. } => {}
        ContractStage::Delivered { .. } => {
            return Err(
                Denied::state("It has been delivered; the client is looking at it.").into(),
            );
        }
        ContractStage::Completed { .. } | ContractStage::Cancelled { .. } => {
            return Err(over().into());
        }
    }
    let note = words(note, 0)?;
    let log = log_saying(call, ActivityKind::Delivered, &contract, &note);
    contract.stage = ContractStage::Delivered { at: call.now, note };
    Ok(vec![Effect::put(contract), log])
}

pub(super) fn request_changes(call: &Call<'_>, id: ContractId, note: &str) -> Answer {
    let mut contract: Contract = get(call.world, id, "contract")?;
    delivered(&contract)?;
    let changes = words(note, 10)?;
    let log = log_saying(call, ActivityKind::ChangesRequested, &contract, &changes);
    contract.stage = ContractStage::Active {
        at: call.now,
        changes,
    };
    Ok(vec![Effect::put(contract), log])
}

pub(super) fn accept_delivery(call: &Call<'_>, id: ContractId) -> Answer {
    let mut contract: Contract = get(call.world, id, "contract")?;
    delivered(&contract)?;
    contract.stage = ContractStage::Completed { at: call.now };
    let mut effects = Vec::new();
    let mut asked = BTreeSet::new();
    // A desktop may not hold the request or both people: then only the contract is predicted.
    if let Some(mut request) = find::<Request>(call.world, contract.request)? {
        asked.extend(request.text.skills.iter().filter_map(|wanted| wanted.skill));
        let others: Vec<Contract> = list(
            call.world,
            Lookup::of::<Contract>(Column::Request, contract.request),
        )?;
        let running = others
            .iter()
            .any(|other| other.id != id && other.is_running());
        if matches!(request.stage, RequestStage::Filled { .. }) && !running {
            request.stage = RequestStage::Closed { at: call.now };
            request.changed = call.now;
            effects.push(Effect::put(request));
        }
    }
    effects.extend(note_standing(call, &[contract.client], |person| {
        person.standing.completed += 1;
    })?);
    effects.extend(note_standing(call, &[contract.freelancer], |person| {
        person.standing.completed += 1;
        for skill in &asked {
            *person.proven.entry(*skill).or_default() += 1;
        }
    })?);
    effects.push(log(call, ActivityKind::DeliveryAccepted, &contract));
    effects.push(Effect::put(contract));
    Ok(effects)
}

pub(super) fn cancel(call: &Call<'_>, id: ContractId, why: &str) -> Answer {
    let mut contract: Contract = get(call.world, id, "contract")?;
    if !contract.is_running() {
        return Err(over().into());
    }
    let why = reason(why, 3)?;
    contract.stage = ContractStage::Cancelled {
        at: call.now,
        by: call.actor.account,
        reason: why,
    };
    let mut effects = Vec::new();
    if let Some(mut application) = find::<Application>(call.world, contract.application)? {
        application.stage = ApplicationStage::Withdrawn { at: call.now };
        effects.push(Effect::put(application));
    }
    if let Some(mut request) = find::<Request>(call.world, contract.request)? {
        request.hired = request.hired.saturating_sub(1);
        if matches!(request.stage, RequestStage::Filled { .. }) {
            request.stage = RequestStage::Open;
            effects.extend(reopen_applications(call, request.id, Closing::Filled)?);
        }
        request.changed = call.now;
        effects.push(Effect::put(request));
    }
    effects.extend(note_standing(call, &[call.actor.account], |person| {
        person.standing.cancelled += 1;
    })?);
    effects.push(log(call, ActivityKind::ContractCancelled, &contract));
    effects.push(Effect::put(contract));
    Ok(effects)
}

/// Changes what is known of people from their finished work.
pub(super) fn note_standing(
    call: &Call<'_>,
    people: &[AccountId],
    change: impl Fn(&mut Person),
) -> Answer {
    let mut effects = Vec::new();
    for id in people {
        if let Some(mut person) = find::<Person>(call.world, *id)? {
            change(&mut person);
            effects.push(Effect::put(person));
        }
    }
    Ok(effects)
}

fn delivered(contract: &Contract) -> Result<(), Denied> {
    match contract.stage {
        ContractStage::Delivered { .. } => Ok(()),
        ContractStage::Active { .. } => Err(Denied::state("Nothing has been delivered yet.")),
        ContractStage::Completed { .. } | ContractStage::Cancelled { .. } => Err(over()),
    }
}

fn over() -> Denied {
    Denied::state("This contract has ended.")
}

fn words(note: &str, minimum: usize) -> Result<String, Denied> {
    let mut mistakes = Mistakes::default();
    mistakes.length(note, minimum, 4_000, "/note", "The note");
    mistakes.into_result()?;
    Ok(note.trim().to_owned())
}

fn log(call: &Call<'_>, kind: ActivityKind, contract: &Contract) -> Effect {
    log_saying(call, kind, contract, &contract.title)
}

/// A line that keeps the words: the contract itself holds only the latest.
fn log_saying(call: &Call<'_>, kind: ActivityKind, contract: &Contract, note: &str) -> Effect {
    let about = About {
        other: Some(contract.other(call.actor.account)),
        request: Some(contract.request),
        application: Some(contract.application),
    };
    call.log(kind, about, note)
}
