//! The option about providers through which people sign in.

use anyhow::Context as _;
use clap::Args;
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::provider;
use std::path::{Path, PathBuf};

/// Through whom people sign in besides.
#[derive(Debug, Args)]
pub(crate) struct ProviderOptions {
    /// A JSON file with the providers that people can sign in through; see docs/PROVIDERS.md.
    #[arg(long, value_name = "FILE", env = "GUILDHALL_PROVIDERS")]
    providers: Option<PathBuf>,
}

impl ProviderOptions {
    /// Puts what the file says into the settings of sign-in.
    pub(crate) fn apply(self, config: &mut OAuthConfig) -> anyhow::Result<()> {
        if let Some(file) = &self.providers {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let folder = file.parent().unwrap_or(Path::new(""));
            config.providers = provider::read(&text, folder)
                .with_context(|| format!("{} makes no sense", file.display()))?;
        }
        Ok(())
    }
}
