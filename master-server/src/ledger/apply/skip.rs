//! Holes that no device can fill.

use serde_json::json;
use sync_core::{Code, DeviceId, Digest, Hlc, Pushed, Seq, Void, WireError};

use super::super::audit::Entry;
use super::super::error::LedgerError;
use super::super::proposal::Answer;
use super::Applier;

/// So many numbers may be skipped at once: more than that is a typing error.
const MOST: u64 = 10_000;

impl Applier<'_> {
    /// Decides a device's missing numbers as void, so that it goes on with `seq`. Should one of them
    /// turn up after all, it comes under another identity and takes effect then.
    pub(super) fn skip_to(&mut self, id: DeviceId, seq: Seq) -> Result<Answer, LedgerError> {
        let refused = |message: String| {
            let error = WireError::new(Code::Validation, message).of_field("to");
            Ok(Answer::Refused(error))
        };
        let Some(device) = self.device(id)?.cloned() else {
            let error = WireError::new(Code::NotFound, "there is no such device");
            return Ok(Answer::Refused(error));
        };
        let first = device.high_water.next();
        if seq <= first {
            return refused(format!(
                "number {first} is the next of this device: nothing is missing before {seq}"
            ));
        }
        if seq.0 - first.0 > MOST {
            return refused(format!("at most {MOST} numbers can be skipped at once"));
        }
        let about = json!({ "from": first, "to": Seq(seq.0 - 1) });
        self.append(Entry::new("skipped", Some(id), about))?;
        for missing in (first.0..seq.0).map(Seq) {
            let void = Void {
                device: id,
                seq: missing,
                at: Hlc::at(self.now),
                hash: Digest::of(&[b"skipped", id.bytes(), &missing.0.to_be_bytes()]),
                reason: "skipped: nobody has it any more".to_owned(),
            };
            let at = void.at;
            self.decide(&device, &Pushed::Void(void), at, 0)?;
        }
        Ok(Answer::Done)
    }
}
