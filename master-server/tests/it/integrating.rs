//! A program that is no till: it reads and writes the shop's records over plain requests.

use serde_json::{Value, json};
use sync_core::{
    Actor, Body, Enrolled, Envelope, FieldPatch, Hlc, Op, Push, Pushed, RecordId, Seq, Verified,
};
use tempfile::TempDir;

use crate::commands::{Serving, folder, run};

mod audit;
mod devices;
mod records;

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
