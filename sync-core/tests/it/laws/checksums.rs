//! Checksums: sums that neither order nor history can tell apart.

use proptest::prelude::*;
use sync_core::{Bucket, Checksum, Checksums, Domain, Millis, Position, Record};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{Corner, cases, id, product, sale};

fn records() -> impl Strategy<Value = Vec<Record>> {
    let record =
        (1..6_u8, 1..9_u64, "[a-c]{0,3}", any::<bool>()).prop_map(|(n, version, name, deleted)| {
            Record {
                deleted,
                ..Record::inserted(id(n), Position(version), Millis(0), product(&name))
            }
        });
    prop::collection::vec(record, 0..8)
}

fn sum<'a>(records: impl IntoIterator<Item = &'a Record>) -> Checksum {
    let mut sum = Checksum::default();
    records.into_iter().for_each(|record| sum.add(record));
    sum
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_checksum_does_not_depend_on_order(
        (records, shuffled) in records().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle())),
    ) {
        prop_assert_eq!(sum(&records), sum(&shuffled));
    }

    #[test]
    fn taking_a_record_away_undoes_adding_it(records in records(), more in records()) {
        let mut both = sum(records.iter().chain(&more));
        more.iter().for_each(|record| both.remove(record));
        prop_assert_eq!(both, sum(&records));
    }

    #[test]
    fn a_record_counts_with_its_id_its_version_and_its_document(one in records(), other in records()) {
        let live = |records: &[Record]| {
            let mut seen: Vec<_> = records
                .iter()
                .filter(|record| !record.deleted)
                .map(|record| (record.id, record.version, record.doc.canonical()))
                .collect();
            seen.sort();
            seen
        };
        prop_assert_eq!(sum(&one) == sum(&other), live(&one) == live(&other));
    }

    #[test]
    fn a_checksum_survives_the_wire(records in records()) {
        let sum = sum(&records);
        let json = serde_json::to_string(&sum).expect("json");
        prop_assert_eq!(json.len(), 34);
        prop_assert_eq!(serde_json::from_str::<Checksum>(&json).expect("a checksum"), sum);
    }
}

#[test]
fn facts_held_by_date_have_a_sum_per_day_and_everything_else_one() {
    let corner = Corner::new();
    let schema = corner.schema();
    let day = |day: u64| Millis(day * 86_400_000 + 5);
    let of = |collection: &str, at| {
        let record = Record::inserted(id(1), Position(1), at, sale(id(2), 1));
        Bucket::of(schema, collection, &record)
    };
    assert_eq!(of("sales", day(3)), Bucket(3));
    assert_eq!(of("products", day(3)), Bucket(0));

    let mut sums = Checksums::default();
    for n in 1..=3 {
        let record = Record::inserted(id(n), Position(1), day(n.into()), sale(id(9), 1));
        sums.follow(schema, &"sales".into(), None, &record);
    }
    sums.drop_bucket("sales", Bucket(1));
    let left: Vec<Bucket> = sums.sums()["sales"].keys().copied().collect();
    assert_eq!(left, [Bucket(2), Bucket(3)]);
}

#[test]
fn what_covers_nothing_is_not_listed() {
    let corner = Corner::new();
    let schema = corner.schema();
    let mut sums = Checksums::default();
    let made = Record::inserted(id(1), Position(1), Millis(0), product("tea"));
    let gone = Record {
        deleted: true,
        ..made.clone()
    };
    sums.follow(schema, &"products".into(), None, &made);
    assert_eq!(sums.sums().len(), 1);
    sums.follow(schema, &"products".into(), Some(&made), &gone);
    assert!(sums.sums().is_empty());
}
