//! The catalogue, stock and people: what the back office asks.

use wasm_bindgen::prelude::*;

use super::{Answer, TillClient, give};
use crate::json::from_js;
use crate::till::id;

#[wasm_bindgen]
impl TillClient {
    /// Makes a product.
    #[wasm_bindgen(js_name = createProduct)]
    pub async fn create_product(&self, product: String, fields: JsValue) -> Result<(), JsValue> {
        Ok(self
            .0
            .create_product(id(&product)?, from_js(&fields)?)
            .await?)
    }

    /// Changes a product.
    #[wasm_bindgen(js_name = editProduct)]
    pub async fn edit_product(
        &self,
        product: String,
        seen: JsValue,
        changes: JsValue,
    ) -> Result<(), JsValue> {
        let (seen, changes) = (from_js(&seen)?, from_js(&changes)?);
        Ok(self.0.edit_product(id(&product)?, seen, changes).await?)
    }

    /// Takes a product out of the catalogue.
    #[wasm_bindgen(js_name = archiveProduct)]
    pub async fn archive_product(&self, product: String) -> Result<(), JsValue> {
        Ok(self.0.set_archived(id(&product)?, true).await?)
    }

    /// Puts a product back into the catalogue.
    #[wasm_bindgen(js_name = restoreProduct)]
    pub async fn restore_product(&self, product: String) -> Result<(), JsValue> {
        Ok(self.0.set_archived(id(&product)?, false).await?)
    }

    /// Corrects stock.
    #[wasm_bindgen(js_name = adjustStock)]
    pub async fn adjust_stock(&self, change: JsValue) -> Result<(), JsValue> {
        Ok(self.0.adjust_stock(from_js(&change)?).await?)
    }

    /// Takes in a delivery.
    #[wasm_bindgen(js_name = receiveStock)]
    pub async fn receive_stock(&self, change: JsValue) -> Result<(), JsValue> {
        Ok(self.0.receive_stock(from_js(&change)?).await?)
    }

    /// Makes or changes an employee.
    #[wasm_bindgen(js_name = saveEmployee)]
    pub async fn save_employee(&self, input: JsValue) -> Result<(), JsValue> {
        Ok(self.0.save_employee(from_js(&input)?).await?)
    }

    /// Makes a category.
    #[wasm_bindgen(js_name = createCategory)]
    pub async fn create_category(&self, category: String, fields: JsValue) -> Result<(), JsValue> {
        Ok(self
            .0
            .create_category(id(&category)?, from_js(&fields)?)
            .await?)
    }

    /// Changes a category.
    #[wasm_bindgen(js_name = editCategory)]
    pub async fn edit_category(
        &self,
        category: String,
        seen: JsValue,
        changes: JsValue,
    ) -> Result<(), JsValue> {
        let (seen, changes) = (from_js(&seen)?, from_js(&changes)?);
        Ok(self.0.edit_category(id(&category)?, seen, changes).await?)
    }

    /// What lines of a file would do.
    #[wasm_bindgen(js_name = checkImport)]
    pub async fn check_import(&self, part: JsValue) -> Answer {
        give(&self.0.check_import(&from_js(&part)?)?)
    }

    /// Takes lines of a file into the catalogue.
    #[wasm_bindgen(js_name = importProducts)]
    pub async fn import_products(&self, part: JsValue) -> Answer {
        give(&self.0.import_products(&from_js(&part)?).await?)
    }
}
