mod words;

use serde::{Deserialize, Serialize};

use self::words::{TYPES, word_of};
use crate::json;
use crate::{CollectionName, DeviceKind, Digest, Document, Map, Refusal, Set, Value};

/// The collection that keeps fields two people changed from the same value.
pub const CONFLICTS: &str = "conflicts";
/// The collection of business exceptions for a manager.
pub const TASKS: &str = "tasks";
/// The collection of critical events for everyone.
pub const NOTICES: &str = "notices";

/// The collection that says which device has shown which notice. Each device makes its own records
/// there, also one that may otherwise only look.
pub const ACKNOWLEDGEMENTS: &str = "acknowledgements";

/// The field that puts a shared record away instead of deleting it, where its collection has it as
/// a truth value: what facts refer to stays readable.
pub const ARCHIVED: &str = "archived";

/// The collections of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The format of mutation bodies written under it.
    pub format: u32,
    /// The collections by name.
    pub collections: Map<CollectionName, Collection>,
}

/// A set of records that merge alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// How concurrent work on it merges.
    pub kind: Kind,
    /// The fields it knows; unknown ones are kept untouched.
    pub fields: Map<String, Field>,
    /// The indexes that reads may rely on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// The text fields that a search looks through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<String>,
    /// Which devices hold it.
    #[serde(default)]
    pub scope: Scope,
}

/// How concurrent work on a collection merges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Append-only: a union by id, never edited, never refused.
    Fact,
    /// Written by one device alone, the one its field names. Another one first makes itself the owner,
    /// by a patch of that field alone, where the domain's rules let it.
    Owned {
        /// The field with the owner's device id.
        owner: String,
    },
    /// Edited by everybody, field by field.
    Shared,
    /// Written by the master alone.
    Master,
    /// Made by the master, closed by people.
    Raised,
    /// Derived from facts alone.
    Projection,
}

/// One field of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Whether every record has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Derived from facts; never in an envelope.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub projected: bool,
    /// What happens when two people changed it.
    #[serde(default, skip_serializing_if = "Policy::is_default")]
    pub policy: Policy,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// True or false.
    Bool,
    /// An integer.
    Int,
    /// Integer minor units of the store's currency.
    Money,
    /// Integer thousandths of a unit.
    Quantity,
    /// Integer basis points.
    Rate,
    /// Milliseconds since 1970 in UTC.
    Time,
    /// A local day, `YYYY-MM-DD`.
    Date,
    /// Text.
    Text,
    /// The id of a record of the named collection.
    Ref(CollectionName),
    /// A device's id.
    Device,
    /// One of the named words.
    Choice(Set<String>),
    /// A list.
    List,
    /// Named values.
    Map,
    /// Anything a document may hold.
    Any,
}

/// What happens when two people changed a field from the same value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// A person chooses.
    #[default]
    Manual,
    /// What arrived first stands.
    FirstWins,
    /// The latest write stands, in whatever order they arrive.
    LastWins,
    /// The earliest write stands, in whatever order they arrive.
    EarliestWins,
}

impl Policy {
    fn is_default(&self) -> bool {
        *self == Self::Manual
    }
}

/// An index that reads may rely on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name, unique in the collection.
    pub name: String,
    /// The fields in order.
    pub fields: Vec<String>,
}

/// Which devices hold a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The kinds of device; empty means all.
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub kinds: Set<DeviceKind>,
    /// Facts only: held by the day they were decided, older days dropped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dated: bool,
}

