//! The cases that every storage has to pass, on IndexedDB.

use sync_client::storage::conformance::{self, Bench};
use sync_client::storage::indexeddb::IndexedDb;
use wasm_bindgen_test::wasm_bindgen_test;

struct Chromium;

impl Bench for Chromium {
    type Storage = IndexedDb;

    async fn open(&self, name: &str) -> IndexedDb {
        IndexedDb::open(&format!("conformance-{name}"))
            .await
            .expect("opens")
    }

    fn kill_after(&self, storage: &mut IndexedDb, writes: u32) {
        storage.die_after(writes);
    }
}

macro_rules! on_indexeddb {
    ($($case:ident;)*) => {
        $(
            #[wasm_bindgen_test]
            async fn $case() {
                conformance::$case(&Chromium).await;
            }
        )*
    };
}

sync_client::storage_cases!(on_indexeddb);
