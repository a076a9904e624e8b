//! How a master is configured: file, then environment, then flags.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

use crate::ledger::Retention;
use crate::net::ConnectionLimits;
use crate::pace::Pace;

/// Everything that can be set. The defaults are a master for this machine alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder of the built web app.
    pub web: Option<PathBuf>,
    /// A shop to try: browsers on this machine enrol by themselves.
    pub demo: bool,
    /// Has no TLS beyond this machine. For trials in a network one trusts.
    pub insecure_lan: bool,
    /// Says in the network that it is here, so that tills find it.
    pub announce: bool,
    /// Further names and addresses under which others reach this master.
    pub hosts: Vec<String>,
    /// Pages of other origins that may use the doors, such as `https://dashboard.example`.
    pub origins: Vec<String>,
    /// What people call the store, when it is made.
    pub store_name: String,
    /// Days for which devices hold dated facts, such as sales.
    pub scope_days: u32,
    /// A quota for the ledger in pages of 4 KiB.
    pub max_pages: Option<u32>,
    /// Days for which changes stay in the log; a device away for longer takes a snapshot.
    pub log_days: u32,
    /// So many positions stay in the log at most.
    pub log_positions: u64,
    /// So many connections at once.
    pub max_connections: usize,
    /// So many connections at once of one address.
    pub max_connections_per_address: usize,
    /// So many frames and requests of one device a second, for long.
    pub max_calls_per_second: u32,
    /// So many more of them at once.
    pub max_calls_at_once: u32,
    /// Which log lines are written, as `tracing` filters are.
    pub log: String,
    /// The folder of log files, one for each UTC day; none are written where it is absent.
    pub log_folder: Option<PathBuf>,
    /// So many log files are kept.
    pub log_keep: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7400)),
            web: None,
            demo: false,
            insecure_lan: false,
            announce: true,
            hosts: Vec::new(),
            origins: Vec::new(),
            store_name: "Shop".to_owned(),
            scope_days: 90,
            max_pages: None,
            log_days: 30,
            log_positions: 1_000_000,
            max_connections: ConnectionLimits::default().connections,
            max_connections_per_address: ConnectionLimits::default().per_address,
            max_calls_per_second: 200,
            max_calls_at_once: 1_000,
            log: "info".to_owned(),
            log_folder: None,
            log_keep: 14,
        }
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A web folder without an app.
    #[error("there is no index.html in {0}: build the web app first")]
    NoApp(PathBuf),
    /// Nothing would be held, kept or taken in.
    #[error("{0} is at least 1")]
    Nothing(&'static str),
    /// An origin with a path, without a scheme, or `*`.
    #[error("{0} is no origin: say https://name or http://name:port, without a path")]
    NoOrigin(String),
    /// No name.
    #[error("store_name is empty")]
    NoName,
}

impl Config {
    /// How much of connections there may be.
    pub fn connection_limits(&self) -> ConnectionLimits {
        ConnectionLimits {
            connections: self.max_connections,
            per_address: self.max_connections_per_address,
            ..ConnectionLimits::default()
        }
    }

    /// How fast one device may ask.
    pub(crate) fn pace(&self) -> Pace {
        Pace {
            per_second: self.max_calls_per_second,
            at_once: self.max_calls_at_once,
        }
    }

    /// Whether others in the network reach it, and through TLS: always, unless told otherwise.
    pub fn has_tls(&self) -> bool {
        !self.listen.ip().is_loopback() && !self.insecure_lan
    }

    /// Whether it says in the network that it is here.
    pub(crate) fn is_announced(&self) -> bool {
        self.announce && !self.listen.ip().is_loopback()
    }

    /// How much of the log is kept.
    pub fn retention(&self) -> Retention {
        Retention {
            days: self.log_days,
            positions: self.log_positions,
        }
    }

    /// Checks what the parts rely on.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let amounts = [
            ("scope_days", u64::from(self.scope_days)),
            ("log_days", u64::from(self.log_days)),
            ("log_positions", self.log_positions),
            ("max_connections", self.max_connections as u64),
            (
                "max_connections_per_address",
                self.max_connections_per_address as u64,
            ),
            ("max_calls_per_second", u64::from(self.max_calls_per_second)),
            ("max_calls_at_once", u64::from(self.max_calls_at_once)),
            ("log_keep", self.log_keep as u64),
        ];
        if let Some((name, _)) = amounts.iter().find(|(_, amount)| *amount == 0) {
            return Err(ConfigError::Nothing(name));
        }
        if self.store_name.trim().is_empty() {
            return Err(ConfigError::NoName);
        }
        if let Some(wrong) = self.origins.iter().find(|origin| !is_origin(origin)) {
            return Err(ConfigError::NoOrigin(wrong.clone()));
        }
        match &self.web {
            Some(web) if !web.join("index.html").is_file() => Err(ConfigError::NoApp(web.clone())),
            _ => Ok(()),
        }
    }
}

/// Whether a text is what a browser sends as `Origin`.
fn is_origin(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".:-[]".contains(c);
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|host| !host.is_empty() && host.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_there_is_tls_unless_told() {
        assert!(!Config::default().has_tls());
        let open = Config {
            listen: SocketAddr::from(([0, 0, 0, 0], 7400)),
            ..Config::default()
        };
        assert!(open.has_tls());
        let told = Config {
            insecure_lan: true,
            ..open
        };
        assert!(!told.has_tls());
    }

    #[test]
    fn an_origin_has_a_scheme_and_no_path() {
        let with = |origin: &str| Config {
            origins: vec![origin.to_owned()],
            ..Config::default()
        };
        for right in ["https://dashboard.example", "http://localhost:8080"] {
            assert_eq!(with(right).validate(), Ok(()), "{right}");
        }
        for wrong in [
            "*",
            "null",
            "dashboard.example",
            "https://a.example/",
            "https://",
        ] {
            let expected = ConfigError::NoOrigin(wrong.to_owned());
            assert_eq!(with(wrong).validate(), Err(expected));
        }
    }

    #[test]
    fn an_amount_of_nothing_is_named() {
        let nothing = Config {
            log_positions: 0,
            ..Config::default()
        };
        let expected = ConfigError::Nothing("log_positions");
        assert_eq!(nothing.validate(), Err(expected));
    }
}
