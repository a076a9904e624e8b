//! How the devices stand.

use super::*;

#[test]
fn a_device_tells_how_it_stands_and_only_of_itself() {
    let shop = Shop::open();
    let own = format!("/v1/sync/state/{}", shop.device.device.id);
    let before = shop.get(&own);
    assert_eq!(
        (before.status, &before.body["status"]),
        (200, &json!("offline"))
    );
    let told = json!({ "pending": 3, "attention": 1, "last_error": "the printer is out of paper" });
    let after = shop.ask("PUT", &own, None, &told);
    assert_eq!((after.status, &after.body["pending"]), (200, &json!(3)));
    assert_eq!(after.body["last_error"], told["last_error"]);
    assert_eq!(shop.get(&own).body["attention"], 1);
    let other = shop.get("/v1/devices").body["devices"].clone();
    let other = other.as_array().expect("devices").iter();
    let mut other = other.filter(|device| device["id"] != json!(shop.device.device.id));
    let other = other.next().expect("the node")["id"].clone();
    let other = format!("/v1/sync/state/{}", other.as_str().expect("an id"));
    assert_eq!(shop.ask("PUT", &other, None, &told).status, 403);
    assert_eq!(shop.get("/v1/sync/state/nobody").status, 404);
}

#[test]
fn a_manager_says_which_device_may_stand_in() {
    let shop = Shop::open();
    let roles = shop.get("/v1/device/roles").body["roles"].clone();
    let masters = roles.as_array().expect("roles").iter();
    assert_eq!(masters.filter(|role| role["role"] == "master").count(), 1);
    let own = format!("/v1/device/roles/{}", shop.device.device.id);
    assert_eq!(shop.get(&own).body["active"], false);
    let set = |by: &str, more: Value| {
        let mut body = json!({ "by": by });
        body.as_object_mut()
            .expect("a map")
            .extend(more.as_object().expect("a map").clone());
        shop.ask("PUT", &own, None, &body)
    };
    let wanted = json!({ "priority": 5, "active": true });
    assert_eq!(set(&shop.cashier, wanted.clone()).status, 403);
    for _ in 0..2 {
        let done = set(&shop.manager, wanted.clone());
        assert_eq!((done.status, &done.body["priority"]), (200, &json!(5)));
        assert_eq!(done.body["active"], true);
    }
    let lower = set(&shop.manager, json!({ "priority": 2 }));
    assert_eq!(
        (&lower.body["priority"], &lower.body["active"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(set(&shop.manager, json!({ "role": "master" })).status, 422);
}
