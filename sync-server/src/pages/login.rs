//! `GET` and `POST /login`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::html::{Alert, Hidden};
use super::{Field, Page, Pending, failed, signed_in, suspended, through, unreadable};
use crate::oauth::{CSRF_FIELD, Failure, Form, OAuth, SignInError, Visitor, peer};

const WRONG: &str = "The e-mail address or the password is not right.";
pub(super) const STALE: &str = "This page had been open for too long. Please try again.";

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    match oauth.visitor(request.headers()).await {
        Ok(visitor) => {
            let pending = Pending::from_page(request.uri().query());
            let view = View {
                visitor: &visitor,
                pending: &pending,
                email: "",
                told: None,
            };
            view.respond(&oauth, StatusCode::OK)
        }
        Err(failure) => failed(&oauth, &failure),
    }
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
    let email = form.field("email");
    let again = |status, told: &str| {
        let told = Some(told);
        View {
            visitor: &visitor,
            pending: &pending,
            email,
            told,
        }
        .respond(oauth, status)
    };
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(again(StatusCode::FORBIDDEN, STALE));
    }
    match oauth
        .sign_in(email, form.field("password"), peer(&form.parts))
        .await
    {
        Ok(account) => signed_in::after_first(oauth, &visitor, account, "password", &pending).await,
        Err(SignInError::Wrong) => Ok(again(StatusCode::UNPROCESSABLE_ENTITY, WRONG)),
        Err(SignInError::Limited(limited)) => {
            let seconds = limited.seconds();
            let response = again(StatusCode::TOO_MANY_REQUESTS, &wait(seconds));
            Ok(super::notice::with_retry_after(response, seconds))
        }
        Err(SignInError::Suspended { reason }) => Ok(suspended(oauth, &reason)),
        Err(SignInError::Failed(failure)) => Err(failure),
    }
}

/// Says how long to wait, in the unit that people would use.
pub(super) fn wait(seconds: u64) -> String {
    match seconds {
        0..=1 => "Too many tries. Try again in a second.".to_owned(),
        2..=90 => format!("Too many tries. Try again in {seconds} seconds."),
        _ => format!(
            "Too many tries. Try again in {} minutes.",
            seconds.div_ceil(60)
        ),
    }
}

struct View<'a> {
    visitor: &'a Visitor,
    pending: &'a Pending,
    email: &'a str,
    told: Option<&'a str>,
}

impl View<'_> {
    fn respond(&self, oauth: &OAuth, status: StatusCode) -> Response {
        let email = Field {
            id: "email",
            label: "E-mail address",
            kind: "email",
            autocomplete: "username",
            value: self.email,
            hint: None,
            error: None,
            has_focus: self.email.is_empty(),
            is_required: true,
        };
        let password = Field {
            id: "password",
            label: "Password",
            kind: "password",
            autocomplete: "current-password",
            value: "",
            hint: None,
            error: None,
            has_focus: !self.email.is_empty(),
            is_required: true,
        };
        let lead = match self.pending.client_name() {
            Some(client) => {
                format!("<p class=\"lead\">to go on to {client} on this computer</p>\n")
            }
            None => String::new(),
        };
        let hidden = Hidden {
            visitor: self.visitor,
            pending: self.pending,
        };
        let body = format!(
            "<h1>Sign in</h1>\n{lead}{alert}<form method=\"post\" action=\"/login\">\n\
             {hidden}{email}{password}<button class=\"go\" type=\"submit\">Sign in</button>\n</form>\n{passkey}{through}\
             <p class=\"after\">New here? <a href=\"{register}\">Create an account</a></p>\n\
             <p class=\"after\"><a href=\"{recover}\">Forgot your password?</a></p>\n",
            alert = Alert(self.told),
            passkey = super::passkey_sign_in::button(oauth, &hidden),
            through = through::buttons(oauth, &hidden),
            recover = super::Escaped(&self.pending.address("/recover")),
            register = super::Escaped(&self.pending.address("/register")),
        );
        Page {
            oauth,
            status,
            title: if self.told.is_some() {
                "Error: Sign in"
            } else {
                "Sign in"
            },
            body,
            visitor: Some(self.visitor),
            pending: Some(self.pending),
        }
        .respond()
    }
}
