//! Every number that `/metrics` tells, by name.

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};

/// One number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its name there.
    pub name: &'static str,
    /// How it moves.
    pub kind: NumberKind,
    /// What it tells.
    pub help: &'static str,
}

/// How a number moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// Up, until the master starts anew.
    Counter,
    /// Up and down.
    Gauge,
    /// Up and down, for each device that was heard of.
    OfDevice,
    /// A spread of durations.
    Histogram,
}

use NumberKind::{Counter, Gauge, Histogram, OfDevice};

/// All of them.
pub const NUMBERS: &[Number] = &[
    number(
        "tillsync_audit_notes_lost_total",
        Counter,
        "entries of the audit that found no room while nothing could be written",
    ),
    number(
        "tillsync_checksum_differences_total",
        Counter,
        "checks in which a device had something else than the master",
    ),
    number(
        "tillsync_commit_failures_total",
        Counter,
        "batches that the ledger refused: nothing of them was acknowledged",
    ),
    number(
        "tillsync_commit_seconds",
        Histogram,
        "how long a batch took until it was on the disk",
    ),
    number("tillsync_connections", Gauge, "open connections"),
    number(
        "tillsync_connections_refused_total",
        Counter,
        "connections for which there was no room",
    ),
    number("tillsync_decided_total", Counter, "decided mutations"),
    number(
        "tillsync_device_attention",
        OfDevice,
        "rejected mutations that nobody has dismissed",
    ),
    number(
        "tillsync_device_behind",
        OfDevice,
        "positions that a device has not applied",
    ),
    number(
        "tillsync_device_oldest_pending_seconds",
        OfDevice,
        "for how long the oldest pending mutation has waited",
    ),
    number(
        "tillsync_device_online",
        OfDevice,
        "1 where a device has a session",
    ),
    number(
        "tillsync_device_pending",
        OfDevice,
        "mutations without an outcome",
    ),
    number(
        "tillsync_disk_full",
        Gauge,
        "1 where nothing can be written because the disk is full",
    ),
    number(
        "tillsync_ledger_failed",
        Gauge,
        "1 where the last batch could not be written for another reason",
    ),
    number(
        "tillsync_log_horizon",
        Gauge,
        "the last position whose changes have left the log",
    ),
    number("tillsync_log_position", Gauge, "the head of the log"),
    number(
        "tillsync_oldest_pending_seconds",
        Gauge,
        "the longest that a pending mutation has waited, of all devices",
    ),
    number(
        "tillsync_pending",
        Gauge,
        "mutations without an outcome, of all devices",
    ),
    number(
        "tillsync_restore_needed",
        Gauge,
        "1 where acknowledged data is missing and nothing is served",
    ),
    number("tillsync_sessions", Gauge, "devices on sockets"),
    number(
        "tillsync_slowed_total",
        Counter,
        "frames and requests of devices that asked faster than they may",
    ),
    number(
        "tillsync_streams_dropped_total",
        Counter,
        "devices that were too slow to follow live and pull instead",
    ),
    number(
        "tillsync_unreadable_frames_total",
        Counter,
        "frames that could not be read",
    ),
    number(
        "tillsync_verify_failures_total",
        Counter,
        "backups that did not verify or could not be made",
    ),
];

const fn number(name: &'static str, kind: NumberKind, help: &'static str) -> Number {
    Number { name, kind, help }
}

/// Names them all to the recorder of this process. Those that are not of a device are there from the
/// start: a rule about one that never moved finds 0, not nothing.
pub fn describe() {
    for Number { name, kind, help } in NUMBERS {
        match kind {
            Counter => {
                describe_counter!(*name, *help);
                counter!(*name).absolute(0);
            }
            Gauge => {
                describe_gauge!(*name, *help);
                gauge!(*name).increment(0.0);
            }
            OfDevice => describe_gauge!(*name, *help),
            Histogram => describe_histogram!(*name, *help),
        }
    }
}
