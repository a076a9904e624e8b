//! The icon beside the clock: how the till stands, and how many are to send.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};

use crate::Sign;
use crate::closing::ask_to_close;
use crate::window::come_forward;

/// The icon and the line of its menu that says how the till stands.
pub(crate) struct Tray {
    icon: TrayIcon,
    standing: MenuItem<Wry>,
}

impl Tray {
    /// Puts the icon there; nothing on a desktop that shows none.
    pub(crate) fn build(app: &AppHandle) -> Option<Self> {
        // On Linux the library of the icons is looked for at run time, with a panic where it is not
        // installed.
        let built = catch_unwind(AssertUnwindSafe(|| Self::try_build(app)));
        built.ok().and_then(Result::ok)
    }

    fn try_build(app: &AppHandle) -> tauri::Result<Self> {
        let standing = MenuItem::with_id(app, "standing", "Tillsync", false, None::<&str>)?;
        let open = MenuItem::with_id(app, "open", "Show the till", true, None::<&str>)?;
        let close = MenuItem::with_id(app, "close", "Close Tillsync", true, None::<&str>)?;
        let line = PredefinedMenuItem::separator(app)?;
        let menu = Menu::with_items(app, &[&standing, &line, &open, &close])?;
        let mut icon = TrayIconBuilder::with_id("till")
            .menu(&menu)
            .tooltip("Tillsync")
            .on_menu_event(|app, event| match event.id().as_ref() {
                "open" => come_forward(app),
                "close" => ask_to_close(app),
                _ => {}
            });
        if let Some(image) = app.default_window_icon() {
            icon = icon.icon(image.clone());
        }
        Ok(Self {
            icon: icon.build(app)?,
            standing,
        })
    }

    /// Shows how the till stands. On the main thread.
    pub(crate) fn show(&self, sign: &Sign) {
        let number = (sign.unsent > 0).then(|| sign.unsent.to_string());
        // A desktop that takes the icon away in between needs no words on it.
        let _ = self.standing.set_text(&sign.title);
        let _ = self.icon.set_tooltip(Some(&sign.title));
        let _ = self.icon.set_title(number);
    }
}
