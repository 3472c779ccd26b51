//! `GET` and `POST /oauth/authorize`: a desktop asks, a person answers.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_oauth::{AuthorizationRequest, Parameters, Refusal, Scope};

use super::{CSRF_FIELD, Failure, Form, OAuth, Visitor};
use crate::pages::{self, Pending};

/// Shows the person who asks, or first has them sign in.
pub(super) async fn ask(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let parameters = Parameters::parse(query.as_bytes());
    match AuthorizationRequest::parse(&parameters) {
        Ok(_) => {}
        Err(refusal) => return refuse(&oauth, &refusal),
    }
    let pending = Pending::of(&parameters.to_query());
    match oauth.visitor(request.headers()).await {
        Ok(visitor) => confirm(&oauth, &visitor, &pending)
            .await
            .unwrap_or_else(|it| pages::failed(&oauth, &it)),
        Err(failure) => pages::failed(&oauth, &failure),
    }
}

/// Takes the person's answer.
pub(super) async fn answer(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return pages::unreadable(&oauth, error),
    };
    take_answer(&oauth, &form)
        .await
        .unwrap_or_else(|failure| pages::failed(&oauth, &failure))
}

async fn take_answer(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let pending = Pending::of(form.field("request"));
    let request = match pending.parse() {
        Ok(request) => request,
        Err(refusal) => return Ok(refuse(oauth, &refusal)),
    };
    let (Some(account), true) = (visitor.account, visitor.vouches_for(form.field(CSRF_FIELD)))
    else {
        // Shown again with a proof that is good. Nothing was granted.
        return confirm(oauth, &visitor, &pending).await;
    };
    if form.field("act") != "continue" {
        return Ok(pages::redirect(&request.denied(&oauth.config.issuer)));
    }
    let person = oauth.person(account).await?;
    if let Some(reason) = person.and_then(|person| person.suspended) {
        return Ok(pages::suspended(oauth, &reason));
    }
    if must_sign_in_anew(oauth, &visitor, &request) {
        return Ok(pages::redirect(&pending.address("/login")));
    }
    if let Some(first) = pages::before(oauth, &visitor, account, &pending).await? {
        return Ok(first);
    }
    Ok(pages::redirect(&oauth.grant(account, &request).await?))
}

/// Whether the browser knows its visitor for too long for what is asked.
fn must_sign_in_anew(oauth: &OAuth, visitor: &Visitor, request: &AuthorizationRequest) -> bool {
    match request.scope {
        Scope::Marketplace => false,
        Scope::Oversight => !oauth.is_fresh(visitor),
    }
}

async fn confirm(oauth: &OAuth, visitor: &Visitor, pending: &Pending) -> Result<Response, Failure> {
    let request = match pending.parse() {
        Ok(request) => request,
        Err(refusal) => return Ok(refuse(oauth, &refusal)),
    };
    let Some(account) = visitor.account else {
        // Whoever was invited has no account yet.
        let page = if pending.invitation().is_empty() {
            "/login"
        } else {
            "/register"
        };
        return Ok(pages::redirect(&pending.address(page)));
    };
    if !oauth.may_have(account, request.scope).await? {
        return Ok(pages::redirect(&request.denied(&oauth.config.issuer)));
    }
    if must_sign_in_anew(oauth, visitor, &request) {
        return Ok(pages::redirect(&pending.address("/login")));
    }
    match oauth.person(account).await? {
        None => Ok(pages::redirect(&pending.address("/login"))),
        Some(person) => match person.suspended {
            Some(reason) => Ok(pages::suspended(oauth, &reason)),
            None => match pages::before(oauth, visitor, account, pending).await? {
                Some(first) => Ok(first),
                None => Ok(pages::confirm(oauth, visitor, pending, &person.name)),
            },
        },
    }
}

/// Tells the client what is wrong, or the person where the client cannot be told safely.
pub(crate) fn refuse(oauth: &OAuth, refusal: &Refusal) -> Response {
    match refusal.location(&oauth.config.issuer) {
        Some(location) => pages::redirect(&location),
        None => pages::notice(
            oauth,
            StatusCode::BAD_REQUEST,
            "This sign-in link does not work",
            "It does not come from a desktop app that this server knows. Go back to the app and \
             press Sign in again.",
        ),
    }
}
