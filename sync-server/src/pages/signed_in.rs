//! What comes after signing in: on to the desktop that waits, or to a page of one's own account. And signing out.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use uuid::Uuid;

use super::{Destination, Pending, before, failed, redirect, redirect_as, unreadable};
use crate::oauth::{CSRF_FIELD, Failure, Form, OAuth, Visitor};

/// After the right password, or the word of a provider: on, or first to the page that asks for a code.
pub(super) async fn after_first(
    oauth: &OAuth,
    visitor: &Visitor,
    account: Uuid,
    means: &str,
    pending: &Pending,
) -> Result<Response, Failure> {
    if oauth.second_factor(account).await?.is_some() {
        oauth.begin_half_sign_in(visitor, account, means).await?;
        return Ok(redirect(&pending.address(super::code::PATH)));
    }
    oauth.note_sign_in(account, means).await?;
    go_on(oauth, account, pending).await
}

/// Signs the browser in and goes on to where the person was headed. Whoever has just typed the
/// password on a page that names the desktop needs no further question.
pub(super) async fn go_on(
    oauth: &OAuth,
    account: Uuid,
    pending: &Pending,
) -> Result<Response, Failure> {
    let visitor = oauth.sign_browser_in(account).await?;
    if let Some(first) = before(oauth, &visitor, account, pending).await? {
        return Ok(first);
    }
    let location = match pending.parse() {
        Ok(request) => oauth.grant(account, &request).await?,
        Err(_) => pending.destination().path().to_owned(),
    };
    Ok(redirect_as(oauth, &visitor, &location))
}

/// `POST /logout`: signs the browser out. The desktops stay signed in.
pub(super) async fn sign_out(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    take_leave(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn take_leave(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let visitor = oauth.visitor(&form.parts.headers).await?;
    let login = Pending::of(form.field("request")).address("/login");
    if !visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(redirect(Destination::Account.path()));
    }
    let visitor = oauth.sign_browser_out(&visitor).await?;
    Ok(redirect_as(oauth, &visitor, &login))
}
