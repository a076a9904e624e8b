//! The table.

use super::Permission;
use crate::collection::{
    ACKNOWLEDGEMENTS, BATCHES, CASH_MOVEMENTS, CATEGORIES, CLOCK_EVENTS, CONFLICTS, CREDENTIALS,
    CREDIT_ENTRIES, CUSTOMERS, DEVICE_ROLES, DRAWER_SESSIONS, EMPLOYEES, HELD_SALES, NOTICES,
    PRODUCTS, REFUNDS, SALES, SETTINGS, SHIFT_CLOSINGS, SHIFTS, STOCK_ADJUSTMENTS, STOCK_MOVEMENTS,
    TASKS, TAX_RATES,
};

/// One mutation: who may do it and what it may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// Its name in a body.
    pub name: &'static str,
    /// What its actor needs; `None` is anybody who works here.
    pub permission: Option<Permission>,
    /// Whether only a node may do it.
    pub node_only: bool,
    /// Whether only a device that sells may do it.
    pub sells: bool,
    /// What its ops may do. A name is no way around the permission of another.
    pub touches: &'static [Touch],
}

/// One step on one collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// Where.
    pub collection: &'static str,
    /// What.
    pub step: Step,
}

/// What an op does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Makes a record.
    Insert,
    /// Changes one.
    Patch,
    /// Deletes one.
    Delete,
}

const fn insert(collection: &'static str) -> Touch {
    Touch {
        collection,
        step: Step::Insert,
    }
}

const fn patch(collection: &'static str) -> Touch {
    Touch {
        collection,
        step: Step::Patch,
    }
}

const fn delete(collection: &'static str) -> Touch {
    Touch {
        collection,
        step: Step::Delete,
    }
}

const fn by(name: &'static str, permission: Permission, touches: &'static [Touch]) -> Mutation {
    Mutation {
        name,
        permission: Some(permission),
        node_only: false,
        sells: false,
        touches,
    }
}

const fn selling(
    name: &'static str,
    permission: Permission,
    touches: &'static [Touch],
) -> Mutation {
    Mutation {
        sells: true,
        ..by(name, permission, touches)
    }
}

const fn by_node(
    name: &'static str,
    permission: Permission,
    touches: &'static [Touch],
) -> Mutation {
    Mutation {
        node_only: true,
        ..by(name, permission, touches)
    }
}

/// A resolution touches what the conflict is about, whatever it is: the rules hold it to that.
const RESOLVING: &[Touch] = &[
    patch(CONFLICTS),
    patch(PRODUCTS),
    patch(CATEGORIES),
    patch(CUSTOMERS),
    patch(EMPLOYEES),
    patch(BATCHES),
    patch(SHIFTS),
    patch(CLOCK_EVENTS),
    patch(SETTINGS),
    insert(CATEGORIES),
    insert(BATCHES),
    insert(SHIFTS),
    insert(CLOCK_EVENTS),
    delete(CATEGORIES),
    delete(BATCHES),
    delete(SHIFTS),
    delete(CLOCK_EVENTS),
];

/// What it takes to change a record of a shared collection, by whatever mutation.
pub(crate) fn permission_to_edit(collection: &str) -> Option<Permission> {
    match collection {
        PRODUCTS | CATEGORIES | BATCHES => Some(Permission::EditProducts),
        EMPLOYEES | SHIFTS | CLOCK_EVENTS => Some(Permission::ManageEmployees),
        CUSTOMERS => Some(Permission::EditCustomers),
        SETTINGS => Some(Permission::EditSettings),
        _ => None,
    }
}

