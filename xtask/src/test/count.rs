//! How many tests ran, read from what the test programs print.

use std::sync::LazyLock;

use regex::Regex;

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// The summary line of each test program: nextest, libtest, vitest, Playwright.
static SUMMARY: LazyLock<Regex> = LazyLock::new(|| {
    let lines = r"^\s*(Summary \[.*tests? run:|test result:|Tests  |\d+ (passed|failed)( \(|$))";
    Regex::new(lines).expect("the pattern is constant")
});

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(\d+) (passed|failed)\b").expect("the pattern is constant"));

/// The summary of Node's own runner, one number a line.
static NODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[#ℹ] (pass|fail) (\d+)$").expect("the pattern is constant"));

static COLOUR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("\x1b\\[[0-9;]*m").expect("the pattern is constant"));

impl Count {
    /// Adds what a line of output says, if it is the summary of a test program.
    pub(crate) fn read(&mut self, line: &str) {
        let line = COLOUR.replace_all(line, "");
        let line = line.trim_end();
        if let Some(found) = NODE.captures(line) {
            self.count(&found[1], &found[2]);
        }
        if SUMMARY.is_match(line) {
            for found in NUMBER.captures_iter(line) {
                self.count(&found[2], &found[1]);
            }
        }
    }

    /// Adds the tests of another stage.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    fn count(&mut self, word: &str, number: &str) {
        let number: u64 = number.parse().unwrap_or(0);
        if word.starts_with("pass") {
            self.passed += number;
        } else {
            self.failed += number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, passed: u64, failed: u64) {
        let mut count = Count::default();
        output.lines().for_each(|line| count.read(line));
        assert_eq!(count, Count { passed, failed });
    }

    #[test]
    fn summaries_of_the_rust_runners_are_counted() {
        check(
            "     Summary [   0.9s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped",
            11,
            1,
        );
        check(
            "     Summary [   0.9s] 1 test run: 1 passed, 0 skipped",
            1,
            0,
        );
        check(
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 filtered out",
            5,
            0,
        );
        check("test result: FAILED. 5 passed; 2 failed; 0 ignored", 5, 2);
    }

    #[test]
    fn summaries_of_the_web_runners_are_counted_without_their_files() {
        check(
            " Test Files  3 passed (3)\n      Tests  1 failed | 11 passed (12)",
            11,
            1,
        );
        check(
            "  1 failed\n    [chromium] › till.spec.ts:3:1 › sells\n  7 passed (31.4s)",
            7,
            1,
        );
        check("ℹ tests 8\nℹ pass 7\nℹ fail 1", 7, 1);
        check("# tests 7\n# pass 7\n# fail 0", 7, 0);
        check("\x1b[32m  7 passed\x1b[39m\x1b[2m (31.4s)\x1b[22m", 7, 0);
    }

    #[test]
    fn other_lines_are_not_counted() {
        check(
            "3 passed the door\n        PASS [ 0.1s] retail money::sums\nok 5 passed",
            0,
            0,
        );
    }
}
