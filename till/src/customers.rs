//! Customers, and what they owe.

use retail::{
    Approval, BuildError, Cart, CreditChange, CreditEntry, CreditKind, CreditRoom, Customer,
    Fields, Method, Money, Overdue, PaymentInput, Permission, ShopSettings, collection, day_of,
    open_session, overdue,
};
use serde::{Deserialize, Serialize};
use sync_client::platform::now;
use sync_client::{Compare, ConnectionState, Doc, Query};
use sync_core::{Millis, RecordId};

use crate::error::TillError;
use crate::selling::{is_there, seen};
use crate::till::Till;

/// How many lines of a ledger are worth a look back.
const ENTRIES: usize = 200;

/// What a customer pays of what they owe.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct CreditPayment {
    /// Made by the UI: asking twice pays once.
    id: RecordId,
    customer: RecordId,
    amount: Money,
    #[cfg_attr(feature = "types", ts(type = "\"cash\" | \"card\""))]
    method: Method,
}

/// A correction of what a customer owes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct CreditCorrection {
    id: RecordId,
    customer: RecordId,
    #[cfg_attr(feature = "types", ts(type = "\"adjust\" | \"write_off\""))]
    kind: CreditKind,
    /// Of a correction it may be below zero: they owe less.
    amount: Money,
    note: String,
}

/// What a customer owes, and how it came about.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct CustomerCredit {
    limit: Money,
    balance: Money,
    /// What this till may still lend; less while the main server is away.
    left: Money,
    /// Newest first.
    entries: Vec<CreditLine>,
}

/// A line of a ledger.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct CreditLine {
    id: RecordId,
    kind: CreditKind,
    /// What the balance changes by: below zero it goes down.
    amount: Money,
    sale: Option<RecordId>,
    number: Option<String>,
    /// `YYYY-MM-DD`
    due: Option<String>,
    #[cfg_attr(feature = "types", ts(type = "\"cash\" | \"card\" | null"))]
    method: Option<Method>,
    at: Millis,
    note: Option<String>,
    pending: bool,
}

/// Somebody who should have paid by now.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct OverdueRow {
    id: RecordId,
    name: String,
    phone: Option<String>,
    email: Option<String>,
    balance: Money,
    /// What of it is late.
    overdue: Money,
    /// `YYYY-MM-DD`; null: longer ago than this till knows.
    since: Option<String>,
}

impl Till {
    pub(crate) async fn create_customer(
        &self,
        id: RecordId,
        customer: Customer,
    ) -> Result<(), TillError> {
        self.may("create_customer")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("create_customer", actor, move |_| {
            retail::create_customer(&occasion, id, &customer)
        })
        .await
    }

    pub(crate) async fn edit_customer(
        &self,
        id: RecordId,
        seen: Fields,
        changes: Fields,
    ) -> Result<(), TillError> {
        self.may("edit_customer")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("edit_customer", actor, move |_| {
            retail::edit_customer(&occasion, id, &seen, &changes, None)
        })
        .await
    }

    pub(crate) async fn archive_customer(
        &self,
        id: RecordId,
        archived: bool,
    ) -> Result<(), TillError> {
        self.may("edit_customer")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("edit_customer", actor, move |draft| {
            let seen = seen(draft, collection::CUSTOMERS, id)?;
            retail::archive_customer(&occasion, id, &seen, archived)
        })
        .await
    }

    /// What a customer owes, may still buy on credit, and how it came about, newest first.
    pub(crate) fn customer_credit(&self, customer: RecordId) -> Result<CustomerCredit, TillError> {
        let room = self.credit_room(customer)?;
        let query = Query::all(collection::CREDIT_ENTRIES).eq("customer", customer.to_string());
        let query = query.sort_by_desc("entered_at").window(0, ENTRIES);
        let entries = self.client()?.query(&query).items.into_iter();
        let entries = entries.filter_map(|doc| {
            let entry: CreditEntry = doc.doc.to_typed().ok()?;
            let owes = match entry.kind {
                CreditKind::Charge | CreditKind::Adjust => entry.amount,
                CreditKind::Payment | CreditKind::WriteOff => -entry.amount,
            };
            Some(CreditLine {
                id: doc.id,
                kind: entry.kind,
                amount: owes,
                sale: entry.sale,
                number: entry.number,
                due: entry.due,
                method: entry.method,
                at: entry.entered_at,
                note: entry.note,
                pending: doc.pending,
            })
        });
        Ok(CustomerCredit {
            limit: room.limit,
            balance: room.balance,
            left: room.left(),
            entries: entries.collect(),
        })
    }

