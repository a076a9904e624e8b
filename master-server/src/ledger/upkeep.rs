//! What the master does by itself: letting go of what concerns nobody any more.

use std::time::Duration;

use sync_core::{Outcome, Verdict, WireError};

use super::error::LedgerError;
use super::{Ledger, SqlRecords};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(3_600);

impl Ledger {
    /// Looks after the store every hour, for as long as it is polled.
    pub async fn look_after(&self) {
        loop {
            if let Err(error) = self.upkeep().await {
                tracing::warn!(%error, "upkeep was put off");
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Proposes what the domain wants done; true where there was something.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub async fn upkeep(&self) -> Result<bool, WireError> {
        let mut done = false;
        loop {
            let (domain, node, now) = (self.domain.clone(), self.identity().node, self.env.now());
            let body = self.read(move |reading| {
                let records = SqlRecords::new(reading.connection, reading.schema);
                let body = domain.upkeep(node, &records, now);
                body.map_err(|e| LedgerError::Corrupt(e.0))
            });
            let Some(body) = body.await? else {
                return Ok(done);
            };
            let outcomes = self.propose(vec![body]).await?;
            // What did not take effect would be proposed again at once: the next look may.
            let refused = |outcome: &&Outcome| outcome.verdict != Verdict::Accepted;
            if let Some(outcome) = outcomes.iter().find(refused) {
                tracing::warn!(?outcome, "upkeep did not take effect");
                return Ok(done);
            }
            done = true;
        }
    }
}
