//! What travels between a device and a node.
//!
//! One enum, JSON, tagged by the name outside: `{"push": {"mutations": […]}}`. The tag stands
//! outside so that the bodies of mutations pass through as the very bytes they were hashed as.

mod channel;
mod session;
mod snapshot;

use serde::{Deserialize, Serialize};

pub use channel::{
    Ack, Changes, Check, Checked, Fetch, Fetched, MAX_FRAME_BYTES, MAX_PUSH_BYTES,
    MAX_PUSH_MUTATIONS, Outcomes, Pull, Push, Reserve, ReserveItem, Reserved, ReservedItem,
    SnapshotRequired, Span, encode_changes,
};
pub use session::{
    DeviceGone, DeviceSeen, Drain, Enroll, Enrolled, Hello, NodeAddress, Ping, Pong, ProtocolRange,
    QueueStatus, RoleChange, Welcome, negotiate,
};
pub use snapshot::{SnapshotEnd, SnapshotHead, SnapshotLine};

use crate::WireError;
use crate::json::{self, Fault, FromJson, Reader, ToJson};

/// One message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// Device → node: join a store with a one-time code.
    Enroll(Enroll),
    /// Node → device: the identity it has from now on.
    Enrolled(Enrolled),
    /// Device → node: who I am and how far I am. First on every connection.
    Hello(Hello),
    /// Node → device: the answer to `hello`.
    Welcome(Welcome),
    /// Device → node: mutations to decide.
    Push(Push),
    /// Node → device: how they ended, in order.
    Outcomes(Outcomes),
    /// Device → node: what comes after my cursor?
    Pull(Pull),
    /// Node → device: what changed, as answer to `pull` or live.
    Changes(Changes),
    /// Device → node: applied up to here.
    Ack(Ack),
    /// Device → node: my checksums at this position.
    Check(Check),
    /// Node → device: the collections and buckets that differ.
    Checked(Checked),
    /// Device → node: hold goods while this cart is paid.
    Reserve(Reserve),
    /// Node → device: held, or who holds them.
    Reserved(Reserved),
    /// Device → node: records outside my scope.
    Fetch(Fetch),
    /// Node → device: those, to be held in memory.
    Fetched(Fetched),
    /// Both ways: are you there?
    Ping(Ping),
    /// Both ways: yes.
    Pong(Pong),
    /// Node → device: another device came online.
    DeviceOnline(DeviceSeen),
    /// Node → device: another device is gone.
    DeviceOffline(DeviceGone),
    /// Device → node: I am about to leave on purpose.
    DeviceShutdown(DeviceGone),
    /// Node → device: your role changed.
    RoleChange(RoleChange),
    /// Device → node: how long my queue is.
    QueueStatus(QueueStatus),
    /// Node → device: your cursor no longer holds, take a snapshot.
    SnapshotRequired(SnapshotRequired),
    /// Node → device: I am about to stop; keep what you have and come back.
    Drain(Drain),
    /// Both ways: something is wrong.
    Error(WireError),
}

/// How a frame is read: the name it is told by, and what reads its content.
type Reading = (&'static str, fn(&mut Reader<'_>) -> Result<Frame, Fault>);

impl Frame {
    /// The frame as JSON text.
    pub fn encode(&self) -> String {
        json::text(self)
    }

    /// The same on a device, which sends none of those that only nodes send (`null` in their place).
    /// What a device never writes it does not have to download.
    pub fn encode_from_device(&self) -> String {
        let mut text = String::new();
        self.write_as(self.of_device().or_else(|| self.of_both()), &mut text);
        text
    }

    fn write_as(&self, content: Option<&dyn ToJson>, out: &mut String) {
        let Some(content) = content else {
            return out.push_str("null");
        };
        out.push('{');
        json::write_text(out, self.name());
        out.push(':');
        content.write(out);
        out.push('}');
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`crate::Code::Malformed`] with what is wrong and where.
    pub fn decode(text: &str) -> Result<Self, WireError> {
        json::read(text).map_err(|fault| malformed(&fault))
    }

    /// Reads a frame on a device: one that only devices send is none. What a device never reads it
    /// does not have to download.
    ///
    /// # Errors
    /// [`crate::Code::Malformed`] with what is wrong and where.
    pub fn decode_from_node(text: &str) -> Result<Self, WireError> {
        let mut reader = Reader::new(text);
        let frame = tagged(&mut reader, &[Self::FROM_NODE, Self::FROM_BOTH]);
        let frame = frame.and_then(|frame| reader.end().map(|()| frame));
        frame.map_err(|fault| malformed(&fault))
    }
}

impl FromJson for Frame {
    fn blank() -> Self {
        Self::Ping(FromJson::blank())
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        *self = tagged(
            reader,
            &[Self::FROM_NODE, Self::FROM_BOTH, Self::FROM_DEVICE],
        )?;
        Ok(())
    }
}

fn malformed(fault: &Fault) -> WireError {
    WireError::new(crate::Code::Malformed, format!("not a frame: {fault}"))
}

fn tagged(reader: &mut Reader<'_>, kinds: &[&[Reading]]) -> Result<Frame, Fault> {
    reader.expect(b'{', "a map is expected")?;
    let name = reader.string()?;
    let found = kinds.iter().copied().flatten();
    let found = found.copied().find(|(known, _)| *known == name);
    let (_, read) = found.ok_or_else(|| reader.fault("an unknown name"))?;
    reader.expect(b':', "a colon is expected")?;
    let frame = read(reader)?;
    reader.expect(b'}', "one name only is expected")?;
    Ok(frame)
}

fn content<T: FromJson>(reader: &mut Reader<'_>, frame: fn(T) -> Frame) -> Result<Frame, Fault> {
    let mut content = T::blank();
    content.read(reader)?;
    Ok(frame(content))
}

/// Names the frames, by who sends them.
macro_rules! frames {
    ($($list:ident $content:ident { $($kind:ident = $name:literal),* $(,)? })*) => {
        impl Frame {
            $(const $list: &[Reading] = &[
                $(($name, |reader| content(reader, Self::$kind))),*
            ];

            fn $content(&self) -> Option<&dyn ToJson> {
                match self {
                    $(Self::$kind(content) => Some(content),)*
                    _ => None,
                }
            })*

            /// The tag, as logs and inspectors show it.
            pub fn name(&self) -> &'static str {
                match self { $($(Self::$kind(_) => $name,)*)* }
            }
        }

        impl ToJson for Frame {
            fn write(&self, out: &mut String) {
                let content = None$(.or_else(|| self.$content()))*;
                self.write_as(content, out);
            }
        }
    };
}

frames! {
    FROM_DEVICE of_device {
        Enroll = "enroll",
        Hello = "hello",
        Push = "push",
        Pull = "pull",
        Ack = "ack",
        Check = "check",
        Reserve = "reserve",
        Fetch = "fetch",
        DeviceShutdown = "device_shutdown",
        QueueStatus = "queue_status",
    }
    FROM_NODE of_node {
        Enrolled = "enrolled",
        Welcome = "welcome",
        Outcomes = "outcomes",
        Changes = "changes",
        Checked = "checked",
        Reserved = "reserved",
        Fetched = "fetched",
        DeviceOnline = "device_online",
        DeviceOffline = "device_offline",
        RoleChange = "role_change",
        SnapshotRequired = "snapshot_required",
        Drain = "drain",
    }
    FROM_BOTH of_both {
        Ping = "ping",
        Pong = "pong",
        Error = "error",
    }
}
