//! `GET` and `POST /account/delete`: leaving for good; and `/account/keep`, the link that takes it back.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_storage::server::accounts::LinkPurpose;
use jiff::Timestamp;

use super::account::Owner;
use super::html::Hidden;
use super::login::STALE;
use super::step_up::{self, Told};
use super::verify::{answer, token_of};
use super::{Destination, Escaped, Page, Pending, failed, notice, redirect, unreadable};
use crate::leaving::{LeaveError, Left, leave};
use crate::oauth::{CSRF_FIELD, Failure, Form, LinkError, OAuth};
use crate::state::Market;

const PAGE: Destination = Destination::Delete;

pub(super) async fn show(State(market): State<Arc<Market>>, request: Request) -> Response {
    let (oauth, headers) = (&market.oauth, request.headers());
    let answer = async {
        Ok(match Owner::of(oauth, headers, PAGE).await? {
            Ok(owner) => match first(oauth, &owner).await? {
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

/// What comes before the page. Taking it back asks for nothing.
async fn first(oauth: &OAuth, owner: &Owner) -> Result<Option<Response>, Failure> {
    if oauth.leaving_at(owner.account).await?.is_some() {
        return Ok(None);
    }
    step_up::first(oauth, owner, PAGE).await
}

pub(super) async fn submit(State(market): State<Arc<Market>>, request: Request) -> Response {
    let oauth = &market.oauth;
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(oauth, error),
    };
    match act(&market, &form).await {
        Ok(response) => response,
        Err(LeaveError::Failed(failure)) => failed(oauth, &failure),
        Err(LeaveError::LastAdmin) => notice(
            oauth,
            StatusCode::CONFLICT,
            "You are the only admin",
            "Make somebody else an admin first: open People and roles on the page of your account.",
        ),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "an account is not deleted yet"
            );
            let text =
                "Your account is deleted as soon as the server can. It tries again by itself.";
            notice(
                oauth,
                StatusCode::ACCEPTED,
                "It takes a little longer",
                text,
            )
        }
    }
}

async fn act(market: &Market, form: &Form) -> Result<Response, LeaveError> {
    let oauth = &market.oauth;
    let owner = match Owner::of(oauth, &form.parts.headers, PAGE).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if form.field("act") == "keep" {
        if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
            return Ok(view(oauth, &owner, &Told::stale()).await?);
        }
        oauth.stay(owner.account).await?;
        return Ok(redirect("/account?done=kept"));
    }
    if let Err(told) = step_up::prove(oauth, &owner, form).await? {
        return Ok(view(oauth, &owner, &told).await?);
    }
    match leave(market, owner.account).await? {
        Left::Later => Ok(redirect(PAGE.path())),
        Left::Now => Ok(notice(
            oauth,
            StatusCode::OK,
            "Your account is deleted",
            "You can close this page. The desktop app signs out by itself.",
        )),
    }
}

async fn view(oauth: &OAuth, owner: &Owner, told: &Told) -> Result<Response, Failure> {
    let hidden = Hidden {
        visitor: &owner.visitor,
        pending: &Pending::of(""),
    };
    let (path, above) = (PAGE.path(), told.above());
    let body = if let Some(due_at) = oauth.leaving_at(owner.account).await? {
        format!(
            "<h1>Your account will be deleted</h1>\n<p class=\"lead\">On {day}, because you asked for it. Until then \
             everything stays as it is, and you can take it back.</p>\n{above}\
             <form method=\"post\" action=\"{path}\">\n{hidden}\
             <button class=\"go\" type=\"submit\" name=\"act\" value=\"keep\">Keep my account</button>\n</form>\n",
            day = day(due_at),
        )
    } else {
        let has_code = oauth.second_factor(owner.account).await?.is_some();
        format!(
            "<h1>Delete your account</h1>\n<p class=\"lead\">Your name, e-mail address, password, profile with photo and \
                 portfolio, the words of your requests, your devices, and files that nobody was sent go for good.</p>\n\
                 <p class=\"lead\">Messages and applications that you sent stay with whom you sent them to, and contracts and \
                 reviews with the other side, all under \u{201c}A former member\u{201d}. What runs is called off. The log of \
                 this server keeps what admins did.</p>\n\
                 <p class=\"lead\">With contracts it takes effect after 14 days, and a mail lets you take it back until then. \
                 Without, at once. <a href=\"/account/export\">Take your data along</a> first.</p>\n{above}\
                 <form method=\"post\" action=\"{path}\">\n{hidden}{fields}\
                 <button class=\"stop\" type=\"submit\" name=\"act\" value=\"delete\">Delete my account</button>\n</form>\n",
            fields = told.fields(owner, has_code),
        )
    };
    let body =
        format!("{body}<p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n");
    let response = Page {
        oauth,
        status: told.status(),
        title: if told.is_nothing() {
            "Delete your account"
        } else {
            "Error: Delete your account"
        },
        body,
        visitor: Some(&owner.visitor),
        pending: None,
    }
    .respond();
    Ok(told.with_retry_after(response))
}

/// A day as people write it, in the time of all.
pub(super) fn day(at: i64) -> String {
    Timestamp::from_millisecond(at)
        .map(|at| at.strftime("%-d %B %Y").to_string())
        .unwrap_or_default()
}

/// The page that the link in the mail leads to: a button, because programs that look through mail open links too.
pub(super) async fn show_keep(State(market): State<Arc<Market>>, request: Request) -> Response {
    let oauth = &market.oauth;
    let token = token_of(request.uri().query());
    let headers = request.headers();
    let page = async {
        oauth.is_good_link(&token, LinkPurpose::Keep).await?;
        let visitor = oauth.visitor(headers).await?;
        let body = format!(
            "<h1>Keep your account?</h1>\n<p class=\"lead\">It was to be deleted. Nothing is lost yet.</p>\n\
             <form method=\"post\" action=\"/account/keep\">\n{hidden}\
             <input type=\"hidden\" name=\"token\" value=\"{token}\">\n\
             <button class=\"go\" type=\"submit\">Keep my account</button>\n</form>\n",
            hidden = Hidden {
                visitor: &visitor,
                pending: &Pending::of(""),
            },
            token = Escaped(&token),
        );
        Ok(Page {
            oauth,
            status: StatusCode::OK,
            title: "Keep your account?",
            body,
            visitor: Some(&visitor),
            pending: None,
        }
        .respond())
    };
    page.await
        .unwrap_or_else(|error: LinkError| answer(oauth, error))
}

pub(super) async fn keep(State(market): State<Arc<Market>>, request: Request) -> Response {
    let oauth = &market.oauth;
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(oauth, error),
    };
    let kept = async {
        let visitor = oauth.visitor(&form.parts.headers).await?;
        if !visitor.vouches_for(form.field(CSRF_FIELD)) {
            let title = "Open the link once more";
            return Ok(notice(oauth, StatusCode::FORBIDDEN, title, STALE));
        }
        oauth.keep_account(form.field("token")).await?;
        let text = "It is as it was. If you did not ask to delete it, change your password.";
        Ok(notice(oauth, StatusCode::OK, "Your account stays", text))
    };
    kept.await
        .unwrap_or_else(|error: LinkError| answer(oauth, error))
}
