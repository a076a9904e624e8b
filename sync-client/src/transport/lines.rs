//! Cutting a stream of bytes into lines as they arrive.

use super::TransportError;
use crate::platform::mpsc;

/// How many lines wait for a slow reader.
const LINES_AHEAD: usize = 1_024;

/// Takes bytes and hands on lines, waiting while nobody reads.
pub(super) struct LineCutter {
    rest: Vec<u8>,
    lines: mpsc::Sender<Result<String, TransportError>>,
}

impl LineCutter {
    /// With the end at which its lines arrive.
    pub(super) fn new() -> (Self, mpsc::Receiver<Result<String, TransportError>>) {
        let (lines, arriving) = mpsc::channel(LINES_AHEAD);
        let rest = Vec::new();
        (Self { rest, lines }, arriving)
    }

    /// Hands on what is whole now; false once nobody reads any more.
    pub(super) async fn take(&mut self, chunk: &[u8]) -> bool {
        self.rest.extend_from_slice(chunk);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            return true;
        };
        let whole: Vec<u8> = self.rest.drain(..=end).collect();
        for line in whole.split(|byte| *byte == b'\n') {
            if !self.hand_on(line).await {
                return false;
            }
        }
        true
    }

    /// Hands on what is left, or why there is no more.
    pub(super) async fn end(self, broken: Option<TransportError>) {
        match broken {
            // Nobody reads any more: then nobody wants to know.
            Some(error) => drop(self.lines.send(Err(error)).await),
            None => drop(self.hand_on(&self.rest).await),
        }
    }

    async fn hand_on(&self, line: &[u8]) -> bool {
        if line.is_empty() {
            return true;
        }
        let line = String::from_utf8_lossy(line).into_owned();
        self.lines.send(Ok(line)).await.is_ok()
    }
}
