//! Products and people: what forms change.

use retail::{Category, Employee, Fields, Product, Role, collection};
use serde::Deserialize;
use serde_json::json;
use sync_client::ConnectionState;
use sync_client::transport::Method;
use sync_core::{RecordId, Value};

use crate::error::TillError;
use crate::selling::seen;
use crate::till::Till;

/// The form of an employee.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub(crate) struct SaveEmployee {
    /// Made by the UI for a new one.
    id: RecordId,
    /// The fields as the form showed them; null for a new employee.
    #[cfg_attr(feature = "types", ts(type = "EmployeeFields | null"))]
    seen: Option<Fields>,
    #[cfg_attr(feature = "types", ts(type = "EmployeeChanges"))]
    changes: Fields,
    /// A new PIN, 4 to 8 digits. Needs the master.
    pin: Option<String>,
}

/// How long a new employee may take to reach the master before the PIN is given up, in
/// milliseconds.
const PATIENCE: u64 = 10_000;

impl Till {
    pub(crate) async fn create_product(
        &self,
        id: RecordId,
        product: Product,
    ) -> Result<(), TillError> {
        self.may("create_product")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("create_product", actor, move |_| {
            retail::create_product(&occasion, id, &product)
        })
        .await
    }

    pub(crate) async fn edit_product(
        &self,
        id: RecordId,
        seen: Fields,
        changes: Fields,
    ) -> Result<(), TillError> {
        self.may("edit_product")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("edit_product", actor, move |_| {
            retail::edit_product(&occasion, id, &seen, &changes, None)
        })
        .await
    }

    pub(crate) async fn set_archived(&self, id: RecordId, archived: bool) -> Result<(), TillError> {
        let (name, build): (_, fn(&_, _, &_) -> _) = if archived {
            ("archive_product", retail::archive_product)
        } else {
            ("restore_product", retail::restore_product)
        };
        self.may(name)?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record(name, actor, move |draft| {
            let seen = seen(draft, collection::PRODUCTS, id)?;
            build(&occasion, id, &seen)
        })
        .await
    }

    pub(crate) async fn create_category(
        &self,
        id: RecordId,
        category: Category,
    ) -> Result<(), TillError> {
        self.may("create_category")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("create_category", actor, move |_| {
            retail::create_category(&occasion, id, &category)
        })
        .await
    }

    pub(crate) async fn edit_category(
        &self,
        id: RecordId,
        seen: Fields,
        changes: Fields,
    ) -> Result<(), TillError> {
        self.may("edit_category")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("edit_category", actor, move |_| {
            retail::edit_category(&occasion, id, &seen, &changes, None)
        })
        .await
    }

    pub(crate) async fn edit_settings(
        &self,
        seen: Fields,
        changes: Fields,
    ) -> Result<(), TillError> {
        self.may("edit_settings")?;
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        self.record("edit_settings", actor, move |_| {
            retail::edit_settings(&occasion, &seen, &changes, None)
        })
        .await
    }

    pub(crate) async fn save_employee(&self, input: SaveEmployee) -> Result<(), TillError> {
        let name = if input.seen.is_some() {
            "save_employee"
        } else {
            "create_employee"
        };
        self.may(name)?;
        let client = self.client()?;
        let online = matches!(client.status().borrow().connection, ConnectionState::Online);
        if input.pin.is_some() && !online {
            return Err(TillError::needs_master("Setting a PIN"));
        }
        let occasion = self.occasion(&[])?;
        let actor = occasion.person.actor();
        let (id, changes) = (input.id, input.changes);
        match input.seen {
            Some(_) if changes.0.is_empty() => {}
            Some(seen) => {
                self.record(name, actor, move |_| {
                    retail::save_employee(&occasion, id, &seen, &changes, None)
                })
                .await?;
            }
            None => {
                let employee = new_employee(&changes)?;
                self.record(name, actor, move |_| {
                    retail::create_employee(&occasion, id, &employee)
                })
                .await?;
            }
        }
        match input.pin {
            Some(pin) => self.set_pin(id, &pin).await,
            None => Ok(()),
        }
    }

    /// Asks the master to set a PIN, once it knows the employee.
    async fn set_pin(&self, employee: RecordId, pin: &str) -> Result<(), TillError> {
        let by = self.session()?.employee_id;
        let client = self.client()?;
        let mut status = client.status();
        let sent = status.wait_for(|status| status.pending == 0);
        let patience = sync_client::platform::sleep(PATIENCE);
        let (sent, patience) = (std::pin::pin!(sent), std::pin::pin!(patience));
        futures_util::future::select(sent, patience).await;
        let path = format!("/v1/employees/{employee}/pin");
        let body = json!({ "pin": pin, "by": by }).to_string();
        client.request(Method::Post, &path, Some(body)).await?;
        Ok(())
    }
}

fn new_employee(fields: &Fields) -> Result<Employee, TillError> {
    let text = |name: &str| match fields.0.get(name) {
        Some(Some(Value::Text(text))) => Some(text.clone()),
        _ => None,
    };
    let missing = |field: &str, message: &str| TillError {
        field: Some(field.to_owned()),
        ..TillError::invalid("required", message)
    };
    let role = text("role").and_then(|word| Role::of(&word));
    let active = !matches!(fields.0.get("active"), Some(Some(Value::Bool(false))));
    Ok(Employee {
        name: text("name").ok_or_else(|| missing("name", "Give the person a name."))?,
        role: role.ok_or_else(|| missing("role", "Choose what the person may do."))?,
        active,
        email: text("email").filter(|email| !email.is_empty()),
    })
}
