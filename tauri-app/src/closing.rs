//! What somebody is asked who closes the till while others would miss it.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Manager};

use crate::window::{TILL, come_forward};
use crate::{Controller, LeftBehind};

const TITLE: &str = "Close the till?";
/// First, so that Enter presses it, which every scan ends with.
const STAY: &str = "Keep open";
const CLOSE: &str = "Close anyway";

/// Whether the question stands there: window and tray can both be asked to close.
#[derive(Default)]
pub(crate) struct Asked(AtomicBool);

/// Closes the till; asks first where somebody would miss something.
pub(crate) fn ask_to_close(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let left = match app.try_state::<Controller>() {
            Some(controller) => controller.left_behind().await,
            None => LeftBehind::default(),
        };
        match left.question() {
            Some(question) => ask(&app, question),
            None => app.exit(0),
        }
    });
}

fn ask(app: &AppHandle, question: String) {
    come_forward(app);
    if app.state::<Asked>().0.swap(true, Ordering::Relaxed) {
        return;
    }
    let asking = app.clone();
    // At its end the main thread asks nobody any more.
    let _ = app.run_on_main_thread(move || {
        let app = asking.clone();
        show(&app, &question, move |close| {
            asking.state::<Asked>().0.store(false, Ordering::Relaxed);
            if close {
                asking.exit(0);
            }
        });
    });
}

/// Over the till's window, with buttons that a finger hits. The dialogs of the plugin can do neither
/// here, and take Escape for the second button.
#[cfg(target_os = "linux")]
fn show(app: &AppHandle, question: &str, answered: impl Fn(bool) + 'static) {
    use gtk::prelude::{DialogExt, GtkWindowExt, WidgetExt};
    use gtk::{MessageDialog, MessageType, ResponseType};

    const TOUCH: i32 = 48;
    let dialog = MessageDialog::builder()
        .modal(true)
        .message_type(MessageType::Warning)
        .title(TITLE)
        .text(TITLE)
        .secondary_text(question)
        .build();
    let window = app.get_webview_window(TILL);
    let window = window.and_then(|window| window.gtk_window().ok());
    dialog.set_transient_for(window.as_ref());
    for (label, response) in [(STAY, ResponseType::Cancel), (CLOSE, ResponseType::Accept)] {
        dialog.add_button(label, response).set_height_request(TOUCH);
    }
    dialog.set_default_response(ResponseType::Cancel);
    dialog.connect_response(move |dialog, response| match response {
        ResponseType::Accept => {
            dialog.hide();
            answered(true);
        }
        // Escape, and what closing it ends in.
        ResponseType::DeleteEvent => answered(false),
        _ => dialog.close(),
    });
    dialog.show_all();
}

#[cfg(not(target_os = "linux"))]
fn show(app: &AppHandle, question: &str, answered: impl Fn(bool) + Send + 'static) {
    use tauri_plugin_dialog::{
        DialogExt, MessageDialogButtons, MessageDialogKind, MessageDialogResult,
    };

    let buttons = MessageDialogButtons::OkCancelCustom(STAY.to_owned(), CLOSE.to_owned());
    let mut dialog = app
        .dialog()
        .message(question)
        .title(TITLE)
        .kind(MessageDialogKind::Warning)
        .buttons(buttons);
    if let Some(window) = app.get_webview_window(TILL) {
        dialog = dialog.parent(&window);
    }
    dialog.show_with_result(move |pressed| {
        answered(matches!(pressed, MessageDialogResult::Custom(label) if label == CLOSE));
    });
}
