//! `GET` and `POST /account/second-factor`: turned on with a picture for the app, and off with the password and a code.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use guildhall_oauth::{RecoveryCode, TotpSecret};

use super::account::Owner;
use super::html::Hidden;
use super::login::STALE;
use super::step_up::{self, Told};
use super::{Destination, Escaped, Field, Page, Pending, failed, qr, redirect, unreadable};
use crate::oauth::{CSRF_FIELD, CodeError, Failure, Form, OAuth, SecondFactor};

const PAGE: Destination = Destination::SecondFactor;

pub(super) async fn show(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let headers = request.headers();
    let answer = async {
        let owner = match Owner::of(&oauth, headers, PAGE).await? {
            Ok(owner) => owner,
            Err(elsewhere) => return Ok(elsewhere),
        };
        if let Some(first) = step_up::first(&oauth, &owner, PAGE).await? {
            return Ok(first);
        }
        let factor = oauth.second_factor(owner.account).await?;
        let view = View::new(&oauth, &owner);
        Ok(view.first(factor, &Told::NOTHING))
    };
    answer
        .await
        .unwrap_or_else(|failure: Failure| failed(&oauth, &failure))
}

pub(super) async fn submit(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(error) => return unreadable(&oauth, error),
    };
    act(&oauth, &form)
        .await
        .unwrap_or_else(|failure| failed(&oauth, &failure))
}

async fn act(oauth: &OAuth, form: &Form) -> Result<Response, Failure> {
    let owner = match Owner::of(oauth, &form.parts.headers, PAGE).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let view = View::new(oauth, &owner);
    let factor = oauth.second_factor(owner.account).await?;
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(view.first(factor, &Told::stale()));
    }
    match (form.field("act"), factor) {
        ("begin", None) => view.begin(form).await,
        ("confirm", None) => view.confirm(form).await,
        ("renew", Some(_)) => match step_up::prove(oauth, &owner, form).await? {
            Ok(()) => {
                let codes = oauth.renew_recovery_codes(owner.account).await?;
                Ok(view.codes(&codes, "Your new recovery codes"))
            }
            Err(told) => Ok(view.first(factor, &told)),
        },
        ("end", Some(_)) => match step_up::prove(oauth, &owner, form).await? {
            Ok(()) => {
                oauth.end_second_factor(owner.account, "").await?;
                Ok(redirect("/account?done=second-factor-off"))
            }
            Err(told) => Ok(view.first(factor, &told)),
        },
        // Turned on or off in another window meanwhile.
        _ => {
            let told = Told::alert(STALE, StatusCode::CONFLICT);
            Ok(view.first(factor, &told))
        }
    }
}

struct View<'a> {
    oauth: &'a OAuth,
    owner: &'a Owner,
}

impl<'a> View<'a> {
    fn new(oauth: &'a OAuth, owner: &'a Owner) -> Self {
        Self { oauth, owner }
    }

    async fn begin(&self, form: &Form) -> Result<Response, Failure> {
        if let Err(told) = step_up::password(self.oauth, self.owner, form).await? {
            return Ok(self.first(None, &told));
        }
        let secret = self.oauth.begin_second_factor(self.owner.account).await?;
        self.secret(&secret, &Told::NOTHING).await
    }

    async fn confirm(&self, form: &Form) -> Result<Response, Failure> {
        let account = self.owner.account;
        let Some(secret) = self.oauth.unconfirmed_secret(account).await? else {
            return Ok(redirect(PAGE.path()));
        };
        let typed = form.field("code");
        match self.oauth.confirm_second_factor(account, typed).await {
            Ok(codes) => Ok(self.codes(&codes, "Your second factor is on")),
            Err(CodeError::Wrong) => {
                let told = Told::code(
                    "This code is not right. If it stays so, look whether your phone's clock is.",
                );
                self.secret(&secret, &told).await
            }
            Err(CodeError::Limited(limited)) => {
                let told = Told::limited(limited.seconds());
                self.secret(&secret, &told).await
            }
            Err(CodeError::Failed(failure)) => Err(failure),
        }
    }

