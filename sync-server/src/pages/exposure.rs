//! `GET` and `POST /admin/exposure`: the share of places that newcomers have, and how evenly people are shown; `GET /exposure`: the first of
//! it, for everybody.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_domain::policy::Act;
use guildhall_matching::NewcomerShare;
use guildhall_storage::server::Applicants;

use super::account::Owner;
use super::html::{Alert, Hidden};
use super::login::STALE;
use super::{Destination, Field, Page, Pending, admin, failed, redirect, unreadable};
use crate::exposure::{self, METER_DAYS, Meter};
use crate::oauth::{CSRF_FIELD, Failure, Form};
use crate::state::Market;

const PAGE: Destination = Destination::Exposure;

pub(super) async fn show(State(market): State<Arc<Market>>, request: Request) -> Response {
    let headers = request.headers();
    let answer = async {
        match admin::enter(&market.oauth, headers, PAGE, Act::SetExposure).await? {
            Ok(owner) => View::new(&market, &owner).respond(StatusCode::OK).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failed(&market.oauth, &failure))
}

pub(super) async fn submit(State(market): State<Arc<Market>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&market.oauth, error),
    };
    change(&market, &form)
        .await
        .unwrap_or_else(|failure| failed(&market.oauth, &failure))
}

/// What everybody may know: how many of the first places newcomers had.
pub(super) async fn public(State(market): State<Arc<Market>>) -> Response {
    let answer = async {
        let share = exposure::kept(&market.store.accounts()).await?;
        let meter = read(&market).await?;
        let body = format!(
            "<h1>Who is seen</h1>\n<p class=\"lead\">Freelancers who fit a request stand in the order of their fit. {kept}</p>\n\
             <h2>The last {METER_DAYS} days</h2>\n<ul class=\"rows\">\n{newcomers}</ul>\n",
            kept = if share == NewcomerShare::NONE {
                "No places are kept for newcomers, who have ended fewer than three contracts here."
            } else {
                "Some of the first ten places are kept for newcomers, who have ended fewer than three contracts here. They are drawn by \
                 lot among those who fit nearly as well, and labelled."
            },
            newcomers = newcomers(&meter, share),
        );
        Ok(Page {
            oauth: &market.oauth,
            status: StatusCode::OK,
            title: "Who is seen",
            body,
            visitor: None,
            pending: None,
        }
        .respond())
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failed(&market.oauth, &failure))
}

async fn read(market: &Market) -> Result<Meter, Failure> {
    let now = (market.clock)();
    Ok(market.meters.read(&market.store, now).await?)
}

fn row(title: &str, text: &str) -> String {
    format!("<li><div><b>{title}</b><p>{text}</p></div></li>\n")
}

/// A share in whole percent, rounded down; 0 of nothing.
fn percent(part: u64, all: u64) -> u64 {
    (part * 100).checked_div(all).unwrap_or(0)
}

fn newcomers(meter: &Meter, share: NewcomerShare) -> String {
    let (first, asked) = (meter.first, share.percent());
    if first.all == 0 {
        let text = format!("Nobody was listed yet. {asked} % is asked for.");
        return row("Newcomers", &text);
    }
    let text = format!(
        "of {all} first ten places that were taken; {asked} % is asked for. {by_fit} newcomers stood there by their own fit, {drawn} were drawn.",
        all = first.all,
        by_fit = first.newcomers.saturating_sub(first.drawn),
        drawn = first.drawn,
    );
    let had = percent(first.newcomers, first.all);
    row(&format!("Newcomers had {had} %"), &text)
}

fn evenly(meter: &Meter) -> String {
    let people = format!(
        "{} of {} freelancers stood among the first ten.",
        meter.seen, meter.freelancers
    );
    match meter.gini {
        None => row("Gini of exposure", "Nobody was listed yet."),
        Some(gini) => row(
            &format!("Gini of exposure {}.{:03}", gini / 1_000, gini % 1_000),
            &format!("0 is all alike, 1 is one alone. {people}"),
        ),
    }
}

