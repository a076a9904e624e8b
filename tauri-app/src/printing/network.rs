//! A printer in the network: what it takes goes to a socket, and it is asked how it stands.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::error::{PrintError, reason};

/// Asks a printer at once, whatever it prints, what keeps it from going on, and for its paper.
const HOW_IT_STANDS: [u8; 6] = [0x10, 0x04, 2, 0x10, 0x04, 4];
/// What every such answer has, and what tells it from anything else.
const ANSWER: (u8, u8) = (0b1001_0011, 0b0001_0010);
/// The bits of the first answer that say that the cover is open and that the paper has run out.
const COVER_OPEN: u8 = 0b0000_0100;
const PAPER_STOP: u8 = 0b0010_0000;
/// The bits of the second one that say that there is no paper.
const NO_PAPER: u8 = 0b0110_0000;

/// Whoever makes a printer decides whether it answers; one that does, does so in milliseconds. Nobody
/// waits longer for one of which nothing is known.
const FIRST_ANSWER: Duration = Duration::from_millis(500);
/// One that answered before may have something else to do.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// One that took a long report may first print a part of it.
const AFTERWARDS: Duration = Duration::from_secs(10);
/// How long a printer that is there takes to be connected to.
const CONNECT: Duration = Duration::from_secs(5);

/// Whether a printer says how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    /// It did before.
    Known,
    /// It was never heard.
    Unknown,
}

/// Hands the bytes over. A printer that answers is only done once it did afterwards: its sockets take
/// a receipt also where nobody reads it.
pub(super) async fn deliver(
    address: &str,
    bytes: &[u8],
    answers: Answers,
) -> Result<Answers, PrintError> {
    let unreachable = |error: std::io::Error| PrintError::Unreachable {
        printer: address.to_owned(),
        reason: reason(&error),
    };
    let connected = timeout(CONNECT, TcpStream::connect(address)).await;
    let silent = || std::io::Error::from(std::io::ErrorKind::TimedOut);
    let mut printer = connected
        .map_err(|_| unreachable(silent()))?
        .map_err(unreachable)?;
    let limit = match answers {
        Answers::Known => ANSWER_LIMIT,
        Answers::Unknown => FIRST_ANSWER,
    };
    let stands = ask(&mut printer, limit).await.map_err(unreachable)?;
    let timed_out = || PrintError::TimedOut {
        printer: address.to_owned(),
    };
    match stands {
        None if answers == Answers::Known => return Err(timed_out()),
        Some(stands) => ready(address, stands)?,
        None => {}
    }
    printer.write_all(bytes).await.map_err(unreachable)?;
    if stands.is_some() {
        let after = ask(&mut printer, AFTERWARDS).await.map_err(unreachable)?;
        ready(address, after.ok_or_else(timed_out)?)?;
    }
    printer.shutdown().await.map_err(unreachable)?;
    Ok(match stands {
        Some(_) => Answers::Known,
        None => Answers::Unknown,
    })
}

/// What it answers; nothing where it does not.
async fn ask(printer: &mut TcpStream, limit: Duration) -> std::io::Result<Option<[u8; 2]>> {
    printer.write_all(&HOW_IT_STANDS).await?;
    let mut heard = [0; 2];
    let answered = async {
        for place in &mut heard {
            // Some say other things unasked.
            loop {
                *place = printer.read_u8().await?;
                if *place & ANSWER.0 == ANSWER.1 {
                    break;
                }
            }
        }
        Ok(())
    };
    match timeout(limit, answered).await {
        Ok(answered) => answered.map(|()| Some(heard)),
        Err(_) => Ok(None),
    }
}

fn ready(address: &str, [offline, paper]: [u8; 2]) -> Result<(), PrintError> {
    let printer = address.to_owned();
    if offline & COVER_OPEN != 0 {
        return Err(PrintError::CoverOpen { printer });
    }
    if offline & PAPER_STOP != 0 || paper & NO_PAPER != 0 {
        return Err(PrintError::OutOfPaper { printer });
    }
    Ok(())
}
