//! `GET` and `POST /account/tokens`: tokens for one's own programs, shown once, listed and revoked.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_domain::policy::{Act, Relation, decide};
use guildhall_domain::time::Timestamp;
use guildhall_oauth::{ApiScope, ApiScopes, Token};
use guildhall_storage::server::accounts::StoredPersonalToken;
use uuid::Uuid;

use super::account::Owner;
use super::html::Hidden;
use super::step_up::{self, Told};
use super::{Destination, Escaped, Field, Page, Pending, failed, redirect, unreadable};
use crate::oauth::{CSRF_FIELD, Failure, Form, OAuth, TOKEN_DAYS, TokenRefused, WantedToken};

const PAGE: Destination = Destination::Tokens;

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let headers = request.headers();
    let answer = async {
        match Owner::of(&oauth, headers, PAGE).await? {
            Ok(owner) => match step_up::first(&oauth, &owner, PAGE).await? {
                Some(first) => Ok(first),
                None => View::new(&oauth, &owner).respond().await,
            },
            Err(elsewhere) => Ok(elsewhere),
        }
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
    act(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn act(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let owner = match Owner::of(oauth, &form.parts.headers, PAGE).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut view = View::new(oauth, &owner);
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        view.told = Told::stale();
        return view.respond().await;
    }
    if form.field("act") == "revoke" {
        if let Ok(id) = form.field("id").parse::<Uuid>() {
            oauth.revoke_personal_token(owner.account, id).await?;
        }
        return Ok(redirect(PAGE.path()));
    }
    view.typed = Typed::of(form);
    if let Err(denied) = decide(&owner.actor(), Act::MakeToken, Relation::Owner) {
        view.told = Told::alert(&denied.message, StatusCode::FORBIDDEN);
        return view.respond().await;
    }
    if let Err(told) = step_up::prove(oauth, &owner, form).await? {
        view.told = told;
        return view.respond().await;
    }
    let wanted = WantedToken {
        name: &view.typed.name,
        scopes: view.typed.scopes.clone(),
        days: view.typed.days,
    };
    match oauth.make_personal_token(owner.account, &wanted).await {
        Ok(token) => {
            view.typed = Typed::FRESH;
            view.made = Some(token);
        }
        Err(TokenRefused::Failed(failure)) => return Err(failure),
        Err(
            refused @ (TokenRefused::Name
            | TokenRefused::Scopes
            | TokenRefused::Days
            | TokenRefused::TooMany),
        ) => view.told = Told::alert(&refused.to_string(), StatusCode::UNPROCESSABLE_ENTITY),
    }
    view.respond().await
}

/// What was filled in.
struct Typed {
    name: String,
    scopes: ApiScopes,
    days: u16,
}

impl Typed {
    const FRESH: Self = Self {
        name: String::new(),
        scopes: ApiScopes::NONE,
        days: TOKEN_DAYS[1],
    };

    fn of(form: &Form) -> Self {
        let is_ticked = |scope: &ApiScope| !form.field(scope.name()).is_empty();
        Self {
            name: form.field("name").to_owned(),
            scopes: ApiScope::ALL.into_iter().filter(is_ticked).collect(),
            // What is no number is as wrong as none.
            days: form.field("days").parse().unwrap_or(0),
        }
    }
}

struct View<'a> {
    oauth: &'a OAuth,
    owner: &'a Owner,
    told: Told,
    typed: Typed,
    /// A token that was just made.
    made: Option<Token>,
}

impl<'a> View<'a> {
    fn new(oauth: &'a OAuth, owner: &'a Owner) -> Self {
        Self {
            oauth,
            owner,
            told: Told::NOTHING,
            typed: Typed::FRESH,
            made: None,
        }
    }

    async fn respond(&self) -> Result<Response, Failure> {
        let account = self.owner.account;
        let tokens = self.oauth.personal_tokens(account).await?;
        let has_code = self.oauth.second_factor(account).await?.is_some();
        let pending = Pending::of("");
        let hidden = Hidden {
            visitor: &self.owner.visitor,
            pending: &pending,
        };
        let rows: String = tokens.iter().map(|token| row(token, &hidden)).collect();
        let rows = if rows.is_empty() {
            String::new()
        } else {
            format!("<h2>Your tokens</h2>\n<ul class=\"rows\">\n{rows}</ul>\n")
        };
        let body = format!(
            "<h1>API tokens</h1>\n<p class=\"lead\">For your own scripts. A token reads what you choose here, changes \
             nothing, and is good until it ends or you revoke it. <a href=\"/api/openapi.json\">What there is to ask</a></p>\n\
             {made}{alert}{rows}{form}<p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n",
            made = self.made(),
            alert = self.told.above(),
            form = self.form(&hidden, has_code),
        );
        let response = Page {
            oauth: self.oauth,
            status: self.told.status(),
            title: if self.told.is_nothing() {
                "API tokens"
            } else {
                "Error: API tokens"
            },
            body,
            visitor: Some(&self.owner.visitor),
            pending: None,
        }
        .respond();
        Ok(self.told.with_retry_after(response))
    }

