//! What operators watch: numbers, the rules that wake them, and log files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use master_server::numbers::{NUMBERS, NumberKind};

use crate::commands::Serving;

fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().expect("the workspace")
}

/// The names of our numbers in a text.
fn names(text: &str) -> BTreeSet<String> {
    let parts = text.split(|c: char| !(c.is_ascii_lowercase() || c == '_'));
    let ours = parts.filter(|part| part.starts_with("tillsync_"));
    ours.map(str::to_owned).collect()
}

fn known() -> BTreeSet<String> {
    NUMBERS
        .iter()
        .map(|number| number.name.to_owned())
        .collect()
}

fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => sources(&path, found),
            false if path.ends_with("numbers.rs") => {}
            false => found.push_str(&fs::read_to_string(&path).unwrap_or_default()),
        }
    }
}

#[test]
fn every_number_that_is_kept_is_in_the_list_and_every_one_in_the_list_is_kept() {
    let mut text = String::new();
    sources(&root().join("master-server/src"), &mut text);
    let quoted = text.split('"').filter(|part| part.starts_with("tillsync_"));
    let kept: BTreeSet<String> = quoted.map(str::to_owned).collect();
    assert_eq!(kept, known());
}

#[test]
fn the_rules_are_about_numbers_that_a_master_tells() {
    let rules = fs::read_to_string(root().join("docs/alerts.yml")).expect("the rules");
    let named = names(&rules);
    let known = known();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert_eq!(unknown, Vec::<&String>::new());
    // Each rule says what to look at, how bad it is and what to do.
    let count = |what: &str| rules.matches(what).count();
    let alerts = count("- alert: ");
    assert!(alerts >= 7);
    for part in ["expr: ", "severity: ", "summary: ", "description: "] {
        assert_eq!(count(part), alerts, "{part}");
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let serving = Serving::start(dir.path());
    let told = names(&serving.ask("GET", "/metrics", "accept: */*", ""));
    for number in NUMBERS.iter().filter(|n| named.contains(n.name)) {
        // Those of a device come with the first device.
        let here = told.contains(number.name) || number.kind == NumberKind::OfDevice;
        assert!(here, "{} is not told", number.name);
    }
}

#[test]
fn log_lines_go_to_a_file_of_the_day_and_the_oldest_files_go() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let logs = dir.path().join("logs");
    fs::create_dir(&logs).expect("a folder");
    for day in ["2020-01-01", "2020-01-02", "2020-01-03"] {
        fs::write(logs.join(format!("master.{day}.log")), "old\n").expect("written");
    }
    fs::write(logs.join("notes.txt"), "mine\n").expect("written");
    let folder = logs.to_str().expect("text");
    let data = dir.path().join("data");
    let options = ["--log-folder", folder, "--log-keep", "2"];
    drop(Serving::start_with(&data, &options));
    let mut files: Vec<String> = fs::read_dir(&logs)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    files.sort();
    assert_eq!(files.len(), 3, "{files:?}");
    assert_eq!(
        (files[0].as_str(), files[2].as_str()),
        ("master.2020-01-03.log", "notes.txt")
    );
    let today = fs::read_to_string(logs.join(&files[1])).expect("readable");
    let first: serde_json::Value =
        serde_json::from_str(today.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["level"], "INFO");
    assert!(today.contains("serving"));
}
