use std::sync::Arc;

use jiff::tz::TimeZone;
use till::{PrintJob, Printed, PrinterConnection, PrinterSettings, Wanted};
use tokio::sync::{mpsc, oneshot, watch};

use super::deliver::Road;
use super::error::PrintError;
use super::paper::{Pulse, render};

/// So many jobs wait: more is a printer that nobody looks after.
const WAITING: usize = 32;

/// The door to the printer of this till: one job after the other, in the order in which they were
/// handed over. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    orders: mpsc::Sender<Order>,
    settings: Arc<watch::Sender<PrinterSettings>>,
}

#[derive(Debug)]
struct Order {
    job: PrintJob,
    from: From,
    done: oneshot::Sender<Result<Printed, PrintError>>,
}

/// Who hands a job over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// The till itself: somebody stands at its drawer.
    Here,
    /// Another device: no drawer opens with nobody there.
    Elsewhere,
}

impl Printer {
    /// Starts to print, for as long as somebody has the door.
    pub(crate) fn start() -> Self {
        let (orders, inbox) = mpsc::channel(WAITING);
        let settings = Arc::new(watch::Sender::new(PrinterSettings::default()));
        tokio::spawn(work(inbox, settings.subscribe()));
        Self { orders, settings }
    }

    /// How it is set up.
    pub(crate) fn settings(&self) -> PrinterSettings {
        self.settings.borrow().clone()
    }

    /// Prints differently from now on.
    pub(crate) fn set(&self, settings: PrinterSettings) {
        self.settings.send_replace(settings);
    }

    /// Hands a job over, now: what comes back says how it ends, and nobody has to wait for that.
    pub(crate) fn print(
        &self,
        job: PrintJob,
        from: From,
    ) -> impl Future<Output = Result<Printed, PrintError>> + Send + 'static {
        let (done, ended) = oneshot::channel();
        let handed = self.orders.try_send(Order { job, from, done });
        async move {
            handed.map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => PrintError::Busy,
                mpsc::error::TrySendError::Closed(_) => PrintError::Closed,
            })?;
            ended.await.map_err(|_| PrintError::Closed)?
        }
    }
}

async fn work(mut inbox: mpsc::Receiver<Order>, mut settings: watch::Receiver<PrinterSettings>) {
    let mut road = Road::default();
    while let Some(Order { job, from, done }) = inbox.recv().await {
        if settings.has_changed().unwrap_or(false) {
            // Perhaps another printer: nothing is known of it.
            road = Road::default();
        }
        let now = settings.borrow_and_update().clone();
        // Who no longer waits asked all the same.
        let _ = done.send(printed(&mut road, &now, &job, from).await);
    }
}

async fn printed(
    road: &mut Road,
    settings: &PrinterSettings,
    job: &PrintJob,
    from: From,
) -> Result<Printed, PrintError> {
    if settings.connection == PrinterConnection::None {
        return match job.wanted {
            Wanted::Sold => Ok(Printed::NotWanted),
            Wanted::Asked => Err(PrintError::NoPrinter),
        };
    }
    let pulse = match job.cash && settings.drawer && from == From::Here {
        true => Pulse::Opens,
        false => Pulse::None,
    };
    let by_itself = job.wanted == Wanted::Sold && !settings.automatic;
    let paperless = PrintJob {
        paper: None,
        ..job.clone()
    };
    let job = if by_itself { &paperless } else { job };
    if job.paper.is_none() && pulse == Pulse::None {
        return Ok(Printed::NotWanted);
    }
    let bytes = render(job, settings.columns, pulse, &TimeZone::system())?;
    road.deliver(&settings.connection, bytes).await?;
    Ok(match by_itself {
        true => Printed::NotWanted,
        false => Printed::Done,
    })
}
