use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sync_core::Fingerprint;
use till::PrinterSettings;

/// The name of the file in the till's folder.
const FILE: &str = "settings.json";

/// What this machine knows of its shop beside the records: people may read and mend it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Base address of the master; absent until the till has joined.
    pub master: Option<String>,
    /// The authority of the store, by which the master proves who it is on another machine.
    pub authority: Option<Fingerprint>,
    /// The master that this till runs itself, where it has one.
    pub hosting: Option<HostingSettings>,
    /// Whether the till fills the screen.
    pub full_screen: bool,
    /// The printer of this till, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<PrinterSettings>,
}

/// A master inside the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostingSettings {
    /// Where it listens on this machine: what joined it looks for it there.
    pub port: u16,
    /// Whether it starts with the till.
    pub on: bool,
}

/// Why the settings cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read or written.
    #[error("{FILE}: {0}")]
    File(#[from] io::Error),
    /// Somebody changed it into something else.
    #[error("{FILE} cannot be understood: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl Settings {
    /// Reads them from a till's folder; a new one has none.
    ///
    /// # Errors
    /// When they are there and cannot be read.
    pub fn load(folder: &Path) -> Result<Self, SettingsError> {
        match fs::read_to_string(folder.join(FILE)) {
            Ok(text) => Ok(serde_json::from_str(&text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps them: after a power cut there are these or the ones before.
    ///
    /// # Errors
    /// When they are not kept.
    pub fn save(&self, folder: &Path) -> Result<(), SettingsError> {
        let new = folder.join(format!("{FILE}.new"));
        let mut file = File::create(&new)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        Ok(fs::rename(new, folder.join(FILE))?)
    }
}

#[cfg(test)]
mod tests {
    use till::PrinterConnection;

    use super::*;

    #[test]
    fn what_is_kept_is_read_back_and_a_new_folder_has_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let new = Settings::load(folder.path()).expect("nothing is there");
        assert_eq!(new, Settings::default());
        let settings = Settings {
            master: Some("http://127.0.0.1:7403".to_owned()),
            authority: Some(Fingerprint::of(b"an authority")),
            hosting: Some(HostingSettings {
                port: 7_403,
                on: true,
            }),
            full_screen: true,
            printer: Some(PrinterSettings {
                connection: PrinterConnection::Network {
                    address: "192.168.1.9:9100".to_owned(),
                },
                automatic: true,
                ..PrinterSettings::default()
            }),
        };
        settings.save(folder.path()).expect("they are kept");
        let read = Settings::load(folder.path()).expect("they are read");
        assert_eq!(read, settings);
    }

    #[test]
    fn a_file_that_is_no_settings_is_said_so() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join(FILE), "{ \"master\": ").expect("it is written");
        let error = Settings::load(folder.path()).expect_err("it is cut off");
        assert!(
            error.to_string().contains("cannot be understood"),
            "{error}"
        );
    }
}
