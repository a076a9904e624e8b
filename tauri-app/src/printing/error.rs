use std::io::{self, ErrorKind};

use sync_core::Class;
use till::TillError;

/// Why nothing was printed, or perhaps nothing. Never anything about the sale: that is recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// Nobody has set one up.
    #[error("No printer is set up on this till. A manager chooses one under Settings.")]
    NoPrinter,
    /// Nothing can be sent there.
    #[error("The printer at {printer} cannot be reached: {reason}")]
    Unreachable {
        /// Where.
        printer: String,
        /// In words, to the end of the sentence.
        reason: String,
    },
    /// It took too long, or does not answer although it did before: something may be on paper.
    #[error("The printer at {printer} does not go on. Look at its paper and whether it is on.")]
    TimedOut {
        /// Where.
        printer: String,
    },
    /// It says so itself.
    #[error("The printer at {printer} is out of paper.")]
    OutOfPaper {
        /// Where.
        printer: String,
    },
    /// It says so itself.
    #[error("The cover of the printer at {printer} is open.")]
    CoverOpen {
        /// Where.
        printer: String,
    },
    /// More waits for it than anybody waits for.
    #[error("Too much waits for the printer already. Look whether it prints.")]
    Busy,
    /// What was asked for cannot be printed.
    #[error("This cannot be printed: {0}.")]
    Malformed(String),
    /// The till is closed.
    #[error("The till is closed.")]
    Closed,
}

impl PrintError {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPrinter => "no_printer",
            Self::Unreachable { .. } => "printer_unreachable",
            Self::TimedOut { .. } => "printer_timed_out",
            Self::OutOfPaper { .. } => "printer_out_of_paper",
            Self::CoverOpen { .. } => "printer_cover_open",
            Self::Busy => "printer_busy",
            Self::Malformed(_) => "malformed",
            Self::Closed => "closed",
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::NoPrinter | Self::Malformed(_) => Class::Attention,
            Self::Closed => Class::Fatal,
            _ => Class::Wait,
        }
    }
}

/// Why a system cannot reach something, in words that help who stands before it; in its own where
/// there are none.
pub(super) fn reason(error: &io::Error) -> String {
    let words = match error.kind() {
        ErrorKind::ConnectionRefused => "is it on, and is that its address?",
        ErrorKind::TimedOut => "it does not answer.",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            "is it on, and in this network?"
        }
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => "it broke off.",
        ErrorKind::NotFound => "is it on and connected?",
        ErrorKind::PermissionDenied => "this user may not write to it.",
        _ => return format!("{error}."),
    };
    words.to_owned()
}

impl From<PrintError> for TillError {
    fn from(error: PrintError) -> Self {
        Self::new(error.code(), error.class(), &error.to_string())
    }
}

impl From<escpos::errors::PrinterError> for PrintError {
    fn from(error: escpos::errors::PrinterError) -> Self {
        Self::Malformed(error.to_string())
    }
}
