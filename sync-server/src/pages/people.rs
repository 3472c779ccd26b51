//! `GET` and `POST /admin/people`: who is trusted with which role, for an admin who has just typed the password.
//!
//! Roles are given and taken here and by the operator, and nowhere else: what a desktop holds is not enough for it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::{Mutation, TrustedRole};
use guildhall_domain::person::{Person, Roles};
use guildhall_domain::policy::{Act, Relation, decide};
use guildhall_oauth::Parameters;
use uuid::Uuid;

use super::account::Owner;
use super::html::{Alert, Hidden};
use super::login::STALE;
use super::{
    Destination, Escaped, Field, Page, Pending, admin, failed, notice, redirect, unreadable,
};
use crate::clock;
use crate::oauth::{CSRF_FIELD, Failure, Form};
use crate::state::Market;

const PAGE: Destination = Destination::People;

/// The most people that are listed.
const LISTED: u32 = 50;

pub(super) async fn show(State(market): State<Arc<Market>>, request: Request) -> Response {
    let (headers, query) = (request.headers(), request.uri().query());
    let answer = async {
        let owner = match admin::enter(&market.oauth, headers, PAGE, Act::Appoint).await? {
            Ok(owner) => owner,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let asked = Parameters::parse(query.unwrap_or_default().as_bytes());
        let view = View {
            market: &market,
            owner: &owner,
            told: None,
            reason: "",
            reason_error: None,
        };
        match asked.get("person").map(Uuid::parse_str) {
            Some(Ok(id)) => view.one(id, StatusCode::OK).await,
            Some(Err(_)) => Ok(view.nobody()),
            None => {
                view.list(asked.get("search").unwrap_or_default().trim())
                    .await
            }
        }
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failed(&market.oauth, &failure))
}

pub(super) async fn submit(State(market): State<Arc<Market>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&market.oauth, error),
    };
    change(&market, &form)
        .await
        .unwrap_or_else(|failure| failed(&market.oauth, &failure))
}

async fn change(market: &Market, form: &Form) -> Result<Response, Failure> {
    let oauth = &market.oauth;
    let owner = match admin::enter(oauth, &form.parts.headers, PAGE, Act::Appoint).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut view = View {
        market,
        owner: &owner,
        told: None,
        reason: form.field("reason"),
        reason_error: None,
    };
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        let title = "Open the page once more";
        return Ok(notice(oauth, StatusCode::FORBIDDEN, title, STALE));
    }
    let Ok(id) = form.field("person").parse::<Uuid>() else {
        return Ok(view.nobody());
    };
    let Some(change) = Change::named(form.field("act")) else {
        return view.one(id, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    // Nobody changes what they are trusted with themselves.
    let relation = if id == owner.account {
        Relation::Owner
    } else {
        Relation::Stranger
    };
    let asked = decide(&owner.actor(), Act::Appoint, relation);
    let denied = match asked {
        Err(denied) => denied,
        Ok(()) => match appoint(market, owner.account, id, change, view.reason).await {
            Some(Ok(())) => return Ok(redirect(&format!("{}?person={id}", PAGE.path()))),
            Some(Err(denied)) => denied,
            None => {
                let text = "Nothing was changed. Try again in a moment.";
                let (status, title) = (StatusCode::SERVICE_UNAVAILABLE, "The server is busy");
                return Ok(notice(oauth, status, title, text));
            }
        },
    };
    if denied.code == Code::Validation {
        view.reason_error = Some("Give a reason, in 3 to 500 characters.");
    } else {
        view.told = Some(denied.message);
    }
    view.one(id, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Gives or takes a role; nothing when the writer has too much to do.
async fn appoint(
    market: &Market,
    by: Uuid,
    id: Uuid,
    change: Change,
    reason: &str,
) -> Option<Result<(), Denied>> {
    let (person, role, reason) = (AccountId(id), change.role, reason.to_owned());
    let mutation = if change.grants {
        Mutation::GrantRole {
            person,
            role,
            reason,
        }
    } else {
        Mutation::RevokeRole {
            person,
            role,
            reason,
        }
    };
    let done = market
        .writer
        .act(AccountId(by), true, clock::mutation_id(), mutation)
        .await
        .ok()?;
    market.oauth.forget_callers();
    Some(done.map(|_| market.oauth.write_of_role(id, role, change.grants)))
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    grants: bool,
    role: TrustedRole,
}

impl Change {
    const ALL: [Self; 4] = [
        Self::of(true, TrustedRole::Moderator),
        Self::of(true, TrustedRole::Admin),
        Self::of(false, TrustedRole::Moderator),
        Self::of(false, TrustedRole::Admin),
    ];

    const fn of(grants: bool, role: TrustedRole) -> Self {
        Self { grants, role }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.name() == name)
    }

    fn name(self) -> &'static str {
        match (self.grants, self.role) {
            (true, TrustedRole::Moderator) => "grant-moderator",
            (true, TrustedRole::Admin) => "grant-admin",
            (false, TrustedRole::Moderator) => "revoke-moderator",
            (false, TrustedRole::Admin) => "revoke-admin",
        }
    }

    fn label(self) -> &'static str {
        match (self.grants, self.role) {
            (true, TrustedRole::Moderator) => "Make moderator",
            (true, TrustedRole::Admin) => "Make admin",
            (false, TrustedRole::Moderator) => "No longer moderator",
            (false, TrustedRole::Admin) => "No longer admin",
        }
    }

    /// True where it would change something. An admin may do what a moderator may.
    fn is_offered(self, roles: Roles) -> bool {
        match (self.grants, self.role) {
            (true, TrustedRole::Moderator) => !roles.is_trusted(),
            (true, TrustedRole::Admin) => !roles.admin,
            (false, TrustedRole::Moderator) => roles.moderator,
            (false, TrustedRole::Admin) => roles.admin,
        }
    }
}

