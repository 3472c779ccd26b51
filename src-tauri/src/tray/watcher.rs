//! Whether a tray icon can be seen. Only then may closing the window keep the app running.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether there is a tray, kept up to date.
#[derive(Clone)]
pub struct Presence(Arc<AtomicBool>);

impl Presence {
    /// Whether somebody draws tray icons at the moment.
    pub fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Windows and macOS always have a tray.
    #[cfg(not(target_os = "linux"))]
    pub fn watch() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    /// Follows who draws tray icons on this desktop: often nobody does.
    #[cfg(target_os = "linux")]
    pub fn watch() -> Self {
        let presence = Self(Arc::new(AtomicBool::new(false)));
        let followed = presence.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = followed.follow().await {
                tracing::info!(%error, "no tray: closing the window ends the app");
            }
            followed.0.store(false, Ordering::Relaxed);
        });
        presence
    }

    #[cfg(target_os = "linux")]
    async fn follow(&self) -> zbus::Result<()> {
        use futures_util::StreamExt as _;
        use zbus::fdo::DBusProxy;

        const WATCHER: &str = "org.kde.StatusNotifierWatcher";

        let bus = DBusProxy::new(&zbus::Connection::session().await?).await?;
        let mut changes = bus
            .receive_name_owner_changed_with_args(&[(0, WATCHER)])
            .await?;
        let has_owner = bus.name_has_owner(WATCHER.try_into()?).await?;
        self.0.store(has_owner, Ordering::Relaxed);
        while let Some(change) = changes.next().await {
            self.0
                .store(change.args()?.new_owner().is_some(), Ordering::Relaxed);
        }
        Ok(())
    }
}
