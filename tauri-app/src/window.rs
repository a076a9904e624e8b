//! The window, and the controller behind it.

use std::sync::{Arc, Mutex, PoisonError};

use tauri::{AppHandle, Manager, RunEvent, WebviewWindowBuilder};

use crate::{Controller, Desktop, Options, commands};

/// The label of the till's window in tauri.conf.json.
const TILL: &str = "till";

/// Opens the till and its window, and returns when that is closed.
///
/// # Errors
/// When the system has no display or no web view.
pub fn run() -> tauri::Result<()> {
    let app = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![
            commands::begin,
            commands::ask,
            commands::listen
        ])
        .setup(|app| {
            let options = Options::in_folder(app.path().app_local_data_dir()?);
            let desktop = Window {
                app: app.handle().clone(),
                title: Arc::default(),
            };
            // Before the window: its page asks at once.
            app.manage(Controller::start(options, desktop.clone())?);
            let windows = &app.config().app.windows;
            if let Some(config) = windows.iter().find(|window| window.label == TILL) {
                WebviewWindowBuilder::from_config(app.handle(), config)?.build()?;
            }
            desktop.show_title();
            Ok(())
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

/// The desktop as Tauri knows it.
#[derive(Clone)]
struct Window {
    app: AppHandle,
    /// The last one; a till that starts has one before it has a window.
    title: Arc<Mutex<String>>,
}

impl Window {
    fn show_title(&self) {
        let title = self.title.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = self
            .app
            .get_webview_window(TILL)
            .filter(|_| !title.is_empty())
        {
            // A window that is just being closed needs no title.
            let _ = window.set_title(&title);
        }
    }
}

impl Desktop for Window {
    fn set_title(&self, title: &str) {
        title.clone_into(&mut self.title.lock().unwrap_or_else(PoisonError::into_inner));
        self.show_title();
    }
}
