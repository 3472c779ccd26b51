//! The icon in the tray and its menu.

pub mod menu;
mod watcher;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{App, AppHandle, Wry};

use menu::{Act, Item, Standing};
pub use watcher::Presence;

/// macOS paints a template to suit its bar; elsewhere the icon is shown as it is.
#[cfg(target_os = "macos")]
const ICON: Image<'static> = tauri::include_image!("../icons/tray-template.png");
#[cfg(not(target_os = "macos"))]
const ICON: Image<'static> = tauri::include_image!("../icons/tray.png");

/// The tray icon with what its menu shows at the moment.
pub struct Tray {
    icon: TrayIcon,
    shown: Mutex<Vec<Item>>,
}

impl Tray {
    /// Puts the icon into the tray; `act` is called with what is clicked.
    ///
    /// Linux shows icons from files; `folder` keeps ours apart from another profile's.
    pub fn put(
        app: &App,
        title: &str,
        folder: &Path,
        act: impl Fn(&AppHandle, Act) + Send + Sync + 'static,
    ) -> tauri::Result<Self> {
        let items = menu::menu(&Standing::default());
        let icon = TrayIconBuilder::with_id("main")
            .icon(ICON)
            .icon_as_template(cfg!(target_os = "macos"))
            .temp_dir_path(folder.join("tray"))
            .tooltip(title)
            .menu(&draw(app.handle(), &items)?)
            .on_menu_event(move |app, event| {
                if let Some(clicked) = Act::from_id(event.id().as_ref()) {
                    act(app, clicked);
                }
            })
            .build(app)?;
        Ok(Self {
            icon,
            shown: Mutex::new(items),
        })
    }

    /// Brings the menu up to date. An equal menu is left alone, so that an open one does not close.
    pub fn show(&self, app: &AppHandle, standing: &Standing) -> tauri::Result<()> {
        let items = menu::menu(standing);
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if *shown != items {
            self.icon.set_menu(Some(draw(app, &items)?))?;
            *shown = items;
        }
        Ok(())
    }
}

fn draw(app: &AppHandle, items: &[Item]) -> tauri::Result<Menu<Wry>> {
    let mut menu = MenuBuilder::new(app);
    for item in items {
        menu = match item {
            Item::Heading(label) => menu.item(
                &MenuItemBuilder::new(plain(label))
                    .enabled(false)
                    .build(app)?,
            ),
            Item::Act(act, label) => {
                menu.item(&MenuItemBuilder::with_id(act.id(), plain(label)).build(app)?)
            }
            Item::Rule => menu.separator(),
        };
    }
    menu.build()
}

/// Keeps an ampersand from becoming a keyboard mnemonic.
fn plain(label: &str) -> String {
    label.replace('&', "&&")
}
