//! A provider that speaks OpenID Connect: found by its issuer, asked by the code flow with PKCE, believed by its signature.

use std::pin::Pin;
use std::sync::Arc;

use axum::http::{Request, Response};
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType,
    CoreClient, CoreClientAuthMethod, CoreGrantType, CoreIdTokenClaims, CoreIdTokenVerifier,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AdditionalProviderMetadata, AsyncHttpClient, AuthType, AuthorizationCode,
    ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, DiscoveryError, EndUserName,
    IssuerUrl, LocalizedClaim, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, ProviderMetadata, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, TokenResponse as _, UserInfoError,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use super::{Answer, Lie, Provider, ProviderError, Vouched, Way, code_of};
use crate::outgoing::{Outgoing, OutgoingError};

/// For how long what a provider publishes is kept.
const KEPT_MS: i64 = 10 * 60_000;
/// For how long a provider that did not answer is left alone.
const LEFT_ALONE_MS: i64 = 5_000;
/// By how much the clocks of the two may differ.
const SKEW_MS: i64 = 60_000;

/// The signatures that are taken: none with a secret that both have, and never none.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What this server looks for in what a provider publishes, beyond what everybody does.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Announced {
    /// It names itself in its answers (RFC 9207).
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Announced {}

type Metadata = ProviderMetadata<
    Announced,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

impl<'c> AsyncHttpClient<'c> for Outgoing {
    type Error = OutgoingError;
    type Future =
        Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, OutgoingError>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(async move {
            let answer = self.send(request).await?;
            let status = answer.status();
            // Who cannot answer has not lied.
            if status.is_server_error() {
                return Err(OutgoingError::Failing(status.as_u16()));
            }
            Ok(answer)
        })
    }
}

/// What is known of what a provider publishes.
#[derive(Debug, Default)]
struct Known {
    metadata: Option<(i64, Arc<Metadata>)>,
    failed_at: Option<i64>,
}

/// A provider that speaks OpenID Connect.
#[derive(Debug)]
pub(super) struct Oidc {
    issuer: IssuerUrl,
    outgoing: Outgoing,
    known: Mutex<Known>,
}

impl Oidc {
    pub(super) fn new(issuer: IssuerUrl, outgoing: Outgoing) -> Self {
        Self {
            issuer,
            outgoing,
            known: Mutex::default(),
        }
    }

    pub(super) fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    pub(super) async fn leave(
        &self,
        provider: &Provider,
        way: &Way,
        now: i64,
    ) -> Result<Url, ProviderError> {
        let metadata = self.metadata(now, KEPT_MS).await?;
        // A provider that names a way for other programs is no page to send people to.
        let page = metadata.authorization_endpoint().url();
        self.outgoing.check(page).map_err(|_| Lie::Metadata)?;
        let client = CoreClient::from_provider_metadata(
            Metadata::clone(&metadata),
            ClientId::new(provider.client_id.clone()),
            None,
        )
        .set_redirect_uri(RedirectUrl::from_url(way.redirect.clone()));
        let verifier = PkceCodeVerifier::new(way.verifier.clone());
        let (state, nonce) = (way.state.clone(), way.nonce.clone());
        let mut asked = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if way.anew {
            asked = asked
                .add_prompt(CoreAuthPrompt::Login)
                .set_max_age(std::time::Duration::ZERO);
        }
        Ok(asked.url().0)
    }

