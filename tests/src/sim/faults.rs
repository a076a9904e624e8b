//! What can go wrong, and how often it did.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A device stops at a storage write, and what was not synced is gone.
    DeviceCrash,
    /// A device's database of records is gone, its outbox is not.
    RecordsLost,
    /// A record of a device is not what it was any more, or gone, and nobody was told.
    RecordDamaged,
    /// A tab ends between two writes; what was written stays.
    TabKilled,
    /// A second tab takes the storage of one that still runs, and whoever is at the first goes on.
    TakenOver,
    /// A device's outbox is gone, its records are not.
    OutboxLost,
    /// A device's database is one of some time ago.
    DeviceRolledBack,
    /// A device has no room to write.
    Quota,
    /// A frame never arrives.
    FrameLost,
    /// A frame arrives twice.
    FrameDoubled,
    /// A frame overtakes others.
    FrameReordered,
    /// A frame takes seconds.
    FrameDelayed,
    /// Nothing passes in one direction, and nobody is told.
    OneWay,
    /// Nothing passes, and nobody is told.
    HalfOpen,
    /// A connection ends.
    Cut,
    /// A device's clock is off by up to a day.
    ClockJump,
    /// The master stops at once and starts again.
    MasterCrash,
    /// The master is restored from a backup.
    MasterRestored,
    /// The master's clock is off by up to a day.
    MasterClockJump,
    /// The master stops amid a write to its disk: a part of what was never committed lies there.
    TornWrite,
    /// The master is told to stop, says so to everybody, and starts again.
    Drained,
    /// The master starts again as a later build, whose schema has a field more.
    MasterUpgraded,
    /// A device starts again as a later build, with whatever it had not sent yet.
    DeviceUpgraded,
    /// A device reaches the master of another store.
    WrongStore,
    /// A device reaches the page of a hotspot instead of the master.
    Portal,
    /// A mutation that the master must reject.
    Poisoned,
    /// A mutation over the size limit.
    Oversized,
    /// A device whose schema has a field more than the master's.
    VersionSkew,
    /// A device and a master whose frames say more than the other one knows.
    ProtocolSkew,
}

impl Fault {
    /// Every kind.
    pub const ALL: [Self; 29] = [
        Self::DeviceCrash,
        Self::RecordsLost,
        Self::RecordDamaged,
        Self::TabKilled,
        Self::TakenOver,
        Self::OutboxLost,
        Self::DeviceRolledBack,
        Self::Quota,
        Self::FrameLost,
        Self::FrameDoubled,
        Self::FrameReordered,
        Self::FrameDelayed,
        Self::OneWay,
        Self::HalfOpen,
        Self::Cut,
        Self::ClockJump,
        Self::MasterCrash,
        Self::MasterRestored,
        Self::MasterClockJump,
        Self::TornWrite,
        Self::Drained,
        Self::MasterUpgraded,
        Self::DeviceUpgraded,
        Self::WrongStore,
        Self::Portal,
        Self::Poisoned,
        Self::Oversized,
        Self::VersionSkew,
        Self::ProtocolSkew,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::DeviceCrash => "device_crash",
            Self::RecordsLost => "records_lost",
            Self::RecordDamaged => "record_damaged",
            Self::TabKilled => "tab_killed",
            Self::TakenOver => "taken_over",
            Self::OutboxLost => "outbox_lost",
            Self::DeviceRolledBack => "device_rolled_back",
            Self::Quota => "quota",
            Self::FrameLost => "frame_lost",
            Self::FrameDoubled => "frame_doubled",
            Self::FrameReordered => "frame_reordered",
            Self::FrameDelayed => "frame_delayed",
            Self::OneWay => "one_way",
            Self::HalfOpen => "half_open",
            Self::Cut => "cut",
            Self::ClockJump => "clock_jump",
            Self::MasterCrash => "master_crash",
            Self::MasterRestored => "master_restored",
            Self::MasterClockJump => "master_clock_jump",
            Self::TornWrite => "torn_write",
            Self::Drained => "drained",
            Self::MasterUpgraded => "master_upgraded",
            Self::DeviceUpgraded => "device_upgraded",
            Self::WrongStore => "wrong_store",
            Self::Portal => "portal",
            Self::Poisoned => "poisoned",
            Self::Oversized => "oversized",
            Self::VersionSkew => "version_skew",
            Self::ProtocolSkew => "protocol_skew",
        }
    }
}

/// How often each fault happened. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Fired(Arc<Mutex<BTreeMap<Fault, u64>>>);

impl Fired {
    /// Counts one.
    pub fn count(&self, fault: Fault) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(fault).or_default() += 1;
    }

    /// All counts so far.
    pub fn counts(&self) -> BTreeMap<Fault, u64> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
