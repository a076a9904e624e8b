//! Paper for devices that have no printer: what they hand over comes out where this master runs.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::{Value, json};
use sync_core::{Code, WireError};

use super::error::Problem;
use super::extract::{Caller, Json};
use crate::state::AppState;

/// The largest job: a receipt of some hundred lines.
pub(crate) const BODY_BYTES: usize = 128 << 10;

/// A printer beside a master. The program that runs the master puts it into the extensions of every
/// request and knows what a job says; without it nothing is printed here.
pub trait Prints: Send + Sync {
    /// Whether one is set up now.
    fn ready(&self) -> bool;

    /// Prints a job of another device; says how that ended, in some seconds at most.
    fn print(&self, job: Value) -> BoxFuture<'static, Result<(), NotPrinted>>;
}

/// Why a printer did not print. Its words are not the protocol's: each program has its own printers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotPrinted {
    /// A stable code, such as `printer_unreachable`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// The printer beside this master.
pub(crate) type Beside = Option<Extension<Arc<dyn Prints>>>;

/// Whether paper comes out here.
pub(crate) async fn state(
    State(_): State<AppState>,
    Caller(_): Caller,
    printer: Beside,
) -> Json<Value> {
    let ready = printer.is_some_and(|Extension(printer)| printer.ready());
    Json(json!({ "printer": ready }))
}

/// Prints. That there is no printer, or that it does not print, is an answer: the request was right.
pub(crate) async fn print(
    State(_): State<AppState>,
    Caller(device): Caller,
    printer: Beside,
    Json(job): Json<Value>,
) -> Result<Json<Value>, Problem> {
    if !device.info.kind.sells() || device.info.read_only {
        return Err(WireError::new(Code::Forbidden, "this device may not print").into());
    }
    let printed = match printer {
        Some(Extension(printer)) => printer.print(job).await,
        None => Err(NotPrinted {
            code: "no_printer".to_owned(),
            message: "The main server has no printer.".to_owned(),
        }),
    };
    Ok(Json(match printed {
        Ok(()) => json!({ "printed": true }),
        Err(NotPrinted { code, message }) => {
            json!({ "printed": false, "code": code, "message": message })
        }
    }))
}
