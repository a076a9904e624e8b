//! Facts: what has happened is kept, whatever speaks against it.

use sync_core::{Decision, Document, Verdict, WithheldBecause};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{Corner, Shop, add, at, delete, id, insert, patch, product, sale, text};

fn refused_with(decision: &Decision) -> &str {
    assert_eq!(decision.verdict, Verdict::Rejected);
    &decision.refusal.as_ref().expect("a reason").code
}

#[test]
fn a_fact_stands_against_an_objection_to_the_whole_and_what_is_beside_it_gives_way() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    let ops = vec![
        patch("products", id(1), "note", None, text("last one")),
        insert("sales", id(2), sale(id(1), 1_000)),
        add("products", id(1), "points", 5),
    ];
    let decision = shop.does_as(1, at(1), "after_hours", ops);
    assert_eq!(decision.verdict, Verdict::Merged);
    assert!(shop.record("sales", id(2)).is_live());
    assert_eq!(decision.flags.len(), 1);
    assert_eq!(decision.flags[0].code, "closed");
    assert_eq!(decision.flags[0].op, 1);
    let withheld: Vec<_> = decision
        .withheld
        .iter()
        .map(|part| (part.op, part.because))
        .collect();
    let refused = WithheldBecause::Refused;
    assert_eq!(withheld, [(0, refused), (2, refused)]);
    let product = shop.record("products", id(1)).doc;
    assert_eq!((product.text("note"), product.int("points")), (None, None));
    assert_eq!(product.int("stock"), Some(-1_000));
    let task = shop
        .store
        .all("tasks")
        .find(|task| task.doc.text("kind") == Some("closed"));
    let subject = id(2).to_string();
    assert_eq!(
        task.and_then(|t| t.doc.text("subject")),
        Some(subject.as_str())
    );
}

#[test]
fn an_objection_to_one_op_withholds_that_one_alone() {
    let mut shop = Shop::new();
    let ops = vec![
        insert("sales", id(2), sale(id(1), 1_000)),
        insert("products", id(3), product("milk").with("price", -1)),
        insert("products", id(4), product("rice")),
    ];
    let decision = shop.does(1, ops);
    assert_eq!(decision.verdict, Verdict::Merged);
    assert_eq!(decision.withheld.len(), 1);
    assert_eq!(decision.withheld[0].op, 1);
    assert!(shop.find("products", id(3)).is_none());
    assert!(shop.record("products", id(4)).is_live());
}

#[test]
fn what_built_on_an_op_that_gave_way_gives_way_as_well() {
    let mut shop = Shop::new();
    let ops = vec![
        insert("products", id(3), product("milk").with("price", -1)),
        patch("products", id(3), "note", None, text("cold")),
        insert("sales", id(2), sale(id(1), 1_000)),
    ];
    let decision = shop.does(1, ops);
    assert_eq!(decision.verdict, Verdict::Merged);
    assert!(shop.find("products", id(3)).is_none());
    let codes: Vec<&str> = decision
        .flags
        .iter()
        .map(|flag| flag.code.as_str())
        .collect();
    assert_eq!(codes, ["negative", "missing"]);
}

#[test]
fn without_a_fact_the_first_objection_rejects_and_nothing_changes() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    let before = shop.record("products", id(1));
    let ops = vec![
        patch("products", id(1), "note", None, text("fine by itself")),
        patch("products", id(7), "note", None, text("never there")),
        patch("products", id(1), "price", None, Some((-1).into())),
    ];
    let decision = shop.does_as(1, at(1), "after_hours", ops);
    assert_eq!(refused_with(&decision), "missing");
    assert_eq!(shop.record("products", id(1)), before);
    assert_eq!(shop.count("tasks"), 0);
}

