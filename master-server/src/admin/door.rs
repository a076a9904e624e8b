//! The master's side of the local door.

use std::path::Path;

use serde_json::json;
use sync_core::{Code, Millis, WireError};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, split};

use super::{Ask, Told};
use crate::ledger::{Command, Ledger, SqlRecords};
use crate::platform::LocalDoor;
use crate::service;

/// Records per page.
const PAGE: u32 = 500;

/// Opens the door of a data directory and serves it until the task is dropped.
///
/// # Errors
/// When it cannot be made.
pub fn serve(
    dir: &Path,
    ledger: Ledger,
) -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut door = LocalDoor::open(dir)?;
    Ok(async move {
        loop {
            match door.accept().await {
                Ok(stream) => {
                    tokio::spawn(talk(stream, ledger.clone()));
                }
                Err(error) => tracing::warn!(%error, "the local door failed"),
            }
        }
    })
}

async fn talk(stream: impl AsyncRead + AsyncWrite, ledger: Ledger) {
    let (read, mut write) = split(stream);
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let told = match serde_json::from_str(&line) {
            Ok(ask) => answer(&ledger, ask).await,
            Err(error) => Told::Refused(WireError::new(Code::Malformed, error.to_string())),
        };
        let mut text = serde_json::to_string(&told).unwrap_or_default();
        text.push('\n');
        if write.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Does what is asked.
pub(super) async fn answer(ledger: &Ledger, ask: Ask) -> Told {
    done(ledger, ask).await.unwrap_or_else(Told::Refused)
}

async fn done(ledger: &Ledger, ask: Ask) -> Result<Told, WireError> {
    Ok(match ask {
        Ask::Who => Told::Who {
            node: ledger.identity().node,
            now: ledger.env().now(),
        },
        Ask::Code(terms) => {
            let (code, expires_at) = service::open_code(ledger, terms).await?;
            Told::Code { code, expires_at }
        }
        Ask::Propose(bodies) => Told::Outcomes(ledger.propose(bodies).await?),
        Ask::Get(collection, id) => {
            let read = ledger.read(move |reading| {
                SqlRecords::new(reading.connection, reading.schema).read(&collection, id)
            });
            Told::Records(read.await?.into_iter().collect())
        }
        Ask::Find(collection, field, value) => {
            let read = ledger.read(move |reading| {
                let records = SqlRecords::new(reading.connection, reading.schema);
                records.matching(&collection, &field, &value)
            });
            Told::Records(read.await?)
        }
        Ask::Page(collection, after) => {
            let read = ledger.read(move |reading| {
                let records = SqlRecords::new(reading.connection, reading.schema);
                records.page(&collection, after, Millis(0), PAGE)
            });
            Told::Records(read.await?)
        }
        Ask::SkipTo(device, seq) => {
            ledger.command(Command::SkipTo { device, seq }).await?;
            Told::Done
        }
        Ask::Backup(file) => Told::Backup(json!(ledger.backup(&file).await?)),
    })
}
