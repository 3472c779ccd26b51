//! What each screen shows, as pure functions of the snapshot.
//!
//! Acts are offered by running the domain's own rules over the snapshot ([`world::may`]); names come from the shipped
//! vocabulary, percents and reasons from matching. Nothing here reads a clock, a disk or a network.

pub(crate) mod attention;
mod bookmarks;
mod candidates;
mod charts;
mod contracts;
mod differences;
pub mod drafts;
pub(crate) mod files;
mod fits;
mod found;
mod homes;
pub(crate) mod names;
mod opportunities;
mod outbox_words;
mod people;
mod profile;
mod requests;
mod session;
mod stages;
mod threads;
pub mod words;
pub mod world;

pub use candidates::candidate;
pub use charts::{charts, drawn as drawn_charts};
pub use contracts::contracts;
pub use found::{Source, find_talent_here, find_work_here, found_talent, found_work};
pub use homes::{client_home, freelancer_home};
pub use opportunities::{opportunities, opportunity, top_matches};
pub use outbox_words::describe;
pub(crate) use people::{ms as milliseconds, roles};
pub use profile::{my_profile, strength};
pub use requests::{my_request, my_requests};
pub use session::me;
pub use threads::{thread, threads};

use crate::view::MoneyView;
use crate::view::error::{ErrorView, FieldErrorView};
use guildhall_domain::denied::Denied;
use guildhall_domain::money::Money;

/// A refusal as a screen shows it.
pub fn error_view(denied: &Denied) -> ErrorView {
    ErrorView {
        code: denied.code.as_str().to_owned(),
        message: denied.message.clone(),
        errors: denied
            .errors
            .iter()
            .map(|error| FieldErrorView {
                pointer: error.pointer.clone(),
                code: error.code.clone(),
                message: error.message.clone(),
            })
            .collect(),
    }
}

/// An amount as the screens get it.
pub(crate) fn money_view(money: Money) -> MoneyView {
    MoneyView {
        minor: i32::try_from(money.minor).unwrap_or(i32::MAX),
        currency: money.currency.code().to_owned(),
    }
}
