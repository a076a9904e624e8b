//! The rules as laws, the wire as frozen bytes. Every test runs natively and in a browser.

mod channel;
mod documented;
mod golden;
mod json;
mod laws;
mod schema_hash;
mod shop;
mod values;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// A browser has no folder to look into, so this one looks natively alone.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn no_file_of_these_tests_is_forgotten() {
    fn check(folder: &std::path::Path, declared: &str) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            let stem = path.file_stem().and_then(|s| s.to_str()).expect("a name");
            if path.is_dir() {
                let parent = path.with_extension("rs");
                check(&path, &std::fs::read_to_string(parent).expect("its parent"));
            } else if stem != "main" {
                let line = format!("mod {stem};");
                assert!(declared.contains(&line), "nothing declares {path:?}");
            }
        }
    }
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    check(&tests, include_str!("main.rs"));
}
