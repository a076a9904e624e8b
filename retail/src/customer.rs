//! Who buys.

use serde::{Deserialize, Serialize};
use sync_core::{ARCHIVED, Body, Document, RecordId, Refusal, Value};

use crate::build::{body, not_archived, not_blank, patch_op, ruled_insert_op, ruled_patch_op};
use crate::employee::is_email;
use crate::{BuildError, Fields, Money, Occasion, collection};

/// One customer: their own fields, without what is derived from sales and the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// What people call them.
    pub name: String,
    /// Unique, where they have one.
    pub phone: Option<String>,
    /// Unique, where they have one.
    pub email: Option<String>,
    /// Line by line.
    #[serde(default)]
    pub address: Vec<String>,
    /// What the shop knows besides.
    pub notes: Option<String>,
    /// How much they may owe; nobody buys on credit without one.
    pub credit_limit: Option<Money>,
    /// Whether they still buy here. Nobody is deleted: sales refer to them.
    #[serde(default)]
    pub archived: bool,
}

/// Makes a customer.
///
/// # Errors
/// When a field is not valid.
pub fn create_customer(
    occasion: &Occasion,
    id: RecordId,
    customer: &Customer,
) -> Result<Body, BuildError> {
    let op = ruled_insert_op(collection::CUSTOMERS, id, customer, check)?;
    Ok(body(occasion, "create_customer", vec![op]))
}

/// Changes a customer from what the form showed. `confirmed` is the record in the base, where it
/// differs from what was shown.
///
/// # Errors
/// When a field is not valid, nothing changes, or they are archived: bring them back first.
pub fn edit_customer(
    occasion: &Occasion,
    id: RecordId,
    seen: &Fields,
    changes: &Fields,
    confirmed: Option<&Document>,
) -> Result<Body, BuildError> {
    not_archived(seen, changes)?;
    let customers = collection::CUSTOMERS;
    let op = ruled_patch_op(customers, id, seen, changes, confirmed, check)?;
    Ok(body(occasion, "edit_customer", vec![op]))
}

/// Takes a customer off the lists, or puts them back.
///
/// # Errors
/// When they are so already.
pub fn archive_customer(
    occasion: &Occasion,
    id: RecordId,
    seen: &Document,
    archived: bool,
) -> Result<Body, BuildError> {
    let changes = Fields::from_iter([(ARCHIVED.to_owned(), Some(Value::Bool(archived)))]);
    let op = patch_op(collection::CUSTOMERS, id, &Fields::of(seen), &changes, None)?;
    Ok(body(occasion, "edit_customer", vec![op]))
}

/// What the schema does not say of a customer.
pub(crate) fn check(doc: &Document) -> Result<(), Refusal> {
    not_blank(doc, "name", "give the customer a name")?;
    if doc.text("email").is_some_and(|email| !is_email(email)) {
        return Err(Refusal::new("invalid", "this is no e-mail address").of_field("email"));
    }
    if doc.int("credit_limit").is_some_and(|limit| limit < 0) {
        let message = "a limit cannot be below zero";
        return Err(Refusal::new("invalid", message).of_field("credit_limit"));
    }
    let lines = doc.get("address").and_then(Value::as_list);
    if lines.is_some_and(|lines| lines.iter().any(|line| line.as_str().is_none())) {
        let message = "an address is made of lines of text";
        return Err(Refusal::new("invalid", message).of_field("address"));
    }
    Ok(())
}