    fn made(&self) -> String {
        self.made.as_ref().map_or_else(String::new, |token| {
            format!(
                "<div class=\"done\" role=\"status\"><p>Copy your token: it is shown this once.</p>\n\
                 <p><code>{}</code></p></div>\n",
                token.reveal()
            )
        })
    }

    fn form(&self, hidden: &Hidden<'_>, has_code: bool) -> String {
        let name = Field {
            id: "name",
            label: "Name",
            kind: "text",
            autocomplete: "off",
            value: &self.typed.name,
            hint: Some("So that you know later what it is for."),
            error: None,
            has_focus: false,
            is_required: true,
        };
        let scopes: String = ApiScope::ALL
            .into_iter()
            .map(|scope| tick(scope, self.typed.scopes.has(scope)))
            .collect();
        let days: String = TOKEN_DAYS
            .into_iter()
            .map(|days| choice(days, self.typed.days == days))
            .collect();
        format!(
            "<h2>New token</h2>\n<form method=\"post\" action=\"{path}\">\n{hidden}{name}\
             <fieldset class=\"field\">\n<legend>It may read</legend>\n{scopes}</fieldset>\n\
             <fieldset class=\"field\">\n<legend>Good for</legend>\n<div class=\"choices\">\n{days}</div>\n</fieldset>\n\
             {fields}<button class=\"go\" type=\"submit\" name=\"act\" value=\"make\">Make a token</button>\n</form>\n",
            path = PAGE.path(),
            fields = self.told.last_fields(self.owner, has_code),
        )
    }
}

/// What a scope opens, in words for its owner.
fn words(scope: ApiScope) -> &'static str {
    match scope {
        ApiScope::Profile => "your profile",
        ApiScope::Requests => "open requests that you are shown",
        ApiScope::Mine => "your applications and contracts",
    }
}

fn tick(scope: ApiScope, is_ticked: bool) -> String {
    let checked = if is_ticked { " checked" } else { "" };
    format!(
        "<div class=\"tick\"><input type=\"checkbox\" id=\"{name}\" name=\"{name}\" value=\"yes\"{checked}>\
         <label for=\"{name}\">{words} <code>{name}</code></label></div>\n",
        name = scope.name(),
        words = words(scope),
    )
}

fn choice(days: u16, is_chosen: bool) -> String {
    let checked = if is_chosen { " checked" } else { "" };
    format!(
        "<div class=\"choice\"><input type=\"radio\" id=\"days-{days}\" name=\"days\" value=\"{days}\" required{checked}>\
         <label for=\"days-{days}\">{days} days</label></div>\n"
    )
}

fn row(token: &StoredPersonalToken, hidden: &Hidden<'_>) -> String {
    let day = |at| Timestamp(at).day();
    let used = token.used_at.map_or_else(
        || "never used".to_owned(),
        |at| format!("last used on {}", day(at)),
    );
    format!(
        "<li><div><b>{name}</b><p>{scopes}</p><p>Made on {made}, {used}, good until {until}</p></div>\
         <form method=\"post\" action=\"{path}\">\n{hidden}<input type=\"hidden\" name=\"id\" value=\"{id}\">\
         <button class=\"link\" type=\"submit\" name=\"act\" value=\"revoke\" aria-label=\"Revoke: {name}\">Revoke</button>\
         </form></li>\n",
        name = Escaped(&token.name),
        scopes = Escaped(&token.scopes),
        made = day(token.created_at),
        until = day(token.expires_at),
        path = PAGE.path(),
        id = token.id,
    )
}

/// How many tokens there are, in words.
pub(super) fn in_words(count: usize) -> String {
    match count {
        0 => "You have none. They let your own scripts read.".to_owned(),
        1 => "You have one.".to_owned(),
        count => format!("You have {count}."),
    }
}
