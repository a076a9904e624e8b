//! Who may do what: one table from mutation names to roles and limits, asked by the screens, by
//! the builders, and again by the master.

mod needs;
mod table;

use serde::{Deserialize, Serialize};

use crate::{Rate, Role};

pub(crate) use needs::ask_of_sale;
pub use needs::{OverrideNeed, needs_of_cart, needs_of_refund};
pub(crate) use table::permission_to_edit;
pub use table::{MUTATIONS, Mutation, Step, Touch, mutation};

/// What a person may be allowed to do. Screens ask by it, and the master checks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Complete, hold and recall sales.
    Sell,
    /// Take something off, up to the role's limit.
    Discount,
    /// Ask another price than the catalogue's.
    OverridePrice,
    /// Give money back for a receipt.
    Refund,
    /// Give money back without one.
    RefundWithoutReceipt,
    /// Make, change and archive products and categories.
    EditProducts,
    /// Correct stock.
    AdjustStock,
    /// Take in deliveries.
    ReceiveStock,
    /// Make, change and archive employees, set their PINs.
    ManageEmployees,
    /// Close tasks.
    CloseTasks,
    /// Choose between two changes of the same thing.
    ResolveConflicts,
    /// Take devices in, name them, send them away, and say which may stand in for the master.
    ManageDevices,
    /// See who did what, and what it was before.
    ViewAudit,
    /// Change what the shop is called and how it rounds.
    EditSettings,
    /// See sums over many sales.
    ViewReports,
    /// Open, count and close a till's drawer, put cash in and take it out.
    UseDrawer,
    /// Sell goods past their date.
    SellExpired,
    /// Make, change and archive customers.
    EditCustomers,
    /// Say how much somebody may owe, correct it and give it up.
    ManageCredit,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Sell,
        Self::Discount,
        Self::OverridePrice,
        Self::Refund,
        Self::RefundWithoutReceipt,
        Self::EditProducts,
        Self::AdjustStock,
        Self::ReceiveStock,
        Self::ManageEmployees,
        Self::CloseTasks,
        Self::ResolveConflicts,
        Self::ManageDevices,
        Self::ViewAudit,
        Self::EditSettings,
        Self::ViewReports,
        Self::UseDrawer,
        Self::SellExpired,
        Self::EditCustomers,
        Self::ManageCredit,
    ];

    /// The roles that have it.
    pub fn roles(self) -> &'static [Role] {
        use Role::{Cashier, Manager, Owner, StockClerk, Viewer};
        match self {
            Self::Sell | Self::Discount | Self::Refund | Self::UseDrawer | Self::EditCustomers => {
                &[Owner, Manager, Cashier]
            }
            Self::OverridePrice | Self::RefundWithoutReceipt | Self::SellExpired => {
                &[Owner, Manager]
            }
            Self::EditProducts | Self::AdjustStock | Self::ReceiveStock => {
                &[Owner, Manager, StockClerk]
            }
            Self::ManageEmployees
            | Self::CloseTasks
            | Self::ResolveConflicts
            | Self::ManageDevices
            | Self::ManageCredit
            | Self::ViewAudit => &[Owner, Manager],
            Self::EditSettings => &[Owner],
            Self::ViewReports => &[Owner, Manager, Viewer],
        }
    }
}

impl Role {
    /// Whether it has a permission.
    pub fn has(self, permission: Permission) -> bool {
        permission.roles().contains(&self)
    }

    /// What it has, for a screen.
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL
            .into_iter()
            .filter(|permission| self.has(*permission))
            .collect()
    }

    /// The largest discount it may give alone, in basis points of what it is taken off.
    pub fn max_discount(self) -> Rate {
        match self {
            Self::Owner => Rate(10_000),
            Self::Manager => Rate(5_000),
            Self::Cashier => Rate(1_000),
            Self::StockClerk | Self::Viewer => Rate(0),
        }
    }
}

/// What a mutation does beyond its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The largest share taken off a line or the order.
    pub discount: Rate,
    /// Whether a price is not the catalogue's.
    pub price_changed: bool,
    /// Whether money goes back without a receipt.
    pub without_receipt: bool,
    /// Whether goods are past their date. Asked at the till; of a sale that was made the master opens
    /// a task instead, whoever approved it.
    pub expired: bool,
}

/// Says what somebody in a role lacks to do this alone; nothing where they may.
///
/// `None` for a mutation that is not in the table.
pub fn authorise(role: Role, name: &str, ask: &Ask) -> Option<Vec<Permission>> {
    let mutation = mutation(name)?;
    let mut lacking = Vec::new();
    let mut needs = |permission: Permission, enough: bool| {
        if !enough && !lacking.contains(&permission) {
            lacking.push(permission);
        }
    };
    if let Some(permission) = mutation.permission {
        needs(permission, role.has(permission));
    }
    if ask.discount > Rate(0) {
        let within = role.has(Permission::Discount) && ask.discount <= role.max_discount();
        needs(Permission::Discount, within);
    }
    if ask.price_changed {
        let permission = Permission::OverridePrice;
        needs(permission, role.has(permission));
    }
    if ask.without_receipt {
        let permission = Permission::RefundWithoutReceipt;
        needs(permission, role.has(permission));
    }
    if ask.expired {
        let permission = Permission::SellExpired;
        needs(permission, role.has(permission));
    }
    Some(lacking)
}
