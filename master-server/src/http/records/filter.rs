//! What a query string asks for.

use sync_core::{Code, Collection, FieldType, Value, WireError};

use crate::ledger::{Compare, Condition, Selection};

/// A page has so many records unless told otherwise, and at most [`MOST`].
const PAGE: u32 = 100;
/// The largest page.
const MOST: u32 = 500;
/// A query has at most so many conditions.
const CONDITIONS: usize = 32;

/// Reads `field=value`, `field.gte=`, `field.lte=`, `field.prefix=`, `sort=field` or `sort=-field`,
/// `limit=` and `offset=`.
///
/// # Errors
/// When a field is not there, or a value is none of its type.
pub(super) fn selection(
    known: &Collection,
    query: &[(String, String)],
) -> Result<Selection, WireError> {
    let mut selection = Selection {
        limit: PAGE,
        ..Selection::default()
    };
    for (name, value) in query {
        match name.as_str() {
            "limit" => selection.limit = number(name, value)?.clamp(1, MOST),
            "offset" => selection.offset = number(name, value)?,
            "sort" => {
                let field = value.strip_prefix('-').unwrap_or(value);
                type_of(known, field)?;
                selection.sort = Some((field.to_owned(), value.starts_with('-')));
            }
            _ if selection.conditions.len() == CONDITIONS => {
                return Err(wrong(name, "there are too many filters"));
            }
            _ => selection.conditions.push(condition(known, name, value)?),
        }
    }
    Ok(selection)
}

fn condition(known: &Collection, name: &str, value: &str) -> Result<Condition, WireError> {
    let (field, word) = name.split_once('.').unwrap_or((name, "eq"));
    let compare = match word {
        "eq" => Compare::Eq,
        "gte" => Compare::Gte,
        "lte" => Compare::Lte,
        "prefix" => Compare::Prefix,
        _ => return Err(wrong(name, "a filter ends in .gte, .lte or .prefix")),
    };
    let value = match type_of(known, field)? {
        FieldType::Bool => match value {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err(wrong(field, "true or false is wanted")),
        },
        FieldType::Int
        | FieldType::Money
        | FieldType::Quantity
        | FieldType::Rate
        | FieldType::Time => {
            let int = value
                .parse()
                .map_err(|_| wrong(field, "this is no integer"));
            Value::Int(int?)
        }
        _ => Value::from(value),
    };
    Ok(Condition {
        field: field.to_owned(),
        compare,
        value,
    })
}

fn type_of<'k>(known: &'k Collection, field: &str) -> Result<&'k FieldType, WireError> {
    let found = known.fields.get(field);
    found
        .map(|field| &field.kind)
        .ok_or_else(|| wrong(field, "there is no such field"))
}

fn number(name: &str, value: &str) -> Result<u32, WireError> {
    value.parse().map_err(|_| wrong(name, "this is no number"))
}

fn wrong(field: &str, message: &str) -> WireError {
    WireError::new(Code::Validation, message).of_field(field)
}
