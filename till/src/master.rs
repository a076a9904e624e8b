//! What only the master knows, asked over plain requests.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use retail::Permission;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use sync_client::ConnectionState;
use sync_client::transport::Method;

use crate::error::TillError;
use crate::till::Till;

impl Till {
    /// Asks the master and reads its answer. Without a connection nothing is tried: a person who
    /// waits for that has something better to do.
    pub(crate) async fn asked<T: DeserializeOwned>(
        &self,
        what: &str,
        method: Method,
        path: &str,
        body: Option<Json>,
    ) -> Result<T, TillError> {
        let client = self.client()?;
        if client.status().borrow().connection != ConnectionState::Online {
            return Err(TillError::needs_master(what));
        }
        let body = body.map(|body| body.to_string());
        let answer = client.request(method, path, body).await?;
        serde_json::from_str(&answer.body).map_err(|error| TillError::internal(&error.to_string()))
    }

    /// Who is logged in, where they have a permission.
    pub(crate) fn needs(&self, permission: Permission) -> Result<String, TillError> {
        let session = self.session()?;
        match session.role.has(permission) {
            true => Ok(session.employee_id),
            false => Err(TillError::denied(permission)),
        }
    }
}

/// A piece of a query string.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
