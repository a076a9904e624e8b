//! Paper beside a master: who may have it, and what is told where none comes out.

use std::sync::{Arc, Mutex};

use axum::Extension;
use axum::http::StatusCode;
use futures_util::future::BoxFuture;
use master_server::ledger::CodeTerms;
use master_server::{NotPrinted, Prints, app};
use serde_json::{Value, json};
use sync_core::DeviceKind;

use super::{Asker, Door};

/// Keeps the jobs that it was handed, and has no paper for one that wants none.
#[derive(Default)]
struct Tray(Mutex<Vec<Value>>);

impl Prints for Tray {
    fn ready(&self) -> bool {
        true
    }

    fn print(&self, job: Value) -> BoxFuture<'static, Result<(), NotPrinted>> {
        let printed = match job["jam"] == json!(true) {
            true => Err(NotPrinted {
                code: "printer_out_of_paper".to_owned(),
                message: "No paper.".to_owned(),
            }),
            false => Ok(()),
        };
        self.0.lock().expect("nobody panics with it").push(job);
        Box::pin(std::future::ready(printed))
    }
}

fn beside(door: &Door, tray: &Arc<Tray>) -> Asker {
    let printer: Arc<dyn Prints> = Arc::clone(tray) as _;
    Asker {
        router: app(door.state.clone()).layer(Extension(printer)),
        peer: door.asker.peer,
    }
}

#[tokio::test]
async fn a_master_without_a_printer_says_so() {
    let door = Door::new();
    let till = door.world.till("till 1").await;
    let stands = door.get("/v1/print", Some(&till.token)).await;
    assert_eq!(stands.json(), json!({ "printer": false }));
    let printed = door.post("/v1/print", Some(&till.token), "{}").await;
    assert_eq!(
        (printed.status, printed.code()),
        (StatusCode::OK, "no_printer".to_owned())
    );
    assert_eq!(printed.json()["printed"], false);
}

#[tokio::test]
async fn a_device_that_sells_prints_and_hears_how_that_ended() {
    let (door, tray) = (Door::new(), Arc::<Tray>::default());
    let till = door.world.till("till 1").await;
    let asker = beside(&door, &tray);
    let stands = asker.get("/v1/print", Some(&till.token)).await;
    assert_eq!(stands.json(), json!({ "printer": true }));
    let job = json!({ "paper": { "kind": "receipt" } });
    let printed = asker
        .post("/v1/print", Some(&till.token), job.to_string())
        .await;
    assert_eq!(printed.json(), json!({ "printed": true }));
    let jam = json!({ "jam": true }).to_string();
    let printed = asker.post("/v1/print", Some(&till.token), jam).await;
    let told = json!({ "printed": false, "code": "printer_out_of_paper", "message": "No paper." });
    assert_eq!((printed.status, printed.json()), (StatusCode::OK, told));
    let tray = tray.0.lock().expect("nobody panics with it");
    assert_eq!(tray[..], [job, json!({ "jam": true })]);
}

#[tokio::test]
async fn nothing_is_printed_for_who_may_not_or_of_what_is_too_large() {
    let (door, tray) = (Door::new(), Arc::<Tray>::default());
    let till = door.world.till("till 1").await;
    let terms = CodeTerms {
        kind: Some(DeviceKind::Terminal),
        read_only: true,
        ..CodeTerms::default()
    };
    let (code, _) = master_server::open_code(&door.world.ledger, terms)
        .await
        .expect("a code");
    let wall = json!({ "code": code, "name": "wall", "kind": "terminal" });
    let wall = door.post("/v1/enroll", None, wall.to_string()).await.json();
    let wall = wall["token"].as_str().expect("a token").to_owned();
    let asker = beside(&door, &tray);
    for (token, body, code) in [
        (None, "{}".to_owned(), "unauthenticated"),
        (Some("nobody"), "{}".to_owned(), "unauthenticated"),
        (Some(wall.as_str()), "{}".to_owned(), "forbidden"),
        (Some(&till.token), "\u{1b}@".to_owned(), "malformed"),
        (
            Some(&till.token),
            format!("\"{}\"", "x".repeat(200_000)),
            "too_large",
        ),
    ] {
        let answer = asker.post("/v1/print", token, body).await;
        assert_eq!(answer.code(), code);
    }
    assert!(tray.0.lock().expect("nobody panics with it").is_empty());
}
