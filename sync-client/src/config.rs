use sync_core::DeviceKind;

use crate::{Env, Timing};

/// How a device joins a store when it has no identity yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enrolment {
    /// It waits for [`crate::Client::enroll`].
    Wait,
    /// With a one-time code.
    Code(String),
    /// Without a code, where the master lets it: in demo mode on loopback.
    Open,
}

/// What a client has to know before it opens.
#[derive(Clone, Debug)]
pub struct Config {
    /// What people shall call the device.
    pub device_name: String,
    /// What it is for.
    pub device_kind: DeviceKind,
    /// Name and version of the embedding program, for people.
    pub app: String,
    /// How it joins.
    pub enrolment: Enrolment,
    /// Decides the jitter of reconnecting.
    pub seed: u64,
    /// Whether the network is thought to be there when it opens; see
    /// [`crate::Client::set_network`].
    pub network: bool,
    /// How many records lie in one chunk of a snapshot as it is written.
    pub snapshot_chunk: usize,
    /// How long it waits for the master.
    pub timing: Timing,
    /// Its clock and randomness.
    pub env: Env,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            device_name: "till".to_owned(),
            device_kind: DeviceKind::Till,
            app: concat!("sync-client ", env!("CARGO_PKG_VERSION")).to_owned(),
            enrolment: Enrolment::Wait,
            seed: u64::from_be_bytes(crate::platform::random()),
            network: true,
            snapshot_chunk: 5_000,
            timing: Timing::default(),
            env: Env::default(),
        }
    }
}
