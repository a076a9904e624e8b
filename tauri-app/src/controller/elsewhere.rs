//! Paper for devices that have no printer of their own, while this till is the master.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use master_server::{NotPrinted, Prints};
use serde::Deserialize;
use serde_json::Value as Json;
use till::{PrintJob, PrinterConnection};
use tokio::sync::Semaphore;

use crate::printing::{From, PrintError, Printer};

/// So many jobs of others wait at once: those of this till come through beside them.
const WAITING: usize = 2;

/// This till's printer, as the master beside it knows it.
pub(super) struct PrintsForOthers {
    printer: Printer,
    places: Arc<Semaphore>,
}

impl PrintsForOthers {
    pub(super) fn new(printer: Printer) -> Self {
        Self {
            printer,
            places: Arc::new(Semaphore::new(WAITING)),
        }
    }
}

impl Prints for PrintsForOthers {
    fn ready(&self) -> bool {
        self.printer.settings().connection != PrinterConnection::None
    }

    fn print(&self, job: Json) -> BoxFuture<'static, Result<(), NotPrinted>> {
        let (printer, places) = (self.printer.clone(), Arc::clone(&self.places));
        Box::pin(async move {
            let printed = printed(&printer, &places, &job).await;
            printed.map_err(|error| NotPrinted {
                code: error.code().to_owned(),
                message: error.to_string(),
            })
        })
    }
}

async fn printed(printer: &Printer, places: &Semaphore, job: &Json) -> Result<(), PrintError> {
    let job = PrintJob::deserialize(job);
    let job = job.map_err(|error| PrintError::Malformed(error.to_string()))?;
    let _place = places.try_acquire().map_err(|_| PrintError::Busy)?;
    printer.print(job, From::Elsewhere).await.map(drop)
}
