//! Shared records, tasks and notices.

use retail::{Fields, Role};

use super::{fields, refusal_of};
use crate::shop::{Shop, id, occasion, product, till};

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
fn a_manager_closes_a_task_and_anybody_acknowledges_a_notice() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 0);
    shop.sell(&till(1), 1, &goods, 1);
    let task = shop.records.all("tasks").remove(0);
    let close = |role| {
        let by = occasion(&till(1), role);
        retail::close_task(&by, task.id, &task.doc, Some("counted again")).unwrap()
    };
    assert_eq!(refusal_of(&mut shop, &close(Role::Cashier)), "forbidden");
    shop.accept(&till(1), &close(Role::Manager));
    let closed = shop.records.doc("tasks", task.id);
    assert_eq!(closed.text("status"), Some("closed"));
    let notice = shop.records.all("notices").remove(0);
    let by = occasion(&till(1), Role::Viewer);
    let body = retail::acknowledge_notice(&by, notice.id, &notice.doc).unwrap();
    shop.accept(&till(1), &body);
    shop.sell(&till(1), 2, &goods, 1);
    let open = |task: &&sync_core::Record| task.doc.text("status") == Some("open");
    assert_eq!(shop.records.all("tasks").iter().filter(open).count(), 1);
}
