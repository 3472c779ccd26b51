//! `GET` and `POST /account/sign-out`: ends every sign-in of an account but this browser's, and on demand its tokens.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;

use super::account::Owner;
use super::html::Hidden;
use super::step_up::Told;
use super::{Destination, Page, Pending, failed, redirect_as, tokens, unreadable};
use crate::oauth::{CSRF_FIELD, Failure, Form, OAuth};

const PAGE: Destination = Destination::SignOut;
const TOKENS: &str = "tokens";

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let headers = request.headers();
    let answer = async {
        Ok(match Owner::of(&oauth, headers, PAGE).await? {
            Ok(owner) => view(&oauth, &owner, &Told::NOTHING).await?,
            Err(elsewhere) => elsewhere,
        })
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
    end(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn end(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let owner = match Owner::of(oauth, &form.parts.headers, PAGE).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        return view(oauth, &owner, &Told::stale()).await;
    }
    oauth
        .revoke_account(owner.account, "ended_by_owner")
        .await?;
    if !form.field(TOKENS).is_empty() {
        oauth.revoke_all_personal_tokens(owner.account).await?;
    }
    // The session of this browser ended with the others: it goes on under another cookie.
    let visitor = oauth.sign_browser_in(owner.account).await?;
    Ok(redirect_as(oauth, &visitor, "/account?done=signed-out"))
}

async fn view(oauth: &OAuth, owner: &Owner, told: &Told) -> Result<Response, Failure> {
    let count = oauth.personal_tokens(owner.account).await?.len();
    let tick = if count == 0 {
        String::new()
    } else {
        format!(
            "<div class=\"field\">\n<div class=\"tick\"><input type=\"checkbox\" id=\"{TOKENS}\" name=\"{TOKENS}\" \
             value=\"yes\"><label for=\"{TOKENS}\">Revoke my API tokens as well. {}</label></div>\n</div>\n",
            tokens::in_words(count)
        )
    };
    let body = format!(
        "<h1>Sign out everywhere</h1>\n<p class=\"lead\">Every desktop and every other browser has to sign in again. \
         This browser stays signed in. What waits on a desktop to be sent is kept.</p>\n{alert}\
         <form method=\"post\" action=\"{path}\">\n{hidden}{tick}\
         <button class=\"go\" type=\"submit\">Sign out everywhere else</button>\n</form>\n\
         <p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n",
        alert = told.above(),
        path = PAGE.path(),
        hidden = Hidden {
            visitor: &owner.visitor,
            pending: &Pending::of(""),
        },
    );
    Ok(Page {
        oauth,
        status: told.status(),
        title: "Sign out everywhere",
        body,
        visitor: Some(&owner.visitor),
        pending: None,
    }
    .respond())
}
