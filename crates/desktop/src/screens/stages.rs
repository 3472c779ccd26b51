//! Where things stand, as people read it: derived from several rows, because a request goes on in its contract.

use crate::snapshot::Snapshot;
use crate::view::matching::ApplicationStageView;
use crate::view::request::RequestStageView;
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::time::Timestamp;

/// Where an application stands, with what followed from it.
pub(super) fn of_application(
    snapshot: &Snapshot,
    application: &Application,
) -> ApplicationStageView {
    match &application.stage {
        ApplicationStage::Submitted => ApplicationStageView::Submitted,
        ApplicationStage::Viewed { .. } => ApplicationStageView::Viewed,
        ApplicationStage::Shortlisted { .. } => ApplicationStageView::Shortlisted,
        ApplicationStage::Offered { offer, .. } => {
            let ran_out = snapshot
                .find::<Offer>(*offer)
                .is_some_and(|offer| !offer.is_live(snapshot.now));
            if ran_out {
                ApplicationStageView::Viewed
            } else {
                ApplicationStageView::Offered
            }
        }
        ApplicationStage::Hired { contract, .. } => match snapshot.find::<Contract>(*contract) {
            Some(contract) => of_contract(snapshot, contract),
            None => ApplicationStageView::Hired,
        },
        ApplicationStage::Declined { .. } => ApplicationStageView::Declined,
        // A contract that was called off leaves its application withdrawn; people read that it is closed.
        ApplicationStage::Withdrawn { .. } if has_contract(snapshot, application) => {
            ApplicationStageView::Closed
        }
        ApplicationStage::Withdrawn { .. } => ApplicationStageView::Withdrawn,
        ApplicationStage::Closed { .. } => ApplicationStageView::Closed,
    }
}

fn of_contract(snapshot: &Snapshot, contract: &Contract) -> ApplicationStageView {
    if is_unconfirmed(snapshot, contract) {
        return ApplicationStageView::Offered;
    }
    match contract.stage {
        ContractStage::Active { .. } => ApplicationStageView::Hired,
        ContractStage::Delivered { .. } => ApplicationStageView::Delivered,
        ContractStage::Completed { .. } => ApplicationStageView::Completed,
        ContractStage::Cancelled { .. } => ApplicationStageView::Closed,
    }
}

fn has_contract(snapshot: &Snapshot, application: &Application) -> bool {
    snapshot
        .all::<Contract>()
        .any(|contract| contract.application == application.id)
}

/// True while the contract is only this device's prediction: the acceptance has not reached the server.
///
/// A binding act is never shown as done before the server has said so.
pub(super) fn is_unconfirmed(snapshot: &Snapshot, contract: &Contract) -> bool {
    snapshot.is_waiting::<Offer>(contract.offer)
        && snapshot
            .find::<Offer>(contract.offer)
            .is_some_and(|offer| matches!(offer.stage, OfferStage::Accepted { .. }))
}

/// Where a request stands, with what followed from it.
pub(super) fn of_request(snapshot: &Snapshot, request: &Request) -> RequestStageView {
    match request.stage {
        RequestStage::Open if is_shortlisting(snapshot, request) => RequestStageView::Shortlisting,
        RequestStage::Open => RequestStageView::Open,
        RequestStage::Paused { .. } => RequestStageView::Paused,
        RequestStage::Filled { .. } => {
            let contracts: Vec<&Contract> = snapshot
                .all::<Contract>()
                .filter(|contract| contract.request == request.id)
                .collect();
            if contracts
                .iter()
                .any(|contract| is_unconfirmed(snapshot, contract))
            {
                RequestStageView::Open
            } else if contracts
                .iter()
                .any(|contract| matches!(contract.stage, ContractStage::Delivered { .. }))
            {
                RequestStageView::Delivered
            } else {
                RequestStageView::InProgress
            }
        }
        RequestStage::Closed { .. } => RequestStageView::Completed,
        RequestStage::Cancelled { .. } => RequestStageView::Cancelled,
        RequestStage::Expired { .. } => RequestStageView::Expired,
        RequestStage::Removed { .. } => RequestStageView::Removed,
    }
}

/// True once the client has put somebody on the shortlist; only the client knows of all of them.
fn is_shortlisting(snapshot: &Snapshot, request: &Request) -> bool {
    request.client == snapshot.me
        && snapshot.all::<Application>().any(|application| {
            application.request == request.id
                && matches!(application.stage, ApplicationStage::Shortlisted { .. })
        })
}

/// When something last happened to an application that is news to the two.
pub(super) fn application_since(application: &Application) -> Timestamp {
    match application.stage {
        // That it was read is no news in a list: whoever reads an old one does not find it on top afterwards.
        ApplicationStage::Submitted | ApplicationStage::Viewed { .. } => application.submitted,
        ApplicationStage::Shortlisted { at }
        | ApplicationStage::Offered { at, .. }
        | ApplicationStage::Hired { at, .. }
        | ApplicationStage::Declined { at, .. }
        | ApplicationStage::Withdrawn { at }
        | ApplicationStage::Closed { at, .. } => at,
    }
}

/// Since when a contract stands where it does.
pub(super) fn contract_since(contract: &Contract) -> Timestamp {
    match contract.stage {
        ContractStage::Active { at, .. }
        | ContractStage::Delivered { at, .. }
        | ContractStage::Completed { at }
        | ContractStage::Cancelled { at, .. } => at,
    }
}

/// True when this person has an application on the request that still counts.
pub(super) fn has_applied(application: Option<&Application>) -> bool {
    application
        .is_some_and(|application| !matches!(application.stage, ApplicationStage::Withdrawn { .. }))
}
