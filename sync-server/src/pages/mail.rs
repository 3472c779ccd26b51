//! `GET /admin/mail`: letters that were not sent: with their links for the admin who hands them over, and with what keeps the mail server from
//! taking them.
//!
//! Whoever holds such a link can take over the account, so it is shown only to an admin who has just typed the password.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::account::Owner;
use super::{Destination, Escaped, Page, Pending, failed, notice, redirect};
use crate::mail::{Pause, Unsent};
use crate::oauth::{Failure, OAuth};

/// How long after signing in the page is shown.
const FRESH_MS: i64 = 10 * 60_000;

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    list(&oauth, request.headers())
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn list(oauth: &OAuth, headers: &HeaderMap) -> Result<Response, Failure> {
    let owner = match Owner::of(oauth, headers, Destination::Mail).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if !owner.person.admin || owner.person.suspended.is_some() {
        return Ok(notice(
            oauth,
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "Go back to your account.",
        ));
    }
    if !oauth.is_fresh(&owner.visitor, FRESH_MS) {
        return Ok(redirect(
            &Pending::page(Destination::Mail).address("/login"),
        ));
    }
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
