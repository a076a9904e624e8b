//! The shop's sums, rules and records.

#![allow(clippy::unwrap_used, reason = "what a test builds on may end it")]

mod barcodes;
mod batches;
mod conflicts;
mod judging;
mod pins;
mod pricing;
mod records;
mod refunds;
mod roles;
mod settling;
mod shop;
mod sums;

#[test]
fn no_file_of_tests_is_forgotten() {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    let main = std::fs::read_to_string(format!("{here}/main.rs")).unwrap();
    for entry in std::fs::read_dir(here).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(
            module == "main" || main.contains(&format!("mod {module};")),
            "{name} is not part of the tests"
        );
    }
}
