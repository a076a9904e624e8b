//! After what changes are asked for, in the query of a pull.

use jiff::Timestamp;
use serde::Deserialize;
use sync_core::{Code, Cursor, LogId, Millis, Position, WireError};
use uuid::Uuid;

use crate::service::After;

/// A page has so many positions unless told otherwise.
const LIMIT: u32 = 500;

/// The query as it was written: each part is read by itself, so that an error names it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PullQuery {
    generation: Option<String>,
    log: Option<String>,
    position: Option<String>,
    since: Option<String>,
    limit: Option<String>,
}

impl PullQuery {
    /// After what, and how much of it.
    ///
    /// # Errors
    /// [`Code::Validation`] naming the field: where both a cursor and a time are given, or neither,
    /// or one that cannot be read.
    pub(crate) fn read(&self) -> Result<(After, u32), WireError> {
        let limit = match &self.limit {
            Some(limit) => number("limit", limit)?,
            None => LIMIT,
        };
        let cursor = [&self.generation, &self.log, &self.position];
        let any = cursor.iter().any(|part| part.is_some());
        let after = match &self.since {
            Some(_) if any => {
                return Err(wrong("since", "say since or a cursor, not both"));
            }
            Some(since) => After::Time(time(since)?),
            None if any => After::Cursor(self.cursor()?),
            None => {
                let message = "say after what: a time (since), or the cursor of the last answer \
                               (generation, log and position)";
                return Err(wrong("since", message));
            }
        };
        Ok((after, limit))
    }

    fn cursor(&self) -> Result<Cursor, WireError> {
        let part = |name: &str, part: &Option<String>| {
            let missing = || wrong(name, "a cursor has generation, log and position");
            part.clone().ok_or_else(missing)
        };
        let log = part("log", &self.log)?;
        Ok(Cursor {
            log_id: LogId {
                generation: number("generation", &part("generation", &self.generation)?)?,
                uuid: Uuid::parse_str(&log).map_err(|_| wrong("log", "log is a UUID"))?,
            },
            position: Position(number("position", &part("position", &self.position)?)?),
        })
    }
}

/// Milliseconds since 1970, or ISO 8601 with its zone.
fn time(text: &str) -> Result<Millis, WireError> {
    if let Ok(millis) = text.parse() {
        return Ok(Millis(millis));
    }
    // In a query a plus is a space.
    let read: Result<Timestamp, _> = text.replace(' ', "+").parse();
    let message = "a time is 2026-01-31T09:30:00Z, with its zone, or milliseconds since 1970";
    let read = read.map_err(|_| wrong("since", message))?;
    let millis = u64::try_from(read.as_millisecond());
    millis.map(Millis).map_err(|_| wrong("since", message))
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, WireError> {
    let message = format!("{name} is a whole number");
    text.parse().map_err(|_| wrong(name, &message))
}

fn wrong(field: &str, message: &str) -> WireError {
    WireError::new(Code::Validation, message).of_field(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_time(since: &str, expected: Option<u64>) {
        let query = PullQuery {
            since: Some(since.to_owned()),
            ..PullQuery::default()
        };
        let read = query.read();
        match expected {
            Some(millis) => assert_eq!(read, Ok((After::Time(Millis(millis)), LIMIT)), "{since}"),
            None => {
                let field = read.expect_err(since).field;
                assert_eq!(field.as_deref(), Some("since"), "{since}");
            }
        }
    }

    #[test]
    fn a_time_has_its_zone_or_is_in_milliseconds() {
        check_time("1767225600000", Some(1_767_225_600_000));
        check_time("2026-01-01T00:00:00Z", Some(1_767_225_600_000));
        check_time("2026-01-01T01:00:00+01:00", Some(1_767_225_600_000));
        check_time("2026-01-01T01:00:00 01:00", Some(1_767_225_600_000));
        check_time("2026-01-01T00:00:00.250Z", Some(1_767_225_600_250));
        for wrong in [
            "",
            "yesterday",
            "2026-01-01T00:00:00",
            "2026-01-01",
            "-5",
            "1e9",
        ] {
            check_time(wrong, None);
        }
        check_time("1960-01-01T00:00:00Z", None);
    }
}