impl Scope {
    /// Whether a kind of device holds it.
    pub fn includes(&self, kind: DeviceKind) -> bool {
        kind == DeviceKind::Node || self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// A schema that contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the schema contradicts itself: {0}")]
pub struct SchemaError(pub String);

impl Schema {
    /// A collection by name.
    pub fn collection(&self, name: &str) -> Option<&Collection> {
        self.collections.get(name)
    }

    /// The digest of the whole schema: two devices with equal fingerprints agree on every field.
    pub fn fingerprint(&self) -> Digest {
        let json = json::text(self);
        Digest::of(&[b"tillsync schema", json.as_bytes()])
    }

    /// Checks what the rules rely on.
    ///
    /// # Errors
    /// When an index, a search field, an owner or a reference names what is not there, or facts
    /// carry projected fields, or anything but facts is dated, or open conflicts and tasks cannot
    /// be found by their key.
    pub fn validate(&self) -> Result<(), SchemaError> {
        self.collections.iter().try_for_each(|(name, collection)| {
            collection
                .validate(self)
                .map_err(|what| SchemaError(format!("{name}: {what}")))
        })?;
        [CONFLICTS, TASKS].into_iter().try_for_each(|name| {
            let by_key = |index: &Index| index.fields.first().is_some_and(|field| field == "key");
            match self.collection(name) {
                Some(collection) if !collection.indexes.iter().any(by_key) => {
                    let what = "what is open is found by an index on key, which is not there";
                    Err(SchemaError(format!("{name}: {what}")))
                }
                _ => Ok(()),
            }
        })
    }
}

impl Collection {
    /// The names of the fields that projections write.
    pub fn projected(&self) -> impl Iterator<Item = &str> {
        self.fields
            .iter()
            .filter(|(_, field)| field.projected)
            .map(|(name, _)| name.as_str())
    }

    /// Whether a record is put away. An edit by somebody who did not know that is a conflict, like
    /// one of a deleted record.
    pub fn is_archived(&self, doc: &Document) -> bool {
        let known = self.fields.get(ARCHIVED);
        self.kind == Kind::Shared
            && known.is_some_and(|field| field.kind == FieldType::Bool)
            && doc.get(ARCHIVED) == Some(&Value::Bool(true))
    }

    /// The policy of a field; unknown fields are settled by a person.
    pub fn policy(&self, field: &str) -> Policy {
        self.fields
            .get(field)
            .map_or(Policy::Manual, |field| field.policy)
    }

    /// The record's own fields: what devices write.
    pub fn own(&self, doc: &Document) -> Document {
        doc.without(self.projected())
    }

    /// Checks a whole document.
    ///
    /// # Errors
    /// The first field that is missing or of another type.
    pub fn check(&self, doc: &Document) -> Result<(), Refusal> {
        for (name, field) in &self.fields {
            match doc.get(name) {
                Some(value) => field.check(name, value)?,
                None if field.required && !field.projected => {
                    return Err(
                        Refusal::new("required", format!("{name} is missing")).of_field(name)
                    );
                }
                None => {}
            }
        }
        Ok(())
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        let known = |field: &String| {
            self.fields
                .contains_key(field)
                .then_some(())
                .ok_or(format!("no field {field}"))
        };
        self.indexes
            .iter()
            .flat_map(|index| &index.fields)
            .try_for_each(known)?;
        self.search.iter().try_for_each(known)?;
        if let Kind::Owned { owner } = &self.kind {
            known(owner)?;
        }
        if self.kind == Kind::Fact && self.projected().next().is_some() {
            return Err("facts carry no projected fields".to_owned());
        }
        if self.scope.dated && self.kind != Kind::Fact {
            return Err("only facts are held by date".to_owned());
        }
        for (name, field) in &self.fields {
            if let FieldType::Ref(target) = &field.kind
                && schema.collection(target).is_none()
            {
                return Err(format!("{name} refers to {target}, which is not there"));
            }
        }
        Ok(())
    }
}

impl Field {
    /// Checks one value.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn check(&self, name: &str, value: &Value) -> Result<(), Refusal> {
        let wants = match (&self.kind, value) {
            (FieldType::Any, _)
            | (FieldType::Bool, Value::Bool(_))
            | (
                FieldType::Int
                | FieldType::Money
                | FieldType::Quantity
                | FieldType::Rate
                | FieldType::Time,
                Value::Int(_),
            )
            | (FieldType::Text | FieldType::Date, Value::Text(_))
            | (FieldType::List, Value::List(_))
            | (FieldType::Map, Value::Map(_)) => return Ok(()),
            (FieldType::Ref(_) | FieldType::Device, Value::Text(id))
                if id.parse::<crate::RecordId>().is_ok() =>
            {
                return Ok(());
            }
            (FieldType::Choice(words), Value::Text(word)) if words.contains(word) => return Ok(()),
            (FieldType::Choice(words), _) => {
                format!(
                    "one of {}",
                    words.iter().cloned().collect::<Vec<_>>().join(", ")
                )
            }
            (FieldType::Ref(_), _) => "an id".to_owned(),
            (kind, _) => word_of(TYPES, kind).to_owned(),
        };
        Err(Refusal::new("type", format!("{name} should be {wants}")).of_field(name))
    }
}

crate::fields! { Schema { format, collections } }
crate::fields! {
    Collection { kind, fields, indexes: skip, search: skip, scope: default }
}
crate::fields! {
    Field { kind = "type", required: skip, projected: skip, policy: skip }
}
crate::fields! { Index { name, fields } }
crate::fields! { Scope { kinds: skip, dated: skip } }
