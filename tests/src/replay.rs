//! One real day of a shop, played through real tills against a real master with every fault, and
//! compared with what the file itself adds up to.
//!
//! What plays ([`play`]) and what counts ([`ledger_totals`]) know nothing of each other: both start
//! from their own reading, one of the file, one of the master's ledger.

pub mod catalogue;
mod counter;
pub mod decimal;
pub mod faults;
pub mod ledger_totals;
pub mod plan;
pub mod play;
pub mod report;
pub mod totals;
