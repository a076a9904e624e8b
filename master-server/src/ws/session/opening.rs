//! The first frames of a socket: enrol if need be, then hello.

use std::time::Duration;

use sync_core::{Code, Frame, WireError};

use super::super::socket::{Incoming, Receiver, Sender};
use crate::http::extract::Peer;
use crate::service::{self, Greeted};
use crate::state::AppState;

/// A socket that has not said who it is by then is closed.
const OPEN_LIMIT: Duration = Duration::from_secs(5);

/// Waits for a hello; `None` where the other side left. A device may enrol first.
pub(super) async fn open(
    state: &AppState,
    peer: &Peer,
    sender: &mut Sender,
    receiver: &mut Receiver,
) -> Result<Option<Greeted>, WireError> {
    loop {
        let first = tokio::time::timeout(OPEN_LIMIT, receiver.next()).await;
        let first = first.map_err(|_| {
            WireError::new(
                Code::Unauthenticated,
                "the first frame did not come within 5 s",
            )
        })?;
        let frame = match first {
            None => return Ok(None),
            Some(Incoming::Nothing) => continue,
            Some(Incoming::Unreadable(error)) => return Err(error),
            Some(Incoming::Frame(frame)) => *frame,
        };
        match frame {
            Frame::Hello(hello) => {
                return service::hello(state, &peer.url(), hello).await.map(Some);
            }
            Frame::Enroll(enroll) => {
                let enrolled = service::enrol(state, peer.arrival(), enroll).await?;
                if !sender.frame(&Frame::Enrolled(enrolled)).await {
                    return Ok(None);
                }
            }
            other => {
                let message = format!("{} before hello", other.name());
                return Err(WireError::new(Code::Unauthenticated, message));
            }
        }
    }
}
