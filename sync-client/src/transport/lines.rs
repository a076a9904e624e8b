//! Cutting a stream of bytes into whole lines as they arrive.

use super::TransportError;
use crate::platform::mpsc;

/// How many pieces wait for a slow reader. A browser hands out up to half a megabyte at a time.
const PIECES_AHEAD: usize = 4;

/// Takes bytes and hands on whole lines, waiting while nobody reads.
pub(super) struct LineCutter {
    rest: Vec<u8>,
    lines: mpsc::Sender<Result<String, TransportError>>,
}

impl LineCutter {
    /// With the end at which its lines arrive.
    pub(super) fn new() -> (Self, mpsc::Receiver<Result<String, TransportError>>) {
        let (lines, arriving) = mpsc::channel(PIECES_AHEAD);
        let rest = Vec::new();
        (Self { rest, lines }, arriving)
    }

    /// Hands on what is whole now; false once nobody reads any more.
    pub(super) async fn take(&mut self, chunk: &[u8]) -> bool {
        let whole = chunk.iter().rposition(|byte| *byte == b'\n');
        let (whole, rest) = chunk.split_at(whole.map_or(0, |end| end + 1));
        self.rest.extend_from_slice(whole);
        let handed_on = whole.is_empty() || self.hand_on().await;
        self.rest.extend_from_slice(rest);
        handed_on
    }

    /// Hands on what is left, or why there is no more.
    pub(super) async fn end(mut self, broken: Option<TransportError>) {
        match broken {
            // Nobody reads any more: then nobody wants to know.
            Some(error) => drop(self.lines.send(Err(error)).await),
            None if self.rest.is_empty() => {}
            None => drop(self.hand_on().await),
        }
    }

    async fn hand_on(&mut self) -> bool {
        let lines = std::mem::take(&mut self.rest);
        let lines = String::from_utf8(lines);
        let lines = lines.map_err(|_| TransportError::Network("what came is no text".to_owned()));
        self.lines.send(lines).await.is_ok()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_come_whole_however_the_bytes_are_cut() {
        let text = "{\"a\":\"é\"}\n\n{\"b\":2}\n{\"c\":3}";
        for cut in 0..=text.len() {
            let (mut cutter, mut lines) = LineCutter::new();
            let (first, second) = text.as_bytes().split_at(cut);
            assert!(cutter.take(first).await && cutter.take(second).await);
            cutter.end(None).await;
            let mut all = String::new();
            while let Some(piece) = lines.recv().await {
                assert!(all.is_empty() || all.ends_with('\n'), "{cut}: {all}");
                all.push_str(&piece.unwrap());
            }
            assert_eq!(all, text);
        }
    }

    #[tokio::test]
    async fn what_is_no_text_is_an_error() {
        let (mut cutter, mut lines) = LineCutter::new();
        cutter.take(b"{}\n").await;
        cutter.take(b"\xff\n").await;
        assert_eq!(lines.recv().await.unwrap().unwrap(), "{}\n");
        assert!(lines.recv().await.unwrap().is_err());
        drop(lines);
        assert!(!cutter.take(b"{}\n").await);
    }
}
