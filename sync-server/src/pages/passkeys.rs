//! `GET` and `POST /account/passkeys`: passkeys of one's own account, added against the password, listed and removed.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_domain::time::Timestamp;
use guildhall_oauth::Parameters;
use guildhall_storage::server::accounts::{Removal, StoredPasskey};
use uuid::Uuid;

use super::account::Owner;
use super::html::{Done, Hidden};
use super::login::STALE;
use super::step_up::{self, Told};
use super::{
    Destination, Escaped, Field, Page, Pending, failed, passkey_sign_in, redirect, unreadable,
};
use crate::oauth::{CSRF_FIELD, Failure, Form, OAuth, PasskeyError};

const PAGE: Destination = Destination::Passkeys;

const ONLY: &str = "This is your only way to sign in. Add another, or set a password, first.";

/// Why there are none on this server.
const NO_NAME: &str = "This server is known by a number, and browsers keep passkeys only for a name such as \
     market.example.org. Ask whoever runs it.";

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let headers = request.headers();
    let done = done(request.uri().query());
    let answer = async {
        match Owner::of(&oauth, headers, PAGE).await? {
            Ok(owner) => {
                if let Some(first) = step_up::first(&oauth, &owner, PAGE).await? {
                    return Ok(first);
                }
                let mut view = View::new(&oauth, &owner);
                view.done = done;
                view.list("", &Told::NOTHING).await
            }
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failed(&oauth, &failure))
}

/// What was just done, as the page before this one names it.
fn done(query: Option<&str>) -> Option<&'static str> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    match parameters.get("done")? {
        "added" => Some("Your passkey is added. Try it the next time you sign in."),
        "removed" => Some("Your passkey is removed."),
        _ => None,
    }
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    act(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn act(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let owner = match Owner::of(oauth, &form.parts.headers, PAGE).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let view = View::new(oauth, &owner);
    let name = form.field("name");
    let answer = form.field("credential");
    let done = if !answer.is_empty() {
        if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
            return view.list("", &Told::stale()).await;
        }
        let made = oauth.finish_passkey(&owner.visitor, owner.account, name, answer);
        made.await
            .map(|()| redirect(&format!("{}?done=added", PAGE.path())))
    } else if form.field("act") == "remove" {
        return view.remove(form).await;
    } else {
        if let Err(told) = step_up::prove(oauth, &owner, form).await? {
            return view.list(name, &told).await;
        }
        let asked = oauth.begin_passkey(&owner.visitor, owner.account, name);
        asked.await.map(|asked| view.ask(name, &asked))
    };
    let (status, words) = match done {
        Ok(response) => return Ok(response),
        Err(PasskeyError::Failed(failure)) => return Err(failure),
        Err(PasskeyError::Name) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Give it a name, in 60 characters at most.",
        ),
        Err(PasskeyError::TooMany) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "You have 20 passkeys. Remove one first.",
        ),
        Err(PasskeyError::Wrong) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Your device's answer did not fit. Nothing was added; try again.",
        ),
        Err(PasskeyError::Stale | PasskeyError::Limited(_) | PasskeyError::Suspended { .. }) => {
            (StatusCode::CONFLICT, STALE)
        }
    };
    view.list(name, &Told::alert(words, status)).await
}

struct View<'a> {
    oauth: &'a OAuth,
    owner: &'a Owner,
    done: Option<&'static str>,
}

impl<'a> View<'a> {
    fn new(oauth: &'a OAuth, owner: &'a Owner) -> Self {
        Self {
            oauth,
            owner,
            done: None,
        }
    }

    /// Asks for the password first, and removes what it is asked for with it.
    async fn remove(&self, form: &Form) -> Result<Response, Failure> {
        let account = self.owner.account;
        let passkeys = self.oauth.passkeys_of(account).await?;
        let id = form.field("id").parse::<Uuid>().ok();
        let Some(passkey) = passkeys.iter().find(|passkey| Some(passkey.id) == id) else {
            return Ok(redirect(PAGE.path()));
        };
        let told = if form.field("sure").is_empty() {
            Told::NOTHING
        } else {
            match step_up::prove(self.oauth, self.owner, form).await? {
                Ok(()) => match self.oauth.remove_passkey(account, passkey.id).await? {
                    Removal::Done => {
                        return Ok(redirect(&format!("{}?done=removed", PAGE.path())));
                    }
                    Removal::NotThere => return Ok(redirect(PAGE.path())),
                    Removal::LastWay => Told::alert(ONLY, StatusCode::CONFLICT),
                },
                Err(told) => told,
            }
        };
        let has_code = self.oauth.second_factor(account).await?.is_some();
        let body = format!(
            "<h1>Remove {name}?</h1>\n<p class=\"lead\">It signs you in here no more. Delete it on the device as well.</p>\n\
             {alert}<form method=\"post\" action=\"{path}\">\n{hidden}<input type=\"hidden\" name=\"id\" value=\"{id}\">\
             <input type=\"hidden\" name=\"sure\" value=\"yes\">{fields}\
             <button class=\"stop\" type=\"submit\" name=\"act\" value=\"remove\">Remove</button>\n</form>\n{back}",
            name = Escaped(&passkey.name),
            alert = told.above(),
            path = PAGE.path(),
            hidden = self.hidden(&Pending::of("")),
            id = passkey.id,
            fields = told.fields(self.owner, has_code),
            back = back(),
        );
        let response = self.page(told.status(), "Remove a passkey", body).respond();
        Ok(told.with_retry_after(response))
    }

