//! Frames as the inspector shows them: what they are about, never what is in them.

use sync_core::{Frame, Millis, WireError};

use crate::{Direction, FrameEntry};

pub(super) fn sent(frame: &Frame, bytes: usize, at: Millis) -> FrameEntry {
    entry(at, Direction::Out, frame.name(), bytes, summary(frame))
}

pub(super) fn received(frame: &Result<Frame, WireError>, bytes: usize, at: Millis) -> FrameEntry {
    match frame {
        Ok(frame) => entry(at, Direction::In, frame.name(), bytes, summary(frame)),
        Err(error) => entry(
            at,
            Direction::In,
            "undecodable",
            bytes,
            error.message.clone(),
        ),
    }
}

fn entry(
    at: Millis,
    direction: Direction,
    kind: &str,
    bytes: usize,
    summary: String,
) -> FrameEntry {
    FrameEntry {
        at,
        direction,
        kind: kind.to_owned(),
        bytes,
        summary,
    }
}

fn summary(frame: &Frame) -> String {
    match frame {
        _ if !cfg!(feature = "inspect") => String::new(),
        Frame::Hello(hello) => format!("next {}, pending {}", hello.next_seq, hello.pending),
        Frame::Welcome(welcome) => {
            format!("head {}, high water {}", welcome.head, welcome.high_water)
        }
        Frame::Push(push) => match (push.mutations.first(), push.mutations.last()) {
            (Some(first), Some(last)) => format!("{} to {}", first.seq(), last.seq()),
            _ => "empty".to_owned(),
        },
        Frame::Outcomes(outcomes) => format!("{} outcomes", outcomes.outcomes.len()),
        Frame::Pull(pull) => format!("from {}", pull.cursor.position),
        Frame::Changes(changes) => format!(
            "{} to {}, {} records, your seq {}",
            changes.span.from,
            changes.span.to,
            changes.items.len(),
            changes.span.your_seq
        ),
        Frame::Check(check) => format!("at {}", check.cursor.position),
        Frame::Checked(checked) => format!("{} differences", checked.differs.len()),
        Frame::SnapshotRequired(required) => required.reason.clone(),
        Frame::RoleChange(change) => format!("{}: {}", change.device.name, change.reason),
        Frame::Drain(drain) => drain.reason.clone(),
        Frame::Error(error) => error.message.clone(),
        _ => String::new(),
    }
}
