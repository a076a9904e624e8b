//! Paying: split over cash, card and credit, rounding and change.

use serde::{Deserialize, Serialize};

use crate::Money;

/// How something was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "PaymentMethod"))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Notes and coins.
    Cash,
    /// A card, on a terminal of its own.
    Card,
    /// Later: the customer owes it.
    Credit,
}

/// What was handed over: cash as the customer gave it, change not taken off yet; on credit, what the
/// customer of the cart owes from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum PaymentInput {
    /// What the customer gave, change not taken off yet.
    Cash {
        /// How much.
        tendered: Money,
    },
    /// What the card was charged.
    Card {
        /// How much.
        amount: Money,
    },
    /// What the customer owes from now on.
    Credit {
        /// How much.
        amount: Money,
    },
}

/// One payment of a receipt. Change is a negative payment in cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Payment"))]
pub struct Payment {
    /// How.
    pub method: Method,
    /// How much.
    pub amount: Money,
}

/// Where a split payment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// To pay.
    pub total: Money,
    /// The rounding of the part paid in cash, signed; part of what is paid once it is complete.
    pub rounding: Money,
    /// What was handed over so far.
    pub paid: Money,
    /// Still to pay if the rest is paid by card.
    pub remaining: Money,
    /// Still to pay if the rest is paid in cash.
    pub remaining_cash: Money,
    /// To give back.
    pub change: Money,
    /// Whether all is paid.
    pub complete: bool,
    /// Sums a customer is likely to hand over for the rest, ascending.
    pub suggestions: Vec<Money>,
}

/// Works out where a payment stands. What cards and credit leave is the part paid in cash, and that part
/// alone is rounded to the smallest coin.
pub fn settle(
    total: Money,
    payments: &[PaymentInput],
    cash_rounding: Money,
    exponent: u8,
) -> Settlement {
    let mut cards = Money::ZERO;
    let mut tendered = Money::ZERO;
    let mut cash = false;
    for payment in payments {
        match payment {
            PaymentInput::Cash { tendered: given } => {
                tendered = tendered + *given;
                cash = true;
            }
            PaymentInput::Card { amount } | PaymentInput::Credit { amount } => {
                cards = cards + *amount;
            }
        }
    }
    let due = total - cards;
    let due_cash = due.to_step(cash_rounding);
    let overpaid = cards > total.max(Money::ZERO);
    let complete = !overpaid && (due == Money::ZERO && !cash || cash && tendered >= due_cash);
    let (rounding, change) = if complete && cash {
        (due_cash - due, tendered - due_cash)
    } else {
        (Money::ZERO, Money::ZERO)
    };
    let (remaining, remaining_cash) = if complete {
        (Money::ZERO, Money::ZERO)
    } else {
        (due - tendered, due_cash - tendered)
    };
    Settlement {
        total,
        rounding,
        paid: cards + tendered,
        remaining,
        remaining_cash,
        change,
        complete,
        suggestions: suggestions(remaining_cash, exponent),
    }
}

/// The payments of a complete settlement as the receipt keeps them: nothing of nothing, change
/// last.
pub(crate) fn payments(inputs: &[PaymentInput], change: Money) -> Vec<Payment> {
    let given = inputs.iter().map(|input| match *input {
        PaymentInput::Cash { tendered } => Payment {
            method: Method::Cash,
            amount: tendered,
        },
        PaymentInput::Card { amount } => Payment {
            method: Method::Card,
            amount,
        },
        PaymentInput::Credit { amount } => Payment {
            method: Method::Credit,
            amount,
        },
    });
    let back = Payment {
        method: Method::Cash,
        amount: -change,
    };
    given
        .chain([back])
        .filter(|payment| payment.amount != Money::ZERO)
        .collect()
}

/// The word for how a receipt was paid.
pub(crate) fn paid_by(payments: &[Payment]) -> &'static str {
    let by = |method| payments.iter().any(|payment| payment.method == method);
    match (by(Method::Cash), by(Method::Card), by(Method::Credit)) {
        (false, false, false) => "none",
        (true, false, false) => "cash",
        (false, true, false) => "card",
        (false, false, true) => "credit",
        _ => "mixed",
    }
}

fn suggestions(rest: Money, exponent: u8) -> Vec<Money> {
    if rest <= Money::ZERO {
        return Vec::new();
    }
    let unit = 10_i64.pow(u32::from(exponent.min(6)));
    let mut sums = vec![rest];
    for note in [1, 5, 10, 20, 50, 100] {
        let step = note * unit;
        let sum = Money(
            (rest.0 - 1)
                .div_euclid(step)
                .saturating_add(1)
                .saturating_mul(step),
        );
        if !sums.contains(&sum) {
            sums.push(sum);
        }
    }
    sums.sort_unstable();
    sums.truncate(5);
    sums
}
