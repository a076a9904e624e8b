//! What people do at a till.

use anyhow::{Context, Result};
use retail::{
    Adjustment, AdjustmentLine, BuildError, Cart, CartLine, Counted, Issue, Money, Occasion,
    PaymentInput, Person, PricingSettings, RefundItem, RefundRequest, Role, Series, ShopSettings,
};
use sync_client::{Client, Draft, RecordError, Recorded};
use sync_core::{Body, DeviceId, Digest, Millis, RecordId, Refusal, Value, Verified};

use super::Master;

/// A person at a till and the number on their document.
#[derive(Clone, Debug)]
pub struct Clerk {
    /// Who.
    pub person: Person,
    /// The number of the invoice, where there is one.
    pub reference: Option<String>,
    /// Who buys, where that is known.
    pub customer: Option<RecordId>,
    /// Business time.
    pub at: Millis,
}

/// Takes on an owner, whom no limit holds back.
///
/// # Errors
/// When the master does not take them on.
pub async fn hire(master: &Master, name: &str) -> Result<Person> {
    let arguments = ["user", "add", name, "--role", "owner", "--pin", "246813"];
    let done = master.command(arguments).await?.successful()?;
    let id = done.stdout.split_whitespace().next().unwrap_or_default();
    Ok(Person {
        id: id
            .parse()
            .with_context(|| format!("no id in {:?}", done.stdout))?,
        name: name.to_owned(),
        role: Role::Owner,
        verified: Verified::Host,
        approved_by: None,
    })
}

impl Clerk {
    /// Sells: everything paid exactly, in cash, or by card where the shop pays.
    ///
    /// # Errors
    /// When nothing was recorded.
    pub async fn sell(
        &self,
        client: &Client,
        id: RecordId,
        lines: Vec<CartLine>,
    ) -> Result<Recorded<()>> {
        let cart = Cart {
            id,
            lines,
            discount: None,
            customer: self.customer,
            approvals: Vec::new(),
        };
        self.record(client, "complete_sale", move |clerk, draft, occasion| {
            let shop = ShopSettings::read(draft)?;
            let issue = issue(draft, occasion)?;
            let total = retail::price(&cart, &PricingSettings::from(&shop)).total;
            let paid = paid_exactly(total);
            let reference = clerk.reference.clone();
            let done = retail::complete_sale(occasion, &shop, &cart, &paid, reference, issue)
                .map_err(|error| refused(&error))?;
            draft.set_mark(&occasion.series.chain(), done.head.to_string());
            Ok(done.body)
        })
        .await
    }

    /// Takes goods back without a receipt.
    ///
    /// # Errors
    /// When nothing was recorded.
    pub async fn take_back(
        &self,
        client: &Client,
        id: RecordId,
        lines: Vec<CartLine>,
    ) -> Result<Recorded<()>> {
        let request = RefundRequest {
            id,
            of: None,
            items: lines
                .into_iter()
                .map(|line| RefundItem::Goods(Box::new(line)))
                .collect(),
            restock: true,
            reason: "cancelled".to_owned(),
            method: None,
            approvals: Vec::new(),
            reference: self.reference.clone(),
        };
        self.refund(client, request).await
    }

    /// Gives money back.
    ///
    /// # Errors
    /// When nothing was recorded.
    pub async fn refund(&self, client: &Client, request: RefundRequest) -> Result<Recorded<()>> {
        self.record(client, "refund", move |_, draft, occasion| {
            let shop = ShopSettings::read(draft)?;
            let issue = issue(draft, occasion)?;
            let done = retail::refund(occasion, &shop, &request, issue)
                .map_err(|error| refused(&error))?;
            draft.set_mark(&occasion.series.chain(), done.head.to_string());
            Ok(done.body)
        })
        .await
    }

    /// Corrects stock.
    ///
    /// # Errors
    /// When nothing was recorded.
    pub async fn correct(
        &self,
        client: &Client,
        id: RecordId,
        lines: Vec<AdjustmentLine>,
    ) -> Result<Recorded<()>> {
        let adjustment = Adjustment {
            id,
            reference: self.reference.clone(),
            reason: "correction".to_owned(),
            lines,
        };
        self.record(client, "adjust_stock", move |_, draft, occasion| {
            let count = draft.advance(&occasion.series.counter(Counted::Adjustments));
            retail::adjust_stock(occasion, &adjustment, count).map_err(|error| refused(&error))
        })
        .await
    }

    /// Records whatever a builder of the shop makes.
    ///
    /// # Errors
    /// When nothing was recorded.
    pub async fn record(
        &self,
        client: &Client,
        name: &str,
        build: impl FnOnce(&Self, &mut Draft<'_>, &Occasion) -> Result<Body, RecordError>
        + Send
        + 'static,
    ) -> Result<Recorded<()>> {
        let status = client.status().borrow().clone();
        let device = status.device.context("the till has not joined yet")?;
        let cursor = client
            .position()
            .cursor
            .context("the till has never been level")?;
        let generation = u32::try_from(cursor.log_id.generation)?;
        let clerk = self.clone();
        let recorded = client
            .record(name, self.person.actor(), move |draft| {
                let store = ShopSettings::read(draft)?.store_number;
                let series = Series::of_ordinal(store, device.ordinal, generation);
                let occasion = clerk.occasion(device.id, series);
                let body = build(&clerk, draft, &occasion)?;
                draft.extend(body.ops);
                Ok(())
            })
            .await?;
        Ok(recorded)
    }

    fn occasion(&self, device: DeviceId, series: Series) -> Occasion {
        Occasion {
            device,
            series,
            person: self.person.clone(),
            at: self.at,
        }
    }
}

fn issue(draft: &mut Draft<'_>, occasion: &Occasion) -> Result<Issue, RecordError> {
    let series = &occasion.series;
    let previous = draft.mark(&series.chain()).and_then(Value::as_str);
    let previous = previous.and_then(|text| text.parse().ok());
    let session = retail::open_session(draft, occasion.device)?;
    Ok(Issue {
        previous: previous.unwrap_or(Digest::ZERO),
        count: draft.advance(&series.counter(Counted::Receipts)),
        session: session.map(|session| session.id),
    })
}

fn paid_exactly(total: Money) -> Vec<PaymentInput> {
    match total {
        Money::ZERO => Vec::new(),
        total if total > Money::ZERO => vec![PaymentInput::Cash { tendered: total }],
        total => vec![PaymentInput::Card { amount: total }],
    }
}

fn refused(error: &BuildError) -> RecordError {
    let message = format!("{error} ({})", error.code());
    RecordError::Refused(Refusal::new(error.code(), message))
}
