//! Where the shop's master is, and whether it is here.

use retail::Permission;

use crate::address::master_address;
use crate::error::TillError;
use crate::host::{Hosting, NewShop};
use crate::till::Till;

impl Till {
    /// Joins a shop, at another address where one is given.
    pub(crate) async fn join(
        &self,
        code: &str,
        device_name: &str,
        master: Option<String>,
    ) -> Result<(), TillError> {
        if let Some(typed) = master {
            self.move_to(&typed).await?;
        }
        Ok(self.client()?.enroll(code, device_name).await?)
    }

    /// Looks for the master at another address from now on: it has moved.
    pub(crate) async fn set_master(&self, typed: &str) -> Result<(), TillError> {
        self.needs(Permission::ManageDevices)?;
        self.move_to(typed).await
    }

    /// How the master stands that could run here.
    pub(crate) fn hosting(&self) -> Option<Hosting> {
        self.host.hosting()
    }

    /// Begins a shop whose master is this till, and joins it.
    pub(crate) async fn open_shop(&self, new: NewShop, device_name: &str) -> Result<(), TillError> {
        if self.client()?.status().borrow().registered {
            let message = "This till belongs to a shop already.";
            return Err(TillError::invalid("already_joined", message));
        }
        let code = self.host.open_shop(new).await?;
        Ok(self.client()?.enroll(&code, device_name).await?)
    }

    /// Starts or stops the master that runs here.
    pub(crate) async fn set_hosting(&self, on: bool) -> Result<(), TillError> {
        self.needs(Permission::ManageDevices)?;
        self.host.set_hosting(on).await
    }

    async fn move_to(&self, typed: &str) -> Result<(), TillError> {
        let address = master_address(typed).map_err(|_| TillError {
            field: Some("master".to_owned()),
            ..TillError::invalid(
                "bad_address",
                "This is no address. It looks like 192.168.1.5 or shop.local:7400.",
            )
        })?;
        // Behind TLS also the same one: who answers there may be vouched for by somebody else now.
        let asks = address.url.starts_with("https:") || address.url != self.host.master();
        if asks {
            self.host.move_to(address).await?;
        }
        Ok(())
    }
}
