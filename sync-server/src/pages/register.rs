//! `GET` and `POST /register`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::html::{Alert, Hidden};
use super::login::{STALE, wait};
use super::{Escaped, Field, Page, Pending, failed, signed_in, unreadable};
use crate::oauth::{
    AccountError, CSRF_FIELD, Failure, Form, OAuth, Registration, Roles, Visitor, peer,
};
use crate::problem::FieldError;

/// What one can be here for: the value in the form, and its words.
const CHOICES: [(&str, &str, Roles); 3] = [
    ("freelancer", "Find work", Roles::FREELANCER),
    ("client", "Hire people", Roles::CLIENT),
    ("both", "Both", Roles::BOTH),
];

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    match oauth.visitor(request.headers()).await {
        Ok(visitor) => {
            let pending = Pending::from_page(request.uri().query());
            View::new(&visitor, &pending, Typed::default()).respond(&oauth, StatusCode::OK)
        }
        Err(failure) => failed(&oauth, &failure),
    }
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    register(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn register(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let pending = Pending::of(form.field("request"));
    let typed = Typed {
        name: form.field("name"),
        email: form.field("email"),
        role: form.field("role"),
    };
    let view = View::new(&visitor, &pending, typed);
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(view.telling(STALE).respond(oauth, StatusCode::FORBIDDEN));
    }
    let parsed = Registration::parse(
        typed.email,
        form.field("password"),
        typed.name,
        typed.roles(),
    );
    let registration = match parsed {
        Ok(registration) => registration,
        Err(errors) => {
            return Ok(view
                .marking(errors)
                .respond(oauth, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    // Counted here, so that a slip of the pen costs nothing.
    if let Err(limited) = oauth.may_register(peer(&form.parts)).await? {
        let seconds = limited.seconds();
        let response = view
            .telling(&wait(seconds))
            .respond(oauth, StatusCode::TOO_MANY_REQUESTS);
        return Ok(super::notice::with_retry_after(response, seconds));
    }
    match oauth.register(registration).await {
        Ok(account) => {
            oauth.ask_to_verify(account);
            signed_in::go_on(oauth, account, &pending).await
        }
        Err(AccountError::Invalid(errors)) => Ok(view
            .marking(errors)
            .respond(oauth, StatusCode::UNPROCESSABLE_ENTITY)),
        Err(AccountError::Failed(failure)) => Err(failure),
        Err(AccountError::Unknown(_)) => {
            Ok(view.telling(STALE).respond(oauth, StatusCode::CONFLICT))
        }
    }
}

/// What was typed, all but the password.
#[derive(Debug, Clone, Copy, Default)]
struct Typed<'a> {
    name: &'a str,
    email: &'a str,
    role: &'a str,
}

impl Typed<'_> {
    fn roles(self) -> Roles {
        CHOICES
            .iter()
            .find(|(value, ..)| *value == self.role)
            .map_or(
                Roles {
                    freelancer: false,
                    client: false,
                },
                |(.., roles)| *roles,
            )
    }
}

struct View<'a> {
    visitor: &'a Visitor,
    pending: &'a Pending,
    typed: Typed<'a>,
    told: Option<String>,
    errors: Vec<FieldError>,
}

impl<'a> View<'a> {
    fn new(visitor: &'a Visitor, pending: &'a Pending, typed: Typed<'a>) -> Self {
        Self {
            visitor,
            pending,
            typed,
            told: None,
            errors: Vec::new(),
        }
    }

    fn telling(mut self, told: &str) -> Self {
        self.told = Some(told.to_owned());
        self
    }

    fn marking(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    fn error(&self, pointer: &str) -> Option<&str> {
        let error = self.errors.iter().find(|error| error.pointer == pointer);
        error.map(|error| error.message.as_str())
    }

    fn field<'b>(
        &'b self,
        [id, label, kind, autocomplete]: [&'b str; 4],
        value: &'b str,
        hint: Option<&'b str>,
    ) -> Field<'b> {
        let pointer = format!("/{id}");
        // Only a fault draws the eye; a fresh page begins at its top.
        let first = self.errors.first();
        let has_focus = first.is_some_and(|error| error.pointer == pointer);
        Field {
            id,
            label,
            kind,
            autocomplete,
            value,
            hint,
            error: self.error(&pointer),
            has_focus,
        }
    }

    fn choices(&self) -> String {
        let error = self.error("/roles");
        let described = if error.is_some() {
            " aria-describedby=\"role-error\""
        } else {
            ""
        };
        let choices: Vec<_> = CHOICES.iter().map(|choice| self.choice(choice)).collect();
        let error = error.map_or_else(String::new, |error| {
            format!(
                "<p class=\"error\" id=\"role-error\">{}</p>\n",
                Escaped(error)
            )
        });
        format!(
            "<fieldset class=\"field\"{described}>\n<legend>What are you here for?</legend>\n\
             <div class=\"choices\">\n{}</div>\n{error}</fieldset>\n",
            choices.concat()
        )
    }

    fn choice(&self, (value, words, _): &(&str, &str, Roles)) -> String {
        let checked = if self.typed.role == *value {
            " checked"
        } else {
            ""
        };
        format!(
            "<div class=\"choice\"><input type=\"radio\" id=\"role-{value}\" name=\"role\" \
             value=\"{value}\" required{checked}><label for=\"role-{value}\">{words}</label></div>\n"
        )
    }

    fn respond(&self, oauth: &OAuth, status: StatusCode) -> Response {
        let name = self.field(["name", "Name", "text", "name"], self.typed.name, None);
        let email = self.field(
            ["email", "E-mail address", "email", "username"],
            self.typed.email,
            Some("Only for signing in. Other people never see it."),
        );
        let password = self.field(
            ["password", "Password", "password", "new-password"],
            "",
            Some("At least 10 characters. Three words make a good one."),
        );
        let body = format!(
            "<h1>Create an account</h1>\n{alert}<form method=\"post\" action=\"/register\">\n\
             {hidden}{choices}{name}{email}{password}\
             <button class=\"go\" type=\"submit\">Create account</button>\n</form>\n\
             <p class=\"after\">Been here before? <a href=\"{login}\">Sign in</a></p>\n",
            alert = Alert(self.told.as_deref()),
            hidden = Hidden {
                visitor: self.visitor,
                pending: self.pending
            },
            choices = self.choices(),
            login = Escaped(&self.pending.address("/login")),
        );
        let is_first = self.told.is_none() && self.errors.is_empty();
        Page {
            oauth,
            status,
            title: if is_first {
                "Create an account"
            } else {
                "Error: Create an account"
            },
            body,
            visitor: Some(self.visitor),
            pending: Some(self.pending),
        }
        .respond()
    }
}
