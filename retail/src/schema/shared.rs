//! What everybody edits, and what is derived for it.

use sync_core::FieldType::{Any, Bool, Date, Int, List, Money, Quantity, Rate, Text, Time};
use sync_core::{Kind, Policy};

use super::{Draft, Drafts, choice, refers};
use crate::collection::{
    BATCHES, CATEGORIES, CUSTOMERS, PRODUCTS, SETTINGS, STOCK_LEVELS, TAX_RATES,
};

pub(super) fn collections() -> Drafts {
    vec![
        (PRODUCTS, products()),
        (CATEGORIES, categories()),
        (BATCHES, batches()),
        (STOCK_LEVELS, stock_levels()),
        (CUSTOMERS, customers()),
        (SETTINGS, settings()),
        (TAX_RATES, tax_rates()),
    ]
}

fn products() -> Draft {
    Draft::new(Kind::Shared)
        .needs("name", Text)
        .needs("code", Text)
        .may("barcode", Text)
        .may("category", refers(CATEGORIES))
        .needs("price", Money)
        .may("cost", Money)
        .needs("tax_rate", Rate)
        .needs("unit", Text)
        .needs("stocked", Bool)
        .may_by("reorder_level", Quantity, Policy::LastWins)
        .may_by("archived", Bool, Policy::LastWins)
        .indexed(&["barcode", "code", "category", "name", "price"])
        .index("archived_name", &["archived", "name"])
        .search(&["name", "code", "barcode"])
}

fn categories() -> Draft {
    Draft::new(Kind::Shared)
        .needs("name", Text)
        .may_by("position", Int, Policy::LastWins)
        .may_by("colour", Int, Policy::LastWins)
        .may_by("archived", Bool, Policy::LastWins)
        .indexed(&["name", "position"])
        .search(&["name"])
}

fn batches() -> Draft {
    Draft::new(Kind::Shared)
        .needs("product", refers(PRODUCTS))
        .needs("lot", Text)
        .may("expiry", Date)
        .may("cost", Money)
        .may_by("received_at", Time, Policy::EarliestWins)
        .may_by("archived", Bool, Policy::LastWins)
        .indexed(&["product", "lot", "expiry"])
}

fn stock_levels() -> Draft {
    Draft::new(Kind::Projection)
        .derived("product", refers(PRODUCTS))
        .derived("batch", refers(BATCHES))
        .derived("on_hand", Quantity)
        .indexed(&["product", "on_hand"])
}

fn customers() -> Draft {
    Draft::new(Kind::Shared)
        .needs("name", Text)
        .may("phone", Text)
        .may("email", Text)
        .may("address", List)
        .may_by("notes", Text, Policy::LastWins)
        .may("credit_limit", Money)
        .may_by("archived", Bool, Policy::LastWins)
        .derived("total_spent", Money)
        .derived("total_orders", Int)
        .derived("last_order_at", Time)
        .derived("credit_balance", Money)
        .indexed(&[
            "phone",
            "email",
            "name",
            "total_spent",
            "total_orders",
            "last_order_at",
        ])
        .search(&["name", "phone", "email"])
}

fn settings() -> Draft {
    Draft::new(Kind::Shared)
        .needs("name", Text)
        .may("address_lines", List)
        .may("currency", Text)
        .may("exponent", Int)
        .may("locale", Text)
        .may("time_zone", Text)
        .may("business_day_starts", Int)
        .may("tax_included", Bool)
        .may("cash_rounding", Money)
        .may("store_number", Int)
        .may("offline_credit", Money)
        .may("resolve_conflicts", choice(&["by_hand", "device_priority"]))
        .may_by("receipt_footer", Text, Policy::LastWins)
        .may_by("demo", Bool, Policy::FirstWins)
        .may("extra", Any)
}

fn tax_rates() -> Draft {
    Draft::new(Kind::Master)
        .needs("name", Text)
        .needs("rate", Rate)
        .may("position", Int)
        .may("archived", Bool)
}
