//! The examples of the documentation are frames as they travel.

use std::collections::BTreeSet;

use sync_core::Frame;

#[test]
fn every_frame_has_an_example_in_the_documentation_that_can_be_read() {
    let page = include_str!("../../../docs/protocol.md");
    let examples = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [name, example, _] = cells[..] else {
            return None;
        };
        let example = example.strip_prefix("`{")?.strip_suffix('`')?;
        Some((name.trim_matches(['|', ' ', '`']), format!("{{{example}")))
    });
    let mut shown = BTreeSet::new();
    for (name, example) in examples {
        let frame = Frame::decode(&example);
        let frame = frame.unwrap_or_else(|error| panic!("{name}: {}", error.message));
        assert_eq!(frame.name(), name);
        assert!(shown.insert(name), "{name} is shown twice");
    }
    assert_eq!(shown.len(), 25, "{shown:?}");
}
