//! What the inspector looks at: queue, attention list, frames, position.

use retail::{Money, Rate, collection};
use serde::Serialize;
use serde_json::{Value as Json, json};
use sync_client::storage::{self, MutationId};
use sync_client::{Client, Query, SyncLogEntry};
use sync_core::{Body, DeviceId, Millis, Op, RecordId, Seq, Verdict, Verified};

use crate::address::is_loopback;
use crate::error::TillError;
use crate::host::Work;
use crate::status::StatusView;
use crate::till::Till;

/// How far the inspector looks back.
const ROWS: u64 = 500;

/// One mutation of this device. Decided ones are listed while their payload is kept.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct OutboxRow {
    seq: Seq,
    /// Name of the mutation, for example `complete_sale`.
    name: String,
    at: Millis,
    actor: Option<String>,
    state: OutboxState,
    /// How often it was sent since the page was opened.
    attempts: u32,
    bytes: usize,
    /// Why it waits or how it ended, in a plain sentence.
    reason: Option<String>,
    /// What it is about: a receipt number, a product's name.
    subject: Option<String>,
}

/// How far a mutation is.
#[derive(Clone, Copy, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
enum OutboxState {
    Waiting,
    InFlight,
    Accepted,
    Merged,
    Conflict,
    Rejected,
}

/// A rejected mutation: shown until dismissed, never dropped silently.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct AttentionRow {
    /// The identity it was recorded under; numbers begin again with a new one.
    device: DeviceId,
    seq: Seq,
    name: String,
    at: Millis,
    actor: Option<String>,
    subject: Option<String>,
    code: String,
    /// A sentence a person can act on.
    reason: String,
    /// The payload as indented JSON, for copying.
    payload: String,
}

/// Where this device stands in the log.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncPosition {
    log_id: Option<String>,
    position: u64,
    your_seq: Seq,
    next_seq: Seq,
    archived: Seq,
}

/// What the shop is called and how it counts.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShopInfo {
    name: String,
    address_lines: Vec<String>,
    /// ISO 4217.
    currency: String,
    /// Digits after the point: 2 for GBP.
    exponent: u8,
    /// BCP 47, for numbers and dates.
    locale: String,
    /// For example `T03`.
    till: String,
    tax_included: bool,
    /// Rates the product form offers.
    tax_rates: Vec<TaxRate>,
    /// Smallest coin for cash; 1 = no rounding.
    cash_rounding: Money,
    /// Demo: the login screen may show the printed users' PINs.
    demo: bool,
    /// The master listens on the LAN without TLS: said on every screen.
    insecure_lan: bool,
}

/// A rate of the shop, by its name.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
struct TaxRate {
    name: String,
    rate: Rate,
}

impl Till {
    /// The queue and what became of it, newest first.
    pub(crate) async fn outbox(&self) -> Result<Vec<OutboxRow>, TillError> {
        let client = self.client()?;
        let next = client.position().next_seq.0;
        let from = Seq(next.saturating_sub(ROWS).max(1));
        let mut rows = client.outbox(from, ROWS as usize).await?;
        // Older ones may wait too; they are few, or all of the newest wait as well.
        let mut in_flight = client.status().borrow().in_flight;
        let mut shown: Vec<OutboxRow> = Vec::with_capacity(rows.len());
        for row in rows.drain(..) {
            let sent = row.outcome.is_none() && in_flight > 0;
            in_flight -= u64::from(sent);
            shown.push(outbox_row(&client, &row, sent));
        }
        shown.reverse();
        Ok(shown)
    }

    /// The rejected mutations nobody dismissed.
    pub(crate) fn attention(&self) -> Result<Vec<AttentionRow>, TillError> {
        let client = self.client()?;
        let entries = client.attention();
        let shown = entries.iter().map(|entry| {
            let body = entry.envelope.open().ok();
            let payload: Json = serde_json::from_str(entry.envelope.body.get()).unwrap_or_default();
            AttentionRow {
                device: entry.id.device,
                seq: entry.id.seq,
                name: name_in(body.as_ref()),
                at: entry.recorded_at,
                actor: body.as_ref().and_then(|body| actor(&client, body)),
                subject: body.as_ref().and_then(|body| subject(&client, body)),
                code: entry.refusal.code.clone(),
                reason: entry.refusal.message.clone(),
                payload: serde_json::to_string_pretty(&payload).unwrap_or_default(),
            }
        });
        Ok(shown.collect())
    }

    pub(crate) async fn dismiss(&self, id: MutationId) -> Result<(), TillError> {
        let client = self.client()?;
        if client.attention().iter().any(|entry| entry.id == id) {
            client.dismiss(id).await?;
        }
        Ok(())
    }

    /// Records a refused mutation again, in the name of whoever is logged in.
    pub(crate) async fn reissue(&self, id: MutationId) -> Result<(), TillError> {
        let client = self.client()?;
        if client.attention().iter().any(|entry| entry.id == id) {
            let actor = self.occasion(&[])?.person.actor();
            client.reissue(id, actor).await?;
        }
        Ok(())
    }

    pub(crate) fn position(&self) -> Result<SyncPosition, TillError> {
        let position = self.client()?.position();
        let log_id = position.cursor.map(|cursor| {
            let log_id = cursor.log_id;
            format!("{}-{}", log_id.generation, log_id.uuid)
        });
        Ok(SyncPosition {
            log_id,
            position: position.cursor.map_or(0, |cursor| cursor.position.0),
            your_seq: position.your_seq,
            next_seq: position.next_seq,
            archived: position.archived,
        })
    }

