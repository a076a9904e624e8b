use crate::{DeviceKind, Kind, Op, Refusal, Value};

use super::apply::Step;

/// Whether the kind of collection lets this device take this step at all.
pub(super) fn may_write(step: &Step<'_>, op: &Op) -> Option<Refusal> {
    let node = step.case.device.kind == DeviceKind::Node;
    let forbidden = |message: &str| Some(Refusal::new("forbidden", message));
    match (&step.collection.kind, op) {
        (Kind::Projection, _) => forbidden("this is derived from facts and never written"),
        (Kind::Fact, Op::Patch { .. } | Op::Delete { .. } | Op::Add { .. }) => Some(Refusal::new(
            "immutable",
            "what has happened is never changed",
        )),
        (Kind::Master, _) if !node => forbidden("only the master writes this"),
        (Kind::Raised, Op::Insert { .. } | Op::Delete { .. }) if !node => {
            forbidden("only the master makes this")
        }
        (Kind::Owned { owner }, Op::Insert { doc, .. })
            if !node && doc.text(owner) != Some(&step.case.device.id.to_string()) =>
        {
            Some(Refusal::new(
                "not_owner",
                "a device makes such records only for itself",
            ))
        }
        (_, Op::Insert { doc, .. }) => step
            .collection
            .projected()
            .find(|field| doc.get(field).is_some())
            .map(derived_field),
        (_, Op::Add { field, .. }) => step
            .collection
            .projected()
            .any(|name| name == field)
            .then(|| derived_field(field)),
        _ => None,
    }
}

/// Why a field may not take a value: it is derived, of another type, or cannot be empty.
pub(super) fn field_refusal(step: &Step<'_>, field: &str, now: Option<&Value>) -> Option<Refusal> {
    let known = step.collection.fields.get(field)?;
    if known.projected {
        return Some(derived_field(field));
    }
    match now {
        Some(value) => known.check(field, value).err(),
        None if known.required => {
            Some(Refusal::new("required", format!("{field} cannot be empty")).of_field(field))
        }
        None => None,
    }
}

fn derived_field(field: &str) -> Refusal {
    Refusal::new(
        "forbidden",
        format!("{field} is derived from facts and never written"),
    )
    .of_field(field)
}
