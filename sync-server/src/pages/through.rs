//! `POST /login/with`, the way to a provider, and `GET /login/with/{key}/back`, the way back from it.
//!
//! No answer here is a redirect to somewhere else: browsers hold what answers a form to the form's page, and the page of a provider does
//! not know where desktops listen. A page that moves on by itself begins anew.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use guildhall_oauth::Parameters;
use guildhall_storage::server::accounts::{StoredTrip, TripPurpose};
use url::Url;

use super::account::Owner;
use super::html::Hidden;
use super::login::{STALE, wait};
use super::{Escaped, Page, Pending, failed, notice, redirect, signed_in, suspended, unreadable};
use crate::oauth::{CSRF_FIELD, Form, Known, OAuth, SignInError, TripError, Visitor, peer};
use crate::provider::{Provider, ProviderError};

/// Where somebody sets out to show that it is still them.
pub(super) const CONFIRM: &str = "/account/confirm";

/// The form that leads to a provider, a button for each; nothing where there is none.
pub(super) fn buttons(oauth: &OAuth, hidden: &Hidden<'_>) -> String {
    let providers = &oauth.config().providers;
    if providers.is_empty() {
        return String::new();
    }
    let buttons: Vec<String> = providers
        .iter()
        .map(|provider| button(provider, "Continue with"))
        .collect();
    format!(
        "<p class=\"or\">or</p>\n<form method=\"post\" action=\"/login/with\">\n{hidden}{buttons}</form>\n",
        buttons = buttons.concat()
    )
}

/// A button that leads to a provider.
pub(super) fn button(provider: &Provider, act: &str) -> String {
    format!(
        "<button type=\"submit\" name=\"provider\" value=\"{}\">{act} {}</button>\n",
        Escaped(&provider.key),
        Escaped(&provider.label)
    )
}

pub(super) async fn set_out(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    leave(&oauth, &form)
        .await
        .unwrap_or_else(|error| answer(&oauth, error))
}

async fn leave(oauth: &OAuth, form: &Form) -> Result<Response, TripError> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let pending = Pending::of(form.field("request"));
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        let title = "Open the page once more";
        return Ok(notice(oauth, StatusCode::FORBIDDEN, title, STALE));
    }
    let key = form.field("provider");
    let what_for = (TripPurpose::SignIn, None);
    let to = oauth
        .set_out(&visitor, key, what_for, pending.query(), peer(&form.parts))
        .await?;
    Ok(towards(oauth, &to))
}

/// `POST /account/confirm`: to a provider, to show there that it is still the same person.
pub(super) async fn confirm(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    leave_to_confirm(&oauth, &form)
        .await
        .unwrap_or_else(|error| answer(&oauth, error))
}

async fn leave_to_confirm(oauth: &OAuth, form: &Form) -> Result<Response, TripError> {
    let pending = Pending::of(form.field("request"));
    let page = pending.destination();
    let owner = match Owner::of(oauth, &form.parts.headers, page).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        let title = "Open the page once more";
        return Ok(notice(oauth, StatusCode::FORBIDDEN, title, STALE));
    }
    let what_for = (TripPurpose::Confirm, Some(owner.account));
    let key = form.field("provider");
    let to = oauth
        .set_out(
            &owner.visitor,
            key,
            what_for,
            pending.query(),
            peer(&form.parts),
        )
        .await?;
    Ok(towards(oauth, &to))
}

/// The page that leads to a provider.
pub(super) fn towards(oauth: &OAuth, to: &Url) -> Response {
    let host = to.host_str().unwrap_or_default();
    let lead = format!("You sign in at {host}, and come back here.");
    onward(oauth, "One moment", &lead, "Go there", to.as_str())
}

/// A page that moves on by itself, with a link for browsers that do not.
fn onward(oauth: &OAuth, title: &str, lead: &str, act: &str, to: &str) -> Response {
    let body = format!(
        "<h1>{title}</h1>\n<p class=\"lead\">{lead}</p>\n<p class=\"after\"><a href=\"{to}\">{act}</a></p>\n",
        title = Escaped(title),
        lead = Escaped(lead),
        to = Escaped(to),
        act = Escaped(act),
    );
    let mut response = Page {
        oauth,
        status: StatusCode::OK,
        title,
        body,
        visitor: None,
        pending: None,
    }
    .respond();
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={to}")) {
        response.headers_mut().insert("refresh", refresh);
    }
    response
}

