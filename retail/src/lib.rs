//! The shop: its collections, its money and tax, its mutations and the rules the master judges
//! them by, on top of [`sync_core`].
//!
//! Pure: ids, time, salts and counters come in as arguments, a [`sync_core::Body`] goes out. The
//! same code prices a cart on the till, in a browser and on the master.
//!
//! ```
//! use retail::{Cart, CartLine, Money, PricingSettings, Product, Rate, price};
//! use sync_core::{Quantity, RecordId};
//!
//! let holder = Product {
//!     name: "White T-light holder".to_owned(),
//!     code: "85123A".to_owned(),
//!     barcode: None,
//!     category: None,
//!     price: Money(255),
//!     cost: None,
//!     tax_rate: Rate(2000),
//!     unit: "pc".to_owned(),
//!     stocked: true,
//!     reorder_level: None,
//!     archived: false,
//! };
//! let id = |text: &str| RecordId::derived(&[text.as_bytes()]);
//! let cart = Cart {
//!     id: id("cart"),
//!     lines: vec![CartLine::of(id("line"), id("product"), &holder, Quantity::units(6))],
//!     discount: None,
//!     customer: None,
//!     approvals: Vec::new(),
//! };
//! let priced = price(&cart, &PricingSettings::default());
//! assert_eq!(priced.total, Money(1530));
//! assert_eq!(priced.tax_total, Money(255));
//! ```
//!
//! Where something new goes: a collection into `schema/`, a mutation into `permission/table.rs` and
//! a builder beside its record, a rule into `rules/`, what a fact adds up to into `project.rs`.

mod barcode;
mod batch;
mod build;
mod cart;
mod category;
pub mod collection;
mod conflict;
mod credit;
mod customer;
mod day;
mod device_role;
mod domain;
mod drawer;
mod employee;
mod held;
mod import;
mod money;
mod notice;
mod payment;
mod permission;
mod pin;
mod price;
mod product;
mod project;
mod receipt;
mod refund;
mod rules;
mod sale;
mod schema;
mod settings;
mod stock;
mod take_over;
mod task;
mod tax;
mod typed;

pub use barcode::{Barcode, BarcodeError, Embedded, EmbeddedValue, read_barcode};
pub use batch::{
    Batch, BatchLevel, Lot, WriteOff, allot, batch_id, batches_of, edit_batch, name_batches,
    only_expired, receive_batch, without_batch, write_off,
};
pub use build::{BuildError, Occasion, Person};
pub use cart::{Approval, Cart, CartLine, Discount};
pub use category::{COLOURS, Category, create_category, edit_category, id_of_category};
pub use collection::shop_id;
pub use conflict::{
    Choice, Conflict, ConflictCard, ConflictStatus, ConflictStep, Resolution, ResolvedBy, Rule,
    conflict_card, conflict_cards, resolve_conflict, resolve_conflicts, settle_conflicts,
};
pub use credit::{
    CreditChange, CreditEntry, CreditKind, CreditRoom, Overdue, adjust_credit, credit_payment,
    overdue, write_off_credit,
};
pub use customer::{Customer, archive_customer, create_customer, edit_customer};
pub use day::day_of;
pub use device_role::{DeviceRole, device_role_id, set_device_role};
pub use domain::Retail;
pub use drawer::{
    CashCount, CashKind, CashMovement, ClosedDrawer, DrawerSession, DrawerTotals, ShiftClosing,
    cash_movement, close_drawer, closing_id, coins_of, open_drawer, open_session, sum_of,
};
pub use employee::{Employee, Role, archive_employee, create_employee, save_employee};
pub use held::{HeldSale, drop_held, hold_sale};
pub use import::{ImportColumns, ImportRow, MissingColumn};
pub use money::{Money, MoneyError, Rate};
pub use notice::{
    ShownNotice, acknowledge_notice, acknowledgement_id, announce_master, forget_notices,
    shown_notices,
};
pub use payment::{Method, Payment, PaymentInput, Settlement, settle};
pub use permission::{
    Ask, MUTATIONS, Mutation, OverrideNeed, Permission, Step, Touch, authorise, mutation,
    needs_of_cart, needs_of_refund,
};
pub use pin::{
    Credential, FREE_TRIES, PinError, Tries, VALID_OFFLINE, check_pin, hash_pin, set_credentials,
    verify_pin,
};
pub use price::{PricedCart, PricedLine, PricingSettings, price};
pub use product::{
    Product, archive_product, create_product, edit_product, id_of_code, import_product,
    restore_product,
};
pub use receipt::{BrokenChain, Counted, Issue, Number, Series, chain_digest, verify_chain};
pub use refund::{
    CompletedRefund, Refund, RefundItem, RefundQuote, RefundRequest, Refundable, RefundableLine,
    SaleSoFar, quote_refund, refund, refundable,
};
pub use sale::{Approved, CompletedSale, Sale, SaleLine, complete_sale};
pub use schema::{FORMAT, schema, schema_json};
pub use settings::{ResolveConflicts, ShopSettings, TaxRate, edit_settings, open_shop};
pub use stock::{
    Adjustment, AdjustmentLine, Movement, Reason, StockAdjustment, StockCount, adjust_stock,
    count_stock, in_stock, level_id, on_hand, receive_stock,
};
pub use take_over::{LeftOpen, left_open, take_over_till};
pub use task::{Raised, RaisedCause, TaskAction, close_task, open_tasks};
pub use tax::{TaxLine, Taxed, spread, tax};
pub use typed::{Fields, to_document};
