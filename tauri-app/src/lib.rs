//! The desktop shell: one window around the web build.
//!
//! The pages and the wasm client are the ones of the browser; the shell gives them a window of their
//! own. It has no commands, so the page can reach nothing of the system through it.

/// Opens the window and returns when it is closed.
///
/// # Errors
/// When the system has no display or no web view.
pub fn run() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!())
}
