//! A program that is no till: it reads and writes the shop's records over plain requests.

use serde_json::{Value, json};
use sync_core::{
    Actor, Body, Enrolled, Envelope, FieldPatch, Hlc, Op, Push, Pushed, RecordId, Seq, Verified,
};
use tempfile::TempDir;

use crate::commands::{Serving, folder, run};

const PRODUCTS: &str = "code,name,price,stock\n10001,Tea,2.50,100\n10002,Coffee,3.20,5\n";

pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Value,
}

/// A shop with an owner, a manager, a cashier and one device.
pub(crate) struct Shop {
    _dir: TempDir,
    serving: Serving,
    pub(crate) owner: String,
    pub(crate) manager: String,
    pub(crate) cashier: String,
    pub(crate) device: Enrolled,
}

impl Shop {
    pub(crate) fn open() -> Self {
        let (dir, data) = folder();
        let file = dir.path().join("products.csv");
        std::fs::write(&file, PRODUCTS).expect("written");
        let imported = run(&data, &["import", file.to_str().expect("text")]);
        assert!(imported.ok);
        let person = |name: &str, role: &str| {
            let arguments = ["user", "add", name, "--role", role, "--pin", "4711"];
            let made = run(&data, &arguments);
            made.out.split(' ').next().expect("an id").to_owned()
        };
        let owner = person("Olga", "owner");
        let (manager, cashier) = (person("Max", "manager"), person("Carla", "cashier"));
        let serving = Serving::start(&data);
        let code = run(&data, &["enroll"]).out;
        let enroll = json!({ "code": code.trim(), "name": "ERP", "kind": "till" }).to_string();
        let answer = serving.ask("POST", "/v1/enroll", "accept: */*", &enroll);
        let device = serde_json::from_value(parse(&answer).body).expect("an identity");
        Self {
            _dir: dir,
            serving,
            owner,
            manager,
            cashier,
            device,
        }
    }

    pub(crate) fn ask(&self, method: &str, path: &str, etag: Option<&str>, body: &Value) -> Answer {
        let mut headers = format!("authorization: Bearer {}", self.device.token);
        if let Some(etag) = etag {
            headers.push_str(&format!("\r\nif-match: {etag}"));
        }
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        parse(&self.serving.ask(method, path, &headers, &body))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None, &Value::Null)
    }

    /// Looks at the audit, in the manager's name where the query says no other.
    pub(crate) fn look(&self, query: &str) -> Answer {
        match query.contains("by=") {
            true => self.get(&format!("/v1/audit?{query}")),
            false => self.get(&format!("/v1/audit?by={}&{query}", self.manager)),
        }
    }

    fn tea(&self) -> Value {
        let found = self.get("/v1/products?code=10001");
        assert_eq!((found.status, &found.body["total"]), (200, &json!(1)));
        found.body["items"][0].clone()
    }

    /// Sets the price of Tea; by a manager.
    fn set_price(&self, etag: Option<&str>, price: i64) -> Answer {
        let path = format!("/v1/products/{}?by={}", self.tea_id(), self.manager);
        self.ask("PATCH", &path, etag, &json!({ "doc": { "price": price } }))
    }

    fn tea_id(&self) -> String {
        self.tea()["id"].as_str().expect("an id").to_owned()
    }

    /// Lets the device push an edit of the price of Tea by somebody who saw another.
    fn clash(&self, seq: u64, was: i64, now: i64) {
        let id: RecordId = self.tea_id().parse().expect("an id");
        let patch = FieldPatch::new(Some(was.into()), Some(now.into()));
        let body = Body {
            actor: Actor {
                user: self.manager.parse().expect("an id"),
                verified: Verified::Host,
                approved_by: None,
            },
            name: "edit_product".to_owned(),
            ops: vec![Op::Patch {
                collection: "products".into(),
                id,
                fields: [("price".to_owned(), patch)].into(),
            }],
        };
        let device = self.device.device.id;
        let envelope = Envelope::seal(device, Seq(seq), Hlc::default(), 1, body.encode());
        let push = Push {
            mutations: vec![Pushed::Mutation(envelope)],
        };
        let headers = format!("authorization: Bearer {}", self.device.token);
        let push = serde_json::to_string(&push).expect("JSON");
        let answer = parse(&self.serving.ask("POST", "/v1/sync/push", &headers, &push));
        assert_eq!(answer.body["outcomes"][0]["verdict"], "conflict");
    }
}

