//! `GET` and `POST /verify`, and `POST /account/verify`: showing that letters to an address reach its owner.
//!
//! The link opens a page with a button, because programs that look through mail open links too.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use guildhall_oauth::Parameters;
use guildhall_storage::server::accounts::LinkPurpose;

use super::account::Owner;
use super::html::{Alert, Hidden};
use super::login::{STALE, wait};
use super::{Destination, Escaped, Page, Pending, failed, notice, redirect, unreadable};
use crate::oauth::{CSRF_FIELD, Failure, Form, LinkError, OAuth, Visitor, peer};

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let token = token_of(request.uri().query());
    match ask(&oauth, request.headers(), &token).await {
        Ok(response) => response,
        Err(error) => answer(&oauth, error),
    }
}

async fn ask(oauth: &OAuth, headers: &HeaderMap, token: &str) -> Result<Response, LinkError> {
    oauth.is_good_link(token, LinkPurpose::Verify).await?;
    let visitor = oauth.visitor(headers).await?;
    Ok(page(oauth, &visitor, token, None, StatusCode::OK))
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    match confirm(&oauth, &form).await {
        Ok(response) => response,
        Err(error) => answer(&oauth, error),
    }
}

async fn confirm(oauth: &OAuth, form: &Form) -> Result<Response, LinkError> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let token = form.field("token");
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        let told = Some(STALE);
        return Ok(page(oauth, &visitor, token, told, StatusCode::FORBIDDEN));
    }
    oauth.verify_email(token).await?;
    Ok(notice(
        oauth,
        StatusCode::OK,
        "Your e-mail address is confirmed",
        "You can close this page.",
    ))
}

fn page(
    oauth: &OAuth,
    visitor: &Visitor,
    token: &str,
    told: Option<&str>,
    status: StatusCode,
) -> Response {
    let pending = Pending::of("");
    let body = format!(
        "<h1>Confirm your e-mail address</h1>\n<p class=\"lead\">It shows that letters from this market reach \
         you.</p>\n{alert}<form method=\"post\" action=\"/verify\">\n{hidden}\
         <input type=\"hidden\" name=\"token\" value=\"{token}\">\n\
         <button class=\"go\" type=\"submit\">Confirm</button>\n</form>\n",
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
        title: "Confirm your e-mail address",
        body,
        visitor: Some(visitor),
        pending: None,
    }
    .respond()
}

/// Sends the link again.
pub(super) async fn again(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    send_again(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn send_again(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let owner = match Owner::of(oauth, &form.parts.headers, Destination::Account).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(redirect(Destination::Account.path()));
    }
    match oauth
        .ask_to_verify_again(owner.account, peer(&form.parts))
        .await
    {
        Ok(()) => Ok(redirect("/account?done=link")),
        Err(error) => Ok(answer(oauth, error)),
    }
}

/// The secret of a link, as a page was opened with it. Given twice, it is none.
pub(super) fn token_of(query: Option<&str>) -> String {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    match parameters.refuse_doubled() {
        Ok(()) => parameters.get("token").unwrap_or_default().to_owned(),
        Err(_) => String::new(),
    }
}

/// The page about a link that did nothing.
pub(super) fn answer(oauth: &OAuth, error: LinkError) -> Response {
    match error {
        LinkError::NotGood => notice(
            oauth,
            StatusCode::GONE,
            "This link is not good any more",
            "It was used already, a newer one was sent, or it has run out. Ask for a new one where you asked for this one.",
        ),
        LinkError::Limited(limited) => {
            let seconds = limited.seconds();
            let status = StatusCode::TOO_MANY_REQUESTS;
            let response = notice(oauth, status, "A link was sent a while ago", &wait(seconds));
            super::notice::with_retry_after(response, seconds)
        }
        LinkError::Full => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let response = notice(oauth, status, "One moment", "Try again in a minute.");
            super::notice::with_retry_after(response, 60)
        }
        LinkError::Invalid(error) => notice(
            oauth,
            StatusCode::UNPROCESSABLE_ENTITY,
            "This does not work",
            &error.message,
        ),
        LinkError::Failed(failure) => failed(oauth, &failure),
    }
}
