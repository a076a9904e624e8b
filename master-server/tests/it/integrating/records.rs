//! Records read and written, and the conflicts between them.

use super::*;

#[test]
fn records_are_read_by_what_their_fields_say() {
    let shop = Shop::open();
    let tea = shop.tea();
    assert_eq!(tea["doc"]["price"], 250);
    assert!(tea["version"].as_u64() > Some(0) && tea["synced_at"].as_u64() > Some(0));
    let names = |query: &str| {
        let found = shop.get(&format!("/v1/products?{query}"));
        let items = found.body["items"].as_array().expect("items").clone();
        let names = items.iter().map(|item| item["doc"]["name"].clone());
        (names.collect::<Vec<_>>(), found.body["next"].clone())
    };
    let page = |names: &[&str], next: Value| {
        (
            names.iter().map(|name| json!(name)).collect::<Vec<_>>(),
            next,
        )
    };
    assert_eq!(names("sort=-price"), page(&["Coffee", "Tea"], Value::Null));
    assert_eq!(names("sort=price&limit=1"), page(&["Tea"], json!(1)));
    assert_eq!(
        names("sort=price&limit=1&offset=1"),
        page(&["Coffee"], Value::Null)
    );
    assert_eq!(names("price.gte=300"), page(&["Coffee"], Value::Null));
    assert_eq!(
        names("name.prefix=Te&archived=false"),
        page(&["Tea"], Value::Null)
    );
    assert_eq!(shop.get("/v1/products?colour=red").status, 422);
    assert_eq!(shop.get("/v1/products?price.gte=cheap").status, 422);
    let one = shop.get(&format!("/v1/products/{}", shop.tea_id()));
    assert_eq!(one.body, tea);
    let etag = tea["etag"].as_str().expect("an etag");
    assert!(one.head.contains(&format!("etag: {etag}")));
    let headers = format!(
        "authorization: Bearer {}\r\nif-none-match: {etag}",
        shop.device.token
    );
    let path = format!("/v1/products/{}", shop.tea_id());
    assert_eq!(
        parse(&shop.serving.ask("GET", &path, &headers, "")).status,
        304
    );
    assert_eq!(shop.get("/v1/tasks?status=open").status, 200);
}

#[test]
fn verifiers_of_pins_and_facts_are_not_for_these_doors() {
    let shop = Shop::open();
    let credential = format!("/v1/credentials/{}", shop.manager);
    assert_eq!(shop.get("/v1/credentials").status, 404);
    assert_eq!(shop.get(&credential).status, 404);
    let by = &shop.manager;
    let made = json!({ "doc": { "verifier": "x" } });
    let post = |name: &str| {
        shop.ask("POST", &format!("/v1/{name}?by={by}"), None, &made)
            .status
    };
    assert_eq!(post("credentials"), 404);
    for name in ["sales", "tasks", "stock_levels", "tax_rates"] {
        assert_eq!(post(name), 403, "{name}");
    }
    let people = shop.get("/v1/employees");
    assert_eq!(people.body["total"], 3);
    assert!(!people.body.to_string().contains("argon2"));
    let nobody = shop.serving.ask("GET", "/v1/products", "accept: */*", "");
    assert_eq!(parse(&nobody).status, 401);
}

#[test]
fn a_record_is_written_by_a_person_who_may_from_the_version_that_was_seen() {
    let shop = Shop::open();
    let tea = shop.tea();
    let etag = tea["etag"].as_str();
    let changed = shop.set_price(etag, 275);
    assert_eq!(
        (changed.status, &changed.body["doc"]["price"]),
        (200, &json!(275))
    );
    let clash = shop.set_price(etag, 290);
    assert_eq!(
        (clash.status, &clash.body["code"]),
        (409, &json!("conflict"))
    );
    assert_eq!(clash.body["theirs"]["doc"]["price"], 275);
    assert_eq!(clash.body["mine"]["doc"]["price"], 290);
    assert_eq!(shop.set_price(None, 290).status, 422);
    let etag = clash.body["theirs"]["etag"].as_str().map(str::to_owned);
    assert_eq!(shop.set_price(etag.as_deref(), -1).body["field"], "price");
    let path = |by: &str| format!("/v1/products/{}?by={by}", shop.tea_id());
    let body = json!({ "doc": { "price": 1 } });
    let by_cashier = shop.ask("PATCH", &path(&shop.cashier), etag.as_deref(), &body);
    assert_eq!(by_cashier.status, 403);
    assert_eq!(
        shop.ask("PATCH", &path(""), etag.as_deref(), &body).status,
        422
    );
    let archived = shop.ask(
        "DELETE",
        &path(&shop.manager),
        etag.as_deref(),
        &Value::Null,
    );
    assert_eq!(
        (archived.status, &archived.body["doc"]["archived"]),
        (200, &json!(true))
    );
    let looked = shop.look("kind=record_written");
    assert_eq!(
        looked.body["entries"][0]["device"],
        json!(shop.device.device.id)
    );
}

