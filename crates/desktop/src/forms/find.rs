//! What somebody looks for, as the search takes it.

use super::Unread;
use crate::view::find::FindForm;
use guildhall_domain::denied::Denied;
use guildhall_domain::request::Work;
use guildhall_protocol::find::{Find, LeastStars, Near, RateRange, Sort};

/// Reads the form. What the search does not take is found by the search.
///
/// # Errors
/// `validation` with what cannot be read.
pub fn find(form: &FindForm) -> Result<Find, Denied> {
    let mut unread = Unread::default();
    let mut day = |text: &str, pointer: &str, what: &str| {
        let is_asked = !text.trim().is_empty();
        is_asked.then(|| unread.date(text, pointer, what)).flatten()
    };
    let from = day(&form.from, "/from", "first day");
    let until = day(&form.until, "/until", "last day");
    let currency = form.currency.parse().ok();
    let has_rate = form.rate_least.is_some() || form.rate_most.is_some();
    if has_rate && currency.is_none() {
        unread.note("/rate/currency", "unknown", "Choose a currency.");
    }
    let rate = currency.filter(|_| has_rate).map(|currency| RateRange {
        least: form.rate_least.map(i64::from),
        most: form.rate_most.map(i64::from),
        currency,
        or_open: form.or_open,
    });
    let mut work = Vec::with_capacity(form.work.len());
    for (index, word) in form.work.iter().enumerate() {
        match word.as_str() {
            "on_site" => work.push(Work::OnSite),
            "hybrid" => work.push(Work::Hybrid),
            "remote" => work.push(Work::Remote),
            _ => unread.note(format!("/work/{index}"), "unknown", "Choose how to work."),
        }
    }
    let sort = match form.sort.as_str() {
        "newest" => Sort::Newest,
        "rate" => Sort::Rate,
        "nearest" => Sort::Nearest,
        "relevance" | "" => Sort::Relevance,
        _ => {
            unread.note("/sort", "unknown", "Choose an order.");
            Sort::Relevance
        }
    };
    unread.into_result(Ok(()))?;
    Ok(Find {
        text: form.text.trim().to_owned(),
        categories: form.categories.clone(),
        skills: form.skills.clone(),
        work,
        near: form.place.as_ref().map(|place| Near {
            place: place.id,
            radius_km: form.radius_km,
            or_remote: form.or_remote,
        }),
        countries: form.countries.clone(),
        from,
        until,
        rate,
        languages: form.languages.clone(),
        stars: form.stars.map(|tenths| LeastStars {
            tenths,
            or_new: form.or_new,
        }),
        sort,
        after: form.after.clone(),
        limit: None,
    })
}
