//! A schema with a collection of every kind and a field of every type.

use sync_core::*;

/// A collection of every kind.
pub(crate) fn schema() -> Schema {
    let owner = "j".to_owned();
    let kinds = [
        ("fact", Kind::Fact),
        ("owned", Kind::Owned { owner }),
        ("shared", Kind::Shared),
        ("master", Kind::Master),
        ("raised", Kind::Raised),
        ("projection", Kind::Projection),
    ];
    let collection = |(name, kind): (&str, Kind)| {
        let scope = Scope {
            dated: kind == Kind::Fact,
            ..all_types().scope
        };
        let collection = match kind {
            Kind::Shared => all_types(),
            kind => Collection {
                kind,
                fields: Map::new(),
                indexes: Vec::new(),
                search: Vec::new(),
                scope,
            },
        };
        (name.into(), collection)
    };
    Schema {
        format: 1,
        collections: kinds.into_iter().map(collection).collect(),
    }
}

/// A collection with a field of every type and policy.
fn all_types() -> Collection {
    let words = ["open", "done"].map(str::to_owned).into();
    let types = [
        ("a", FieldType::Bool),
        ("b", FieldType::Int),
        ("c", FieldType::Money),
        ("d", FieldType::Quantity),
        ("e", FieldType::Rate),
        ("f", FieldType::Time),
        ("g", FieldType::Date),
        ("h", FieldType::Text),
        ("i", FieldType::Ref("products".into())),
        ("j", FieldType::Device),
        ("k", FieldType::Choice(words)),
        ("l", FieldType::List),
        ("m", FieldType::Map),
        ("n", FieldType::Any),
    ];
    let policies = [
        Policy::Manual,
        Policy::FirstWins,
        Policy::LastWins,
        Policy::EarliestWins,
    ];
    let field = |((name, kind), policy): ((&str, FieldType), Policy)| {
        let field = Field {
            kind,
            required: policy == Policy::FirstWins,
            projected: policy == Policy::LastWins,
            policy,
        };
        (name.to_owned(), field)
    };
    Collection {
        kind: Kind::Shared,
        fields: types
            .into_iter()
            .zip(policies.into_iter().cycle())
            .map(field)
            .collect(),
        indexes: vec![Index {
            name: "by_state".to_owned(),
            fields: vec!["k".to_owned(), "f".to_owned()],
        }],
        search: vec!["h".to_owned()],
        scope: Scope {
            kinds: [
                DeviceKind::Till,
                DeviceKind::Terminal,
                DeviceKind::Dashboard,
                DeviceKind::Node,
            ]
            .into(),
            dated: false,
        },
    }
}
