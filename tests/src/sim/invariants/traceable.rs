//! Every decision stands in the audit log once, with who, on which device, what became of it and,
//! where it was refused, why; and so do whoever joined and every restore.

use super::End;

/// Looks that find nothing where all is well, and what they would have found.
const LOOKS: [(&str, &str); 8] = [
    (
        "SELECT count(*) FROM (SELECT position FROM log EXCEPT
            SELECT position FROM audit WHERE kind = 'decision')",
        "decisions without an audit entry",
    ),
    (
        "SELECT count(*) - count(DISTINCT position) FROM audit WHERE kind = 'decision'",
        "decisions that stand in the audit twice",
    ),
    (
        "SELECT count(*) FROM log JOIN audit USING (position) WHERE kind = 'decision' AND (
            audit.device IS NOT log.device
            OR audit.payload ->> 'verdict' IS NOT log.verdict
            OR audit.payload ->> 'seq' IS NOT log.seq)",
        "decisions of which the audit tells something else",
    ),
    (
        "SELECT count(*) FROM log JOIN audit USING (position) WHERE kind = 'decision'
            AND json_valid(body) AND audit.actor IS NOT body ->> '$.actor.user'",
        "decisions of which the audit names somebody else",
    ),
    (
        "SELECT count(*) FROM audit WHERE kind = 'decision'
            AND payload ->> 'verdict' = 'rejected' AND payload ->> '$.refusal.code' IS NULL",
        "refusals without a reason in the audit",
    ),
    (
        "SELECT count(*) FROM (
            SELECT position, collection, change ->> '$.record.id' FROM log_changes EXCEPT
            SELECT position, told.value ->> 'collection', told.value ->> 'id'
            FROM audit, json_each(audit.payload, '$.records') AS told WHERE kind = 'decision')",
        "changes of which the audit does not tell",
    ),
    (
        "SELECT count(*) FROM devices WHERE kind <> 'node' AND 1 <>
            (SELECT count(*) FROM audit WHERE kind = 'enrolled' AND audit.device = devices.id)",
        "devices whose joining does not stand in the audit once",
    ),
    (
        "SELECT count(*) FROM meta WHERE key = 'generation' AND CAST(value AS INTEGER) > 1
            AND NOT EXISTS (SELECT 1 FROM audit WHERE kind = 'new_generation')",
        "restores without an audit entry",
    ),
];

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    for (query, what) in LOOKS {
        match end.ledger.query_row(query, [], |row| row.get::<_, i64>(0)) {
            Ok(0) => {}
            Ok(count) => broken.push(format!("{count} {what}")),
            Err(error) => broken.push(format!("{what}: {error}")),
        }
    }
    broken
}
