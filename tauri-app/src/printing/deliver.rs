//! The way to a printer.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use escpos::driver::{Driver, NativeUsbDriver};
use escpos::errors::PrinterError;
use till::PrinterConnection;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::error::{PrintError, reason};
use super::network::{self, Answers};

/// The longest a job may take: a receipt of a hundred lines is on paper in half of it.
const LIMIT: Duration = Duration::from_secs(15);

/// What is known of the printer that is set up.
pub(super) struct Road {
    answers: Answers,
    /// A job that a device of the system still holds, long after anybody waited for it.
    holding: Arc<AtomicBool>,
}

impl Default for Road {
    fn default() -> Self {
        Self {
            answers: Answers::Unknown,
            holding: Arc::default(),
        }
    }
}

impl Road {
    /// Hands over what a printer takes.
    pub(super) async fn deliver(
        &mut self,
        connection: &PrinterConnection,
        bytes: Vec<u8>,
    ) -> Result<(), PrintError> {
        let timed_out = || PrintError::TimedOut {
            printer: name(connection),
        };
        match connection {
            PrinterConnection::None => Err(PrintError::NoPrinter),
            PrinterConnection::Network { address } => {
                let delivered = network::deliver(address, &bytes, self.answers);
                let delivered = timeout(LIMIT, delivered).await;
                self.answers = delivered.map_err(|_| timed_out())??;
                Ok(())
            }
            device => {
                let delivered = self.on_a_thread(device.clone(), bytes)?;
                match timeout(LIMIT, delivered).await {
                    Ok(Ok(delivered)) => delivered,
                    // It panicked, or time is up.
                    Ok(Err(_)) | Err(_) => Err(timed_out()),
                }
            }
        }
    }

    /// Writes to a device of the system. That may block for as long as the printer likes and nothing
    /// ends it, so it has a thread that nobody waits for at the end of the process.
    fn on_a_thread(
        &self,
        device: PrinterConnection,
        bytes: Vec<u8>,
    ) -> Result<oneshot::Receiver<Result<(), PrintError>>, PrintError> {
        if self.holding.swap(true, Ordering::SeqCst) {
            return Err(PrintError::TimedOut {
                printer: name(&device),
            });
        }
        let (done, delivered) = oneshot::channel();
        let holding = Held(Arc::clone(&self.holding));
        let thread = std::thread::Builder::new().name("printer".to_owned());
        let started = thread.spawn(move || {
            let written = write(&device, &bytes);
            drop(holding);
            let _ = done.send(written.map_err(|reason| PrintError::Unreachable {
                printer: name(&device),
                reason,
            }));
        });
        started.map_err(|error| PrintError::Malformed(error.to_string()))?;
        Ok(delivered)
    }
}

/// Lets go of the device when the thread ends, however it does.
struct Held(Arc<AtomicBool>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

fn write(device: &PrinterConnection, bytes: &[u8]) -> Result<(), String> {
    match device {
        PrinterConnection::Serial { port, speed } => {
            let port = serialport::new(port, *speed).timeout(LIMIT);
            let mut port = port.open().map_err(|error| reason(&error.into()))?;
            let written = port.write_all(bytes).and_then(|()| port.flush());
            written.map_err(|error| reason(&error))
        }
        PrinterConnection::Usb { vendor, product } => {
            let printer = NativeUsbDriver::open(*vendor, *product);
            let said = |error: PrinterError| format!("{error}.");
            printer.map_err(said)?.write(bytes).map_err(said)
        }
        PrinterConnection::File { path } => {
            // A device that is unplugged must not become a file in its place.
            let mut file = OpenOptions::new();
            file.append(true).create(!is_device(path));
            let written = file.open(path).and_then(|mut file| file.write_all(bytes));
            written.map_err(|error| reason(&error))
        }
        PrinterConnection::None | PrinterConnection::Network { .. } => {
            Err("it is no device of this computer.".to_owned())
        }
    }
}

fn is_device(path: &str) -> bool {
    Path::new(path).starts_with("/dev") || path.starts_with(r"\\.\")
}

/// What people call it.
fn name(connection: &PrinterConnection) -> String {
    match connection {
        PrinterConnection::None => String::new(),
        PrinterConnection::Network { address } => address.clone(),
        PrinterConnection::Serial { port, .. } => port.clone(),
        PrinterConnection::Usb { vendor, product } => format!("USB {vendor:04x}:{product:04x}"),
        PrinterConnection::File { path } => path.clone(),
    }
}
