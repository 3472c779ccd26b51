//! The options about how much may be done.

use anyhow::Context as _;
use clap::Args;
use guildhall_server::edge::EdgeLimits;
use guildhall_server::limit;
use guildhall_server::oauth::OAuthConfig;
use std::path::PathBuf;

/// How much one person, or one network, may do.
#[derive(Debug, Args)]
pub(crate) struct LimitOptions {
    /// The most connections that one network holds at once; this machine itself may have any number.
    #[arg(long, value_name = "N", env = "GUILDHALL_CONNECTIONS_PER_NETWORK", default_value_t = EdgeLimits::default().connections_per_network)]
    connections_per_network: usize,
    /// A JSON file with other limits for signing in and registering, and the networks that many people share; see docs/NETWORK.md.
    #[arg(long, value_name = "FILE", env = "GUILDHALL_LIMITS")]
    limits: Option<PathBuf>,
}

impl LimitOptions {
    /// Puts what the file says into the settings of sign-in; answers with what goes for connections.
    pub(crate) fn apply(self, config: &mut OAuthConfig) -> anyhow::Result<EdgeLimits> {
        if let Some(file) = &self.limits {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            (config.limits, config.shared) =
                limit::read(&text).with_context(|| format!("{} makes no sense", file.display()))?;
        }
        Ok(EdgeLimits {
            connections_per_network: self.connections_per_network,
            shared: config.shared.clone(),
            ..EdgeLimits::default()
        })
    }
}
