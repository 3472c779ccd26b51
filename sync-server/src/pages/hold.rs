//! What somebody who is signed in has to do before anything else.

use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::account::where_to;
use super::html::Hidden;
use super::{Escaped, Page, Pending, texts};
use crate::oauth::{Failure, OAuth, Visitor};

/// The page of what an account has to do first, if there is something.
pub(crate) async fn before(
    oauth: &OAuth,
    visitor: &Visitor,
    account: Uuid,
    pending: &Pending,
) -> Result<Option<Response>, Failure> {
    if !oauth.has_agreed(account).await? {
        let asked = texts::ask(oauth, visitor, pending, None, None, StatusCode::OK);
        return Ok(Some(asked));
    }
    if !oauth.must_confirm(account).await? {
        return Ok(None);
    }
    let (email, _) = oauth.address(account).await?;
    let body = format!(
        "<h1>Confirm your e-mail address</h1>\n\
         <p class=\"lead\">This market takes you in for your address, {email}. {where_to} \
         Then go on here.</p>\n\
         <p class=\"after\"><a href=\"{on}\">I have confirmed it</a></p>\n\
         <div class=\"after\"><form method=\"post\" action=\"/account/verify\">\n{hidden}\
         <button class=\"link\" type=\"submit\">New link</button></form> or \
         <form method=\"post\" action=\"/logout\">\n{hidden}\
         <button class=\"link\" type=\"submit\">use another account</button></form></div>\n",
        email = Escaped(&email),
        where_to = Escaped(&where_to(oauth)),
        on = Escaped(&pending.onward()),
        hidden = Hidden { visitor, pending },
    );
    Ok(Some(
        Page {
            oauth,
            status: StatusCode::OK,
            title: "Confirm your e-mail address",
            body,
            visitor: Some(visitor),
            pending: Some(pending),
        }
        .respond(),
    ))
}
