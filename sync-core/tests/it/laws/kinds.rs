//! Who may write what, by the kind of collection.

use sync_core::{
    Actor, Body, Case, DeviceInfo, Document, Envelope, FieldPatch, Op, Position, Records, Role,
    Seq, Verdict, Verified, decide,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{
    Corner, Shop, add, at, delete, device, id, info, insert, patch, product, sale, text,
};

/// What a device's single op is refused with, if it is.
#[track_caller]
fn check(shop: &mut Shop, by: u8, op: Op, refused: Option<&str>) {
    let decision = shop.does(by, vec![op]);
    let code = decision.refusal.map(|refusal| refusal.code);
    assert_eq!(code.as_deref(), refused);
}

fn cart(of: u8) -> Document {
    Document::new().with("till", device(of).to_string())
}

#[test]
fn what_is_owned_is_written_by_its_owner_and_the_node_alone() {
    let mut shop = Shop::new();
    let not_owner = Some("not_owner");
    check(&mut shop, 1, insert("carts", id(1), cart(2)), not_owner);
    check(&mut shop, 1, insert("carts", id(1), cart(1)), None);
    let label = |was, now| patch("carts", id(1), "label", was, text(now));
    check(&mut shop, 2, label(None, "mine"), not_owner);
    check(&mut shop, 2, delete("carts", id(1), &cart(1)), not_owner);
    check(&mut shop, 2, add("carts", id(1), "items", 1), not_owner);
    check(&mut shop, 1, label(None, "lunch"), None);
    check(&mut shop, 0, label(text("lunch"), "closed"), None);
    let seen = cart(1).with("label", "closed");
    check(&mut shop, 1, delete("carts", id(1), &seen), None);
    check(&mut shop, 0, insert("carts", id(2), cart(2)), None);
}

#[test]
fn what_is_owned_is_another_devices_once_that_made_itself_the_owner_and_nothing_else() {
    let mut shop = Shop::new();
    let not_owner = Some("not_owner");
    check(&mut shop, 1, insert("carts", id(1), cart(1)), None);
    let to = |was: u8, now: u8| {
        let device = |of: u8| text(&device(of).to_string());
        patch("carts", id(1), "till", device(was), device(now))
    };
    let label = |was, now| patch("carts", id(1), "label", was, text(now));
    check(&mut shop, 2, to(1, 3), not_owner);
    let mut both = to(1, 2);
    if let Op::Patch { fields, .. } = &mut both {
        let more = FieldPatch::new(None, text("mine"));
        fields.insert("label".to_owned(), more);
    }
    check(&mut shop, 2, both, not_owner);
    check(&mut shop, 2, to(1, 2), None);
    check(&mut shop, 1, label(None, "lunch"), not_owner);
    check(&mut shop, 2, label(None, "lunch"), None);
}

#[test]
fn what_the_master_keeps_is_written_by_the_node_alone() {
    let mut shop = Shop::new();
    let forbidden = Some("forbidden");
    let role = || Document::new().with("name", "manager");
    check(&mut shop, 1, insert("roles", id(1), role()), forbidden);
    check(&mut shop, 0, insert("roles", id(1), role()), None);
    let rename = patch("roles", id(1), "name", text("manager"), text("owner"));
    check(&mut shop, 1, rename.clone(), forbidden);
    check(&mut shop, 0, rename, None);
}

#[test]
fn what_the_master_raised_is_closed_by_people_but_made_and_deleted_by_the_node_alone() {
    let mut shop = Shop::new();
    let forbidden = Some("forbidden");
    let task = || Document::new().with("key", "k").with("status", "open");
    check(&mut shop, 1, insert("tasks", id(1), task()), forbidden);
    check(&mut shop, 0, insert("tasks", id(1), task()), None);
    let close = patch("tasks", id(1), "status", text("open"), text("done"));
    check(&mut shop, 1, close, None);
    let seen = task().with("status", "done");
    check(&mut shop, 1, delete("tasks", id(1), &seen), forbidden);
    check(&mut shop, 0, delete("tasks", id(1), &seen), None);
}

#[test]
fn what_is_derived_is_written_by_nobody() {
    let mut shop = Shop::new();
    let forbidden = Some("forbidden");
    shop.does(1, vec![insert("sales", id(2), sale(id(1), 1_000))]);
    let level = Corner::level_of(id(1));
    for by in [0, 1] {
        let made = Document::new().with("on_hand", 5);
        check(&mut shop, by, insert("levels", id(9), made), forbidden);
        let all = patch("levels", level, "on_hand", None, Some(5.into()));
        check(&mut shop, by, all, forbidden);
        check(&mut shop, by, add("levels", level, "on_hand", 5), forbidden);
        let stocked = product("tea").with("stock", 5);
        check(&mut shop, by, insert("products", id(1), stocked), forbidden);
    }
    check(
        &mut shop,
        1,
        insert("products", id(1), product("tea")),
        None,
    );
    let stock = patch("products", id(1), "stock", Some((-1_000).into()), None);
    check(&mut shop, 1, stock, forbidden);
    check(&mut shop, 1, add("products", id(1), "stock", 1), forbidden);
    shop.check_projections();
}

#[test]
fn fields_are_checked_by_their_type() {
    let mut shop = Shop::new();
    check(
        &mut shop,
        1,
        insert("products", id(1), Document::new()),
        Some("required"),
    );
    check(
        &mut shop,
        1,
        insert("products", id(1), product("tea").with("price", "5")),
        Some("type"),
    );
    check(
        &mut shop,
        1,
        insert("products", id(1), product("tea").with("later", "kept")),
        None,
    );
    let price = patch("products", id(1), "price", None, text("five"));
    check(&mut shop, 1, price, Some("type"));
    let name = patch("products", id(1), "name", text("tea"), None);
    check(&mut shop, 1, name, Some("required"));
    let later = patch(
        "products",
        id(1),
        "later",
        text("kept"),
        text("by an older build"),
    );
    check(&mut shop, 1, later, None);
}

#[test]
fn only_integers_are_added_to_and_no_sum_leaves_what_a_document_can_hold() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    let points = |delta| add("products", id(1), "points", delta);
    check(
        &mut shop,
        1,
        add("products", id(1), "name", 1),
        Some("type"),
    );
    check(
        &mut shop,
        1,
        add("products", id(1), "color", 1),
        Some("type"),
    );
    check(&mut shop, 1, points(i64::MAX), Some("type"));
    check(&mut shop, 1, points(sync_core::MAX_INTEGER), None);
    check(&mut shop, 1, points(1), Some("type"));
    check(&mut shop, 1, points(i64::MIN), Some("type"));
    shop.does(1, vec![insert("products", id(2), product("milk"))]);
    shop.does(1, vec![delete("products", id(2), &product("milk"))]);
    // On a deleted record too: it would stand in a conflict that no device could read.
    check(
        &mut shop,
        1,
        add("products", id(2), "points", i64::MAX),
        Some("type"),
    );
}

