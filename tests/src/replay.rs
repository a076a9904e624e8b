//! One real day of a shop, played through real tills against a real master with every fault, and
//! compared with what the file itself adds up to.
//!

pub mod catalogue;
pub mod decimal;
pub mod faults;
pub mod ledger_totals;
pub mod plan;
pub mod totals;
