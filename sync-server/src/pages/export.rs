//! `GET` and `POST /account/export`: everything that the server holds about somebody, in one file.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use guildhall_storage::server::AuditKind;

use super::account::Owner;
use super::html::Hidden;
use super::step_up::{self, Told};
use super::{Destination, Page, Pending, failed, unreadable};
use crate::export;
use crate::oauth::{Failure, Form, OAuth};
use crate::state::Market;

const PAGE: Destination = Destination::Export;

pub(super) async fn show(State(market): State<Arc<Market>>, request: Request) -> Response {
    let (oauth, headers) = (&market.oauth, request.headers());
    let answer = async {
        Ok(match Owner::of(oauth, headers, PAGE).await? {
            Ok(owner) => match step_up::first(oauth, &owner, PAGE).await? {
                Some(first) => first,
                None => view(oauth, &owner, &Told::NOTHING).await?,
            },
            Err(elsewhere) => elsewhere,
        })
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failed(oauth, &failure))
}

pub(super) async fn hand_over(State(market): State<Arc<Market>>, request: Request) -> Response {
    let oauth = &market.oauth;
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(oauth, error),
    };
    check(&market, &form)
        .await
        .unwrap_or_else(|failure| failed(oauth, &failure))
}

async fn check(market: &Arc<Market>, form: &Form) -> Result<Response, Failure> {
    let oauth = &market.oauth;
    let owner = match Owner::of(oauth, &form.parts.headers, PAGE).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if let Err(told) = step_up::prove(oauth, &owner, form).await? {
        return view(oauth, &owner, &told).await;
    }
    oauth.audit(AuditKind::Exported, owner.account, "").await?;
    let mut response = export::of(market, owner.account).into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"guildhall-data.json\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

async fn view(oauth: &OAuth, owner: &Owner, told: &Told) -> Result<Response, Failure> {
    let has_code = oauth.second_factor(owner.account).await?.is_some();
    let body = format!(
        "<h1>Take your data along</h1>\n<p class=\"lead\">One file for programs (JSON): your profile, requests, applications, \
         messages you wrote and received, contracts, reviews, devices, and what the log of this server says of you. \
         Keep it where nobody else reads it.</p>\n{above}<form method=\"post\" action=\"{path}\">\n{hidden}{fields}\
         <button class=\"go\" type=\"submit\">Get the file</button>\n</form>\n\
         <p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n",
        above = told.above(),
        path = PAGE.path(),
        hidden = Hidden {
            visitor: &owner.visitor,
            pending: &Pending::of(""),
        },
        fields = told.fields(owner, has_code),
    );
    let response = Page {
        oauth,
        status: told.status(),
        title: if told.is_nothing() {
            "Take your data along"
        } else {
            "Error: Take your data along"
        },
        body,
        visitor: Some(&owner.visitor),
        pending: None,
    }
    .respond();
    Ok(told.with_retry_after(response))
}
