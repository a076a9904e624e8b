//! What the master makes for people.

use sync_core::FieldType::{Any, Device, Int, List, Text, Time};
use sync_core::{Kind, Policy};

use super::{Draft, Drafts, choice, refers};
use crate::TaskAction;
use crate::collection::{ACKNOWLEDGEMENTS, CONFLICTS, EMPLOYEES, NOTICES, TASKS};

pub(super) fn collections() -> Drafts {
    vec![
        (
            TASKS,
            raised()
                .may_by("status", choice(&["open", "closed"]), Policy::FirstWins)
                .may_by(
                    "action",
                    choice(&TaskAction::ALL.map(TaskAction::as_str)),
                    Policy::FirstWins,
                )
                .may_by("closed_count", Int, Policy::FirstWins),
        ),
        (
            NOTICES,
            raised()
                .may("status", choice(&["open"]))
                .may("expires_at", Time)
                .indexed(&["expires_at"]),
        ),
        (ACKNOWLEDGEMENTS, acknowledgements()),
        (CONFLICTS, conflicts()),
    ]
}

fn raised() -> Draft {
    Draft::new(Kind::Raised)
        .needs("key", Text)
        .needs("kind", Text)
        .needs("subject", Text)
        .needs("message", Text)
        .needs("causes", List)
        .needs("count", Int)
        .needs("raised_at", Time)
        .may_by("note", Text, Policy::FirstWins)
        .may_by("closed_at", Time, Policy::FirstWins)
        .may_by("closed_by", refers(EMPLOYEES), Policy::FirstWins)
        .indexed(&["key", "kind", "subject", "status", "raised_at"])
}

/// That a device has shown a notice. Nothing in it differs between two of one device for one
/// notice: they are the same record.
fn acknowledgements() -> Draft {
    Draft::owned()
        .needs("notice", refers(NOTICES))
        .indexed(&["notice", "device"])
}

fn conflicts() -> Draft {
    Draft::new(Kind::Raised)
        .needs("key", Text)
        .needs("collection", Text)
        .needs("record", Text)
        .may("field", Text)
        .needs("step", choice(&["insert", "patch", "delete", "add"]))
        .may("was", Any)
        .may("theirs", Any)
        .may("theirs_actor", Text)
        .may("theirs_device", Device)
        .may("theirs_device_name", Text)
        .may("theirs_at", Time)
        .may("mine", Any)
        .needs("device", Device)
        .may("device_name", Text)
        .needs("actor", Text)
        .needs("mutation", Text)
        .needs("claimed_at", Time)
        .needs("raised_at", Time)
        .may_by("status", choice(&["open", "resolved"]), Policy::FirstWins)
        .may_by(
            "resolution",
            choice(&["theirs", "mine", "merged"]),
            Policy::FirstWins,
        )
        .may_by("seen", Any, Policy::FirstWins)
        .may_by("resolved", Any, Policy::FirstWins)
        .may_by("resolved_by", refers(EMPLOYEES), Policy::FirstWins)
        .may_by("resolved_at", Time, Policy::FirstWins)
        .may("rule", choice(&["device_priority"]))
        .indexed(&["key", "collection", "record", "status", "raised_at"])
}
