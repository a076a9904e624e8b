//! Doors that stay shut: what is pure does no I/O, the client knows no shop, targets are named at doors.

use std::sync::LazyLock;

use regex::Regex;

use super::{File, Finding};

/// Folders and files that take time, ids and randomness as arguments.
const PURE: [&str; 6] = [
    "sync-core/src/",
    "retail/src/",
    "sync-client/src/engine.rs",
    "sync-client/src/engine/",
    "sync-client/src/overlay",
    "sync-client/src/view",
];

/// The libraries whose logic is the same on every target.
const PORTABLE: [&str; 5] = [
    "sync-core/src/",
    "retail/src/",
    "sync-client/src/",
    "till/src/",
    "master-server/src/",
];

/// The only places of a portable crate that may name a target.
const DOORS: [&str; 4] = ["platform", "storage", "transport", "js"];

static OUTSIDE: LazyLock<[(Regex, &str); 3]> = LazyLock::new(|| {
    [
        (
            pattern(
                r"\b(tokio|rusqlite|web_sys|js_sys|wasm_bindgen\w*|gloo_\w+|rexie|idb|reqwest|axum|hyper|std::(fs|net|env|thread|process))\b",
            ),
            "does I/O, which belongs to the doors",
        ),
        (
            pattern(r"\b((SystemTime|Instant|Date|Utc|Local)::now|now_v7)\b"),
            "reads a clock; take the time as an argument",
        ),
        (
            pattern(r"\b(getrandom|rand|thread_rng|new_v4|OsRng)\b"),
            "draws randomness; take it as an argument",
        ),
    ]
});

static RETAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bretail\b"));

static TARGET: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcfg(_attr)?!?\s*\(.*\btarget_"));

/// Checks one file against the rules of its room.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rust = file.has_extension(&["rs"]);
    let starts = |rooms: &[&str]| rooms.iter().any(|room| file.path.starts_with(room));
    let pure = rust && starts(&PURE);
    let names_no_target = rust && starts(&PORTABLE) && !is_door(&file.path);
    let knows_no_shop = file.path.starts_with("sync-client/")
        && file.has_extension(&["rs", "toml", "ts", "js", "json"]);

    for (line, code) in file.code() {
        for (words, message) in OUTSIDE.iter().filter(|_| pure) {
            if let Some(found) = words.find(code) {
                findings.push(file.finding(line, format!("`{}` {message}", found.as_str())));
            }
        }
        if names_no_target && TARGET.is_match(code) {
            let message = "a target is named outside platform, storage, transport and js";
            findings.push(file.finding(line, message));
        }
        if knows_no_shop && RETAIL.is_match(code) {
            findings.push(file.finding(line, "sync-client knows nothing of retail"));
        }
    }
    findings
}

fn is_door(path: &str) -> bool {
    path.split('/')
        .any(|part| DOORS.contains(&part.trim_end_matches(".rs")))
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is constant")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(path: &str, text: &str, findings: usize) {
        assert_eq!(
            check(&File::new(path, text)).len(),
            findings,
            "{path}: {text}"
        );
    }

    #[test]
    fn pure_rooms_do_no_io_read_no_clock_and_draw_nothing() {
        check_line("sync-core/src/op.rs", "use tokio::sync::mpsc;", 1);
        check_line("retail/src/sale.rs", "std::fs::read(path)", 1);
        check_line("sync-client/src/engine.rs", "let now = Instant::now();", 1);
        check_line(
            "sync-client/src/engine/backoff.rs",
            "rand::random::<u64>()",
            1,
        );
    }

    #[test]
    fn comments_and_other_rooms_may_name_what_they_like() {
        check_line(
            "sync-core/src/op.rs",
            "// unlike tokio, this never waits",
            0,
        );
        check_line("sync-client/src/driver.rs", "use tokio::sync::mpsc;", 0);
        check_line("sync-core/src/op.rs", "let operand = brand.now();", 0);
    }

    #[test]
    fn the_client_never_names_the_shop() {
        check_line("sync-client/Cargo.toml", "retail.workspace = true", 1);
        check_line("sync-client/src/lib.rs", "use retail::Sale;", 1);
        check_line("web/client/src/lib.rs", "use retail::Sale;", 0);
    }

    #[test]
    fn targets_are_named_at_the_doors_alone() {
        let gate = "#[cfg(target_arch = \"wasm32\")]";
        check_line("sync-client/src/driver.rs", gate, 1);
        check_line(
            "sync-client/src/driver.rs",
            "#[cfg(not(target_arch = \"wasm32\"))]",
            1,
        );
        check_line("sync-client/src/platform.rs", gate, 0);
        check_line("sync-client/src/storage/indexeddb/outbox.rs", gate, 0);
        check_line("sync-client/tests/it/main.rs", gate, 0);
    }
}
