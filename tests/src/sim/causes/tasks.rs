//! The tasks as the master keeps them: one open task for each kind and subject, in which every
//! further cause is counted.

use std::collections::BTreeMap;

use sync_core::RecordId;

use super::{Changed, KINDS, int, text};

/// All tasks so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks(BTreeMap<RecordId, Task>);

#[derive(Clone, Debug)]
struct Task {
    key: String,
    open: bool,
    count: i64,
}

impl Tasks {
    /// Takes the tasks that a mutation changed; gives where they are not what they should be.
    pub(super) fn compare<'a>(
        &mut self,
        mut should: BTreeMap<String, i64>,
        changed: impl Iterator<Item = &'a Changed>,
    ) -> Vec<String> {
        let mut broken = Vec::new();
        let mut is: BTreeMap<String, i64> = BTreeMap::new();
        for Changed { id, doc, .. } in changed {
            let task = Task {
                key: text(doc, "key"),
                open: doc["status"] == "open",
                count: int(doc, "count"),
            };
            let before = self.0.get(id);
            let more = task.count - before.map_or(0, |before| before.count);
            if more > 0 && before.is_some_and(|before| !before.open) {
                broken.push(format!("{} goes on in a task that is closed", task.key));
            }
            if more > 0 && KINDS.contains(&text(doc, "kind").as_str()) {
                *is.entry(task.key.clone()).or_default() += more;
            }
            self.0.insert(*id, task.clone());
            let open = self.0.values();
            let open = open.filter(|other| other.open && other.key == task.key);
            let open = open.count();
            if open > 1 {
                broken.push(format!("{open} tasks are open for {}", task.key));
            }
        }
        for (key, is) in is {
            let asked = should.remove(&key).unwrap_or(0);
            if asked != is {
                broken.push(format!("{key} was raised {is} times, should be {asked}"));
            }
        }
        let silent = should.into_iter();
        broken
            .extend(silent.map(|(key, asked)| format!("{key} was not raised, should be {asked}")));
        broken
    }
}
