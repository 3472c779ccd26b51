//! `GET` and `POST /register`, and `/register/with` for whoever comes from a provider that knows them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::html::{Alert, Hidden};
use super::login::{STALE, wait};
use super::texts::{AGREED, TICK, tick};
use super::{Escaped, Field, Page, Pending, failed, redirect, signed_in, through, unreadable};
use crate::oauth::{
    AccountError, Admission, CSRF_FIELD, Failure, Form, OAuth, Registration, Roles, Visitor, peer,
};
use crate::problem::FieldError;
use guildhall_storage::server::accounts::Newcomer;

/// Where somebody makes an account whom a provider vouches for.
pub(super) const WITH: &str = "/register/with";

/// What one can be here for: the value in the form, and its words.
const CHOICES: [(&str, &str, Roles); 3] = [
    ("freelancer", "Find work", Roles::FREELANCER),
    ("client", "Hire people", Roles::CLIENT),
    ("both", "Both", Roles::BOTH),
];

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    open(&oauth, request.headers(), request.uri().query(), false)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

pub(super) async fn show_with(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    open(&oauth, request.headers(), request.uri().query(), true)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn open(
    oauth: &OAuth,
    headers: &HeaderMap,
    query: Option<&str>,
    is_vouched: bool,
) -> Result<Response, Failure> {
    let visitor = oauth.visitor(headers).await?;
    let pending = Pending::from_page(query);
    let invitation = pending.invitation();
    let Some(by) = By::find(oauth, &visitor, is_vouched).await? else {
        return Ok(redirect(&pending.address("/login")));
    };
    let (name, email) = by.words();
    let typed = Typed {
        name,
        email,
        invitation: &invitation,
        ..Typed::default()
    };
    let admission = oauth.admission().await?;
    Ok(View::new(&visitor, &pending, typed, &admission, &by).respond(oauth, StatusCode::OK))
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    answer(&oauth, request, false).await
}

pub(super) async fn submit_with(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    answer(&oauth, request, true).await
}

async fn answer(oauth: &OAuth, request: Request, is_vouched: bool) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(oauth, error),
    };
    register(oauth, &form, is_vouched)
        .await
        .unwrap_or_else(|failure| failed(oauth, &failure))
}

/// What somebody who makes an account will sign in with.
enum By<'a> {
    /// A password, which they choose here.
    Password,
    /// Who they are at a provider, and what people call it.
    Provider(Box<Newcomer>, &'a str),
}

impl<'a> By<'a> {
    /// None when nobody came back from a provider with this browser, or too long ago.
    async fn find(
        oauth: &'a OAuth,
        visitor: &Visitor,
        is_vouched: bool,
    ) -> Result<Option<Self>, Failure> {
        if !is_vouched {
            return Ok(Some(Self::Password));
        }
        let found = oauth.newcomer(visitor).await?;
        Ok(found.map(|(newcomer, label)| Self::Provider(Box::new(newcomer), label)))
    }

    /// The name and the address that the form begins with.
    fn words(&self) -> (&str, &str) {
        match self {
            Self::Password => ("", ""),
            Self::Provider(newcomer, _) => (&newcomer.name, &newcomer.email),
        }
    }

    fn parse(&self, typed: Typed<'_>, password: &str) -> Result<Registration, Vec<FieldError>> {
        let (email, name, roles) = (typed.email, typed.name, typed.roles());
        match self {
            Self::Password => Registration::parse(email, password, name, roles),
            Self::Provider(newcomer, _) => {
                Registration::parse_vouched(email, newcomer, name, roles)
            }
        }
    }

    fn path(&self) -> &'static str {
        match self {
            Self::Password => "/register",
            Self::Provider(..) => WITH,
        }
    }
}

async fn register(oauth: &OAuth, form: &Form, is_vouched: bool) -> Result<Response, Failure> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let pending = Pending::of(form.field("request"));
    let Some(by) = By::find(oauth, &visitor, is_vouched).await? else {
        return Ok(redirect(&pending.address("/login")));
    };
    let typed = Typed {
        name: form.field("name"),
        email: form.field("email"),
        role: form.field("role"),
        invitation: form.field("invitation"),
        agreed: form.field(AGREED) == "yes",
    };
    let admission = oauth.admission().await?;
    let view = View::new(&visitor, &pending, typed, &admission, &by);
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(view.telling(STALE).respond(oauth, StatusCode::FORBIDDEN));
    }
    let parsed = by.parse(typed, form.field("password"));
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
            oauth.forget_newcomer(&visitor).await?;
            if !oauth.address(account).await?.1 {
                oauth.ask_to_verify(account);
            }
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
    by: &'a By<'a>,
    told: Option<String>,
    errors: Vec<FieldError>,
}

impl<'a> View<'a> {
    fn new(
        visitor: &'a Visitor,
        pending: &'a Pending,
        typed: Typed<'a>,
        admission: &'a Admission,
        by: &'a By<'a>,
    ) -> Self {
        Self {
            visitor,
            pending,
            typed,
            admission,
            by,
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

    /// Who vouches, and who may join, in a sentence each; nothing where everybody may.
    fn lead(&self) -> String {
        let vouched = match self.by {
            By::Password => None,
            By::Provider(_, label) => Some(format!(
                "{label} knows you; this market does not yet. If you have an account here, sign in to it and add \
                 {label} there."
            )),
        };
        let admission = match self.admission {
            Admission::Open => None,
            Admission::Invited => Some("This market takes in people who were invited.".to_owned()),
            Admission::Domains(domains) => Some(format!(
                "This market takes in people with an address at {}, and people who were invited.",
                domains.join(" or ")
            )),
        };
        let sentences: Vec<String> = vouched
            .iter()
            .chain(&admission)
            .map(|text| format!("<p class=\"lead\">{}</p>\n", Escaped(text)))
            .collect();
        sentences.concat()
    }

    fn password(&self) -> String {
        let words = ["password", "Password", "password", "new-password"];
        let hint = "At least 10 characters. Three words make a good one.";
        self.field(words, "", Some(hint)).to_string()
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
            Some(match self.by {
                By::Password => "Only for signing in. Other people never see it.",
                By::Provider(..) => "For letters from this market. Other people never see it.",
            }),
        );
        let hidden = Hidden {
            visitor: self.visitor,
            pending: self.pending,
        };
        let (password, through) = match self.by {
            By::Password => (self.password(), through::buttons(oauth, &hidden)),
            By::Provider(..) => (String::new(), String::new()),
        };
        let body = format!(
            "<h1>Create an account</h1>\n{lead}{alert}<form method=\"post\" action=\"{path}\">\n\
             {hidden}{choices}{name}{email}{password}{invitation}{tick}\
             <button class=\"go\" type=\"submit\">Create account</button>\n</form>\n{through}\
             <p class=\"after\">Been here before? <a href=\"{login}\">Sign in</a></p>\n",
            alert = Alert(self.told.as_deref()),
            path = self.by.path(),
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
