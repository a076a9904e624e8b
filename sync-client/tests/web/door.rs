//! The JavaScript door: errors as plain objects, one tab, subscriptions that end.

use js_sys::{JSON, Reflect};
use sync_client::js::JsClient;
use wasm_bindgen::convert::TryFromJsValue;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_device_that_joined_no_store_says_so_in_a_plain_object() {
    let client = open("door").await.unwrap();
    let mutation = r#"{"name": "add_note", "user": "00000000-0000-7000-8000-000000000001",
        "steps": [{"op": "insert", "collection": "notes",
                   "id": "00000000-0000-7000-8000-000000000002", "doc": {"text": "milk"}}]}"#;
    let refused = client.record(json(mutation)).await.err().unwrap();
    assert_eq!(text(&refused, "code"), "not_enrolled");
    assert_eq!(text(&refused, "class"), "needs_auth");
    assert!(!text(&refused, "message").is_empty());
    let refused = client.record(json(r#"{"name": 3}"#)).await.err().unwrap();
    assert_eq!(text(&refused, "code"), "malformed");
    let status: JsValue = client.status().unwrap().into();
    assert_eq!(
        Reflect::get(&status, &"registered".into()),
        Ok(JsValue::FALSE)
    );
    client.close().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_second_client_is_refused_until_it_takes_over() {
    let first = open("door-tabs").await.unwrap();
    let refused = open("door-tabs").await.err().unwrap();
    assert_eq!(text(&refused, "code"), "other_tab");
    let second = opened(&options("door-tabs", true)).await.unwrap();
    let refused = first.record(json("{}")).await.err().unwrap();
    assert_eq!(text(&refused, "code"), "other_tab");
    second.close().await.unwrap();
    let third = open("door-tabs").await.unwrap();
    third.close().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_query_is_answered_and_an_unsubscribed_one_is_over() {
    let client = open("door-query").await.unwrap();
    let query = r#"{"collection": "notes"}"#;
    let answer: JsValue = client.query(&json(query)).await.unwrap();
    assert_eq!(
        JSON::stringify(&answer).unwrap(),
        r#"{"items":[],"total":0}"#
    );
    let listener = js_sys::Function::new_with_args("result", "self.heard = result.total");
    let number = client
        .subscribe(&json(query), listener.unchecked_into())
        .unwrap();
    sync_client::platform::sleep(0).await;
    let heard = Reflect::get(&js_sys::global(), &"heard".into()).unwrap();
    assert_eq!(heard.as_f64(), Some(0.0));
    client.unsubscribe(number);
    client.close().await.unwrap();
}

async fn open(name: &str) -> Result<JsClient, JsValue> {
    opened(&options(name, false)).await
}

async fn opened(options: &str) -> Result<JsClient, JsValue> {
    let client = JsClient::open(json(options)).await?;
    Ok(JsClient::try_from_js_value(client).unwrap())
}

/// Nobody listens at this address: everything here works without a master.
fn options(name: &str, take_over: bool) -> String {
    format!(
        r#"{{"url": "http://127.0.0.1:9", "name": "{name}", "takeOver": {take_over},
            "schema": {{"format": 1, "collections": {{"notes": {{"kind": "shared",
                "fields": {{"text": {{"type": "text", "required": true}}}},
                "search": ["text"]}}}}}}}}"#
    )
}

fn json<T: JsCast>(text: &str) -> T {
    JSON::parse(text).unwrap().unchecked_into()
}

fn text(value: &JsValue, name: &str) -> String {
    let text = Reflect::get(value, &name.into()).ok();
    text.and_then(|text| text.as_string()).unwrap_or_default()
}
