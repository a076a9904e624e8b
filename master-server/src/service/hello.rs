//! The first question of a session: who are you, and do we mean the same log?

use sync_core::{
    Code, DeviceId, Digest, Hello, LogId, NodeAddress, Position, ProtocolRange, Seq, Welcome,
    WireError, negotiate,
};
use uuid::Builder;

use super::{authenticate, holder, serving};
use crate::ledger::{Command, Device, Standing, decided_hash, head, seq_at, standing};
use crate::state::AppState;

/// What a session knows of its device from then on.
pub(crate) struct Greeted {
    /// The answer.
    pub(crate) welcome: Welcome,
    /// Where the device stands, if its cursor holds at the head.
    pub(crate) live: Option<(Position, Seq)>,
}

/// Answers a hello. `url` is the address under which the device reached this node.
///
/// # Errors
/// When the device is not let in, or one of both sides lost data.
pub(crate) async fn hello(state: &AppState, url: &str, hello: Hello) -> Result<Greeted, WireError> {
    let holder = holder(&state.ledger, &hello.token);
    let greeted = greet(state, url, hello).await;
    if let Err(error) = &greeted {
        state.refused("hello_refused", holder, error);
    }
    greeted
}

async fn greet(state: &AppState, url: &str, hello: Hello) -> Result<Greeted, WireError> {
    let ledger = &state.ledger;
    if hello.store != ledger.identity().store {
        let message = "this is the master of another store";
        return Err(WireError::new(Code::Unauthenticated, message));
    }
    let shown = authenticate(ledger, &hello.token)?;
    if shown.info.id != hello.device {
        let message = "this token is another device's";
        return Err(WireError::new(Code::Unauthenticated, message));
    }
    serving(ledger)?;
    let protocol = negotiate(ProtocolRange::OWN, hello.protocol)?;
    if let Some(cursor) = hello.cursor {
        rise_above(state, cursor.log_id).await?;
    }
    let known = look(state, &hello).await?;
    let (device, head) = (known.device, known.head);
    if let Standing::Lost(what) = known.standing {
        return Err(lost(state, what).await);
    }
    if hello.next_seq <= device.high_water {
        let reason = format!(
            "its next mutation is {}, but {} is decided",
            hello.next_seq, device.high_water
        );
        let close = Command::Close {
            device: device.info.id,
            reason,
        };
        ledger.command(close).await?;
        let message = "this device's database is not the one the master knew; it enrols again";
        return Err(WireError::new(Code::IdentityClosed, message));
    }
    let same_log = hello.cursor.filter(|_| known.standing != Standing::Foreign);
    if same_log.is_some() && hello.your_seq > device.high_water {
        let what = format!(
            "a device has seen its mutation {} decided, here it is {}",
            hello.your_seq, device.high_water
        );
        return Err(lost(state, what).await);
    }
    note_seen(state, &hello);
    state.fleet.greeted(&hello, ledger.env().now());
    let identity = ledger.identity();
    let master = NodeAddress {
        node: identity.node,
        url: url.to_owned(),
    };
    let welcome = Welcome {
        protocol,
        log_id: identity.log_id,
        term: identity.term,
        time: ledger.time(),
        head,
        high_water: device.high_water,
        high_water_hash: known.hash,
        archived: device.archived,
        scope_from: state.scope_from(),
        device: device.info,
        nodes: vec![master.clone()],
        master,
    };
    let live = same_log
        .filter(|cursor| cursor.position == head)
        .map(|_| (head, known.seq_at_head));
    Ok(Greeted { welcome, live })
}

/// How the ledger knows a device that says hello.
struct Known {
    device: Device,
    /// What was decided under its mark.
    hash: Option<Digest>,
    head: Position,
    standing: Standing,
    seq_at_head: Seq,
}

async fn look(state: &AppState, hello: &Hello) -> Result<Known, WireError> {
    let (id, cursor, digest) = (hello.device, hello.cursor, hello.digest);
    let log_id = state.ledger.identity().log_id;
    let device = state.ledger.device(id).await?;
    let device = device
        .ok_or_else(|| WireError::new(Code::Unauthenticated, "this device is not enrolled here"))?;
    let high_water = device.high_water;
    let looked = state.ledger.read(move |reading| {
        let (head, _) = head(reading.connection)?;
        let standing = match cursor {
            Some(cursor) => standing(reading.connection, log_id, cursor, digest)?,
            None => Standing::Good,
        };
        Ok(Known {
            device,
            hash: decided_hash(reading.connection, id, high_water)?,
            head,
            standing,
            seq_at_head: seq_at(reading.connection, id, head)?,
        })
    });
    looked.await
}

/// A device that knows a generation equal to ours or above shows that ours is the restored one.
async fn rise_above(state: &AppState, theirs: LogId) -> Result<(), WireError> {
    let ours = state.ledger.identity().log_id;
    if theirs.uuid == ours.uuid || theirs.generation < ours.generation {
        return Ok(());
    }
    let env = state.ledger.env();
    let restart = Command::Restart {
        log_id: LogId {
            generation: theirs.generation + 1,
            uuid: Builder::from_random_bytes(env.random()).into_uuid(),
        },
        node: DeviceId::new(env.now(), env.random()),
        reason: "a device knows a generation as high".to_owned(),
    };
    state.ledger.command(restart).await.map(|_| ())
}

/// The master lost acknowledged data: the store is no longer served.
pub(super) async fn lost(state: &AppState, reason: String) -> WireError {
    tracing::error!(reason, "acknowledged data is missing: a restore is needed");
    let need = Command::NeedRestore {
        reason: reason.clone(),
    };
    match state.ledger.command(need).await {
        Ok(_) => WireError::new(
            Code::RestoreNeeded,
            format!("the master lost data and must be restored: {reason}"),
        ),
        Err(error) => error,
    }
}

/// Kept for people who look at the list of devices; nobody waits for it.
fn note_seen(state: &AppState, hello: &Hello) {
    let ledger = state.ledger.clone();
    let seen = Command::Seen {
        device: hello.device,
        app: hello.app.chars().take(80).collect(),
        pending: hello.pending,
    };
    tokio::spawn(async move {
        if let Err(error) = ledger.command(seen).await {
            tracing::warn!(%error, "a hello was not noted");
        }
    });
}
