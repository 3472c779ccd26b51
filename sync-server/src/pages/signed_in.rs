//! What comes after signing in: on to the desktop that waits, or a page that says so.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use uuid::Uuid;

use super::html::Hidden;
use super::{Escaped, Page, Pending, failed, redirect, redirect_as, unreadable};
use crate::oauth::{CSRF_FIELD, Failure, Form, OAuth};

/// Signs the browser in and goes on to where the person was headed. Whoever has just typed the
/// password on a page that names the desktop needs no further question.
pub(super) async fn go_on(
    oauth: &OAuth,
    account: Uuid,
    pending: &Pending,
) -> Result<Response, Failure> {
    let visitor = oauth.sign_browser_in(account).await?;
    let location = match pending.parse() {
        Ok(request) => oauth.grant(account, &request).await?,
        Err(_) => "/signed-in".to_owned(),
    };
    Ok(redirect_as(oauth, &visitor, &location))
}

/// `GET /signed-in`
pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    say_who(&oauth, request.headers())
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn say_who(oauth: &OAuth, headers: &HeaderMap) -> Result<Response, Failure> {
    let visitor = oauth.visitor(headers).await?;
    let person = match visitor.account {
        Some(account) => oauth.person(account).await?,
        None => None,
    };
    let Some(person) = person else {
        return Ok(redirect("/login"));
    };
    let pending = Pending::of("");
    let body = format!(
        "<h1>You are signed in</h1>\n<p class=\"lead\">as {name}. You can close this page and go back \
         to the desktop app.</p>\n<form method=\"post\" action=\"/logout\">\n{hidden}\
         <button type=\"submit\">Sign out of this browser</button>\n</form>\n",
        name = Escaped(&person.name),
        hidden = Hidden {
            visitor: &visitor,
            pending: &pending
        },
    );
    let title = "Signed in";
    let status = StatusCode::OK;
    Ok(Page {
        oauth,
        status,
        title,
        body,
        visitor: Some(&visitor),
        pending: None,
    }
    .respond())
}

/// `POST /logout`: signs the browser out. The desktops stay signed in.
pub(super) async fn sign_out(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    take_leave(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn take_leave(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let login = Pending::of(form.field("request")).address("/login");
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(redirect("/signed-in"));
    }
    let visitor = oauth.sign_browser_out(&visitor).await?;
    Ok(redirect_as(oauth, &visitor, &login))
}
