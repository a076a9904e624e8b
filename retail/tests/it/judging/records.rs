//! Shared records, tasks and notices.

use retail::{Fields, Raised, Role, TaskAction};

use super::{fields, refusal_of};
use crate::shop::{NOW, Shop, employee_id, id, occasion, product, till};

#[test]
fn an_unknown_mutation_is_refused() {
    let mut shop = Shop::open();
    let by = occasion(&till(1), Role::Owner);
    let mut body = retail::create_product(&by, id(1), &product("1", 1)).unwrap();
    "teleport_product".clone_into(&mut body.name);
    assert_eq!(refusal_of(&mut shop, &body), "unsupported");
}

#[test]
fn a_product_without_a_name_or_below_zero_is_refused() {
    let mut shop = Shop::open();
    let by = occasion(&till(1), Role::Owner);
    let mut wrong = product("1", -5);
    assert!(retail::create_product(&by, id(1), &wrong).is_err());
    wrong.stocked = false;
    shop.accept(
        &till(1),
        &retail::create_product(&by, id(1), &wrong).unwrap(),
    );
    let (goods, _) = shop.stock("22423", 100, 1);
    let body = retail::edit_product(
        &by,
        goods,
        &fields("price", 100),
        &fields("price", -1),
        None,
    );
    assert_eq!(refusal_of(&mut shop, &body.unwrap()), "invalid");
    let empty = retail::edit_product(&by, goods, &fields("name", "a"), &fields("name", " "), None);
    assert_eq!(empty.unwrap_err().code(), "empty");
    let unknown = retail::edit_product(
        &by,
        goods,
        &Fields::default(),
        &fields("colour", "red"),
        None,
    );
    assert_eq!(unknown.unwrap_err().code(), "unknown_field");
}

#[test]
fn two_products_with_one_barcode_are_a_task() {
    let mut shop = Shop::open();
    let by = occasion(&till(1), Role::StockClerk);
    for n in [1, 2] {
        let mut record = product(&n.to_string(), 100);
        record.barcode = Some("4006381333931".to_owned());
        let body = retail::create_product(&by, id(n), &record).unwrap();
        shop.accept(&till(1), &body);
    }
    assert_eq!(shop.records.tasks(), ["duplicate_barcode"]);
}

#[test]
fn a_new_price_is_a_notice() {
    let mut shop = Shop::open();
    let (goods, _) = shop.stock("22423", 100, 1);
    let by = occasion(&till(1), Role::Manager);
    let body = retail::edit_product(
        &by,
        goods,
        &fields("price", 100),
        &fields("price", 120),
        None,
    );
    shop.accept(&till(1), &body.unwrap());
    let notices = shop.records.all("notices");
    assert_eq!(notices[0].doc.text("kind"), Some("price_changed"));
}

#[test]
fn a_manager_closes_a_task_and_says_what_was_done() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 0);
    shop.sell(&till(1), 1, &goods, 1);
    let task = shop.records.all("tasks").remove(0);
    let close = |role, action| {
        let by = occasion(&till(1), role);
        retail::close_task(&by, task.id, &task.doc, action, Some("told on the phone")).unwrap()
    };
    let called = close(Role::Cashier, TaskAction::Called);
    assert_eq!(refusal_of(&mut shop, &called), "forbidden");
    shop.accept(&till(1), &close(Role::Manager, TaskAction::Called));
    let second = shop.decide(&till(2), &close(Role::Owner, TaskAction::Accepted));
    assert_eq!(second.verdict, sync_core::Verdict::Merged);
    let closed = shop.records.doc("tasks", task.id);
    assert_eq!(closed.text("status"), Some("closed"));
    let closed: Raised = closed.to_typed().unwrap();
    assert_eq!(closed.action, Some(TaskAction::Called));
    assert_eq!(closed.note.as_deref(), Some("told on the phone"));
    assert_eq!(closed.closed_by, Some(employee_id(Role::Manager)));
    shop.sell(&till(1), 2, &goods, 1);
    assert_eq!(retail::open_tasks(&shop.records).unwrap().len(), 1);
    let again = retail::open_tasks(&shop.records).unwrap().remove(0);
    assert_ne!(again.id, task.id);
}

#[test]
fn a_task_that_got_worse_since_it_was_seen_is_not_closed() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 0);
    shop.sell(&till(1), 1, &goods, 1);
    let seen = shop.records.all("tasks").remove(0);
    shop.sell(&till(2), 2, &goods, 1);
    let by = occasion(&till(1), Role::Manager);
    let body = retail::close_task(&by, seen.id, &seen.doc, TaskAction::Accepted, None).unwrap();
    assert_eq!(refusal_of(&mut shop, &body), "happened_again");
    let now = shop.records.doc("tasks", seen.id);
    let body = retail::close_task(&by, seen.id, &now, TaskAction::Accepted, None).unwrap();
    shop.accept(&till(1), &body);
    assert_eq!(retail::open_tasks(&shop.records).unwrap(), []);
}

#[test]
fn every_kind_of_task_offers_something_to_do() {
    for kind in ["oversold", "double_refund", "number_gap", "unknown_user"] {
        assert!(!TaskAction::of_kind(kind).is_empty());
    }
    assert_eq!(TaskAction::of_kind("oversold")[0], TaskAction::Recounted);
}

#[test]
fn a_notice_is_shown_on_each_device_until_acknowledged_there_or_expired() {
    let mut shop = Shop::open();
    let (goods, _) = shop.stock("22423", 100, 1);
    let by = occasion(&till(1), Role::Manager);
    let (seen, new) = (fields("price", 100), fields("price", 120));
    let body = retail::edit_product(&by, goods, &seen, &new, None);
    shop.accept(&till(1), &body.unwrap());
    let shown = |shop: &Shop, at: u32, later: u64| {
        let notices = retail::shown_notices(&shop.records, till(at).id, NOW.plus(later));
        notices.unwrap().len()
    };
    assert_eq!((shown(&shop, 1, 0), shown(&shop, 2, 0)), (1, 1));
    let notice = shop.records.all("notices").remove(0);
    let by = occasion(&till(1), Role::Viewer);
    let body = retail::acknowledge_notice(&by, notice.id).unwrap();
    for _ in 0..2 {
        shop.accept(&till(1), &body);
    }
    assert_eq!((shown(&shop, 1, 0), shown(&shop, 2, 0)), (0, 1));
    assert_eq!(shown(&shop, 2, 86_400_000), 0);
    // Nobody acknowledges for another device.
    assert_eq!(
        shop.decide(&till(2), &body).refusal.unwrap().code,
        "not_owner"
    );
}
