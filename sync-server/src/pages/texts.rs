//! `GET /terms`, `GET /privacy` and `POST /terms`: what people agree to, and agreeing to it anew.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::html::{Alert, Hidden};
use super::{Escaped, Page, Pending, failed, redirect, unreadable};
use crate::oauth::{CSRF_FIELD, Failure, Form, OAuth, Visitor};
use crate::texts::html;

/// The field that says yes.
pub(super) const AGREED: &str = "agreed";
/// What is said to whoever has not ticked the box.
pub(super) const TICK: &str = "Tick the box if you agree. Without that there is no account.";

pub(super) async fn terms(State(oauth): State<Arc<OAuth>>) -> Response {
    text(&oauth, "Terms", oauth.config().texts.terms())
}

pub(super) async fn privacy(State(oauth): State<Arc<OAuth>>) -> Response {
    text(&oauth, "Privacy", oauth.config().texts.privacy())
}

fn text(oauth: &OAuth, title: &str, text: &str) -> Response {
    Page {
        oauth,
        status: StatusCode::OK,
        title,
        body: format!("<div class=\"text\">\n{}</div>\n", html(text)),
        visitor: None,
        pending: None,
    }
    .respond()
}

/// The box to tick, with what is agreed to. The texts open beside the form, so that what was typed stays.
pub(super) fn tick(is_ticked: bool, error: Option<&str>) -> String {
    let (checked, described) = (
        if is_ticked { " checked" } else { "" },
        error.map_or(
            "",
            |_| " aria-invalid=\"true\" aria-describedby=\"agreed-error\"",
        ),
    );
    let error = error.map_or_else(String::new, |error| {
        let error = Escaped(error);
        format!("<p class=\"error\" id=\"agreed-error\">{error}</p>\n")
    });
    format!(
        "<div class=\"field\">\n<div class=\"tick\"><input type=\"checkbox\" id=\"{AGREED}\" name=\"{AGREED}\" \
         value=\"yes\" required{checked}{described}><label for=\"{AGREED}\">I agree to the \
         <a href=\"/terms\" target=\"_blank\">terms</a> and have read the \
         <a href=\"/privacy\" target=\"_blank\">privacy text</a>.</label></div>\n{error}</div>\n"
    )
}

/// Asks somebody who is signed in to agree anew.
pub(super) fn ask(
    oauth: &OAuth,
    visitor: &Visitor,
    pending: &Pending,
    told: Option<&str>,
    error: Option<&str>,
    status: StatusCode,
) -> Response {
    let body = format!(
        "<h1>The terms have changed</h1>\n<p class=\"lead\">Look at them before you go on.</p>\n{alert}\
         <form method=\"post\" action=\"/terms\">\n{hidden}{tick}\
         <button class=\"go\" type=\"submit\">Go on</button>\n</form>\n\
         <div class=\"after\">Not now? <form method=\"post\" action=\"/logout\">\n{hidden}\
         <button class=\"link\" type=\"submit\">Sign out of this browser</button></form></div>\n",
        alert = Alert(told),
        hidden = Hidden { visitor, pending },
        tick = tick(false, error),
    );
    Page {
        oauth,
        status,
        title: "The terms have changed",
        body,
        visitor: Some(visitor),
        pending: Some(pending),
    }
    .respond()
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    agree(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn agree(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let pending = Pending::of(form.field("request"));
    let Some(account) = visitor.account else {
        return Ok(redirect(&pending.address("/login")));
    };
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        let told = Some(super::login::STALE);
        let status = StatusCode::FORBIDDEN;
        return Ok(ask(oauth, &visitor, &pending, told, None, status));
    }
    if form.field(AGREED) != "yes" {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let error = Some("Tick the box if you agree.");
        return Ok(ask(oauth, &visitor, &pending, None, error, status));
    }
    oauth.agree(account).await?;
    Ok(redirect(&pending.onward()))
}
