use crate::{Digest, Seq};

/// What the master does with a mutation that arrives, before it looks into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intake {
    /// The next of its device: decide it.
    New,
    /// Decided before: answer with the outcome kept, no effect again.
    Decided,
    /// One before it is missing: the device sends again from here.
    Gap {
        /// The seq expected.
        expected: Seq,
    },
    /// The same number with other content: the device's database was lost or rolled back, its id is
    /// closed and it enrols again.
    Equivocation,
}

/// Admits a mutation by the device's high-water mark and the hash decided under its number.
#[must_use]
pub fn admit(high_water: Seq, decided: Option<Digest>, seq: Seq, hash: Digest) -> Intake {
    if seq > high_water.next() {
        return Intake::Gap {
            expected: high_water.next(),
        };
    }
    if seq == high_water.next() {
        return Intake::New;
    }
    match decided {
        Some(kept) if kept == hash => Intake::Decided,
        _ => Intake::Equivocation,
    }
}
