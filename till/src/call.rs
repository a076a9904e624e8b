//! Every method by its name: takes JSON apart, asks, and puts the answer into JSON. No logic.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use sync_client::storage::MutationId;
use sync_core::{DeviceId, RecordId, Seq};

use crate::address::is_loopback;
use crate::listening::{Listening, text};
use crate::status::StatusView;
use crate::{Till, TillError};

/// What runs behind the door, and where it looks for the master.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct About {
    /// Name and version of the program.
    app: &'static str,
    /// Base address of the master.
    master: String,
    /// False in a browser: a page belongs to the master that it came from.
    asks_for_master: bool,
    /// Whether others in the network can read what goes between this till and the master.
    exposed: bool,
    /// Whether the window fills the screen; null in a browser, whose pages do that by themselves.
    full_screen: Option<bool>,
}

/// The arguments of a call, in order. One that was left out is `null`.
struct Args(std::vec::IntoIter<Json>);

impl Args {
    fn read(text: &str) -> Result<Self, TillError> {
        let args: Vec<Json> = serde_json::from_str(text).map_err(|error| malformed(&error))?;
        Ok(Self(args.into_iter()))
    }

    fn next<T: DeserializeOwned>(&mut self) -> Result<T, TillError> {
        let arg = self.0.next().unwrap_or_default();
        serde_json::from_value(arg).map_err(|error| malformed(&error))
    }

    fn id(&mut self) -> Result<RecordId, TillError> {
        Ok(self.next::<String>()?.parse()?)
    }

    fn device(&mut self) -> Result<DeviceId, TillError> {
        Ok(self.next::<String>()?.parse()?)
    }

    /// The number of a mutation counts within the identity it was recorded under.
    fn mutation(&mut self) -> Result<MutationId, TillError> {
        Ok(MutationId {
            device: self.device()?,
            seq: Seq(self.next()?),
        })
    }
}

fn malformed(error: &serde_json::Error) -> TillError {
    TillError::invalid("malformed", &error.to_string())
}

/// The methods that are told more than once; the others are in the table below.
const LISTENING: [&str; 2] = ["onStatus", "subscribe"];

macro_rules! methods {
    ($till:ident, $args:ident; $($name:literal => $answer:expr,)+) => {
        /// Every method of the interface, in the words of the screens.
        pub const METHODS: &[&str] = &[LISTENING[0], LISTENING[1], $($name),+];

        impl Till {
            async fn answered(&self, method: &str, mut args: Args) -> Result<String, TillError> {
                let ($till, $args) = (self, &mut args);
                match method {
                    $($name => text(&$answer),)+
                    _ => Err(unknown(method)),
                }
            }
        }
    };
}