#[test]
fn a_record_made_twice_under_one_id_is_made_once() {
    let shop = Shop::open();
    let id = RecordId::derived(&[b"from the ERP"]).to_string();
    let milk = json!({ "id": id, "doc": {
        "name": "Milk", "code": "10003", "price": 85, "tax_rate": 500, "unit": "pc", "stocked": true,
    } });
    let path = format!("/v1/products?by={}", shop.manager);
    for _ in 0..2 {
        let made = shop.ask("POST", &path, None, &milk);
        assert_eq!((made.status, &made.body["id"]), (201, &json!(id)));
        assert!(made.head.contains(&format!("location: /v1/products/{id}")));
    }
    assert_eq!(shop.get("/v1/products").body["total"], 3);
    let empty = shop.ask("POST", &path, None, &json!({ "doc": { "name": "Milk" } }));
    assert_eq!(
        (empty.status, &empty.body["class"]),
        (422, &json!("attention"))
    );
}

#[test]
fn of_those_who_change_what_they_saw_at_once_one_wins_and_the_others_leave_nothing() {
    let shop = Shop::open();
    for round in 0..20 {
        let etag = shop.tea()["etag"].as_str().expect("an etag").to_owned();
        let path = format!("/v1/products/{}?by={}", shop.tea_id(), shop.manager);
        let before = shop.get("/v1/sync/status").body["head"].clone();
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let asked = (0..8).map(|at| {
                let body = json!({ "doc": { "price": 1_000 + round * 10 + at } });
                let (shop, path, etag) = (&shop, &path, &etag);
                scope.spawn(move || shop.ask("PATCH", path, Some(etag), &body))
            });
            let asked: Vec<_> = asked.collect();
            let answers = asked.into_iter().map(|thread| thread.join());
            answers.map(|answer| answer.expect("an answer")).collect()
        });
        let won: Vec<_> = answers.iter().filter(|a| a.status == 200).collect();
        assert_eq!(won.len(), 1, "round {round}");
        assert_eq!(shop.tea()["doc"]["price"], won[0].body["doc"]["price"]);
        let lost = answers.iter().filter(|answer| answer.status == 409);
        assert_eq!(lost.count(), 7);
        let head = shop.get("/v1/sync/status").body["head"].clone();
        assert_eq!(head.as_u64(), before.as_u64().map(|head| head + 1));
    }
    assert_eq!(shop.get("/v1/conflicts?status=all").body["total"], 0);
}

#[test]
fn of_those_who_set_a_first_pin_at_once_one_wins() {
    let shop = Shop::open();
    let people = format!("/v1/employees?by={}", shop.manager);
    let new = json!({ "doc": { "name": "Nora", "role": "cashier", "active": true } });
    let nora = shop.ask("POST", &people, None, &new);
    let path = format!(
        "/v1/employees/{}/pin",
        nora.body["id"].as_str().expect("an id")
    );
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let asked = (0..4).map(|at| {
            let body = json!({ "pin": format!("471{at}"), "by": shop.manager });
            let (shop, path) = (&shop, &path);
            scope.spawn(move || shop.ask("POST", path, None, &body))
        });
        let asked: Vec<_> = asked.collect();
        let answers = asked.into_iter().map(|thread| thread.join());
        answers.map(|answer| answer.expect("an answer")).collect()
    });
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(
        statuses.iter().all(|status| [200, 409].contains(status)),
        "{statuses:?}"
    );
    let set = shop.look("kind=pin_set").body["entries"]
        .as_array()
        .map(Vec::len);
    let won = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(set, Some(won));
}

#[test]
fn what_is_archived_can_be_changed_by_who_saw_it_so() {
    let shop = Shop::open();
    let path = format!("/v1/products/{}?by={}", shop.tea_id(), shop.manager);
    let etag = shop.tea()["etag"].as_str().expect("an etag").to_owned();
    let archived = shop.ask("DELETE", &path, Some(&etag), &Value::Null);
    let late = shop.set_price(Some(&etag), 199);
    assert_eq!(late.status, 409);
    let etag = archived.body["etag"].as_str();
    let changed = shop.set_price(etag, 199);
    assert_eq!(
        (changed.status, &changed.body["doc"]["price"]),
        (200, &json!(199))
    );
    assert_eq!(changed.body["doc"]["archived"], true);
    let body = json!({ "doc": { "archived": false } });
    let back = shop.ask("PATCH", &path, changed.body["etag"].as_str(), &body);
    assert_eq!(
        (back.status, &back.body["doc"]["archived"]),
        (200, &json!(false))
    );
    assert_eq!(shop.get("/v1/conflicts?status=all").body["total"], 0);
}

