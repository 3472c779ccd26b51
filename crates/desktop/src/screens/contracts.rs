//! Contracts as both parties see them.

use super::world::may;
use super::{people, stages};
use crate::forms::terms::terms_form;
use crate::snapshot::Snapshot;
use crate::view::RoleView;
use crate::view::thread::ContractView;
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::id::{ApplicationId, ContractId, ReviewId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::review::Review;
use guildhall_domain::time::Timestamp;
use std::cmp::Reverse;

/// My contracts under one hat: running ones first, then the ended, the latest change first.
pub fn contracts(snapshot: &Snapshot, role: RoleView) -> Vec<ContractView> {
    let mut mine: Vec<&Contract> = mine(snapshot, role).collect();
    mine.sort_by_key(|contract| order(contract));
    mine.into_iter()
        .map(|contract| view(snapshot, contract))
        .collect()
}

/// Contracts that run, the latest change first.
pub(super) fn running(snapshot: &Snapshot, role: RoleView) -> Vec<ContractView> {
    let mut running: Vec<&Contract> = mine(snapshot, role)
        .filter(|contract| contract.is_running())
        .collect();
    running.sort_by_key(|contract| order(contract));
    running
        .into_iter()
        .map(|contract| view(snapshot, contract))
        .collect()
}

fn order(contract: &Contract) -> (bool, Reverse<Timestamp>, ContractId) {
    let since = Reverse(stages::contract_since(contract));
    (!contract.is_running(), since, contract.id)
}

/// The contracts I am in under one hat. One that is only predicted does not exist yet.
pub(super) fn mine(snapshot: &Snapshot, role: RoleView) -> impl Iterator<Item = &Contract> {
    let me = snapshot.me;
    snapshot
        .all::<Contract>()
        .filter(move |contract| match role {
            RoleView::Freelancer => contract.freelancer == me,
            RoleView::Client => contract.client == me,
            RoleView::Moderator | RoleView::Admin => false,
        })
        .filter(|contract| !stages::is_unconfirmed(snapshot, contract))
}

/// The latest contract of a thread that the server knows of.
pub(super) fn of_thread(snapshot: &Snapshot, thread: ApplicationId) -> Option<&Contract> {
    snapshot
        .all::<Contract>()
        .filter(|contract| contract.application == thread)
        .filter(|contract| !stages::is_unconfirmed(snapshot, contract))
        .max_by_key(|contract| (contract.began, contract.id))
}

pub(super) fn view(snapshot: &Snapshot, contract: &Contract) -> ContractView {
    let (stage, note) = match &contract.stage {
        ContractStage::Active { changes, .. } => ("active", changes.as_str()),
        ContractStage::Delivered { note, .. } => ("delivered", note.as_str()),
        ContractStage::Completed { .. } => ("completed", ""),
        ContractStage::Cancelled { reason, .. } => ("cancelled", reason.as_str()),
    };
    ContractView {
        id: contract.id.to_string(),
        request: contract.request.to_string(),
        title: contract.title.clone(),
        other: people::view(snapshot, contract.other(snapshot.me)),
        thread: contract.application.to_string(),
        terms: terms_form(&contract.terms),
        stage: stage.to_owned(),
        since: people::ms(stages::contract_since(contract)),
        as_freelancer: contract.freelancer == snapshot.me,
        note: note.to_owned(),
        delivery: people::delivery(is_waiting(snapshot, contract)),
        review_due: is_review_due(snapshot, contract),
    }
}

pub(super) fn is_waiting(snapshot: &Snapshot, contract: &Contract) -> bool {
    snapshot.is_waiting::<Contract>(contract.id)
        || snapshot.is_waiting::<Review>(ReviewId::of(contract.id, snapshot.me))
}

pub(super) fn is_review_due(snapshot: &Snapshot, contract: &Contract) -> bool {
    may(snapshot, &review_probe(contract.id))
}

/// A review without words, to ask the rules whether one can be written.
pub(super) fn review_probe(contract: ContractId) -> Mutation {
    Mutation::WriteReview {
        contract,
        stars: 5,
        text: String::new(),
    }
}
