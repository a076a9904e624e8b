//! The tabs of the catalogue.

use serde::{Deserialize, Serialize};
use sync_core::{Body, Document, Op, RecordId, Refusal, Value};

use crate::build::{body, patch_op, refused};
use crate::{BuildError, Fields, Occasion, collection, typed};

/// A record of `categories`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// What it is called.
    pub name: String,
    /// Its place among the others.
    #[serde(default)]
    pub position: i64,
    /// Its mark in the catalogue: a place in the palette of the screens, from 1 to [`COLOURS`].
    pub colour: Option<i64>,
    /// Whether it is out of use. Nothing is deleted: products refer to it.
    #[serde(default)]
    pub archived: bool,
}

/// How many colours a category can have.
pub const COLOURS: i64 = 8;

/// The id that follows from a category's name, for imports: the same file imported twice makes the
/// same records.
pub fn id_of_category(name: &str) -> RecordId {
    RecordId::derived(&[b"category name", name.as_bytes()])
}

/// Makes a category.
///
/// # Errors
/// When it has no name.
pub fn create_category(
    occasion: &Occasion,
    id: RecordId,
    category: &Category,
) -> Result<Body, BuildError> {
    let doc = typed::to_document(category)?;
    check(&doc).map_err(refused)?;
    let op = Op::Insert {
        collection: collection::CATEGORIES.into(),
        id,
        doc,
    };
    Ok(body(occasion, "create_category", vec![op]))
}

/// Changes a category from what the form showed.
///
/// # Errors
/// When a field is not valid, or nothing changes.
pub fn edit_category(
    occasion: &Occasion,
    id: RecordId,
    seen: &Fields,
    changes: &Fields,
    confirmed: Option<&Document>,
) -> Result<Body, BuildError> {
    if let Some(Some(Value::Text(name))) = changes.0.get("name")
        && name.trim().is_empty()
    {
        return Err(refused(unnamed()));
    }
    let op = patch_op(collection::CATEGORIES, id, seen, changes, confirmed)?;
    Ok(body(occasion, "edit_category", vec![op]))
}

/// What the schema does not say of a category.
pub(crate) fn check(doc: &Document) -> Result<(), Refusal> {
    if doc.text("name").is_some_and(|name| name.trim().is_empty()) {
        return Err(unnamed());
    }
    if doc
        .int("colour")
        .is_some_and(|colour| !(1..=COLOURS).contains(&colour))
    {
        let message = format!("a colour is between 1 and {COLOURS}");
        return Err(Refusal::new("invalid", message).of_field("colour"));
    }
    Ok(())
}

fn unnamed() -> Refusal {
    Refusal::new("empty", "give the category a name").of_field("name")
}
