//! Handles that go, tabs that come back, a cache that cannot be read.

use js_sys::{Promise, Reflect};
use sync_client::storage::indexeddb::IndexedDb;
use sync_client::storage::{Storage, StorageError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{changes, load, numbers, product};

#[wasm_bindgen_test]
async fn a_lost_handle_is_opened_again_and_nothing_is_missing() {
    let mut storage = IndexedDb::open("lost").await.unwrap();
    storage.commit(numbers(4)).await.unwrap();
    storage.drop_handles();
    storage.commit(numbers(5)).await.unwrap();
    storage.drop_handles();
    storage
        .commit(changes(None, 1, vec![product(1, 1)]))
        .await
        .unwrap();
    storage.drop_handles();
    let (loaded, found) = load(&mut storage).await.unwrap();
    assert_eq!((loaded.meta.next_seq.0, found.base.len()), (5, 1));
}

#[wasm_bindgen_test]
async fn a_tab_that_was_replaced_can_write_and_read_nothing() {
    let mut old = IndexedDb::open("fenced").await.unwrap();
    old.commit(changes(None, 1, vec![product(1, 1)]))
        .await
        .unwrap();
    let mut new = IndexedDb::open("fenced").await.unwrap();
    let held = |result| matches!(result, Err(StorageError::Held(_)));
    assert!(held(old.commit(numbers(9)).await));
    assert!(held(
        old.commit(changes(Some(1), 2, vec![product(2, 2)])).await
    ));
    assert!(held(load(&mut old).await.map(|_| ())));
    let (loaded, found) = load(&mut new).await.unwrap();
    assert_eq!((loaded.meta.next_seq.0, found.base.len()), (1, 1));
    new.commit(numbers(2)).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_cache_that_cannot_be_read_is_made_anew_and_the_outbox_stays() {
    let mut storage = IndexedDb::open("corrupt").await.unwrap();
    storage.commit(numbers(7)).await.unwrap();
    storage
        .commit(changes(None, 1, vec![product(1, 1)]))
        .await
        .unwrap();
    drop(storage);
    scribble("corrupt-records").await;
    let mut storage = IndexedDb::open("corrupt").await.unwrap();
    let (loaded, found) = load(&mut storage).await.unwrap();
    assert_eq!(loaded.meta.next_seq.0, 7);
    assert!(loaded.records.is_none() && found.base.is_empty());
    storage
        .commit(changes(None, 3, vec![product(1, 3)]))
        .await
        .unwrap();
}

#[wasm_bindgen_test]
async fn a_cache_that_is_gone_is_made_anew_and_the_outbox_stays() {
    let mut storage = IndexedDb::open("gone").await.unwrap();
    storage.commit(numbers(7)).await.unwrap();
    storage
        .commit(changes(None, 1, vec![product(1, 1)]))
        .await
        .unwrap();
    drop(storage);
    run("new Promise(done => indexedDB.deleteDatabase('gone-records').onsuccess = done)").await;
    let mut storage = IndexedDb::open("gone").await.unwrap();
    let (loaded, found) = load(&mut storage).await.unwrap();
    assert_eq!(loaded.meta.next_seq.0, 7);
    assert!(loaded.records.is_none() && found.base.is_empty());
}

#[wasm_bindgen_test]
async fn a_broken_cache_that_another_tab_keeps_open_is_said_and_made_anew_once_it_lets_go() {
    let mut storage = IndexedDb::open("kept-open").await.unwrap();
    storage.commit(numbers(7)).await.unwrap();
    storage
        .commit(changes(None, 1, vec![product(1, 1)]))
        .await
        .unwrap();
    drop(storage);
    scribble("kept-open-records").await;
    // A tab that sleeps: it does not even hear that somebody wants to delete.
    run("new Promise(done => {
        const open = indexedDB.open('kept-open-records');
        open.onsuccess = () => { globalThis.asleep = open.result; done(); };
    })")
    .await;
    let blocked = IndexedDb::open("kept-open").await;
    assert!(matches!(blocked, Err(StorageError::Held(_))));
    run("new Promise(done => { asleep.close(); setTimeout(done); })").await;
    let mut storage = IndexedDb::open("kept-open").await.unwrap();
    let (loaded, found) = load(&mut storage).await.unwrap();
    assert_eq!(loaded.meta.next_seq.0, 7);
    assert!(found.base.is_empty());
}

#[wasm_bindgen_test]
async fn packing_keeps_the_newest_state_of_every_record() {
    let mut storage = IndexedDb::open("packed").await.unwrap();
    let mut position = 0;
    // Enough single rows for many small packings and a merge of their segments.
    for round in 1..=24 {
        let rows = (0..600).map(|n| product(n, round)).collect();
        let from = (position > 0).then_some(position);
        storage
            .commit(changes(from, position + 1, rows))
            .await
            .unwrap();
        position += 1;
    }
    let mut last = changes(Some(position), position + 1, vec![product(9, 99)]);
    if let Some(records) = &mut last.records {
        records.remove = vec![("products".into(), super::support::id(3))];
    }
    storage.commit(last).await.unwrap();
    drop(storage);
    let mut storage = IndexedDb::open("packed").await.unwrap();
    let (_, found) = load(&mut storage).await.unwrap();
    assert_eq!(found.base.len(), 599);
    assert_eq!(found.version(3), None);
    assert_eq!(found.version(9), Some(99));
    assert_eq!(found.version(599), Some(24));
}

/// Writes nonsense over the cursor of the records.
async fn scribble(name: &str) {
    run(&format!(
        "new Promise((done, failed) => {{
            const open = indexedDB.open('{name}');
            open.onerror = failed;
            open.onsuccess = () => {{
                const tx = open.result.transaction('meta', 'readwrite');
                tx.objectStore('meta').put('{{\"format\": 99}}', 'meta');
                tx.oncomplete = () => {{ open.result.close(); done(); }};
            }};
        }})"
    ))
    .await;
}

async fn run(script: &str) {
    let eval = Reflect::get(&js_sys::global(), &"eval".into()).unwrap();
    let eval: js_sys::Function = eval.unchecked_into();
    let promise = eval.call1(&JsValue::UNDEFINED, &script.into()).unwrap();
    JsFuture::from(promise.unchecked_into::<Promise>())
        .await
        .unwrap();
}
