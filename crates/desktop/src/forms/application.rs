//! The application form.

use super::{Unread, one_euro};
use crate::view::request::ApplicationDraft;
use guildhall_domain::denied::{Denied, Mistakes};
use guildhall_domain::money::{MAXIMUM_MINOR, Money};

/// Reads message and price and checks them as the server will.
///
/// # Errors
/// `validation` with every field that does not hold.
pub fn application(draft: &ApplicationDraft) -> Result<(String, Money), Denied> {
    let mut unread = Unread::default();
    let price = unread.price(draft.price.as_ref(), "/price", "Name your price per hour.");
    let Some(price) = price.or_else(one_euro) else {
        return Err(Denied::validation(unread.0));
    };
    let message = draft.message.trim().to_owned();
    let mut mistakes = Mistakes::default();
    mistakes.length(&message, 20, 4_000, "/message", "Your message");
    mistakes.require(
        (1..=MAXIMUM_MINOR).contains(&price.minor),
        "/price",
        "out_of_range",
        "The price is above zero and below ten million.",
    );
    unread.into_result(mistakes.into_result())?;
    Ok((message, price))
}
