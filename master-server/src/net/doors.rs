//! Which door a connection comes to: TLS or not, and what is behind it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::doorman::Counted;
use crate::tls::Keeper;

/// The first byte of whoever wants to agree upon TLS. No request begins with it.
const HANDSHAKE: u8 = 0x16;

/// What is served, and to whom.
#[derive(Clone)]
pub struct Doors {
    app: Router,
    lan: Option<Lan>,
}

/// Behind TLS is the app; before it, only a way to it.
#[derive(Clone)]
struct Lan {
    keeper: Arc<Keeper>,
    outside: Router,
}

/// How a request came here.
#[derive(Clone, Copy, Debug)]
pub struct Road {
    /// The address of this machine that it came to.
    pub local: Option<IpAddr>,
    /// Whether nobody on the way could read or change it.
    pub secure: bool,
}

/// A door that was opened, with what is behind it.
pub(super) enum Opened {
    Plain(Counted<TcpStream>, Road, Router),
    Secure(Box<TlsStream<Counted<TcpStream>>>, Road, Router),
}

impl From<Router> for Doors {
    fn from(app: Router) -> Self {
        Self { app, lan: None }
    }
}

impl Doors {
    /// Who comes with TLS, or from this very machine, finds the app; everybody else what is outside.
    /// Both come to one port: an address typed without a scheme leads to the right place.
    pub fn in_lan(app: Router, keeper: Arc<Keeper>, outside: Router) -> Self {
        let lan = Some(Lan { keeper, outside });
        Self { app, lan }
    }

    /// Opens the door that a connection asks for.
    pub(super) async fn open(
        &self,
        socket: Counted<TcpStream>,
        peer: SocketAddr,
    ) -> io::Result<Opened> {
        let local = socket.as_ref().local_addr().ok();
        let local = local.map(|local| local.ip().to_canonical());
        match self.encrypt(socket).await? {
            Ok(socket) => {
                let secure = Road {
                    local,
                    secure: true,
                };
                Ok(Opened::Secure(Box::new(socket), secure, self.app.clone()))
            }
            Err(socket) => {
                let road = Road {
                    local,
                    secure: false,
                };
                let app = match &self.lan {
                    Some(lan) if !stays_here(peer.ip(), local) => &lan.outside,
                    _ => &self.app,
                };
                Ok(Opened::Plain(socket, road, app.clone()))
            }
        }
    }

    /// Agrees upon TLS where the other side asks for it; where not, nothing was read.
    pub(super) async fn encrypt<S>(&self, socket: S) -> io::Result<Result<TlsStream<S>, S>>
    where
        S: AsyncRead + AsyncWrite + AsRef<TcpStream> + Unpin,
    {
        let Some(lan) = &self.lan else {
            return Ok(Err(socket));
        };
        let mut first = [0];
        let read = socket.as_ref().peek(&mut first).await?;
        if read == 0 || first != [HANDSHAKE] {
            return Ok(Err(socket));
        }
        let local = socket.as_ref().local_addr()?.ip().to_canonical();
        Ok(Ok(lan.keeper.acceptor(local).accept(socket).await?))
    }
}

/// Whether a connection never leaves this machine.
fn stays_here(peer: IpAddr, local: Option<IpAddr>) -> bool {
    peer.to_canonical().is_loopback() && local.is_some_and(|local| local.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, local: Option<&str>, expected: bool) {
        let peer = peer.parse().unwrap();
        let local = local.map(|local| local.parse().unwrap());
        assert_eq!(stays_here(peer, local), expected, "{peer} {local:?}");
    }

    #[test]
    fn only_both_ends_on_loopback_stay_on_this_machine() {
        check("127.0.0.1", Some("127.0.0.1"), true);
        check("::ffff:127.0.0.1", Some("127.0.0.1"), true);
        check("::1", Some("::1"), true);
        check("192.168.1.5", Some("192.168.1.5"), false);
        check("127.0.0.1", Some("192.168.1.5"), false);
        check("192.168.1.9", Some("127.0.0.1"), false);
        check("127.0.0.1", None, false);
    }
}
