//! Numbers of documents, and the chain that shows whether one was changed or taken away.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sync_core::{Body, Digest, Document, RecordId};

use crate::build::{body, insert_op};
use crate::{Approval, Occasion};

/// The fields that stay out of the chain: who bought and who sold can be anonymised later.
const OUTSIDE_THE_CHAIN: [&str; 6] = [
    "chain_previous",
    "chain_digest",
    "customer",
    "employee",
    "employee_name",
    "approvals",
];

/// The series of numbers that one till's database counts in. A reinstalled till or a restored
/// master begins another one, so that no two documents ever get the same number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Series {
    /// The store's number.
    pub store: u32,
    /// The till's number: its ordinal, or the one the shop gave it.
    pub till: u32,
    /// The generation of the log under which it counts.
    pub generation: u32,
    /// The ordinal of the device's enrolment.
    pub ordinal: u32,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Sales and refunds.
    Receipts,
    /// Corrections of stock.
    Adjustments,
    /// Z reports.
    Closings,
}

/// The next number of a series, the head of the till's chain and the drawer it goes into, taken in
/// the transaction that records the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Counts 1, 2, 3 …; see [`Series::counter`].
    pub count: u64,
    /// The digest of the receipt before, [`Digest::ZERO`] for the first; see [`Series::chain`].
    pub previous: Digest,
    /// The drawer session that is open on the till, where one is.
    pub session: Option<RecordId>,
}

/// A number read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// All of it up to the counter.
    pub prefix: String,
    /// The counter.
    pub count: u64,
}

impl Series {
    /// The series of a device whose till number is its ordinal.
    pub fn of_ordinal(store: u32, ordinal: u32, generation: u32) -> Self {
        Self {
            store,
            till: ordinal,
            generation,
            ordinal,
        }
    }

    /// The till as people call it, such as `T03`.
    pub fn till_name(&self) -> String {
        format!("T{:02}", self.till)
    }

    /// The enrolment, such as `E2`; with the ordinal where the till's number does not tell it.
    pub fn enrolment(&self) -> String {
        if self.till == self.ordinal {
            format!("E{}", self.generation)
        } else {
            format!("E{}.{}", self.generation, self.ordinal)
        }
    }

    /// The name of the device's counter, such as `receipt:E2`.
    pub fn counter(&self, what: Counted) -> String {
        match what {
            Counted::Receipts => format!("receipt:{}", self.enrolment()),
            Counted::Adjustments => format!("adjustment:{}", self.enrolment()),
            // Of a till's whole life: a master that was restored begins no other series of them.
            Counted::Closings => format!("closing:{}", self.ordinal),
        }
    }

    /// The name under which the device keeps the head of its chain, such as `chain:E2`.
    pub fn chain(&self) -> String {
        format!("chain:{}", self.enrolment())
    }

    /// A number, such as `S01-T03-E2-000457`.
    pub fn number(&self, what: Counted, count: u64) -> String {
        let letter = match what {
            Counted::Receipts => "",
            Counted::Adjustments => "A",
            Counted::Closings => "Z",
        };
        format!(
            "S{:02}-{}-{}-{letter}{count:06}",
            self.store,
            self.till_name(),
            self.enrolment()
        )
    }
}

impl Number {
    /// The number before it in its series; `None` for the first.
    pub fn before(&self) -> Option<Self> {
        (self.count > 1).then(|| Self {
            prefix: self.prefix.clone(),
            count: self.count - 1,
        })
    }
}

impl FromStr for Number {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (prefix, count) = text.split_at(text.len() - digits);
        let count = count.parse().map_err(|_| ())?;
        if digits < 6 || !prefix.starts_with('S') {
            return Err(());
        }
        Ok(Self {
            prefix: prefix.to_owned(),
            count,
        })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:06}", self.prefix, self.count)
    }
}

/// The digest of a receipt, chained to the one before it on its till. Covers the id and every
/// field but who bought and who sold.
pub fn chain_digest(previous: Digest, id: RecordId, receipt: &Document) -> Digest {
    let content = receipt.without(OUTSIDE_THE_CHAIN).canonical();
    Digest::of(&[
        b"tillsync receipt",
        previous.bytes(),
        id.bytes(),
        content.as_bytes(),
    ])
}

/// Puts a receipt into its till's chain, and makes the mutation that records it. The first who lent
/// an approval stands for it where nobody else does.
pub(crate) fn record(
    occasion: &Occasion,
    (name, collection): (&str, &str),
    id: RecordId,
    mut receipt: Document,
    previous: Digest,
    approvals: &[Approval],
) -> (Body, Digest) {
    let head = link(previous, id, &mut receipt);
    let mut body = body(occasion, name, vec![insert_op(collection, id, receipt)]);
    let lent = approvals.first().map(|approval| approval.employee_id);
    body.actor.approved_by = body.actor.approved_by.or(lent);
    (body, head)
}

fn link(previous: Digest, id: RecordId, receipt: &mut Document) -> Digest {
    let head = chain_digest(previous, id, receipt);
    receipt.set("chain_previous", Some(previous.to_string().into()));
    receipt.set("chain_digest", Some(head.to_string().into()));
    head
}

/// The place in a till's chain where it breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the chain of receipts breaks at {number}: {what}")]
pub struct BrokenChain {
    /// The number of the receipt.
    pub number: String,
    /// What is wrong.
    pub what: &'static str,
}

/// Checks one till's receipts, in the order of their numbers, and gives the head.
///
/// # Errors
/// The first receipt that was changed, or does not follow the one before it.
pub fn verify_chain<'a>(
    receipts: impl IntoIterator<Item = (RecordId, &'a Document)>,
) -> Result<Digest, BrokenChain> {
    let mut head = Digest::ZERO;
    for (id, receipt) in receipts {
        let broken = |what| BrokenChain {
            number: receipt.text("number").unwrap_or_default().to_owned(),
            what,
        };
        let digest = |field: &str| receipt.text(field).and_then(|text| text.parse().ok());
        if digest("chain_previous") != Some(head) {
            return Err(broken("one before it is missing or was changed"));
        }
        head = chain_digest(head, id, receipt);
        if digest("chain_digest") != Some(head) {
            return Err(broken("it was changed"));
        }
    }
    Ok(head)
}
