//! What two people changed at once, and how a manager ends it.

use retail::{
    Choice, ConflictCard, ConflictStatus, Fields, Resolution, ResolvedBy, Role, conflict_card,
    conflict_cards, resolve_conflict, resolve_conflicts,
};
use sync_core::{Body, Document, FieldPatch, Op, RecordId, Value, Verdict};

use crate::shop::{NOW, Shop, employee_id, id, occasion, product, till};

fn change(name: &str, value: impl Into<Value>) -> Fields {
    Fields::from_iter([(name.to_owned(), Some(value.into()))])
}

/// An edit by a manager at a till who saw the product as it was first.
fn edit(shop: &mut Shop, at: u32, goods: RecordId, changes: &Fields) -> Verdict {
    let seen = Fields::of_typed(&product("22423", 100)).unwrap();
    let by = occasion(&till(at), Role::Manager);
    let body = retail::edit_product(&by, goods, &seen, changes, None).unwrap();
    shop.decide(&till(at), &body).verdict
}

/// A product whose price two tills changed: 120 stands, 130 was withheld.
fn clash() -> (Shop, RecordId) {
    let mut shop = Shop::open();
    let (goods, _) = shop.stock("22423", 100, 1);
    let theirs = edit(&mut shop, 1, goods, &change("price", 120));
    let mine = edit(&mut shop, 2, goods, &change("price", 130));
    assert_eq!((theirs, mine), (Verdict::Accepted, Verdict::Conflict));
    (shop, goods)
}

fn open_cards(shop: &Shop) -> Vec<ConflictCard> {
    conflict_cards(&shop.records, ConflictStatus::Open).unwrap()
}

fn only_card(shop: &Shop) -> ConflictCard {
    let mut cards = open_cards(shop);
    assert_eq!(cards.len(), 1);
    cards.remove(0)
}

fn resolution(shop: &Shop, role: Role, choice: Choice) -> Body {
    let by = occasion(&till(3), role);
    resolve_conflicts(&by, &[only_card(shop).choose(choice)]).unwrap()
}

fn price(shop: &Shop, goods: RecordId) -> i64 {
    shop.records.doc("products", goods).int("price").unwrap()
}

fn refused(shop: &mut Shop, body: &Body) -> String {
    let decision = shop.decide(&till(3), body);
    decision.refusal.unwrap().code
}

#[test]
fn a_card_says_what_was_what_stands_what_was_wanted_by_whom_and_where() {
    let (shop, goods) = clash();
    let card = only_card(&shop);
    assert_eq!(card.label.as_deref(), Some("product 22423"));
    assert_eq!(card.conflict.record, goods);
    assert_eq!(card.conflict.field.as_deref(), Some("price"));
    let int = |value: i64| Some(Value::Int(value));
    assert_eq!(card.conflict.was, int(100));
    assert_eq!((&card.theirs, &card.mine), (&int(120), &int(130)));
    assert_eq!(card.actor_name.as_deref(), Some("manager"));
    assert_eq!(card.theirs_name.as_deref(), Some("manager"));
    assert_eq!(
        card.conflict.theirs_device_name.as_deref(),
        Some("device 1")
    );
    assert_eq!(card.conflict.theirs_at, Some(NOW));
    assert_eq!(card.conflict.device_name.as_deref(), Some("device 2"));
    assert_eq!(
        (card.conflict.claimed_at, card.conflict.raised_at),
        (NOW, NOW)
    );
    assert!(card.can_keep_mine);
    let json = serde_json::to_string(&card).unwrap();
    assert_eq!(serde_json::from_str::<ConflictCard>(&json).unwrap(), card);
}

