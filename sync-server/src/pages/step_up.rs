//! The password once more, and a code where there is a second factor, before something that cannot be taken lightly.

use axum::http::StatusCode;
use axum::response::Response;

use super::account::Owner;
use super::html::Alert;
use super::login::{STALE, wait};
use super::{Field, code};
use crate::oauth::{CSRF_FIELD, CodeError, Failure, Form, OAuth, SignInError, peer};

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
    pub(super) fn last_fields(&self, has_code: bool) -> String {
        self.write(has_code, self.password.is_some())
    }

    /// The fields to be filled in.
    pub(super) fn fields(&self, has_code: bool) -> String {
        self.write(has_code, self.code.is_none())
    }

    fn write(&self, has_code: bool, has_focus: bool) -> String {
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
        if has_code {
            let code = code::field(self.about_code(), self.code.is_some());
            format!("{password}{code}")
        } else {
            password.to_string()
        }
    }
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
