//! `GET /admin/mail`: letters that were not sent: with their links for the admin who hands them over, and with what keeps the mail server from
//! taking them.
//!
//! Whoever holds such a link can take over the account, so it is shown only to an admin who has just typed the password.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use guildhall_domain::policy::Act;

use super::{Destination, Escaped, Page, admin, failed};
use crate::mail::{Pause, Unsent};
use crate::oauth::{Failure, OAuth};

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    list(&oauth, request.headers())
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn list(oauth: &OAuth, headers: &HeaderMap) -> Result<Response, Failure> {
    let owner = match admin::enter(oauth, headers, Destination::Mail, Act::HandOverMail).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let unsent = match oauth.unsent_mail().await {
        Ok(unsent) => unsent,
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "unsent mail cannot be listed"
            );
            Vec::new()
        }
    };
    let lead = if oauth.config().mail.is_on() {
        "What the mail server has not taken yet. It is tried again by itself."
    } else {
        "This server sends no mail. Hand each link to the person it is for, and to nobody else: make sure who asks."
    };
    let now = oauth.now();
    let rows: String = unsent.iter().map(|waiting| row(waiting, now)).collect();
    let rows = if rows.is_empty() {
        "<p class=\"after\">Nothing waits.</p>\n".to_owned()
    } else {
        format!("<ul class=\"rows\">\n{rows}</ul>\n")
    };
    let body = format!("<h1>Unsent mail</h1>\n<p class=\"lead\">{lead}</p>\n{rows}");
    Ok(Page {
        oauth,
        status: StatusCode::OK,
        title: "Unsent mail",
        body,
        visitor: Some(&owner.visitor),
        pending: None,
    }
    .respond())
}

fn row((letter, pause): &(Unsent, Option<Pause>), now: i64) -> String {
    let link = letter.link.as_deref().map_or_else(String::new, |link| {
        format!("<p><code>{}</code></p>", Escaped(link))
    });
    let pause = pause.as_ref().map_or_else(String::new, |pause| {
        let times = match pause.tries {
            1 => "once".to_owned(),
            tries => format!("{tries} times"),
        };
        let minutes = u64::try_from(pause.until - now)
            .unwrap_or(0)
            .div_ceil(60_000);
        let again = match minutes {
            0 => "is tried again now".to_owned(),
            1 => "is tried again within a minute".to_owned(),
            minutes => format!("is tried again in {minutes} minutes"),
        };
        let why = Escaped(&pause.why);
        format!("<p>Tried {times}: {why}. It {again}.</p>")
    });
    format!(
        "<li><div><b>{to}</b><p>{subject}</p>{pause}{link}</div></li>\n",
        to = Escaped(&letter.to),
        subject = Escaped(&letter.subject),
    )
}
