//! The operator's file of providers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use openidconnect::IssuerUrl;
use serde::Deserialize;
use url::Url;

use super::{GitHub, Kind, Oidc, Provider, Providers, Secret};
use crate::outgoing::{Outgoing, OutgoingError};

/// The most providers: more buttons than that nobody reads.
const PROVIDERS_MAXIMUM: usize = 12;
/// The longest key, in characters.
const KEY_MAXIMUM: usize = 32;
/// The longest label, in characters.
const LABEL_MAXIMUM: usize = 40;

/// What the file says, in the words of an operator.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    providers: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    key: String,
    label: String,
    kind: EntryKind,
    issuer: Option<String>,
    client_id: String,
    client_secret: Option<String>,
    client_secret_file: Option<PathBuf>,
    #[serde(default)]
    trust_email: bool,
    #[serde(default)]
    networks: Vec<IpNet>,
    web: Option<String>,
    api: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum EntryKind {
    Oidc,
    GitHub,
}

/// Why a file of providers is not one.
#[derive(Debug, thiserror::Error)]
pub enum ProvidersFileError {
    /// It is no JSON, or has fields that mean nothing.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// There are too many.
    #[error("there are more than {PROVIDERS_MAXIMUM} providers")]
    TooMany,
    /// A key cannot be part of an address.
    #[error("{0:?} is no key: use 1 to {KEY_MAXIMUM} of a-z, 0-9 and -")]
    Key(String),
    /// Two have the same key, or the same issuer.
    #[error("{0}: another provider has the same key, or is the same")]
    Twice(String),
    /// A label cannot stand on a button.
    #[error("{0}: a label is one line of 1 to {LABEL_MAXIMUM} characters")]
    Label(String),
    /// A field is missing, or belongs to the other kind.
    #[error("{key}: {what}")]
    Field {
        /// Which provider.
        key: String,
        /// What is wrong.
        what: &'static str,
    },
    /// An address is none that may be called.
    #[error("{key}: {field} is no address that may be called")]
    Address {
        /// Which provider.
        key: String,
        /// Where it stands.
        field: &'static str,
        /// Why.
        #[source]
        source: OutgoingError,
    },
    /// The file of the secret cannot be read.
    #[error("{key}: cannot read {file}")]
    Secret {
        /// Which provider.
        key: String,
        /// Which file.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Nothing can be called.
    #[error(transparent)]
    Outgoing(#[from] OutgoingError),
}

/// Reads the providers; files of secrets lie beside the file, in this folder, unless they say otherwise.
///
/// # Errors
/// [`ProvidersFileError`] when the text makes no sense as a whole; nothing of it counts then.
pub fn read(text: &str, folder: &Path) -> Result<Providers, ProvidersFileError> {
    let file: File = serde_json::from_str(text)?;
    if file.providers.len() > PROVIDERS_MAXIMUM {
        return Err(ProvidersFileError::TooMany);
    }
    let mut seen = BTreeSet::new();
    let mut providers = Vec::new();
    for entry in file.providers {
        let provider = entry.provider(folder)?;
        let names = [
            format!("key {}", provider.key),
            provider.issuer().to_owned(),
        ];
        if names.into_iter().any(|name| !seen.insert(name)) {
            return Err(ProvidersFileError::Twice(provider.key));
        }
        providers.push(provider);
    }
    Ok(Providers(providers.into()))
}

impl Entry {
    fn provider(self, folder: &Path) -> Result<Provider, ProvidersFileError> {
        let is_key = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
        if !(1..=KEY_MAXIMUM).contains(&self.key.len()) || !self.key.chars().all(is_key) {
            return Err(ProvidersFileError::Key(self.key));
        }
        let label = self.label.trim();
        let letters = label.chars().count();
        if !(1..=LABEL_MAXIMUM).contains(&letters) || label.chars().any(char::is_control) {
            return Err(ProvidersFileError::Label(self.key));
        }
        if self.client_id.is_empty() {
            return Err(self.wrong("client_id is empty"));
        }
        let outgoing = Outgoing::new(&self.networks)?;
        let kind = match (self.kind, &self.issuer) {
            (EntryKind::Oidc, None) => {
                return Err(self.wrong("an oidc provider needs its issuer"));
            }
            (EntryKind::Oidc, Some(_)) if self.web.is_some() || self.api.is_some() => {
                return Err(self.wrong("web and api belong to a github provider"));
            }
            (EntryKind::Oidc, Some(issuer)) => {
                self.check(&outgoing, "issuer", issuer)?;
                let issuer = IssuerUrl::new(issuer.clone())
                    .map_err(|_| self.wrong("the issuer is no address"))?;
                Kind::Oidc(Box::new(Oidc::new(issuer, outgoing)))
            }
            (EntryKind::GitHub, Some(_)) => {
                return Err(self.wrong("a github provider has web and api instead of an issuer"));
            }
            (EntryKind::GitHub, None) => {
                let web = self.web.as_deref().unwrap_or("https://github.com");
                let api = self.api.as_deref().unwrap_or("https://api.github.com");
                let mut bases = Vec::new();
                for (field, base) in [("web", web), ("api", api)] {
                    let base = base.trim_end_matches('/');
                    self.check(&outgoing, field, base)?;
                    bases.push(base.to_owned());
                }
                let (api, web) = (bases.pop(), bases.pop());
                let (web, api) = (web.unwrap_or_default(), api.unwrap_or_default());
                Kind::GitHub(Box::new(GitHub::new(web, api, outgoing)))
            }
        };
        let client_secret = self.secret(folder)?;
        Ok(Provider {
            label: label.to_owned(),
            trusts_email: self.trust_email,
            client_secret,
            kind,
            client_id: self.client_id,
            key: self.key,
        })
    }

    fn wrong(&self, what: &'static str) -> ProvidersFileError {
        ProvidersFileError::Field {
            key: self.key.clone(),
            what,
        }
    }

    fn check(
        &self,
        outgoing: &Outgoing,
        field: &'static str,
        url: &str,
    ) -> Result<(), ProvidersFileError> {
        let checked = Url::parse(url)
            .map_err(|_| OutgoingError::Address)
            .and_then(|url| outgoing.check(&url).map(|()| url));
        let is_whole = |url: &Url| url.query().is_none() && url.fragment().is_none();
        match checked {
            Ok(url) if is_whole(&url) => Ok(()),
            Ok(_) => Err(OutgoingError::Address),
            Err(error) => Err(error),
        }
        .map_err(|source| ProvidersFileError::Address {
            key: self.key.clone(),
            field,
            source,
        })
    }

    fn secret(&self, folder: &Path) -> Result<Secret, ProvidersFileError> {
        let secret = match (&self.client_secret, &self.client_secret_file) {
            (Some(secret), None) => secret.clone(),
            (None, Some(file)) => {
                let file = folder.join(file);
                let read = std::fs::read_to_string(&file);
                let text = read.map_err(|source| ProvidersFileError::Secret {
                    key: self.key.clone(),
                    file: file.display().to_string(),
                    source,
                })?;
                text.trim().to_owned()
            }
            _ => return Err(self.wrong("give either client_secret or client_secret_file")),
        };
        if secret.is_empty() {
            return Err(self.wrong("the client's secret is empty"));
        }
        Ok(Secret(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{ "key": "works", "label": "Example Works", "kind": "oidc", "issuer": "https://id.example.org/realms/works",
        "client_id": "guildhall", "client_secret": "hush-hush" }"#;

    fn file(entries: &str) -> Result<Providers, ProvidersFileError> {
        read(&format!(r#"{{ "providers": [{entries}] }}"#), Path::new(""))
    }

    #[test]
    fn a_file_names_providers_and_tells_no_secret() {
        let github = r#"{ "key": "github", "label": " GitHub ", "kind": "github", "client_id": "x", "client_secret": "hush-hush",
            "web": "https://github.example.org/", "api": "https://github.example.org/api/v3/", "trust_email": true }"#;
        let providers = file(&format!("{GOOD},{github}")).expect("makes sense");

        let said: Vec<_> = providers
            .iter()
            .map(|it| {
                (
                    it.key.as_str(),
                    it.label.as_str(),
                    it.issuer(),
                    it.trusts_email,
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                (
                    "works",
                    "Example Works",
                    "https://id.example.org/realms/works",
                    false
                ),
                ("github", "GitHub", "https://github.example.org", true),
            ]
        );
        assert!(!format!("{providers:?}").contains("hush-hush"));
        assert!(file("").expect("makes sense").is_empty());
    }

    #[test]
    fn a_secret_lies_in_a_file_beside_it() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(folder.path().join("secret"), "hush-hush\n").expect("is written");
        let text = GOOD.replace(
            r#""client_secret": "hush-hush""#,
            r#""client_secret_file": "secret""#,
        );
        let text = format!(r#"{{ "providers": [{text}] }}"#);

        let providers = read(&text, folder.path()).expect("makes sense");

        let secrets: Vec<_> = providers
            .iter()
            .map(|it| it.client_secret.0.as_str())
            .collect();
        assert_eq!(secrets, ["hush-hush"]);
        let error = read(&text, Path::new("/nowhere")).expect_err("there is no such file");
        assert!(error.to_string().contains("/nowhere"), "{error}");
    }

    #[test]
    fn a_file_that_makes_no_sense_says_what_is_wrong() {
        for (what, instead, word) in [
            (r#""key": "works""#, r#""key": """#, "no key"),
            (r#""key": "works""#, r#""key": "the works""#, "no key"),
            (r#""key": "works""#, r#""key": "../works""#, "no key"),
            (r#""label": "Example Works""#, r#""label": " ""#, "label"),
            (r#""label": "Example Works""#, r#""label": "a\nb""#, "label"),
            (r#""kind": "oidc""#, r#""kind": "saml""#, "saml"),
            (
                r#""kind": "oidc""#,
                r#""kind": "github""#,
                "instead of an issuer",
            ),
            (
                r#""kind": "oidc""#,
                r#""kind": "oidc", "web": "https://a.example""#,
                "web and api",
            ),
            (
                r#""kind": "oidc""#,
                r#""kind": "oidc", "trust": true"#,
                "trust",
            ),
            (
                r#""kind": "oidc""#,
                r#""kind": "oidc", "networks": ["10.0.0/8"]"#,
                "IP address",
            ),
            (
                "https://id.example.org",
                "http://id.example.org",
                "issuer is no address",
            ),
            (
                "https://id.example.org",
                "https://127.0.0.1",
                "issuer is no address",
            ),
            (
                "https://id.example.org",
                "https://mira:x@id.example.org",
                "issuer is no address",
            ),
            ("realms/works", "realms/works?a=b", "issuer is no address"),
            (
                r#""client_id": "guildhall""#,
                r#""client_id": """#,
                "client_id",
            ),
            (
                r#""client_secret": "hush-hush""#,
                r#""client_secret": """#,
                "secret is empty",
            ),
            (r#", "client_secret": "hush-hush""#, "", "either"),
        ] {
            let entry = GOOD.replace(what, instead);
            assert_ne!(entry, GOOD, "{what}");
            let error = file(&entry).expect_err(instead).to_string();
            assert!(error.contains(word), "{instead}: {error}");
            assert!(!error.contains("hush-hush"), "{error}");
        }
        let other = GOOD.replace("id.example.org", "other.example.org");
        assert!(file(&format!("{GOOD},{other}")).is_err(), "the same key");
        let other = GOOD.replace(r#""key": "works""#, r#""key": "other""#);
        assert!(
            file(&format!("{GOOD},{other}")).is_err(),
            "the same provider"
        );
        let many: Vec<_> = (0..13)
            .map(|number| GOOD.replace("works", &format!("works-{number}")))
            .collect();
        assert!(file(&many.join(",")).is_err(), "too many");
    }
}
