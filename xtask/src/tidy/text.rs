//! How long a file may be and what no file contains.

use std::sync::LazyLock;

use regex::Regex;

use super::{File, Finding};

/// Lines of one Rust or TypeScript file; more is two things in one room.
const LONGEST: usize = 600;

static NOT_RUN_RUST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"#\[ignore\b").expect("the pattern is constant"));

static NOT_RUN_WEB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(test|it|describe)\.(only|skip|fixme|todo)\b").expect("the pattern is constant")
});

/// Checks one file by its name, its length and its words.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    if file.path.ends_with("/mod.rs") {
        findings.push(file.finding(0, "a module is `foo.rs` beside `foo/`, never `mod.rs`"));
    }
    let rust = file.has_extension(&["rs"]);
    let web = file.has_extension(&["ts", "tsx"]);
    let lines = file.text.lines().count();
    // Nobody writes in what a program wrote, nor reads it from end to end.
    let generated = web && file.text.starts_with("// Generated from ");
    if (rust || web) && lines > LONGEST && !generated {
        let message =
            format!("{lines} lines, more than {LONGEST}: cut it where two things live in one");
        findings.push(file.finding(0, message));
    }
    for (line, code) in file.code() {
        // The rule's own file has to name what it looks for.
        let names_it =
            rust && NOT_RUN_RUST.is_match(code) && !file.path.starts_with("xtask/src/tidy/");
        if names_it || (web && NOT_RUN_WEB.is_match(code)) {
            findings.push(file.finding(line, "a test that does not run is no test"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_file(path: &str, text: &str, findings: usize) {
        assert_eq!(check(&File::new(path, text)).len(), findings, "{path}");
    }

    #[test]
    fn every_test_runs() {
        check_file("retail/src/tax.rs", "#[ignore]\nfn slow() {}", 1);
        check_file("retail/src/tax.rs", "#[ignore = \"slow\"]", 1);
        check_file(
            "tests/e2e/till.spec.ts",
            "test.only('sells', async () => {});",
            1,
        );
        check_file(
            "tests/e2e/till.spec.ts",
            "test('skips the queue', async () => {});",
            0,
        );
    }

    #[test]
    fn files_stay_short_and_modules_have_one_style() {
        check_file("retail/src/tax.rs", &"x\n".repeat(600), 0);
        check_file("retail/src/tax.rs", &"x\n".repeat(601), 1);
        check_file("docs/protocol.md", &"x\n".repeat(601), 0);
        let generated = "// Generated from types.\n".to_owned() + &"x\n".repeat(601);
        check_file("web/src/sync/generated.ts", &generated, 0);
        check_file("retail/src/tax/mod.rs", "", 1);
    }
}
