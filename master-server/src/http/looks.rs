//! Which looks at the audit log are still going on.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sync_core::{DeviceId, Millis, RecordId};

/// For so long a look goes on before it is written down again, in milliseconds.
const LOOK: u64 = 60 * 60_000;

/// Who looks at what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Look {
    pub(crate) device: DeviceId,
    /// As the device claims.
    pub(crate) by: Option<RecordId>,
    /// What is looked for.
    pub(crate) about: String,
}

/// Which part of what is looked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Part {
    pub(crate) before: Option<u64>,
    pub(crate) after: Option<u64>,
}

/// How far a look has come.
#[derive(Debug)]
struct Going {
    since: Millis,
    /// The newest entry when it was written down first; none where only older ones were asked for.
    head: Option<u64>,
    /// Where its next page begins.
    next: Option<u64>,
}

/// The looks that were written down and go on, so that a screen that stays open does not fill the
/// audit with itself.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<HashMap<Look, Going>>);

impl Looks {
    /// Whether a request belongs to a look that is written down already: it asks for what was
    /// written since, or for the page after the one that was told last.
    pub(crate) fn goes_on(&self, look: &Look, part: Part, now: Millis) -> bool {
        let mut looks = self.looks();
        looks.retain(|_, going| going.since <= now && now.since(going.since) < LOOK);
        looks.get(look).is_some_and(|going| {
            let newer = going.head.zip(part.after);
            let next = going.next.zip(part.before);
            newer.is_some_and(|(head, after)| after >= head)
                || next.is_some_and(|(next, before)| before == next)
        })
    }

    /// Remembers a look that was written down.
    pub(crate) fn begin(&self, look: Look, part: Part, head: u64, now: Millis) {
        let mut looks = self.looks();
        let going = looks.entry(look).or_insert(Going {
            since: now,
            head: None,
            next: None,
        });
        // The first one stays: two screens would otherwise begin anew by turns.
        if part.before.is_none() && going.head.is_none() {
            (going.since, going.head) = (now, Some(head));
        }
    }

    /// Remembers where a look goes on.
    pub(crate) fn told(&self, look: &Look, part: Part, next: Option<u64>) {
        // What came since is read beside the pages.
        if part.after.is_none()
            && let Some(going) = self.looks().get_mut(look)
        {
            going.next = next;
        }
    }

    fn looks(&self) -> MutexGuard<'_, HashMap<Look, Going>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = Millis(1_000);

    fn look(by: u8, about: &str) -> Look {
        Look {
            device: DeviceId::from([1; 16]),
            by: Some(RecordId::from([by; 16])),
            about: about.to_owned(),
        }
    }

    fn since(after: u64) -> Part {
        Part {
            after: Some(after),
            ..Part::default()
        }
    }

    fn page(before: u64) -> Part {
        Part {
            before: Some(before),
            ..Part::default()
        }
    }

    /// A look at everything, with entry 40 the newest and its next page before 30.
    fn looks() -> Looks {
        let (looks, all) = (Looks::default(), look(1, "all"));
        looks.begin(all.clone(), Part::default(), 40, START);
        looks.told(&all, Part::default(), Some(30));
        looks
    }

    #[test]
    fn what_came_since_a_look_belongs_to_it_for_an_hour() {
        let (looks, all) = (looks(), look(1, "all"));
        assert!(looks.goes_on(&all, since(40), START.plus(5)));
        assert!(!looks.goes_on(&all, since(39), START.plus(5)));
        assert!(!looks.goes_on(&all, Part::default(), START.plus(5)));
        assert!(!looks.goes_on(&all, since(40), START.plus(LOOK)));
    }

    #[test]
    fn two_screens_that_look_at_the_same_do_not_end_the_look_of_each_other() {
        let (looks, all) = (looks(), look(1, "all"));
        looks.begin(all.clone(), Part::default(), 50, START.plus(5));
        assert!(looks.goes_on(&all, since(40), START.plus(6)));
        assert!(looks.goes_on(&all, since(50), START.plus(6)));
        assert!(!looks.goes_on(&all, since(50), START.plus(LOOK)));
    }

    #[test]
    fn the_page_after_the_last_one_belongs_to_a_look_and_no_other() {
        let (looks, all) = (looks(), look(1, "all"));
        looks.told(&all, since(40), None);
        assert!(looks.goes_on(&all, page(30), START.plus(5)));
        assert!(!looks.goes_on(&all, page(20), START.plus(5)));
        looks.told(&all, page(30), None);
        assert!(!looks.goes_on(&all, page(30), START.plus(5)));
    }

    #[test]
    fn who_looks_somewhere_else_or_is_somebody_else_looks_anew() {
        let looks = looks();
        assert!(!looks.goes_on(&look(2, "all"), since(40), START.plus(5)));
        assert!(!looks.goes_on(&look(1, "prices"), since(40), START.plus(5)));
        let mut elsewhere = look(1, "all");
        elsewhere.device = DeviceId::from([2; 16]);
        assert!(!looks.goes_on(&elsewhere, since(40), START.plus(5)));
    }

    #[test]
    fn a_look_at_what_is_old_does_not_go_on_with_what_is_new() {
        let (looks, all) = (Looks::default(), look(1, "all"));
        looks.begin(all.clone(), page(20), 40, START);
        assert!(!looks.goes_on(&all, since(40), START.plus(5)));
    }
}
