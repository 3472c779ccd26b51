//! The page for somebody whose browser is signed in already: one click, but never none.
//!
//! Any program on the machine can open the browser and listen on a port. Without the click it
//! would be signed in as whoever used the browser last (RFC 8252 §8.6).

use axum::http::StatusCode;
use axum::response::Response;
use guildhall_oauth::Scope;

use super::html::Hidden;
use super::{Escaped, Page, Pending};
use crate::oauth::{OAuth, Visitor};

/// Asks whether the desktop may be signed in as the person whom the browser knows.
pub(crate) fn confirm(oauth: &OAuth, visitor: &Visitor, pending: &Pending, name: &str) -> Response {
    let lead = match pending.scope() {
        Scope::Marketplace => {
            "It will act for you in this market, on this computer. Go on only if you have just pressed \
             Sign in there."
        }
        Scope::Oversight => {
            "It will suspend people and take requests down for you, for a quarter of an hour. Go on only \
             if you have just pressed Sign in once more there."
        }
    };
    let body = format!(
        "<h1>Continue to {client}?</h1>\n\
         <p class=\"lead\">{lead}</p>\n\
         <form method=\"post\" action=\"/oauth/authorize\">\n{hidden}\
         <button class=\"go\" type=\"submit\" name=\"act\" value=\"continue\">Continue as {name}</button>\n\
         <button type=\"submit\" name=\"act\" value=\"cancel\">Cancel</button>\n</form>\n\
         <div class=\"after\">Not you? <form method=\"post\" action=\"/logout\">\n{hidden}\
         <button class=\"link\" type=\"submit\">Use another account</button></form></div>\n",
        client = pending.client_name().unwrap_or("the app"),
        hidden = Hidden { visitor, pending },
        name = Escaped(name),
    );
    Page {
        oauth,
        status: StatusCode::OK,
        title: "Continue",
        body,
        visitor: Some(visitor),
        pending: Some(pending),
    }
    .respond()
}