/// What one envelope becomes in an empty shop.
fn decide_alone(envelope: &Envelope, by: &DeviceInfo) -> (Verdict, Option<String>) {
    let case = Case {
        role: Role::Master,
        device: by,
        seq: envelope.seq,
        at: envelope.at,
        position: Position(1),
        now: envelope.at.millis(),
    };
    let shop = Shop::new();
    let records: &dyn Records = &shop.store;
    let decision = decide(&Corner::new(), records, &case, envelope).expect("readable");
    assert!(decision.verdict != Verdict::Rejected || decision.changes.is_empty());
    (decision.verdict, decision.refusal.map(|r| r.code))
}

fn sealed(format: u32, body: &str) -> Envelope {
    let body = sync_core::json::Raw::new(body).expect("json");
    Envelope::seal(device(1), Seq(1), at(5), format, body)
}

fn one_sale() -> Body {
    Body {
        actor: Actor {
            user: id(9),
            verified: Verified::Pin,
            approved_by: None,
        },
        name: "work".to_owned(),
        ops: vec![insert("sales", id(2), sale(id(1), 1))],
    }
}

#[test]
fn a_device_that_only_looks_writes_nothing_not_even_facts() {
    let envelope = sealed(1, one_sale().encode().get());
    let looking = DeviceInfo {
        read_only: true,
        ..info(1)
    };
    assert_eq!(decide_alone(&envelope, &info(1)).0, Verdict::Accepted);
    let refused = (Verdict::Rejected, Some("forbidden".to_owned()));
    assert_eq!(decide_alone(&envelope, &looking), refused);
}

#[test]
fn what_cannot_be_read_is_rejected_as_unsupported_and_stops_nothing() {
    let body = one_sale().encode();
    let unknown_op = body.get().replace("insert", "upsert");
    let unknown_part = body.get().replace("\"id\"", "\"key\"");
    let deep = |levels| {
        let nested = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        body.get().replace(
            "\"quantity\":1",
            &format!("\"quantity\":1,\"deep\":{nested}"),
        )
    };
    for body in [
        &unknown_op,
        &unknown_part,
        "{}",
        "7",
        &deep(33),
        &deep(5_000),
    ] {
        let refused = (Verdict::Rejected, Some("unsupported".to_owned()));
        assert_eq!(decide_alone(&sealed(1, body), &info(1)), refused);
    }
    assert_eq!(
        decide_alone(&sealed(1, &deep(32)), &info(1)).0,
        Verdict::Accepted
    );
    let (verdict, code) = decide_alone(&sealed(2, body.get()), &info(1));
    assert_eq!(
        (verdict, code.as_deref()),
        (Verdict::Rejected, Some("unsupported"))
    );
}
