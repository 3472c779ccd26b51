//! TLS in process: the certificate a server shows, given or made by itself, and what its pin is.

use guildhall_protocol::join::Pin;
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::client::verify_server_name;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// The folder of what was made, within the data folder.
const FOLDER: &str = "tls";
/// How many years a self-made certificate is good. Desktops hold its key, not its date.
const YEARS: i32 = 10;

/// How the server proves who it is.
#[derive(Clone)]
pub struct Tls {
    pub(super) acceptor: TlsAcceptor,
    /// The pin, where no authority vouches for the certificate.
    self_made: Option<Pin>,
    fingerprint: String,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("cannot read or write {}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{} holds no {what} in PEM form", .path.display())]
    NoPem {
        /// Which.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// Certificate and key are not a pair, or of a kind that is not spoken.
    #[error("certificate and key cannot be used together: {0}")]
    Unfit(#[from] rustls::Error),
    /// A name cannot stand in a certificate.
    #[error("{0} is no name or address that a certificate can hold")]
    Name(String),
    /// Making it failed.
    #[error("no certificate could be made: {0}")]
    Making(#[from] rcgen::Error),
}

impl Tls {
    /// Takes a certificate with its chain and its key from files, both PEM.
    ///
    /// # Errors
    /// [`TlsError`] when they cannot be read or do not belong together.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        Self::new(read_chain(certificate)?, read_key(key)?, false)
    }

    /// Takes the certificate that the server made itself in this folder, making it when it is not there.
    ///
    /// The key is made once. The certificate is made anew with the same key when it lacks one of the names: desktops know the
    /// key, so nobody has to be invited again.
    ///
    /// # Errors
    /// [`TlsError`] when the folder cannot be used or a name is none.
    pub fn self_made(data: &Path, names: &[String], year: i32) -> Result<Self, TlsError> {
        let folder = data.join(FOLDER);
        let (certificate_file, key_file) = self_made_files(data);
        fs::create_dir_all(&folder).map_err(about(&folder))?;
        let key = if key_file.exists() {
            let text = fs::read_to_string(&key_file).map_err(about(&key_file))?;
            KeyPair::from_pem(&text)?
        } else {
            let key = KeyPair::generate()?;
            write_secret(&key_file, &key.serialize_pem()).map_err(about(&key_file))?;
            key
        };
        let wanted = names
            .iter()
            .map(|name| {
                ServerName::try_from(name.clone()).map_err(|_| TlsError::Name(name.clone()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        if !is_good_for(&certificate_file, &wanted) {
            let mut parameters = CertificateParams::new(names)?;
            parameters.not_before = rcgen::date_time_ymd(year, 1, 1);
            parameters.not_after = rcgen::date_time_ymd(year + YEARS, 1, 1);
            parameters
                .distinguished_name
                .push(DnType::CommonName, "Guildhall server");
            let made = parameters.self_signed(&key)?;
            replace(&certificate_file, &made.pem()).map_err(about(&certificate_file))?;
        }
        Self::new(read_chain(&certificate_file)?, read_key(&key_file)?, true)
    }

    fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
        is_self_made: bool,
    ) -> Result<Self, TlsError> {
        let first = chain
            .first()
            .ok_or(rustls::Error::NoCertificatesPresented)?;
        let pin = Pin::of(&ParsedCertificate::try_from(first)?.subject_public_key_info());
        let fingerprint = fingerprint(first);
        // TLS 1.2 and 1.3: nothing older is built in.
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            self_made: is_self_made.then_some(pin),
            fingerprint,
        })
    }

    /// What desktops must be told of a certificate that the server made itself; nothing where an authority vouches for it.
    pub fn pin(&self) -> Option<Pin> {
        self.self_made
    }

    /// The SHA-256 of the certificate as browsers show it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// Where a self-made certificate lies, and its key.
pub fn self_made_files(data: &Path) -> (PathBuf, PathBuf) {
    let folder = data.join(FOLDER);
    (folder.join("certificate.pem"), folder.join("key.pem"))
}

fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let bytes: Vec<String> = Sha256::digest(certificate)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    bytes.join(":")
}

fn is_good_for(file: &Path, names: &[ServerName<'_>]) -> bool {
    let Ok(chain) = read_chain(file) else {
        return false;
    };
    chain
        .first()
        .and_then(|first| ParsedCertificate::try_from(first).ok())
        .is_some_and(|parsed| {
            names
                .iter()
                .all(|name| verify_server_name(&parsed, name).is_ok())
        })
}

fn read_chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bytes = fs::read(file).map_err(about(file))?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, _>>()
        .unwrap_or_default();
    if chain.is_empty() {
        return Err(TlsError::NoPem {
            path: file.to_owned(),
            what: "certificate",
        });
    }
    Ok(chain)
}

fn read_key(file: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let bytes = fs::read(file).map_err(about(file))?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| TlsError::NoPem {
        path: file.to_owned(),
        what: "private key",
    })
}

fn about(path: &Path) -> impl FnOnce(io::Error) -> TlsError {
    let path = path.to_owned();
    |source| TlsError::File { path, source }
}

/// Writes what nobody else on this machine may read: whole or not at all.
fn write_secret(file: &Path, text: &str) -> io::Result<()> {
    let beside = file.with_extension("new");
    let mut options = fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut opened = options.open(&beside)?;
    opened.write_all(text.as_bytes())?;
    opened.sync_all()?;
    fs::rename(beside, file)
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    let beside = file.with_extension("new");
    fs::write(&beside, text)?;
    fs::rename(beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(data: &Path, names: &[&str]) -> Result<Tls, TlsError> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Tls::self_made(data, &names, 2026)
    }

    #[test]
    fn a_certificate_is_made_once_and_another_name_keeps_its_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = made(folder.path(), &["192.168.1.5", "office"]).expect("is made");
        let again = made(folder.path(), &["office"]).expect("is read");
        let wider = made(folder.path(), &["office", "fe80::1"]).expect("is made");

        assert_eq!(first.fingerprint(), again.fingerprint());
        assert_ne!(first.fingerprint(), wider.fingerprint());
        assert!(first.pin().is_some());
        assert_eq!(first.pin(), wider.pin());
        assert!(matches!(
            made(folder.path(), &["no name"]),
            Err(TlsError::Name(_))
        ));
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_readable_by_nobody_else() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        made(folder.path(), &["office"]).expect("is made");

        let (_, key) = self_made_files(folder.path());
        let mode = fs::metadata(key).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn files_that_do_not_fit_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        made(&folder.path().join("one"), &["office"]).expect("is made");
        made(&folder.path().join("two"), &["office"]).expect("is made");
        let (certificate, key) = self_made_files(&folder.path().join("one"));
        let (_, other) = self_made_files(&folder.path().join("two"));

        let good = Tls::from_files(&certificate, &key).expect("fits");
        assert_eq!(good.pin(), None, "an authority is trusted for given files");
        assert!(matches!(
            Tls::from_files(&certificate, &other),
            Err(TlsError::Unfit(_))
        ));
        assert!(matches!(
            Tls::from_files(&key, &key),
            Err(TlsError::NoPem {
                what: "certificate",
                ..
            })
        ));
        assert!(matches!(
            Tls::from_files(&certificate, &certificate),
            Err(TlsError::NoPem {
                what: "private key",
                ..
            })
        ));
        assert!(matches!(
            Tls::from_files(&folder.path().join("none"), &key),
            Err(TlsError::File { .. })
        ));
    }
}
