//! What has happened: appended, never edited, held by the day it was decided.

use sync_core::FieldType::{Bool, Date, Device, Int, List, Map, Money, Quantity, Text, Time};

use super::{Draft, Drafts, choice, refers};
use crate::collection::{
    BATCHES, CASH_MOVEMENTS, CREDIT_ENTRIES, CUSTOMERS, DRAWER_SESSIONS, EMPLOYEES, PRODUCTS,
    REFUNDS, SALES, SHIFT_CLOSINGS, SHIFTS, STOCK_ADJUSTMENTS, STOCK_MOVEMENTS,
};
use crate::stock::Reason;

pub(super) fn collections() -> Drafts {
    vec![
        (SALES, sales()),
        (REFUNDS, refunds()),
        (STOCK_MOVEMENTS, stock_movements()),
        (STOCK_ADJUSTMENTS, stock_adjustments()),
        (CREDIT_ENTRIES, credit_entries()),
        (CASH_MOVEMENTS, cash_movements()),
        (SHIFT_CLOSINGS, shift_closings()),
    ]
}

/// What every numbered document carries: where it comes from and who made it.
fn document() -> Draft {
    Draft::fact()
        .needs("number", Text)
        .may("reference", Text)
        .needs("device", Device)
        .needs("till", Text)
        .may("employee", refers(EMPLOYEES))
        .may("employee_name", Text)
        .needs("lines", List)
        .needs("units", Quantity)
}

/// What sales and refunds have in common.
fn receipt() -> Draft {
    document()
        .may("customer", refers(CUSTOMERS))
        .needs("subtotal", Money)
        .needs("discount", Money)
        .needs("tax", List)
        .needs("tax_total", Money)
        .needs("tax_included", Bool)
        .needs("total", Money)
        .needs("rounding", Money)
        .needs("payments", List)
        .needs(
            "paid_by",
            choice(&["none", "cash", "card", "credit", "mixed"]),
        )
        .may("approvals", List)
        .may("session", refers(DRAWER_SESSIONS))
        .may("shift", refers(SHIFTS))
        .needs("chain_previous", Text)
        .needs("chain_digest", Text)
        .indexed(&[
            "number",
            "reference",
            "employee",
            "customer",
            "total",
            "paid_by",
            "shift",
            "device",
        ])
        .search(&["number", "reference"])
}

fn sales() -> Draft {
    receipt()
        .needs("sold_at", Time)
        .indexed(&["sold_at"])
        .index("device_sold_at", &["device", "sold_at"])
}

fn refunds() -> Draft {
    receipt()
        .needs("refunded_at", Time)
        .may("sale", refers(SALES))
        .may("sale_number", Text)
        .needs("restock", Bool)
        .needs("reason", Text)
        .indexed(&["refunded_at", "sale"])
}

fn stock_movements() -> Draft {
    Draft::fact()
        .needs("product", refers(PRODUCTS))
        .may("batch", refers(BATCHES))
        .needs("delta", Quantity)
        .needs("reason", choice(&Reason::ALL.map(Reason::as_str)))
        .may("note", Text)
        .may("reference", Text)
        .needs("moved_at", Time)
        .needs("device", Device)
        .may("employee", refers(EMPLOYEES))
        .may("employee_name", Text)
        .may("cost", Money)
        .may("counted", Quantity)
        .may("counted_at", Int)
        .may("linked", refers(STOCK_MOVEMENTS))
        .indexed(&["product", "moved_at", "reason"])
}

fn stock_adjustments() -> Draft {
    document()
        .needs("adjusted_at", Time)
        .needs("reason", Text)
        .needs("total", Money)
        .indexed(&["number", "reference", "adjusted_at", "employee"])
        .search(&["number", "reference"])
}

fn credit_entries() -> Draft {
    Draft::fact()
        .needs("customer", refers(CUSTOMERS))
        .needs(
            "kind",
            choice(&["charge", "payment", "adjust", "write_off"]),
        )
        .needs("amount", Money)
        .may("sale", refers(SALES))
        .may("number", Text)
        .may("due", Date)
        .may("method", choice(&["cash", "card"]))
        .may("session", refers(DRAWER_SESSIONS))
        .needs("entered_at", Time)
        .needs("device", Device)
        .may("employee", refers(EMPLOYEES))
        .may("note", Text)
        .indexed(&["customer", "sale", "due", "amount", "entered_at"])
}

fn cash_movements() -> Draft {
    Draft::fact()
        .needs("session", refers(DRAWER_SESSIONS))
        .needs("kind", choice(&["add", "payout", "no_sale"]))
        .needs("amount", Money)
        .needs("reason", Text)
        .needs("moved_at", Time)
        .needs("device", Device)
        .may("employee", refers(EMPLOYEES))
        .indexed(&["session", "moved_at"])
}

fn shift_closings() -> Draft {
    Draft::fact()
        .needs("session", refers(DRAWER_SESSIONS))
        .needs("number", Int)
        .needs("device", Device)
        .needs("till", Text)
        .needs("closed_at", Time)
        .may("employee", refers(EMPLOYEES))
        .needs("expected", Money)
        .needs("counted", Money)
        .needs("difference", Money)
        .may("reason", Text)
        .may("denominations", Map)
        .may("totals", Map)
        .indexed(&["session", "closed_at", "device"])
}
