//! `POST /login/passkey`: signing in with a passkey, on the page that asks the device for it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::html::{Alert, Hidden};
use super::login::{STALE, wait};
use super::{Escaped, Page, Pending, failed, redirect, signed_in, suspended, unreadable};
use crate::oauth::{CSRF_FIELD, Failure, Form, OAuth, PasskeyError, Visitor, peer};

/// Where it is.
pub(super) const PATH: &str = "/login/passkey";

const WRONG: &str = "This passkey is not known here, or did not fit. Sign in with your password.";

/// The way there from the page of signing in; nothing where there are no passkeys.
pub(super) fn button(oauth: &OAuth, hidden: &Hidden<'_>) -> String {
    if !oauth.has_passkeys() {
        return String::new();
    }
    format!(
        "<form method=\"post\" action=\"{PATH}\">\n{hidden}\
         <button type=\"submit\">Sign in with a passkey</button>\n</form>\n"
    )
}

/// Whoever opens it begins on the page before.
pub(super) async fn show(request: Request) -> Response {
    let pending = Pending::from_page(request.uri().query());
    redirect(&pending.address("/login"))
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    sign_in(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn sign_in(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let pending = Pending::of(form.field("request"));
    let view = View {
        oauth,
        visitor: &visitor,
        pending: &pending,
    };
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(view.refuse(StatusCode::FORBIDDEN, STALE));
    }
    let answer = form.field("credential");
    let error = if answer.is_empty() {
        match oauth
            .begin_passkey_sign_in(&visitor, peer(&form.parts))
            .await
        {
            Ok(asked) => return Ok(view.ask(&asked)),
            Err(error) => error,
        }
    } else {
        match oauth.finish_passkey_sign_in(&visitor, answer).await {
            Ok(account) => {
                oauth.note_sign_in(account, "passkey").await?;
                return signed_in::go_on(oauth, account, &pending).await;
            }
            Err(error) => error,
        }
    };
    match error {
        PasskeyError::Failed(failure) => Err(failure),
        PasskeyError::Suspended { reason } => Ok(suspended(oauth, &reason)),
        PasskeyError::Stale => Ok(view.refuse(StatusCode::CONFLICT, STALE)),
        PasskeyError::Limited(limited) => {
            let seconds = limited.seconds();
            let response = view.refuse(StatusCode::TOO_MANY_REQUESTS, &wait(seconds));
            Ok(super::notice::with_retry_after(response, seconds))
        }
        PasskeyError::Wrong | PasskeyError::Name | PasskeyError::TooMany => {
            Ok(view.refuse(StatusCode::UNPROCESSABLE_ENTITY, WRONG))
        }
    }
}

struct View<'a> {
    oauth: &'a OAuth,
    visitor: &'a Visitor,
    pending: &'a Pending,
}

impl View<'_> {
    /// The page that asks the device.
    fn ask(&self, asked: &str) -> Response {
        let body = format!(
            "<h1>Use your passkey</h1>\n<p class=\"lead\">Your device asks for your finger, face or PIN.</p>\n{form}{back}",
            form = form(PATH, asked, self.visitor, self.pending, "", "Use a passkey"),
            back = self.back(),
        );
        self.page(StatusCode::OK, "Use your passkey", body)
            .respond_with_script()
    }

    fn refuse(&self, status: StatusCode, told: &str) -> Response {
        let body = format!(
            "<h1>Not signed in</h1>\n{alert}{back}",
            alert = Alert(Some(told)),
            back = self.back(),
        );
        self.page(status, "Error: Not signed in", body).respond()
    }

    fn back(&self) -> String {
        format!(
            "<p class=\"after\"><a href=\"{}\">Back to sign in</a></p>\n",
            Escaped(&self.pending.address("/login"))
        )
    }

    fn page<'p>(&'p self, status: StatusCode, title: &'p str, body: String) -> Page<'p> {
        Page {
            oauth: self.oauth,
            status,
            title,
            body,
            visitor: Some(self.visitor),
            pending: Some(self.pending),
        }
    }
}

/// A form that the script fills in with what the device answers. Without a script it says so.
pub(super) fn form(
    path: &str,
    asked: &str,
    visitor: &Visitor,
    pending: &Pending,
    fields: &str,
    go: &str,
) -> String {
    format!(
        "<p class=\"alert\" id=\"passkey-said\" role=\"alert\" hidden></p>\n\
         <noscript><p class=\"alert\">Passkeys need a script of this page, and this browser runs none.</p></noscript>\n\
         <form method=\"post\" action=\"{path}\" data-passkey=\"{asked}\">\n{hidden}{fields}\
         <input type=\"hidden\" name=\"credential\" value=\"\">\
         <button class=\"go\" type=\"submit\">{go}</button>\n</form>\n",
        asked = Escaped(asked),
        hidden = Hidden { visitor, pending },
    )
}