    /// The page that asks the device.
    fn ask(&self, name: &str, asked: &str) -> Response {
        let field = format!(
            "<input type=\"hidden\" name=\"name\" value=\"{}\">",
            Escaped(name)
        );
        let form = passkey_sign_in::form(
            PAGE.path(),
            asked,
            &self.owner.visitor,
            &Pending::of(""),
            &field,
            "Make a passkey",
        );
        let body = format!(
            "<h1>Make a passkey</h1>\n<p class=\"lead\">Your device asks where to keep it, and for your finger, face or \
             PIN.</p>\n{form}{back}",
            back = back(),
        );
        self.page(StatusCode::OK, "Make a passkey", body)
            .respond_with_script()
    }

    async fn list(&self, name: &str, told: &Told) -> Result<Response, Failure> {
        let account = self.owner.account;
        let pending = Pending::of("");
        let hidden = self.hidden(&pending);
        let passkeys = self.oauth.passkeys_of(account).await?;
        let rows: String = passkeys
            .iter()
            .map(|passkey| row(passkey, &hidden))
            .collect();
        let rows = if rows.is_empty() {
            String::new()
        } else {
            format!("<ul class=\"rows\">\n{rows}</ul>\n")
        };
        let has_code = self.oauth.second_factor(account).await?.is_some();
        let add = if self.oauth.has_passkeys() {
            let typed = Field {
                id: "name",
                label: "Name",
                kind: "text",
                autocomplete: "off",
                value: name,
                hint: Some("Such as the device that keeps it."),
                error: None,
                has_focus: false,
                is_required: true,
            };
            format!(
                "<h2>New passkey</h2>\n<form method=\"post\" action=\"{path}\">\n{hidden}{typed}{fields}\
                 <button class=\"go\" type=\"submit\" name=\"act\" value=\"add\">Add a passkey</button>\n</form>\n",
                path = PAGE.path(),
                fields = told.last_fields(self.owner, has_code),
            )
        } else {
            format!("<p class=\"after\">{NO_NAME}</p>\n")
        };
        let body = format!(
            "<h1>Passkeys</h1>\n<p class=\"lead\">Your device or password manager keeps a key and unlocks it with your \
             finger, face or PIN. It signs you in without password and code.</p>\n{done}{alert}{rows}{add}{back}",
            done = Done(self.done),
            alert = told.above(),
            back = back(),
        );
        let title = if told.is_nothing() {
            "Passkeys"
        } else {
            "Error: Passkeys"
        };
        let response = self.page(told.status(), title, body).respond();
        Ok(told.with_retry_after(response))
    }

    fn hidden<'h>(&'h self, pending: &'h Pending) -> Hidden<'h> {
        Hidden {
            visitor: &self.owner.visitor,
            pending,
        }
    }

    fn page<'p>(&'p self, status: StatusCode, title: &'p str, body: String) -> Page<'p> {
        Page {
            oauth: self.oauth,
            status,
            title,
            body,
            visitor: Some(&self.owner.visitor),
            pending: None,
        }
    }
}

fn back() -> &'static str {
    "<p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n"
}

fn row(passkey: &StoredPasskey, hidden: &Hidden<'_>) -> String {
    let day = |at| Timestamp(at).day();
    let used = passkey.used_at.map_or_else(
        || "never used".to_owned(),
        |at| format!("last used on {}", day(at)),
    );
    format!(
        "<li><div><b>{name}</b><p>Made on {made}, {used}</p></div>\
         <form method=\"post\" action=\"{path}\">\n{hidden}<input type=\"hidden\" name=\"id\" value=\"{id}\">\
         <button class=\"link\" type=\"submit\" name=\"act\" value=\"remove\" aria-label=\"Remove: {name}\">Remove</button>\
         </form></li>\n",
        name = Escaped(&passkey.name),
        made = day(passkey.created_at),
        path = PAGE.path(),
        id = passkey.id,
    )
}
