//! `GET` and `POST /register`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::html::{Alert, Hidden};
use super::login::{STALE, wait};
use super::texts::{AGREED, TICK, tick};
use super::{Escaped, Field, Page, Pending, failed, signed_in, unreadable};
use crate::oauth::{
    AccountError, Admission, CSRF_FIELD, Failure, Form, OAuth, Registration, Roles, Visitor, peer,
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
            let invitation = pending.invitation();
            let typed = Typed {
                invitation: &invitation,
                ..Typed::default()
            };
            match oauth.admission().await {
                Ok(admission) => {
                    View::new(&visitor, &pending, typed, &admission).respond(&oauth, StatusCode::OK)
                }
                Err(failure) => failed(&oauth, &failure),
            }
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
        invitation: form.field("invitation"),
        agreed: form.field(AGREED) == "yes",
    };
    let admission = oauth.admission().await?;
    let view = View::new(&visitor, &pending, typed, &admission);
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(view.telling(STALE).respond(oauth, StatusCode::FORBIDDEN));
    }
    let parsed = Registration::parse(
        typed.email,
        form.field("password"),
        typed.name,
        typed.roles(),
    );
    let agreed = typed
        .agreed
        .then_some(())
        .ok_or_else(|| FieldError::new("/agreed", "required", TICK));
    let parsed = match (parsed, agreed) {
        (parsed, Ok(())) => parsed,
        (Ok(_), Err(error)) => Err(vec![error]),
        (Err(errors), Err(error)) => Err([errors, vec![error]].concat()),
    };
    let registration = match parsed {
        Ok(registration) => registration,
        Err(errors) => {
            return Ok(view
                .marking(errors)
                .respond(oauth, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let ticket = oauth.ticket(&admission, &registration.email, typed.invitation);
    let ticket = match ticket.await? {
        Ok(ticket) => ticket,
        Err(error) => {
            return Ok(view
                .marking(vec![error])
                .respond(oauth, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    // Counted here, so that a slip of the pen costs nothing.
    if let Err(limited) = oauth.may_register(ticket, peer(&form.parts)).await? {
        let seconds = limited.seconds();
        let response = view
            .telling(&wait(seconds))
            .respond(oauth, StatusCode::TOO_MANY_REQUESTS);
        return Ok(super::notice::with_retry_after(response, seconds));
    }
    match oauth.register(registration, ticket).await {
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
    invitation: &'a str,
    agreed: bool,
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
    admission: &'a Admission,
    told: Option<String>,
    errors: Vec<FieldError>,
}

impl<'a> View<'a> {
    fn new(
        visitor: &'a Visitor,
        pending: &'a Pending,
        typed: Typed<'a>,
        admission: &'a Admission,
    ) -> Self {
        Self {
            visitor,
            pending,
            typed,
            admission,
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
            is_required: true,
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

    /// Who may join, in a sentence; nothing where everybody may.
    fn lead(&self) -> String {
        let text = match self.admission {
            Admission::Open => return String::new(),
            Admission::Invited => "This market takes in people who were invited.".to_owned(),
            Admission::Domains(domains) => format!(
                "This market takes in people with an address at {}, and people who were invited.",
                domains.join(" or ")
            ),
        };
        format!("<p class=\"lead\">{}</p>\n", Escaped(&text))
    }

    /// The field for an invitation, where there is or must be one.
    fn invitation(&self) -> String {
        let typed = self.typed.invitation;
        let hint = match self.admission {
            Admission::Open if typed.is_empty() => return String::new(),
            Admission::Open => "Everybody may join; you can also leave this empty.",
            Admission::Invited => "It is in the link that you were sent.",
            Admission::Domains(_) => "Only without such an address.",
        };
        let words = ["invitation", "Invitation", "text", "off"];
        let mut field = self.field(words, typed, Some(hint));
        field.is_required = *self.admission == Admission::Invited;
        field.to_string()
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
            "<h1>Create an account</h1>\n{lead}{alert}<form method=\"post\" action=\"/register\">\n\
             {hidden}{choices}{name}{email}{password}{invitation}{tick}\
             <button class=\"go\" type=\"submit\">Create account</button>\n</form>\n\
             <p class=\"after\">Been here before? <a href=\"{login}\">Sign in</a></p>\n",
            alert = Alert(self.told.as_deref()),
            hidden = Hidden {
                visitor: self.visitor,
                pending: self.pending
            },
            choices = self.choices(),
            lead = self.lead(),
            tick = tick(self.typed.agreed, self.error("/agreed")),
            invitation = self.invitation(),
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