    /// What people call this till: the shop and its number there. Nothing before it has joined.
    pub fn signboard(&self) -> Option<String> {
        let till = self.series().ok()?.till_name();
        Some(format!("{} {till}", self.shop().ok()?.name))
    }

    /// What the shop is called and how it counts.
    pub(crate) fn shop_info(&self) -> Result<ShopInfo, TillError> {
        let (client, shop) = (self.client()?, self.shop()?);
        let rates = Query::all(collection::TAX_RATES).sort_by("position");
        let rates = client.query(&rates).items;
        let rates = rates.iter().map(|rate| TaxRate {
            name: rate.doc.text("name").unwrap_or_default().to_owned(),
            rate: Rate(rate.doc.int("rate").unwrap_or_default()),
        });
        let till_name = self
            .series()
            .map(|series| series.till_name())
            .unwrap_or_default();
        let master = self.host.master();
        let insecure = !is_loopback(&master) && master.starts_with("http://");
        Ok(ShopInfo {
            name: shop.name,
            address_lines: shop.address_lines,
            currency: shop.currency,
            exponent: shop.exponent,
            locale: shop.locale,
            till: till_name,
            tax_included: shop.tax_included,
            tax_rates: rates.collect(),
            cash_rounding: shop.cash_rounding,
            demo: shop.demo,
            insecure_lan: insecure,
        })
    }

    /// What this device did about its synchronisation, newest first.
    pub(crate) fn sync_log(&self) -> Vec<SyncLogEntry> {
        let mut entries = self.log.borrow().entries();
        entries.reverse();
        entries
    }

    /// A text for support: states and counts, no records and no secrets.
    pub(crate) async fn diagnostics(&self) -> Result<String, TillError> {
        let work = self.work().borrow().clone();
        let mut report = json!({
            "app": self.host.app(),
            "at": sync_client::platform::now(),
            "master": self.host.master(),
            "status": StatusView::of(&work),
        });
        if let (Work::Active(client), Json::Object(report)) = (&work, &mut report) {
            report.insert("position".to_owned(), json!(self.position()?));
            report.insert("frames".to_owned(), json!(client.frames()));
            let mut rows = json!(self.outbox().await?);
            for row in rows.as_array_mut().into_iter().flatten() {
                if let Json::Object(row) = row {
                    row.retain(|name, _| name != "actor" && name != "subject");
                }
            }
            report.insert("outbox".to_owned(), rows);
            report.insert("checksums".to_owned(), json!(client.checksums().1));
        }
        Ok(serde_json::to_string_pretty(&report).unwrap_or_default())
    }
}

fn outbox_row(client: &Client, row: &storage::OutboxRow, sent: bool) -> OutboxRow {
    let body = row.envelope.open().ok();
    let outcome = row.outcome.as_ref().map(|stored| &stored.outcome);
    let state = match outcome.map(|outcome| outcome.verdict) {
        None if sent => OutboxState::InFlight,
        None => OutboxState::Waiting,
        Some(Verdict::Accepted | Verdict::AlreadyDecided) => OutboxState::Accepted,
        Some(Verdict::Merged) => OutboxState::Merged,
        Some(Verdict::Conflict) => OutboxState::Conflict,
        Some(Verdict::Rejected) => OutboxState::Rejected,
    };
    let reason = outcome.and_then(|outcome| {
        let flags = outcome.flags.iter().map(|flag| flag.message.as_str());
        let refusal = outcome
            .refusal
            .iter()
            .map(|refusal| refusal.message.as_str());
        let reasons: Vec<&str> = refusal.chain(flags).collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    });
    OutboxRow {
        seq: row.envelope.seq,
        name: name_in(body.as_ref()),
        at: row.recorded_at,
        actor: body.as_ref().and_then(|body| actor(client, body)),
        state,
        // Counted since the till was opened; what has an outcome was sent before that.
        attempts: client
            .attempts(row.envelope.seq)
            .max(u32::from(sent || outcome.is_some())),
        bytes: row.envelope.body.get().len(),
        reason: reason.or_else(|| row.void.clone()),
        subject: body.as_ref().and_then(|body| subject(client, body)),
    }
}

/// The name of a mutation; empty where it cannot be read.
fn name_in(body: Option<&Body>) -> String {
    body.map_or_else(String::new, |body| body.name.clone())
}

fn actor(client: &Client, body: &Body) -> Option<String> {
    if body.actor.verified == Verified::System {
        return None;
    }
    name_of(client, collection::EMPLOYEES, body.actor.user)
}

/// What a mutation is about: the number of its document, or the name of its record.
fn subject(client: &Client, body: &Body) -> Option<String> {
    body.ops.iter().find_map(|op| {
        let (collection, id) = op.target();
        let own = match op {
            Op::Insert { doc, .. } => ["number", "name", "label"]
                .into_iter()
                .find_map(|field| doc.text(field).map(ToOwned::to_owned)),
            _ => None,
        };
        own.or_else(|| name_of(client, collection, id))
            .or_else(|| match op {
                Op::Insert { doc, .. } => {
                    let product = doc.text("product").and_then(|id| id.parse().ok())?;
                    name_of(client, collection::PRODUCTS, product)
                }
                _ => None,
            })
    })
}

/// What people call a record.
pub(crate) fn name_of(client: &Client, collection: &str, id: RecordId) -> Option<String> {
    let doc = client.get(collection, id)?.doc;
    let name = doc
        .text("name")
        .or(doc.text("number"))
        .or(doc.text("label"));
    name.map(ToOwned::to_owned)
}