#[test]
fn a_manager_keeps_theirs_mine_or_something_else_and_all_of_it_stays_readable() {
    let choices = [
        (Choice::Theirs, 120, ResolvedBy::Theirs),
        (Choice::Mine, 130, ResolvedBy::Mine),
        (
            Choice::Value(Some(Value::Int(125))),
            125,
            ResolvedBy::Merged,
        ),
    ];
    for (choice, stands, kept) in choices {
        let (mut shop, goods) = clash();
        let body = resolution(&shop, Role::Manager, choice);
        let conflict = only_card(&shop).id;
        shop.accept(&till(3), &body);
        assert_eq!(price(&shop, goods), stands);
        assert_eq!(open_cards(&shop), []);
        let card = conflict_card(&shop.records, conflict).unwrap().unwrap();
        let ended = card.conflict;
        assert_eq!(ended.status, ConflictStatus::Resolved);
        assert_eq!(ended.resolution, Some(kept));
        assert_eq!(
            (ended.theirs, ended.mine),
            (Some(Value::Int(120)), Some(Value::Int(130)))
        );
        assert_eq!(ended.resolved, Some(Value::Int(stands)));
        assert_eq!(ended.resolved_by, Some(employee_id(Role::Manager)));
        assert_eq!(ended.resolved_at, Some(NOW));
        assert_eq!(card.resolver_name.as_deref(), Some("manager"));
    }
}

#[test]
fn a_resolution_goes_through_the_rules_of_what_it_changes() {
    let (mut shop, _) = clash();
    let notices = shop.records.all("notices").len();
    let card = only_card(&shop);
    let by = occasion(&till(3), Role::Manager);
    let below = card.clone().choose(Choice::Value(Some(Value::Int(-1))));
    let forged = resolve_conflicts(&by, &[below]).unwrap();
    assert_eq!(refused(&mut shop, &forged), "invalid");
    let text = card
        .clone()
        .choose(Choice::Value(Some(Value::from("cheap"))));
    assert_eq!(resolve_conflicts(&by, &[text]).unwrap_err().code(), "type");
    let empty = card.choose(Choice::Value(None));
    assert_eq!(
        resolve_conflicts(&by, &[empty]).unwrap_err().code(),
        "required"
    );
    let body = resolution(&shop, Role::Manager, Choice::Mine);
    shop.accept(&till(3), &body);
    assert_eq!(shop.records.all("notices").len(), notices + 1);
}

#[test]
fn who_may_not_change_a_thing_may_not_resolve_it_either() {
    let (mut shop, _) = clash();
    let body = resolution(&shop, Role::Cashier, Choice::Mine);
    assert_eq!(refused(&mut shop, &body), "forbidden");
    let body = resolution(&shop, Role::StockClerk, Choice::Mine);
    assert_eq!(refused(&mut shop, &body), "forbidden");
    let mut shop = Shop::open();
    let open = retail::open_shop(
        &retail::Occasion::system(crate::shop::node().id, NOW),
        &shop.settings.clone(),
        &[],
    );
    shop.accept(&crate::shop::node(), &open.unwrap());
    let name = shop.settings.name.clone();
    for (at, new) in [(1, "Tea House"), (2, "Coffee House")] {
        let by = occasion(&till(at), Role::Owner);
        let seen = change("name", name.as_str());
        let body = retail::edit_settings(&by, &seen, &change("name", new), None).unwrap();
        shop.decide(&till(at), &body);
    }
    let body = resolution(&shop, Role::Manager, Choice::Mine);
    assert_eq!(refused(&mut shop, &body), "forbidden");
    let body = resolution(&shop, Role::Owner, Choice::Mine);
    shop.accept(&till(3), &body);
}

#[test]
fn a_resolution_is_no_way_around_other_mutations() {
    let (mut shop, goods) = clash();
    let price = |field: &str, was: i64, now: i64| Op::Patch {
        collection: "products".into(),
        id: goods,
        fields: [(
            field.to_owned(),
            FieldPatch::new(Some(Value::Int(was)), Some(Value::Int(now))),
        )]
        .into(),
    };
    let mut body = resolution(&shop, Role::Manager, Choice::Mine);
    body.ops.push(price("cost", 50, 1));
    assert_eq!(refused(&mut shop, &body), "forbidden");
    body.ops.pop();
    body.ops.remove(0);
    assert_eq!(refused(&mut shop, &body), "forbidden");
    let mut body = resolution(&shop, Role::Manager, Choice::Theirs);
    let Op::Patch { fields, .. } = &mut body.ops[0] else {
        panic!("no patch");
    };
    let other = Value::Text(employee_id(Role::Owner).to_string());
    fields.insert("resolved_by".to_owned(), FieldPatch::new(None, Some(other)));
    assert_eq!(refused(&mut shop, &body), "forbidden");
    let Op::Patch { fields, .. } = &mut body.ops[0] else {
        panic!("no patch");
    };
    fields.remove("resolved_by");
    let was = Some(Value::Int(130));
    fields.insert("mine".to_owned(), FieldPatch::new(was, Some(Value::Int(1))));
    assert_eq!(refused(&mut shop, &body), "forbidden");
}

