//! The authorization server as this app sees it: what it says about itself, and the three things asked of it.
//!
//! The crate `oauth2` writes and reads the messages; the HTTP stack is ours, so that only one is linked.

mod error;
mod http;

pub use error::AuthError;

use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, EndpointNotSet, EndpointSet, ExtraTokenFields,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::address::ServerAddress;
use super::grant::{Clock, Grant};
use super::oversight::Oversight;
use super::server::Server;
use http::{HttpError, explain_http, fingerprint, http_client, send};

/// Under what name this app introduces itself.
const CLIENT_ID: &str = "guildhall-desktop";
/// What the code of an invitation is called in the link to the server's pages.
const INVITATION: &str = "invitation";
/// The redirect that a code handed over on the command line was asked for with: nobody listens there.
pub const HAND_OVER_REDIRECT: &str = "http://127.0.0.1:1/cb";

/// What a person is asked to sign in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// All that they may do in the marketplace.
    Marketplace {
        /// The code of the invitation that they came with.
        invitation: Option<&'a str>,
    },
    /// To keep order for some minutes.
    Oversight,
}

impl Wanted<'_> {
    /// What the server calls it.
    fn scope(self) -> &'static str {
        match self {
            Self::Marketplace { .. } => "marketplace",
            Self::Oversight => "oversight",
        }
    }

    fn invitation(&self) -> Option<&str> {
        match self {
            Self::Marketplace { invitation } => *invitation,
            Self::Oversight => None,
        }
    }
}

/// A discovered authorization server (RFC 8414).
#[derive(Clone)]
pub struct AuthServer {
    http: reqwest::Client,
    server: Server,
    fingerprint: Option<String>,
    issuer: String,
    answers_with_issuer: bool,
    revocation_endpoint: Url,
    client: Client,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    revocation_endpoint: Url,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// What our server says in a token answer beyond the standard.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct AccountField {
    account: String,
}
impl ExtraTokenFields for AccountField {}

type Answer = StandardTokenResponse<AccountField, BasicTokenType>;
type Client<Authorize = EndpointSet, Token = EndpointSet> = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    Authorize,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    Token,
>;

/// What must be remembered between opening the browser and its answer.
pub(super) struct Attempt {
    pub(super) link: Url,
    pub(super) state: CsrfToken,
    verifier: PkceCodeVerifier,
    redirect: RedirectUrl,
}

impl AuthServer {
    /// Asks the server for its metadata. The address it names itself by becomes its address here.
    pub async fn discover(typed: &Server) -> Result<Self, AuthError> {
        let http = http_client(typed)?;
        let (metadata, fingerprint) = fetch_metadata(&http, typed).await?;
        let not_guildhall = |reason: &str| AuthError::NotGuildhall {
            server: typed.address.clone(),
            reason: reason.to_owned(),
        };

        let issuer = Url::parse(&metadata.issuer)
            .map_err(|_| not_guildhall("its issuer is not an address"))?;
        let address = ServerAddress::from_url(&issuer)
            .map_err(|_| not_guildhall("its issuer is no address that can be trusted"))?;
        if !address.is_same_door(&typed.address) {
            return Err(not_guildhall(&format!(
                "it calls itself {}",
                metadata.issuer
            )));
        }
        let endpoints = [
            &metadata.authorization_endpoint,
            &metadata.token_endpoint,
            &metadata.revocation_endpoint,
        ];
        if endpoints
            .iter()
            .any(|url| ServerAddress::from_url(url).ok().as_ref() != Some(&address))
        {
            return Err(not_guildhall("it sends sign-ins elsewhere"));
        }
        if !metadata
            .code_challenge_methods_supported
            .iter()
            .any(|method| method == "S256")
        {
            return Err(not_guildhall("it does not know PKCE with S256"));
        }
        let client =
            Client::<EndpointNotSet, EndpointNotSet>::new(ClientId::new(CLIENT_ID.to_owned()))
                .set_auth_uri(AuthUrl::from_url(metadata.authorization_endpoint))
                .set_token_uri(TokenUrl::from_url(metadata.token_endpoint));
        Ok(Self {
            http,
            server: Server::new(address, typed.pin),
            fingerprint,
            issuer: metadata.issuer,
            answers_with_issuer: metadata.authorization_response_iss_parameter_supported,
            revocation_endpoint: metadata.revocation_endpoint,
            client,
        })
    }

    /// The address the server goes by; the key of its keychain entries.
    pub fn address(&self) -> &ServerAddress {
        &self.server.address
    }

    /// The server, with what is known of it.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The SHA-256 of the certificate it showed, as browsers write it; none in plain.
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// Whether an answer in the browser comes from this server and not from another one (RFC 9207).
    pub(super) fn is_issuer(&self, named: Option<&str>) -> bool {
        match named {
            Some(named) => named == self.issuer,
            None => !self.answers_with_issuer,
        }
    }

