//! Whether everybody has the same.

use std::time::Duration;

use anyhow::{Result, ensure};
use sync_client::Client;
use sync_client::transport::Method;
use sync_core::{Check, Checked, Cursor, Sums};

use super::Till;

/// Waits until every till has everything that any of them has, and gives where that is.
pub async fn level(tills: &[Till]) -> Cursor {
    loop {
        let places: Vec<_> = tills.iter().map(|till| till.client().position()).collect();
        let sent = places
            .iter()
            .all(|place| place.your_seq.next() == place.next_seq);
        let first = places[0].cursor;
        if let Some(cursor) = first
            && sent
            && places.iter().all(|place| place.cursor == first)
        {
            return cursor;
        }
        // A position is no part of the status that can be waited for, and it moves with it.
        let mut statuses: Vec<_> = tills.iter().map(|till| till.client().status()).collect();
        let changes = statuses.iter_mut().map(|status| Box::pin(status.changed()));
        let any = futures_util::future::select_all(changes);
        let _ = tokio::time::timeout(Duration::from_millis(200), any).await;
    }
}

/// Asks the master whether it has the same at the same place.
///
/// # Errors
/// When it does not answer, or is somewhere else.
pub async fn master_agrees(client: &Client, cursor: Cursor, sums: &Sums) -> Result<bool> {
    let check = Check {
        cursor,
        sums: sums.clone(),
    };
    let body = serde_json::to_string(&check)?;
    let answer = client
        .request(Method::Post, "/v1/sync/check", Some(body))
        .await?;
    ensure!(
        answer.status == 200,
        "a check was answered {}: {}",
        answer.status,
        answer.body
    );
    let checked: Checked = serde_json::from_str(&answer.body)?;
    ensure!(
        checked.position == Some(cursor.position),
        "the master is at {:?}, not at {}",
        checked.position,
        cursor.position
    );
    Ok(checked.differs.is_empty())
}
