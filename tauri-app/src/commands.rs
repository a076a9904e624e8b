//! What the page may ask for. Nothing is decided here: every command is one message.

use serde_json::Value as Json;
use tauri::State;
use tauri::ipc::{Channel, InvokeResponseBody, Response};
use till::TillError;

use crate::Controller;

/// A page begins, or begins again: nobody is logged in, and nobody listens.
#[tauri::command]
pub(crate) async fn begin(controller: State<'_, Controller>) -> Result<(), TillError> {
    controller.begin().await
}

/// Answers a method of `SyncBackend`.
#[tauri::command]
pub(crate) async fn ask(
    controller: State<'_, Controller>,
    method: String,
    args: Json,
) -> Result<Response, TillError> {
    let answer = controller.ask(&method, &args.to_string()).await?;
    Ok(Response::new(answer))
}

/// Tells a channel what a method of `SyncBackend` would call back with; gives the number that
/// `unsubscribe` takes.
#[tauri::command]
pub(crate) async fn listen(
    controller: State<'_, Controller>,
    method: String,
    args: Json,
    heard: Channel<InvokeResponseBody>,
) -> Result<u32, TillError> {
    let tell = move |told| heard.send(InvokeResponseBody::Json(told)).is_ok();
    controller.listen(&method, &args.to_string(), tell).await
}
