//! What every endpoint can reach.

use crate::blob::{BlobLimits, Blobs};
use crate::clock::Clock;
use crate::exposure::{Meters, Share};
use crate::find::Finder;
use crate::oauth::{OAuth, OAuthConfig};
use crate::people::StoredPeople;
use crate::sync::{Alarms, Hub, Writer};
use crate::texts::Texts;
use guildhall_domain::time::Timestamp;
use guildhall_storage::server::{Follower, News, ServerStore};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// The folder of letters that are not sent, beside the database.
pub const OUTBOX: &str = "outbox";

/// When to look again for what other processes wrote, after the database did not answer.
const RETRY: Duration = Duration::from_secs(1);

/// The running marketplace.
pub struct Market {
    /// The database.
    pub store: ServerStore,
    /// The one who writes to it.
    pub writer: Writer,
    /// What can be found.
    pub finder: Finder,
    /// The share of the first places that newcomers are to have.
    pub share: Share,
    /// How evenly people are shown.
    pub meters: Meters,
    /// Files that go with messages.
    pub blobs: Blobs,
    /// Who is connected.
    pub hub: Arc<Hub>,
    /// Devices that held something else than they should.
    pub alarms: Alarms,
    /// Sign-in.
    pub oauth: Arc<OAuth>,
    /// The time.
    pub clock: Clock,
}

/// Why the marketplace could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database.
    #[error("the database cannot be opened")]
    Store(#[from] guildhall_storage::StoreError),
    /// The folder of files.
    #[error("the folder of files cannot be used")]
    Folder(#[from] std::io::Error),
    /// The terms or the privacy text.
    #[error("what people agree to cannot be shown")]
    Texts(#[from] crate::texts::TextError),
    /// Password hashing.
    #[error("passwords cannot be hashed")]
    Passwords(#[from] crate::password::PasswordError),
}

impl Market {
    /// Opens the database file, loads who can be matched, and starts the writer.
    ///
    /// # Errors
    /// [`OpenError`] when the file or its contents cannot be read.
    pub async fn open(
        file: &Path,
        config: OAuthConfig,
        clock: Clock,
    ) -> Result<Arc<Self>, OpenError> {
        Self::open_with(file, config, BlobLimits::default(), clock).await
    }

    /// The same with other limits for files.
    ///
    /// # Errors
    /// [`OpenError`] when the file or its contents cannot be read.
    pub async fn open_with(
        file: &Path,
        config: OAuthConfig,
        limits: BlobLimits,
        clock: Clock,
    ) -> Result<Arc<Self>, OpenError> {
        let blobs = Blobs::open(&file.with_file_name("blobs"), limits)?;
        let config = with_outbox(config, file.with_file_name(OUTBOX));
        let config = with_texts(config, file.parent().unwrap_or(file))?;
        let store = ServerStore::open(file, crate::clock::fresh_id()).await?;
        Self::over(store, blobs, config, clock).await
    }

    /// The same over a PostgreSQL, which other processes may share, with files in a folder that they share as well.
    ///
    /// # Errors
    /// [`OpenError`] when it cannot be reached or its contents cannot be read.
    pub async fn connect(
        url: &str,
        folder: &Path,
        config: OAuthConfig,
        limits: BlobLimits,
        clock: Clock,
    ) -> Result<Arc<Self>, OpenError> {
        let blobs = Blobs::open(&folder.join("blobs"), limits)?;
        let config = with_outbox(config, folder.join(OUTBOX));
        let config = with_texts(config, folder)?;
        let store = ServerStore::connect(url, crate::clock::fresh_id()).await?;
        Self::over(store, blobs, config, clock).await
    }

    async fn over(
        store: ServerStore,
        blobs: Blobs,
        config: OAuthConfig,
        clock: Clock,
    ) -> Result<Arc<Self>, OpenError> {
        let matcher = crate::matcher::Matcher::load(&store, clock().day()).await?;
        let finder = matcher.finder();
        let share = matcher.share();
        let hub = Arc::new(Hub::at(store.stands_at().await?));
        let writer = Writer::start(
            store.clone(),
            Arc::clone(&hub),
            Box::new(matcher),
            Arc::clone(&clock),
        );
        let people = StoredPeople::new(store.clone(), writer.clone());
        let ticks = Arc::clone(&clock);
        let milliseconds: crate::oauth::Clock = Arc::new(move || {
            let Timestamp(at) = ticks();
            at
        });
        let oauth = Arc::new(OAuth::new(
            store.accounts(),
            config,
            Arc::new(people),
            milliseconds,
        )?);
        hub.heed(oauth.revocations());
        if let Some(follower) = store.follow().await? {
            tokio::spawn(follow(
                follower,
                Arc::downgrade(&hub),
                Arc::downgrade(&oauth),
            ));
        }
        Ok(Arc::new(Self {
            store,
            writer,
            finder,
            share,
            meters: Meters::default(),
            blobs,
            hub,
            alarms: Alarms::default(),
            oauth,
            clock,
        }))
    }
}

/// Letters lie beside the database, unless they are to lie elsewhere.
fn with_outbox(mut config: OAuthConfig, folder: PathBuf) -> OAuthConfig {
    config.mail.folder.get_or_insert(folder);
    config
}

/// What people agree to lies there too, if the operator wrote it; what was set otherwise stays.
fn with_texts(mut config: OAuthConfig, folder: &Path) -> Result<OAuthConfig, OpenError> {
    if config.texts == Texts::default() {
        config.texts = Texts::of(folder)?;
    }
    Ok(config)
}

/// Wakes and ends sessions of this process for what other processes write, as long as there is somebody to tell.
async fn follow(mut follower: Follower, hub: Weak<Hub>, oauth: Weak<OAuth>) {
    loop {
        let news = follower.news().await;
        let (Some(hub), Some(oauth)) = (hub.upgrade(), oauth.upgrade()) else {
            return;
        };
        match news {
            Ok(News::Touched(accounts)) => hub.wake(&accounts),
            Ok(News::Everybody) => hub.wake_all(),
            Ok(News::Ended(family)) => oauth.hear_revoked(family),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "what other processes wrote cannot be read at the moment"
                );
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}
