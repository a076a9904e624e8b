use serde::{Deserialize, Serialize};

use crate::DeviceId;

/// What a device is for; the scope of a collection is given in these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A desktop till with a drawer.
    Till,
    /// A browser terminal that sells.
    Terminal,
    /// Looks on; may be read-only.
    Dashboard,
    /// The master's own identity, for imports and timers.
    Node,
}

impl DeviceKind {
    /// Whether people sell on it.
    pub fn sells(self) -> bool {
        matches!(self, Self::Till | Self::Terminal)
    }
}

/// What the rules may know of the device a mutation came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Its id.
    pub id: DeviceId,
    /// What it is for.
    pub kind: DeviceKind,
    /// Its place in the order of enrolments of this store: 1, 2, 3 …
    pub ordinal: u32,
    /// What people call it.
    pub name: String,
    /// Whether everything it records is refused.
    pub read_only: bool,
}

crate::words! {
    DeviceKind { Till = "till", Terminal = "terminal", Dashboard = "dashboard", Node = "node" }
}
crate::fields! { DeviceInfo { id, kind, ordinal, name, read_only } }