    pub(super) async fn arrive(
        &self,
        provider: &Provider,
        way: &Way,
        answer: Answer<'_>,
        now: i64,
    ) -> Result<Vouched, ProviderError> {
        let metadata = self.metadata(now, KEPT_MS).await?;
        let names_itself = metadata
            .additional_metadata()
            .authorization_response_iss_parameter_supported;
        let is_other = match answer.issuer {
            Some(issuer) => issuer != self.issuer(),
            None => names_itself,
        };
        if is_other {
            return Err(Lie::AnswerIssuer.into());
        }
        let tokens = self
            .exchange(provider, way, code_of(answer)?, &metadata)
            .await?;
        let claims = match self.claims(provider, way, &tokens, &metadata, now) {
            Err(Unproven::UnknownKey) => {
                // It may sign with another key since it was asked last.
                let metadata = self.metadata(now, 0).await?;
                self.claims(provider, way, &tokens, &metadata, now)
            }
            other => other,
        }
        .map_err(Lie::from)?;
        let mut vouched = Vouched {
            issuer: self.issuer().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            name: name_of(claims.name()),
            email: claims
                .email()
                .map_or_else(String::new, |it| it.as_str().to_owned()),
            email_verified: claims.email_verified().unwrap_or(false),
        };
        if vouched.email.is_empty() {
            self.ask_more(provider, tokens.access_token(), &metadata, &mut vouched)
                .await?;
        }
        Ok(vouched)
    }

    /// What the provider publishes, not older than this.
    async fn metadata(&self, now: i64, age_ms: i64) -> Result<Arc<Metadata>, ProviderError> {
        // Held while it is asked, so that many who come at once ask once.
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = &known.metadata
            && at + age_ms > now
        {
            return Ok(Arc::clone(metadata));
        }
        if known.failed_at.is_some_and(|at| at + LEFT_ALONE_MS > now) {
            return Err(OutgoingError::Slow.into());
        }
        match Metadata::discover_async(self.issuer.clone(), &self.outgoing).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some((now, Arc::clone(&metadata)));
                known.failed_at = None;
                Ok(metadata)
            }
            Err(error) => {
                known.failed_at = Some(now);
                Err(match error {
                    DiscoveryError::Request(error) => error.into(),
                    DiscoveryError::Response(status, ..) => ProviderError::Failing(status.as_u16()),
                    DiscoveryError::Validation(_)
                    | DiscoveryError::Parse(_)
                    | DiscoveryError::UrlParse(_)
                    | DiscoveryError::Other(_)
                    | _ => Lie::Metadata.into(),
                })
            }
        }
    }

    /// Exchanges a code for tokens.
    async fn exchange(
        &self,
        provider: &Provider,
        way: &Way,
        code: &str,
        metadata: &Metadata,
    ) -> Result<CoreTokenResponse, ProviderError> {
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(provider.client_id.clone()),
            Some(ClientSecret::new(provider.client_secret.0.clone())),
        )
        .set_redirect_uri(RedirectUrl::from_url(way.redirect.clone()))
        .set_auth_type(auth_type(metadata));
        let asked = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| Lie::Metadata)?
            .set_pkce_verifier(PkceCodeVerifier::new(way.verifier.clone()))
            .request_async(&self.outgoing)
            .await;
        asked.map_err(|error| match error {
            RequestTokenError::Request(error) => error.into(),
            RequestTokenError::ServerResponse(_) => Lie::Code.into(),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Lie::Nonsense.into(),
        })
    }

    /// What the token says, if every part of it can be trusted.
    fn claims(
        &self,
        provider: &Provider,
        way: &Way,
        tokens: &CoreTokenResponse,
        metadata: &Metadata,
        now: i64,
    ) -> Result<CoreIdTokenClaims, Unproven> {
        let token = tokens.id_token().ok_or(Lie::NoToken)?;
        let verifier = CoreIdTokenVerifier::new_public_client(
            ClientId::new(provider.client_id.clone()),
            self.issuer.clone(),
            metadata.jwks().clone(),
        )
        .set_allowed_algs(SIGNATURES)
        .set_time_fn(move || moment(now - SKEW_MS));
        let claims = token.claims(&verifier, &Nonce::new(way.nonce.clone()))?;
        let issued = claims.issue_time().timestamp_millis();
        if !(way.begun_at - SKEW_MS..=now + SKEW_MS).contains(&issued) {
            return Err(Lie::Time.into());
        }
        if claims
            .authorized_party()
            .is_some_and(|party| party.as_str() != provider.client_id)
        {
            return Err(Lie::Audience.into());
        }
        let signed_in = claims.auth_time().map(|at| at.timestamp_millis());
        if way.anew && signed_in.is_none_or(|at| at < way.begun_at - SKEW_MS) {
            return Err(Lie::NotAnew.into());
        }
        Ok(claims.clone())
    }

    /// Asks for the address, which some providers do not put into the token. Without an answer there is none.
    async fn ask_more(
        &self,
        provider: &Provider,
        token: &AccessToken,
        metadata: &Metadata,
        vouched: &mut Vouched,
    ) -> Result<(), ProviderError> {
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(provider.client_id.clone()),
            None,
        );
        let subject = openidconnect::SubjectIdentifier::new(vouched.subject.clone());
        let Ok(request) = client.user_info(token.clone(), Some(subject)) else {
            return Ok(());
        };
        let answer: Result<CoreUserInfoClaims, _> = request.request_async(&self.outgoing).await;
        match answer {
            Ok(claims) => {
                if let Some(email) = claims.email() {
                    email.as_str().clone_into(&mut vouched.email);
                    vouched.email_verified = claims.email_verified().unwrap_or(false);
                }
                if vouched.name.is_empty() {
                    vouched.name = name_of(claims.name());
                }
                Ok(())
            }
            Err(UserInfoError::ClaimsVerification(_)) => Err(Lie::Subject.into()),
            Err(error) => {
                tracing::warn!(
                    provider = provider.key,
                    error = &error as &dyn std::error::Error,
                    "a provider says nothing more of somebody"
                );
                Ok(())
            }
        }
    }
}

