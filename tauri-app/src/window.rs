//! The window, and the controller behind it.

use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tauri::{AppHandle, Manager, RunEvent, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_notification::NotificationExt;

use crate::closing::{Asked, ask_to_close};
use crate::tray::Tray;
use crate::{Controller, Desktop, Note, Options, Sign, commands};

/// The label of the till's window in tauri.conf.json.
pub(crate) const TILL: &str = "till";
/// The built web app for browsers, among the app's resources in tauri.conf.json.
const WEB: &str = "web";

/// Opens the till and its window, and returns when that is closed. Where it is open already, that
/// window comes forward instead.
///
/// # Errors
/// When the system has no display or no web view.
pub fn run() -> tauri::Result<()> {
    let mut builder = tauri::Builder::default();
    if can_be_found() {
        // First, so that a second one does nothing before it ends.
        let once = tauri_plugin_single_instance::init(|app, _, _| come_forward(app));
        builder = builder.plugin(once);
    }
    // On Linux the window asks by itself.
    #[cfg(not(target_os = "linux"))]
    {
        builder = builder.plugin(tauri_plugin_dialog::init());
    }
    let app = builder
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(tauri::generate_handler![
            commands::begin,
            commands::ask,
            commands::listen
        ])
        .setup(|app| {
            let options = Options {
                web: Some(app.path().resource_dir()?.join(WEB)).filter(|web| web.is_dir()),
                ..Options::in_folder(app.path().app_local_data_dir()?)
            };
            let window = Window::new(app.handle());
            app.manage(window.clone());
            app.manage(Asked::default());
            // Before the window: its page asks at once.
            app.manage(Controller::start(options, window.clone())?);
            let windows = &app.config().app.windows;
            if let Some(config) = windows.iter().find(|window| window.label == TILL) {
                WebviewWindowBuilder::from_config(app.handle(), config)?.build()?;
            }
            window.draw();
            Ok(())
        })
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event {
                api.prevent_close();
                ask_to_close(window.app_handle());
            }
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if matches!(event, RunEvent::Exit)
            && let Some(controller) = app.try_state::<Controller>()
        {
            controller.end();
        }
    });
    Ok(())
}

/// Whether a till that is open can be found: on Linux it is looked for on the session's bus, and a
/// session may say that it has none. The lock on the till's folder holds either way.
fn can_be_found() -> bool {
    !cfg!(target_os = "linux")
        || env::var("DBUS_SESSION_BUS_ADDRESS").is_ok_and(|bus| bus.starts_with("unix:"))
}

/// Shows the till's window, whatever was done with it.
pub(crate) fn come_forward(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(TILL) {
        // A window that is just being closed needs no place.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// The desktop as Tauri knows it.
#[derive(Clone)]
struct Window {
    app: AppHandle,
    tray: Arc<Option<Tray>>,
    /// The last one; a till that starts has one before it has a window.
    sign: Arc<Mutex<Sign>>,
    full_screen: Arc<AtomicBool>,
}

impl Window {
    fn new(app: &AppHandle) -> Self {
        Self {
            app: app.clone(),
            tray: Arc::new(Tray::build(app)),
            sign: Arc::default(),
            full_screen: Arc::default(),
        }
    }

    fn sign(&self) -> MutexGuard<'_, Sign> {
        self.sign.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw_soon(&self) {
        let window = self.clone();
        // Not waited for: at its end the main thread waits for the till.
        let _ = self.app.run_on_main_thread(move || window.draw());
    }

    /// Makes the window as it was told last. On the main thread.
    fn draw(&self) {
        let sign = self.sign().clone();
        if let Some(window) = self.app.get_webview_window(TILL) {
            // A window that is just being closed needs neither size nor title.
            let wanted = self.full_screen.load(Ordering::Relaxed);
            if window.is_fullscreen().is_ok_and(|is| is != wanted) {
                let _ = window.set_fullscreen(wanted);
            }
            if !sign.title.is_empty() {
                let _ = window.set_title(&sign.title);
            }
        }
        if sign.title.is_empty() {
            return;
        }
        if let Some(tray) = &*self.tray {
            tray.show(&sign);
        }
    }
}

impl Desktop for Window {
    fn show(&self, sign: &Sign) {
        self.sign().clone_from(sign);
        self.draw_soon();
    }

    fn fill_screen(&self, on: bool) {
        self.full_screen.store(on, Ordering::Relaxed);
        self.draw_soon();
    }

    fn notify(&self, note: Note) {
        let told = self.app.notification().builder();
        // A desktop without notifications still has title, tray and banner.
        let _ = told.title(note.title).body(note.body).show();
    }
}
