//! What customers owe: a ledger whose balance is derived.

use serde::{Deserialize, Serialize};
use sync_core::{Body, DeviceId, Millis, Op, RecordId, Refusal};

use crate::build::{body, insert_op, refused};
use crate::day::day_of;
use crate::payment::{Method, Payment};
use crate::{BuildError, Money, Occasion, Refund, Sale, collection, typed};

/// Days until what was bought on credit is due.
const DUE_AFTER: u64 = 30;
const DAY: u64 = 86_400_000;

/// A record of `credit_entries`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditEntry {
    /// Who owes.
    pub customer: RecordId,
    /// What happened.
    pub kind: CreditKind,
    /// How much; only an adjustment is ever below nothing.
    pub amount: Money,
    /// The sale it comes from.
    pub sale: Option<RecordId>,
    /// The number of the receipt it comes from.
    pub number: Option<String>,
    /// Until when it is to be paid, `YYYY-MM-DD`.
    pub due: Option<String>,
    /// How a payment was made.
    pub method: Option<Method>,
    /// The drawer a payment went into.
    pub session: Option<RecordId>,
    /// Business time.
    pub entered_at: Millis,
    /// Where.
    pub device: DeviceId,
    /// By whom.
    pub employee: Option<RecordId>,
    /// Why, in words.
    pub note: Option<String>,
}

/// What happens to a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CreditKind {
    /// Bought, and not paid yet.
    Charge,
    /// Paid.
    Payment,
    /// Corrected, either way: more is owed, or less.
    Adjust,
    /// Given up.
    WriteOff,
}

/// What a customer may still buy on credit, as a till knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CreditRoom {
    /// How much they may owe.
    pub limit: Money,
    /// How much they owe.
    pub balance: Money,
    /// What may be lent them without asking the master, less what was, where it is away.
    pub offline: Option<Money>,
}

/// A payment or a correction of what a customer owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditChange {
    /// Who owes.
    pub customer: RecordId,
    /// How much; more than nothing, but for a correction.
    pub amount: Money,
    /// Why, in words; needed where nobody pays.
    pub note: Option<String>,
}

/// What a customer should have paid by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// How much.
    pub amount: Money,
    /// Since when the first of it, `YYYY-MM-DD`; `None` where that is longer ago than what is known.
    pub since: Option<String>,
}

/// What of a balance should have been paid before a day, `YYYY-MM-DD`: what was paid went to what
/// was due first. Of entries that are not known any more only the balance tells.
pub fn overdue(balance: Money, entries: &[CreditEntry], today: &str) -> Option<Overdue> {
    let mut owed: Vec<(Option<String>, Money)> = Vec::new();
    let (mut paid, mut known) = (Money::ZERO, Money::ZERO);
    for entry in entries {
        let amount = match entry.kind {
            CreditKind::Charge | CreditKind::Adjust => entry.amount,
            CreditKind::Payment | CreditKind::WriteOff => -entry.amount,
        };
        known = known + amount;
        if amount > Money::ZERO {
            let due = entry
                .due
                .clone()
                .unwrap_or_else(|| day_of(entry.entered_at));
            owed.push((Some(due), amount));
        } else {
            paid = paid - amount;
        }
    }
    let before = balance - known;
    if before > Money::ZERO {
        owed.push((None, before));
    } else {
        paid = paid - before;
    }
    owed.sort();
    let (mut amount, mut since) = (Money::ZERO, None);
    for (due, part) in owed {
        let left = (part - paid).max(Money::ZERO);
        paid = (paid - part).max(Money::ZERO);
        let late = due.as_deref().is_none_or(|due| due < today);
        if late && left > Money::ZERO {
            if amount == Money::ZERO {
                since = due;
            }
            amount = amount + left;
        }
    }
    (amount > Money::ZERO).then_some(Overdue { amount, since })
}

impl CreditRoom {
    /// How much more they may buy; never below nothing.
    pub fn left(&self) -> Money {
        let left = self.limit - self.balance;
        let left = self.offline.map_or(left, |offline| left.min(offline));
        left.max(Money::ZERO)
    }

    /// Whether so much more may be bought on credit.
    ///
    /// # Errors
    /// When it may not, with what is left.
    pub fn allows(&self, amount: Money, exponent: u8) -> Result<(), BuildError> {
        if amount <= self.left() {
            return Ok(());
        }
        let left = self.left().format(exponent);
        let away = match self.offline {
            Some(offline) if offline < self.limit - self.balance => {
                " while the main server is away"
            }
            _ => "",
        };
        let message = format!("only {left} more can be bought on credit{away}");
        Err(refused(Refusal::new("over_limit", message)))
    }
}

