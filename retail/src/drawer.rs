//! One till's drawer, from the float it begins with to the Z report that closes it.
//!
//! What sold, came in and went out while it was open is derived from the facts that name the
//! session; nobody writes a sum.

mod coins;
mod totals;

use serde::{Deserialize, Serialize};
use sync_core::{
    Body, DeviceId, Document, Millis, ReadError, Record, RecordId, Records, Refusal, Value,
};

pub use coins::{CashCount, coins_of, sum_of};
pub use totals::DrawerTotals;
pub(crate) use totals::project;

use crate::build::{body, insert_op, patch_op, refused};
use crate::{BuildError, Fields, Money, Occasion, collection, typed};

/// A record of `drawer_sessions`: its own fields, without what is derived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerSession {
    /// The till it belongs to.
    pub device: DeviceId,
    /// What people call that till, such as `T03`: of the one that opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub till: Option<String>,
    /// When it was opened.
    pub opened_at: Millis,
    /// By whom.
    pub employee: Option<RecordId>,
    /// What lay in it then.
    #[serde(default)]
    pub float: Money,
    /// `open` or `closed`.
    pub status: String,
    /// When it was closed.
    pub closed_at: Option<Millis>,
    /// The number of its Z report.
    pub number: Option<u64>,
}

/// Cash that goes into a drawer or out of it without a sale, or a drawer that was opened for neither.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct CashMovement {
    /// Which way.
    pub kind: CashKind,
    /// How much, more than nothing; with [`CashKind::NoSale`] nothing.
    pub amount: Money,
    /// Why, in words.
    pub reason: String,
}

/// Which way cash goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CashKind {
    /// Into the drawer.
    Add,
    /// Out of it.
    Payout,
    /// None: the drawer was opened, to change a note or to look, and whoever reads its report sees
    /// when, by whom and what for.
    NoSale,
}

/// A record of `shift_closings`: a Z report. Never edited; what came later for its session shows in
/// the session's own totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftClosing {
    /// The session it closed.
    pub session: RecordId,
    /// Counts 1, 2, 3 … for each till, without gaps.
    pub number: u64,
    /// The till.
    pub device: DeviceId,
    /// The till's name, such as `T03`.
    pub till: String,
    /// Business time.
    pub closed_at: Millis,
    /// By whom.
    pub employee: Option<RecordId>,
    /// What should have been in the drawer.
    pub expected: Money,
    /// What was.
    pub counted: Money,
    /// Counted less expected.
    pub difference: Money,
    /// Why they differ, in words.
    pub reason: Option<String>,
    /// How often each coin and note was there, by its value.
    #[serde(default)]
    pub denominations: Document,
    /// What the till knew of the session when it was closed.
    #[serde(default)]
    pub totals: DrawerTotals,
}

/// What came of closing a drawer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedDrawer {
    /// To be recorded.
    pub body: Body,
    /// The Z report as recorded.
    pub closing: ShiftClosing,
}

/// The id of a session's Z report: closing twice makes one.
pub fn closing_id(session: RecordId) -> RecordId {
    RecordId::derived(&[b"shift closing", session.bytes()])
}

/// The session that is open on a device.
///
/// # Errors
/// When the records cannot be read.
pub fn open_session(records: &dyn Records, device: DeviceId) -> Result<Option<Record>, ReadError> {
    let owner = device.to_string();
    let open = records.find(collection::DRAWER_SESSIONS, "status", &"open".into())?;
    let mut own = open
        .into_iter()
        .filter(|each| each.doc.text("device") == Some(&owner));
    Ok(own.next())
}