pub(super) async fn come_back(
    State(oauth): State<Arc<OAuth>>,
    Path(key): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let brought = Parameters::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let back = async {
        let visitor = oauth.visitor(&parts.headers).await?;
        let (trip, vouched) = oauth
            .come_back(&visitor, &key, &brought, peer(&parts))
            .await?;
        match trip.purpose {
            TripPurpose::SignIn => {
                let known = oauth.recognise(&visitor, &trip, vouched).await;
                sign_in(&oauth, &visitor, &trip, known).await
            }
            TripPurpose::Link => {
                if oauth.link(&visitor, &trip, vouched).await? {
                    return Ok(redirect("/account?done=linked"));
                }
                let text = "There you are somebody who has another account in this market. Sign in to that one, or \
                            unlink it there first.";
                let title = "It is not linked";
                Ok(notice(&oauth, StatusCode::CONFLICT, title, text))
            }
            TripPurpose::Confirm => {
                if oauth.confirm(&visitor, &trip, &vouched).await? {
                    let page = Pending::of(&trip.request).destination();
                    return Ok(redirect(page.path()));
                }
                let text =
                    "There you signed in as somebody else. Go back to your account and try again.";
                let title = "That was somebody else";
                Ok(notice(&oauth, StatusCode::CONFLICT, title, text))
            }
        }
    };
    back.await.unwrap_or_else(|error| answer(&oauth, error))
}

async fn sign_in(
    oauth: &OAuth,
    visitor: &Visitor,
    trip: &StoredTrip,
    known: Result<Known, SignInError>,
) -> Result<Response, TripError> {
    let pending = Pending::of(&trip.request);
    match known {
        Ok(Known::Account(account)) => {
            let response =
                signed_in::after_first(oauth, visitor, account, &trip.provider, &pending);
            Ok(unchained(oauth, response.await?))
        }
        Ok(Known::Newcomer) => Ok(redirect(&pending.address(super::register::WITH))),
        Err(SignInError::Suspended { reason }) => Ok(suspended(oauth, &reason)),
        Err(SignInError::Limited(limited)) => Err(TripError::Limited(limited)),
        Err(SignInError::Failed(failure)) => Err(TripError::Failed(failure)),
        // Nobody typed a password.
        Err(SignInError::Wrong) => Err(TripError::NoSuch),
    }
}

/// Makes a page of an answer that would lead the browser from here to a desktop.
fn unchained(oauth: &OAuth, response: Response) -> Response {
    let Some(location) = elsewhere(response.headers()) else {
        return response;
    };
    let lead = "You can close this page once the desktop app shows that you are signed in.";
    let mut page = onward(
        oauth,
        "You are signed in",
        lead,
        "Go on to the app",
        &location,
    );
    if let Some(cookie) = response.headers().get(header::SET_COOKIE) {
        page.headers_mut()
            .insert(header::SET_COOKIE, cookie.clone());
    }
    page
}

/// Where an answer leads, if that is not a page of this server.
fn elsewhere(headers: &HeaderMap) -> Option<String> {
    let location = headers.get(header::LOCATION)?.to_str().ok()?;
    (!location.starts_with('/')).then(|| location.to_owned())
}

/// Says why there was no way there, or none back. What the provider said is never shown.
pub(super) fn answer(oauth: &OAuth, error: TripError) -> Response {
    let (label, source) = match error {
        TripError::Failed(failure) => return failed(oauth, &failure),
        TripError::NoSuch => {
            let text = "This market does not let people sign in this way. Go back to sign in.";
            return notice(oauth, StatusCode::NOT_FOUND, "There is nothing here", text);
        }
        TripError::SignedOut => return redirect("/login"),
        TripError::Limited(limited) => {
            let seconds = limited.seconds();
            let status = StatusCode::TOO_MANY_REQUESTS;
            let response = notice(oauth, status, "One moment", &wait(seconds));
            return super::notice::with_retry_after(response, seconds);
        }
        TripError::Provider { label, source } => (label, source),
    };
    match source {
        ProviderError::Declined => say(
            oauth,
            StatusCode::OK,
            "You are not signed in",
            &format!("You did not go on at {label}, or it did not let you in."),
        ),
        ProviderError::Lie(_) => say(
            oauth,
            StatusCode::FORBIDDEN,
            "You are not signed in",
            &format!(
                "What came back from {label} cannot be trusted, or this page was opened twice. Try again; if it \
                 stays so, tell whoever runs this market."
            ),
        ),
        ProviderError::NeverAnew => say(
            oauth,
            StatusCode::CONFLICT,
            "This cannot be shown there",
            &format!("{label} does not tell when you signed in. Set a password instead."),
        ),
        ProviderError::Unreachable(_) | ProviderError::Failing(_) => {
            tracing::warn!(
                provider = label,
                error = &source as &dyn std::error::Error,
                "a provider cannot be asked"
            );
            say(
                oauth,
                StatusCode::BAD_GATEWAY,
                "It does not answer",
                &format!("{label} cannot be reached at the moment. Try again in a few minutes."),
            )
        }
    }
}

/// One thing, and the way back to sign in.
fn say(oauth: &OAuth, status: StatusCode, title: &str, text: &str) -> Response {
    let body = format!(
        "<h1>{}</h1>\n<p class=\"lead\">{}</p>\n<p class=\"after\"><a href=\"/login\">Back to sign in</a></p>\n",
        Escaped(title),
        Escaped(text)
    );
    Page {
        oauth,
        status,
        title,
        body,
        visitor: None,
        pending: None,
    }
    .respond()
}
