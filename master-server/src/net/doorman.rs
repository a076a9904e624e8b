//! Who is in, counted by address.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ConnectionLimits;
use super::turned_away::Full;

/// So many are told at once that there is no room.
const HALLWAY: usize = 32;

/// Counts who is in.
pub(super) struct Doorman {
    limits: ConnectionLimits,
    inside: Mutex<HashMap<IpAddr, usize>>,
    hallway: Arc<Semaphore>,
}

/// The place of one connection, free again once it is dropped.
pub(super) struct Place {
    doorman: Arc<Doorman>,
    address: IpAddr,
}

impl Doorman {
    pub(super) fn new(limits: ConnectionLimits) -> Self {
        Self {
            limits,
            inside: Mutex::default(),
            hallway: Arc::new(Semaphore::new(HALLWAY)),
        }
    }

    /// A place for a connection of an address, or why there is none.
    pub(super) fn let_in(self: &Arc<Self>, address: IpAddr) -> Result<Place, Full> {
        let mut inside = self.inside();
        if inside.values().sum::<usize>() >= self.limits.connections {
            return Err(Full::Everywhere);
        }
        let own = inside.get(&address).copied().unwrap_or_default();
        if own >= self.limits.per_address {
            return Err(Full::OfThisAddress);
        }
        inside.insert(address, own + 1);
        metrics::gauge!("tillsync_connections").increment(1.0);
        let doorman = Arc::clone(self);
        Ok(Place { doorman, address })
    }

    /// Room for one who is told that there is none.
    pub(super) fn hallway(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.hallway).try_acquire_owned().ok()
    }

    fn inside(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.doorman.inside();
        let left = inside.get(&self.address).map_or(0, |own| own - 1);
        match left {
            0 => inside.remove(&self.address),
            left => inside.insert(self.address, left),
        };
        metrics::gauge!("tillsync_connections").decrement(1.0);
    }
}

/// A connection that holds its place for as long as it is open, also as a socket.
pub(super) struct Counted<T> {
    connection: T,
    _place: Place,
}

impl<T> Counted<T> {
    pub(super) fn new(connection: T, place: Place) -> Self {
        Self {
            connection,
            _place: place,
        }
    }
}

impl AsRef<TcpStream> for Counted<TcpStream> {
    fn as_ref(&self) -> &TcpStream {
        &self.connection
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Counted<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Counted<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.connection).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn places_are_counted_by_address_and_altogether_and_come_back() {
        let doorman = Arc::new(Doorman::new(ConnectionLimits {
            connections: 3,
            per_address: 2,
            ..ConnectionLimits::default()
        }));
        let address = |last| IpAddr::from(Ipv4Addr::new(10, 0, 0, last));
        let come = |last| doorman.let_in(address(last));
        let first = come(1).map_err(drop);
        let second = come(1).map_err(drop);
        assert_eq!(come(1).err(), Some(Full::OfThisAddress));
        let third = come(2).map_err(drop);
        assert_eq!(come(3).err(), Some(Full::Everywhere));
        drop((first, second));
        assert!(come(1).is_ok());
        drop(third);
        assert!(doorman.inside().is_empty());
    }
}
