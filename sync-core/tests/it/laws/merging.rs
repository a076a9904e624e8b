//! Merging by value: what a user knew applies, and what compares writes ends the same in every
//! order of arrival.

use proptest::prelude::*;
use sync_core::{Clash, FieldPatch, Merged, Op, Policy, Value, Verdict, WithheldBecause, Write};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{Shop, add, at, cases, id, insert, patch, patch_with, product, text};

const FIELDS: [&str; 4] = ["note", "color", "shelf", "supplier"];

/// What one till did while it was apart: each edit builds on its own last one.
#[derive(Clone, Debug)]
struct Apart {
    till: u8,
    edits: Vec<(u64, Value)>,
}

impl Apart {
    fn patch(&self, nth: usize, confirmed: Option<&Value>) -> FieldPatch {
        let now = Some(self.edits[nth].1.clone());
        match nth.checked_sub(1) {
            None => FieldPatch::new(confirmed.cloned(), now),
            Some(before) => FieldPatch {
                was: Some(self.edits[before].1.clone()),
                base: Some(confirmed.cloned()),
                now,
            },
        }
    }
}

/// Tills that worked apart, as long together as an `earliest_wins` field remembers, and two orders
/// in which their work arrives.
fn apart() -> impl Strategy<Value = (Vec<Apart>, Vec<usize>, Vec<usize>)> {
    let till = prop::collection::vec((1..9_u64, any::<bool>()), 1..3);
    prop::collection::vec(till, 2..4).prop_flat_map(|tills| {
        let tills: Vec<Apart> = tills
            .iter()
            .zip(1..)
            .map(|(gaps, till)| {
                let mut made = 100;
                let single = gaps.len() == 1;
                let edit = |(nth, (gap, same)): (usize, &(u64, bool))| {
                    made += gap;
                    // Tills may want the same value; one that goes on from its own never returns.
                    let value = if single && *same {
                        "the same".to_owned()
                    } else {
                        format!("{till}.{nth}")
                    };
                    (made, Value::from(value))
                };
                let edits = gaps.iter().enumerate().map(edit).collect();
                Apart { till, edits }
            })
            .collect();
        let turns: Vec<usize> = tills
            .iter()
            .enumerate()
            .flat_map(|(index, till)| till.edits.iter().map(move |_| index))
            .collect();
        let order = Just(turns).prop_shuffle();
        (Just(tills), order.clone(), order)
    })
}

/// The shop after the tills' work has arrived in an order that keeps each till's own.
fn arrive(field: &str, standing: Option<&Value>, tills: &[Apart], order: &[usize]) -> Shop {
    let mut shop = Shop::new();
    shop.does(9, vec![insert("products", id(1), product("tea"))]);
    if let Some(value) = standing {
        shop.does_at(
            9,
            1,
            vec![patch("products", id(1), field, None, Some(value.clone()))],
        );
    }
    let mut next = vec![0; tills.len()];
    for &index in order {
        let till = &tills[index];
        let nth = next[index];
        next[index] += 1;
        let wanted = till.patch(nth, standing);
        shop.does_at(
            till.till,
            till.edits[nth].0,
            vec![patch_with("products", id(1), field, wanted)],
        );
    }
    shop
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn what_compares_writes_ends_the_same_in_every_order_of_arrival(
        (tills, one, other) in apart(),
        standing in prop::option::of(Just(Value::from("standing"))),
    ) {
        for field in ["shelf", "supplier"] {
            let one = arrive(field, standing.as_ref(), &tills, &one).record("products", id(1));
            let other = arrive(field, standing.as_ref(), &tills, &other).record("products", id(1));
            prop_assert_eq!(one.doc, other.doc, "{}", field);
            prop_assert_eq!(one.writes, other.writes, "{}", field);
        }
    }

    #[test]
    fn the_named_write_wins_wherever_it_arrives((tills, order, _) in apart()) {
        let all = tills.iter().flat_map(|till| {
            till.edits.iter().map(|(made, value)| (*made, till.till, value.clone()))
        });
        let latest = all.clone().max().map(|(_, _, value)| value);
        let shelf = arrive("shelf", None, &tills, &order).record("products", id(1));
        prop_assert_eq!(shelf.doc.get("shelf"), latest.as_ref());
        // Of those that left from one value the earliest stands, and with it what its till built on it.
        let first = tills.iter().min_by_key(|till| (till.edits[0].0, till.till)).expect("one");
        let supplier = arrive("supplier", None, &tills, &order).record("products", id(1));
        let kept = supplier.doc.get("supplier").expect("a value");
        let same = first.edits[0].1 == Value::from("the same");
        prop_assert!(same || Some(kept) == first.edits.last().map(|(_, value)| value));
    }

    #[test]
    fn what_arrives_first_stands_where_people_or_arrival_decide(
        made in prop::collection::vec(2..50_u64, 2..6),
        manual in any::<bool>(),
    ) {
        let field = if manual { "note" } else { "color" };
        let mut shop = Shop::new();
        shop.does(9, vec![insert("products", id(1), product("tea").with(field, "old"))]);
        for (nth, made) in made.iter().enumerate() {
            let wanted = patch("products", id(1), field, text("old"), text(&format!("new {nth}")));
            let decision = shop.does_at(nth as u8 + 1, *made, vec![wanted]);
            let record = shop.record("products", id(1));
            prop_assert_eq!(record.doc.text(field), Some("new 0"));
            let (verdict, because) = match (nth, manual) {
                (0, _) => (Verdict::Accepted, None),
                (_, true) => (Verdict::Conflict, Some(WithheldBecause::Conflict)),
                (_, false) => (Verdict::Merged, Some(WithheldBecause::FirstWins)),
            };
            prop_assert_eq!(decision.verdict, verdict);
            prop_assert_eq!(decision.withheld.first().map(|part| part.because), because);
        }
        let open = if manual { made.len() - 1 } else { 0 };
        prop_assert_eq!(shop.count("conflicts"), open);
    }

    #[test]
    fn a_patch_from_the_current_value_takes_effect_whatever_the_policy_and_the_clock(
        field in prop::sample::select(&FIELDS[..]),
        values in prop::collection::vec(prop::option::of("[a-c]"), 1..6),
        times in prop::collection::vec(2..50_u64, 6),
        by_base in any::<bool>(),
    ) {
        let mut shop = Shop::new();
        shop.does(1, vec![insert("products", id(1), product("tea"))]);
        for (value, made) in values.iter().zip(times) {
            let current = shop.record("products", id(1)).doc.get(field).cloned();
            let now = value.as_deref().map(Value::from);
            let wanted = if by_base {
                FieldPatch { was: text("unsent"), base: Some(current), now: now.clone() }
            } else {
                FieldPatch::new(current, now.clone())
            };
            let decision = shop.does_at(2, made, vec![patch_with("products", id(1), field, wanted)]);
            prop_assert_eq!(decision.verdict, Verdict::Accepted);
            prop_assert_eq!(shop.record("products", id(1)).doc.get(field).cloned(), now);
        }
    }

    #[test]
    fn adds_commute(deltas in prop::collection::vec(-1_000..1_000_i64, 1..8).prop_flat_map(
        |deltas| (Just(deltas.clone()), Just(deltas).prop_shuffle())
    )) {
        let total = |deltas: &[i64]| {
            let mut shop = Shop::new();
            shop.does(1, vec![insert("products", id(1), product("tea"))]);
            for (till, delta) in (1..).zip(deltas) {
                shop.does(till, vec![add("products", id(1), "points", *delta)]);
            }
            shop.record("products", id(1)).doc
        };
        prop_assert_eq!(total(&deltas.0), total(&deltas.1));
        prop_assert_eq!(total(&deltas.0).int("points"), Some(deltas.0.iter().sum()));
    }
}