#[test]
fn an_id_that_is_taken_is_refused_and_leaves_no_conflict() {
    let shop = Shop::open();
    let path = format!("/v1/products?by={}", shop.manager);
    let doc = json!({
        "name": "Milk", "code": "10003", "price": 85, "tax_rate": 500, "unit": "pc", "stocked": true,
    });
    for _ in 0..3 {
        let taken = shop.ask(
            "POST",
            &path,
            None,
            &json!({ "id": shop.tea_id(), "doc": doc }),
        );
        assert_eq!(
            (taken.status, &taken.body["theirs"]["doc"]["name"]),
            (409, &json!("Tea"))
        );
    }
    assert_eq!(shop.get("/v1/conflicts?status=all").body["total"], 0);
}

#[test]
fn a_conflict_is_listed_and_resolved_from_what_was_seen() {
    let shop = Shop::open();
    shop.clash(1, 240, 260);
    let listed = shop.get("/v1/conflicts?collection=products");
    assert_eq!(listed.body["total"], 1);
    let card = &listed.body["conflicts"][0];
    assert_eq!(
        (&card["label"], &card["actorName"]),
        (&json!("Tea"), &json!("Max"))
    );
    assert_eq!((&card["theirs"], &card["mine"]), (&json!(250), &json!(260)));
    let path = format!("/v1/conflicts/products/{}", shop.tea_id());
    assert_eq!(shop.get(&path).body["conflicts"], listed.body["conflicts"]);
    let resolve = |by: &str, seen: Value| {
        let one = json!({ "id": card["id"], "seen": seen, "choice": "mine" });
        let body = json!({ "by": by, "resolutions": [one] });
        shop.ask("POST", "/v1/conflicts/resolve", None, &body)
    };
    assert_eq!(resolve(&shop.cashier, json!(250)).status, 403);
    let late = resolve(&shop.manager, json!(240));
    assert_eq!((late.status, &late.body["code"]), (409, &json!("conflict")));
    assert_eq!(late.body["conflicts"][0]["conflict"]["status"], "open");
    assert_eq!(shop.tea()["doc"]["price"], 250);
    let done = resolve(&shop.manager, json!(250));
    assert_eq!(done.status, 200);
    assert_eq!(done.body["conflicts"][0]["conflict"]["resolution"], "mine");
    assert_eq!(shop.tea()["doc"]["price"], 260);
    assert_eq!(shop.get("/v1/conflicts").body["total"], 0);
    assert_eq!(shop.get("/v1/conflicts?status=resolved").body["total"], 1);
    let query = format!(
        "/v1/audit?by={0}&actor={0}&kind=conflicts_resolved",
        shop.manager
    );
    assert_eq!(
        shop.get(&query).body["entries"].as_array().map(Vec::len),
        Some(2)
    );
    let twice = resolve(&shop.manager, json!(250));
    assert_eq!(twice.status, 409);
    assert_eq!(twice.body["conflicts"][0]["conflict"]["status"], "resolved");
    let body =
        json!({ "by": shop.manager, "resolutions": [{ "id": card["id"], "choice": "mine" }] });
    let unseen = shop.ask("POST", "/v1/conflicts/resolve", None, &body);
    assert_eq!(
        (unseen.status, &unseen.body["field"]),
        (422, &json!("seen"))
    );
}

#[test]
fn a_page_of_records_ends_after_a_million_bytes() {
    let shop = Shop::open();
    let path = format!("/v1/products?by={}", shop.manager);
    for number in 0..5 {
        let doc = json!({
            "name": "n", "code": format!("2000{number}"), "price": 85, "tax_rate": 500,
            "unit": "pc", "stocked": true, "about": "x".repeat(400_000),
        });
        let made = shop.ask("POST", &path, None, &json!({ "doc": doc }));
        assert_eq!(made.status, 201, "{}", made.body["message"]);
    }
    let page = shop.get("/v1/products?code.prefix=2000");
    assert_eq!(
        (
            page.body["items"].as_array().map(Vec::len),
            &page.body["next"]
        ),
        (Some(3), &json!(3))
    );
    let rest = shop.get("/v1/products?code.prefix=2000&offset=3");
    assert_eq!(rest.body["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(rest.body["next"], Value::Null);
    let looked = shop.look("kind=decision");
    let entries = looked.body["entries"].as_array().expect("entries");
    let last = entries.last().map(|entry| entry["number"].clone());
    assert_eq!(
        (entries.len(), Some(&looked.body["next"])),
        (3, last.as_ref())
    );
}