#[test]
fn of_two_managers_the_second_hears_that_it_was_resolved() {
    let (mut shop, goods) = clash();
    let mine = resolution(&shop, Role::Manager, Choice::Mine);
    let theirs = resolution(&shop, Role::Owner, Choice::Theirs);
    shop.accept(&till(3), &mine);
    assert_eq!(refused(&mut shop, &theirs), "already_resolved");
    assert_eq!(price(&shop, goods), 130);
}

#[test]
fn a_price_that_changed_since_the_card_was_shown_is_not_overwritten() {
    let (mut shop, goods) = clash();
    let old = resolution(&shop, Role::Manager, Choice::Mine);
    let by = occasion(&till(1), Role::Manager);
    let third = retail::edit_product(
        &by,
        goods,
        &change("price", 120),
        &change("price", 140),
        None,
    );
    shop.accept(&till(1), &third.unwrap());
    assert_eq!(shop.decide(&till(3), &old).verdict, Verdict::Conflict);
    assert_eq!(price(&shop, goods), 140);
    let reopened = only_card(&shop).conflict;
    assert_eq!(reopened.theirs, Some(Value::Int(140)));
    assert_eq!(reopened.theirs_actor, Some(employee_id(Role::Manager)));
    assert_eq!(reopened.theirs_device, Some(till(1).id));
    let body = resolution(&shop, Role::Manager, Choice::Mine);
    shop.accept(&till(3), &body);
    assert_eq!(price(&shop, goods), 130);
}

/// A product that till 1 archived while till 2 changed it.
fn archived() -> (Shop, RecordId) {
    let mut shop = Shop::open();
    let (goods, record) = shop.stock("22423", 100, 1);
    let by = occasion(&till(1), Role::Manager);
    let seen = retail::to_document(&record).unwrap();
    let body = retail::archive_product(&by, goods, &seen).unwrap();
    shop.accept(&till(1), &body);
    let edited = edit(&mut shop, 2, goods, &change("price", 130));
    assert_eq!(edited, Verdict::Conflict);
    let card = only_card(&shop);
    assert_eq!(
        card.conflict.theirs_device_name.as_deref(),
        Some("device 1")
    );
    (shop, goods)
}

#[test]
fn an_edit_of_a_product_that_was_archived_meanwhile_is_a_conflict() {
    let expect = [(Choice::Theirs, true, 100), (Choice::Mine, false, 130)];
    for (choice, is_archived, stands) in expect {
        let (mut shop, goods) = archived();
        assert_eq!(price(&shop, goods), 100);
        let body = resolution(&shop, Role::Manager, choice);
        shop.accept(&till(3), &body);
        let doc = shop.records.doc("products", goods);
        let flag = doc.get("archived").and_then(Value::as_bool);
        assert_eq!(
            (flag == Some(true), doc.int("price")),
            (is_archived, Some(stands))
        );
    }
    // Field by field: the price, but still archived.
    let (mut shop, goods) = archived();
    let Some(Value::Map(mut fields)) = only_card(&shop).theirs else {
        panic!("a whole record");
    };
    fields.insert("price".to_owned(), Value::Int(130));
    let both = Choice::Value(Some(Value::Map(fields)));
    let body = resolution(&shop, Role::Manager, both);
    shop.accept(&till(3), &body);
    let doc = shop.records.doc("products", goods);
    assert_eq!(doc.get("archived"), Some(&Value::Bool(true)));
    assert_eq!(doc.int("price"), Some(130));
}