struct View<'a> {
    market: &'a Market,
    owner: &'a Owner,
    told: Option<String>,
    reason: &'a str,
    reason_error: Option<&'static str>,
}

impl View<'_> {
    /// Without words, who is trusted; else who is called so.
    async fn list(&self, search: &str) -> Result<Response, Failure> {
        let store = &self.market.store;
        let (title, people) = if search.is_empty() {
            ("Trusted with a role", store.trusted().await?)
        } else {
            ("Found", store.search_people(search, LISTED).await?)
        };
        let rows: String = people.iter().map(row).collect();
        let rows = if rows.is_empty() {
            "<p class=\"after\">Nobody. Try a part of the name.</p>\n".to_owned()
        } else {
            format!("<ul class=\"rows\">\n{rows}</ul>\n")
        };
        let field = Field {
            id: "search",
            label: "Name",
            kind: "text",
            autocomplete: "off",
            value: search,
            hint: Some("A part of it is enough."),
            error: None,
            has_focus: false,
            is_required: false,
        };
        let path = PAGE.path();
        let body = format!(
            "<h1>People and roles</h1>\n<p class=\"lead\">Moderators suspend people and take requests down. Admins do that, \
             run this server and decide who is trusted.</p>\n\
             <form method=\"get\" action=\"{path}\">\n{field}<button type=\"submit\">Search</button>\n</form>\n\
             <h2>{title}</h2>\n{rows}<p class=\"after\"><a href=\"/account\">Your account</a></p>\n"
        );
        Ok(self.page("People and roles", StatusCode::OK, body))
    }

    async fn one(&self, id: Uuid, status: StatusCode) -> Result<Response, Failure> {
        let Some(person) = self.market.store.find::<Person>(id).await? else {
            return Ok(self.nobody());
        };
        let path = PAGE.path();
        let name = Escaped(&person.name);
        let form = if id == self.owner.account {
            "<p class=\"lead\">Nobody changes their own role. Ask another admin.</p>\n".to_owned()
        } else {
            self.form(&person)
        };
        let suspended = if person.is_suspended() {
            " Suspended."
        } else {
            ""
        };
        let body = format!(
            "<h1>{name}</h1>\n<p class=\"lead\">{roles}.{suspended}</p>\n{alert}{form}\
             <p class=\"after\"><a href=\"{path}\">All who are trusted</a></p>\n",
            roles = in_words(person.roles),
            alert = Alert(self.told.as_deref()),
        );
        let title = if status == StatusCode::OK {
            "People and roles"
        } else {
            "Error: People and roles"
        };
        Ok(self.page(title, status, body))
    }

    fn form(&self, person: &Person) -> String {
        let hidden = Hidden {
            visitor: &self.owner.visitor,
            pending: &Pending::page(PAGE),
        };
        let reason = Field {
            id: "reason",
            label: "Reason",
            kind: "text",
            autocomplete: "off",
            value: self.reason,
            hint: Some("It stands in the logs, and they can read it."),
            error: self.reason_error,
            has_focus: self.reason_error.is_some(),
            is_required: true,
        };
        let buttons: Vec<String> = Change::ALL
            .into_iter()
            .filter(|change| change.is_offered(person.roles))
            .map(|change| {
                let look = if change.grants { "" } else { " class=\"stop\"" };
                let (name, label) = (change.name(), change.label());
                format!(
                    "<button{look} type=\"submit\" name=\"act\" value=\"{name}\">{label}</button>\n"
                )
            })
            .collect();
        format!(
            "<form method=\"post\" action=\"{path}\">\n{hidden}\
             <input type=\"hidden\" name=\"person\" value=\"{id}\">\n{reason}{buttons}</form>\n",
            buttons = buttons.concat(),
            path = PAGE.path(),
            id = person.id,
        )
    }

    fn nobody(&self) -> Response {
        notice(
            &self.market.oauth,
            StatusCode::NOT_FOUND,
            "There is nobody here",
            "They may have left. Go back and search again.",
        )
    }

    fn page(&self, title: &str, status: StatusCode, body: String) -> Response {
        Page {
            oauth: &self.market.oauth,
            status,
            title,
            body,
            visitor: Some(&self.owner.visitor),
            pending: None,
        }
        .respond()
    }
}

/// What somebody is here, such as `Client and moderator`.
fn in_words(roles: Roles) -> String {
    let named = [
        (roles.freelancer, "freelancer"),
        (roles.client, "client"),
        (roles.moderator, "moderator"),
        (roles.admin, "admin"),
    ];
    let has: Vec<&str> = named
        .into_iter()
        .filter_map(|(has, name)| has.then_some(name))
        .collect();
    let text = match has.split_last() {
        None => return "Without a role".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    };
    let (first, rest) = text.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

fn row(person: &Person) -> String {
    let (id, name) = (person.id, Escaped(&person.name));
    let suspended = if person.is_suspended() {
        ", suspended"
    } else {
        ""
    };
    format!(
        "<li><div><b>{name}</b><p>{roles}{suspended}</p></div>\
         <a href=\"{path}?person={id}\" aria-label=\"Open: {name}\">Open</a></li>\n",
        roles = in_words(person.roles),
        path = PAGE.path(),
    )
}
