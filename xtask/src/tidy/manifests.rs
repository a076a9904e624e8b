//! The doors as Cargo edges, and versions in one table.

use toml::{Table, Value};

use super::{File, Finding};

/// What a crate may never depend on; an arrow that points up, or I/O in a pure room.
const SHUT: [(&str, &[&str]); 5] = [
    (
        "sync-core",
        &[
            "retail",
            "sync-client",
            "master-server",
            "tokio",
            "rusqlite",
            "web-sys",
            "reqwest",
            "rand",
        ],
    ),
    (
        "retail",
        &[
            "sync-client",
            "master-server",
            "tokio",
            "rusqlite",
            "web-sys",
            "reqwest",
            "rand",
        ],
    ),
    ("sync-client", &["retail", "till", "master-server", "axum"]),
    (
        "till",
        &[
            "master-server",
            "web-client",
            "tauri-app",
            "tokio",
            "rusqlite",
            "web-sys",
            "reqwest",
        ],
    ),
    (
        "xtask",
        &[
            "sync-core",
            "retail",
            "sync-client",
            "master-server",
            "till",
            "tillsync-tests",
            "web-client",
        ],
    ),
];

/// Checks one member's manifest.
pub(super) fn check(file: &File) -> Vec<Finding> {
    if !file.path.ends_with("/Cargo.toml") {
        return Vec::new();
    }
    let Ok(manifest) = file.text.parse::<Table>() else {
        return vec![file.finding(0, "is not TOML")];
    };
    let mut findings = Vec::new();
    let package = manifest
        .get("package")
        .and_then(|package| package.get("name")?.as_str());
    let shut = SHUT
        .iter()
        .find(|(name, _)| Some(*name) == package)
        .map_or(&[][..], |(_, shut)| shut);
    for (table, tested) in dependency_tables(&manifest) {
        for (name, entry) in table {
            if !tested && shut.contains(&name.as_str()) {
                findings.push(file.finding(0, format!("may not depend on {name}")));
            }
            let inherited = entry.get("workspace").and_then(Value::as_bool) == Some(true);
            if !inherited {
                let message = format!(
                    "{name}: versions stand in the root table, here `{name}.workspace = true`"
                );
                findings.push(file.finding(0, message));
            }
        }
    }
    findings
}

/// Returns every table of dependencies and whether it serves tests alone.
fn dependency_tables(manifest: &Table) -> Vec<(&Table, bool)> {
    let kinds = [
        ("dependencies", false),
        ("build-dependencies", false),
        ("dev-dependencies", true),
    ];
    let targets = manifest.get("target").and_then(Value::as_table);
    let parts = targets
        .into_iter()
        .flat_map(|targets| targets.values().filter_map(Value::as_table));
    std::iter::once(manifest)
        .chain(parts)
        .flat_map(|part| kinds.map(|(kind, tested)| (part.get(kind), tested)))
        .filter_map(|(table, tested)| Some((table?.as_table()?, tested)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_manifest(text: &str, findings: usize) {
        assert_eq!(
            check(&File::new("any/Cargo.toml", text)).len(),
            findings,
            "{text}"
        );
    }

    #[test]
    fn arrows_point_down_alone() {
        check_manifest(
            "[package]\nname='retail'\n[dependencies]\nsync-core.workspace=true",
            0,
        );
        check_manifest(
            "[package]\nname='retail'\n[dependencies]\nmaster-server.workspace=true",
            1,
        );
        check_manifest(
            "[package]\nname='sync-core'\n[target.'cfg(unix)'.dependencies]\ntokio.workspace=true",
            1,
        );
        check_manifest(
            "[package]\nname='sync-core'\n[dev-dependencies]\nrand.workspace=true",
            0,
        );
    }

    #[test]
    fn members_write_no_versions() {
        check_manifest("[package]\nname='x'\n[dependencies]\nserde='1'", 1);
        check_manifest(
            "[package]\nname='x'\n[dependencies]\nserde={version='1'}",
            1,
        );
        check_manifest(
            "[package]\nname='x'\n[dependencies]\nserde={workspace=true,features=['rc']}",
            0,
        );
    }
}
