//! The network between the devices and the master: real doors, simulated wires.

mod plug;
mod pump;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::io::DuplexStream;
use tokio::sync::{mpsc, watch};

pub use plug::Plug;

use super::clock::Dice;
use super::faults::{Fault, Fired};
use super::trace::Trace;

/// How a device's wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Frames arrive within a few milliseconds, in order.
    Good,
    /// Some frames are lost, doubled, late or overtake each other.
    Bad,
    /// What goes up is lost.
    Deaf,
    /// What comes down is lost.
    Mute,
    /// Everything is lost, and nobody is told.
    Silent,
    /// It leads to the master of another store.
    Astray,
    /// It leads to the page of a hotspot.
    Portal,
    /// Connections are refused.
    Down,
}

/// All wires. Cheap to clone.
#[derive(Clone)]
pub struct Net(Arc<Mutex<Wires>>);

struct Wires {
    router: Option<Router>,
    door: Option<mpsc::UnboundedSender<DuplexStream>>,
    wires: Vec<Wire>,
    /// The network of the store next door.
    next_door: Option<Net>,
    /// Whose frames say more than this build knows, both ways.
    more: Vec<bool>,
    /// Counts the cuts of each wire; who holds a connection ends with the next one.
    cuts: Vec<watch::Sender<u64>>,
    dice: Dice,
    fired: Fired,
    trace: Trace,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl Net {
    /// So many good wires to a master that is not there yet.
    pub fn new(wires: usize, dice: Dice, fired: Fired, trace: Trace) -> Self {
        Self(Arc::new(Mutex::new(Wires {
            router: None,
            door: None,
            wires: vec![Wire::Good; wires],
            next_door: None,
            more: vec![false; wires],
            cuts: (0..wires).map(|_| watch::Sender::new(0)).collect(),
            dice,
            fired,
            trace,
        })))
    }

    /// The master is there from now on; gives what its sockets arrive at.
    pub fn listen(&self, router: Router) -> Door {
        let (sender, arrivals) = mpsc::unbounded_channel();
        self.with(|net| (net.router, net.door) = (Some(router), Some(sender)));
        Door { arrivals }
    }

    /// The master is gone, and every connection with it.
    pub fn hang_up(&self) {
        self.with(|net| {
            (net.router, net.door) = (None, None);
            net.cuts.iter().for_each(|cut| cut.send_modify(|n| *n += 1));
        });
    }

    /// Ends a device's connections.
    pub fn cut(&self, device: usize) {
        self.with(|net| net.cuts[device].send_modify(|n| *n += 1));
    }

    /// Makes a wire good or bad.
    pub fn set(&self, device: usize, wire: Wire) {
        let was = self.with(|net| std::mem::replace(&mut net.wires[device], wire));
        let elsewhere = |wire| matches!(wire, Wire::Astray | Wire::Portal);
        let moved = was != wire && (elsewhere(was) || elsewhere(wire));
        if wire == Wire::Down || moved {
            self.with(|net| net.fired.count(Fault::Cut));
            self.cut(device);
        }
    }

    /// Says where a wire leads that is [`Wire::Astray`].
    pub fn set_next_door(&self, other: Net) {
        self.with(|net| net.next_door = Some(other));
    }

    /// The network whose master a device reaches at present.
    fn reached(&self, device: usize) -> Self {
        let astray = self.with(|net| {
            let other = net.next_door.clone();
            other.filter(|_| net.wires[device] == Wire::Astray)
        });
        let Some(other) = astray else {
            return self.clone();
        };
        self.with(|net| net.fired.count(Fault::WrongStore));
        other
    }

    /// Lets a device and its master be of other versions than each other: frames both ways have
    /// fields that their reader does not know, and the device speaks a protocol that is newer.
    pub fn say_more(&self, device: usize, more: bool) {
        self.with(|net| net.more[device] = more);
    }

    /// A device's way to the master.
    pub fn plug(&self, device: usize) -> Plug {
        Plug {
            net: self.clone(),
            device,
        }
    }

    fn with<R>(&self, work: impl FnOnce(&mut Wires) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Wires {
    /// When a frame arrives, as often as it does.
    fn journey(&self, device: usize, way: Way, text: &str) -> Vec<Duration> {
        let millis = |from: u64, span: u64| Duration::from_millis(from + self.dice.below(span));
        let wire = self.wires[device];
        let swallowed = match wire {
            Wire::Deaf if way == Way::Up => Some(Fault::OneWay),
            Wire::Mute if way == Way::Down => Some(Fault::OneWay),
            Wire::Silent => Some(Fault::HalfOpen),
            Wire::Down => Some(Fault::Cut),
            Wire::Good | Wire::Bad | Wire::Deaf | Wire::Mute | Wire::Astray | Wire::Portal => None,
        };
        let mut arrives = vec![millis(1, 15)];
        if let Some(fault) = swallowed {
            self.fired.count(fault);
            arrives.clear();
        } else if wire == Wire::Bad {
            match self.dice.below(100) {
                0..5 => {
                    self.fired.count(Fault::FrameLost);
                    arrives.clear();
                }
                5..10 => {
                    self.fired.count(Fault::FrameDoubled);
                    arrives.push(millis(1, 2_000));
                }
                10..20 => {
                    self.fired.count(Fault::FrameReordered);
                    arrives = vec![millis(20, 400)];
                }
                20..25 => {
                    self.fired.count(Fault::FrameDelayed);
                    arrives = vec![millis(1_000, 8_000)];
                }
                _ => {}
            }
        }
        let shown = if text.starts_with("{\"error\"") {
            300
        } else {
            14
        };
        let name = text.get(2..shown.min(text.len())).unwrap_or(text);
        let arrow = if way == Way::Up { '>' } else { '<' };
        self.trace
            .note(format!("{device}{arrow} {name} {} {arrives:?}", text.len()));
        arrives
    }

    /// A frame as the other side's version would say it.
    fn worded(&self, device: usize, text: &str) -> String {
        if !self.more[device] {
            return text.to_owned();
        }
        let newer = format!("\"max\":{}", sync_core::PROTOCOL_VERSION);
        let newest = format!("\"max\":{}", sync_core::PROTOCOL_VERSION + 1);
        let text = match text.starts_with("{\"hello\"") {
            true => text.replacen(&newer, &newest, 1),
            false => text.to_owned(),
        };
        match text.split_once(":{") {
            Some((tag, rest)) if !rest.starts_with('}') => {
                format!("{tag}:{{\"of_a_later_version\":{{\"n\":1}},{rest}")
            }
            _ => text,
        }
    }

    fn in_order(&self, device: usize) -> bool {
        self.wires[device] != Wire::Bad
    }
}

/// What the master's sockets arrive at.
pub struct Door {
    arrivals: mpsc::UnboundedReceiver<DuplexStream>,
}

impl axum::serve::Listener for Door {
    type Io = DuplexStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.arrivals.recv().await {
            Some(stream) => (stream, SocketAddr::from(([127, 0, 0, 1], 1))),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(SocketAddr::from(([127, 0, 0, 1], 7400)))
    }
}
