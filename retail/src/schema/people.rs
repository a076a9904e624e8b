//! People, devices, and what they are doing.

use sync_core::FieldType::{Bool, Date, Device, Int, List, Map, Money, Quantity, Rate, Text, Time};
use sync_core::{DeviceKind, Kind, Policy};

use super::{Draft, Drafts, choice, refers};
use crate::Role;
use crate::collection::{
    CLOCK_EVENTS, CREDENTIALS, DEVICE_ROLES, DRAWER_SESSIONS, EMPLOYEES, HELD_SALES, ROLES, SHIFTS,
};

pub(super) fn collections() -> Drafts {
    vec![
        (EMPLOYEES, employees()),
        (CREDENTIALS, credentials()),
        (ROLES, roles()),
        (DEVICE_ROLES, device_roles()),
        (SHIFTS, shifts()),
        (CLOCK_EVENTS, clock_events()),
        (DRAWER_SESSIONS, drawer_sessions()),
        (HELD_SALES, held_sales()),
    ]
}

fn role() -> sync_core::FieldType {
    choice(&Role::ALL.map(Role::as_str))
}

fn employees() -> Draft {
    Draft::new(Kind::Shared)
        .needs("name", Text)
        .needs("role", role())
        .needs("active", Bool)
        .may("email", Text)
        .indexed(&["name", "email", "role"])
        .index("active_name", &["active", "name"])
        .search(&["name", "email"])
}

fn credentials() -> Draft {
    Draft::new(Kind::Master)
        .needs("employee", refers(EMPLOYEES))
        // A clash would put verifiers into a conflict that everybody can read.
        .needs_by("verifier", Text, Policy::LastWins)
        .needs_by("set_at", Time, Policy::LastWins)
        .only_on(&[DeviceKind::Till, DeviceKind::Terminal])
}

fn roles() -> Draft {
    Draft::new(Kind::Master)
        .needs("role", role())
        .may("permissions", List)
        .may("max_discount", Rate)
}

fn device_roles() -> Draft {
    Draft::new(Kind::Master)
        .needs("device", Device)
        .needs("role", choice(&["master", "client"]))
        .may("priority", Int)
        .may("active", Bool)
        .indexed(&["device"])
}

fn shifts() -> Draft {
    Draft::new(Kind::Shared)
        .needs("employee", refers(EMPLOYEES))
        .needs("date", Date)
        .needs("start", Time)
        .may("end", Time)
        .may_by(
            "status",
            choice(&["planned", "started", "ended", "missed"]),
            Policy::EarliestWins,
        )
        .indexed(&["date", "employee", "status", "start"])
}

fn clock_events() -> Draft {
    Draft::new(Kind::Shared)
        .needs("employee", refers(EMPLOYEES))
        .needs("clock_in", Time)
        .may_by("clock_out", Time, Policy::EarliestWins)
        .may("shift", refers(SHIFTS))
        .indexed(&["employee", "clock_in", "shift"])
        .index("open_by_employee", &["clock_out", "employee"])
}

fn drawer_sessions() -> Draft {
    Draft::owned()
        .may("till", Text)
        .needs("opened_at", Time)
        .may("employee", refers(EMPLOYEES))
        .may("float", Money)
        .may("status", choice(&["open", "closed"]))
        .may("closed_at", Time)
        .may("number", Int)
        .derived("sales", Int)
        .derived("sales_total", Money)
        .derived("refunds", Int)
        .derived("refunds_total", Money)
        .derived("cash_sales", Money)
        .derived("cash_refunds", Money)
        .derived("card_sales", Money)
        .derived("card_refunds", Money)
        .derived("credit_sales", Money)
        .derived("credit_refunds", Money)
        .derived("credit_paid", Money)
        .derived("cash_in", Money)
        .derived("cash_out", Money)
        .indexed(&["device", "status", "opened_at"])
}

fn held_sales() -> Draft {
    Draft::owned()
        .needs("label", Text)
        .needs("held_at", Time)
        .may("employee", refers(EMPLOYEES))
        .may("employee_name", Text)
        .needs("total", Money)
        .needs("line_count", Int)
        .may("units", Quantity)
        .needs("cart", Map)
        .indexed(&["held_at", "device"])
}