#[test]
fn who_sees_that_a_product_is_archived_is_told_to_bring_it_back_first() {
    let by = occasion(&till(1), Role::Manager);
    let mut seen = change("price", 100);
    seen.0
        .insert("archived".to_owned(), Some(Value::Bool(true)));
    let refused = retail::edit_product(&by, id(1), &seen, &change("price", 1), None);
    assert_eq!(refused.unwrap_err().code(), "archived");
}

#[test]
fn two_different_products_under_one_id_are_settled_field_by_field() {
    let mut shop = Shop::open();
    let by = occasion(&till(1), Role::Manager);
    let mut other = product("22423", 130);
    other.barcode = Some("4006381333931".to_owned());
    for record in [product("22423", 100), other] {
        let body = retail::create_product(&by, id(5), &record).unwrap();
        shop.decide(&till(1), &body);
    }
    let body = resolution(&shop, Role::Manager, Choice::Mine);
    shop.accept(&till(3), &body);
    let doc = shop.records.doc("products", id(5));
    assert_eq!(doc.int("price"), Some(130));
    assert_eq!(doc.text("barcode"), Some("4006381333931"));
    assert_eq!(doc.int("cost"), Some(65));
}

#[test]
fn the_same_choice_ends_many_at_once() {
    let mut shop = Shop::open();
    for n in 0..20 {
        let (goods, _) = shop.stock(&n.to_string(), 100, 1);
        for (at, value) in [(1, 120), (2, 130)] {
            let by = occasion(&till(at), Role::Manager);
            let (seen, changes) = (change("price", 100), change("price", value));
            let body = retail::edit_product(&by, goods, &seen, &changes, None).unwrap();
            shop.decide(&till(at), &body);
        }
    }
    let all = open_cards(&shop).into_iter();
    let all: Vec<Resolution> = all.map(|card| card.choose(Choice::Mine)).collect();
    assert_eq!(all.len(), 20);
    let by = occasion(&till(3), Role::Owner);
    shop.accept(&till(3), &resolve_conflicts(&by, &all).unwrap());
    assert_eq!(open_cards(&shop), []);
    let prices = shop.records.all("products").into_iter();
    assert!(
        prices
            .map(|record| record.doc.int("price"))
            .all(|price| price == Some(130))
    );
    assert_eq!(
        resolve_conflicts(&by, &[]).unwrap_err().code(),
        "nothing_to_record"
    );
}

/// A conflict about a whole record that is gone.
fn about_what_is_gone(collection: &str, mine: Document) -> Document {
    Document::new()
        .with("key", "key")
        .with("collection", collection)
        .with("record", id(5).to_string())
        .with("step", "patch")
        .with("status", "open")
        .with("mine", mine)
        .with("device", till(1).id.to_string())
        .with("actor", employee_id(Role::Manager).to_string())
        .with("mutation", "edit")
        .with("claimed_at", 1)
        .with("raised_at", 1)
}

#[test]
fn what_was_deleted_comes_back_whole_or_not_at_all() {
    let by = occasion(&till(1), Role::Manager);
    let resolve = |collection: &str, mine: Document, choice| {
        let conflict = about_what_is_gone(collection, mine);
        resolve_conflict(&by, id(9), &conflict, None, choice)
    };
    let part = Document::new().with("position", 3);
    let whole = part.clone().with("name", "Lights");
    let kept = resolve("categories", part.clone(), Choice::Theirs).unwrap();
    assert_eq!(kept.ops.len(), 1);
    let missing = resolve("categories", part.clone(), Choice::Mine);
    assert_eq!(missing.unwrap_err().code(), "required");
    let back = resolve(
        "categories",
        part,
        Choice::Value(Some(whole.clone().into())),
    )
    .unwrap();
    assert_eq!(
        back.ops[1],
        Op::Insert {
            collection: "categories".into(),
            id: id(5),
            doc: whole.clone(),
        }
    );
    // What is known of a customer's sales went with the record.
    let gone = resolve("customers", whole, Choice::Mine);
    assert_eq!(gone.unwrap_err().code(), "gone");
}
