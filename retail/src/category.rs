//! The tabs of the catalogue.

use serde::{Deserialize, Serialize};
use sync_core::{Body, Document, RecordId, Refusal};

use crate::build::{body, not_archived, not_blank, ruled_insert_op, ruled_patch_op};
use crate::{BuildError, Fields, Occasion, collection};

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
    let op = ruled_insert_op(collection::CATEGORIES, id, category, check)?;
    Ok(body(occasion, "create_category", vec![op]))
}

/// Changes a category from what the form showed.
///
/// # Errors
/// When a field is not valid, nothing changes, or it is archived: bring it back first.
pub fn edit_category(
    occasion: &Occasion,
    id: RecordId,
    seen: &Fields,
    changes: &Fields,
    confirmed: Option<&Document>,
) -> Result<Body, BuildError> {
    not_archived(seen, changes)?;
    let categories = collection::CATEGORIES;
    let op = ruled_patch_op(categories, id, seen, changes, confirmed, check)?;
    Ok(body(occasion, "edit_category", vec![op]))
}

/// What the schema does not say of a category.
pub(crate) fn check(doc: &Document) -> Result<(), Refusal> {
    not_blank(doc, "name", "give the category a name")?;
    if doc
        .int("colour")
        .is_some_and(|colour| !(1..=COLOURS).contains(&colour))
    {
        let message = format!("a colour is between 1 and {COLOURS}");
        return Err(Refusal::new("invalid", message).of_field("colour"));
    }
    Ok(())
}
