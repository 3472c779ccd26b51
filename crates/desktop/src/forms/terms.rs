//! The terms of an offer.

use super::{Unread, one_euro};
use crate::screens::money_view;
use crate::view::thread::TermsForm;
use guildhall_domain::denied::Denied;
use guildhall_domain::offer::Terms;
use guildhall_domain::time::Date;

/// Reads the form and checks it as the server will.
///
/// # Errors
/// `validation` with every field that does not hold.
pub fn terms(form: &TermsForm) -> Result<Terms, Denied> {
    let mut unread = Unread::default();
    let start = unread.date(&form.start, "/start", "first day");
    let end = unread.date(&form.end, "/end", "last day");
    let rate = unread.price(form.rate.as_ref(), "/rate", "Name the rate per hour.");
    // The stand-ins hold, so that the other fields are checked too; the mistakes noted above refuse the form all the same.
    let Some(rate) = rate.or_else(one_euro) else {
        return Err(Denied::validation(unread.0));
    };
    let terms = Terms {
        scope: form.scope.trim().to_owned(),
        rate,
        hours_per_week: form.hours_per_week,
        start: start.or(end).unwrap_or(Date(0)),
        end: end.or(start).unwrap_or(Date(0)),
    };
    unread.into_result(terms.check())?;
    Ok(terms)
}

/// The form that says what the terms say.
pub fn terms_form(terms: &Terms) -> TermsForm {
    TermsForm {
        scope: terms.scope.clone(),
        rate: Some(money_view(terms.rate)),
        hours_per_week: terms.hours_per_week,
        start: terms.start.to_string(),
        end: terms.end.to_string(),
    }
}
