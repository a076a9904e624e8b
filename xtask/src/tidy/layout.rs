//! What lies at the root, and that every Rust file is part of its crate.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, Finding};

/// Everything that may lie at the root of the checkout.
const ROOT: [&str; 28] = [
    ".cargo",
    ".ci",
    ".config",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "deny.toml",
    "docs",
    "master-server",
    "retail",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "sync-client",
    "sync-core",
    "tauri-app",
    "tests",
    "till",
    "web",
    "xtask",
    "fuzz",
];

/// Checks the checkout as a whole.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = strangers(files);
    findings.extend(forgotten(files));
    findings
}

fn strangers(files: &[File]) -> Vec<Finding> {
    let top: BTreeSet<&str> = files
        .iter()
        .map(|file| file.path.split('/').next().unwrap_or(&file.path))
        .collect();
    let unknown = top.into_iter().filter(|name| !ROOT.contains(name));
    let message = "has no place at the root; ARCHITECTURE.md says where things live";
    unknown
        .map(|name| Finding {
            path: name.to_owned(),
            line: 0,
            message: message.to_owned(),
        })
        .collect()
}

/// Finds files below `src` or a test folder that no module declares: code that never compiles,
/// tests that never run.
fn forgotten(files: &[File]) -> Vec<Finding> {
    let texts: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let is_module = |file: &&File| {
        let in_crate = file.path.contains("/src/") || file.path.contains("/tests/it/");
        file.has_extension(&["rs"]) && in_crate && !file.path.contains("/src/bin/")
    };
    let mut findings = Vec::new();
    for file in files.iter().filter(is_module) {
        let Some((folder, name)) = file.path.rsplit_once('/') else {
            continue;
        };
        let stem = name.trim_end_matches(".rs");
        if ["lib", "main", "mod"].contains(&stem) {
            continue;
        }
        let declaration = format!("mod {stem};");
        let parents = [
            format!("{folder}.rs"),
            format!("{folder}/lib.rs"),
            format!("{folder}/main.rs"),
        ];
        let declared = parents
            .iter()
            .filter_map(|parent| texts.get(parent.as_str()))
            .any(|text| text.contains(&declaration));
        if !declared {
            findings.push(file.finding(0, "no module declares this file, so nothing compiles it"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_files(files: &[(&str, &str)], expected: &[&str]) {
        let files: Vec<File> = files
            .iter()
            .map(|(path, text)| File::new(path, text))
            .collect();
        let found: Vec<String> = check(&files)
            .into_iter()
            .map(|finding| finding.path)
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_root_holds_the_rooms_alone() {
        check_files(
            &[("README.md", ""), ("docs/client.md", ""), ("notes.txt", "")],
            &["notes.txt"],
        );
    }

    #[test]
    fn every_rust_file_is_declared() {
        let crate_files = [
            ("retail/src/lib.rs", "mod tax;\npub mod sale;"),
            ("retail/src/tax.rs", "mod split;"),
            ("retail/src/tax/split.rs", ""),
            ("retail/src/sale.rs", ""),
            ("retail/src/lost.rs", ""),
            ("tests/src/bin/replay.rs", ""),
        ];
        check_files(&crate_files, &["retail/src/lost.rs"]);
    }
}