fn applicants(counted: &Applicants) -> String {
    if counted.requests == 0 {
        return row("Applicants", "No request was published.");
    }
    let share = |part: u32| percent(part.into(), counted.requests.into());
    let text = format!(
        "of {requests} published requests have 3 to 15 applicants. {none} % have none, {few} % have 1 or 2, {many} % have 16 to 30, and \
         {crowds} % have more than 30.",
        requests = counted.requests,
        none = share(counted.none),
        few = share(counted.few),
        many = share(counted.many),
        crowds = share(counted.crowds),
    );
    row(&format!("Applicants: {} %", share(counted.enough)), &text)
}

async fn change(market: &Market, form: &Form) -> Result<Response, Failure> {
    let headers = &form.parts.headers;
    let owner = match admin::enter(&market.oauth, headers, PAGE, Act::SetExposure).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut view = View::new(market, &owner);
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        view.told = Some(STALE);
        return view.respond(StatusCode::FORBIDDEN).await;
    }
    let typed = form.field("newcomers");
    let percent = typed.trim().parse::<u8>().ok();
    if let Some(share) = percent.and_then(|percent| NewcomerShare::new(percent).ok()) {
        let (accounts, now) = (market.store.accounts(), (market.clock)().0);
        exposure::keep(share, &accounts, Some(owner.account), now).await?;
        market.share.set(share);
        return Ok(redirect(PAGE.path()));
    }
    view.wrong = Some(typed);
    view.respond(StatusCode::UNPROCESSABLE_ENTITY).await
}

struct View<'a> {
    market: &'a Market,
    owner: &'a Owner,
    told: Option<&'a str>,
    /// What was typed and is no share.
    wrong: Option<&'a str>,
}

impl<'a> View<'a> {
    fn new(market: &'a Market, owner: &'a Owner) -> Self {
        Self {
            market,
            owner,
            told: None,
            wrong: None,
        }
    }

    async fn respond(&self, status: StatusCode) -> Result<Response, Failure> {
        let share = exposure::kept(&self.market.store.accounts()).await?;
        let meter = read(self.market).await?;
        let pending = Pending::page(PAGE);
        let hidden = Hidden {
            visitor: &self.owner.visitor,
            pending: &pending,
        };
        let percent = share.percent().to_string();
        let most = NewcomerShare::MOST;
        let error = self
            .wrong
            .map(|_| format!("Write a whole number from 0 to {most}."));
        let field = Field {
            id: "newcomers",
            label: "Percent of the first ten places",
            kind: "number",
            autocomplete: "off",
            value: self.wrong.unwrap_or(&percent),
            hint: Some("15 is one or two places. With 0 the order is that of the fit alone."),
            error: error.as_deref(),
            has_focus: error.is_some(),
            is_required: true,
        };
        let body = format!(
            "<h1>Who is seen</h1>\n{alert}<h2>Places for newcomers</h2>\n\
             <p class=\"lead\">Newcomers have ended fewer than three contracts here. They are drawn by lot among those who fit \
             nearly as well, and labelled. The fit stays the same. It holds for lists that are made from now on.</p>\n\
             <form method=\"post\" action=\"{path}\">\n{hidden}{field}<button type=\"submit\">Save</button>\n</form>\n\
             <h2>The last {METER_DAYS} days</h2>\n<ul class=\"rows\">\n{newcomers}{evenly}{applicants}</ul>\n\
             <p class=\"after\">Counted at most every ten minutes. Everybody finds the first line at <a href=\"/exposure\">/exposure</a>.</p>\n\
             <p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n",
            alert = Alert(self.told),
            newcomers = newcomers(&meter, share),
            evenly = evenly(&meter),
            applicants = applicants(&meter.applicants),
            path = PAGE.path(),
        );
        Ok(Page {
            oauth: &self.market.oauth,
            status,
            title: if status == StatusCode::OK {
                "Who is seen"
            } else {
                "Error: Who is seen"
            },
            body,
            visitor: Some(&self.owner.visitor),
            pending: None,
        }
        .respond())
    }
}
