//! Whom this app believes over TLS: the system's authorities, or exactly the key that an invitation named.

use crate::sign_in::Server;
use guildhall_protocol::join::Pin;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use rustls_platform_verifier::ConfigVerifierExt as _;
use std::error::Error;
use std::io;
use std::sync::Arc;

/// How connections to a server are made.
///
/// # Errors
/// [`rustls::Error`] when the system has no list of authorities.
pub(crate) fn client_config(server: &Server) -> Result<ClientConfig, rustls::Error> {
    let mut config = match server.pin {
        Some(pin) => ClientConfig::builder()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(OneKey::new(pin)))
            .with_no_client_auth(),
        None if server.address.is_secure() => ClientConfig::with_platform_verifier()?,
        // Spoken in plain on this computer: believes nobody, because there is nobody to believe.
        None => ClientConfig::builder()
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Why a server is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distrust {
    /// It has another key than the one that was named.
    Changed,
    /// No authority that this system knows vouches for it.
    Unknown,
}

/// Whether a connection failed because the server is not believed, and why.
pub(crate) fn distrust(server: &Server, error: &(dyn Error + 'static)) -> Option<Distrust> {
    refuses_certificate(error).then_some(match server.pin {
        Some(_) => Distrust::Changed,
        None => Distrust::Unknown,
    })
}

fn refuses_certificate(error: &(dyn Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return matches!(error, rustls::Error::InvalidCertificate(_));
    }
    // What an `io::Error` holds is not its source but that one's.
    let held = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
        .map(|held| held as &(dyn Error + 'static));
    held.or_else(|| error.source())
        .is_some_and(refuses_certificate)
}

/// Believes the holder of one key, whatever else its certificate says.
#[derive(Debug)]
struct OneKey {
    pin: Pin,
    provider: Arc<CryptoProvider>,
}

impl OneKey {
    fn new(pin: Pin) -> Self {
        let provider = CryptoProvider::get_default()
            .cloned()
            .unwrap_or_else(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
        Self { pin, provider }
    }
}

impl ServerCertVerifier for OneKey {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown = ParsedCertificate::try_from(end_entity)?;
        if Pin::of(&shown.subject_public_key_info()) == self.pin {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    // That the server has the key, and not only its certificate, is proved by these.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
