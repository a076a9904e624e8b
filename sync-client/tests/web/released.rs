//! Databases as released versions wrote them, opened by this one.

use js_sys::{Function, Promise, Reflect};
use sync_client::storage::conformance::released;
use sync_client::storage::indexeddb::IndexedDb;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

/// One line of JSON per released layout: both databases with all that is in them.
const RELEASED: [&str; 1] = [include_str!("../fixtures/indexeddb-v1.json")];

#[wasm_bindgen_test]
async fn databases_of_every_released_layout_open_with_all_they_hold() {
    for (version, dump) in RELEASED.iter().enumerate() {
        let name = format!("released-{version}");
        run(RESTORE, &[name.as_str(), dump]).await;
        let mut storage = IndexedDb::open(&name).await.unwrap();
        released::holds_all(&mut storage).await;
    }
}

#[wasm_bindgen_test]
async fn what_this_build_writes_can_become_the_next_of_these_dumps() {
    let mut storage = IndexedDb::open("filled").await.unwrap();
    released::fill(&mut storage).await.unwrap();
    drop(storage);
    let dump = run(DUMP, &["filled"]).await.as_string().unwrap();
    // What is printed here becomes a file of its own when a layout is released.
    console_log!("DUMP {dump}");
    run(RESTORE, &["copied", &dump]).await;
    let mut storage = IndexedDb::open("copied").await.unwrap();
    released::holds_all(&mut storage).await;
}

/// `(name) => text`
const DUMP: &str = "async (name) => {
    const done = (request) => new Promise((yes, no) => {
        request.onsuccess = () => yes(request.result);
        request.onerror = () => no(request.error);
    });
    const plain = (value) => value instanceof Uint8Array ? { bytes: [...value] } : value ?? null;
    const dump = {};
    for (const part of ['outbox', 'records']) {
        const db = await done(indexedDB.open(`${name}-${part}`));
        const stores = {};
        for (const store of db.objectStoreNames) {
            const all = db.transaction(store).objectStore(store);
            const [keys, values] = await Promise.all([done(all.getAllKeys()), done(all.getAll())]);
            stores[store] = keys.map((key, at) => [key, plain(values[at])]);
        }
        dump[part] = { version: db.version, stores };
        db.close();
    }
    return JSON.stringify(dump);
}";

/// `(name, text) => void`
const RESTORE: &str = "async (name, text) => {
    const value = (stored) => stored?.bytes ? new Uint8Array(stored.bytes) : stored ?? undefined;
    for (const [part, { version, stores }] of Object.entries(JSON.parse(text))) {
        await new Promise((yes, no) => {
            const open = indexedDB.open(`${name}-${part}`, version);
            open.onupgradeneeded = () => {
                for (const [store, rows] of Object.entries(stores)) {
                    const made = open.result.createObjectStore(store);
                    for (const [key, stored] of rows) made.put(value(stored), key);
                }
            };
            open.onsuccess = () => { open.result.close(); yes(); };
            open.onerror = () => no(open.error);
        });
    }
}";

async fn run(script: &str, args: &[&str]) -> JsValue {
    let eval = Reflect::get(&js_sys::global(), &"eval".into()).unwrap();
    let eval: Function = eval.unchecked_into();
    let function = eval.call1(&JsValue::UNDEFINED, &format!("({script})").into());
    let function: Function = function.unwrap().unchecked_into();
    let args = args.iter().map(|arg| JsValue::from(*arg)).collect();
    let promise = function.apply(&JsValue::UNDEFINED, &args).unwrap();
    JsFuture::from(promise.unchecked_into::<Promise>())
        .await
        .unwrap()
}