#[test]
fn an_earlier_edit_wins_also_when_it_arrives_later_and_an_older_write_stands_below() {
    let till = |till, made, value: &str| Apart {
        till,
        edits: vec![(made, Value::from(value))],
    };
    let tills = [till(1, 30, "late"), till(2, 20, "early")];
    for order in [[0, 1], [1, 0]] {
        let shop = arrive("supplier", Some(&Value::from("a")), &tills, &order);
        let record = shop.record("products", id(1));
        assert_eq!(record.doc.text("supplier"), Some("early"));
    }
}

#[test]
fn finding_the_wanted_value_there_is_no_clash_but_counts_as_a_write() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    for (till, made) in [(1, 10), (2, 30)] {
        let same = patch("products", id(1), "shelf", None, text("A"));
        assert_eq!(
            shop.does_at(till, made, vec![same]).verdict,
            Verdict::Accepted
        );
    }
    let between = patch("products", id(1), "shelf", None, text("B"));
    let decision = shop.does_at(3, 20, vec![between]);
    assert_eq!(decision.withheld[0].because, WithheldBecause::LastWins);
    assert_eq!(decision.withheld[0].theirs, text("A"));
    assert_eq!(decision.withheld[0].mine, text("B"));
}

#[test]
fn a_patch_that_changes_nothing_leaves_no_trace() {
    let stamp = sync_core::Stamp {
        at: at(5),
        device: crate::shop::device(1),
        seq: sync_core::Seq(1),
    };
    let writes = [Write { from: None, stamp }];
    let same = FieldPatch::new(text("a"), text("a"));
    for policy in [
        Policy::Manual,
        Policy::FirstWins,
        Policy::LastWins,
        Policy::EarliestWins,
    ] {
        let merged = sync_core::merge_field(Some(&Value::from("b")), &writes, &same, policy, stamp);
        let nothing = Merged {
            apply: false,
            writes: writes.to_vec(),
            clash: None,
        };
        assert_eq!(merged, nothing);
    }
}

#[test]
fn a_clash_that_was_won_is_said_to_be_merged() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    let by = |value| vec![patch("products", id(1), "shelf", None, text(value))];
    assert_eq!(shop.does_at(1, 10, by("A")).verdict, Verdict::Accepted);
    assert_eq!(shop.does_at(2, 20, by("B")).verdict, Verdict::Merged);
    let stamp = shop.record("products", id(1)).writes["shelf"][0].stamp;
    let later = sync_core::Stamp {
        at: at(30),
        ..stamp
    };
    let merged = sync_core::merge_field(
        text("B").as_ref(),
        &[Write { from: None, stamp }],
        &FieldPatch::new(text("x"), text("C")),
        Policy::LastWins,
        later,
    );
    assert_eq!(merged.clash, Some(Clash::Won));
}

#[test]
fn fields_that_do_not_clash_take_effect_beside_one_that_does() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    shop.does(
        1,
        vec![patch("products", id(1), "note", None, text("theirs"))],
    );
    let both = Op::Patch {
        collection: "products".into(),
        id: id(1),
        fields: [
            ("note".to_owned(), FieldPatch::new(None, text("mine"))),
            ("color".to_owned(), FieldPatch::new(None, text("green"))),
        ]
        .into(),
    };
    let decision = shop.does(2, vec![both]);
    assert_eq!(decision.verdict, Verdict::Conflict);
    assert_eq!(decision.withheld.len(), 1);
    let record = shop.record("products", id(1));
    assert_eq!(record.doc.text("note"), Some("theirs"));
    assert_eq!(record.doc.text("color"), Some("green"));
}
