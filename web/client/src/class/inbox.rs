//! Conflicts, tasks and notices: what waits for a person.

use wasm_bindgen::prelude::*;

use super::{Answer, TillClient, give};
use crate::json::from_js;
use crate::till::id;

#[wasm_bindgen]
impl TillClient {
    /// The cards of the open or of the resolved conflicts.
    pub async fn conflicts(&self, status: JsValue) -> Answer {
        give(&self.0.conflicts(from_js(&status)?)?)
    }

    /// Ends conflicts as a manager chose.
    pub async fn resolve(&self, chosen: JsValue) -> Result<(), JsValue> {
        Ok(self.0.resolve(from_js(&chosen)?).await?)
    }

    /// The open tasks, or those that were closed last.
    pub async fn tasks(&self, open: bool) -> Answer {
        give(&self.0.tasks(open)?)
    }

    /// Ends a task.
    #[wasm_bindgen(js_name = closeTask)]
    pub async fn close_task(&self, end: JsValue) -> Result<(), JsValue> {
        Ok(self.0.close_task(from_js(&end)?).await?)
    }

    /// Records a count.
    #[wasm_bindgen(js_name = countStock)]
    pub async fn count_stock(&self, counted: JsValue) -> Result<(), JsValue> {
        Ok(self.0.count_stock(from_js(&counted)?).await?)
    }

    /// What this device still has to show.
    pub async fn notices(&self) -> Answer {
        give(&self.0.notices()?)
    }

    /// Does not show a notice on this device any more.
    pub async fn acknowledge(&self, notice: String) -> Result<(), JsValue> {
        Ok(self.0.acknowledge(id(&notice)?).await?)
    }
}
