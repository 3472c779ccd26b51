//! Every way in over HTTP, and what the policy says of it. What has no line here does not answer, whoever asks.
//!
//! The gate stands before all routes: it finds out who calls and asks the policy, so that an endpoint that forgets to is closed
//! all the same.

use crate::admin::refused;
use crate::api::Asking;
use crate::extract::Call;
use crate::oauth::bearer;
use crate::pages;
use crate::problem::Problem;
use crate::state::Market;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use guildhall_domain::policy::{Act, Relation, decide};
use guildhall_oauth::{ApiScope, Scope};
use guildhall_protocol::path;
use std::sync::Arc;

/// Who comes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Everybody, signed in or not; and why that is right.
    Open(&'static str),
    /// Whoever may do this as themselves.
    Own(Act),
    /// Whoever may do this with what they have nothing to do with. To everybody else the way does not exist.
    Hidden(Act),
    /// The same, with a token of a sign-in to keep order, for which they showed anew who they are.
    Oversight(Act),
    /// A page in the browser, for whoever may do this with what they have nothing to do with, and has just signed in there.
    Page(Act),
    /// Whoever is signed in; the endpoint finds out what they have to do with the thing, and asks the policy for this.
    Thing(Act),
    /// A program with a token that its owner made, for this part or for whichever; the endpoint asks the policy for this act.
    Program(Option<ApiScope>, Act),
}

/// One way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// How. `HEAD` comes in by `GET` where it has no line of its own.
    pub method: Method,
    /// Where, as the router has it; with a star at its end, everything below.
    pub path: &'static str,
    /// Who.
    pub entry: Entry,
}

const fn door(method: Method, path: &'static str, entry: Entry) -> Door {
    Door {
        method,
        path,
        entry,
    }
}

const PAGE: Entry =
    Entry::Open("a page on which people sign in; its forms are bound to the visitor's cookie");
const TEXT: Entry = Entry::Open("what people agree to is read before there is an account");
const LINK: Entry = Entry::Open("the link that was sent to an address is the proof");
const PROVIDER: Entry =
    Entry::Open("what a provider says of the visitor is the proof, bound to their cookie");
const METER: Entry =
    Entry::Open("how many places newcomers had is for everybody to check, and names nobody");
const FRONT: Entry = Entry::Open("says what this is");
const LOOKS: Entry = Entry::Open("the looks of the pages");
const PROOF: Entry = Entry::Open("a code or a token in the form is the proof");

