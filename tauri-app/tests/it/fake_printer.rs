//! A fake printer: the one mock of these tests, because no printer hangs on the machine they run on.
//! It listens as printers in a network do, and does what it is told.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::printed::{Printed, read};

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It says how it stands.
    Answers,
    /// As printers do that cost less.
    Silent,
    /// It says that it has no paper.
    OutOfPaper,
    /// It takes a connection and reads nothing.
    Hangs,
}

pub(crate) struct FakePrinter {
    address: SocketAddr,
    manner: watch::Sender<Manner>,
    took: watch::Sender<Vec<u8>>,
    serving: JoinHandle<()>,
}

impl FakePrinter {
    pub(crate) async fn start(manner: Manner) -> Result<Self> {
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0)), manner).await
    }

    /// One that is switched on again, at the address it had.
    pub(crate) async fn at(address: SocketAddr, manner: Manner) -> Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (manner, took) = (watch::Sender::new(manner), watch::Sender::new(Vec::new()));
        let serving = tokio::spawn(serve(listener, manner.clone(), took.clone()));
        Ok(Self {
            address,
            manner,
            took,
            serving,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn behave(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }

    /// Switches it off; its port is free when this returns.
    pub(crate) async fn off(self) {
        self.serving.abort();
        let _ = self.serving.await;
    }

    /// What it printed so far.
    pub(crate) fn printed(&self) -> Result<Printed> {
        read(&self.took.borrow())
    }

    /// Waits until it printed as wanted.
    pub(crate) async fn until(&self, wanted: impl Fn(&Printed) -> bool) -> Result<Printed> {
        let mut took = self.took.subscribe();
        // Between two packets a command may be in halves.
        let found = took.wait_for(|bytes| read(bytes).is_ok_and(|printed| wanted(&printed)));
        let found = tokio::time::timeout(Duration::from_secs(60), found).await;
        match found {
            Ok(bytes) => read(&bytes?),
            Err(_) => Err(anyhow!("it never printed that: {:?}", self.printed())),
        }
    }
}

async fn serve(listener: TcpListener, manner: watch::Sender<Manner>, took: watch::Sender<Vec<u8>>) {
    let mut hanging = Vec::new();
    while let Ok((till, _)) = listener.accept().await {
        let now = *manner.borrow();
        match now {
            Manner::Hangs => hanging.push(till),
            // One connection after the other, as printers do.
            _ => drop(print(till, now, &took).await),
        }
    }
}

async fn print(mut till: TcpStream, manner: Manner, took: &watch::Sender<Vec<u8>>) -> Result<()> {
    let mut bytes = [0; 4096];
    loop {
        let count = till.read(&mut bytes).await?;
        if count == 0 {
            return Ok(());
        }
        let new = &bytes[..count];
        took.send_modify(|took| took.extend(new));
        for question in new.windows(3).filter(|part| part[..2] == [0x10, 4]) {
            let stands = match (manner, question[2]) {
                (Manner::OutOfPaper, 2) => 0b0011_0010,
                (Manner::OutOfPaper, _) => 0b0111_0010,
                _ => 0b0001_0010,
            };
            if manner != Manner::Silent {
                till.write_all(&[stands]).await?;
            }
        }
    }
}
