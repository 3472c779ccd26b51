//! The password once more, and a code where there is a second factor, before something that cannot be taken lightly.
//!
//! Who has no password signs in anew at their provider instead, within the last moments.

use axum::http::StatusCode;
use axum::response::Response;

use super::account::Owner;
use super::html::{Alert, Hidden};
use super::login::{STALE, wait};
use super::{Destination, Field, Page, Pending, code, through};
use crate::oauth::{CSRF_FIELD, CodeError, Failure, Form, OAuth, SignInError, peer};

const ANEW: &str = "It took too long. Open this page once more, and sign in anew at your provider.";

/// What is wrong with what was typed; nothing on a page that is opened.
pub(super) struct Told {
    alert: Option<String>,
    password: Option<String>,
    code: Option<String>,
    status: StatusCode,
    retry_after: Option<u64>,
}

impl Told {
    /// Nothing is wrong.
    pub(super) const NOTHING: Self = Self {
        alert: None,
        password: None,
        code: None,
        status: StatusCode::OK,
        retry_after: None,
    };

    /// The page had been open for too long, or did not come from here.
    pub(super) fn stale() -> Self {
        Self::alert(STALE, StatusCode::FORBIDDEN)
    }

    /// Something that belongs to no single field.
    pub(super) fn alert(text: &str, status: StatusCode) -> Self {
        Self {
            alert: Some(text.to_owned()),
            status,
            ..Self::NOTHING
        }
    }

    /// The code is not right.
    pub(super) fn code(text: &str) -> Self {
        Self {
            code: Some(text.to_owned()),
            status: StatusCode::UNPROCESSABLE_ENTITY,
            ..Self::NOTHING
        }
    }

    /// Too many tries.
    pub(super) fn limited(seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::alert(&wait(seconds), StatusCode::TOO_MANY_REQUESTS)
        }
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_nothing(&self) -> bool {
        self.alert.is_none() && self.password.is_none() && self.code.is_none()
    }

    /// What is wrong with the code.
    pub(super) fn about_code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The status of the page that tells it.
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// Says when to come back, if that is what is wrong.
    pub(super) fn with_retry_after(&self, response: Response) -> Response {
        match self.retry_after {
            Some(seconds) => super::notice::with_retry_after(response, seconds),
            None => response,
        }
    }

    /// What stands above the form.
    pub(super) fn above(&self) -> Alert<'_> {
        Alert(self.alert.as_deref())
    }

    /// The fields to be filled in, at the end of a form that begins with something else.
    pub(super) fn last_fields(&self, owner: &Owner, has_code: bool) -> String {
        self.write(owner, has_code, self.password.is_some())
    }

    /// The fields to be filled in.
    pub(super) fn fields(&self, owner: &Owner, has_code: bool) -> String {
        self.write(owner, has_code, self.code.is_none())
    }

    fn write(&self, owner: &Owner, has_code: bool, has_focus: bool) -> String {
        let password = Field {
            id: "password",
            label: "Your password",
            kind: "password",
            autocomplete: "current-password",
            value: "",
            hint: None,
            error: self.password.as_deref(),
            has_focus,
            is_required: true,
        };
        let mut fields = String::new();
        if owner.has_password {
            fields.push_str(&password.to_string());
        }
        if has_code {
            let code = code::field(self.about_code(), self.code.is_some());
            fields.push_str(&code.to_string());
        }
        fields
    }
}

/// The page that comes first for somebody without a password: the way to their providers, to show there that it is still them.
pub(super) async fn first(
    oauth: &OAuth,
    owner: &Owner,
    page: Destination,
) -> Result<Option<Response>, Failure> {
    if owner.has_password || oauth.is_confirmed(&owner.visitor) {
        return Ok(None);
    }
    let pending = Pending::page(page);
    let hidden = Hidden {
        visitor: &owner.visitor,
        pending: &pending,
    };
    let identities = oauth.identities(owner.account).await?;
    let buttons: Vec<String> = identities
        .into_iter()
        .filter_map(|(_, provider)| provider.filter(|provider| provider.confirms()))
        .map(|provider| through::button(provider, "Sign in anew at"))
        .collect();
    let form = if buttons.is_empty() {
        String::new()
    } else {
        format!(
            "<form method=\"post\" action=\"{}\">\n{hidden}{}</form>\n",
            through::CONFIRM,
            buttons.concat()
        )
    };
    let lead = if buttons.is_empty() {
        "Your account has no password, and no provider that tells when you signed in there. Set a password by \
         e-mail, then come back."
    } else {
        "Your account has no password. Sign in at your provider once more, then go on here."
    };
    let body = format!(
        "<h1>Is it still you?</h1>\n<p class=\"lead\">{lead}</p>\n{form}\
         <p class=\"after\"><a href=\"/recover\">Set a password by e-mail</a></p>\n\
         <p class=\"after\"><a href=\"/account\">Back to your account</a></p>\n"
    );
    let response = Page {
        oauth,
        status: StatusCode::OK,
        title: "Is it still you?",
        body,
        visitor: Some(&owner.visitor),
        pending: None,
    }
    .respond();
    Ok(Some(response))
}

/// Checks where the form comes from, the password, and the code where there is a second factor.
pub(super) async fn prove(
    oauth: &OAuth,
    owner: &Owner,
    form: &Form,
) -> Result<Result<(), Told>, Failure> {
    if let Err(told) = password(oauth, owner, form).await? {
        return Ok(Err(told));
    }
    if oauth.second_factor(owner.account).await?.is_none() {
        return Ok(Ok(()));
    }
    Ok(
        match oauth.spend_code(owner.account, form.field("code")).await {
            Ok(_) => Ok(()),
            Err(CodeError::Wrong) => Err(Told::code(code::WRONG)),
            Err(CodeError::Limited(limited)) => Err(Told::limited(limited.seconds())),
            Err(CodeError::Failed(failure)) => return Err(failure),
        },
    )
}

/// Checks where the form comes from, and the password.
pub(super) async fn password(
    oauth: &OAuth,
    owner: &Owner,
    form: &Form,
) -> Result<Result<(), Told>, Failure> {
    if !owner.visitor.vouches_for(form.field(CSRF_FIELD)) {
        return Ok(Err(Told::stale()));
    }
    if !owner.has_password {
        return Ok(if oauth.is_confirmed(&owner.visitor) {
            Ok(())
        } else {
            Err(Told::alert(ANEW, StatusCode::FORBIDDEN))
        });
    }
    let typed = form.field("password");
    let known = oauth
        .knows_password(owner.account, typed, peer(&form.parts))
        .await;
    match known {
        // A suspension takes nothing from what is theirs.
        Ok(()) | Err(SignInError::Suspended { .. }) => Ok(Ok(())),
        Err(SignInError::Wrong) => Ok(Err(Told {
            password: Some("This is not your password.".to_owned()),
            status: StatusCode::UNPROCESSABLE_ENTITY,
            ..Told::NOTHING
        })),
        Err(SignInError::Limited(limited)) => Ok(Err(Told::limited(limited.seconds()))),
        Err(SignInError::Failed(failure)) => Err(failure),
    }
}
