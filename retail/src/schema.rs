//! The collections of the shop.

mod facts;
mod people;
mod raised;
mod shared;

use std::sync::OnceLock;

use sync_core::{
    Collection, CollectionName, DeviceKind, Field, FieldType, Index, Kind, Map, Policy, Schema,
    Scope, Set,
};

/// The format of mutation bodies that this build writes.
pub const FORMAT: u32 = 1;

/// The schema, built once.
pub fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let collections = [
            shared::collections(),
            people::collections(),
            facts::collections(),
            raised::collections(),
        ];
        Schema {
            format: FORMAT,
            collections: collections
                .into_iter()
                .flatten()
                .map(|(name, draft)| (CollectionName::from(name), draft.0))
                .collect(),
        }
    })
}

/// The schema as JSON, for programs that know nothing of this crate.
pub fn schema_json() -> String {
    serde_json::to_string(schema()).expect("a schema is plain data: always JSON")
}

/// A collection in the making.
struct Draft(Collection);

impl Draft {
    fn new(kind: Kind) -> Self {
        Self(Collection {
            kind,
            fields: Map::new(),
            indexes: Vec::new(),
            search: Vec::new(),
            scope: Scope::default(),
        })
    }

    /// A fact, held by the day it was decided.
    fn fact() -> Self {
        let mut draft = Self::new(Kind::Fact);
        draft.0.scope.dated = true;
        draft
    }

    /// Written by the device its field `device` names.
    fn owned() -> Self {
        let owner = "device".to_owned();
        // Of two that take it over at once the first one has it.
        Self::new(Kind::Owned { owner }).needs_by("device", FieldType::Device, Policy::FirstWins)
    }

    fn needs(self, name: &str, kind: FieldType) -> Self {
        self.field(name, kind, true, Policy::Manual)
    }

    fn may(self, name: &str, kind: FieldType) -> Self {
        self.field(name, kind, false, Policy::Manual)
    }

    fn needs_by(self, name: &str, kind: FieldType, policy: Policy) -> Self {
        self.field(name, kind, true, policy)
    }

    fn may_by(self, name: &str, kind: FieldType, policy: Policy) -> Self {
        self.field(name, kind, false, policy)
    }

    fn derived(mut self, name: &str, kind: FieldType) -> Self {
        let field = Field {
            kind,
            required: false,
            projected: true,
            policy: Policy::Manual,
        };
        self.0.fields.insert(name.to_owned(), field);
        self
    }

    fn field(mut self, name: &str, kind: FieldType, required: bool, policy: Policy) -> Self {
        let field = Field {
            kind,
            required,
            projected: false,
            policy,
        };
        self.0.fields.insert(name.to_owned(), field);
        self
    }

    /// An index on each of the fields.
    fn indexed(mut self, fields: &[&str]) -> Self {
        for field in fields {
            self = self.index(field, &[field]);
        }
        self
    }

    /// An index on several fields together.
    fn index(mut self, name: &str, fields: &[&str]) -> Self {
        self.0.indexes.push(Index {
            name: name.to_owned(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        });
        self
    }

    fn search(mut self, fields: &[&str]) -> Self {
        self.0.search = fields.iter().map(|field| (*field).to_owned()).collect();
        self
    }

    fn only_on(mut self, kinds: &[DeviceKind]) -> Self {
        self.0.scope.kinds = kinds.iter().copied().collect();
        self
    }
}

type Drafts = Vec<(&'static str, Draft)>;

fn refers(collection: &str) -> FieldType {
    FieldType::Ref(collection.into())
}

fn choice(words: &[&str]) -> FieldType {
    FieldType::Choice(
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Set<_>>(),
    )
}
