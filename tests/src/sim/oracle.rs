//! What people were promised. A write nobody answered may have happened or not.

mod drawer;

use std::collections::{BTreeMap, BTreeSet};

use retail::Method;
use sync_core::{Quantity, RecordId};

pub use drawer::Drawer;

/// How sure it is that something lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// Nobody was told, or the only disk that had it is gone: it may be there.
    Perhaps,
    /// Its device has it.
    Kept,
    /// Its device has it no more, but the master had it by then.
    AtMaster,
}

/// Goods that come or go.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// Which product.
    pub product: RecordId,
    /// Which batch of it.
    pub batch: Option<RecordId>,
    /// How much comes; negative where it goes.
    pub quantity: Quantity,
}

/// One fact that somebody made at a till.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The collection it is in.
    pub collection: &'static str,
    /// On which device.
    pub device: usize,
    /// Whether it must be there in the end.
    pub sure: Sure,
    /// What it does to the stock of each product.
    pub moves: Vec<Move>,
    /// What comes in, in minor units; negative where it goes out, 0 for a correction.
    pub total: i64,
    /// How that was paid.
    pub paid: Option<Method>,
    /// The drawer it is of.
    pub session: Option<RecordId>,
    /// Who buys or owes, where that is known.
    pub customer: Option<RecordId>,
    /// What they owe more from now on; negative where it is less.
    pub owed: i64,
    /// Counts what a device did, to tell what came after a copy of its disk.
    pub number: u64,
}

/// Everything that was tried.
#[derive(Clone, Debug, Default)]
pub struct Oracle {
    facts: BTreeMap<RecordId, Fact>,
    drawers: BTreeMap<RecordId, Drawer>,
    /// Poisoned mutations per device that must be on its attention list.
    poisoned: BTreeMap<usize, u64>,
    /// The devices that ever lost something.
    forgetful: BTreeSet<usize>,
    made: u64,
}

impl Oracle {
    /// Somebody is about to make a fact.
    pub fn intend(&mut self, id: RecordId, mut fact: Fact) {
        self.made += 1;
        fact.number = self.made;
        self.facts.insert(id, fact);
    }

    /// They were told that it is saved.
    pub fn promised(&mut self, id: RecordId) {
        if let Some(fact) = self.facts.get_mut(&id) {
            fact.sure = Sure::Kept;
        }
    }

    /// Somebody is about to open a drawer with so much in it, in minor units.
    pub fn opens(&mut self, session: RecordId, float: i64) {
        self.drawers.insert(session, Drawer::opened(float));
    }

    /// Somebody is about to close a drawer in which they counted so much, in minor units.
    pub fn closes(&mut self, session: RecordId, counted: i64) {
        if let Some(drawer) = self.drawers.get_mut(&session) {
            drawer.counted.push(counted);
        }
    }

    /// A poisoned mutation was recorded.
    pub fn poisoned(&mut self, device: usize) {
        *self.poisoned.entry(device).or_default() += 1;
    }

    /// A number for what comes next, to compare with [`Fact::number`].
    pub fn now(&self) -> u64 {
        self.made
    }

    /// A device lost what it did after `since`; `at_master` says what the master has.
    pub fn lost(&mut self, device: usize, since: u64, at_master: impl Fn(&str, RecordId) -> bool) {
        for (id, fact) in &mut self.facts {
            if fact.device == device && fact.number > since && fact.sure == Sure::Kept {
                fact.sure = match at_master(fact.collection, *id) {
                    true => Sure::AtMaster,
                    false => Sure::Perhaps,
                };
            }
        }
        self.forgetful.insert(device);
        // Its attention list went with it.
        self.poisoned.remove(&device);
    }

    /// The master went back to a backup: only what the devices still have comes again for sure.
    pub fn restored(&mut self) {
        for fact in self.facts.values_mut() {
            if fact.sure == Sure::AtMaster {
                fact.sure = Sure::Perhaps;
            }
        }
    }

    /// All facts.
    pub fn facts(&self) -> impl Iterator<Item = (RecordId, &Fact)> {
        self.facts.iter().map(|(id, fact)| (*id, fact))
    }

    /// A fact by its id.
    pub fn fact(&self, id: RecordId) -> Option<&Fact> {
        self.facts.get(&id)
    }

    /// A drawer by its session.
    pub fn drawer(&self, session: RecordId) -> Option<&Drawer> {
        self.drawers.get(&session)
    }

    /// Whether a device has everything it ever did.
    pub fn remembers(&self, device: usize) -> bool {
        !self.forgetful.contains(&device)
    }

    /// How many poisoned mutations a device has to show.
    pub fn poisoned_on(&self, device: usize) -> u64 {
        self.poisoned.get(&device).copied().unwrap_or(0)
    }
}
