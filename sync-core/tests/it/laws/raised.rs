//! What the master makes by itself: once, and brought up to date instead of repeated.

use sync_core::{FieldPatch, MAX_DEPTH, Op, Record, Value, Verdict};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{Shop, delete, device, id, insert, patch, product, sale, text};

fn note(shop: &mut Shop, by: u8, was: &str, now: &str) -> Verdict {
    let wanted = patch("products", id(1), "note", text(was), text(now));
    shop.does(by, vec![wanted]).verdict
}

fn shop_with_a_clash() -> Shop {
    let mut shop = Shop::new();
    shop.does(
        9,
        vec![insert(
            "products",
            id(1),
            product("tea").with("note", "old"),
        )],
    );
    assert_eq!(note(&mut shop, 1, "old", "theirs"), Verdict::Accepted);
    assert_eq!(note(&mut shop, 2, "old", "mine"), Verdict::Conflict);
    shop
}

fn conflicts(shop: &Shop) -> Vec<&Record> {
    shop.store.all("conflicts").collect()
}

#[test]
fn a_conflict_keeps_was_theirs_mine_who_and_when() {
    let shop = shop_with_a_clash();
    let [conflict] = conflicts(&shop)[..] else {
        panic!("one conflict");
    };
    let doc = &conflict.doc;
    let texts = [
        "field",
        "was",
        "theirs",
        "mine",
        "status",
        "step",
        "collection",
    ]
    .map(|field| doc.text(field).expect("text"));
    assert_eq!(
        texts,
        ["note", "old", "theirs", "mine", "open", "patch", "products"]
    );
    assert_eq!(doc.text("device"), Some(device(2).to_string().as_str()));
    assert_eq!(doc.text("actor"), Some(id(99).to_string().as_str()));
    assert!(doc.int("claimed_at").is_some() && doc.int("raised_at").is_some());
}

#[test]
fn the_same_devices_further_edit_updates_its_open_conflict() {
    let mut shop = shop_with_a_clash();
    assert_eq!(
        note(&mut shop, 2, "mine", "mine, better"),
        Verdict::Conflict
    );
    let [conflict] = conflicts(&shop)[..] else {
        panic!("one conflict");
    };
    assert_eq!(conflict.doc.text("mine"), Some("mine, better"));
    assert_eq!(conflict.doc.text("was"), Some("old"));
    // Within one mutation as well.
    let twice = |was, now| patch("products", id(1), "note", text(was), text(now));
    shop.does(3, vec![twice("old", "third"), twice("third", "fourth")]);
    assert_eq!(conflicts(&shop).len(), 2);
}

#[test]
fn another_devices_edit_or_one_after_the_resolution_is_a_conflict_of_its_own() {
    let mut shop = shop_with_a_clash();
    assert_eq!(note(&mut shop, 3, "mine", "third"), Verdict::Conflict);
    assert_eq!(conflicts(&shop).len(), 2);
    let first = conflicts(&shop)
        .into_iter()
        .find(|conflict| conflict.doc.text("mine") == Some("mine"))
        .expect("the first")
        .id;
    let fields = [
        ("status", FieldPatch::new(text("open"), text("resolved"))),
        ("seen", FieldPatch::new(None, text("theirs"))),
    ];
    let resolved = Op::Patch {
        collection: "conflicts".into(),
        id: first,
        fields: fields.map(|(name, patch)| (name.to_owned(), patch)).into(),
    };
    assert_eq!(shop.does(1, vec![resolved]).verdict, Verdict::Accepted);
    assert_eq!(note(&mut shop, 2, "mine", "again"), Verdict::Conflict);
    assert_eq!(conflicts(&shop).len(), 3);
}

#[test]
fn a_conflict_about_the_deepest_value_stays_readable_for_every_device() {
    let deepest =
        |leaf: &str| (0..MAX_DEPTH).fold(Value::from(leaf), |inner, _| Value::List(vec![inner]));
    let mut shop = Shop::new();
    let made = |leaf| {
        insert(
            "products",
            id(1),
            product("tea").with("note", deepest(leaf)),
        )
    };
    shop.does(1, vec![made("old")]);
    // What was changed is sent and read at every step: see `Shop::does_as`.
    assert_eq!(shop.does(2, vec![made("mine")]).verdict, Verdict::Conflict);
    let edit = patch("products", id(1), "note", None, Some(deepest("mine")));
    assert_eq!(shop.does(2, vec![edit]).verdict, Verdict::Conflict);
    let gone = delete("products", id(1), &product("tea"));
    assert_eq!(shop.does(2, vec![gone]).verdict, Verdict::Conflict);
    assert_eq!(conflicts(&shop).len(), 3);
}

fn tasks<'a>(shop: &'a Shop, kind: &str) -> Vec<&'a Record> {
    let of_kind = |task: &&Record| task.doc.text("kind") == Some(kind);
    shop.store.all("tasks").filter(of_kind).collect()
}

#[test]
fn a_further_cause_extends_the_open_task_of_its_kind_and_subject() {
    let mut shop = Shop::new();
    for n in 10..13 {
        shop.does(n, vec![insert("sales", id(n), sale(id(1), 1_000))]);
    }
    shop.does(1, vec![insert("sales", id(20), sale(id(2), 1_000))]);
    let about = |product| {
        let subject = product_subject(product);
        tasks(&shop, "oversold")
            .into_iter()
            .filter(|task| task.doc.text("subject") == Some(&subject))
            .collect::<Vec<_>>()
    };
    let [task] = about(1)[..] else {
        panic!("one task for three sales");
    };
    assert_eq!(task.doc.int("count"), Some(3));
    let causes = task.doc.get("causes").and_then(Value::as_list);
    assert_eq!(causes.map(<[Value]>::len), Some(3));
    assert_eq!(about(2).len(), 1);
}

#[test]
fn a_cause_after_the_task_was_closed_opens_another() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("sales", id(10), sale(id(1), 1_000))]);
    let first = tasks(&shop, "oversold")[0].id;
    let close = patch("tasks", first, "status", text("open"), text("done"));
    shop.does(1, vec![close]);
    shop.does(1, vec![insert("sales", id(11), sale(id(1), 1_000))]);
    let open: Vec<_> = tasks(&shop, "oversold")
        .into_iter()
        .map(|task| task.doc.text("status"))
        .collect();
    assert_eq!(open.len(), 2);
    assert!(open.contains(&Some("open")) && open.contains(&Some("done")));
}

#[test]
fn a_task_names_fifty_causes_and_counts_the_rest() {
    let mut shop = Shop::new();
    for n in 10..70 {
        shop.does(1, vec![insert("sales", id(n), sale(id(1), 1_000))]);
    }
    let task = tasks(&shop, "oversold")[0];
    assert_eq!(task.doc.int("count"), Some(60));
    let causes = task.doc.get("causes").and_then(Value::as_list);
    assert_eq!(causes.map(<[Value]>::len), Some(50));
}

#[test]
fn every_notice_is_one_of_its_own() {
    let mut shop = Shop::new();
    for n in 10..12 {
        shop.does(1, vec![insert("sales", id(n), sale(id(1), 100_000))]);
    }
    assert_eq!(shop.count("notices"), 2);
}

fn product_subject(n: u8) -> String {
    id(n).to_string()
}
