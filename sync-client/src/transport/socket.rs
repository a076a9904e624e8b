//! What every socket has in common, whatever library it is made of.

use super::TransportError;

/// The longest the opening may take, in milliseconds.
pub(super) const OPENING_MS: u64 = 10_000;

/// What a socket said.
pub(super) enum Said {
    /// A text frame.
    Text(String),
    /// Something below frames.
    Nothing,
    /// Goodbye.
    Goodbye,
    /// Nothing more, and why.
    Broken(TransportError),
}

/// The address of a master's socket: `http` becomes `ws`, `https` becomes `wss`.
pub(super) fn url(base: &str) -> String {
    let rest = base.strip_prefix("http").unwrap_or(base);
    format!("ws{rest}/v1/sync")
}