/// The ways in.
#[rustfmt::skip]
pub const DOORS: &[Door] = &[
    door(Method::POST, path::PUSH, Entry::Own(Act::Sync)),
    door(Method::POST, path::PULL, Entry::Own(Act::Sync)),
    door(Method::GET, path::LIVE, Entry::Own(Act::Sync)),
    door(Method::HEAD, path::BLOB_OF, Entry::Own(Act::SendFile)),
    door(Method::PUT, path::BLOB_OF, Entry::Own(Act::SendFile)),
    door(Method::GET, path::BLOB_OF, Entry::Thing(Act::FetchFile)),
    door(Method::GET, path::ME, Entry::Own(Act::ReadMyself)),
    door(Method::GET, path::ME_SIGN_INS, Entry::Own(Act::EndSignIns)),
    door(Method::GET, path::ME_SECURITY, Entry::Own(Act::ReadMyself)),
    door(Method::DELETE, path::ME_SIGN_IN, Entry::Own(Act::EndSignIns)),
    door(Method::POST, path::ME_SIGN_INS_END_OTHERS, Entry::Own(Act::EndSignIns)),
    door(Method::POST, path::FIND_WORK, Entry::Own(Act::FindWork)),
    door(Method::POST, path::FIND_TALENT, Entry::Own(Act::FindTalent)),
    door(Method::GET, path::HEALTH, Entry::Open("says nothing of anybody")),
    door(Method::GET, "/", FRONT),
    door(Method::POST, path::ADMIN_CLAIM, Entry::Own(Act::ClaimAdmin)),
    door(Method::POST, path::ADMIN_ACT, Entry::Oversight(Act::Oversee)),
    door(Method::GET, path::ADMIN_HOME, Entry::Hidden(Act::Oversee)),
    door(Method::GET, path::ADMIN_PEOPLE, Entry::Hidden(Act::Oversee)),
    door(Method::GET, path::ADMIN_SIGN_INS, Entry::Oversight(Act::EndTheirSignIns)),
    door(Method::POST, path::ADMIN_SIGN_INS_END, Entry::Oversight(Act::EndTheirSignIns)),
    door(Method::POST, path::ADMIN_SIGN_IN_END, Entry::Oversight(Act::EndTheirSignIns)),
    door(Method::GET, path::ADMIN_REQUESTS, Entry::Hidden(Act::Oversee)),
    door(Method::GET, path::ADMIN_ACTIVITY, Entry::Hidden(Act::Oversee)),
    door(Method::GET, path::ADMIN_AUDIT, Entry::Oversight(Act::ReadAudit)),
    door(Method::GET, path::ADMIN_EVENTS, Entry::Hidden(Act::Oversee)),
    door(Method::GET, path::API_DOCUMENT, Entry::Open("says what there is to ask")),
    door(Method::GET, path::API_ME, Entry::Program(None, Act::ReadMyself)),
    door(Method::GET, path::API_PROFILE, Entry::Program(Some(ApiScope::Profile), Act::SeeProfile)),
    door(Method::GET, path::API_REQUESTS, Entry::Program(Some(ApiScope::Requests), Act::SeeRequest)),
    door(Method::GET, path::API_REQUEST, Entry::Program(Some(ApiScope::Requests), Act::SeeRequest)),
    door(Method::GET, path::API_APPLICATIONS, Entry::Program(Some(ApiScope::Mine), Act::SeeApplication)),
    door(Method::GET, path::API_APPLICATION, Entry::Program(Some(ApiScope::Mine), Act::SeeApplication)),
    door(Method::GET, path::API_CONTRACTS, Entry::Program(Some(ApiScope::Mine), Act::SeeContract)),
    door(Method::GET, path::API_CONTRACT, Entry::Program(Some(ApiScope::Mine), Act::SeeContract)),
    door(Method::GET, "/.well-known/oauth-authorization-server", Entry::Open("says where to sign in")),
    door(Method::GET, "/.well-known/openid-configuration", Entry::Open("says the same to clients of OpenID")),
    door(Method::GET, "/oauth/authorize", PAGE),
    door(Method::POST, "/oauth/authorize", PAGE),
    door(Method::POST, "/oauth/token", PROOF),
    door(Method::POST, "/oauth/revoke", PROOF),
    door(Method::GET, "/login", PAGE),
    door(Method::POST, "/login", PAGE),
    door(Method::GET, "/login/passkey", PAGE),
    door(Method::POST, "/login/passkey", PAGE),
    door(Method::GET, "/login/code", PAGE),
    door(Method::POST, "/login/code", PAGE),
    door(Method::POST, "/login/with", PAGE),
    door(Method::GET, "/login/with/{key}/back", PROVIDER),
    door(Method::GET, "/register", PAGE),
    door(Method::POST, "/register", PAGE),
    door(Method::GET, "/register/with", PAGE),
    door(Method::POST, "/register/with", PAGE),
    door(Method::POST, "/logout", PAGE),
    door(Method::GET, "/account", PAGE),
    door(Method::GET, "/account/password", PAGE),
    door(Method::POST, "/account/password", PAGE),
    door(Method::GET, "/account/second-factor", PAGE),
    door(Method::POST, "/account/second-factor", PAGE),
    door(Method::GET, "/account/passkeys", PAGE),
    door(Method::POST, "/account/passkeys", PAGE),
    door(Method::GET, "/account/tokens", PAGE),
    door(Method::POST, "/account/tokens", PAGE),
    door(Method::GET, "/account/sign-out", PAGE),
    door(Method::POST, "/account/sign-out", PAGE),
    door(Method::POST, "/account/confirm", PAGE),
    door(Method::GET, "/account/providers", PAGE),
    door(Method::POST, "/account/providers", PAGE),
    door(Method::GET, "/account/delete", PAGE),
    door(Method::POST, "/account/delete", PAGE),
    door(Method::GET, "/account/keep", LINK),
    door(Method::POST, "/account/keep", LINK),
    door(Method::GET, "/account/export", PAGE),
    door(Method::POST, "/account/export", PAGE),
    door(Method::GET, "/.well-known/change-password", PAGE),
    door(Method::POST, "/account/verify", PAGE),
    door(Method::GET, "/verify", LINK),
    door(Method::POST, "/verify", LINK),
    door(Method::GET, "/recover", PAGE),
    door(Method::POST, "/recover", PAGE),
    door(Method::GET, "/recover/set", LINK),
    door(Method::POST, "/recover/set", LINK),
    door(Method::GET, "/terms", TEXT),
    door(Method::POST, "/terms", PAGE),
    door(Method::GET, "/privacy", TEXT),
    door(Method::GET, "/exposure", METER),
    door(Method::GET, "/admin/mail", Entry::Page(Act::HandOverMail)),
    door(Method::GET, "/admin/joining", Entry::Page(Act::Admit)),
    door(Method::POST, "/admin/joining", Entry::Page(Act::Admit)),
    door(Method::GET, "/admin/providers", Entry::Page(Act::Admit)),
    door(Method::GET, "/admin/exposure", Entry::Page(Act::SetExposure)),
    door(Method::POST, "/admin/exposure", Entry::Page(Act::SetExposure)),
    door(Method::GET, "/admin/people", Entry::Page(Act::Appoint)),
    door(Method::POST, "/admin/people", Entry::Page(Act::Appoint)),
    door(Method::GET, "/assets/*", LOOKS),
];

