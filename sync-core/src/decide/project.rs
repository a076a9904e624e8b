use crate::{
    Case, Document, Domain, Kind, MAX_INTEGER, Map, Projected, Projection, ReadError, Record,
    Records, Value,
};

use super::apply::Attempt;

/// Lets every fact that took effect add to what is derived from it.
pub(super) fn project(
    domain: &dyn Domain,
    attempt: &mut Attempt<'_>,
    case: &Case<'_>,
) -> Result<(), ReadError> {
    for (collection, id, fact) in std::mem::take(&mut attempt.facts) {
        for projection in domain.project(&collection, id, &fact) {
            let kind = domain
                .schema()
                .collection(&projection.collection)
                .map(|c| &c.kind);
            apply(attempt, case, &projection, kind == Some(&Kind::Projection))?;
        }
    }
    Ok(())
}

/// A record of a projection is whole as it is made; any other is a stub until its own fields come.
fn apply(
    attempt: &mut Attempt<'_>,
    case: &Case<'_>,
    projection: &Projection,
    derived_whole: bool,
) -> Result<(), ReadError> {
    let target = attempt.scratch.get(&projection.collection, projection.id)?;
    let mut record = target.unwrap_or_else(|| Record {
        id: projection.id,
        version: case.position,
        at: case.now,
        doc: Document::new(),
        deleted: false,
        stub: true,
        first: None,
        authors: Map::new(),
        writes: Map::new(),
    });
    if record.deleted {
        return Ok(());
    }
    for (field, what) in &projection.fields {
        let old = record.doc.int(field);
        let new = match what {
            Projected::Add(delta) => within(old.unwrap_or(0).saturating_add(*delta)),
            Projected::Max(value) => within(old.map_or(*value, |old| old.max(*value))),
            Projected::Key(value) => value.clone(),
        };
        record.doc.set(field.as_str(), Some(new));
    }
    record.stub &= !derived_whole;
    record.version = case.position;
    record.at = case.now;
    attempt.scratch.put(&projection.collection, record);
    Ok(())
}

/// A sum stays what a document can hold: a value no device could read would stop every pull.
fn within(sum: i64) -> Value {
    Value::Int(sum.clamp(-MAX_INTEGER, MAX_INTEGER))
}
