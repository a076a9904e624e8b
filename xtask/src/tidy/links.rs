//! Links between the pages of the documentation lead somewhere.

use std::sync::LazyLock;

use regex::Regex;

use super::{File, Finding};

static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\]\(([^)\s]+)\)").expect("the pattern is constant"));

/// Checks the relative links of a Markdown page.
pub(super) fn check(file: &File, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    if !file.has_extension(&["md"]) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for link in LINK
            .captures_iter(line)
            .map(|found| found.get(1).map_or("", |part| part.as_str()))
        {
            let path = link.split('#').next().unwrap_or_default();
            if path.is_empty() || link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            if !resolve(&file.path, path).is_some_and(|target| exists(&target)) {
                findings.push(file.finding(index + 1, format!("the link to {link} leads nowhere")));
            }
        }
    }
    findings
}

/// Returns the path in the checkout that a link on a page means; none when it leaves the checkout.
fn resolve(page: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_page(path: &str, text: &str, findings: usize) {
        let exists = |path: &str| ["README.md", "docs/client.md", "docs"].contains(&path);
        assert_eq!(
            check(&File::new(path, text), exists).len(),
            findings,
            "{text}"
        );
    }

    #[test]
    fn relative_links_must_exist() {
        check_page(
            "README.md",
            "[client](docs/client.md#reads) and [all](docs/)",
            0,
        );
        check_page(
            "docs/client.md",
            "[home](../README.md) and [gone](server.md)",
            1,
        );
        check_page("docs/client.md", "[out](../../README.md)", 1);
    }

    #[test]
    fn other_addresses_are_left_alone() {
        check_page(
            "README.md",
            "[a](https://example.org/x) [b](#here) [c](mailto:a@example.org)",
            0,
        );
    }
}