    /// The page as it is reached: what there is to do.
    fn first(&self, factor: Option<SecondFactor>, told: &Told) -> Response {
        let fields = told.fields(self.owner, factor.is_some());
        let pending = Pending::of("");
        let hidden = Hidden {
            visitor: &self.owner.visitor,
            pending: &pending,
        };
        let alert = told.above();
        let path = PAGE.path();
        let body = match factor {
            None => format!(
                "<h1>Second factor</h1>\n<p class=\"lead\">An app on your phone shows a code that changes every 30 \
                 seconds. Whoever signs in as you needs it after the password. Any app for one-time codes will do.</p>\n\
                 {alert}<form method=\"post\" action=\"{path}\">\n{hidden}{fields}\
                 <button class=\"go\" type=\"submit\" name=\"act\" value=\"begin\">Set up</button>\n</form>\n"
            ),
            Some(factor) => format!(
                "<h1>Second factor</h1>\n<p class=\"lead\">A code from your app is asked for after the password. {left}</p>\n\
                 {alert}<form method=\"post\" action=\"{path}\">\n{hidden}{fields}\
                 <button type=\"submit\" name=\"act\" value=\"renew\">New recovery codes</button>\n\
                 <button type=\"submit\" name=\"act\" value=\"end\">Turn off</button>\n</form>\n",
                left = left(factor.codes_left),
            ),
        };
        self.page(&body, "Second factor", told)
    }

    /// The picture for the app, and the field for its first code.
    async fn secret(&self, secret: &TotpSecret, told: &Told) -> Result<Response, Failure> {
        let (email, _) = self.oauth.address(self.owner.account).await?;
        let address = secret.address(&self.oauth.config().market_name, &email);
        let typed = Field {
            id: "code",
            label: "Code",
            kind: "text",
            autocomplete: "one-time-code",
            value: "",
            hint: Some("The six digits that the app shows now."),
            error: told.about_code(),
            has_focus: true,
            is_required: true,
        };
        let pending = Pending::of("");
        let body = format!(
            "<h1>Set up your app</h1>\n<p class=\"lead\">Read this picture with the app, or type the letters under it. \
             They are shown only now.</p>\n{picture}<code class=\"secret\">{letters}</code>\n{alert}\
             <form method=\"post\" action=\"{path}\">\n{hidden}{typed}\
             <button class=\"go\" type=\"submit\" name=\"act\" value=\"confirm\">Turn on</button>\n</form>\n",
            picture = qr::svg(&address, "The secret for your app, as a picture"),
            letters = groups(&secret.reveal()),
            alert = told.above(),
            path = PAGE.path(),
            hidden = Hidden {
                visitor: &self.owner.visitor,
                pending: &pending,
            },
        );
        Ok(self.page(&body, "Set up your app", told))
    }

    fn codes(&self, codes: &[RecoveryCode], title: &str) -> Response {
        let rows: Vec<String> = codes
            .iter()
            .map(|code| format!("<li><code>{}</code></li>\n", code.reveal()))
            .collect();
        let rows = rows.concat();
        let body = format!(
            "<h1>{title}</h1>\n<p class=\"lead\">Write these recovery codes down, or print them: they are shown only \
             now. Each lets you in once when you do not have your phone.</p>\n<ul class=\"codes\">\n{rows}</ul>\n",
            title = Escaped(title),
        );
        self.page(&body, title, &Told::NOTHING)
    }

    fn page(&self, body: &str, title: &str, told: &Told) -> Response {
        let title = if told.is_nothing() {
            title.to_owned()
        } else {
            format!("Error: {title}")
        };
        let body =
            format!("{body}<p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n");
        let response = Page {
            oauth: self.oauth,
            status: told.status(),
            title: &title,
            body,
            visitor: Some(&self.owner.visitor),
            pending: None,
        }
        .respond();
        told.with_retry_after(response)
    }
}

/// How many recovery codes there are, in words.
fn left(codes: u32) -> String {
    match codes {
        0 => "You have no recovery codes left: make new ones.".to_owned(),
        1 => "You have one recovery code left: make new ones soon.".to_owned(),
        codes => format!("You have {codes} recovery codes left."),
    }
}

/// Letters in groups of four, as people copy them.
fn groups(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}
