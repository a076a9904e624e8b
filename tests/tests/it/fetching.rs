//! Receipts brought from the master on demand, with what refers to them.

use anyhow::{Context, Result, ensure};
use retail::{CartLine, RefundItem, RefundRequest, Sale, SaleSoFar, collection};
use serde_json::Value;
use sync_client::ClientError;
use sync_client::transport::Method;
use sync_core::{CollectionName, Fetch, Quantity, RecordId};
use tillsync_tests::world::{World, cart_line};

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_found_by_its_number_and_comes_with_its_refunds() -> Result<()> {
    let world = World::with_tills(2).await?;
    let (seller, other) = (&world.tills[0], &world.tills[1]);
    let id = RecordId::derived(&[b"an old sale"]);
    let line: CartLine = cart_line(seller, id, "10001", 3)?;
    world.clerk.sell(seller.client(), id, vec![line]).await?;
    seller.until_sent().await?;
    let held = seller.client().get(collection::SALES, id);
    let sale: Sale = held.context("it was sold here")?.doc.to_typed()?;

    // As a till does that holds no such receipt: the number is all that is printed.
    let path = format!("/v1/sales?number={}&limit=1", sale.number);
    let found = other.client().request(Method::Get, &path, None).await?;
    let found: Value = serde_json::from_str(&found.body)?;
    ensure!(found["items"][0]["id"] == id.to_string(), "{found}");
    let fetch = |collection: &str| Fetch {
        collection: CollectionName::from(collection),
        ids: vec![id],
    };
    let brought = other.client().fetch(&fetch(collection::SALES)).await?;
    ensure!(brought.len() == 1 && brought[0].record.id == id);

    let refund = RecordId::derived(&[b"its refund"]);
    let request = RefundRequest {
        id: refund,
        of: Some(SaleSoFar {
            id,
            sale: brought[0].record.doc.to_typed()?,
            refunds: Vec::new(),
        }),
        items: vec![RefundItem::SaleLine {
            line: sale.lines[0].id,
            quantity: Quantity::units(2),
        }],
        restock: true,
        reason: "damaged".to_owned(),
        method: None,
        approvals: Vec::new(),
        reference: None,
    };
    world.clerk.refund(other.client(), request).await?;
    other.until_sent().await?;
    ensure!(other.status().tasks == 0 && other.status().attention == 0);
    let brought = seller.client().fetch(&fetch(collection::SALES)).await?;
    let brought: Vec<(&str, RecordId)> = brought
        .iter()
        .map(|change| (&*change.collection, change.record.id))
        .collect();
    ensure!(brought.contains(&(collection::SALES, id)), "{brought:?}");
    ensure!(
        brought.contains(&(collection::REFUNDS, refund)),
        "{brought:?}"
    );

    let verifiers = other.client().fetch(&fetch("no_such_thing")).await;
    ensure!(matches!(verifiers, Err(ClientError::Refused(_))));
    Ok(())
}
