//! The names of the collections.

use sync_core::RecordId;

/// Everything the shop sells.
pub const PRODUCTS: &str = "products";
/// The tabs of the catalogue.
pub const CATEGORIES: &str = "categories";
/// Deliveries of a product with cost and expiry.
pub const BATCHES: &str = "batches";
/// Stock on hand by product and batch; derived.
pub const STOCK_LEVELS: &str = "stock_levels";
/// Sales, lines and payments inside.
pub const SALES: &str = "sales";
/// Refunds, lines and payments inside.
pub const REFUNDS: &str = "refunds";
/// Goods that came or went without a sale.
pub const STOCK_MOVEMENTS: &str = "stock_movements";
/// Corrections of stock, with a number and lines.
pub const STOCK_ADJUSTMENTS: &str = "stock_adjustments";
/// The ledger of what customers owe.
pub const CREDIT_ENTRIES: &str = "credit_entries";
/// Cash put into a drawer or taken out without a sale.
pub const CASH_MOVEMENTS: &str = "cash_movements";
/// Z reports.
pub const SHIFT_CLOSINGS: &str = "shift_closings";
/// One till's drawer from float to Z report.
pub const DRAWER_SESSIONS: &str = "drawer_sessions";
/// Carts put aside on a till.
pub const HELD_SALES: &str = "held_sales";
/// Customers.
pub const CUSTOMERS: &str = "customers";
/// People who work here.
pub const EMPLOYEES: &str = "employees";
/// The rota.
pub const SHIFTS: &str = "shifts";
/// The time clock.
pub const CLOCK_EVENTS: &str = "clock_events";
/// What the shop is called and how it rounds: one record, [`shop_id`].
pub const SETTINGS: &str = "settings";
/// Rates the product form offers.
pub const TAX_RATES: &str = "tax_rates";
/// What each role may do beyond the table of this build.
pub const ROLES: &str = "roles";
/// Which device may become master, and in what order.
pub const DEVICE_ROLES: &str = "device_roles";
/// PIN verifiers, under the id of their employee.
pub const CREDENTIALS: &str = "credentials";
/// Business exceptions for a manager.
pub const TASKS: &str = sync_core::TASKS;
/// Critical events for everyone.
pub const NOTICES: &str = sync_core::NOTICES;
/// Which device has shown which notice.
pub const ACKNOWLEDGEMENTS: &str = "acknowledgements";
/// Fields that two people changed from the same value.
pub const CONFLICTS: &str = sync_core::CONFLICTS;

/// The id of the one record of `settings`.
pub fn shop_id() -> RecordId {
    RecordId::derived(&[b"shop settings"])
}
