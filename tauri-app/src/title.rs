use sync_client::{ConnectionState, SyncStatus};

/// What a window is called: whose till it is, how it stands to the master, how many are to send.
pub(crate) fn title(sign: Option<&str>, status: Option<&SyncStatus>) -> String {
    let mut parts = vec![sign.unwrap_or("Tillsync").to_owned()];
    if let Some(status) = status {
        if status.registered {
            parts.extend(word(&status.connection).map(str::to_owned));
        }
        if status.pending > 0 {
            parts.push(format!("{} to send", status.pending));
        }
    }
    if sign.is_some() {
        parts.push("Tillsync".to_owned());
    }
    parts.join(" · ")
}

/// How the till stands to its master, where that is certain.
fn word(connection: &ConnectionState) -> Option<&'static str> {
    match connection {
        ConnectionState::Online => Some("Online"),
        ConnectionState::Checking
        | ConnectionState::OtherTab
        | ConnectionState::Connecting { attempt: 0 | 1, .. } => None,
        ConnectionState::Connecting { .. } | ConnectionState::ServerUnreachable { .. } => {
            Some("Offline")
        }
        ConnectionState::NoNetwork => Some("No network"),
        ConnectionState::Draining => Some("Main server restarts"),
        ConnectionState::Paused { .. } => Some("Needs attention"),
        ConnectionState::Storage { .. } => Some("Storage problem"),
        ConnectionState::Failed { .. } => Some("Stopped"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use sync_core::Millis;

    use super::*;

    /// A till that has joined.
    pub(crate) fn status(connection: ConnectionState, pending: u64) -> SyncStatus {
        SyncStatus {
            connection,
            since: Millis(0),
            device: None,
            registered: true,
            role: Default::default(),
            master: None,
            pending,
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
            storage: Default::default(),
        }
    }

    #[track_caller]
    fn check(status: &SyncStatus, expected: &str) {
        assert_eq!(title(Some("Corner shop T03"), Some(status)), expected);
    }

    #[test]
    fn it_says_whose_till_it_is_and_how_it_stands() {
        let away = ConnectionState::ServerUnreachable {
            attempt: 4,
            next_retry_at: None,
        };
        let online = status(ConnectionState::Online, 0);
        check(&online, "Corner shop T03 · Online · Tillsync");
        check(
            &status(away, 3),
            "Corner shop T03 · Offline · 3 to send · Tillsync",
        );
        let sending = status(ConnectionState::Online, 1);
        check(&sending, "Corner shop T03 · Online · 1 to send · Tillsync");
        // Not certain yet: nothing is said of it.
        let checking = status(ConnectionState::Checking, 0);
        check(&checking, "Corner shop T03 · Tillsync");
    }

    #[test]
    fn before_it_has_joined_it_is_the_program() {
        let mut new = status(ConnectionState::Checking, 0);
        new.registered = false;
        assert_eq!(title(None, Some(&new)), "Tillsync");
        assert_eq!(title(None, None), "Tillsync");
    }
}
