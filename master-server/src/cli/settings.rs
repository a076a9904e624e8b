//! Where each setting of `serve` comes from: the file, then the environment, then the flags.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use master_server::config::Config;

/// The settings that the environment and the flags may override.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Overrides {
    /// A TOML file with settings; `config.toml` in the data folder where there is one.
    #[arg(long, value_name = "FILE", env = "TILLSYNC_CONFIG")]
    config: Option<PathBuf>,
    /// Where to listen, such as 0.0.0.0:7400 for the shop's network, over HTTPS; port 0 takes a free
    /// one.
    #[arg(long, value_name = "ADDRESS:PORT", env = "TILLSYNC_LISTEN")]
    listen: Option<SocketAddr>,
    /// The folder of the built web app.
    #[arg(long, value_name = "DIR", env = "TILLSYNC_WEB")]
    web: Option<PathBuf>,
    /// A shop to try: browsers on this machine enrol by themselves.
    #[arg(long, env = "TILLSYNC_DEMO")]
    demo: bool,
    /// Listen beyond this machine without TLS, in a network you trust.
    #[arg(long, env = "TILLSYNC_INSECURE_LAN")]
    insecure_lan: bool,
    /// Do not say in the network that it is here: tills need its address then.
    #[arg(long, env = "TILLSYNC_NO_ANNOUNCE")]
    no_announce: bool,
    /// Further names and addresses under which others reach this master. The store's certificate
    /// authority can speak for those that it knew when it was made.
    #[arg(
        long = "host",
        value_name = "NAME",
        env = "TILLSYNC_HOSTS",
        value_delimiter = ','
    )]
    hosts: Vec<String>,
    /// Pages of other origins that may use the doors, such as https://dashboard.example.
    #[arg(
        long = "origin",
        value_name = "ORIGIN",
        env = "TILLSYNC_ORIGINS",
        value_delimiter = ','
    )]
    origins: Vec<String>,
    /// What people call the store, when it is made.
    #[arg(long, value_name = "NAME", env = "TILLSYNC_STORE_NAME")]
    store_name: Option<String>,
    /// Days for which devices hold dated facts, such as sales.
    #[arg(long, value_name = "DAYS", env = "TILLSYNC_SCOPE_DAYS")]
    scope_days: Option<u32>,
    /// A quota for the ledger in pages of 4 KiB.
    #[arg(long, value_name = "PAGES", env = "TILLSYNC_MAX_PAGES")]
    max_pages: Option<u32>,
    /// Days for which changes stay in the log; a till away for longer takes a snapshot.
    #[arg(long, value_name = "DAYS", env = "TILLSYNC_LOG_DAYS")]
    log_days: Option<u32>,
    /// So many positions stay in the log at most.
    #[arg(long, value_name = "COUNT", env = "TILLSYNC_LOG_POSITIONS")]
    log_positions: Option<u64>,
    /// So many connections at once.
    #[arg(long, value_name = "COUNT", env = "TILLSYNC_MAX_CONNECTIONS")]
    max_connections: Option<usize>,
    /// So many connections at once of one address.
    #[arg(
        long,
        value_name = "COUNT",
        env = "TILLSYNC_MAX_CONNECTIONS_PER_ADDRESS"
    )]
    max_connections_per_address: Option<usize>,
    /// So many frames and requests of one device a second, for long.
    #[arg(long, value_name = "COUNT", env = "TILLSYNC_MAX_CALLS_PER_SECOND")]
    max_calls_per_second: Option<u32>,
    /// So many more of them at once.
    #[arg(long, value_name = "COUNT", env = "TILLSYNC_MAX_CALLS_AT_ONCE")]
    max_calls_at_once: Option<u32>,
    /// A folder for log files, one for each UTC day, beside what goes to stderr.
    #[arg(long, value_name = "DIR", env = "TILLSYNC_LOG_FOLDER")]
    log_folder: Option<PathBuf>,
    /// So many log files are kept.
    #[arg(long, value_name = "COUNT", env = "TILLSYNC_LOG_KEEP")]
    log_keep: Option<usize>,
    /// Which log lines are written, such as `info` or `master_server=debug`.
    #[arg(long, value_name = "FILTER", env = "TILLSYNC_LOG")]
    log: Option<String>,
}

impl Overrides {
    /// The whole configuration, checked.
    pub(super) fn config(self, data: &Path) -> Result<Config> {
        let beside = data.join("config.toml");
        let file = self
            .config
            .clone()
            .or_else(|| beside.is_file().then_some(beside));
        let mut config = match file {
            Some(file) => read(&file)?,
            None => Config::default(),
        };
        self.apply(&mut config);
        config.validate()?;
        Ok(config)
    }

    fn apply(self, config: &mut Config) {
        config.listen = self.listen.unwrap_or(config.listen);
        config.web = self.web.or(config.web.take());
        config.demo |= self.demo;
        config.insecure_lan |= self.insecure_lan;
        config.announce &= !self.no_announce;
        config.hosts.extend(self.hosts);
        config.origins.extend(self.origins);
        config.scope_days = self.scope_days.unwrap_or(config.scope_days);
        config.max_pages = self.max_pages.or(config.max_pages);
        config.log_days = self.log_days.unwrap_or(config.log_days);
        config.log_positions = self.log_positions.unwrap_or(config.log_positions);
        config.max_connections = self.max_connections.unwrap_or(config.max_connections);
        config.max_connections_per_address = self
            .max_connections_per_address
            .unwrap_or(config.max_connections_per_address);
        config.max_calls_per_second = self
            .max_calls_per_second
            .unwrap_or(config.max_calls_per_second);
        config.max_calls_at_once = self.max_calls_at_once.unwrap_or(config.max_calls_at_once);
        config.log_folder = self.log_folder.or(config.log_folder.take());
        config.log_keep = self.log_keep.unwrap_or(config.log_keep);
        if let Some(name) = self.store_name {
            config.store_name = name;
        }
        if let Some(log) = self.log {
            config.log = log;
        }
    }
}

fn read(file: &Path) -> Result<Config> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not a configuration", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let dir = tempfile::tempdir().unwrap();
        let text = "listen = '127.0.0.1:1'\nscope_days = 7\n";
        std::fs::write(dir.path().join("config.toml"), text).unwrap();
        let flags = Overrides {
            scope_days: Some(3),
            ..Overrides::default()
        };
        let config = flags.config(dir.path()).unwrap();
        assert_eq!((config.listen.port(), config.scope_days), (1, 3));
        assert_eq!(config.store_name, "Shop");
    }

    #[test]
    fn a_setting_that_does_not_exist_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.toml"), "lisen = 1\n").unwrap();
        assert!(Overrides::default().config(dir.path()).is_err());
    }
}
