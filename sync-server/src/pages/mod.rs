//! The pages on which a person signs in: HTML from the server, without any script but where a device is asked for a passkey.

mod account;
pub(crate) mod admin;
mod assets;
mod code;
mod confirm;
mod delete;
mod export;
mod exposure;
mod hold;
mod html;
mod joining;
mod linked;
mod login;
mod mail;
mod notice;
mod passkey_sign_in;
mod passkeys;
mod password;
mod pending;
mod people;
mod providers;
mod qr;
mod recover;
mod register;
mod second_factor;
mod sign_out;
mod signed_in;
mod step_up;
mod texts;
mod through;
mod tokens;
mod verify;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub(crate) use confirm::confirm;
pub(crate) use hold::before;
pub(crate) use html::Escaped;
use html::Field;
pub(crate) use notice::{failed, notice, suspended, unreadable};
pub(crate) use pending::{Destination, Pending};

use crate::oauth::{OAuth, Visitor};
use crate::state::Market;

/// The routes for people.
pub(crate) fn routes() -> Router<Arc<OAuth>> {
    Router::new()
        .route("/login", get(login::show).post(login::submit))
        .route(
            passkey_sign_in::PATH,
            get(passkey_sign_in::show).post(passkey_sign_in::submit),
        )
        .route(code::PATH, get(code::show).post(code::submit))
        .route("/login/with", post(through::set_out))
        .route("/login/with/{key}/back", get(through::come_back))
        .route(through::CONFIRM, post(through::confirm))
        .route("/account/providers", get(linked::show).post(linked::submit))
        .route("/register", get(register::show).post(register::submit))
        .route(
            register::WITH,
            get(register::show_with).post(register::submit_with),
        )
        .route("/logout", post(signed_in::sign_out))
        .route("/account", get(account::show))
        .route(
            "/account/password",
            get(password::show).post(password::submit),
        )
        .route(
            "/account/second-factor",
            get(second_factor::show).post(second_factor::submit),
        )
        .route(
            "/account/passkeys",
            get(passkeys::show).post(passkeys::submit),
        )
        .route("/account/tokens", get(tokens::show).post(tokens::submit))
        .route(
            "/account/sign-out",
            get(sign_out::show).post(sign_out::submit),
        )
        .route("/account/verify", post(verify::again))
        .route("/verify", get(verify::show).post(verify::submit))
        .route("/recover", get(recover::show).post(recover::submit))
        .route("/recover/set", get(recover::show_set).post(recover::set))
        .route("/terms", get(texts::terms).post(texts::submit))
        .route("/privacy", get(texts::privacy))
        .route("/admin/mail", get(mail::show))
        .route("/admin/joining", get(joining::show).post(joining::submit))
        .route("/admin/providers", get(providers::show))
        .route("/.well-known/change-password", get(password::lead_there))
        .merge(assets::routes())
}

/// The routes for people that need more than sign-in.
pub(crate) fn routes_of_market() -> Router<Arc<Market>> {
    Router::new()
        .route("/account/export", get(export::show).post(export::hand_over))
        .route("/account/delete", get(delete::show).post(delete::submit))
        .route("/account/keep", get(delete::show_keep).post(delete::keep))
        .route("/exposure", get(exposure::public))
        .route(
            "/admin/exposure",
            get(exposure::show).post(exposure::submit),
        )
        .route("/admin/people", get(people::show).post(people::submit))
}

/// A page on its way to a browser.
struct Page<'a> {
    oauth: &'a OAuth,
    status: StatusCode,
    title: &'a str,
    body: String,
    /// Whose cookie is set with it.
    visitor: Option<&'a Visitor>,
    /// What waits for the sign-in: its redirect is where the form may end up.
    pending: Option<&'a Pending>,
}

impl Page<'_> {
    fn respond(self) -> Response {
        self.write(false)
    }

    /// With the script for passkeys, and leave to run it.
    fn respond_with_script(self) -> Response {
        self.write(true)
    }

    fn write(self, with_script: bool) -> Response {
        let config = self.oauth.config();
        let market = Escaped(&config.market_name);
        let script = if with_script {
            let path = &assets::PASSKEY.path;
            format!("<script src=\"{path}\" defer></script>\n")
        } else {
            String::new()
        };
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <title>{title} · {market}</title>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <link rel=\"icon\" href=\"{icon}\">\n<link rel=\"stylesheet\" href=\"{style}\">\n{script}\
             </head>\n<body>\n<main>\n\
             <p class=\"market\"><img src=\"{icon}\" alt=\"\" width=\"22\" height=\"22\">{market}</p>\n\
             <div class=\"card\">\n{body}</div>\n</main>\n</body>\n</html>\n",
            title = Escaped(self.title),
            icon = assets::ICON.path,
            style = assets::STYLE.path,
            body = self.body,
            script = script,
        );
        let mut response = (self.status, html).into_response();
        let headers = response.headers_mut();
        let fixed = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::REFERRER_POLICY, "no-referrer"),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy(with_script));
        headers.insert(
            "cross-origin-opener-policy",
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(
            "cross-origin-resource-policy",
            HeaderValue::from_static("same-origin"),
        );
        if let Some(cookie) = self.visitor.and_then(|visitor| visitor.cookie(config)) {
            headers.insert(header::SET_COOKIE, cookie);
        }
        response
    }

    /// What the page may load and where its forms may lead. Browsers hold the redirect that
    /// answers a form to `form-action` too, so the desktop that waits must be named.
    fn policy(&self, with_script: bool) -> HeaderValue {
        let script = if with_script {
            "script-src 'self'; "
        } else {
            ""
        };
        let waiting = match self.pending.and_then(Pending::host) {
            None => "",
            Some(guildhall_oauth::Host::V4) => " http://127.0.0.1:*",
            // A policy has no way to write an IPv6 address.
            Some(guildhall_oauth::Host::V6) => " http:",
        };
        let policy = format!(
            "default-src 'none'; {script}style-src 'self'; img-src 'self'; font-src 'self'; \
             base-uri 'none'; frame-ancestors 'none'; form-action 'self'{waiting}"
        );
        // Put together of the words above, which are plain ASCII.
        HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
    }
}

/// Sends the browser on, by GET whatever it came with.
pub(crate) fn redirect(location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        // Every address that gets here was put together by a URL encoder.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// Sends a browser on that has just got another session.
fn redirect_as(oauth: &OAuth, visitor: &Visitor, location: &str) -> Response {
    let mut response = redirect(location);
    if let Some(cookie) = visitor.cookie(oauth.config()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
