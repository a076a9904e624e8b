//! What of a push is let through to be decided.

use sync_core::{Code, DeviceId, MAX_MUTATION_BYTES, Pushed, Seq, WireError};

use super::{Ledger, MAX_PUSH};

impl Ledger {
    /// Takes the mutations before the first that no rule needs to look at.
    pub(super) fn sift(
        &self,
        device: DeviceId,
        mut mutations: Vec<Pushed>,
    ) -> Result<(Vec<Pushed>, Option<WireError>), WireError> {
        if mutations.is_empty() {
            return Err(WireError::new(
                Code::Malformed,
                "a push carries at least one mutation",
            ));
        }
        if mutations.len() > MAX_PUSH {
            let message = format!("a push carries at most {MAX_PUSH} mutations");
            return Err(WireError::new(Code::TooLarge, message));
        }
        let fault = mutations
            .iter()
            .position(|pushed| self.fault(device, pushed).is_some());
        let stopped = fault.and_then(|at| self.fault(device, &mutations[at]));
        if let Some(at) = fault {
            mutations.truncate(at);
        }
        Ok((mutations, stopped))
    }

    fn fault(&self, device: DeviceId, pushed: &Pushed) -> Option<WireError> {
        let seq = pushed.seq();
        let at_fault = |code: Code, message: String| {
            Some(WireError {
                expected_seq: Some(seq),
                ..WireError::new(code, message)
            })
        };
        if pushed.device() != device || seq == Seq(0) {
            return at_fault(
                Code::Malformed,
                format!("mutation {seq} is not one of this device"),
            );
        }
        let Pushed::Mutation(envelope) = pushed else {
            return None;
        };
        if envelope.body.get().len() > MAX_MUTATION_BYTES {
            let message = format!("mutation {seq} is over {MAX_MUTATION_BYTES} bytes");
            return at_fault(Code::TooLarge, message);
        }
        if !envelope.is_sealed() {
            let message = format!("mutation {seq} does not match its hash");
            return at_fault(Code::Malformed, message);
        }
        let known = self.schema().format;
        if envelope.format > known {
            let message = format!(
                "mutation {seq} has format {}, the master knows {known}: update the master",
                envelope.format
            );
            return at_fault(Code::NeedsUpgrade, message);
        }
        None
    }
}
