//! How fast 50,000 products are written and read back. Prints; refuses only what nobody would wait for.

use sync_client::platform::now;
use sync_client::storage::indexeddb::IndexedDb;
use sync_client::storage::{Batch, RecordsPart, StageWrite, Storage, StoredChange};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::support::{load, numbers, product, stage, state};

const PRODUCTS: u64 = 50_000;
const CHUNK: usize = 2_000;

#[wasm_bindgen_test]
async fn fifty_thousand_products_open_quickly() {
    let mut storage = IndexedDb::open("speed").await.unwrap();
    let rows: Vec<StoredChange> = (0..PRODUCTS).map(|n| (&product(n, 1)).into()).collect();
    let begun = now();
    for chunk in rows.chunks(CHUNK) {
        let write = StageWrite::Write {
            rows: chunk.to_vec(),
            state: stage(PRODUCTS),
        };
        storage.commit(staged(write, None)).await.unwrap();
    }
    storage
        .commit(staged(StageWrite::Promote, Some(1)))
        .await
        .unwrap();
    let written = now().since(begun);
    drop(storage);

    let begun = now();
    let mut storage = IndexedDb::open("speed").await.unwrap();
    let (_, found) = load(&mut storage).await.unwrap();
    let read = now().since(begun);
    assert_eq!(found.base.len() as u64, PRODUCTS);

    let begun = now();
    for seq in 1..=50 {
        storage.commit(numbers(seq)).await.unwrap();
    }
    let recorded = now().since(begun);
    console_log!(
        "{PRODUCTS} products: written in {written} ms, opened and read back in {read} ms; \
         50 strict writes to the outbox in {recorded} ms"
    );
    assert!(read < 10_000, "{read} ms");
}

fn staged(write: StageWrite, to: Option<u64>) -> Batch {
    Batch {
        outbox: None,
        records: Some(RecordsPart {
            state: to.map(state),
            stage: Some(write),
            ..RecordsPart::default()
        }),
    }
}
