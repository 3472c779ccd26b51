//! `GET` and `POST /account/providers`: through whom the owner of an account can sign in.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_storage::server::accounts::{Removal, TripPurpose};
use uuid::Uuid;

use super::account::Owner;
use super::delete::day;
use super::html::Hidden;
use super::step_up::{self, Told};
use super::{Destination, Escaped, Page, Pending, failed, redirect, through, unreadable};
use crate::oauth::{Failure, Form, OAuth, TripError, peer};
use crate::provider::Provider;

const PAGE: Destination = Destination::Linked;
const ONLY: &str = "This is your only way to sign in. Link another, or set a password, first.";

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let headers = request.headers();
    let answer = async {
        let owner = match Owner::of(&oauth, headers, PAGE).await? {
            Ok(owner) => owner,
            Err(elsewhere) => return Ok(elsewhere),
        };
        match step_up::first(&oauth, &owner, PAGE).await? {
            Some(first) => Ok(first),
            None => view(&oauth, &owner, &Told::NOTHING).await,
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
        .unwrap_or_else(|error| through::answer(&oauth, error))
}

async fn act(oauth: &OAuth, form: &Form) -> Result<Response, TripError> {
    let owner = match Owner::of(oauth, &form.parts.headers, PAGE).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if let Err(told) = step_up::prove(oauth, &owner, form).await? {
        return Ok(view(oauth, &owner, &told).await?);
    }
    if let Ok(identity) = form.field("unlink").parse::<Uuid>() {
        return Ok(match oauth.unlink(owner.account, identity).await? {
            Removal::Done => redirect("/account?done=unlinked"),
            Removal::NotThere => redirect(PAGE.path()),
            Removal::LastWay => {
                let told = Told::alert(ONLY, StatusCode::CONFLICT);
                view(oauth, &owner, &told).await?
            }
        });
    }
    let what_for = (TripPurpose::Link, Some(owner.account));
    let key = form.field("provider");
    let to = oauth
        .set_out(&owner.visitor, key, what_for, "", peer(&form.parts))
        .await?;
    Ok(through::towards(oauth, &to))
}

async fn view(oauth: &OAuth, owner: &Owner, told: &Told) -> Result<Response, Failure> {
    let identities = oauth.identities(owner.account).await?;
    let has_code = oauth.second_factor(owner.account).await?.is_some();
    let (mut rows, mut buttons) = (Vec::new(), Vec::new());
    for (identity, provider) in &identities {
        let label = Escaped(provider.map_or(&identity.issuer, |provider| &provider.label));
        let since = day(identity.linked_at);
        let gone = if provider.is_some() {
            ""
        } else {
            " This market does not use it any more."
        };
        rows.push(format!(
            "<li><div><b>{label}</b><p>Linked since {since}.{gone}</p></div></li>\n"
        ));
        buttons.push(format!(
            "<button type=\"submit\" name=\"unlink\" value=\"{}\">Unlink {label}</button>\n",
            identity.id
        ));
    }
    let is_linked = |provider: &Provider| {
        let issuer = provider.issuer();
        identities
            .iter()
            .any(|(identity, _)| identity.issuer == issuer)
    };
    let others = oauth.config().providers.iter();
    buttons.extend(
        others
            .filter(|provider| !is_linked(provider))
            .map(|provider| through::button(provider, "Link")),
    );
    let rows = if rows.is_empty() {
        String::new()
    } else {
        format!("<ul class=\"rows\">\n{}</ul>\n", rows.concat())
    };
    let body = format!(
        "<h1>Sign in through</h1>\n<p class=\"lead\">Where you are known, and can sign in here from.</p>\n\
         {rows}{above}<form method=\"post\" action=\"{path}\">\n{hidden}{fields}{buttons}</form>\n\
         <p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n",
        above = told.above(),
        path = PAGE.path(),
        hidden = Hidden {
            visitor: &owner.visitor,
            pending: &Pending::of(""),
        },
        fields = told.fields(owner, has_code),
        buttons = buttons.concat(),
    );
    let response = Page {
        oauth,
        status: told.status(),
        title: if told.is_nothing() {
            "Sign in through"
        } else {
            "Error: Sign in through"
        },
        body,
        visitor: Some(&owner.visitor),
        pending: None,
    }
    .respond();
    Ok(told.with_retry_after(response))
}
