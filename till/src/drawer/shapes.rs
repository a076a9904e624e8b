//! What screens ask of a drawer and are answered.

use retail::{CashCount, CashMovement, DrawerTotals, Money};
use serde::{Deserialize, Serialize};
use sync_core::{Millis, RecordId};

/// Cash that goes in or out.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct CashMove {
    /// Made by the UI: asking twice moves it once.
    pub(super) id: RecordId,
    #[serde(flatten)]
    pub(super) movement: CashMovement,
}

/// What was counted in a drawer that is to be closed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct CloseDrawer {
    pub(super) session: RecordId,
    pub(super) counts: Vec<CashCount>,
    /// Needed where the count is not what should be there.
    pub(super) reason: Option<String>,
}

/// The drawer of this till.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct DrawerState {
    /// Null: no drawer is open here, and sales belong to none.
    pub(super) open: Option<OpenDrawer>,
    /// What coins and notes there are, the largest first.
    pub(super) coins: Vec<Money>,
    /// What other tills have open, for whoever may take it over.
    pub(super) elsewhere: Vec<OpenElsewhere>,
}

/// A drawer that is open.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenDrawer {
    pub(super) id: RecordId,
    pub(super) opened_at: Millis,
    pub(super) opened_by: Option<String>,
    pub(super) float: Money,
}

/// What another till has open: a drawer, held sales, or both.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenElsewhere {
    #[cfg_attr(feature = "types", ts(as = "sync_core::DeviceId"))]
    pub(super) device: String,
    /// What people call the till, such as `T03`; null: it is not known.
    pub(super) till: Option<String>,
    /// Null: no drawer is open there.
    pub(super) opened_at: Option<Millis>,
    pub(super) opened_by: Option<String>,
    pub(super) held: usize,
}

/// What a count comes to.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct DrawerCount {
    pub(super) expected: Money,
    pub(super) counted: Money,
    /// Counted less expected.
    pub(super) difference: Money,
}

/// An X report of a drawer that is open, the Z report of one that is closed.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct DrawerReport {
    pub(super) session: RecordId,
    pub(super) shop: String,
    pub(super) till: String,
    pub(super) opened_at: Option<Millis>,
    pub(super) opened_by: Option<String>,
    pub(super) float: Money,
    /// What the till knew when it closed the drawer; what is known now, of one that is open.
    pub(super) totals: DrawerTotals,
    pub(super) expected: Money,
    /// What came afterwards is in here too: the report itself stays. Null: nothing came.
    pub(super) amended: Option<Amended>,
    /// Null: the drawer is open, and this is an X report.
    pub(super) closing: Option<Closing>,
    /// Cash that went in and out, oldest first.
    pub(super) moves: Vec<MovedCash>,
    /// True until the master has confirmed it.
    pub(super) pending: bool,
}

/// What a Z report would say now.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct Amended {
    pub(super) totals: DrawerTotals,
    pub(super) expected: Money,
}

/// How a drawer was closed.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct Closing {
    pub(super) number: u64,
    pub(super) at: Millis,
    pub(super) by: Option<String>,
    pub(super) counted: Money,
    pub(super) difference: Money,
    pub(super) reason: Option<String>,
    /// The largest coin or note first.
    pub(super) counts: Vec<CashCount>,
}

/// Cash that went in or out, as a report lists it.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct MovedCash {
    pub(super) id: RecordId,
    #[cfg_attr(feature = "types", ts(as = "retail::CashKind"))]
    pub(super) kind: String,
    pub(super) amount: Money,
    pub(super) reason: String,
    pub(super) at: Millis,
    pub(super) by: Option<String>,
}