/// Opens a till's drawer. `open` is the session that is open there already.
///
/// # Errors
/// When there is one, or the float is below nothing.
pub fn open_drawer(
    occasion: &Occasion,
    id: RecordId,
    float: Money,
    open: Option<RecordId>,
) -> Result<Body, BuildError> {
    if open.is_some() {
        let message = "this till's drawer is open already";
        return Err(refused(Refusal::new("drawer_open", message)));
    }
    if float < Money::ZERO {
        let message = "a drawer cannot hold less than nothing";
        return Err(refused(Refusal::new("invalid", message).of_field("float")));
    }
    let session = DrawerSession {
        device: occasion.device,
        till: Some(occasion.series.till_name()),
        opened_at: occasion.at,
        employee: occasion.person.employee(),
        float,
        status: "open".to_owned(),
        closed_at: None,
        number: None,
    };
    let doc = typed::to_document(&session)?;
    let op = insert_op(collection::DRAWER_SESSIONS, id, doc);
    Ok(body(occasion, "open_drawer", vec![op]))
}

/// Records cash that goes into an open drawer, or out of it. `seen` is the session.
///
/// # Errors
/// When the drawer is closed, nothing moves, or nobody says why.
pub fn cash_movement(
    occasion: &Occasion,
    id: RecordId,
    (session, seen): (RecordId, &Document),
    movement: &CashMovement,
) -> Result<Body, BuildError> {
    still_open(seen)?;
    let (fits, message) = match movement.kind {
        CashKind::NoSale => (
            movement.amount == Money::ZERO,
            "no cash moves where a drawer is only opened",
        ),
        _ => (
            movement.amount > Money::ZERO,
            "say how much, more than nothing",
        ),
    };
    if !fits {
        return Err(refused(Refusal::new("invalid", message).of_field("amount")));
    }
    if movement.reason.trim().is_empty() {
        let message = "say what it is for";
        return Err(refused(Refusal::new("empty", message).of_field("reason")));
    }
    let mut doc = typed::to_document(movement)?;
    doc.set("session", Some(session.to_string().into()));
    doc.set("moved_at", Some(Value::Int(occasion.at.0 as i64)));
    doc.set("device", Some(occasion.device.to_string().into()));
    let employee = occasion.person.employee().map(|id| id.to_string().into());
    doc.set("employee", employee);
    let op = insert_op(collection::CASH_MOVEMENTS, id, doc);
    Ok(body(occasion, "cash_movement", vec![op]))
}

/// Closes a drawer with what was counted in it. `seen` is the session with what is derived for it,
/// `number` the next of [`crate::Counted::Closings`].
///
/// # Errors
/// When it is closed already, or what was counted is not what should be there and nobody says why.
pub fn close_drawer(
    occasion: &Occasion,
    (id, seen): (RecordId, &Document),
    counts: &[CashCount],
    reason: Option<&str>,
    number: u64,
) -> Result<ClosedDrawer, BuildError> {
    still_open(seen)?;
    let counted = sum_of(counts);
    let totals = DrawerTotals::of(seen);
    let expected = totals.expected(Money(seen.int("float").unwrap_or(0)));
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if counted != expected && reason.is_none() {
        let message = "say why what was counted is not what should be there";
        return Err(refused(
            Refusal::new("reason_needed", message).of_field("reason"),
        ));
    }
    let closing = ShiftClosing {
        session: id,
        number,
        device: occasion.device,
        till: occasion.series.till_name(),
        closed_at: occasion.at,
        employee: occasion.person.employee(),
        expected,
        counted,
        difference: counted - expected,
        reason: reason.map(str::to_owned),
        denominations: coins::to_document(counts),
        totals,
    };
    let changes: Fields = [
        ("status", Value::from("closed")),
        ("closed_at", Value::Int(occasion.at.0 as i64)),
        ("number", Value::Int(number as i64)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), Some(value)))
    .collect();
    let sessions = collection::DRAWER_SESSIONS;
    let ops = vec![
        insert_op(
            collection::SHIFT_CLOSINGS,
            closing_id(id),
            typed::to_document(&closing)?,
        ),
        patch_op(sessions, id, &Fields::of(seen), &changes, None)?,
    ];
    Ok(ClosedDrawer {
        body: body(occasion, "close_drawer", ops),
        closing,
    })
}

fn still_open(seen: &Document) -> Result<(), BuildError> {
    if seen.text("status") == Some("closed") {
        let message = "this drawer is closed";
        return Err(refused(Refusal::new("drawer_closed", message)));
    }
    Ok(())
}
