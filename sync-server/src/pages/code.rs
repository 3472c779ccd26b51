//! `GET` and `POST /login/code`: the second factor, after the password.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::html::{Alert, Hidden};
use super::login::{STALE, wait};
use super::{Escaped, Field, Page, Pending, failed, redirect, signed_in, unreadable};
use crate::oauth::{CSRF_FIELD, CodeError, Failure, Form, OAuth, ShownCode, Visitor};

/// Where it is.
pub(super) const PATH: &str = "/login/code";

pub(super) const WRONG: &str =
    "This code is not right, or was used. Wait for the next one your app shows.";

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let pending = Pending::from_page(request.uri().query());
    let headers = request.headers();
    let answer = async {
        let visitor = oauth.visitor(headers).await?;
        Ok(match oauth.half_sign_in(&visitor).await? {
            Some(_) => view(&oauth, &visitor, &pending, None, StatusCode::OK),
            None => redirect(&pending.address("/login")),
        })
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failed(&oauth, &failure))
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    check(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn check(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let pending = Pending::of(form.field("request"));
    let Some((account, means)) = oauth.half_sign_in(&visitor).await? else {
        return Ok(redirect(&pending.address("/login")));
    };
    let again = |status, told: &str| view(oauth, &visitor, &pending, Some(told), status);
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(again(StatusCode::FORBIDDEN, STALE));
    }
    let by = match oauth.spend_code(account, form.field("code")).await {
        Ok(ShownCode::App) => format!("{means} and code"),
        Ok(ShownCode::Recovery) => format!("{means} and recovery code"),
        Err(CodeError::Wrong) => return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, WRONG)),
        Err(CodeError::Limited(limited)) => {
            let seconds = limited.seconds();
            let response = again(StatusCode::TOO_MANY_REQUESTS, &wait(seconds));
            return Ok(super::notice::with_retry_after(response, seconds));
        }
        Err(CodeError::Failed(failure)) => return Err(failure),
    };
    if !oauth.end_half_sign_in(&visitor).await? {
        // Its password was changed, or its sign-ins ended, in the meantime.
        return Ok(redirect(&pending.address("/login")));
    }
    oauth.note_sign_in(account, &by).await?;
    signed_in::go_on(oauth, account, &pending).await
}

/// The field for a code of the app, or one on paper.
pub(super) fn field(error: Option<&str>, has_focus: bool) -> Field<'_> {
    Field {
        id: "code",
        label: "Code",
        kind: "text",
        autocomplete: "one-time-code",
        value: "",
        hint: Some("The six digits that your app shows, or one of your recovery codes."),
        error,
        has_focus,
        is_required: true,
    }
}

fn view(
    oauth: &OAuth,
    visitor: &Visitor,
    pending: &Pending,
    told: Option<&str>,
    status: StatusCode,
) -> Response {
    let body = format!(
        "<h1>Enter your code</h1>\n<p class=\"lead\">Your account asks for a code after the password.</p>\n{alert}\
         <form method=\"post\" action=\"{PATH}\">\n{hidden}{code}\
         <button class=\"go\" type=\"submit\">Go on</button>\n</form>\n\
         <p class=\"after\"><a href=\"{login}\">Back to sign in</a></p>\n",
        alert = Alert(told),
        hidden = Hidden { visitor, pending },
        code = field(None, true),
        login = Escaped(&pending.address("/login")),
    );
    Page {
        oauth,
        status,
        title: if told.is_some() {
            "Error: Enter your code"
        } else {
            "Enter your code"
        },
        body,
        visitor: Some(visitor),
        pending: Some(pending),
    }
    .respond()
}
