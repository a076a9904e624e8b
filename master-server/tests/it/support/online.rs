//! A master on a real port, and devices on real sockets.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use master_server::config::Config;
use master_server::net::{self, ConnectionLimits};
use master_server::{AppState, app};
use sync_core::{Code, Cursor, Frame, Hello, Pull, Push, Pushed, Welcome};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{Device, World, hello};

pub(crate) struct Master {
    pub(crate) world: World,
    pub(crate) state: AppState,
    pub(crate) address: SocketAddr,
}

pub(crate) struct Link(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Master {
    pub(crate) async fn start() -> Self {
        Self::with(World::new(), ConnectionLimits::default()).await
    }

    pub(crate) async fn with(world: World, limits: ConnectionLimits) -> Self {
        Self::configured(world, limits, Config::default()).await
    }

    pub(crate) async fn configured(world: World, limits: ConnectionLimits, config: Config) -> Self {
        let state = AppState::new(world.ledger.clone(), config, None);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let app = app(state.clone());
        tokio::spawn(net::serve(listener, app, limits, std::future::pending()));
        Self {
            world,
            state,
            address,
        }
    }

    pub(crate) async fn link(&self) -> Link {
        let url = format!("ws://{}/v1/sync", self.address);
        Link(connect_async(url).await.expect("a socket").0)
    }

    /// Says hello as the device and goes live.
    pub(crate) async fn online(&self, device: &Device) -> Link {
        let mut link = self.link().await;
        let welcome = link.greet(hello(&self.world, device).await).await;
        link.catch_up(&welcome).await;
        link
    }
}

impl Link {
    pub(crate) async fn send(&mut self, frame: &Frame) {
        self.text(frame.encode()).await;
    }

    pub(crate) async fn text(&mut self, text: String) {
        self.0.send(Message::text(text)).await.expect("sent");
    }

    /// The next frame that is not a heartbeat or about presence; `None` once closed.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            let text = match self.0.next().await? {
                Ok(Message::Text(text)) => text,
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => continue,
            };
            match Frame::decode(&text).expect("a frame") {
                Frame::Ping(_) | Frame::DeviceOnline(_) | Frame::DeviceOffline(_) => {}
                frame => return Some(frame),
            }
        }
    }

    pub(crate) async fn greet(&mut self, hello: Hello) -> Welcome {
        self.send(&Frame::Hello(hello)).await;
        match self.next().await {
            Some(Frame::Welcome(welcome)) => welcome,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn catch_up(&mut self, welcome: &Welcome) {
        let cursor = Cursor {
            log_id: welcome.log_id,
            position: welcome.head,
        };
        self.send(&Frame::Pull(Pull { cursor, limit: 100 })).await;
        assert!(matches!(self.next().await, Some(Frame::Changes(_))));
    }

    pub(crate) async fn push(&mut self, mutations: Vec<Pushed>) {
        self.send(&Frame::Push(Push { mutations })).await;
    }

    pub(crate) async fn error(&mut self) -> Code {
        match self.next().await {
            Some(Frame::Error(error)) => error.code,
            other => panic!("{other:?}"),
        }
    }
}
