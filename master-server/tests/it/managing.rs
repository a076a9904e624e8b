//! What a manager does from a screen: devices taken in, named and sent away; the audit followed.

use serde_json::{Value, json};

use crate::integrating::Shop;

fn entries(shop: &Shop, query: &str) -> Vec<Value> {
    let looked = shop.look(query);
    assert_eq!(looked.status, 200, "{query}");
    looked.body["entries"].as_array().expect("entries").clone()
}

#[test]
fn a_manager_takes_a_device_in_names_it_and_sends_it_away() {
    let shop = Shop::open();
    let wanted = |by: &str| json!({ "by": by, "kind": "terminal", "name": "Back room" });
    let open = |body: &Value| shop.ask("POST", "/v1/device/codes", None, body);
    assert_eq!(open(&wanted(&shop.cashier)).status, 403);
    let opened = open(&wanted(&shop.manager));
    assert_eq!(opened.status, 200);
    assert!(opened.body["expires_at"].as_u64() > Some(0));
    // Nobody else can come to a master that listens on its own machine.
    assert_eq!(opened.body["reach"], Value::Null);
    let enroll = json!({ "code": opened.body["code"], "name": "a browser", "kind": "till" });
    let joined = shop.ask("POST", "/v1/enroll", None, &enroll).body;
    assert_eq!(
        (&joined["device"]["name"], &joined["device"]["kind"]),
        (&json!("Back room"), &json!("terminal"))
    );
    let id = joined["device"]["id"].as_str().expect("an id");

    let names = format!("/v1/device/names/{id}");
    let name = |by: &str, name: &str| {
        let body = json!({ "by": by, "name": name });
        shop.ask("PUT", &names, None, &body)
    };
    assert_eq!(name(&shop.cashier, "Front").status, 403);
    assert_eq!(name(&shop.manager, "  ").body["field"], "name");
    for _ in 0..2 {
        assert_eq!(name(&shop.manager, " Front ").body["name"], "Front");
    }
    let told = entries(&shop, "kind=renamed");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["actor"], json!(shop.manager));
    assert_eq!(
        told[0]["payload"],
        json!({ "before": "Back room", "after": "Front", "address": "127.0.0.1" })
    );

    let revoke = format!("/v1/devices/{id}/revoke");
    let unnamed = shop.ask("POST", &revoke, None, &Value::Null);
    assert_eq!(
        (unnamed.status, &unnamed.body["field"]),
        (422, &json!("by"))
    );
    let by_cashier = format!("{revoke}?by={}", shop.cashier);
    let refused = shop.ask("POST", &by_cashier, None, &Value::Null);
    assert_eq!(refused.status, 403);
    let revoke = format!("{revoke}?by={}", shop.manager);
    assert_eq!(shop.ask("POST", &revoke, None, &Value::Null).status, 200);
    let by_manager = entries(&shop, &format!("user={}&kind=revoke_asked", shop.manager));
    assert_eq!(by_manager[0]["payload"]["device"], json!(id));
    let devices = shop.get("/v1/devices").body;
    let known = devices["devices"].as_array().expect("devices").iter();
    let gone: Vec<&Value> = known.filter(|device| device["id"] == json!(id)).collect();
    assert_eq!(gone[0]["name"], "Front");
    assert!(gone[0]["revoked_at"].is_number());
    assert!(devices["heard"].is_array());
}

/// How often somebody's looks at the audit were written down.
fn looks(shop: &Shop, by: &str) -> usize {
    let looks = entries(shop, &format!("by={}&kind=audit_viewed", shop.manager));
    let theirs = looks.iter().filter(|look| look["actor"] == json!(by));
    // Other than the one that counts them.
    let theirs = theirs.filter(|look| look["payload"]["kind"] != json!("audit_viewed"));
    theirs.count()
}

#[test]
fn following_the_audit_is_one_look_also_where_it_finds_nothing() {
    let shop = Shop::open();
    for about in ["entity=products", "search=nothing+of+the+kind"] {
        let before = looks(&shop, &shop.manager);
        let query = format!("by={}&{about}", shop.manager);
        let found = shop.get(&format!("/v1/audit?{query}")).body;
        let head = found["head"].as_u64().expect("a number");
        for _ in 0..3 {
            assert!(entries(&shop, &format!("{query}&after={head}")).is_empty());
        }
        assert_eq!(looks(&shop, &shop.manager), before + 1, "{about}");
    }
}

#[test]
fn the_pages_of_a_look_are_one_look() {
    let shop = Shop::open();
    let query = format!("/v1/audit?by={}&limit=1", shop.manager);
    let mut page = shop.get(&query).body;
    for _ in 0..3 {
        let before = page["next"].as_u64().expect("a further page");
        page = shop.get(&format!("{query}&before={before}")).body;
    }
    assert_eq!(looks(&shop, &shop.manager), 1);
}

#[test]
fn who_goes_on_with_the_look_of_another_is_written_down() {
    let shop = Shop::open();
    let found = shop.get(&format!("/v1/audit?by={}", shop.manager)).body;
    let head = found["head"].as_u64().expect("a number");
    assert!(!entries(&shop, &format!("by={}&after=0", shop.owner)).is_empty());
    assert_eq!(looks(&shop, &shop.owner), 1);
    entries(&shop, &format!("by={}&after={head}", shop.owner));
    assert_eq!(looks(&shop, &shop.owner), 2);
    // Further back than what the look before it told.
    assert!(!entries(&shop, &format!("by={}&after=0", shop.manager)).is_empty());
    assert_eq!(looks(&shop, &shop.manager), 2);
}

#[test]
fn only_who_may_look_at_the_audit_is_shown_it() {
    let shop = Shop::open();
    let product = "entity/products/00000000-0000-0000-0000-000000000000";
    for door in [
        "audit",
        "audit/1",
        &format!("audit/{product}"),
        "sync/audit-logs",
    ] {
        let door = format!("/v1/{door}");
        let unnamed = shop.get(&door);
        assert_eq!(
            (unnamed.status, &unnamed.body["field"]),
            (422, &json!("by")),
            "{door}"
        );
        let by = |by: &str| shop.get(&format!("{door}?by={by}")).status;
        assert_eq!((by(&shop.cashier), by(&shop.manager)), (403, 200), "{door}");
    }
    assert_eq!(looks(&shop, &shop.cashier), 0);
    assert_eq!(looks(&shop, &shop.manager), 4);
}