    /// Prepares a sign-in whose answer goes to the loopback address given.
    pub(super) fn attempt(&self, redirect: RedirectUrl, wanted: Wanted<'_>) -> Attempt {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut asking = self
            .client
            .authorize_url(CsrfToken::new_random)
            .add_scope(Scope::new(wanted.scope().to_owned()))
            .set_pkce_challenge(challenge)
            .set_redirect_uri(std::borrow::Cow::Borrowed(&redirect));
        if let Some(code) = wanted.invitation() {
            asking = asking.add_extra_param(INVITATION, code);
        }
        let (link, state) = asking.url();
        Attempt {
            link,
            state,
            verifier,
            redirect,
        }
    }

    /// Exchanges the code that the browser brought.
    pub(super) async fn exchange(
        &self,
        code: String,
        attempt: Attempt,
        clock: &Clock,
    ) -> Result<Grant, AuthError> {
        let (answer, asked_at_ms) = self
            .exchange_code(code, attempt.verifier, attempt.redirect, clock)
            .await?;
        self.read(&answer, asked_at_ms)
    }

    /// Exchanges the code that the browser brought, for what cannot be renewed.
    pub(super) async fn exchange_for_oversight(
        &self,
        code: String,
        attempt: Attempt,
        clock: &Clock,
    ) -> Result<Oversight, AuthError> {
        let (answer, asked_at_ms) = self
            .exchange_code(code, attempt.verifier, attempt.redirect, clock)
            .await?;
        let ends_at_ms = self.ends_at(&answer, asked_at_ms)?;
        let account = answer.extra_fields().account.clone();
        Ok(Oversight::new(
            account,
            answer.access_token().secret().clone(),
            ends_at_ms,
        ))
    }

    /// Exchanges a code that came with its verifier.
    pub(super) async fn exchange_handed_over(
        &self,
        code: String,
        verifier: String,
        clock: &Clock,
    ) -> Result<Grant, AuthError> {
        let redirect = RedirectUrl::new(HAND_OVER_REDIRECT.to_owned())
            .map_err(|e| AuthError::Refused(e.to_string()))?;
        let (answer, asked_at_ms) = self
            .exchange_code(code, PkceCodeVerifier::new(verifier), redirect, clock)
            .await?;
        self.read(&answer, asked_at_ms)
    }

    async fn exchange_code(
        &self,
        code: String,
        verifier: PkceCodeVerifier,
        redirect: RedirectUrl,
        clock: &Clock,
    ) -> Result<(Answer, i64), AuthError> {
        let asked_at_ms = clock();
        let answer = self
            .client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(verifier)
            .set_redirect_uri(std::borrow::Cow::Owned(redirect))
            .add_extra_param("device_name", computer_name())
            .add_extra_param("device_system", system_name())
            .request_async(&|request| send(self.http.clone(), request))
            .await
            .map_err(|error| self.explain(error))?;
        Ok((answer, asked_at_ms))
    }

    /// Trades a refresh token for the next pair.
    pub(super) async fn refresh(&self, token: &str, clock: &Clock) -> Result<Grant, AuthError> {
        let asked_at_ms = clock();
        let answer = self
            .client
            .exchange_refresh_token(&RefreshToken::new(token.to_owned()))
            .request_async(&|request| send(self.http.clone(), request))
            .await
            .map_err(|error| self.explain(error))?;
        self.read(&answer, asked_at_ms)
    }

    /// Ends the session on the server (RFC 7009): with its refresh token goes all that came from it.
    pub(super) async fn revoke(&self, token: &str) -> Result<(), AuthError> {
        // The crate insists on TLS here, which servers on this computer do not have.
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("token", token),
                ("token_type_hint", "refresh_token"),
                ("client_id", CLIENT_ID),
            ])
            .finish();
        let request = oauth2::http::Request::post(self.revocation_endpoint.as_str())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.into_bytes())
            .map_err(|error| AuthError::Refused(error.to_string()))?;
        let answer = send(self.http.clone(), request)
            .await
            .map_err(|error| explain_http(&self.server, error))?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(AuthError::Refused(format!(
                "status {}",
                answer.status().as_u16()
            )))
        }
    }

    fn read(&self, answer: &Answer, asked_at_ms: i64) -> Result<Grant, AuthError> {
        let refresh = answer
            .refresh_token()
            .ok_or_else(|| self.incomplete("refresh token"))?;
        Ok(Grant::new(
            answer.extra_fields().account.clone(),
            answer.access_token().secret().clone(),
            refresh.secret().clone(),
            self.ends_at(answer, asked_at_ms)?,
        ))
    }

    fn ends_at(&self, answer: &Answer, asked_at_ms: i64) -> Result<i64, AuthError> {
        let lives = answer
            .expires_in()
            .ok_or_else(|| self.incomplete("expiry"))?;
        let lives_ms = i64::try_from(lives.as_millis()).unwrap_or(i64::MAX);
        Ok(asked_at_ms.saturating_add(lives_ms))
    }

    fn incomplete(&self, what: &str) -> AuthError {
        AuthError::NotGuildhall {
            server: self.server.address.clone(),
            reason: format!("its answer names no {what}"),
        }
    }

    fn explain(&self, error: RequestTokenError<HttpError, BasicErrorResponse>) -> AuthError {
        let not_guildhall = |reason: String| AuthError::NotGuildhall {
            server: self.server.address.clone(),
            reason,
        };
        match error {
            RequestTokenError::ServerResponse(refusal) => {
                if *refusal.error() == BasicErrorResponseType::InvalidGrant {
                    AuthError::InvalidGrant
                } else {
                    AuthError::Refused(refusal.error().as_ref().to_owned())
                }
            }
            RequestTokenError::Request(error) => explain_http(&self.server, error),
            // The body may hold tokens, so it is not repeated.
            RequestTokenError::Parse(error, _) => {
                not_guildhall(format!("its answer cannot be read at {}", error.path()))
            }
            RequestTokenError::Other(reason) => not_guildhall(reason),
        }
    }
}

