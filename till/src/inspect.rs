//! What the inspector looks at: queue, attention list, frames, position.

use retail::collection;
use serde_json::{Value as Json, json};
use sync_client::storage::{MutationId, OutboxRow};
use sync_client::{Client, Query, SyncLogEntry};
use sync_core::{Body, Op, RecordId, Seq, Verdict, Verified};

use crate::address::is_loopback;
use crate::error::TillError;
use crate::host::Work;
use crate::status::StatusView;
use crate::till::Till;

/// How far the inspector looks back.
const ROWS: u64 = 500;

impl Till {
    /// The queue and what became of it, newest first.
    pub(crate) async fn outbox(&self) -> Result<Vec<Json>, TillError> {
        let client = self.client()?;
        let next = client.position().next_seq.0;
        let from = Seq(next.saturating_sub(ROWS).max(1));
        let mut rows = client.outbox(from, ROWS as usize).await?;
        // Older ones may wait too; they are few, or all of the newest wait as well.
        let mut in_flight = client.status().borrow().in_flight;
        let mut shown: Vec<Json> = Vec::with_capacity(rows.len());
        for row in rows.drain(..) {
            let sent = row.outcome.is_none() && in_flight > 0;
            in_flight -= u64::from(sent);
            shown.push(outbox_row(&client, &row, sent));
        }
        shown.reverse();
        Ok(shown)
    }

    /// The rejected mutations nobody dismissed.
    pub(crate) fn attention(&self) -> Result<Vec<Json>, TillError> {
        let client = self.client()?;
        let entries = client.attention();
        let shown = entries.iter().map(|entry| {
            let body = entry.envelope.open().ok();
            let payload: Json = serde_json::from_str(entry.envelope.body.get()).unwrap_or_default();
            json!({
                "device": entry.id.device,
                "seq": entry.id.seq,
                "name": body.as_ref().map_or("", |body| &body.name),
                "at": entry.recorded_at,
                "actor": body.as_ref().and_then(|body| actor(&client, body)),
                "subject": body.as_ref().and_then(|body| subject(&client, body)),
                "code": entry.refusal.code,
                "reason": entry.refusal.message,
                "payload": serde_json::to_string_pretty(&payload).unwrap_or_default(),
            })
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

    pub(crate) fn position(&self) -> Result<Json, TillError> {
        let position = self.client()?.position();
        let log_id = position.cursor.map(|cursor| {
            let log_id = cursor.log_id;
            format!("{}-{}", log_id.generation, log_id.uuid)
        });
        Ok(json!({
            "logId": log_id,
            "position": position.cursor.map_or(0, |cursor| cursor.position.0),
            "yourSeq": position.your_seq,
            "nextSeq": position.next_seq,
            "archived": position.archived,
        }))
    }

    /// What people call this till: the shop and its number there. Nothing before it has joined.
    pub fn signboard(&self) -> Option<String> {
        let till = self.series().ok()?.till_name();
        Some(format!("{} {till}", self.shop().ok()?.name))
    }

    /// What the shop is called and how it counts.
    pub(crate) fn shop_info(&self) -> Result<Json, TillError> {
        let (client, shop) = (self.client()?, self.shop()?);
        let rates = Query::all(collection::TAX_RATES).sort_by("position");
        let rates: Vec<Json> = client
            .query(&rates)
            .items
            .iter()
            .map(|doc| json!({ "name": doc.doc.text("name"), "rate": doc.doc.int("rate") }))
            .collect();
        let till_name = self
            .series()
            .map(|series| series.till_name())
            .unwrap_or_default();
        let master = self.host.master();
        let insecure = !is_loopback(&master) && master.starts_with("http://");
        Ok(json!({
            "name": shop.name,
            "addressLines": shop.address_lines,
            "currency": shop.currency,
            "exponent": shop.exponent,
            "locale": shop.locale,
            "till": till_name,
            "taxIncluded": shop.tax_included,
            "taxRates": rates,
            "cashRounding": shop.cash_rounding,
            "demo": shop.demo,
            "insecureLan": insecure,
        }))
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
            report.insert("position".to_owned(), self.position()?);
            report.insert("frames".to_owned(), json!(client.frames()));
            let mut rows = self.outbox().await?;
            for row in &mut rows {
                if let Json::Object(row) = row {
                    row.retain(|name, _| name != "actor" && name != "subject");
                }
            }
            report.insert("outbox".to_owned(), rows.into());
            report.insert("checksums".to_owned(), json!(client.checksums().1));
        }
        Ok(serde_json::to_string_pretty(&report).unwrap_or_default())
    }
}

fn outbox_row(client: &Client, row: &OutboxRow, sent: bool) -> Json {
    let body = row.envelope.open().ok();
    let outcome = row.outcome.as_ref().map(|stored| &stored.outcome);
    let state = match outcome.map(|outcome| outcome.verdict) {
        None if sent => "in_flight",
        None => "waiting",
        Some(Verdict::Accepted | Verdict::AlreadyDecided) => "accepted",
        Some(Verdict::Merged) => "merged",
        Some(Verdict::Conflict) => "conflict",
        Some(Verdict::Rejected) => "rejected",
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
    json!({
        "seq": row.envelope.seq,
        "name": body.as_ref().map_or("", |body| &body.name),
        "at": row.recorded_at,
        "actor": body.as_ref().and_then(|body| actor(client, body)),
        "state": state,
        // Counted since the till was opened; what has an outcome was sent before that.
        "attempts": client
            .attempts(row.envelope.seq)
            .max(u32::from(sent || outcome.is_some())),
        "bytes": row.envelope.body.get().len(),
        "reason": reason.or_else(|| row.void.clone()),
        "subject": body.as_ref().and_then(|body| subject(client, body)),
    })
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
