//! The people of the shop.

use serde::{Deserialize, Serialize};
use sync_core::{Body, Document, RecordId, Refusal, Value};

use crate::build::{body, not_blank, patch_op, ruled_insert_op, ruled_patch_op};
use crate::{BuildError, Fields, Occasion, collection};

/// What a person may do; see [`crate::permission`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Everything but what makes other managers and owners.
    Manager,
    /// Sells and refunds by receipt.
    Cashier,
    /// Looks after products and stock.
    StockClerk,
    /// Looks on.
    Viewer,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    /// The name on the login screen and on receipts.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may log in. Nobody is deleted: sales refer to them.
    pub active: bool,
    /// Unique, where they have one.
    pub email: Option<String>,
}

impl Role {
    /// All of them, the mightiest first.
    pub const ALL: [Self; 5] = [
        Self::Owner,
        Self::Manager,
        Self::Cashier,
        Self::StockClerk,
        Self::Viewer,
    ];

    /// The word in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Cashier => "cashier",
            Self::StockClerk => "stock_clerk",
            Self::Viewer => "viewer",
        }
    }

    /// The role of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether somebody in this role may make, change or archive somebody in the other one.
    pub fn may_manage(self, other: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Manager => other > Self::Manager,
            _ => false,
        }
    }
}

/// Makes an employee.
///
/// # Errors
/// When a field is not valid.
pub fn create_employee(
    occasion: &Occasion,
    id: RecordId,
    employee: &Employee,
) -> Result<Body, BuildError> {
    let op = ruled_insert_op(collection::EMPLOYEES, id, employee, check)?;
    Ok(body(occasion, "create_employee", vec![op]))
}

/// Changes an employee from what the form showed. `confirmed` is the record in the base, where it
/// differs from what was shown.
///
/// # Errors
/// When a field is not valid, or nothing changes.
pub fn save_employee(
    occasion: &Occasion,
    id: RecordId,
    seen: &Fields,
    changes: &Fields,
    confirmed: Option<&Document>,
) -> Result<Body, BuildError> {
    let employees = collection::EMPLOYEES;
    let op = ruled_patch_op(employees, id, seen, changes, confirmed, check)?;
    Ok(body(occasion, "save_employee", vec![op]))
}

/// Takes an employee off the login screens.
///
/// # Errors
/// When they are archived already.
pub fn archive_employee(
    occasion: &Occasion,
    id: RecordId,
    confirmed: Option<&Document>,
) -> Result<Body, BuildError> {
    let active =
        |active: bool| Fields::from_iter([("active".to_owned(), Some(Value::Bool(active)))]);
    let op = patch_op(
        collection::EMPLOYEES,
        id,
        &active(true),
        &active(false),
        confirmed,
    )?;
    Ok(body(occasion, "archive_employee", vec![op]))
}

/// What the schema does not say: a name that can be read, an address that can be written to.
pub(crate) fn check(doc: &Document) -> Result<(), Refusal> {
    not_blank(doc, "name", "give the person a name")?;
    if doc.text("email").is_some_and(|email| !is_email(email)) {
        return Err(Refusal::new("invalid", "this is no e-mail address").of_field("email"));
    }
    Ok(())
}

pub(crate) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(' ')
    })
}
