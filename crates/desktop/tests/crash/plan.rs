//! How often is killed, and by which seed.

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use std::time::Duration;
use tokio::sync::Mutex;

/// One test at a time: what is measured here would measure the other one too.
pub(crate) static TURN: Mutex<()> = Mutex::const_new(());

/// How long anything may take that is not there by itself.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// What was asked for in the environment.
pub(crate) struct Plan {
    pub(crate) server_kills: u32,
    pub(crate) desktop_kills: u32,
    /// Of the desktop while it renews its tokens.
    pub(crate) refresh_kills: u32,
    /// Of the server's power, and as many of the desktop's.
    #[cfg(target_os = "linux")]
    pub(crate) power_cuts: u32,
    pub(crate) seed: u64,
}

impl Plan {
    pub(crate) fn asked() -> Self {
        Self {
            server_kills: asked("GUILDHALL_CRASH_SERVER_KILLS", 10),
            desktop_kills: asked("GUILDHALL_CRASH_DESKTOP_KILLS", 10),
            refresh_kills: asked("GUILDHALL_CRASH_REFRESH_KILLS", 10),
            #[cfg(target_os = "linux")]
            power_cuts: asked("GUILDHALL_POWER_CUTS", 40),
            seed: asked("GUILDHALL_CRASH_SEED", 1),
        }
    }

    /// A source of chance of its own for each part, so that one part does not shift the others.
    pub(crate) fn chance(&self, part: u64) -> ChaCha8Rng {
        let mut chance = ChaCha8Rng::seed_from_u64(self.seed);
        chance.set_stream(part);
        chance
    }
}

fn asked<T: std::str::FromStr>(name: &str, usual: T) -> T {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text} is not a number")),
        Err(_) => usual,
    }
}