#[test]
fn a_fact_is_refused_only_where_it_cannot_be_read() {
    let mut shop = Shop::new();
    let wrong = Document::new()
        .with("product", id(1).to_string())
        .with("quantity", "two");
    let decision = shop.does(1, vec![insert("sales", id(2), wrong)]);
    assert_eq!(refused_with(&decision), "type");
    let refusal = decision.refusal.expect("a reason");
    assert_eq!(refusal.field.as_deref(), Some("quantity"));
    let empty = insert("sales", id(2), Document::new());
    assert_eq!(refused_with(&shop.does(1, vec![empty])), "required");
    let unknown = vec![
        insert("sales", id(2), sale(id(1), 1)),
        insert("nowhere", id(3), product("x")),
    ];
    assert_eq!(refused_with(&shop.does(1, unknown)), "unsupported");
}

#[test]
fn the_same_fact_again_is_nothing_and_another_under_its_id_is_kept_beside_it_once() {
    let mut shop = Shop::new();
    let first = insert("sales", id(2), sale(id(1), 1_000));
    let other = insert("sales", id(2), sale(id(1), 3_000));
    shop.does(1, vec![first.clone()]);
    let again = shop.does(2, vec![first]);
    assert_eq!(again.verdict, Verdict::Accepted);
    assert!(again.flags.is_empty());
    assert_eq!(shop.count("sales"), 1);

    let beside = shop.does(2, vec![other.clone()]);
    assert_eq!(beside.verdict, Verdict::Accepted);
    assert_eq!(beside.flags[0].code, "id_taken");
    assert_eq!(shop.count("sales"), 2);
    let task = shop
        .store
        .all("tasks")
        .find(|task| task.doc.text("kind") == Some("id_taken"))
        .expect("somebody has to look at it");
    let subject = id(2).to_string();
    assert_eq!(task.doc.text("subject"), Some(subject.as_str()));

    // Repaired and sent again under another number it still counts once.
    assert!(shop.does(2, vec![other]).flags.is_empty());
    assert_eq!(shop.count("sales"), 2);
    let level = shop.record("levels", Corner::level_of(id(1)));
    assert_eq!(level.doc.int("on_hand"), Some(-4_000));
    shop.check_projections();
}

#[test]
fn facts_are_never_changed_deleted_or_added_to() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("sales", id(2), sale(id(1), 1_000))]);
    let seen = sale(id(1), 1_000);
    for op in [
        patch(
            "sales",
            id(2),
            "quantity",
            Some(1_000.into()),
            Some(0.into()),
        ),
        delete("sales", id(2), &seen),
        add("sales", id(2), "quantity", 1),
    ] {
        assert_eq!(refused_with(&shop.does(0, vec![op])), "immutable");
    }
    assert_eq!(shop.record("sales", id(2)).doc, seen);
}

#[test]
fn a_projection_makes_its_target_and_a_later_insert_fills_it() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("sales", id(2), sale(id(1), 1_000))]);
    let stub = shop.record("products", id(1));
    assert!(stub.stub && !stub.is_live());
    assert_eq!(stub.doc, Document::new().with("stock", -1_000));
    let unknown = patch("products", id(1), "note", None, text("who?"));
    assert_eq!(refused_with(&shop.does(1, vec![unknown])), "missing");

    let made = insert("products", id(1), product("tea"));
    assert_eq!(shop.does(1, vec![made.clone()]).verdict, Verdict::Accepted);
    let filled = shop.record("products", id(1));
    assert!(filled.is_live());
    assert_eq!(filled.doc, product("tea").with("stock", -1_000));
    // The same insert again finds its own document, projections aside.
    let again = shop.does(2, vec![made]);
    assert_eq!(again.verdict, Verdict::Accepted);
    assert!(again.changes.is_empty());
}

#[test]
fn a_sum_stays_what_a_document_can_hold() {
    let mut shop = Shop::new();
    for n in 2..5 {
        let most = sale(id(1), sync_core::MAX_INTEGER);
        let decision = shop.does(1, vec![insert("sales", id(n), most)]);
        assert_eq!(decision.verdict, Verdict::Accepted);
    }
    let level = shop.record("levels", Corner::level_of(id(1)));
    assert_eq!(level.doc.int("on_hand"), Some(-sync_core::MAX_INTEGER));
}
