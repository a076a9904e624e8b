//! Shared records: inserts, deletes and patches that meet what somebody else did.

use sync_core::{Verdict, WithheldBecause};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{Shop, add, delete, id, insert, patch, product, sale, text};

#[test]
fn the_same_insert_again_is_nothing_also_after_an_edit_or_a_deletion() {
    let mut shop = Shop::new();
    let made = insert("products", id(1), product("tea"));
    shop.does(1, vec![made.clone()]);
    for then in [
        vec![patch(
            "products",
            id(1),
            "name",
            text("tea"),
            text("green tea"),
        )],
        vec![delete("products", id(1), &product("green tea"))],
    ] {
        shop.does(1, then);
        let again = shop.does(2, vec![made.clone()]);
        assert_eq!(again.verdict, Verdict::Accepted);
        assert!(again.changes.is_empty());
    }
}

#[test]
fn another_insert_under_a_taken_or_deleted_id_is_a_conflict() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    let other = || insert("products", id(1), product("milk"));
    let taken = shop.does(2, vec![other()]);
    assert_eq!(taken.verdict, Verdict::Conflict);
    assert_eq!(shop.record("products", id(1)).doc, product("tea"));
    shop.does(1, vec![delete("products", id(1), &product("tea"))]);
    let deleted = shop.does(2, vec![other()]);
    assert_eq!(deleted.verdict, Verdict::Conflict);
    assert_eq!(deleted.withheld[0].field, None);
    assert!(shop.record("products", id(1)).deleted);
    let steps: Vec<_> = shop
        .store
        .all("conflicts")
        .map(|c| c.doc.text("step"))
        .collect();
    assert_eq!(steps, [Some("insert"), Some("insert")]);
}

#[test]
fn a_deletion_of_what_was_seen_takes_effect_projections_aside() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    shop.does(1, vec![insert("sales", id(2), sale(id(1), 1_000))]);
    let gone = delete("products", id(1), &product("tea"));
    assert_eq!(shop.does(2, vec![gone.clone()]).verdict, Verdict::Accepted);
    let tombstone = shop.record("products", id(1));
    assert!(tombstone.deleted && tombstone.doc.is_empty());
    let again = shop.does(1, vec![gone]);
    assert_eq!(again.verdict, Verdict::Accepted);
    assert!(again.changes.is_empty());
    // A sale of a deleted product stands, and its level goes on.
    let late = shop.does(1, vec![insert("sales", id(3), sale(id(1), 1_000))]);
    assert_eq!(late.verdict, Verdict::Accepted);
    assert!(shop.record("products", id(1)).deleted);
    shop.check_projections();
    shop.check_sums();
}

#[test]
fn a_deletion_of_what_changed_meanwhile_is_a_conflict() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    shop.does(
        1,
        vec![patch("products", id(1), "color", None, text("green"))],
    );
    let decision = shop.does(2, vec![delete("products", id(1), &product("tea"))]);
    assert_eq!(decision.verdict, Verdict::Conflict);
    assert_eq!(decision.withheld[0].because, WithheldBecause::Conflict);
    assert!(shop.record("products", id(1)).is_live());
}

#[test]
fn work_on_a_deleted_record_is_a_conflict_and_on_one_that_never_was_is_missing() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    shop.does(1, vec![delete("products", id(1), &product("tea"))]);
    let work = |n| {
        [
            patch("products", id(n), "color", None, text("green")),
            add("products", id(n), "points", 1),
        ]
    };
    for op in work(1) {
        let decision = shop.does(2, vec![op]);
        assert_eq!(decision.verdict, Verdict::Conflict);
        assert!(shop.record("products", id(1)).deleted);
    }
    let never = [delete("products", id(7), &product("tea"))];
    for op in work(7).into_iter().chain(never) {
        let decision = shop.does(2, vec![op]);
        assert_eq!(decision.refusal.expect("a reason").code, "missing");
    }
}

#[test]
fn later_ops_of_a_mutation_see_what_earlier_ones_did() {
    let mut shop = Shop::new();
    let decision = shop.does(
        1,
        vec![
            insert("products", id(1), product("tea")),
            patch("products", id(1), "name", text("tea"), text("green tea")),
            add("products", id(1), "points", 2),
            add("products", id(1), "points", 3),
        ],
    );
    assert_eq!(decision.verdict, Verdict::Accepted);
    let seen = product("green tea").with("points", 5);
    assert_eq!(shop.record("products", id(1)).doc, seen);
}

#[test]
fn a_record_that_would_grow_too_large_is_refused_and_what_was_there_stays() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    let large = |n: u8| "x".repeat(700_000 + usize::from(n));
    let grow = |field: &str, n| patch("products", id(1), field, None, text(&large(n)));
    assert_eq!(
        shop.does(1, vec![grow("one", 1)]).verdict,
        Verdict::Accepted
    );
    let refused = shop.does(1, vec![grow("two", 2)]);
    assert_eq!(refused.verdict, Verdict::Rejected);
    assert_eq!(
        refused.refusal.map(|refusal| refusal.code).as_deref(),
        Some("too_large")
    );
    // It may shrink again.
    let less = patch("products", id(1), "one", text(&large(1)), text("little"));
    assert_eq!(shop.does(1, vec![less]).verdict, Verdict::Accepted);
    assert_eq!(
        shop.does(1, vec![grow("two", 2)]).verdict,
        Verdict::Accepted
    );
}
