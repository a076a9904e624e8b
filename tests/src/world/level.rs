//! Whether everybody has the same.

use std::time::Duration;

use anyhow::{Result, ensure};
use sync_client::Client;
use sync_client::transport::Method;
use sync_core::{Check, Checked, Cursor, Sums};

use super::Till;

/// Where everybody stands, and the names of the tills that have something else there than the master.
pub struct Level {
    /// Where.
    pub cursor: Cursor,
    /// Who; nobody, where all is well.
    pub differing: Vec<String>,
}

/// Waits until every till and the master have everything that any of them has.
///
/// # Errors
/// When the master does not answer.
pub async fn level(tills: &[Till]) -> Result<Level> {
    loop {
        let places: Vec<_> = tills.iter().map(|till| till.client().position()).collect();
        let sent = places
            .iter()
            .all(|place| place.your_seq.next() == place.next_seq);
        let first = places[0].cursor;
        if let Some(cursor) = first
            && sent
            && places.iter().all(|place| place.cursor == first)
            && let Some(differing) = differing(tills, cursor).await?
        {
            return Ok(Level { cursor, differing });
        }
        // A position is no part of the status that can be waited for, and it moves with it.
        let mut statuses: Vec<_> = tills.iter().map(|till| till.client().status()).collect();
        let changes = statuses.iter_mut().map(|status| Box::pin(status.changed()));
        let any = futures_util::future::select_all(changes);
        let _ = tokio::time::timeout(Duration::from_millis(200), any).await;
    }
}

/// `None` where somebody has gone on meanwhile.
async fn differing(tills: &[Till], cursor: Cursor) -> Result<Option<Vec<String>>> {
    let mut differing = Vec::new();
    for till in tills {
        let (at, sums) = till.client().checksums();
        if at != Some(cursor) {
            return Ok(None);
        }
        match master_agrees(till.client(), cursor, &sums).await? {
            Some(true) => {}
            Some(false) => differing.push(till.name.clone()),
            None => return Ok(None),
        }
    }
    Ok(Some(differing))
}

/// Asks the master whether it has the same at the same place; `None` where it stands elsewhere.
///
/// # Errors
/// When it does not answer.
pub async fn master_agrees(client: &Client, cursor: Cursor, sums: &Sums) -> Result<Option<bool>> {
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
    let there = checked.position == Some(cursor.position);
    Ok(there.then_some(checked.differs.is_empty()))
}
