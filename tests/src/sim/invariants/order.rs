//! The log is whole, its chains hold, and every device's mutations stand in it in their order.

use super::End;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut broken = end.verified.clone();
    let backwards = "SELECT count(*) FROM (
        SELECT seq - lag(seq) OVER (PARTITION BY device ORDER BY position) AS step FROM log
    ) WHERE step <> 1";
    let gaps = "SELECT max(position) - count(*) FROM log";
    for (query, what) in [
        (backwards, "steps of a device out of order"),
        (gaps, "gaps in the log"),
    ] {
        match end
            .ledger
            .query_row(query, [], |row| row.get::<_, Option<i64>>(0))
        {
            Ok(None | Some(0)) => {}
            Ok(Some(count)) => broken.push(format!("{count} {what}")),
            Err(error) => broken.push(format!("the log cannot be read: {error}")),
        }
    }
    broken
}
