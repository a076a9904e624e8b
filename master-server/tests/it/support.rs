//! A small shop, a clock that stands still, and devices that push.

mod device;
mod domain;
mod online;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use master_server::env::Env;
use master_server::ledger::{CodeTerms, Command, Ledger, Options, Proof, token_hash};
use sync_core::{DeviceId, DeviceInfo, DeviceKind, Millis};
use tempfile::TempDir;

pub(crate) use device::{Device, body, hello, insert, voided};
pub(crate) use domain::{Corner, level_of, record_id};
pub(crate) use online::{Link, Master};

/// 2026-01-01, as good a day as any.
pub(crate) const START: u64 = 1_767_225_600_000;

/// A store in a temporary folder, at a simulated time.
pub(crate) struct World {
    pub(crate) dir: TempDir,
    pub(crate) ledger: Ledger,
    clock: Arc<AtomicU64>,
    env: Env,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(&Options::default())
    }

    pub(crate) fn with(options: &Options) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let clock = Arc::new(AtomicU64::new(START));
        let env = env(&clock);
        let ledger = open(&dir.path().join("ledger.sqlite"), &env, options);
        Self {
            dir,
            ledger,
            clock,
            env,
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("ledger.sqlite")
    }

    pub(crate) fn env(&self) -> Env {
        self.env.clone()
    }

    pub(crate) fn now(&self) -> Millis {
        Millis(self.clock.load(Ordering::Relaxed))
    }

    pub(crate) fn pass(&self, millis: u64) {
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }

    /// Opens the same file again, as after a crash: nobody said goodbye.
    pub(crate) fn reopen(&mut self) {
        self.ledger = open(&self.path(), &self.env, &Options::default());
    }

    pub(crate) async fn till(&self, name: &str) -> Device {
        self.device(name, DeviceKind::Till).await
    }

    pub(crate) async fn device(&self, name: &str, kind: DeviceKind) -> Device {
        let token = format!("token of {name}");
        let info = self.enrol(name, kind, &token).await;
        Device::new(info, token)
    }

    /// Opens an enrolment code, as the command does.
    pub(crate) async fn code(&self) -> String {
        let code = "ABCD-EFGH";
        let open = Command::OpenCode {
            code: master_server::ledger::code_hash(code),
            terms: CodeTerms::default(),
            expires_at: self.now().plus(5 * 60_000),
        };
        self.ledger.command(open).await.expect("a code is opened");
        code.to_lowercase()
    }

    async fn enrol(&self, name: &str, kind: DeviceKind, token: &str) -> DeviceInfo {
        let enrol = Command::Enrol {
            proof: Proof::Trusted,
            id: DeviceId::new(self.now(), self.env.random()),
            token: token_hash(token),
            name: name.to_owned(),
            kind,
        };
        self.ledger
            .enrol(enrol)
            .await
            .expect("the device is taken in")
    }

    /// Pushes as the device that recorded the first of them.
    pub(crate) async fn push(&self, mutations: &[sync_core::Pushed]) -> Pushing {
        let device = mutations[0].device();
        self.ledger.push(device, mutations.to_vec()).await
    }
}

pub(crate) type Pushing = Result<master_server::ledger::Decided, sync_core::WireError>;

pub(crate) fn open(path: &std::path::Path, env: &Env, options: &Options) -> Ledger {
    Ledger::open(path, Arc::new(Corner::new()), env.clone(), options).expect("the ledger opens")
}

fn env(clock: &Arc<AtomicU64>) -> Env {
    let clock = Arc::clone(clock);
    let counter = AtomicU64::new(1);
    Env::new(
        move || Millis(clock.load(Ordering::Relaxed)),
        move |bytes| {
            let drawn = counter.fetch_add(1, Ordering::Relaxed);
            let digest = sync_core::Digest::of(&[&drawn.to_be_bytes()]);
            for (byte, drawn) in bytes.iter_mut().zip(digest.bytes()) {
                *byte = *drawn;
            }
        },
    )
}
