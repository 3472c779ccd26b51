//! GitHub, which speaks OAuth 2.0 and tells who somebody is by its own API.

use axum::http::{Request, StatusCode, header};
use guildhall_oauth::Verifier;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{Answer, Lie, Provider, ProviderError, Vouched, Way, code_of};
use crate::outgoing::Outgoing;

/// GitHub, or a GitHub of one's own.
#[derive(Debug)]
pub(super) struct GitHub {
    /// Where people are, without a slash at the end.
    web: String,
    /// Where programs are, without a slash at the end.
    api: String,
    outgoing: Outgoing,
}

/// The answer to a code: also an error comes with `200`.
#[derive(Deserialize)]
struct Tokens {
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct User {
    id: u64,
    login: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    #[serde(rename = "email")]
    text: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

impl GitHub {
    pub(super) fn new(web: String, api: String, outgoing: Outgoing) -> Self {
        Self { web, api, outgoing }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.web
    }

    pub(super) fn leave(&self, provider: &Provider, way: &Way) -> Result<Url, ProviderError> {
        if way.anew {
            return Err(ProviderError::NeverAnew);
        }
        let challenge = Verifier::parse(&way.verifier)
            .map_err(|_| Lie::Nonsense)?
            .challenge();
        let mut page = Url::parse(&format!("{}/login/oauth/authorize", self.web))
            .map_err(|_| Lie::Metadata)?;
        page.query_pairs_mut()
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", way.redirect.as_str())
            .append_pair("scope", "read:user user:email")
            .append_pair("state", &way.state)
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", "S256");
        Ok(page)
    }

    pub(super) async fn arrive(
        &self,
        provider: &Provider,
        way: &Way,
        answer: Answer<'_>,
    ) -> Result<Vouched, ProviderError> {
        if answer.issuer.is_some_and(|issuer| issuer != self.web) {
            return Err(Lie::AnswerIssuer.into());
        }
        let token = self.exchange(provider, way, code_of(answer)?).await?;
        let user: User = self.ask(&token, "/user").await?;
        let emails: Vec<Address> = match self.ask(&token, "/user/emails").await {
            Ok(emails) => emails,
            // Its person did not let us see the addresses.
            Err(ProviderError::Failing(403 | 404)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let email = emails.into_iter().find(|email| email.primary);
        Ok(Vouched {
            issuer: self.web.clone(),
            // The number; the login can be given up, and taken by somebody else.
            subject: user.id.to_string(),
            name: user
                .name
                .filter(|name| !name.trim().is_empty())
                .unwrap_or(user.login),
            email_verified: email.as_ref().is_some_and(|email| email.verified),
            email: email.map_or_else(String::new, |email| email.text),
        })
    }

    async fn exchange(
        &self,
        provider: &Provider,
        way: &Way,
        code: &str,
    ) -> Result<String, ProviderError> {
        let form = Serializer::new(String::new())
            .append_pair("client_id", &provider.client_id)
            .append_pair("client_secret", &provider.client_secret.0)
            .append_pair("code", code)
            .append_pair("redirect_uri", way.redirect.as_str())
            .append_pair("code_verifier", &way.verifier)
            .finish();
        let request = Request::post(format!("{}/login/oauth/access_token", self.web))
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into_bytes());
        let tokens: Tokens = self.read(request).await?;
        tokens.access_token.ok_or_else(|| Lie::Code.into())
    }

    async fn ask<T: DeserializeOwned>(&self, token: &str, path: &str) -> Result<T, ProviderError> {
        let request = Request::get(format!("{}{path}", self.api))
            .header(header::ACCEPT, "application/vnd.github+json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Vec::new());
        self.read(request).await
    }

    async fn read<T: DeserializeOwned>(
        &self,
        request: axum::http::Result<Request<Vec<u8>>>,
    ) -> Result<T, ProviderError> {
        // A token with signs that no header takes is none.
        let request = request.map_err(|_| Lie::Nonsense)?;
        let answer = self.outgoing.send(request).await?;
        if answer.status() != StatusCode::OK {
            return Err(ProviderError::Failing(answer.status().as_u16()));
        }
        serde_json::from_slice(answer.body()).map_err(|_| Lie::Nonsense.into())
    }
}