impl Door {
    /// True when programs come in here and the document describes it. Sync is described elsewhere, and pages are for people.
    pub fn is_documented(&self) -> bool {
        let sync = [path::PUSH, path::PULL, path::LIVE].contains(&self.path);
        let page = [PAGE, TEXT, METER, LINK, PROVIDER, FRONT, LOOKS].contains(&self.entry);
        !sync && !page && !matches!(self.entry, Entry::Page(_))
    }

    /// True when the door is at this path of the router.
    pub fn is_at(&self, path: &str) -> bool {
        self.path
            .strip_suffix('*')
            .map_or(self.path == path, |above| path.starts_with(above))
    }
}

/// The door at a path of the router for a method; what is wrong where there is none.
fn find(method: &Method, path: &str) -> Result<&'static Door, Problem> {
    let here = || DOORS.iter().filter(|door| door.is_at(path));
    let by = |method: &Method| here().find(|door| door.method == *method);
    let found = by(method).or_else(|| (method == Method::HEAD).then(|| by(&Method::GET)).flatten());
    found.ok_or_else(|| {
        if here().next().is_some() {
            return Problem::method_not_allowed();
        }
        tracing::error!(path, "this route has no line in the table of doors");
        Problem::not_found()
    })
}

/// Lets through who may come in, and tells the endpoint who that is.
pub(crate) async fn gate(
    State(market): State<Arc<Market>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    // What no route takes is refused behind the gate, in the same words.
    let Some(path) = path else {
        return next.run(request).await;
    };
    let door = match find(request.method(), path.as_str()) {
        Ok(door) => door,
        Err(problem) => return problem.into_response(),
    };
    if let Entry::Open(_) = door.entry {
        return next.run(request).await;
    }
    if let Entry::Page(act) = door.entry {
        let page = pages::Destination::at(door.path);
        let oauth = &market.oauth;
        return match pages::admin::enter(oauth, request.headers(), page, act).await {
            Ok(Ok(_)) => next.run(request).await,
            Ok(Err(elsewhere)) => elsewhere,
            Err(failure) => pages::failed(oauth, &failure),
        };
    }
    if let Entry::Program(scope, _) = door.entry {
        return match Asking::of(&market, scope, request.headers()).await {
            Ok(asking) => {
                request.extensions_mut().insert(asking);
                next.run(request).await
            }
            Err(problem) => problem.into_response(),
        };
    }
    match enter(&market, door.entry, request.headers()).await {
        Ok(call) => {
            request.extensions_mut().insert(call);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn enter(market: &Market, entry: Entry, headers: &HeaderMap) -> Result<Call, Problem> {
    let caller = market.oauth.authenticate(bearer(headers)?).await?;
    let call = Call { caller };
    let needed = match entry {
        Entry::Open(_) | Entry::Page(_) | Entry::Thing(_) | Entry::Program(..) => {
            Scope::Marketplace
        }
        Entry::Own(act) => {
            decide(&call.actor(), act, Relation::Owner).map_err(refused)?;
            Scope::Marketplace
        }
        Entry::Hidden(act) => {
            decide(&call.actor(), act, Relation::Stranger).map_err(|_| Problem::not_found())?;
            Scope::Marketplace
        }
        Entry::Oversight(act) => {
            decide(&call.actor(), act, Relation::Stranger).map_err(|_| Problem::not_found())?;
            Scope::Oversight
        }
    };
    match (needed, call.caller.scope) {
        (Scope::Oversight, Scope::Marketplace) => {
            Err(Problem::step_up_required(market.oauth.fresh_s()))
        }
        (Scope::Marketplace, Scope::Oversight) => {
            Err(Problem::insufficient_scope(Scope::Marketplace.name()))
        }
        (Scope::Marketplace, Scope::Marketplace) | (Scope::Oversight, Scope::Oversight) => Ok(call),
    }
}
