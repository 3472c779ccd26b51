//! Notifications of the system. Which ones, and how they are grouped, the desktop decides; here they are shown.

use guildhall_desktop::Notice;
use tokio::sync::mpsc;

/// How many notices may wait to be shown. More at once would be noise.
const QUEUE: usize = 16;

/// The way to the notification service; calls return at once.
#[derive(Clone)]
pub struct Notifier {
    queue: mpsc::Sender<Notice>,
}

impl Notifier {
    /// Begins to show notices; `open` is called with the route of one that is clicked.
    pub fn start(app: &tauri::AppHandle, open: impl Fn(String) + Send + Sync + 'static) -> Self {
        let (queue, notices) = mpsc::channel(QUEUE);
        tauri::async_runtime::spawn(platform::show_all(app.clone(), notices, open));
        Self { queue }
    }

    /// Shows a notice. The inbox in the window has it too, so one that does not fit is only logged.
    pub fn show(&self, notice: Notice) {
        if self.queue.try_send(notice).is_err() {
            tracing::warn!("a notification was dropped: too many at once");
        }
    }
}

#[cfg(target_os = "linux")]
mod platform {
    //! Over the session bus ourselves, because the common libraries hide that nobody showed a notification.

    use std::collections::{BTreeMap, HashMap};

    use futures_util::StreamExt as _;
    use guildhall_desktop::Notice;
    use tokio::sync::mpsc;
    use zbus::zvariant::Value;

    /// How many shown notices are remembered for a click.
    const REMEMBERED: usize = 64;

    #[zbus::proxy(
        interface = "org.freedesktop.Notifications",
        default_service = "org.freedesktop.Notifications",
        default_path = "/org/freedesktop/Notifications",
        gen_blocking = false
    )]
    trait Notifications {
        #[expect(clippy::too_many_arguments, reason = "the specification has so many")]
        fn notify(
            &self,
            app_name: &str,
            replaces_id: u32,
            app_icon: &str,
            summary: &str,
            body: &str,
            actions: &[&str],
            hints: HashMap<&str, Value<'_>>,
            expire_timeout: i32,
        ) -> zbus::Result<u32>;

        fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

        #[zbus(signal)]
        fn action_invoked(&self, id: u32, action_key: String) -> zbus::Result<()>;

        #[zbus(signal)]
        fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
    }

    /// Shows notices until the app ends. After a failure the next notice tries a fresh connection.
    pub(super) async fn show_all(
        _app: tauri::AppHandle,
        mut notices: mpsc::Receiver<Notice>,
        open: impl Fn(String) + Send + Sync + 'static,
    ) {
        while let Some(notice) = notices.recv().await {
            if let Err(error) = serve(notice, &mut notices, &open).await {
                tracing::warn!(%error, "a notification was not shown");
            }
        }
    }

    async fn serve(
        first: Notice,
        notices: &mut mpsc::Receiver<Notice>,
        open: &(impl Fn(String) + Send + Sync),
    ) -> zbus::Result<()> {
        let service = NotificationsProxy::new(&zbus::Connection::session().await?).await?;
        let mut clicks = service.receive_action_invoked().await?;
        let mut closings = service.receive_notification_closed().await?;
        let has_markup = service
            .get_capabilities()
            .await?
            .iter()
            .any(|known| known == "body-markup");
        let mut routes = BTreeMap::new();
        let mut next = Some(first);
        loop {
            if let Some(notice) = next.take() {
                let id = send(&service, &notice, has_markup).await?;
                routes.insert(id, notice.route);
                if routes.len() > REMEMBERED {
                    routes.pop_first();
                }
            }
            tokio::select! {
                notice = notices.recv() => match notice {
                    Some(notice) => next = Some(notice),
                    None => return Ok(()),
                },
                Some(click) = clicks.next() => {
                    if let Some(route) = routes.remove(&click.args()?.id) {
                        open(route);
                    }
                }
                Some(closing) = closings.next() => {
                    routes.remove(&closing.args()?.id);
                }
            }
        }
    }

    async fn send(
        service: &NotificationsProxy<'_>,
        notice: &Notice,
        has_markup: bool,
    ) -> zbus::Result<u32> {
        let body = if has_markup {
            escaped(&notice.body)
        } else {
            notice.body.clone()
        };
        let hints = HashMap::from([
            ("desktop-entry", Value::from("Guildhall")),
            ("category", Value::from("im.received")),
            ("urgency", Value::from(1_u8)),
        ]);
        let actions = ["default", "Open"];
        service
            .notify(
                "Guildhall",
                0,
                "guildhall",
                &notice.title,
                &body,
                &actions,
                hints,
                -1,
            )
            .await
    }

    /// What people write is text, whatever the service would make of it.
    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_people_write_stays_text() {
            assert_eq!(escaped("<b>A & B</b>"), "&lt;b&gt;A &amp; B&lt;/b&gt;");
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    //! Through the system's own service. Clicks are not reported alike everywhere, so they only bring up the app.

    use guildhall_desktop::Notice;
    use tauri_plugin_notification::NotificationExt as _;
    use tokio::sync::mpsc;

    /// Shows notices until the app ends.
    pub(super) async fn show_all(
        app: tauri::AppHandle,
        mut notices: mpsc::Receiver<Notice>,
        _open: impl Fn(String) + Send + Sync + 'static,
    ) {
        while let Some(notice) = notices.recv().await {
            let shown = app
                .notification()
                .builder()
                .title(notice.title)
                .body(notice.body)
                .show();
            if let Err(error) = shown {
                tracing::warn!(%error, "a notification was not shown");
            }
        }
    }
}
