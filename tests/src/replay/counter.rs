//! One invoice of the file, made on a till as what it is.

use anyhow::{Context, Result};
use retail::{AdjustmentLine, CartLine, Discount, Money, Person, Rate, id_of_code};
use sync_client::Client;
use sync_core::{Quantity, RecordId};

use super::plan::{Invoice, InvoiceKind, Line};
use crate::world::Clerk;

/// Makes one invoice on a till: as what it is, with its own number, time, lines and prices.
pub(super) async fn make(client: &Client, clerk: &Person, invoice: &Invoice) -> Result<()> {
    let clerk = Clerk {
        person: clerk.clone(),
        reference: Some(invoice.number.clone()),
        customer: None,
        at: invoice.at,
    };
    let id = RecordId::derived(&[b"replayed invoice", invoice.number.as_bytes()]);
    let lines = || invoice.lines.iter().enumerate();
    match invoice.kind {
        InvoiceKind::Sale => {
            let lines = lines().map(|(at, line)| cart_line(client, id, at, line, 1));
            clerk
                .sell(client, id, lines.collect::<Result<_>>()?)
                .await?;
        }
        InvoiceKind::Cancellation => {
            let lines = lines().map(|(at, line)| cart_line(client, id, at, line, -1));
            clerk
                .take_back(client, id, lines.collect::<Result<_>>()?)
                .await?;
        }
        InvoiceKind::StockCorrection => {
            let lines = lines().map(|(at, line)| correction_line(client, id, at, line));
            clerk
                .correct(client, id, lines.collect::<Result<_>>()?)
                .await?;
        }
    }
    Ok(())
}

/// A line as sold, or with a sign of -1 as given back.
///
/// A price finer than a penny is asked as the next whole penny, with what that is too much off the
/// line: so its amount is rounded once, and not per piece.
fn cart_line(
    client: &Client,
    invoice: RecordId,
    at: usize,
    line: &Line,
    sign: i64,
) -> Result<CartLine> {
    let (product, record) = product(client, line)?;
    let unit_price = Money(line.price.rounded_away(2));
    let quantity = Quantity(line.thousandths().0 * sign);
    let too_much = unit_price.times(quantity) - Money(line.amount() * sign);
    let discount = (too_much > Money::ZERO).then_some(Discount::Amount { amount: too_much });
    Ok(CartLine {
        name: line.name.clone(),
        unit_price,
        tax_rate: Rate(0),
        discount,
        ..CartLine::of(line_id(invoice, at), product, &record, quantity)
    })
}

fn correction_line(
    client: &Client,
    invoice: RecordId,
    at: usize,
    line: &Line,
) -> Result<AdjustmentLine> {
    let (product, record) = product(client, line)?;
    let unit_price = Money(line.price.rounded(2));
    let amount = Money(line.amount());
    Ok(AdjustmentLine {
        id: line_id(invoice, at),
        product: Some(product),
        batch: None,
        code: line.code.clone(),
        name: line.name.clone(),
        quantity: line.thousandths(),
        stocked: record.stocked,
        unit_price,
        amount: (unit_price.times(line.thousandths()) != amount).then_some(amount),
    })
}

fn line_id(invoice: RecordId, at: usize) -> RecordId {
    RecordId::derived(&[
        b"replayed line",
        invoice.bytes(),
        &(at as u64).to_be_bytes(),
    ])
}

fn product(client: &Client, line: &Line) -> Result<(RecordId, retail::Product)> {
    let id = id_of_code(&line.code);
    let doc = client
        .get(retail::collection::PRODUCTS, id)
        .with_context(|| format!("the till knows no product {:?}", line.code))?;
    Ok((id, doc.doc.to_typed()?))
}
