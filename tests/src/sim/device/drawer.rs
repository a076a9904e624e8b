//! The till's drawer: a float, cash that goes in and out, a count.

use retail::{
    CashCount, CashKind, CashMovement, Counted, DrawerTotals, Money, closing_id, collection,
};
use sync_client::{Client, Draft, RecordError};
use sync_core::{DeviceId, Document, Record, RecordId, Records, Refusal};

use super::{Device, refused};
use crate::sim::master::owner;
use crate::sim::oracle::{Fact, Oracle};
use crate::sim::sabotage::Sabotage;

impl Device {
    /// Opens the drawer or takes over another till's, moves cash, or closes it, whichever can be.
    pub(super) async fn use_drawer(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        match self.own_session(client) {
            None if self.dice.percent(30) => self.take_over_till(client).await,
            None => self.open_drawer(client, id, oracle).await,
            Some(session) if self.dice.percent(45) => {
                self.move_cash(client, id, session.id, oracle).await
            }
            Some(session) => self.close_drawer(client, &session, oracle).await,
        }
    }

    async fn open_drawer(
        &self,
        client: &Client,
        id: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let float = self.dice.below(5) as i64 * 1_000;
        oracle.opens(id, float);
        let clerk = self.clerk(owner());
        let opened = clerk.record(client, "open_drawer", move |_, draft, occasion| {
            let open = retail::open_session(draft, occasion.device)?;
            let open = open.map(|session| session.id);
            retail::open_drawer(occasion, id, Money(float), open).map_err(|e| refused(&e))
        });
        opened.await.ok()?;
        Some("opens its drawer")
    }

    /// Takes over what another till has open, whether that one is gone, was set up anew, or still
    /// sells.
    async fn take_over_till(&self, client: &Client) -> Option<&'static str> {
        let device = client.status().borrow().device.clone()?.id;
        let sessions = collection::DRAWER_SESSIONS;
        let open = client.read(|records| records.find(sessions, "status", &"open".into()));
        let owners = open.ok()?.into_iter();
        let owners = owners.filter_map(|session| session.doc.text("device")?.parse().ok());
        let owners: Vec<DeviceId> = owners.filter(|owner| *owner != device).collect();
        let from = *(!owners.is_empty()).then(|| self.dice.one(&owners))?;
        let clerk = self.clerk(owner());
        let taken = clerk.record(client, "take_over_till", move |_, draft, occasion| {
            let left = retail::left_open(draft, from)?;
            let open = retail::open_session(draft, occasion.device)?;
            let open = open.map(|session| session.id);
            retail::take_over_till(occasion, from, &left, open).map_err(|e| refused(&e))
        });
        taken.await.ok()?;
        Some("takes over what another till has open")
    }

    async fn move_cash(
        &self,
        client: &Client,
        id: RecordId,
        session: RecordId,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let amount = 1 + self.dice.below(5_000) as i64;
        let (kind, total) = match self.dice.percent(50) {
            true => (CashKind::Add, amount),
            false => (CashKind::Payout, -amount),
        };
        let movement = CashMovement {
            kind,
            amount: Money(amount),
            reason: "change".to_owned(),
        };
        let fact = Fact {
            session: Some(session),
            ..self.fact(collection::CASH_MOVEMENTS, Vec::new(), total)
        };
        oracle.intend(id, fact);
        let clerk = self.clerk(owner());
        let moved = clerk.record(client, "cash_movement", move |_, draft, occasion| {
            let seen = whole(draft, session)?;
            retail::cash_movement(occasion, id, (session, &seen), &movement)
                .map_err(|e| refused(&e))
        });
        moved.await.ok()?;
        oracle.promised(id);
        Some("moves cash")
    }

    async fn close_drawer(
        &self,
        client: &Client,
        session: &Record,
        oracle: &mut Oracle,
    ) -> Option<&'static str> {
        let float = Money(session.doc.int("float").unwrap_or(0));
        let expected = DrawerTotals::of(&session.doc).expected(float).0;
        let off = match self.dice.percent(40) {
            true => self.dice.below(100) as i64 - 50,
            false => 0,
        };
        // Coins of one minor unit each: no more of them than a count can say.
        let coins = u32::try_from((expected + off).clamp(0, i64::from(u32::MAX))).unwrap_or(0);
        let counted = i64::from(coins);
        let (id, fact) = (
            session.id,
            Fact {
                session: Some(session.id),
                ..self.fact(collection::SHIFT_CLOSINGS, Vec::new(), 0)
            },
        );
        oracle.intend(closing_id(id), fact);
        oracle.closes(id, counted);
        let miscounts = self.sabotage == Sabotage::Miscounts && self.dice.percent(50);
        let steps = 1 + u64::from(miscounts);
        let clerk = self.clerk(owner());
        let closed = clerk.record(client, "close_drawer", move |_, draft, occasion| {
            let seen = whole(draft, id)?;
            let counter = occasion.series.counter(Counted::Closings);
            let number = (0..steps).fold(0, |_, _| draft.advance(&counter));
            let coin = CashCount {
                value: Money(1),
                count: coins,
            };
            let done = retail::close_drawer(occasion, (id, &seen), &[coin], Some("so"), number);
            done.map(|closed| closed.body).map_err(|e| refused(&e))
        });
        closed.await.ok()?;
        oracle.promised(closing_id(id));
        Some("closes its drawer")
    }

    /// The drawer that is open here.
    pub(super) fn own_session(&self, client: &Client) -> Option<Record> {
        let device = client.status().borrow().device.clone()?.id;
        let open = client.read(|records| retail::open_session(records, device));
        open.ok().flatten()
    }

    /// A drawer that is open anywhere, as a handheld sells for it.
    pub(super) fn some_session(&self, client: &Client) -> Option<RecordId> {
        let sessions = collection::DRAWER_SESSIONS;
        let open = client.read(|records| records.find(sessions, "status", &"open".into()));
        let open = open.ok().filter(|open| !open.is_empty())?;
        Some(self.dice.one(&open).id)
    }
}

fn whole(draft: &Draft<'_>, session: RecordId) -> Result<Document, RecordError> {
    let record = draft.get(collection::DRAWER_SESSIONS, session)?;
    let record = record.filter(Record::is_live).map(|record| record.doc);
    record.ok_or_else(|| RecordError::Refused(Refusal::new("missing", "no such drawer")))
}
