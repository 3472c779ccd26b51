//! `GET` and `POST /account/password`: another password, against the one that holds.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::account::Owner;
use super::html::{Alert, Hidden};
use super::login::{STALE, wait};
use super::{Destination, Field, Page, Pending, failed, redirect, redirect_as, unreadable};
use crate::oauth::{AccountError, CSRF_FIELD, Failure, Form, OAuth, SignInError, peer};

const PAGE: Destination = Destination::Password;
const WRONG: &str = "This is not your password.";

/// Where password managers look first.
pub(super) async fn lead_there() -> Response {
    redirect(PAGE.path())
}

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    match Owner::of(&oauth, request.headers(), PAGE).await {
        Ok(Ok(owner)) if !owner.has_password => redirect("/recover"),
        Ok(Ok(owner)) => View::of(&owner).respond(&oauth, StatusCode::OK),
        Ok(Err(elsewhere)) => elsewhere,
        Err(failure) => failed(&oauth, &failure),
    }
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    change(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn change(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let owner = match Owner::of(oauth, &form.parts.headers, PAGE).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut view = View::of(&owner);
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        view.told = Some(STALE.to_owned());
        return Ok(view.respond(oauth, StatusCode::FORBIDDEN));
    }
    let known = oauth
        .knows_password(owner.account, form.field("current"), peer(&form.parts))
        .await;
    match known {
        Ok(()) => {}
        Err(SignInError::Wrong) => {
            view.current = Some(WRONG.to_owned());
            return Ok(view.respond(oauth, StatusCode::UNPROCESSABLE_ENTITY));
        }
        Err(SignInError::Limited(limited)) => {
            let seconds = limited.seconds();
            view.told = Some(wait(seconds));
            let response = view.respond(oauth, StatusCode::TOO_MANY_REQUESTS);
            return Ok(super::notice::with_retry_after(response, seconds));
        }
        Err(SignInError::Suspended { reason }) => return Ok(super::suspended(oauth, &reason)),
        Err(SignInError::Failed(failure)) => return Err(failure),
    }
    match oauth
        .change_password(owner.account, form.field("password"))
        .await
    {
        Ok(()) => {
            // All sessions of browsers ended with it, this one too: it goes on under another cookie.
            let visitor = oauth.sign_browser_in(owner.account).await?;
            Ok(redirect_as(oauth, &visitor, "/account?done=password"))
        }
        Err(AccountError::Invalid(errors)) => {
            view.new = errors.into_iter().next().map(|error| error.message);
            Ok(view.respond(oauth, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(AccountError::Failed(failure)) => Err(failure),
        Err(AccountError::Unknown(_)) => Ok(redirect("/login")),
    }
}

struct View<'a> {
    owner: &'a Owner,
    told: Option<String>,
    current: Option<String>,
    new: Option<String>,
}

impl<'a> View<'a> {
    fn of(owner: &'a Owner) -> Self {
        Self {
            owner,
            told: None,
            current: None,
            new: None,
        }
    }

    fn respond(&self, oauth: &OAuth, status: StatusCode) -> Response {
        let current = Field {
            id: "current",
            label: "Your password",
            kind: "password",
            autocomplete: "current-password",
            value: "",
            hint: None,
            error: self.current.as_deref(),
            has_focus: self.new.is_none(),
            is_required: true,
        };
        let new = Field {
            id: "password",
            label: "New password",
            kind: "password",
            autocomplete: "new-password",
            value: "",
            hint: Some("At least 10 characters. Three words make a good one."),
            error: self.new.as_deref(),
            has_focus: self.new.is_some(),
            is_required: true,
        };
        let pending = Pending::of("");
        let body = format!(
            "<h1>Change your password</h1>\n<p class=\"lead\">Every device is signed out and needs the new one. What \
             waits there to be sent is kept.</p>\n{alert}<form method=\"post\" action=\"{path}\">\n{hidden}{current}{new}\
             <button class=\"go\" type=\"submit\">Change password</button>\n</form>\n\
             <p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n",
            alert = Alert(self.told.as_deref()),
            path = PAGE.path(),
            hidden = Hidden {
                visitor: &self.owner.visitor,
                pending: &pending
            },
        );
        let is_first = self.told.is_none() && self.current.is_none() && self.new.is_none();
        Page {
            oauth,
            status,
            title: if is_first {
                "Change your password"
            } else {
                "Error: Change your password"
            },
            body,
            visitor: Some(&self.owner.visitor),
            pending: None,
        }
        .respond()
    }
}
