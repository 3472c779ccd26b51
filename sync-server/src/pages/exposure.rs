//! `GET` and `POST /admin/exposure`: the share of places that newcomers have.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_domain::policy::Act;
use guildhall_matching::NewcomerShare;

use super::account::Owner;
use super::html::{Alert, Hidden};
use super::login::STALE;
use super::{Destination, Field, Page, Pending, admin, failed, redirect, unreadable};
use crate::exposure;
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
             <p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n",
            alert = Alert(self.told),
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
