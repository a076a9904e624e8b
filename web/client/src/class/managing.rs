//! What managers look at and what only the master knows: audit, devices, old receipts, the log.

use sync_core::DeviceId;
use wasm_bindgen::prelude::*;

use super::{Answer, TillClient, give};
use crate::error::TillError;
use crate::json::from_js;

#[wasm_bindgen]
impl TillClient {
    /// A page of the audit.
    pub async fn audit(&self, query: JsValue) -> Answer {
        give(&self.0.audit(from_js(&query)?).await?)
    }

    /// Every device that ever joined.
    pub async fn devices(&self) -> Answer {
        give(&self.0.devices().await?)
    }

    /// Opens a one-time code for a further device.
    #[wasm_bindgen(js_name = addDevice)]
    pub async fn add_device(&self, new: JsValue) -> Answer {
        give(&self.0.add_device(from_js(&new)?).await?)
    }

    /// Calls a device something else.
    #[wasm_bindgen(js_name = renameDevice)]
    pub async fn rename_device(&self, device: String, name: String) -> Result<(), JsValue> {
        Ok(self.0.rename_device(device_id(&device)?, &name).await?)
    }

    /// Says whether a device may stand in for the master.
    #[wasm_bindgen(js_name = setStandIn)]
    pub async fn set_stand_in(&self, device: String, to: JsValue) -> Result<(), JsValue> {
        let device = device_id(&device)?;
        Ok(self.0.set_stand_in(device, &from_js(&to)?).await?)
    }

    /// Takes a device's access away.
    #[wasm_bindgen(js_name = revokeDevice)]
    pub async fn revoke_device(&self, device: String) -> Result<(), JsValue> {
        Ok(self.0.revoke_device(device_id(&device)?).await?)
    }

    /// Brings a sale from the master by the number of its receipt; its id, or `null`.
    #[wasm_bindgen(js_name = lookUpSale)]
    pub async fn look_up_sale(&self, number: String) -> Answer {
        give(&self.0.look_up_sale(&number).await?)
    }

    /// What this device did about its synchronisation, newest first.
    #[wasm_bindgen(js_name = syncLog)]
    pub async fn sync_log(&self) -> Answer {
        let mut entries = self.0.log.borrow().entries();
        entries.reverse();
        give(&entries)
    }
}

fn device_id(text: &str) -> Result<DeviceId, TillError> {
    Ok(text.parse()?)
}