/// Every mutation there is.
pub const MUTATIONS: &[Mutation] = &[
    selling(
        "complete_sale",
        Permission::Sell,
        &[insert(SALES), insert(CREDIT_ENTRIES)],
    ),
    selling(
        "refund",
        Permission::Refund,
        &[insert(REFUNDS), insert(CREDIT_ENTRIES)],
    ),
    selling("hold_sale", Permission::Sell, &[insert(HELD_SALES)]),
    selling("drop_held", Permission::Sell, &[delete(HELD_SALES)]),
    selling(
        "open_drawer",
        Permission::UseDrawer,
        &[insert(DRAWER_SESSIONS)],
    ),
    selling(
        "cash_movement",
        Permission::UseDrawer,
        &[insert(CASH_MOVEMENTS)],
    ),
    selling(
        "close_drawer",
        Permission::UseDrawer,
        &[insert(SHIFT_CLOSINGS), patch(DRAWER_SESSIONS)],
    ),
    selling(
        "take_over_till",
        Permission::ManageDevices,
        &[patch(DRAWER_SESSIONS), patch(HELD_SALES)],
    ),
    by(
        "create_customer",
        Permission::EditCustomers,
        &[insert(CUSTOMERS)],
    ),
    by(
        "edit_customer",
        Permission::EditCustomers,
        &[patch(CUSTOMERS)],
    ),
    selling(
        "credit_payment",
        Permission::Sell,
        &[insert(CREDIT_ENTRIES)],
    ),
    by(
        "adjust_credit",
        Permission::ManageCredit,
        &[insert(CREDIT_ENTRIES)],
    ),
    by(
        "adjust_stock",
        Permission::AdjustStock,
        &[insert(STOCK_ADJUSTMENTS)],
    ),
    by(
        "count_stock",
        Permission::AdjustStock,
        &[insert(STOCK_MOVEMENTS), patch(TASKS)],
    ),
    by(
        "receive_stock",
        Permission::ReceiveStock,
        &[insert(STOCK_MOVEMENTS), insert(BATCHES), patch(BATCHES)],
    ),
    by(
        "write_off",
        Permission::AdjustStock,
        &[insert(STOCK_MOVEMENTS)],
    ),
    by("edit_batch", Permission::EditProducts, &[patch(BATCHES)]),
    by(
        "create_product",
        Permission::EditProducts,
        &[insert(PRODUCTS)],
    ),
    by("edit_product", Permission::EditProducts, &[patch(PRODUCTS)]),
    by(
        "archive_product",
        Permission::EditProducts,
        &[patch(PRODUCTS)],
    ),
    by(
        "restore_product",
        Permission::EditProducts,
        &[patch(PRODUCTS)],
    ),
    by(
        "import_product",
        Permission::EditProducts,
        &[insert(PRODUCTS), insert(STOCK_MOVEMENTS)],
    ),
    by(
        "create_category",
        Permission::EditProducts,
        &[insert(CATEGORIES)],
    ),
    by(
        "edit_category",
        Permission::EditProducts,
        &[patch(CATEGORIES)],
    ),
    by(
        "create_employee",
        Permission::ManageEmployees,
        &[insert(EMPLOYEES)],
    ),
    by(
        "save_employee",
        Permission::ManageEmployees,
        &[patch(EMPLOYEES)],
    ),
    by(
        "archive_employee",
        Permission::ManageEmployees,
        &[patch(EMPLOYEES)],
    ),
    by_node(
        "set_credentials",
        Permission::ManageEmployees,
        &[insert(CREDENTIALS), patch(CREDENTIALS)],
    ),
    by_node(
        "set_device_role",
        Permission::ManageDevices,
        &[insert(DEVICE_ROLES), patch(DEVICE_ROLES)],
    ),
    by_node(
        "open_shop",
        Permission::EditSettings,
        &[insert(SETTINGS), insert(TAX_RATES)],
    ),
    by(
        "edit_settings",
        Permission::EditSettings,
        &[patch(SETTINGS)],
    ),
    by("close_task", Permission::CloseTasks, &[patch(TASKS)]),
    by_node(
        "announce_master",
        Permission::CloseTasks,
        &[insert(NOTICES)],
    ),
    by_node(
        "forget_notices",
        Permission::CloseTasks,
        &[delete(NOTICES), delete(ACKNOWLEDGEMENTS)],
    ),
    by("resolve_conflict", Permission::ResolveConflicts, RESOLVING),
    Mutation {
        name: "acknowledge_notice",
        permission: None,
        node_only: false,
        sells: false,
        touches: &[insert(ACKNOWLEDGEMENTS)],
    },
];

/// A mutation by name.
pub fn mutation(name: &str) -> Option<&'static Mutation> {
    MUTATIONS.iter().find(|mutation| mutation.name == name)
}
