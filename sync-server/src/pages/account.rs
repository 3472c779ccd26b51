//! `GET /account`: what there is to know and do about one's own account.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use guildhall_domain::actor::Actor;
use guildhall_domain::policy::{Act, Relation, decide};
use guildhall_oauth::Parameters;
use uuid::Uuid;

use super::html::{Done, Hidden};
use super::{Destination, Escaped, Page, Pending, failed, redirect};
use crate::oauth::{Failure, OAuth, PersonSummary, Visitor};

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    overview(&oauth, request.headers(), request.uri().query())
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

/// What was just done, as a page before this one names it.
fn done(query: Option<&str>) -> Option<&'static str> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    match parameters.get("done")? {
        "password" => Some("Your password is changed. Every other device is signed out."),
        "second-factor-off" => Some("Your account has no second factor any more."),
        "signed-out" => Some("You are signed out everywhere else."),
        "kept" => Some("Your account stays."),
        "linked" => Some("You can sign in through it from now on."),
        "unlinked" => Some("You cannot sign in through it any more."),
        "link" => Some("Your link is on its way."),
        _ => None,
    }
}

async fn overview(
    oauth: &OAuth,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<Response, Failure> {
    let owner = match Owner::of(oauth, headers, Destination::Account).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let pending = Pending::of("");
    let due_at = oauth.leaving_at(owner.account).await?;
    let leaving = due_at.map_or_else(
        || "What you wrote about yourself goes for good.".to_owned(),
        |due_at| format!("It will be deleted on {}.", super::delete::day(due_at)),
    );
    let factor = oauth.second_factor(owner.account).await?;
    let (email, is_verified) = oauth.address(owner.account).await?;
    let hidden = Hidden {
        visitor: &owner.visitor,
        pending: &pending,
    };
    let address = address_row(oauth, &email, is_verified, &hidden);
    let body = format!(
        "<h1>Your account</h1>\n<p class=\"lead\">You are signed in as {name}. You can close this page and go \
         back to the desktop app.</p>\n{done}<ul class=\"rows\">\n{address}{password}{linked}{second_factor}{passkeys}{tokens}{sign_out}{export}{delete}{running}</ul>\n\
         <form method=\"post\" action=\"/logout\">\n{hidden}\
         <button type=\"submit\">Sign out of this browser</button>\n</form>\n",
        name = Escaped(&owner.person.name),
        done = Done(done(query)),
        running = running(&owner.actor()),
        password = if owner.has_password {
            row(
                "Password",
                "Signs you out everywhere else.",
                Destination::Password,
                "Change",
            )
        } else {
            row(
                "Password",
                "None. You can set one by e-mail.",
                Destination::Password,
                "Set",
            )
        },
        linked = linked(oauth, owner.account).await?,
        delete = row(
            "Delete your account",
            &leaving,
            Destination::Delete,
            if due_at.is_some() { "Keep" } else { "Delete" },
        ),
        passkeys = row(
            "Passkeys",
            match oauth.passkeys_of(owner.account).await?.len() {
                0 => "None. They sign you in with your finger, face or PIN.",
                _ => "They sign you in without password and code.",
            },
            Destination::Passkeys,
            "Open",
        ),
        tokens = row(
            "API tokens",
            &super::tokens::in_words(oauth.personal_tokens(owner.account).await?.len()),
            Destination::Tokens,
            "Open",
        ),
        sign_out = row(
            "Sign out everywhere",
            "Ends every sign-in on desktops and in other browsers.",
            Destination::SignOut,
            "Sign out",
        ),
        export = row(
            "Your data",
            "Everything that the server holds about you, in one file.",
            Destination::Export,
            "Get a copy",
        ),
        second_factor = row(
            "Second factor",
            match factor {
                None => "Off. A code from an app on your phone, asked for after the password.",
                Some(_) => "On. A code from your app is asked for after the password.",
            },
            Destination::SecondFactor,
            if factor.is_some() { "Change" } else { "Set up" },
        ),
    );
    Ok(Page {
        oauth,
        status: StatusCode::OK,
        title: "Your account",
        body,
        visitor: Some(&owner.visitor),
        pending: None,
    }
    .respond())
}

/// Through whom its owner can sign in; nothing where nobody can.
async fn linked(oauth: &OAuth, account: Uuid) -> Result<String, Failure> {
    let identities = oauth.identities(account).await?;
    if identities.is_empty() && oauth.config().providers.is_empty() {
        return Ok(String::new());
    }
    let labels: Vec<&str> = identities
        .iter()
        .filter_map(|(_, provider)| provider.map(|provider| provider.label.as_str()))
        .collect();
    let text = if labels.is_empty() {
        "None is linked.".to_owned()
    } else {
        format!("{}.", labels.join(", "))
    };
    Ok(row("Sign in through", &text, Destination::Linked, "Change"))
}

/// The pages of an admin, for whoever may open them.
fn running(actor: &Actor) -> String {
    let pages = [
        (
            Act::Admit,
            "Who may join",
            "Registration and invitations.",
            Destination::Joining,
        ),
        (
            Act::Admit,
            "Sign-in providers",
            "Through whom people sign in besides a password.",
            Destination::Providers,
        ),
        (
            Act::SetExposure,
            "Who is seen",
            "Places for newcomers, and how evenly people are shown.",
            Destination::Exposure,
        ),
        (
            Act::Appoint,
            "People and roles",
            "Who is a moderator or an admin.",
            Destination::People,
        ),
        (
            Act::HandOverMail,
            "Mail",
            "Links to hand over.",
            Destination::Mail,
        ),
    ];
    pages
        .into_iter()
        .filter(|(act, ..)| decide(actor, *act, Relation::Stranger).is_ok())
        .map(|(_, title, text, to)| row(title, text, to, "Open"))
        .collect()
}

/// Where the link is that confirms an address.
pub(super) fn where_to(oauth: &OAuth) -> String {
    let mail = &oauth.config().mail;
    if mail.is_on() {
        "Open the link in the mail that was sent there.".to_owned()
    } else {
        format!(
            "This server sends no mail: ask {} for your link.",
            mail.contact()
        )
    }
}

/// How the address stands, and what to do when it is not confirmed.
fn address_row(oauth: &OAuth, email: &str, is_verified: bool, hidden: &Hidden<'_>) -> String {
    let email = Escaped(email);
    if is_verified {
        return format!("<li><div><b>E-mail address</b><p>{email}, confirmed</p></div></li>\n");
    }
    format!(
        "<li><div><b>E-mail address</b><p>{email}, not confirmed yet. {where_to}</p></div>\
         <form method=\"post\" action=\"/account/verify\">\n{hidden}\
         <button class=\"link\" type=\"submit\">New link</button></form></li>\n",
        where_to = Escaped(&where_to(oauth)),
    )
}

/// A line of the overview: what it is, how it stands, and where it is changed.
fn row(title: &str, text: &str, to: Destination, act: &str) -> String {
    format!(
        "<li><div><b>{title}</b><p>{text}</p></div><a href=\"{path}\" aria-label=\"{act}: {title}\">{act}</a></li>\n",
        title = Escaped(title),
        text = Escaped(text),
        path = to.path(),
        act = Escaped(act),
    )
}

/// Somebody on the pages of their own account.
pub(crate) struct Owner {
    /// Their browser.
    pub(super) visitor: Visitor,
    /// Their account.
    pub(super) account: Uuid,
    /// Who they are.
    pub(super) person: PersonSummary,
    /// Whether they can sign in with a password.
    pub(super) has_password: bool,
}

impl Owner {
    /// Who they are to the policy.
    pub(super) fn actor(&self) -> Actor {
        self.person.actor(self.account)
    }

    /// Who is signed in; else the way to the login page, from where it goes on to the page that was asked for.
    pub(super) async fn of(
        oauth: &OAuth,
        headers: &HeaderMap,
        page: Destination,
    ) -> Result<Result<Self, Response>, Failure> {
        let visitor = oauth.visitor(headers).await?;
        let Some(account) = visitor.account else {
            return Ok(Err(redirect(&Pending::page(page).address("/login"))));
        };
        Ok(match oauth.person(account).await? {
            Some(person) => Ok(Self {
                visitor,
                account,
                person,
                has_password: oauth.has_password(account).await?,
            }),
            None => Err(redirect(&Pending::page(page).address("/login"))),
        })
    }
}