/// What this computer is called, so that its person knows it again in the list of sign-ins.
fn computer_name() -> String {
    hostname::get()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The operating system as people call it.
fn system_name() -> &'static str {
    match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    }
}

async fn fetch_metadata(
    http: &reqwest::Client,
    server: &Server,
) -> Result<(Metadata, Option<String>), AuthError> {
    let not_guildhall = |reason: String| AuthError::NotGuildhall {
        server: server.address.clone(),
        reason,
    };
    let request = oauth2::http::Request::get(
        server
            .address
            .join("/.well-known/oauth-authorization-server"),
    )
    .body(Vec::new())
    .map_err(|error| not_guildhall(error.to_string()))?;
    let answer = send(http.clone(), request)
        .await
        .map_err(|error| explain_http(server, error))?;
    if !answer.status().is_success() {
        return Err(not_guildhall(format!(
            "it has no sign-in there (status {})",
            answer.status().as_u16()
        )));
    }
    let metadata =
        serde_json::from_slice(answer.body()).map_err(|error| not_guildhall(error.to_string()))?;
    let shown = answer.extensions().get::<reqwest::tls::TlsInfo>();
    let certificate = shown.and_then(reqwest::tls::TlsInfo::peer_certificate);
    Ok((metadata, certificate.map(fingerprint)))
}

#[cfg(test)]
mod tests {
    use super::super::fake_server::FakeServer;
    use super::http::MAXIMUM_ANSWER_BYTES;
    use super::*;

    async fn discover_as(metadata: &str) -> Result<AuthServer, AuthError> {
        let server = FakeServer::start().await;
        server.say_of_itself(&metadata.replace("PORT", &server.port().to_string()));
        AuthServer::discover(&server.known()).await
    }

    const GOOD: &str = r#"{"issuer":"http://localhost:PORT","authorization_endpoint":"http://localhost:PORT/a",
        "token_endpoint":"http://localhost:PORT/t","revocation_endpoint":"http://localhost:PORT/r",
        "code_challenge_methods_supported":["S256"]}"#;

    #[tokio::test]
    async fn a_server_is_known_by_the_name_it_gives_itself() {
        let server = FakeServer::start().await;
        let typed = ServerAddress::parse(&format!("127.0.0.1:{}", server.port())).expect("is good");

        let found = AuthServer::discover(&typed.into()).await.expect("is found");

        assert_eq!(found.address(), &server.address());
    }

    #[tokio::test]
    async fn what_is_no_guildhall_server_is_told_apart() {
        assert!(discover_as(GOOD).await.is_ok());
        for metadata in [
            "<html>".to_owned(),
            "{}".to_owned(),
            GOOD.replace(
                "\"issuer\":\"http://localhost:PORT\"",
                "\"issuer\":\"http://localhost:1\"",
            ),
            GOOD.replace(
                "\"issuer\":\"http://localhost:PORT\"",
                "\"issuer\":\"https://evil.example\"",
            ),
            GOOD.replace("http://localhost:PORT/t", "http://evil.example:PORT/t"),
            GOOD.replace("http://localhost:PORT/r", "http://localhost:1/r"),
            GOOD.replace("S256", "plain"),
            " ".repeat(MAXIMUM_ANSWER_BYTES + 1),
        ] {
            let found = discover_as(&metadata).await;
            assert!(
                matches!(found, Err(AuthError::NotGuildhall { .. })),
                "{}",
                metadata.trim()
            );
        }
    }

    #[tokio::test]
    async fn nobody_there_is_offline() {
        let server = FakeServer::start().await;
        let address = server.known();
        drop(server);

        assert!(matches!(
            AuthServer::discover(&address).await,
            Err(AuthError::Offline { .. })
        ));
    }

    #[tokio::test]
    async fn an_answer_must_name_its_issuer() {
        let server = FakeServer::start().await;

        let found = AuthServer::discover(&server.known())
            .await
            .expect("is found");

        assert!(found.is_issuer(Some(&server.address().to_string())));
        assert!(!found.is_issuer(Some("http://localhost:1")));
        assert!(!found.is_issuer(None));
    }
}
