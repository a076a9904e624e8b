//! Paper and the cash drawer: on the printer of this till, else on that of the till that is the master.

use retail::Permission;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sync_client::ConnectionState;
use sync_client::transport::Method;
use sync_core::{Class, RecordId};

use crate::error::TillError;
use crate::printer::{
    Figures, Paper, PrintJob, Printed, PrinterConnection, PrinterPorts, PrinterSettings, Wanted,
};
use crate::till::Till;

/// The master's door to the printer of the till that it runs in.
const DOOR: &str = "/v1/print";

/// Where paper comes out, and how this till's own printer is set up.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct Printing {
    place: PrintPlace,
    /// Null where it can have none, as in a browser.
    settings: Option<PrinterSettings>,
}

/// Where paper would come out now. `here`: at this till's own printer. `master`: at that of the till
/// which is the main server. `nowhere`: there is only the dialog of this device.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
enum PrintPlace {
    Here,
    Master,
    Nowhere,
}

/// Why a receipt is printed. `made`: it was made a moment ago, so the settings say whether it is printed
/// and the drawer opens; asking twice does it once. `first`: a person wants it, and where it came out
/// before it says that it is a copy. `copy`: it says so in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "PrintOccasion"))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Occasion {
    /// It was made a moment ago: the settings say whether it is printed and the drawer opens.
    Made,
    /// A person wants it, who had none yet as far as they know.
    First,
    /// A person wants it again: it says that it is a copy.
    Copy,
}

/// How the master's till stands with its printer, or ended a job.
#[derive(Deserialize)]
struct Answer {
    /// Whether it has one.
    printer: Option<bool>,
    /// Why it did not print.
    code: Option<String>,
    message: Option<String>,
}

impl Till {
    /// Where paper would come out now, and how this till's own printer is set up, where it can have one.
    pub(crate) async fn printing(&self) -> Result<Printing, TillError> {
        let settings = self.host.printer();
        let place = match self.own_printer() {
            true => PrintPlace::Here,
            false if self.master_prints().await => PrintPlace::Master,
            false => PrintPlace::Nowhere,
        };
        Ok(Printing { place, settings })
    }

    /// Prints in another way from now on.
    pub(crate) async fn set_printer(&self, settings: PrinterSettings) -> Result<(), TillError> {
        self.needs(Permission::ManageDevices)?;
        self.host.set_printer(settings).await
    }

    /// What a printer could be connected to here.
    pub(crate) async fn printer_ports(&self) -> Result<PrinterPorts, TillError> {
        self.needs(Permission::ManageDevices)?;
        self.host.printer_ports().await
    }

    /// Prints what shows that this till's printer is set up well, and opens the drawer that hangs on it.
    pub(crate) async fn print_test_page(&self) -> Result<(), TillError> {
        self.needs(Permission::ManageDevices)?;
        let shop = self.shop()?.name;
        let job = PrintJob {
            cash: true,
            ..self.job(Some(Paper::Test { shop }))?
        };
        self.host.print(job).await.map(drop)
    }

    /// Prints a receipt. One that was just made is handed over once, however often it is asked for.
    pub(crate) async fn print_receipt(
        &self,
        id: RecordId,
        occasion: Occasion,
    ) -> Result<Printed, TillError> {
        let made = occasion == Occasion::Made;
        if made && self.host.printer().is_none() {
            return Ok(Printed::NotWanted);
        }
        self.session()?;
        if made && !self.printed.borrow_mut().insert(id) {
            return Ok(Printed::NotWanted);
        }
        let receipt = as_shown(&self.receipt(id)?)?;
        let cash = made && took_cash(&receipt);
        let paper = Paper::Receipt {
            receipt,
            copy: occasion == Occasion::Copy || self.on_paper.borrow().contains(&id),
        };
        let job = PrintJob {
            wanted: if made { Wanted::Sold } else { Wanted::Asked },
            cash,
            ..self.job(Some(paper))?
        };
        let printed = match made {
            true => self.host.print(job).await?,
            false => self.print(job).await?,
        };
        if printed == Printed::Done {
            self.on_paper.borrow_mut().insert(id);
        }
        Ok(printed)
    }

    /// Prints an X or Z report, for whoever may see it.
    pub(crate) async fn print_report(&self, session: RecordId) -> Result<Printed, TillError> {
        let report = as_shown(&self.drawer_report(session)?)?;
        let job = self.job(Some(Paper::Report { report }))?;
        self.print(job).await
    }

    /// Whether a cash drawer is set up at this till's own printer.
    pub(crate) fn has_cash_drawer(&self) -> bool {
        self.own_printer() && self.host.printer().is_some_and(|printer| printer.drawer)
    }

    /// Opens the cash drawer; that it does not open is seen.
    pub(crate) fn pulse(&self) {
        if self.has_cash_drawer()
            && let Ok(job) = self.job(None)
        {
            drop(self.host.print(PrintJob { cash: true, ..job }));
        }
    }

    /// Opens the cash drawer and says whether the printer took that.
    pub(crate) async fn open_pulse(&self) -> Result<(), TillError> {
        let job = self.job(None)?;
        let job = PrintJob { cash: true, ..job };
        self.host.print(job).await.map(drop)
    }

    fn own_printer(&self) -> bool {
        let printer = self.host.printer();
        printer.is_some_and(|printer| printer.connection != PrinterConnection::None)
    }

    fn job(&self, paper: Option<Paper>) -> Result<PrintJob, TillError> {
        let shop = self.shop()?;
        Ok(PrintJob {
            paper,
            figures: Figures {
                currency: shop.currency,
                exponent: shop.exponent,
                locale: shop.locale,
            },
            wanted: Wanted::Asked,
            cash: false,
        })
    }

    async fn print(&self, job: PrintJob) -> Result<Printed, TillError> {
        if self.own_printer() {
            return self.host.print(job).await;
        }
        let body = as_shown(&job)?;
        let what = "Printing on the main server's printer";
        let answer: Answer = self.asked(what, Method::Post, DOOR, Some(body)).await?;
        match answer.code {
            None => Ok(Printed::Done),
            Some(code) => {
                let message = answer.message.unwrap_or_default();
                Err(TillError::new(&code, Class::Wait, &message))
            }
        }
    }

    /// Whether the master's till has a printer; a master that cannot be asked has none.
    async fn master_prints(&self) -> bool {
        let online = self.client().is_ok_and(|client| {
            let status = client.status();
            let state = status.borrow().connection.clone();
            state == ConnectionState::Online
        });
        if !online {
            return false;
        }
        let answer: Result<Answer, TillError> = self.asked("", Method::Get, DOOR, None).await;
        answer.is_ok_and(|answer| answer.printer == Some(true))
    }
}

/// As screens and masters get it.
fn as_shown(shown: &impl Serialize) -> Result<Json, TillError> {
    serde_json::to_value(shown).map_err(|error| TillError::internal(&error.to_string()))
}

/// Whether money went into the drawer or out of it.
fn took_cash(receipt: &Json) -> bool {
    let payments = receipt["payments"].as_array().into_iter().flatten();
    let mut cash = payments.filter(|payment| payment["method"] == "cash");
    cash.next().is_some()
}