    /// Records what a customer pays; in cash it goes into the drawer that is open. Asked twice with
    /// one id, it is paid once.
    pub(crate) async fn pay_credit(&self, input: CreditPayment) -> Result<(), TillError> {
        self.may("credit_payment")?;
        let client = self.client()?;
        if client.get(collection::CREDIT_ENTRIES, input.id).is_some() {
            return Ok(());
        }
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("credit_payment", actor, move |draft| {
            if is_there(draft, collection::CREDIT_ENTRIES, input.id) {
                return Err(BuildError::Nothing);
            }
            let open = open_session(draft, occasion.device).ok().flatten();
            let session = open.map(|session| session.id);
            let change = CreditChange {
                customer: input.customer,
                amount: input.amount,
                note: None,
            };
            retail::credit_payment(&occasion, input.id, &change, input.method, session)
        })
        .await
    }

    /// Corrects what a customer owes, or gives it up.
    pub(crate) async fn correct_credit(&self, input: CreditCorrection) -> Result<(), TillError> {
        self.may("adjust_credit")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("adjust_credit", actor, move |draft| {
            if is_there(draft, collection::CREDIT_ENTRIES, input.id) {
                return Err(BuildError::Nothing);
            }
            let change = CreditChange {
                customer: input.customer,
                amount: input.amount,
                note: Some(input.note),
            };
            match input.kind {
                CreditKind::WriteOff => retail::write_off_credit(&occasion, input.id, &change),
                _ => retail::adjust_credit(&occasion, input.id, &change),
            }
        })
        .await
    }

    /// Who should have paid by now, longest ago first.
    pub(crate) fn overdue_credit(&self) -> Result<Vec<OverdueRow>, TillError> {
        let client = self.client()?;
        let today = day_of(now());
        let owing = Query::all(collection::CUSTOMERS).with(
            "credit_balance",
            Compare::Gte,
            Some(1_i64.into()),
        );
        let mut rows = Vec::new();
        for customer in client.query(&owing).items {
            let query =
                Query::all(collection::CREDIT_ENTRIES).eq("customer", customer.id.to_string());
            let entries = client.query(&query).items.into_iter();
            let entries: Vec<CreditEntry> = entries
                .filter_map(|entry| entry.doc.to_typed().ok())
                .collect();
            let balance = Money(customer.doc.int("credit_balance").unwrap_or(0));
            let Some(late) = overdue(balance, &entries, &today) else {
                continue;
            };
            rows.push((late, balance, customer));
        }
        rows.sort_by(|one, other| one.0.since.cmp(&other.0.since));
        let row = |(late, balance, customer): (Overdue, Money, Doc)| {
            let text = |field| customer.doc.text(field).map(str::to_owned);
            OverdueRow {
                id: customer.id,
                name: text("name").unwrap_or_default(),
                phone: text("phone"),
                email: text("email"),
                balance,
                overdue: late.amount,
                since: late.since,
            }
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Refuses where more is bought on credit than this till may lend, and nobody who may say how
    /// much somebody may owe approves it.
    pub(crate) fn within_credit(
        &self,
        cart: &Cart,
        payments: &[PaymentInput],
        shop: &ShopSettings,
    ) -> Result<(), TillError> {
        let lent = |approval: &Approval| approval.permission == Permission::ManageCredit;
        let approved =
            cart.approvals.iter().any(lent) || self.session()?.role.has(Permission::ManageCredit);
        if approved {
            return Ok(());
        }
        let credit = payments.iter().filter_map(|payment| match payment {
            PaymentInput::Credit { amount } => Some(*amount),
            _ => None,
        });
        let amount: Money = credit.sum();
        // Nobody to owe it is the builder's to say.
        if let (Some(customer), true) = (cart.customer, amount > Money::ZERO) {
            let allowed = self.credit_room(customer)?.allows(amount, shop.exponent);
            allowed.map_err(|over| TillError {
                permission: Some(Permission::ManageCredit),
                ..TillError::from(over)
            })?;
        }
        Ok(())
    }

    fn credit_room(&self, customer: RecordId) -> Result<CreditRoom, TillError> {
        let client = self.client()?;
        let record = client.get(collection::CUSTOMERS, customer);
        let record = record.ok_or_else(|| TillError::missing("customer"))?;
        let money = |field: &str| Money(record.doc.int(field).unwrap_or(0));
        let online = matches!(client.status().borrow().connection, ConnectionState::Online);
        let offline = if online {
            None
        } else {
            let query = Query::all(collection::CREDIT_ENTRIES)
                .eq("customer", customer.to_string())
                .eq("kind", "charge");
            let charges = client.query(&query).items.into_iter();
            let unsent = charges.filter(|entry| entry.pending);
            let lent: Money = unsent
                .map(|entry| Money(entry.doc.int("amount").unwrap_or(0)))
                .sum();
            Some(self.shop()?.offline_credit - lent)
        };
        Ok(CreditRoom {
            limit: money("credit_limit"),
            balance: money("credit_balance"),
            offline,
        })
    }
}
