use std::time::Duration;

use sync_client::{ConnectionState, SyncStatus};
use tokio::time::Instant;

use crate::Note;

/// How long a till keeps quiet after it has told something.
const QUIET: Duration = Duration::from_secs(60);

/// Decides when somebody is told that the master was lost or is back: what holds after a minute of
/// quiet, not every step of a connection that comes and goes.
#[derive(Debug, Default)]
pub(crate) struct Announcer {
    /// What people take for true: what they were told, or how the till began.
    known: Option<Reach>,
    quiet_until: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    There,
    Away,
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// This, now.
    Now(Note),
    /// Look again then, if nothing has changed until then.
    At(Instant),
}

impl Announcer {
    /// What is due now that the till stands so.
    pub(crate) fn consider(&mut self, status: Option<&SyncStatus>, now: Instant) -> Option<Due> {
        let status = status.filter(|status| status.registered)?;
        let reach = reach(&status.connection)?;
        let known = *self.known.get_or_insert(reach);
        if known == reach {
            return None;
        }
        if let Some(until) = self.quiet_until.filter(|until| now < *until) {
            return Some(Due::At(until));
        }
        self.known = Some(reach);
        self.quiet_until = Some(now + QUIET);
        Some(Due::Now(note(reach, status.pending)))
    }
}

/// Whether the master is there, where that is certain.
fn reach(connection: &ConnectionState) -> Option<Reach> {
    match connection {
        ConnectionState::Online => Some(Reach::There),
        ConnectionState::ServerUnreachable { .. } | ConnectionState::NoNetwork => Some(Reach::Away),
        _ => None,
    }
}

fn note(reach: Reach, unsent: u64) -> Note {
    let (title, body) = match (reach, unsent) {
        (Reach::Away, _) => (
            "Main server not reachable",
            "Keep selling: sales are saved on this till and sent later.".to_owned(),
        ),
        (Reach::There, 0) => ("Connected again", "Everything has been sent.".to_owned()),
        (Reach::There, n) => ("Connected again", format!("Sending {n} now.")),
    };
    Note {
        title: title.to_owned(),
        body,
    }
}

#[cfg(test)]
mod tests {
    use sync_core::Millis;

    use super::*;
    use crate::title::tests::status;

    fn online(pending: u64) -> SyncStatus {
        status(ConnectionState::Online, pending)
    }

    fn away() -> SyncStatus {
        let connection = ConnectionState::ServerUnreachable {
            attempt: 3,
            next_retry_at: Some(Millis(0)),
        };
        status(connection, 2)
    }

    fn told(due: Option<Due>) -> Option<String> {
        match due {
            Some(Due::Now(note)) => Some(format!("{}. {}", note.title, note.body)),
            _ => None,
        }
    }

    #[test]
    fn loss_and_recovery_are_told_once_and_a_start_is_neither() {
        let (mut announcer, start) = (Announcer::default(), Instant::now());
        assert_eq!(announcer.consider(None, start), None);
        assert_eq!(announcer.consider(Some(&online(0)), start), None);
        let lost = told(announcer.consider(Some(&away()), start));
        assert!(lost.is_some_and(|text| text.starts_with("Main server not reachable")));
        assert_eq!(announcer.consider(Some(&away()), start), None);
        let back = told(announcer.consider(Some(&online(2)), start + QUIET));
        assert_eq!(back.as_deref(), Some("Connected again. Sending 2 now."));
    }

    #[test]
    fn a_till_that_starts_without_its_master_says_so_by_other_means() {
        let (mut announcer, start) = (Announcer::default(), Instant::now());
        assert_eq!(announcer.consider(Some(&away()), start), None);
        let back = told(announcer.consider(Some(&online(0)), start));
        assert_eq!(
            back.as_deref(),
            Some("Connected again. Everything has been sent.")
        );
    }

    #[test]
    fn a_connection_that_comes_and_goes_is_told_at_most_once_a_minute_and_then_as_it_is() {
        let (mut announcer, start) = (Announcer::default(), Instant::now());
        announcer.consider(Some(&online(0)), start);
        assert!(told(announcer.consider(Some(&away()), start)).is_some());
        let soon = start + Duration::from_secs(5);
        let due = announcer.consider(Some(&online(1)), soon);
        assert_eq!(due, Some(Due::At(start + QUIET)));
        // Lost again before it could be told: what people know is true.
        assert_eq!(announcer.consider(Some(&away()), soon), None);
        assert!(told(announcer.consider(Some(&online(1)), start + QUIET)).is_some());
    }

    #[test]
    fn what_is_not_certain_is_not_told() {
        let (mut announcer, start) = (Announcer::default(), Instant::now());
        announcer.consider(Some(&online(0)), start);
        let checking = status(ConnectionState::Checking, 0);
        assert_eq!(announcer.consider(Some(&checking), start), None);
        let mut new = away();
        new.registered = false;
        assert_eq!(announcer.consider(Some(&new), start), None);
    }
}
