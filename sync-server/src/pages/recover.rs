//! `/recover`: a link to set a new password, and the page that it leads to.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_storage::server::accounts::LinkPurpose;

use super::html::{Alert, Hidden};
use super::login::{STALE, wait};
use super::verify::{answer, token_of};
use super::{Escaped, Field, Page, Pending, failed, notice, unreadable};
use crate::oauth::{CSRF_FIELD, Form, LinkError, OAuth, Visitor, peer};

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    match oauth.visitor(request.headers()).await {
        Ok(visitor) => Asking {
            oauth: &oauth,
            visitor: &visitor,
            pending: &Pending::from_page(request.uri().query()),
            email: "",
            told: None,
            error: None,
        }
        .respond(StatusCode::OK),
        Err(failure) => failed(&oauth, &failure),
    }
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    let visitor = match oauth.visitor(&form.parts.headers).await {
        Ok(visitor) => visitor,
        Err(failure) => return failed(&oauth, &failure),
    };
    let pending = Pending::of(form.field("request"));
    let mut asking = Asking {
        oauth: &oauth,
        visitor: &visitor,
        pending: &pending,
        email: form.field("email"),
        told: None,
        error: None,
    };
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        asking.told = Some(STALE.to_owned());
        return asking.respond(StatusCode::FORBIDDEN);
    }
    match oauth.ask_to_recover(asking.email, peer(&form.parts)).await {
        Ok(()) => asked(&oauth),
        Err(LinkError::Invalid(error)) => {
            asking.error = Some(error.message);
            asking.respond(StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(LinkError::Limited(limited)) => {
            let seconds = limited.seconds();
            asking.told = Some(wait(seconds));
            let response = asking.respond(StatusCode::TOO_MANY_REQUESTS);
            super::notice::with_retry_after(response, seconds)
        }
        Err(error) => answer(&oauth, error),
    }
}

/// The same words for every address.
fn asked(oauth: &OAuth) -> Response {
    let mail = &oauth.config().mail;
    let (title, text) = if mail.is_on() {
        (
            "Look into your mailbox",
            "If there is an account with this address, a link to set a new password is on its way. It is good for \
             30 minutes."
                .to_owned(),
        )
    } else {
        (
            "Ask for your link",
            format!(
                "This server sends no mail. If there is an account with this address, a link to set a new password \
                 is ready: ask {} for it within 30 minutes.",
                mail.contact()
            ),
        )
    };
    notice(oauth, StatusCode::OK, title, &text)
}

struct Asking<'a> {
    oauth: &'a OAuth,
    visitor: &'a Visitor,
    pending: &'a Pending,
    email: &'a str,
    told: Option<String>,
    error: Option<String>,
}

impl Asking<'_> {
    fn respond(&self, status: StatusCode) -> Response {
        let email = Field {
            id: "email",
            label: "E-mail address",
            kind: "email",
            autocomplete: "username",
            value: self.email,
            hint: None,
            error: self.error.as_deref(),
            has_focus: true,
            is_required: true,
        };
        let mail = &self.oauth.config().mail;
        let lead = if mail.is_on() {
            "You get a mail with a link to set a new one.".to_owned()
        } else {
            format!(
                "This server sends no mail. You ask here, and {} hands you the link.",
                mail.contact()
            )
        };
        let body = format!(
            "<h1>Forgot your password?</h1>\n<p class=\"lead\">{lead}</p>\n{alert}\
             <form method=\"post\" action=\"/recover\">\n{hidden}{email}\
             <button class=\"go\" type=\"submit\">Ask for a link</button>\n</form>\n\
             <p class=\"after\"><a href=\"{login}\">Back to sign in</a></p>\n",
            lead = Escaped(&lead),
            alert = Alert(self.told.as_deref()),
            hidden = Hidden {
                visitor: self.visitor,
                pending: self.pending
            },
            login = Escaped(&self.pending.address("/login")),
        );
        let is_first = self.told.is_none() && self.error.is_none();
        Page {
            oauth: self.oauth,
            status,
            title: if is_first {
                "Forgot your password?"
            } else {
                "Error: Forgot your password?"
            },
            body,
            visitor: Some(self.visitor),
            pending: Some(self.pending),
        }
        .respond()
    }
}

/// The page that the link leads to.
pub(super) async fn show_set(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let token = token_of(request.uri().query());
    if let Err(error) = oauth.is_good_link(&token, LinkPurpose::Recover).await {
        return answer(&oauth, error);
    }
    match oauth.visitor(request.headers()).await {
        Ok(visitor) => setting(&oauth, &visitor, &token, [None, None], StatusCode::OK),
        Err(failure) => failed(&oauth, &failure),
    }
}

/// Sets the password.
pub(super) async fn set(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    let visitor = match oauth.visitor(&form.parts.headers).await {
        Ok(visitor) => visitor,
        Err(failure) => return failed(&oauth, &failure),
    };
    let token = form.field("token");
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        let told = [Some(STALE), None];
        return setting(&oauth, &visitor, token, told, StatusCode::FORBIDDEN);
    }
    match oauth.recover(token, form.field("password")).await {
        Ok(()) => notice(
            &oauth,
            StatusCode::OK,
            "Your new password is set",
            "Every device is signed out. Go back to the desktop app and sign in with it.",
        ),
        Err(LinkError::Invalid(error)) => {
            let told = [None, Some(error.message.as_str())];
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            setting(&oauth, &visitor, token, told, status)
        }
        Err(error) => answer(&oauth, error),
    }
}

fn setting(
    oauth: &OAuth,
    visitor: &Visitor,
    token: &str,
    [told, error]: [Option<&str>; 2],
    status: StatusCode,
) -> Response {
    let password = Field {
        id: "password",
        label: "New password",
        kind: "password",
        autocomplete: "new-password",
        value: "",
        hint: Some("At least 10 characters. Three words make a good one."),
        error,
        has_focus: true,
        is_required: true,
    };
    let pending = Pending::of("");
    let body = format!(
        "<h1>Set a new password</h1>\n<p class=\"lead\">Every device is signed out and needs the new one.</p>\n\
         {alert}<form method=\"post\" action=\"/recover/set\">\n{hidden}\
         <input type=\"hidden\" name=\"token\" value=\"{token}\">\n{password}\
         <button class=\"go\" type=\"submit\">Set password</button>\n</form>\n",
        alert = Alert(told),
        hidden = Hidden {
            visitor,
            pending: &pending
        },
        token = Escaped(token),
    );
    Page {
        oauth,
        status,
        title: "Set a new password",
        body,
        visitor: Some(visitor),
        pending: None,
    }
    .respond()
}
