//! `GET` and `POST /admin/joining`: who may join, and the invitations.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use guildhall_domain::policy::Act;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::join::JoinLink;
use guildhall_storage::server::accounts::{Invitation, Standing};
use uuid::Uuid;

use super::account::Owner;
use super::html::{Alert, Hidden};
use super::login::STALE;
use super::{Destination, Escaped, Field, Page, Pending, admin, failed, redirect, unreadable};
use crate::oauth::{Admission, CSRF_FIELD, Failure, Form, InviteError, OAuth, Wanted};

/// The most invitations that are listed.
const LISTED: i64 = 100;

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    open(&oauth, request.headers())
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn open(oauth: &OAuth, headers: &HeaderMap) -> Result<Response, Failure> {
    match admin::enter(oauth, headers, Destination::Joining, Act::Admit).await? {
        Ok(owner) => View::new(&owner).respond(oauth, StatusCode::OK).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    change(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn change(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let page = Destination::Joining;
    let owner = match admin::enter(oauth, &form.parts.headers, page, Act::Admit).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut view = View::new(&owner);
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        view.told = Some(STALE.to_owned());
        return view.respond(oauth, StatusCode::FORBIDDEN).await;
    }
    match form.field("act") {
        "admission" => {
            let domains = form.field("domains");
            let decided = match form.field("admission") {
                "domains" => domains,
                other => other,
            };
            if let Ok(admission) = decided.parse::<Admission>() {
                oauth.admit(&admission, owner.account).await?;
                return Ok(redirect(page.path()));
            }
            view.domains = Some(domains.to_owned());
            view.domains_error = Some("Name the domains, such as example.org.");
        }
        "withdraw" => {
            if let Ok(id) = form.field("id").parse::<Uuid>() {
                oauth.withdraw_invitation(id, owner.account).await?;
            }
            return Ok(redirect(page.path()));
        }
        _ => {
            view.typed = [form.field("uses"), form.field("days"), form.field("note")];
            let wanted = Wanted {
                // What is no number is as wrong as none.
                uses: view.typed[0].trim().parse().unwrap_or(0),
                days: view.typed[1].trim().parse().unwrap_or(0),
                note: view.typed[2],
            };
            match oauth.invite(wanted, owner.account).await {
                Ok(link) => {
                    view.link = Some(link);
                    view.typed = FRESH;
                    return view.respond(oauth, StatusCode::OK).await;
                }
                Err(
                    error @ (InviteError::Uses
                    | InviteError::Days
                    | InviteError::Note
                    | InviteError::NoAddress),
                ) => view.wrong = Some(error),
                Err(InviteError::Secret(error)) => return Err(error.into()),
                Err(InviteError::Database(error)) => return Err(error.into()),
            }
        }
    }
    view.respond(oauth, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// What the form of a new invitation begins with.
const FRESH: [&str; 3] = ["1", "7", ""];

struct View<'a> {
    owner: &'a Owner,
    told: Option<String>,
    /// A link that was just made.
    link: Option<JoinLink>,
    domains: Option<String>,
    domains_error: Option<&'static str>,
    /// For how many, for how long, for whom.
    typed: [&'a str; 3],
    wrong: Option<InviteError>,
}

impl<'a> View<'a> {
    fn new(owner: &'a Owner) -> Self {
        Self {
            owner,
            told: None,
            link: None,
            domains: None,
            domains_error: None,
            typed: FRESH,
            wrong: None,
        }
    }

    async fn respond(&self, oauth: &OAuth, status: StatusCode) -> Result<Response, Failure> {
        let admission = oauth.admission().await?;
        let invitations = oauth.invitations(LISTED).await?;
        let now = oauth.now();
        let pending = Pending::page(Destination::Joining);
        let hidden = Hidden {
            visitor: &self.owner.visitor,
            pending: &pending,
        };
        let rows: String = invitations
            .iter()
            .map(|invitation| row(invitation, now, &hidden))
            .collect();
        let rows = if rows.is_empty() {
            "<p class=\"after\">Nobody was invited yet.</p>\n".to_owned()
        } else {
            format!("<ul class=\"rows\">\n{rows}</ul>\n")
        };
        let body = format!(
            "<h1>Who may join</h1>\n{alert}{link}{admission}{invite}<h2>Invitations</h2>\n{rows}\
             <p class=\"after\"><a href=\"/account\">Your account</a></p>\n",
            alert = Alert(self.told.as_deref()),
            link = self.link(),
            admission = self.admission(&admission, &hidden),
            invite = self.invite(&hidden),
        );
        let is_wrong = status != StatusCode::OK;
        Ok(Page {
            oauth,
            status,
            title: if is_wrong {
                "Error: Who may join"
            } else {
                "Who may join"
            },
            body,
            visitor: Some(&self.owner.visitor),
            pending: None,
        }
        .respond())
    }

    fn link(&self) -> String {
        self.link.as_ref().map_or_else(String::new, |link| {
            format!(
                "<div class=\"done\" role=\"status\"><p>Send this link to whom you invite. It is shown this once.</p>\n\
                 <p><code>{}</code></p></div>\n",
                Escaped(&link.to_string())
            )
        })
    }

    fn admission(&self, admission: &Admission, hidden: &Hidden<'_>) -> String {
        let (chosen, kept) = match admission {
            Admission::Open => ("open", String::new()),
            Admission::Invited => ("invited", String::new()),
            Admission::Domains(domains) => ("domains", domains.join(" ")),
        };
        let chosen = self.domains.as_ref().map_or(chosen, |_| "domains");
        let choice = |value: &str, words: &str| {
            let checked = if value == chosen { " checked" } else { "" };
            format!(
                "<div class=\"choice\"><input type=\"radio\" id=\"admission-{value}\" name=\"admission\" \
                 value=\"{value}\" required{checked}><label for=\"admission-{value}\">{words}</label></div>\n"
            )
        };
        let choices = [
            choice("open", "Everybody"),
            choice("invited", "The invited"),
            choice("domains", "By address"),
        ]
        .concat();
        let domains = Field {
            id: "domains",
            label: "Domains of mail addresses",
            kind: "text",
            autocomplete: "off",
            value: self.domains.as_deref().unwrap_or(&kept),
            hint: Some("Only for By address, such as example.org. Invitations count as well."),
            error: self.domains_error,
            has_focus: self.domains_error.is_some(),
            is_required: false,
        };
        format!(
            "<form method=\"post\" action=\"/admin/joining\">\n{hidden}\
             <fieldset class=\"field\">\n<legend>Who may make an account</legend>\n\
             <div class=\"choices\">\n{choices}</div>\n</fieldset>\n{domains}\
             <button type=\"submit\" name=\"act\" value=\"admission\">Save</button>\n</form>\n"
        )
    }

    fn invite(&self, hidden: &Hidden<'_>) -> String {
        let wrong = self
            .wrong
            .as_ref()
            .map(|error| sentence(&error.to_string()));
        let error = |is_it: bool| wrong.as_deref().filter(|_| is_it);
        let [uses, days, note] = self.typed;
        let field = |id, label, kind, value, hint, is_it| Field {
            id,
            label,
            kind,
            autocomplete: "off",
            value,
            hint,
            error: error(is_it),
            has_focus: is_it,
            is_required: kind == "number",
        };
        let uses = field(
            "uses",
            "For how many accounts",
            "number",
            uses,
            None,
            matches!(self.wrong, Some(InviteError::Uses)),
        );
        let days = field(
            "days",
            "Good for how many days",
            "number",
            days,
            None,
            matches!(self.wrong, Some(InviteError::Days)),
        );
        let note = field(
            "note",
            "For whom",
            "text",
            note,
            Some("For your own list. Nobody else sees it."),
            matches!(self.wrong, Some(InviteError::Note)),
        );
        format!(
            "<h2>Invite</h2>\n<form method=\"post\" action=\"/admin/joining\">\n{hidden}{uses}{days}{note}\
             <button class=\"go\" type=\"submit\" name=\"act\" value=\"invite\">Make a link</button>\n</form>\n"
        )
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}.", letters.as_str())
}

fn row(invitation: &Invitation, now: i64, hidden: &Hidden<'_>) -> String {
    let title = match invitation.note.as_str() {
        "" => "Without a name",
        note => note,
    };
    let day = |at| Timestamp(at).day();
    let count = format!("{} of {} used", invitation.used, invitation.uses);
    let (stands, withdraw) = match invitation.standing(now) {
        Standing::Good => (
            format!("{count}, good until {}", day(invitation.expires_at)),
            format!(
                "<form method=\"post\" action=\"/admin/joining\">\n{hidden}\
                 <input type=\"hidden\" name=\"id\" value=\"{id}\">\
                 <button class=\"link\" type=\"submit\" name=\"act\" value=\"withdraw\" aria-label=\"Withdraw: {title}\">\
                 Withdraw</button></form>",
                id = invitation.id,
                title = Escaped(title),
            ),
        ),
        Standing::UsedUp => (count, String::new()),
        Standing::Expired => (
            format!("{count}, ran out on {}", day(invitation.expires_at)),
            String::new(),
        ),
        Standing::Withdrawn => (format!("{count}, withdrawn"), String::new()),
    };
    format!(
        "<li><div><b>{title}</b><p>{stands}</p></div>{withdraw}</li>\n",
        title = Escaped(title),
    )
}
