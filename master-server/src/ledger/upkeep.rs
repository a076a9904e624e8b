//! What the master does by itself: letting go of what concerns nobody any more, and ending what there
//! is a rule for.

use std::collections::BTreeSet;
use std::time::Duration;

use sync_core::{Kind, Outcome, RecordId, Verdict, WireError};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};

use super::changes::Batch;
use super::error::LedgerError;
use super::{Ledger, SqlRecords};

/// Between two looks at what is old.
const EVERY: Duration = Duration::from_secs(3_600);

impl Ledger {
    /// Looks after the store for as long as it is polled: every hour, and at what there is a rule for
    /// whenever something changed that a rule may be about.
    pub async fn look_after(&self) {
        let mut batches = self.subscribe();
        let mut hours = interval(EVERY);
        hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut for_people = BTreeSet::new();
        loop {
            let hour = tokio::select! {
                _ = hours.tick() => true,
                batch = batches.recv() => match batch {
                    Ok(batch) if !self.may_concern_rules(&batch) => continue,
                    Ok(_) | Err(RecvError::Lagged(_)) => false,
                    Err(RecvError::Closed) => return,
                },
            };
            let done = match hour {
                true => self.upkeep().await.map(|_| ()),
                false => Ok(()),
            };
            if let Err(error) = done {
                tracing::warn!(%error, "upkeep was put off");
            }
            if let Err(error) = self.settle(&mut for_people).await {
                tracing::warn!(%error, "what there is a rule for was put off");
            }
        }
    }

    /// Facts, and what is derived from them, are most of what happens and no matter of choice.
    fn may_concern_rules(&self, batch: &Batch) -> bool {
        batch.touches(|name| {
            let known = self.schema().collection(name);
            let kind = known.map(|known| &known.kind);
            matches!(kind, Some(Kind::Raised | Kind::Shared | Kind::Master))
        })
    }

    /// Ends what the domain has a rule for. What does not take effect is left to people, as it would
    /// be proposed again and again: `for_people` remembers it.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub async fn settle(&self, for_people: &mut BTreeSet<RecordId>) -> Result<(), WireError> {
        loop {
            let (domain, node, now) = (self.domain.clone(), self.identity().node, self.env.now());
            let wanted = self.read(move |reading| {
                let records = SqlRecords::new(reading.connection, reading.schema);
                let wanted = domain.settle(node, &records, now);
                wanted.map_err(|e| LedgerError::Corrupt(e.0))
            });
            let mut wanted = wanted.await?;
            wanted.retain(|(id, _)| !for_people.contains(id));
            if wanted.is_empty() {
                return Ok(());
            }
            let (ids, bodies): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
            let outcomes = self.propose(bodies).await?;
            for (id, outcome) in ids.into_iter().zip(outcomes) {
                if outcome.verdict != Verdict::Accepted {
                    tracing::info!(%id, ?outcome, "left to people: the rule did not take effect");
                    for_people.insert(id);
                }
            }
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
