//! Selling and taking back.

use retail::{
    Approval, Batch, Cart, CartLine, Counted, Issue, Method, Money, PaymentInput, Permission,
    Person, RefundItem, RefundRequest, Sale, SaleSoFar, ShopSettings, collection,
};
use sync_client::{Client, Draft, Query};
use sync_core::{Digest, Quantity, RecordId, Reserve, ReserveItem, Value};

use super::{Device, products, refused};
use crate::sim::master::{cashier, customer_id, debtor_id, owner};
use crate::sim::oracle::{Fact, Move, Oracle};
use crate::sim::promises::{Promises, scarce};
use crate::sim::sabotage::Sabotage;
use crate::sim::shelf;

/// Goods come back from so many sales.
const FEW_BACK: u64 = 6;

/// What is about to be sold, to whom and how.
struct Deal {
    cart: Cart,
    paid: Method,
    session: Option<RecordId>,
    person: Person,
}

impl Device {
    /// Sells some goods.
    pub(super) async fn sell_some(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
        promises: &mut Promises,
    ) -> Option<&'static str> {
        let lines = self.some_goods(client, id)?;
        self.sell(client, id, lines, oracle, promises).await
    }

    async fn sell(
        &self,
        client: &Client,
        id: RecordId,
        lines: Vec<CartLine>,
        oracle: &mut Oracle,
        promises: &mut Promises,
    ) -> Option<&'static str> {
        let deal = self.deal(client, id, lines, promises)?;
        let total = worth(&deal.cart.lines);
        let fact = Fact {
            customer: deal.cart.customer,
            paid: Some(deal.paid),
            session: deal.session,
            owed: match deal.paid {
                Method::Credit => total,
                _ => 0,
            },
            ..self.fact(collection::SALES, moves(&deal.cart.lines, -1), total)
        };
        oracle.intend(id, fact);
        let clerk = self.clerk(deal.person.clone());
        let recorded = clerk.record(client, "complete_sale", move |_, draft, occasion| {
            let shop = ShopSettings::read(draft)?;
            let issue = issue(draft, &occasion.series, deal.session);
            let amount = Money(total);
            let paid = [match deal.paid {
                Method::Cash => PaymentInput::Cash { tendered: amount },
                Method::Card => PaymentInput::Card { amount },
                Method::Credit => PaymentInput::Credit { amount },
            }];
            let done = retail::complete_sale(occasion, &shop, &deal.cart, &paid, None, issue)
                .map_err(|error| refused(&error))?;
            draft.set_mark(&occasion.series.chain(), done.head.to_string());
            Ok(done.body)
        });
        recorded.await.ok()?;
        oracle.promised(id);
        Some("sells")
    }

    /// Who buys which goods how. The till says from which batches they are, unless somebody does.
    fn deal(
        &self,
        client: &Client,
        id: RecordId,
        mut lines: Vec<CartLine>,
        promises: &mut Promises,
    ) -> Option<Deal> {
        if self.dice.percent(15) {
            lines.extend(self.some_lot(client, id));
        }
        let customer = match self.dice.below(100) {
            0..15 => Some(customer_id(self.store)),
            15..40 => Some(debtor_id(self.store, self.dice.below(2))),
            _ => None,
        };
        let paid = match (self.dice.below(100), customer) {
            (0..45, Some(_)) => Method::Credit,
            (45..65, _) => Method::Card,
            _ => Method::Cash,
        };
        let session = match self.dice.percent(12) {
            true => self.some_session(client),
            false => self.own_session(client).map(|session| session.id),
        };
        let mut cart = Cart {
            id,
            lines,
            discount: None,
            customer,
            approvals: Vec::new(),
        };
        let today = self.today();
        let believed = match self.sabotage {
            Sabotage::Timeless => "2000-01-01",
            _ => today.as_str(),
        };
        let allotted = client.read(|records| {
            let allotted = retail::allot(records, &cart, believed)?;
            let shelves = shelf::of(records, &cart)?;
            Ok::<_, sync_core::ReadError>((allotted, shelves))
        });
        let (allotted, shelves) = allotted.ok()?;
        let wrong = shelf::broken(&cart, &allotted, &shelves, &today);
        promises.broke(wrong.into_iter().map(|what| format!("batches: {what}")));
        cart = allotted;
        let person = match self.dice.percent(30) {
            true => cashier(),
            false => owner(),
        };
        let past = |line: &CartLine| line.expiry.as_ref().is_some_and(|day| *day < today);
        if person != owner() && cart.lines.iter().any(past) {
            cart.approvals.push(self.approval());
        }
        Some(Deal {
            cart,
            paid,
            session,
            person,
        })
    }

    /// Somebody reads a lot off the goods, whatever its date.
    fn some_lot(&self, client: &Client, id: RecordId) -> Option<CartLine> {
        let batches = client.query(&Query::all(collection::BATCHES)).items;
        let batch = batches.get(self.dice.below(batches.len() as u64) as usize)?;
        let batch: Batch = batch.doc.to_typed().ok()?;
        let product = client.get(collection::PRODUCTS, batch.product)?;
        let record: retail::Product = product.doc.to_typed().ok()?;
        let line = RecordId::derived(&[b"line of a lot", id.bytes()]);
        let line = CartLine::of(line, batch.product, &record, Quantity::units(1));
        Some(CartLine {
            batch: Some(batch.lot),
            ..line
        })
    }

    /// The owner stands beside the till and says that it may be sold.
    fn approval(&self) -> Approval {
        let owner = owner();
        Approval {
            permission: Permission::SellExpired,
            employee_id: owner.id,
            name: owner.name,
            at: sync_client::Source::now(&self.wrist).0 as i64,
            token: String::new(),
        }
    }

    /// Takes goods back, for a receipt or without one.
    pub(super) async fn take_back(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let (fact, request) = match self.dice.percent(60) {
            true => self.by_receipt(client, id, oracle)?,
            false => self.without_receipt(client, id)?,
        };
        let session = self.own_session(client).map(|session| session.id);
        oracle.intend(id, Fact { session, ..fact });
        let clerk = self.clerk(owner());
        let recorded = clerk.record(client, "refund", move |_, draft, occasion| {
            let shop = ShopSettings::read(draft)?;
            let issue = issue(draft, &occasion.series, session);
            let done = retail::refund(occasion, &shop, &request, issue)
                .map_err(|error| refused(&error))?;
            draft.set_mark(&occasion.series.chain(), done.head.to_string());
            Ok(done.body)
        });
        recorded.await.ok()?;
        oracle.promised(id);
        Some("takes back")
    }

    fn without_receipt(&self, client: &Client, id: RecordId) -> Option<(Fact, RefundRequest)> {
        let mut lines = self.some_goods(client, id)?;
        // What is scarce only becomes less.
        lines.retain(|line| line.product != Some(scarce()));
        if lines.is_empty() {
            return None;
        }
        let fact = Fact {
            paid: Some(Method::Cash),
            ..self.fact(collection::REFUNDS, moves(&lines, 1), -worth(&lines))
        };
        let goods = lines.into_iter().map(Box::new).map(RefundItem::Goods);
        Some((fact, request(id, None, goods.collect())))
    }

    /// One line of a sale that this till knows, all of it. Another till may be doing the same.
    fn by_receipt(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &Oracle,
    ) -> Option<(Fact, RefundRequest)> {
        let sales = client.query(&Query::all(collection::SALES)).items;
        // Few of all: a customer who is not content goes to two tills.
        let few = FEW_BACK.min(sales.len() as u64);
        let doc = sales.get(self.dice.below(few) as usize)?;
        let sale: Sale = doc.doc.to_typed().ok()?;
        let sold = self.dice.one(&sale.lines).clone();
        if sold.product == Some(scarce()) {
            return None;
        }
        let total = sold.unit_price.times(sold.quantity).0;
        let paid = oracle.fact(doc.id)?.paid;
        let moved = Move {
            product: sold.product?,
            batch: sold.batch,
            quantity: sold.quantity,
        };
        let fact = Fact {
            paid,
            customer: sale.customer,
            owed: match paid {
                Some(Method::Credit) => -total,
                _ => 0,
            },
            ..self.fact(collection::REFUNDS, vec![moved], -total)
        };
        let query = Query::all(collection::REFUNDS).eq("sale", doc.id.to_string());
        let refunds = client.query(&query).items;
        let refunds = refunds.iter().filter_map(|doc| doc.doc.to_typed().ok());
        let so_far = SaleSoFar {
            id: doc.id,
            refunds: refunds.collect(),
            sale,
        };
        let item = RefundItem::SaleLine {
            line: sold.id,
            quantity: sold.quantity,
        };
        Some((fact, request(id, Some(so_far), vec![item])))
    }

    fn some_goods(&self, client: &Client, id: RecordId) -> Option<Vec<CartLine>> {
        let products = products(client);
        let mut lines: Vec<CartLine> = Vec::new();
        for at in 0..=self.dice.below(3) {
            let (product, record) = products.get(self.dice.below(products.len() as u64) as usize)?;
            let line = RecordId::derived(&[b"line", id.bytes(), &at.to_be_bytes()]);
            let quantity = Quantity::units(1 + self.dice.below(3) as i64);
            lines.push(CartLine::of(line, *product, record, quantity));
        }
        Some(lines)
    }

    /// Pays for what is scarce: holds it first, and then sells it, lets go of it, or walks away.
    pub(super) async fn pay(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
        promises: &mut Promises,
    ) -> Option<&'static str> {
        let record = client.get(collection::PRODUCTS, scarce())?;
        let record: retail::Product = record.doc.to_typed().ok()?;
        let quantity = Quantity::units(1 + self.dice.below(3) as i64);
        let ask = |quantity: Option<Quantity>| Reserve {
            cart: id,
            items: quantity
                .map(|quantity| ReserveItem {
                    product: scarce(),
                    quantity,
                })
                .into_iter()
                .collect(),
            till: format!("till-{}", self.number),
        };
        for _ in 0..=self.dice.below(2) {
            promises.unsure(id);
            let reserved = client.reserve(&ask(Some(quantity))).await.ok()?;
            promises.told(&reserved);
        }
        match self.dice.below(3) {
            0 => Some("holds goods and walks away"),
            1 => {
                promises.unsure(id);
                client.reserve(&ask(None)).await.ok()?;
                Some("lets go of goods")
            }
            _ => {
                promises.unsure(id);
                let line = RecordId::derived(&[b"line", id.bytes()]);
                let line = CartLine::of(line, scarce(), &record, quantity);
                self.sell(client, id, vec![line], oracle, promises).await?;
                Some("sells what it held")
            }
        }
    }
}

