//! What carts were promised. Of goods of which there are few, tills that are online are never
//! promised more than there were.

use std::collections::BTreeMap;

use sync_core::{Millis, Quantity, RecordId, Reserved};

use super::clock::Wrist;

/// There are so many of the one product that is scarce.
pub const FEW: Quantity = Quantity(5_000);

/// The product of which there are few. Nobody corrects its stock, so it only becomes less.
pub fn scarce() -> RecordId {
    super::master::product_id(0)
}

/// What is held for whom.
#[derive(Debug)]
pub struct Promises {
    /// The master's clock.
    clock: Wrist,
    /// By cart: how much, and until when.
    held: BTreeMap<RecordId, (Quantity, Millis)>,
    broken: Vec<String>,
}

impl Promises {
    /// Nobody was promised anything.
    pub fn new(clock: Wrist) -> Self {
        Self {
            clock,
            held: BTreeMap::new(),
            broken: Vec::new(),
        }
    }

    /// A cart is about to ask again, is let go of, or is sold: from now on nobody knows.
    pub fn unsure(&mut self, cart: RecordId) {
        self.held.remove(&cart);
    }

    /// The master answered.
    pub fn told(&mut self, reserved: &Reserved) {
        let of_scarce = reserved.items.iter().find(|item| item.product == scarce());
        let Some(item) = of_scarce.filter(|item| item.held > Quantity(0)) else {
            return;
        };
        let now = sync_client::Source::now(&self.clock);
        self.held.retain(|_, (_, until)| *until > now);
        self.held.insert(reserved.cart, (item.held, reserved.until));
        let promised: i64 = self.held.values().map(|(held, _)| held.0).sum();
        if promised > FEW.0 {
            let what = format!("reserved: {promised} of {} were promised at {now:?}", FEW.0);
            self.broken.push(what);
        }
    }

    /// A till did not do what it should have, in words.
    pub fn broke(&mut self, what: impl IntoIterator<Item = String>) {
        self.broken.extend(what);
    }

    /// The master went back to a backup, in which nothing of this is held.
    pub fn forget(&mut self) {
        self.held.clear();
    }

    /// The master's clock is about to be set: what is past its time is gone, whatever comes next.
    pub fn expire(&mut self) {
        let now = sync_client::Source::now(&self.clock);
        self.held.retain(|_, (_, until)| *until > now);
    }

    /// What was promised twice, or done otherwise than it should.
    pub fn broken(&self) -> Vec<String> {
        self.broken.clone()
    }
}
