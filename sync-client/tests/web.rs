//! IndexedDB, Web Locks and what only a real browser can show. Runs in a worker of Chromium.
#![cfg(target_arch = "wasm32")]

mod web {
    mod broken;
    mod conformance;
    #[cfg(feature = "js")]
    mod door;
    mod released;
    mod speed;
    mod support;
    mod tabs;
}

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