fn request(id: RecordId, of: Option<SaleSoFar>, items: Vec<RefundItem>) -> RefundRequest {
    RefundRequest {
        id,
        of,
        items,
        restock: true,
        reason: "cancelled".to_owned(),
        method: None,
        approvals: Vec::new(),
        reference: None,
    }
}

/// The next number of the till's receipts, for a drawer that is chosen already.
fn issue(draft: &mut Draft<'_>, series: &retail::Series, session: Option<RecordId>) -> Issue {
    let previous = draft.mark(&series.chain()).and_then(Value::as_str);
    let previous = previous.and_then(|text| text.parse().ok());
    Issue {
        previous: previous.unwrap_or(Digest::ZERO),
        count: draft.advance(&series.counter(Counted::Receipts)),
        session,
    }
}

/// What lines do to the stock.
fn moves(lines: &[CartLine], sign: i64) -> Vec<Move> {
    let moved = |line: &CartLine| {
        Some(Move {
            product: line.product?,
            batch: line.batch_id,
            quantity: Quantity(sign * line.quantity.0),
        })
    };
    lines.iter().filter_map(moved).collect()
}

fn worth(lines: &[CartLine]) -> i64 {
    let lines = lines.iter();
    lines
        .map(|line| line.unit_price.times(line.quantity).0)
        .sum()
}
