//! Documents, clocks, quantities and ids: what they hold and how they look on the wire.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Serialize;
use sync_core::{
    DeviceId, Digest, Document, FieldPatch, Hlc, MAX_INTEGER, Millis, Op, Policy, Quantity,
    RecordId, Value,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{Corner, at, cases, text};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        (-MAX_INTEGER..=MAX_INTEGER).prop_map(Value::Int),
        ".{0,8}".prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map(".{0,4}", inner, 0..4)
                .prop_map(|map| Value::Map(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn documents_survive_the_wire_byte_for_byte(
        fields in prop::collection::btree_map(".{0,6}", value(), 0..5),
    ) {
        let doc: Document = fields.into_iter().collect();
        let read: Document = serde_json::from_str(&doc.canonical()).expect("a document");
        prop_assert_eq!(read.canonical(), doc.canonical());
        prop_assert_eq!(read.digest(), doc.digest());
        prop_assert_eq!(read, doc);
    }

    #[test]
    fn the_order_in_which_fields_were_set_leaves_no_trace(
        (one, other) in prop::collection::btree_map("[a-f]{1,3}", value(), 0..5).prop_flat_map(|map| {
            let fields: Vec<_> = map.into_iter().collect();
            (Just(fields.clone()), Just(fields).prop_shuffle())
        }),
    ) {
        let one: Document = one.into_iter().collect();
        let other: Document = other.into_iter().collect();
        prop_assert_eq!(one.canonical(), other.canonical());
    }

    #[test]
    fn a_clock_only_goes_forward(steps in prop::collection::vec((0..1_u64 << 48, any::<bool>()), 1..20)) {
        let mut clock = Hlc::default();
        for (other, seen) in steps {
            let before = clock;
            if seen {
                clock = clock.observe(at(other));
                prop_assert!(clock >= before && clock >= at(other));
            } else {
                clock = clock.tick(Millis(other));
                prop_assert!(clock > before && clock >= at(other));
            }
        }
    }

    #[test]
    fn a_claim_is_clamped_to_a_minute_after_its_arrival(claim in any::<u64>(), arrival in 0..1_u64 << 47) {
        let clamped = Hlc::from(claim).clamp_to(Millis(arrival));
        prop_assert!(clamped <= at(arrival + 60_000));
        prop_assert!(clamped == Hlc::from(claim) || Hlc::from(claim) > at(arrival + 60_000));
    }

    #[test]
    fn clocks_digests_and_ids_survive_the_wire(bits in any::<u64>(), bytes in any::<[u8; 32]>()) {
        let clock = Hlc::from(bits);
        prop_assert_eq!(clock.to_string().len(), 16);
        prop_assert_eq!(clock.to_string().parse(), Ok(clock));
        let digest = Digest::from(bytes);
        prop_assert_eq!(digest.to_string().parse(), Ok(digest));
        let mut half = [0; 16];
        half.copy_from_slice(&bytes[..16]);
        let id = RecordId::from(half);
        prop_assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn a_quantity_reads_as_its_thousandths(thousandths in any::<i64>()) {
        let shown = Quantity(thousandths).to_string();
        let (whole, part) = shown.split_once('.').unwrap_or((&shown, ""));
        let digits = format!("{whole}{part:0<3}");
        prop_assert_eq!(digits.parse::<i128>(), Ok(i128::from(thousandths)));
        prop_assert!(!part.ends_with('0'));
    }

    #[test]
    fn ids_made_later_sort_later(early in 0..1_u64 << 40, gap in 1..1_u64 << 40, random in any::<[u8; 10]>()) {
        let one = DeviceId::new(Millis(early), [255; 10]);
        let other = DeviceId::new(Millis(early + gap), random);
        prop_assert!(one < other);
    }
}

#[track_caller]
fn check_refused(json: &str, names: &str) {
    let error = serde_json::from_str::<Document>(json)
        .expect_err("refused")
        .to_string();
    assert!(error.contains(names), "{json}: {error}");
}

#[test]
fn documents_hold_no_fractions_no_nulls_and_nothing_javascript_would_round() {
    check_refused(r#"{"price":2.5}"#, "floating point `2.5`");
    check_refused(r#"{"price":2.5}"#, "no floats, no null");
    check_refused(r#"{"price":null}"#, "no floats, no null");
    check_refused(r#"{"lines":[{"price":null}]}"#, "no floats, no null");
    check_refused(r#"{"n":9007199254740992}"#, "integer `9007199254740992`");
    check_refused(r#"{"n":-9007199254740992}"#, "integer `-9007199254740992`");
    check_refused(r#"{"n":18446744073709551615}"#, "below 2^53");
    check_refused(r#"{"n":1e300}"#, "below 2^53");
    check_refused(r#"{"n":1,"n":2}"#, "a name stands twice");
    check_refused(r#"{"a":{"n":1,"n":2}}"#, "a name stands twice");
    check_refused("[1]", "a document is a map");
    check_refused("7", "a document is a map");
}

#[test]
fn the_largest_integers_fit_and_whole_doubles_are_integers() {
    let json = r#"{"a":9007199254740991,"b":-9007199254740991,"c":3.0,"d":-0.0}"#;
    let doc: Document = serde_json::from_str(json).expect("fits");
    assert_eq!(doc.int("a"), Some(MAX_INTEGER));
    assert_eq!(doc.int("b"), Some(-MAX_INTEGER));
    let same = r#"{"a":9007199254740991,"b":-9007199254740991,"c":3,"d":0}"#;
    assert_eq!(doc.canonical(), same);
}

#[test]
fn typed_records_with_fractions_or_nulls_become_no_documents() {
    #[derive(Serialize)]
    struct Loose {
        price: f64,
        note: Option<String>,
    }
    let of = |price, note: Option<&str>| {
        let note = note.map(str::to_owned);
        Document::from_typed(&Loose { price, note }).map_err(|e| e.to_string())
    };
    assert!(
        of(0.1, Some("x"))
            .expect_err("a fraction")
            .starts_with("not a valid document")
    );
    assert!(of(1.0, None).expect_err("a null").contains("null"));
    assert!(Document::from_typed(&"text").is_err());
    let typed: BTreeMap<String, i64> = [("n".to_owned(), 1)].into();
    let doc = Document::from_typed(&typed).expect("a document");
    assert_eq!(doc.to_typed::<BTreeMap<String, i64>>(), Ok(typed));
}

#[test]
fn a_confirmed_no_value_survives_the_wire() {
    let patch = FieldPatch {
        was: text("x"),
        base: Some(None),
        now: None,
    };
    let json = serde_json::to_string(&patch).expect("json");
    assert_eq!(json, r#"{"was":"x","base":null}"#);
    assert_eq!(
        serde_json::from_str::<FieldPatch>(&json).expect("patch"),
        patch
    );
    let fields: BTreeMap<String, FieldPatch> = serde_json::from_str(r#"{"f":{}}"#).expect("map");
    assert_eq!(fields["f"], FieldPatch::default());
}

#[test]
fn a_clock_is_sixteen_hex_digits_on_the_wire() {
    let clock = Hlc::from(0x0197_a1c2_e800_0001);
    let json = serde_json::to_string(&clock).expect("json");
    assert_eq!(json, r#""0197a1c2e8000001""#);
    assert_eq!(clock.millis(), Millis(0x0197_a1c2_e800));
    for wrong in [
        "",
        "1",
        "+197a1c2e8000001",
        "0197a1c2e800000g",
        "0197a1c2e80000010",
    ] {
        assert!(wrong.parse::<Hlc>().is_err(), "{wrong}");
    }
    assert_eq!(Hlc::from(u64::MAX).tick(Millis(0)), Hlc::from(u64::MAX));
}

#[test]
fn what_is_no_digest_no_id_and_no_checksum_is_refused() {
    for wrong in ["", "00", &"g".repeat(64), &"+".repeat(64), &"é".repeat(32)] {
        assert!(wrong.parse::<Digest>().is_err());
    }
    for wrong in [
        "",
        "1",
        &"0".repeat(31),
        "0000000g-0000-0000-0000-000000000000",
    ] {
        assert!(wrong.parse::<RecordId>().is_err());
    }
    let plus = format!("+{}", "0".repeat(31));
    for wrong in ["", "0", &"0".repeat(33), &plus] {
        let json = format!("{wrong:?}");
        assert!(serde_json::from_str::<sync_core::Checksum>(&json).is_err());
    }
}

#[test]
fn quantities_show_no_more_digits_than_they_need() {
    for (thousandths, shown) in [
        (0, "0"),
        (1_000, "1"),
        (2_500, "2.5"),
        (-250, "-0.25"),
        (1, "0.001"),
        (-12_345, "-12.345"),
        (i64::MIN, "-9223372036854775.808"),
    ] {
        assert_eq!(Quantity(thousandths).to_string(), shown);
    }
    let sum: Quantity = [Quantity::units(2), Quantity(500), -Quantity(250)]
        .into_iter()
        .sum();
    assert_eq!(sum - Quantity(250), Quantity::units(2));
    assert_eq!(serde_json::to_string(&sum).expect("json"), "2250");
}

#[test]
fn derived_ids_follow_from_their_parts_and_parts_never_run_together() {
    let of = |parts: &[&[u8]]| RecordId::derived(parts);
    assert_eq!(of(&[b"level", b"1"]), of(&[b"level", b"1"]));
    assert_ne!(of(&[b"level", b"1"]), of(&[b"level1"]));
    assert_ne!(of(&[b"level", b"1"]), of(&[b"leve", b"l1"]));
    assert_ne!(of(&[b"a", b""]), of(&[b"", b"a"]));
    // Frozen: every device and every node derives the same one, today and in ten years.
    let frozen = "b0e78f1a-b15d-8a31-b037-f192f36446c0";
    assert_eq!(of(&[b"level", b"1"]).to_string(), frozen);
    let made = RecordId::new(Millis(0x0197_a1c2_e800), [0xab; 10]).to_string();
    assert_eq!(made, "0197a1c2-e800-7bab-abab-abababababab");
}

#[test]
fn a_schema_is_equal_to_itself_over_the_wire_and_by_its_fingerprint() {
    let corner = Corner::new();
    let schema = sync_core::Domain::schema(&corner);
    let json = serde_json::to_string(schema).expect("json");
    let read: sync_core::Schema = serde_json::from_str(&json).expect("a schema");
    assert_eq!(&read, schema);
    assert_eq!(read.fingerprint(), schema.fingerprint());
    let mut other = read;
    let products = other.collections.get_mut("products").expect("there");
    products.fields.get_mut("note").expect("there").policy = Policy::LastWins;
    assert_ne!(other.fingerprint(), schema.fingerprint());
}

#[test]
fn a_schema_that_contradicts_itself_is_refused() {
    let of = |change: &dyn Fn(&mut sync_core::Schema)| {
        let mut schema = sync_core::Domain::schema(&Corner::new()).clone();
        change(&mut schema);
        schema.validate().expect_err("refused").to_string()
    };
    let said = of(&|schema| {
        let sales = schema.collections.get_mut("sales").expect("there");
        sales.search.push("title".to_owned());
    });
    assert_eq!(said, "the schema contradicts itself: sales: no field title");
    let said = of(&|schema| {
        schema
            .collections
            .get_mut("tasks")
            .expect("there")
            .indexes
            .clear();
    });
    assert!(said.contains("tasks: what is open is found by an index on key"));
    let said = of(&|schema| {
        schema
            .collections
            .get_mut("products")
            .expect("there")
            .scope
            .dated = true;
    });
    assert!(said.contains("only facts are held by date"));
    let said = of(&|schema| {
        let gone: sync_core::CollectionName = "products".into();
        schema.collections.remove(&gone);
    });
    assert!(said.contains("which is not there"));
}

#[test]
fn an_op_takes_the_fields_of_its_kind_and_no_others() {
    let id = RecordId::from([7; 16]);
    let (doc, was) = (r#""doc":{"name":"Lamp"}"#, Digest::ZERO);
    let was = format!(r#""was":"{was}""#);
    let fields = r#""fields":{"name":{"was":"Lamp","base":null}}"#;
    let add = r#""field":"stock","delta":-2"#;
    let read = |op: &str, rest: &str| {
        let text = format!(r#"{{"op":"{op}","collection":"products","id":"{id}",{rest}}}"#);
        serde_json::from_str::<Op>(&text).map(|op| (op, text))
    };
    for (op, rest) in [
        ("insert", doc),
        ("patch", fields),
        ("delete", &was),
        ("add", add),
    ] {
        let (read, text) = read(op, rest).expect("an op");
        assert_eq!(serde_json::to_string(&read).expect("JSON"), text);
    }
    let (both, null) = (format!("{doc},{was}"), format!(r#"{doc},"was":null"#));
    for (op, rest) in [
        ("insert", fields),
        ("insert", &both),
        ("insert", &null),
        ("insert", r#""doc":null"#),
        ("insert", r#""doc":{},"doc":{}"#),
        ("insert", r#""doc":{},"op":"insert""#),
        ("delete", r#""was":null"#),
        ("add", r#""field":"stock""#),
        ("add", r#""field":"stock","delta":1.5"#),
        ("add", r#""field":"stock","delta":1,"more":2"#),
        ("merge", doc),
    ] {
        assert!(read(op, rest).is_err(), "{op} with {rest}");
    }
}
