use sync_core::{DeviceInfo, DeviceKind};

use super::*;
use crate::{FirstSync, LastError, NodeRole, StorageHealth};

fn status(connection: ConnectionState) -> SyncStatus {
    SyncStatus {
        connection,
        since: Millis(0),
        device: None,
        registered: false,
        role: NodeRole::Client,
        master: None,
        pending: 0,
        oldest_pending_at: None,
        stalled: false,
        in_flight: 0,
        attention: 0,
        conflicts: 0,
        tasks: 0,
        last_synced_at: None,
        first_sync: None,
        clock_skew_ms: None,
        last_error: None,
        storage: StorageHealth::default(),
    }
}

fn connecting(attempt: u32) -> ConnectionState {
    ConnectionState::Connecting {
        attempt,
        next_retry_at: None,
    }
}

fn error(at: u64, code: &str, class: Class) -> Option<LastError> {
    Some(LastError {
        at: Millis(at),
        code: code.to_owned(),
        class,
        message: format!("{code} it was"),
    })
}

/// Shows one status after the other, a second apart, and tells what was noted.
#[track_caller]
fn check(shown: &[(SyncStatus, u64)], expected: &[(SyncLogKind, Option<u64>)]) -> SyncLog {
    let mut log = SyncLog::default();
    for (second, (status, decided)) in (1..).zip(shown) {
        let before = log.entries();
        let told = log.observe(status, Seq(*decided), Millis(second * 1_000));
        assert_eq!(told, log.entries() != before);
    }
    let noted: Vec<_> = log.entries.iter().map(|e| (e.kind, e.count)).collect();
    assert_eq!(noted, expected);
    log
}

#[test]
fn the_first_attempts_are_no_loss_and_further_ones_are_one() {
    use SyncLogKind::{Connected, Lost, Started};
    let away = ConnectionState::ServerUnreachable {
        attempt: 3,
        next_retry_at: None,
    };
    let gone = SyncStatus {
        last_error: error(5, "unreachable", Class::Retry),
        ..status(connecting(1))
    };
    let log = check(
        &[
            (status(connecting(1)), 0),
            (status(connecting(2)), 0),
            (status(ConnectionState::Online), 0),
            (status(ConnectionState::Checking), 0),
            (status(ConnectionState::Online), 0),
            (gone, 0),
            (status(connecting(2)), 0),
            (status(away), 0),
        ],
        &[(Started, None), (Connected, None), (Lost, None)],
    );
    assert_eq!(log.entries[2].detail.as_deref(), Some("unreachable it was"));
}

#[test]
fn what_is_sent_one_after_the_other_is_one_entry() {
    use SyncLogKind::{Connected, Refused, Sent, Started};
    let online = || status(ConnectionState::Online);
    let refused = SyncStatus {
        attention: 1,
        ..online()
    };
    check(
        &[(online(), 4), (online(), 6), (online(), 7), (refused, 8)],
        &[
            (Started, None),
            (Connected, None),
            (Sent, Some(4)),
            (Refused, Some(1)),
        ],
    );
}

#[test]
fn another_identity_counts_anew() {
    use SyncLogKind::{Connected, Joined, Sent, Started};
    let of = |byte: u8| SyncStatus {
        device: Some(DeviceInfo {
            id: DeviceId::from([byte; 16]),
            kind: DeviceKind::Till,
            ordinal: 1,
            name: "Till 1".to_owned(),
            read_only: false,
        }),
        ..status(ConnectionState::Online)
    };
    check(
        &[
            (status(ConnectionState::Online), 0),
            (of(1), 0),
            (of(1), 9),
            (of(2), 1),
            (of(2), 2),
        ],
        &[
            (Started, None),
            (Connected, None),
            (Joined, None),
            (Sent, Some(9)),
            (Joined, None),
            (Sent, Some(1)),
        ],
    );
}

#[test]
fn a_difference_is_repaired_and_everything_comes_anew() {
    use SyncLogKind::{Connected, Problem, Repaired, Resynchronised, Started};
    let online = || status(ConnectionState::Online);
    let differs = || SyncStatus {
        last_error: error(3, "checksum", Class::Retry),
        ..online()
    };
    let streaming = |done| SyncStatus {
        first_sync: Some(FirstSync {
            done,
            total: Some(50),
        }),
        ..differs()
    };
    let broken = SyncStatus {
        last_error: error(9, "too_large", Class::Attention),
        ..differs()
    };
    check(
        &[
            (online(), 0),
            (differs(), 0),
            (streaming(10), 0),
            (streaming(50), 0),
            (differs(), 0),
            (broken, 0),
        ],
        &[
            (Started, None),
            (Connected, None),
            (Repaired, None),
            (Resynchronised, Some(50)),
            (Problem, None),
        ],
    );
}

#[test]
fn it_holds_the_last_two_hundred_over_a_restart() {
    let mut log = SyncLog::default();
    for second in 0..500 {
        let state = match second % 2 {
            0 => ConnectionState::Online,
            _ => ConnectionState::NoNetwork,
        };
        log.observe(&status(state), Seq(0), Millis(second));
    }
    let kept = log.entries();
    assert_eq!(kept.len(), 200);
    let mut again = SyncLog::new(kept.clone());
    again.observe(&status(connecting(1)), Seq(0), Millis(900));
    assert_eq!(again.entries()[..199], kept[1..]);
    assert_eq!(again.entries()[199].kind, SyncLogKind::Started);
}
