//! Shared records, tasks and notices.

use retail::{Fields, Raised, Retail, Role, TaskAction};
use sync_core::{Document, Domain, MAX_MUTATION_BYTES};

use super::{fields, refusal_of};
use crate::shop::{NOW, Shop, employee_id, id, node, occasion, product, till};

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

#[test]
fn who_closes_a_task_second_adds_nothing_to_what_the_first_said() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 0);
    shop.sell(&till(1), 1, &goods, 1);
    let task = shop.records.all("tasks").remove(0);
    let close = |note| {
        let by = occasion(&till(1), Role::Manager);
        let action = TaskAction::Accepted;
        retail::close_task(&by, task.id, &task.doc, action, note).unwrap()
    };
    shop.accept(&till(1), &close(None));
    let before = shop.records.doc("tasks", task.id);
    let second = shop.decide(&till(2), &close(Some("I counted them all")));
    assert_eq!(second.verdict, sync_core::Verdict::Merged);
    assert_eq!(second.withheld[0].field.as_deref(), Some("note"));
    assert_eq!(shop.records.doc("tasks", task.id), before);
}

#[test]
fn nobody_closes_a_task_without_saying_what_they_saw() {
    let mut shop = Shop::open();
    let goods = shop.stock("22423", 100, 0);
    shop.sell(&till(1), 1, &goods, 1);
    let task = shop.records.all("tasks").remove(0);
    let by = occasion(&till(1), Role::Manager);
    let mut body = retail::close_task(&by, task.id, &task.doc, TaskAction::Accepted, None).unwrap();
    if let sync_core::Op::Patch { fields, .. } = &mut body.ops[0] {
        fields.remove("closed_count");
    }
    let refusal = shop.decide(&till(1), &body).refusal.unwrap();
    assert_eq!(
        (&*refusal.code, refusal.field.as_deref()),
        ("required", Some("closed_count"))
    );
}

#[test]
fn a_device_that_may_only_look_acknowledges_and_does_nothing_else() {
    let mut shop = Shop::open();
    let (goods, _) = shop.stock("22423", 100, 1);
    let by = occasion(&till(1), Role::Manager);
    let (seen, new) = (fields("price", 100), fields("price", 120));
    let edit = retail::edit_product(&by, goods, &seen, &new, None).unwrap();
    shop.accept(&till(1), &edit);
    let notice = shop.records.all("notices").remove(0);
    let mut wall = crate::shop::device(7, sync_core::DeviceKind::Dashboard);
    wall.read_only = true;
    let mut by = occasion(&wall, Role::Viewer);
    // Nobody signs in at a wall.
    by.person.id = id(777);
    let body = retail::acknowledge_notice(&by, notice.id).unwrap();
    shop.accept(&wall, &body);
    let shown = retail::shown_notices(&shop.records, wall.id, NOW).unwrap();
    assert_eq!(shown, []);
    let edit = retail::edit_product(&by, goods, &new, &seen, None).unwrap();
    assert_eq!(shop.decide(&wall, &edit).refusal.unwrap().code, "forbidden");
    let mut both = body;
    both.ops.extend(edit.ops);
    assert_eq!(shop.decide(&wall, &both).refusal.unwrap().code, "forbidden");
}

#[test]
fn notices_that_ended_a_week_ago_are_forgotten_with_what_was_said_of_them() {
    let mut shop = Shop::open();
    let (goods, _) = shop.stock("22423", 100, 1);
    let by = occasion(&till(1), Role::Manager);
    for price in [120, 130] {
        let seen = shop.records.doc("products", goods).int("price").unwrap();
        let edit = retail::edit_product(
            &by,
            goods,
            &fields("price", seen),
            &fields("price", price),
            None,
        );
        shop.accept(&till(1), &edit.unwrap());
    }
    let notice = shop.records.all("notices").remove(0);
    shop.accept(
        &till(1),
        &retail::acknowledge_notice(&by, notice.id).unwrap(),
    );
    let forget = |shop: &Shop, days: u64| {
        let now = NOW.plus(days * 86_400_000);
        Retail.upkeep(node().id, &shop.records, now).unwrap()
    };
    assert_eq!(forget(&shop, 7), None);
    let body = forget(&shop, 9).unwrap();
    assert_eq!(body.ops.len(), 3);
    shop.accept(&node(), &body);
    let live = |name: &str| {
        let all = shop.records.all(name);
        all.iter().filter(|record| record.is_live()).count()
    };
    assert_eq!((live("notices"), live("acknowledgements")), (0, 0));
    assert_eq!(forget(&shop, 9), None);
    // Only the master forgets.
    assert_eq!(refusal_of(&mut shop, &body), "forbidden");
}

#[test]
fn what_many_devices_said_of_many_notices_is_forgotten_in_mutations_the_master_takes() {
    let mut shop = Shop::open();
    let ended = Document::new()
        .with("status", "open")
        .with("expires_at", NOW.0 as i64);
    for notice in 0..200 {
        let notice = id(10_000 + notice);
        shop.records.put("notices", notice, ended.clone());
        for ordinal in 0..35 {
            let device = till(ordinal).id;
            let shown = Document::new()
                .with("notice", notice.to_string())
                .with("device", device.to_string());
            let id = retail::acknowledgement_id(notice, device);
            shop.records.put("acknowledgements", id, shown);
        }
    }
    let later = NOW.plus(9 * 86_400_000);
    let mut gone = 0;
    while let Some(body) = Retail.upkeep(node().id, &shop.records, later).unwrap() {
        let bytes = body.encode().get().len();
        assert!(bytes <= MAX_MUTATION_BYTES, "{bytes}");
        gone += body.ops.len();
        shop.accept(&node(), &body);
    }
    assert_eq!(gone, 200 * 36);
}

#[test]
fn a_master_that_begins_anew_tells_everybody_and_nobody_else_may() {
    let mut shop = Shop::open();
    let anew = Retail.announce(node().id, NOW).unwrap();
    shop.accept(&node(), &anew);
    let notices = shop.records.all("notices");
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].doc.text("kind"), Some("new_master"));
    assert!(notices[0].doc.int("expires_at").is_some());
    assert_eq!(refusal_of(&mut shop, &anew), "forbidden");
}
