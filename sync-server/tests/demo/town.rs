//! A demo market in a folder of its own.

use guildhall_domain::application::Application;
use guildhall_domain::id::{ApplicationId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_server::clock::Clock;
use guildhall_server::demo::cast::Member;
use guildhall_server::demo::{self, Pace, Size};
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::password::PasswordCost;
use guildhall_server::state::Market;
use guildhall_storage::server::ServerStore;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use uuid::Uuid;

pub(crate) const BEGIN: i64 = 1_795_000_000_000;
pub(crate) const SIZE: Size = Size {
    freelancers: 260,
    requests: 40,
    seed: 7,
};
/// Only so that a test that waits in vain ends.
const PATIENCE: Duration = Duration::from_mins(1);

/// A demo market in a folder of its own.
pub(crate) struct Town {
    pub(crate) market: Arc<Market>,
    pub(crate) inhabitants: JoinHandle<()>,
    pub(crate) file: PathBuf,
    pub(crate) clock: Clock,
    _folder: tempfile::TempDir,
}

/// A clock that is a second later whenever somebody looks.
pub(crate) fn ticking() -> Clock {
    let at = AtomicI64::new(BEGIN);
    Arc::new(move || Timestamp(at.fetch_add(1_000, Ordering::Relaxed)))
}

pub(crate) fn config() -> OAuthConfig {
    let mut config = OAuthConfig::new("http://localhost:4810");
    config.password_cost = PasswordCost::CHEAP;
    config
}

impl Town {
    /// A founded market in which nobody moves yet.
    pub(crate) async fn founded() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("guildhall.db");
        let clock = ticking();
        let store = ServerStore::open(&file, Uuid::from_u128(1))
            .await
            .expect("opens");
        let desk = demo::sign_in_desk(&store, config(), &clock).expect("is set up");
        demo::found(&store, &desk, SIZE, clock(), |_| ())
            .await
            .expect("is founded");
        store.close().await;
        let market = Market::open(&file, config(), Arc::clone(&clock))
            .await
            .expect("opens");
        Self {
            market,
            inhabitants: tokio::spawn(async {}),
            file,
            clock,
            _folder: folder,
        }
    }

    /// A market with inhabitants who lose no time.
    pub(crate) async fn lively() -> Self {
        let mut town = Self::founded().await;
        town.wake();
        town
    }

    pub(crate) fn wake(&mut self) {
        self.inhabitants = demo::settle(&self.market, Pace::AtOnce);
    }

    /// Somebody of the cast does something that must succeed.
    pub(crate) async fn does(&self, member: Member, mutation: Mutation) {
        let act = format!("{mutation:?}");
        let verdict = self
            .market
            .writer
            .act(
                member.account(),
                false,
                MutationId(Uuid::now_v7()),
                mutation,
            )
            .await
            .expect("is decided");
        verdict.unwrap_or_else(|denied| panic!("{act}: {denied}"));
    }

    /// Looks again after each commit until there is something to see.
    pub(crate) async fn until<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut(&ServerStore) -> Option<T>,
    ) -> T {
        let mut commits = self.market.writer.commits();
        let waiting = async {
            loop {
                if let Some(seen) = look(&self.market.store).await {
                    return seen;
                }
                let _ = commits.recv().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("in vain: {what}"))
    }

    pub(crate) async fn application(&self, id: ApplicationId) -> Application {
        self.market
            .store
            .find(id)
            .await
            .expect("can be read")
            .expect("is there")
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        self.inhabitants.abort();
    }
}