/// Why a token is not believed.
enum Unproven {
    /// It is signed with a key that was not known when the provider was asked last.
    UnknownKey,
    Lie(Lie),
}

impl From<Lie> for Unproven {
    fn from(lie: Lie) -> Self {
        Self::Lie(lie)
    }
}

impl From<Unproven> for Lie {
    fn from(unproven: Unproven) -> Self {
        match unproven {
            Unproven::UnknownKey => Self::Signature,
            Unproven::Lie(lie) => lie,
        }
    }
}

impl From<ClaimsVerificationError> for Unproven {
    fn from(error: ClaimsVerificationError) -> Self {
        Self::Lie(match error {
            ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            ) => return Self::UnknownKey,
            ClaimsVerificationError::Expired(_) => Lie::Time,
            ClaimsVerificationError::InvalidAudience(_) => Lie::Audience,
            ClaimsVerificationError::InvalidIssuer(_) => Lie::Issuer,
            ClaimsVerificationError::InvalidNonce(_) => Lie::Nonce,
            ClaimsVerificationError::InvalidSubject(_) => Lie::Subject,
            ClaimsVerificationError::SignatureVerification(_) => Lie::Signature,
            _ => Lie::Nonsense,
        })
    }
}

/// How the provider wants the secret: as the standard has it, unless it says that it takes the other way only.
fn auth_type(metadata: &Metadata) -> AuthType {
    let takes = |wanted: &CoreClientAuthMethod| {
        metadata
            .token_endpoint_auth_methods_supported()
            .is_some_and(|methods| methods.contains(wanted))
    };
    let in_body = takes(&CoreClientAuthMethod::ClientSecretPost)
        && !takes(&CoreClientAuthMethod::ClientSecretBasic);
    if in_body {
        AuthType::RequestBody
    } else {
        AuthType::BasicAuth
    }
}

/// A name, in whichever language it comes first.
fn name_of(name: Option<&LocalizedClaim<EndUserName>>) -> String {
    name.and_then(|names| names.iter().next())
        .map_or_else(String::new, |(_, name)| name.as_str().to_owned())
}

fn moment(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at).unwrap_or_default()
}
