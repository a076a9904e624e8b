//! How one field merges, by value.
//!
//! ```text
//! current is what the user knew (was or base) ──────────► apply
//! current is what the user wants (now) ─────────────────► nothing to do
//! anything else is a clash, settled by the field's policy:
//!     manual          ► withhold, a person chooses
//!     first_wins      ► withhold
//!     last_wins       ► the latest write stands, whenever it arrives
//!     earliest_wins   ► of the writes from one seen value the earliest stands, whenever it arrives
//! ```
//!
//! 1. `last_wins` keeps the largest stamp of every write that applied or found its value there.
//!    It ends the same in any order because effects have larger stamps than their causes: the
//!    master's clock observes every clamped `at` and travels in its frames, so whoever saw a value
//!    writes with a larger stamp.
//! 2. `earliest_wins` keeps the last few writes, each with the value it replaced. A write is
//!    compared with the one that replaced the value its user saw: a single smallest stamp would
//!    let the write before that value decide, and the end would depend on arrival.
//! 3. A patch that changes nothing (`was` = `now`) has no effect and leaves no stamp, for the same
//!    reason.

use crate::{FieldPatch, Policy, Stamp, Value, WithheldBecause, Write};

/// How many writes of an `earliest_wins` field are remembered.
const REMEMBERED_WRITES: usize = 8;

/// What becomes of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Whether the field takes the patch's value.
    pub apply: bool,
    /// The writes to remember afterwards.
    pub writes: Vec<Write>,
    /// Whether two writes clashed and how that ended.
    pub clash: Option<Clash>,
}

/// How a clash ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// The patch's value replaced theirs.
    Won,
    /// The patch's value was withheld.
    Lost(WithheldBecause),
}

/// Merges one field: what is there now, the writes remembered, what is wanted, by whom.
#[must_use]
pub fn merge_field(
    current: Option<&Value>,
    writes: &[Write],
    patch: &FieldPatch,
    policy: Policy,
    own: Stamp,
) -> Merged {
    if patch.was == patch.now {
        return Merged {
            apply: false,
            writes: writes.to_vec(),
            clash: None,
        };
    }
    match policy {
        Policy::Manual => by_arrival(current, patch, WithheldBecause::Conflict),
        Policy::FirstWins => by_arrival(current, patch, WithheldBecause::FirstWins),
        Policy::LastWins => latest(current, writes, patch, own),
        Policy::EarliestWins => earliest(current, writes, patch, own),
    }
}

fn by_arrival(current: Option<&Value>, patch: &FieldPatch, because: WithheldBecause) -> Merged {
    let there = current == patch.now.as_ref();
    let knew = patch.knew(current);
    let clash = (!there && !knew).then_some(Clash::Lost(because));
    Merged {
        apply: !there && knew,
        writes: Vec::new(),
        clash,
    }
}

fn latest(current: Option<&Value>, writes: &[Write], patch: &FieldPatch, own: Stamp) -> Merged {
    let standing = writes.last().map(|write| write.stamp);
    let there = current == patch.now.as_ref();
    if !there && !patch.knew(current) && standing.is_some_and(|old| old > own) {
        let clash = Some(Clash::Lost(WithheldBecause::LastWins));
        return Merged {
            apply: false,
            writes: writes.to_vec(),
            clash,
        };
    }
    let stamp = standing.map_or(own, |old| old.max(own));
    let clash = (!there && !patch.knew(current)).then_some(Clash::Won);
    Merged {
        apply: !there,
        writes: vec![Write { from: None, stamp }],
        clash,
    }
}

fn earliest(current: Option<&Value>, writes: &[Write], patch: &FieldPatch, own: Stamp) -> Merged {
    let there = current == patch.now.as_ref();
    if !there && patch.knew(current) {
        let from = current.cloned();
        return Merged {
            apply: true,
            writes: remember(writes, Write { from, stamp: own }),
            clash: None,
        };
    }
    let rival = writes
        .iter()
        .rposition(|write| patch.knew(write.from.as_ref()));
    match rival.map(|at| (at, &writes[at])) {
        Some((at, rival)) if own < rival.stamp => {
            let write = Write {
                from: rival.from.clone(),
                stamp: own,
            };
            Merged {
                apply: !there,
                writes: remember(&writes[..at], write),
                clash: (!there).then_some(Clash::Won),
            }
        }
        _ => {
            let clash = (!there).then_some(Clash::Lost(WithheldBecause::EarliestWins));
            Merged {
                apply: false,
                writes: writes.to_vec(),
                clash,
            }
        }
    }
}

fn remember(writes: &[Write], write: Write) -> Vec<Write> {
    let skip = (writes.len() + 1).saturating_sub(REMEMBERED_WRITES);
    writes.iter().skip(skip).cloned().chain([write]).collect()
}
