//! `GET /admin/providers`: through whom people sign in, as the operator's file has it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use guildhall_domain::policy::Act;

use super::{Destination, Escaped, Page, admin, failed};
use crate::oauth::{Failure, OAuth};
use crate::provider::Provider;

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    list(&oauth, request.headers())
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn list(oauth: &OAuth, headers: &HeaderMap) -> Result<Response, Failure> {
    let owner = match admin::enter(oauth, headers, Destination::Providers, Act::Admit).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let rows: String = oauth
        .config()
        .providers
        .iter()
        .map(|provider| row(oauth, provider))
        .collect();
    let rows = if rows.is_empty() {
        "<p class=\"after\">None. People sign in with a password.</p>\n".to_owned()
    } else {
        format!("<ul class=\"rows\">\n{rows}</ul>\n")
    };
    let body = format!(
        "<h1>Sign-in providers</h1>\n<p class=\"lead\">Through whom people can sign in besides a password. Whoever runs \
         this server sets them in a file, and starts it anew.</p>\n{rows}\
         <p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n"
    );
    Ok(Page {
        oauth,
        status: StatusCode::OK,
        title: "Sign-in providers",
        body,
        visitor: Some(&owner.visitor),
        pending: None,
    }
    .respond())
}

fn row(oauth: &OAuth, provider: &Provider) -> String {
    let addresses = if provider.trusts_email {
        "Its confirmed e-mail addresses are trusted."
    } else {
        "Its e-mail addresses are not trusted."
    };
    format!(
        "<li><div><b>{label}</b><p>{kind} at {issuer}, as {client}. {addresses}</p>\
         <p>Sends people back to <code>{back}</code></p></div></li>\n",
        label = Escaped(&provider.label),
        kind = provider.kind(),
        issuer = Escaped(provider.issuer()),
        client = Escaped(&provider.client_id),
        back = Escaped(&oauth.way_back(provider)),
    )
}