methods! { till, args;
    "close" => till.close().await,
    "status" => StatusView::of(&till.work().borrow()),
    "unsubscribe" => till.unsubscribe(args.next()?),
    "query" => till.query(&args.next()?)?,
    "get" => { let collection: String = args.next()?; till.get(&collection, args.id()?)? },
    "outbox" => till.outbox().await?,
    "attention" => till.attention()?,
    "dismiss" => till.dismiss(args.mutation()?).await?,
    "reissue" => till.reissue(args.mutation()?).await?,
    "retryNow" => till.client()?.retry_now(),
    "setVisible" => till.set_visible(args.next()?),
    "frames" => till.client()?.frames(),
    "position" => till.position()?,
    "syncLog" => till.sync_log(),
    "diagnostics" => till.diagnostics().await?,
    "about" => till.about(),
    "enroll" => {
        let (code, name): (String, String) = (args.next()?, args.next()?);
        till.join(&code, &name, args.next()?).await?;
    },
    "setMaster" => till.set_master(&args.next::<String>()?).await?,
    "nearby" => till.host.nearby().await?,
    "hosting" => till.hosting(),
    "openShop" => { let new = args.next()?; till.open_shop(new, &args.next::<String>()?).await? },
    "setHosting" => till.set_hosting(args.next()?).await?,
    "setFullScreen" => till.host.set_full_screen(args.next()?).await?,
    "takeOver" => till.take_over().await?,

    "shop" => till.shop_info()?,
    "loginUsers" => till.login_users().await?,
    "login" => {
        let (employee, pin): (String, String) = (args.next()?, args.next()?);
        till.login(&employee, &pin).await?
    },
    "logout" => till.logout(),
    "verifyOverride" => {
        let (employee, pin): (String, String) = (args.next()?, args.next()?);
        till.verify_override(&employee, &pin, args.next()?).await?
    },
    "permissions" => args.next::<retail::Role>()?.permissions(),

    "scan" => till.scan(&args.next::<String>()?)?,
    "priceCart" => till.price_cart(&args.next()?)?,
    "settle" => till.settle(&args.next()?, &args.next::<Vec<_>>()?)?,
    "completeSale" => till.complete_sale(&args.next()?, args.next()?).await?,
    "reserve" => till.reserve(&args.next()?).await?,
    "release" => till.release(args.id()?).await?,
    "holdSale" => till.hold_sale(args.next()?, args.next()?).await?,
    "heldCart" => till.held_cart(args.id()?)?,
    "dropHeld" => till.drop_held(args.id()?).await?,

    "receipt" => till.receipt(args.id()?)?,
    "lookUpSale" => till.look_up_sale(&args.next::<String>()?).await?,
    "refundable" => till.refundable(args.id()?)?,
    "quoteRefund" => till.quote_refund(&args.next()?)?,
    "refund" => till.refund(&args.next()?).await?,

    "drawer" => till.drawer()?,
    "openDrawer" => till.open_drawer(args.id()?, args.next()?).await?,
    "takeOverTill" => till.take_over_till(args.device()?).await?,
    "moveCash" => till.move_cash(args.next()?).await?,
    "countDrawer" => till.count_drawer(&args.next::<Vec<_>>()?)?,
    "closeDrawer" => till.close_drawer(args.next()?).await?,
    "drawerReport" => till.drawer_report(args.id()?)?,
    "drawerReports" => till.drawer_reports()?,
    "openCashDrawer" => till.open_cash_drawer(args.id()?, args.next()?).await?,

    "printing" => till.printing().await?,
    "setPrinter" => till.set_printer(args.next()?).await?,
    "printerPorts" => till.printer_ports().await?,
    "printTestPage" => till.print_test_page().await?,
    "printReceipt" => { let id = args.id()?; till.print_receipt(id, args.next()?).await? },
    "printReport" => till.print_report(args.id()?).await?,

    "createCustomer" => till.create_customer(args.id()?, args.next()?).await?,
    "editCustomer" => till.edit_customer(args.id()?, args.next()?, args.next()?).await?,
    "archiveCustomer" => till.archive_customer(args.id()?, args.next()?).await?,
    "customerCredit" => till.customer_credit(args.id()?)?,
    "overdueCredit" => till.overdue_credit()?,
    "payCredit" => till.pay_credit(args.next()?).await?,
    "correctCredit" => till.correct_credit(args.next()?).await?,

    "createProduct" => till.create_product(args.id()?, args.next()?).await?,
    "editProduct" => till.edit_product(args.id()?, args.next()?, args.next()?).await?,
    "archiveProduct" => till.set_archived(args.id()?, true).await?,
    "restoreProduct" => till.set_archived(args.id()?, false).await?,
    "createCategory" => till.create_category(args.id()?, args.next()?).await?,
    "editCategory" => till.edit_category(args.id()?, args.next()?, args.next()?).await?,
    "checkImport" => till.check_import(&args.next()?)?,
    "importProducts" => till.import_products(&args.next()?).await?,
    "adjustStock" => till.adjust_stock(args.next()?).await?,
    "receiveStock" => till.receive_stock(args.next()?).await?,
    "batches" => till.batches(args.id()?)?,
    "expiring" => till.expiring(args.next()?)?,
    "editBatch" => till.edit_batch(args.id()?, args.next()?, args.next()?).await?,
    "writeOff" => till.write_off(args.next()?).await?,

    "conflicts" => till.conflicts(args.next()?)?,
    "resolve" => till.resolve(args.next()?).await?,
    "tasks" => till.tasks(args.next()?)?,
    "closeTask" => till.close_task(args.next()?).await?,
    "countStock" => till.count_stock(args.next()?).await?,
    "notices" => till.notices()?,
    "acknowledge" => till.acknowledge(args.id()?).await?,

    "editSettings" => till.edit_settings(args.next()?, args.next()?).await?,
    "saveEmployee" => till.save_employee(args.next()?).await?,

    "audit" => till.audit(args.next()?).await?,
    "devices" => till.devices().await?,
    "addDevice" => till.add_device(args.next()?).await?,
    "renameDevice" => till.rename_device(args.device()?, &args.next::<String>()?).await?,
    "setStandIn" => till.set_stand_in(args.device()?, &args.next()?).await?,
    "revokeDevice" => till.revoke_device(args.device()?).await?,
}

impl Till {
    /// Answers a method, by its name and a JSON array of its arguments, with JSON.
    ///
    /// # Errors
    /// When there is no such method, an argument is not what it takes, or it says no.
    pub async fn call(&self, method: &str, args: &str) -> Result<String, TillError> {
        self.answered(method, Args::read(args)?).await
    }

    /// Begins to tell something more than once, by the name of a method and a JSON array of its
    /// arguments. Told only for as long as somebody asks for the next.
    ///
    /// # Errors
    /// When there is no such method, an argument is not what it takes, or the till does not work.
    pub fn listen(&self, method: &str, args: &str) -> Result<Listening, TillError> {
        let mut args = Args::read(args)?;
        match method {
            "onStatus" => Ok(Listening::to_status(self.subscription(), self.work())),
            "subscribe" => {
                let (client, wanted) = (self.client()?, args.next()?);
                Ok(Listening::to_query(self.subscription(), client, wanted))
            }
            _ => Err(unknown(method)),
        }
    }

    fn about(&self) -> About {
        let master = self.host.master();
        About {
            app: self.host.app(),
            exposed: master.starts_with("http://") && !is_loopback(&master),
            asks_for_master: self.host.asks_for_master(),
            full_screen: self.host.full_screen(),
            master,
        }
    }
}

fn unknown(method: &str) -> TillError {
    TillError::internal(&format!("This till has no method \"{method}\"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_the_interface_is_answered_and_no_other() {
        let interface = include_str!("../../web/src/sync/backend.ts");
        let (_, body) = interface
            .split_once("export interface SyncBackend {")
            .expect("the interface is there");
        let (body, _) = body.split_once("\n}").expect("it ends");
        let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric());
        let mut wanted: Vec<&str> = body
            .lines()
            .filter_map(|line| line.strip_prefix("  ")?.split_once('('))
            .map(|(name, _)| name)
            .filter(is_name)
            .collect();
        let mut answered = METHODS.to_vec();
        wanted.sort_unstable();
        answered.sort_unstable();
        assert_eq!(answered, wanted);
    }
}