/// Records what a customer pays of what they owe. `session` is the drawer that is open.
///
/// # Errors
/// When nothing is paid, or with credit.
pub fn credit_payment(
    occasion: &Occasion,
    id: RecordId,
    change: &CreditChange,
    method: Method,
    session: Option<RecordId>,
) -> Result<Body, BuildError> {
    more_than_nothing(change.amount)?;
    if method == Method::Credit {
        let message = "what is owed is not paid with credit";
        return Err(refused(Refusal::new("invalid", message).of_field("method")));
    }
    let mut entry = entry(occasion, change, CreditKind::Payment);
    entry.method = Some(method);
    entry.session = session;
    Ok(body(occasion, "credit_payment", vec![op(id, &entry)?]))
}

/// Corrects what a customer owes: below nothing they owe less.
///
/// # Errors
/// When nothing changes, or nobody says why.
pub fn adjust_credit(
    occasion: &Occasion,
    id: RecordId,
    change: &CreditChange,
) -> Result<Body, BuildError> {
    if change.amount == Money::ZERO {
        return Err(BuildError::Nothing);
    }
    reason_given(change)?;
    let entry = entry(occasion, change, CreditKind::Adjust);
    Ok(body(occasion, "adjust_credit", vec![op(id, &entry)?]))
}

/// Gives up what a customer owes.
///
/// # Errors
/// When it is nothing, or nobody says why.
pub fn write_off_credit(
    occasion: &Occasion,
    id: RecordId,
    change: &CreditChange,
) -> Result<Body, BuildError> {
    more_than_nothing(change.amount)?;
    reason_given(change)?;
    let entry = entry(occasion, change, CreditKind::WriteOff);
    Ok(body(occasion, "adjust_credit", vec![op(id, &entry)?]))
}

/// What was paid with credit.
pub(crate) fn on_credit(payments: &[Payment]) -> Money {
    let credit = payments.iter().filter(|paid| paid.method == Method::Credit);
    credit.map(|paid| paid.amount).sum()
}

/// The step that charges a sale's credit to its customer; nothing where none was taken.
///
/// # Errors
/// When nobody is named who owes it.
pub(crate) fn charge_op(
    occasion: &Occasion,
    id: RecordId,
    sale: &Sale,
) -> Result<Option<Op>, BuildError> {
    let amount = on_credit(&sale.payments);
    if amount == Money::ZERO {
        return Ok(None);
    }
    let customer = sale.customer.ok_or_else(nobody)?;
    let change = CreditChange {
        customer,
        amount,
        note: None,
    };
    let mut entry = entry(occasion, &change, CreditKind::Charge);
    entry.sale = Some(id);
    entry.number = Some(sale.number.clone());
    entry.due = Some(day_of(occasion.at.plus(DUE_AFTER * DAY)));
    op(derived(b"charge of a sale", id), &entry).map(Some)
}

/// The step that takes off what goes back to a customer's credit; nothing where none does.
///
/// # Errors
/// When nobody is named whose credit it is.
pub(crate) fn credit_back_op(
    occasion: &Occasion,
    id: RecordId,
    refund: &Refund,
) -> Result<Option<Op>, BuildError> {
    let amount = on_credit(&refund.payments);
    if amount == Money::ZERO {
        return Ok(None);
    }
    let customer = refund.customer.ok_or_else(nobody)?;
    let change = CreditChange {
        customer,
        amount: -amount,
        note: None,
    };
    let mut entry = entry(occasion, &change, CreditKind::Adjust);
    entry.sale = refund.sale;
    entry.number = Some(refund.number.clone());
    op(derived(b"credit of a refund", id), &entry).map(Some)
}

fn entry(occasion: &Occasion, change: &CreditChange, kind: CreditKind) -> CreditEntry {
    let note = change.note.as_deref().map(str::trim);
    CreditEntry {
        customer: change.customer,
        kind,
        amount: change.amount,
        sale: None,
        number: None,
        due: None,
        method: None,
        session: None,
        entered_at: occasion.at,
        device: occasion.device,
        employee: occasion.person.employee(),
        note: note.filter(|note| !note.is_empty()).map(str::to_owned),
    }
}

fn op(id: RecordId, entry: &CreditEntry) -> Result<Op, BuildError> {
    let doc = typed::to_document(entry)?;
    Ok(insert_op(collection::CREDIT_ENTRIES, id, doc))
}

fn derived(what: &[u8], receipt: RecordId) -> RecordId {
    RecordId::derived(&[what, receipt.bytes()])
}

fn more_than_nothing(amount: Money) -> Result<(), BuildError> {
    if amount > Money::ZERO {
        return Ok(());
    }
    let message = "say how much, more than nothing";
    Err(refused(Refusal::new("invalid", message).of_field("amount")))
}

fn reason_given(change: &CreditChange) -> Result<(), BuildError> {
    let note = change.note.as_deref().unwrap_or_default();
    if !note.trim().is_empty() {
        return Ok(());
    }
    let message = "say why, for whoever looks later";
    Err(refused(Refusal::new("empty", message).of_field("note")))
}

fn nobody() -> BuildError {
    let message = "choose the customer who buys on credit";
    refused(Refusal::new("customer_needed", message).of_field("customer"))
}
