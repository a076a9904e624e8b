//! The settings of a printer, as people type them.

use till::{PrinterConnection, PrinterSettings, TillError};

/// The port that receipt printers in a network listen at.
const PORT: u16 = 9100;
/// Fewer characters on a line leave no room for a name beside its price; more fit on no roll.
const COLUMNS: std::ops::RangeInclusive<u8> = 24..=64;

/// The settings as they are kept.
///
/// # Errors
/// Names the field that cannot be used.
pub(crate) fn checked(settings: PrinterSettings) -> Result<PrinterSettings, TillError> {
    if !COLUMNS.contains(&settings.columns) {
        let message = "A line has 24 to 64 characters: 48 or 42 on wide paper, 32 on narrow.";
        return Err(wrong("columns", message));
    }
    let connection = match settings.connection {
        PrinterConnection::Network { address } => PrinterConnection::Network {
            address: with_port(&address).ok_or_else(|| {
                let message =
                    "This is no address of a printer. It looks like 192.168.1.9 or printer.local.";
                wrong("address", message)
            })?,
        },
        PrinterConnection::Serial { port, speed } => {
            let port = port.trim().to_owned();
            if port.is_empty() {
                return Err(wrong("port", "Say which serial port it is connected to."));
            }
            if !(300..=1_000_000).contains(&speed) {
                let message = "The speed is a number such as 9600 or 115200: it stands in the printer's manual.";
                return Err(wrong("speed", message));
            }
            PrinterConnection::Serial { port, speed }
        }
        PrinterConnection::File { path } => {
            let path = path.trim().to_owned();
            if !std::path::Path::new(&path).is_absolute() {
                let message = "Give the whole path, such as /dev/usb/lp0.";
                return Err(wrong("path", message));
            }
            PrinterConnection::File { path }
        }
        PrinterConnection::Usb { vendor: 0, .. } => {
            return Err(wrong(
                "usb",
                "Choose the printer at USB: is it on and connected?",
            ));
        }
        other => other,
    };
    Ok(PrinterSettings {
        connection,
        ..settings
    })
}

/// A name or an address with its port.
fn with_port(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let bare_v6 = typed.parse::<std::net::Ipv6Addr>().is_ok();
    let (host, port) = match typed.rsplit_once(':') {
        Some((host, port)) if !bare_v6 => (host, port.parse().ok()?),
        _ => (typed, PORT),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let plain = |c: char| c.is_alphanumeric() || ".:-_%".contains(c);
    if host.is_empty() || port == 0 || !host.chars().all(plain) {
        return None;
    }
    Some(match host.contains(':') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    })
}

fn wrong(field: &str, message: &str) -> TillError {
    TillError {
        field: Some(field.to_owned()),
        ..TillError::invalid("bad_printer", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(connection: PrinterConnection, expected: Result<PrinterConnection, &str>) {
        let settings = PrinterSettings {
            connection,
            ..PrinterSettings::default()
        };
        match (checked(settings), expected) {
            (Ok(settings), Ok(connection)) => assert_eq!(settings.connection, connection),
            (Err(error), Err(field)) => assert_eq!(error.field.as_deref(), Some(field)),
            (got, expected) => panic!("{got:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn an_address_has_a_port_and_nothing_behind_it() {
        let network = |address: &str| PrinterConnection::Network {
            address: address.to_owned(),
        };
        for (typed, kept) in [
            (" 192.168.1.9 ", "192.168.1.9:9100"),
            ("printer.local:9101", "printer.local:9101"),
            ("fe80::1", "[fe80::1]:9100"),
            ("[fe80::1]:9101", "[fe80::1]:9101"),
        ] {
            check(network(typed), Ok(network(kept)));
        }
        for wrong in ["", ":9100", "printer:x", "http://printer", "printer:0"] {
            check(network(wrong), Err("address"));
        }
    }

    #[test]
    fn a_port_a_speed_and_a_path_are_said_in_full() {
        let serial = |port: &str, speed| PrinterConnection::Serial {
            port: port.to_owned(),
            speed,
        };
        check(serial(" COM3 ", 9_600), Ok(serial("COM3", 9_600)));
        check(serial("", 9_600), Err("port"));
        check(serial("COM3", 0), Err("speed"));
        let file = |path: &str| PrinterConnection::File {
            path: path.to_owned(),
        };
        check(file("lp0"), Err("path"));
        check(file(" /dev/usb/lp0"), Ok(file("/dev/usb/lp0")));
    }

    #[test]
    fn a_line_has_room_for_a_name_and_its_price() {
        for columns in [0, 23, 65, 255] {
            let settings = PrinterSettings {
                columns,
                ..PrinterSettings::default()
            };
            let error = checked(settings).expect_err("no such paper");
            assert_eq!(error.field.as_deref(), Some("columns"));
        }
    }
}
