//! What only people decide: conflicts, tasks, notices, and what is put away.

use retail::{Choice, ConflictStatus, Occasion, Series, TaskAction, collection};
use sync_client::{Client, Draft, RecordError};
use sync_core::{Body, RecordId, Value};

use super::{Device, products, refused};
use crate::sim::master::owner;

impl Device {
    /// Takes a product out of the catalogue, or puts it back, while others may be changing it.
    pub(super) async fn archive(&self, client: &Client) -> Option<&'static str> {
        let products = products(client);
        let (id, product) = products.get(self.dice.below(products.len() as u64) as usize)?;
        let (id, archived) = (*id, product.archived);
        let occasion = self.occasion(client)?;
        let name = match archived {
            true => "restore_product",
            false => "archive_product",
        };
        let build = move |draft: &mut Draft<'_>| {
            let seen = doc_of(draft, collection::PRODUCTS, id)?;
            let build = match archived {
                true => retail::restore_product,
                false => retail::archive_product,
            };
            build(&occasion, id, &seen).map_err(|e| refused(&e))
        };
        record(client, name, build).await?;
        Some("archives or restores")
    }

    /// Chooses for one conflict that waits.
    pub(super) async fn resolve(&self, client: &Client) -> Option<&'static str> {
        let open = client.read(|records| retail::conflict_cards(records, ConflictStatus::Open));
        let mut open = open.ok()?;
        if open.is_empty() {
            return None;
        }
        let card = open.swap_remove(self.dice.below(open.len() as u64) as usize);
        let choice = match self.dice.below(3) {
            0 => Choice::Theirs,
            1 => Choice::Mine,
            _ => Choice::Value(card.mine.clone()),
        };
        let occasion = self.occasion(client)?;
        let build = move |_: &mut Draft<'_>| {
            let chosen = [card.choose(choice)];
            retail::resolve_conflicts(&occasion, &chosen).map_err(|e| refused(&e))
        };
        record(client, "resolve_conflict", build).await?;
        Some("resolves")
    }

    /// Closes a task or acknowledges a notice.
    pub(super) async fn settle(&self, client: &Client) -> Option<&'static str> {
        let occasion = self.occasion(client)?;
        let task = client.read(|records| retail::open_tasks(records)).ok()?;
        if let Some(task) = task.into_iter().next() {
            let build = move |_: &mut Draft<'_>| {
                let action = TaskAction::Accepted;
                let closed = retail::close_task(&occasion, task.id, &task.doc, action, None);
                closed.map_err(|e| refused(&e))
            };
            record(client, "close_task", build).await?;
            return Some("closes a task");
        }
        let (device, now) = (occasion.device, occasion.at);
        let shown = client.read(|records| retail::shown_notices(records, device, now));
        let notice = shown.ok()?.into_iter().next()?.id;
        let build = move |_: &mut Draft<'_>| {
            retail::acknowledge_notice(&occasion, notice).map_err(|e| refused(&e))
        };
        record(client, "acknowledge_notice", build).await?;
        Some("acknowledges")
    }

    fn occasion(&self, client: &Client) -> Option<Occasion> {
        let device = client.status().borrow().device.clone()?;
        Some(Occasion {
            device: device.id,
            series: Series::default(),
            person: owner(),
            at: sync_client::Source::now(&self.wrist),
        })
    }
}

async fn record(
    client: &Client,
    name: &str,
    build: impl FnOnce(&mut Draft<'_>) -> Result<Body, RecordError> + Send + 'static,
) -> Option<()> {
    let recorded = client.record(name, owner().actor(), move |draft| {
        let body = build(draft)?;
        draft.extend(body.ops);
        Ok(())
    });
    recorded.await.ok().map(|_| ())
}

fn doc_of(draft: &Draft<'_>, name: &str, id: RecordId) -> Result<sync_core::Document, RecordError> {
    use sync_core::Records as _;
    let found = draft.get(name, id)?;
    Ok(found.map(|record| record.doc).unwrap_or_default())
}

/// A value that nobody else writes: what becomes of it can be followed.
pub(super) fn own_value(device: usize, done: u64) -> Value {
    Value::Int(100 + device as i64 * 1_000_000 + done as i64)
}
