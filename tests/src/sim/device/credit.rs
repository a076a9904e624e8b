//! What customers owe besides what they bought.

use retail::{CreditChange, Method, Money, collection};
use sync_client::Client;
use sync_core::RecordId;

use super::{Device, refused};
use crate::sim::master::{debtor_id, owner};
use crate::sim::oracle::{Fact, Oracle};

/// What somebody does to a debt.
#[derive(Clone, Copy)]
enum Change {
    Pays(Method),
    Corrected,
    GivenUp,
}

impl Device {
    /// A customer pays, or what they owe is corrected or given up.
    pub(super) async fn change_credit(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let customer = debtor_id(self.store, self.dice.below(2));
        let amount = 1 + self.dice.below(1_000_000) as i64;
        let (change, amount) = match self.dice.below(10) {
            0..5 => (Change::Pays(Method::Cash), amount),
            5..7 => (Change::Pays(Method::Card), amount),
            7..9 => (Change::Corrected, amount - 500_000),
            _ => (Change::GivenUp, amount),
        };
        let session = match change {
            Change::Pays(_) => self.own_session(client).map(|session| session.id),
            _ => None,
        };
        let (total, owed) = match change {
            Change::Pays(_) => (amount, -amount),
            Change::Corrected => (0, amount),
            Change::GivenUp => (0, -amount),
        };
        let fact = Fact {
            session,
            customer: Some(customer),
            paid: match change {
                Change::Pays(method) => Some(method),
                _ => None,
            },
            owed,
            ..self.fact(collection::CREDIT_ENTRIES, Vec::new(), total)
        };
        oracle.intend(id, fact);
        let asked = CreditChange {
            customer,
            amount: Money(amount),
            note: Some("as agreed".to_owned()),
        };
        let name = match change {
            Change::Pays(_) => "credit_payment",
            _ => "adjust_credit",
        };
        let clerk = self.clerk(owner());
        let recorded = clerk.record(client, name, move |_, _, by| {
            let built = match change {
                Change::Pays(method) => retail::credit_payment(by, id, &asked, method, session),
                Change::Corrected => retail::adjust_credit(by, id, &asked),
                Change::GivenUp => retail::write_off_credit(by, id, &asked),
            };
            built.map_err(|e| refused(&e))
        });
        recorded.await.ok()?;
        oracle.promised(id);
        Some("changes what a customer owes")
    }
}