fn parse(answer: &str) -> Answer {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Answer {
        status: status.expect("a status"),
        head: head.to_ascii_lowercase(),
        body: serde_json::from_str(body).unwrap_or_default(),
    }
}

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
fn the_audit_is_searched_by_who_did_what_to_which_record_and_when() {
    let shop = Shop::open();
    let etag = shop.tea()["etag"].as_str().map(str::to_owned);
    shop.set_price(etag.as_deref(), 275);
    let found = |query: &str| {
        let looked = shop.look(query);
        assert_eq!(looked.status, 200, "{query}");
        looked.body["entries"].as_array().expect("entries").clone()
    };
    let edits = found("action=edit_product");
    assert_eq!(edits.len(), 1);
    let told = edits[0]["payload"]["records"].as_array().expect("records");
    let mut told = told.iter().filter(|each| each["collection"] == "products");
    let told = told.next().expect("the product");
    assert_eq!(told["before"], json!({ "price": 250 }));
    assert_eq!(told["after"], json!({ "price": 275 }));
    assert_eq!(
        found(&format!("user={}&kind=decision", shop.manager)),
        edits
    );
    assert_eq!(found(&format!("user={}", shop.cashier)).len(), 0);
    let at = edits[0]["at"].as_u64().expect("a time");
    assert_eq!(
        found(&format!("action=edit_product&from={at}&to={at}")),
        edits
    );
    assert_eq!(
        found(&format!("action=edit_product&to={}", at - 1)).len(),
        0
    );
    assert_eq!(found("entity=products").len(), 3);
    assert_eq!(found("entity=products&search=COFFEE").len(), 1);
    let number = edits[0]["number"].as_u64().expect("a number");
    let one = shop.get(&format!("/v1/audit/{number}?by={}", shop.manager));
    assert_eq!((one.status, &one.body), (200, &edits[0]));
    assert_eq!(
        shop.get(&format!("/v1/audit/999999?by={}", shop.manager))
            .status,
        404
    );
    let of_tea = format!(
        "/v1/audit/entity/products/{}?by={}&limit=1",
        shop.tea_id(),
        shop.manager
    );
    let of_tea = shop.get(&of_tea).body;
    assert_eq!(of_tea["entries"], json!(edits));
    assert_eq!(of_tea["next"], json!(number));
    let people = found("action=set_credentials");
    assert!(people.len() >= 2 && !json!(people).to_string().contains("argon2"));
    let status = shop.get(&format!("/v1/sync/status?user={}", shop.manager));
    assert_eq!(status.body["user"][0]["decided"], 1);
}

#[test]
fn a_search_folds_capitals_of_every_script() {
    let shop = Shop::open();
    let path = format!("/v1/products?by={}", shop.manager);
    let doc = json!({
        "name": "ÄPFEL aus Ötztal", "code": "10007", "price": 85, "tax_rate": 500, "unit": "pc",
        "stocked": true,
    });
    assert_eq!(
        shop.ask("POST", &path, None, &json!({ "doc": doc })).status,
        201
    );
    for words in ["%C3%A4pfel", "%C3%84pfel", "AUS+%C3%96TZTAL"] {
        let found = shop.look(&format!("kind=decision&search={words}"));
        assert_eq!(
            found.body["entries"].as_array().map(Vec::len),
            Some(1),
            "{words}"
        );
    }
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
