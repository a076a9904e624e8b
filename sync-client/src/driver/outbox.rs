use sync_core::Seq;

use super::Driver;
use crate::ClientError;
use crate::engine::Input;
use crate::replica::Replica;
use crate::storage::{Batch, MutationId, OutboxPart, OutboxRow, Storage, StorageError};
use crate::transport::Transport;

impl<S: Storage, T: Transport> Driver<S, T> {
    /// Rows of this device's outbox, from a mutation on.
    pub(super) async fn rows(
        &mut self,
        from: Seq,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, ClientError> {
        match self.shared.read(Replica::device) {
            Some(device) => {
                let from = MutationId { device, seq: from };
                let rows = self.storage.outbox(from, limit).await?;
                let own = rows.into_iter().filter(|row| row.envelope.device == device);
                Ok(own.collect())
            }
            None => Ok(Vec::new()),
        }
    }

    /// The retained row of a mutation, to be sent as void from now on.
    pub(super) async fn voided(
        &mut self,
        id: MutationId,
        reason: &str,
    ) -> Result<Option<OutboxRow>, StorageError> {
        let kept = self.storage.outbox(id, 1).await?;
        let kept = kept.into_iter().find(|row| row.id() == id);
        Ok(kept.map(|row| OutboxRow {
            void: Some(reason.to_owned()),
            ..row
        }))
    }

    /// Takes a refused mutation off the attention list for good.
    pub(super) async fn dismiss(&mut self, id: MutationId) -> Result<(), ClientError> {
        // Whoever dismissed a refusal has acted on it: after a restore it must not take effect.
        let rows = self.voided(id, "dismissed after it was refused").await?;
        let batch = Batch {
            outbox: Some(OutboxPart {
                rows: rows.into_iter().collect(),
                dismiss: vec![id],
                ..OutboxPart::default()
            }),
            records: None,
        };
        let input = self.commit(batch).await;
        let done = match &input {
            Input::StorageFailed(error) => Err(error.clone().into()),
            _ => Ok(()),
        };
        self.feed(input).await;
        done
    }
}
