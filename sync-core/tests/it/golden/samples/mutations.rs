//! Mutations, what became of them, and what they changed.

use sync_core::json::Raw;
use sync_core::*;

use super::{digest, now, time};
use crate::shop::{add, delete, device, id, insert, patch_with, product, text};

/// Text that JSON writers like to escape each in their own way.
const AWKWARD: &str = "Ü \"½\" \\ / \u{1f375} \u{7} \u{2028} </script>";

pub(crate) fn body() -> Body {
    let clash = FieldPatch {
        was: text("seen"),
        base: Some(None),
        now: None,
    };
    let doc = product(AWKWARD)
        .with("price", 295)
        .with("taxed", true)
        .with("tags", vec![Value::from("a"), Value::from(-1)])
        .with(
            "sizes",
            Map::from([("s".to_owned(), Value::from(MAX_INTEGER))]),
        );
    Body {
        actor: Actor {
            user: id(9),
            verified: Verified::Pin,
            approved_by: Some(id(8)),
        },
        name: "edit_product".to_owned(),
        ops: vec![
            insert("products", id(1), doc.clone()),
            patch_with("products", id(2), "note", clash),
            patch_with(
                "products",
                id(2),
                "price",
                FieldPatch::new(Some(255.into()), Some(295.into())),
            ),
            delete("products", id(3), &doc),
            add("products", id(4), "points", -5),
        ],
    }
}

pub(crate) fn empty_body() -> Raw {
    Raw::new("{}").expect("json")
}

pub(crate) fn envelopes() -> [(&'static str, Envelope); 2] {
    let first = Envelope::seal(device(1), Seq(12), time(), 1, body().encode());
    let again = first.reissue(device(2), Seq(3));
    [("envelope", first), ("envelope_reissued", again)]
}

pub(crate) fn void() -> Void {
    Void {
        device: device(1),
        seq: Seq(13),
        at: time(),
        hash: digest("void"),
        reason: "larger than 1 MiB".to_owned(),
    }
}

pub(crate) fn outcomes() -> Vec<(&'static str, Outcome)> {
    let accepted = Outcome {
        device: device(1),
        seq: Seq(12),
        hash: digest("outcome"),
        position: Position(41),
        verdict: Verdict::Accepted,
        refusal: None,
        withheld: Vec::new(),
        flags: Vec::new(),
    };
    let withheld = |because, field: Option<&str>| Withheld {
        op: 1,
        collection: "products".into(),
        id: id(1),
        field: field.map(str::to_owned),
        because,
        theirs: text("theirs"),
        mine: field.and(text("mine")),
    };
    let conflict = Outcome {
        verdict: Verdict::Conflict,
        withheld: vec![
            withheld(WithheldBecause::Conflict, Some("note")),
            withheld(WithheldBecause::FirstWins, Some("color")),
            withheld(WithheldBecause::LastWins, Some("shelf")),
            withheld(WithheldBecause::EarliestWins, Some("supplier")),
            withheld(WithheldBecause::Refused, None),
        ],
        ..accepted.clone()
    };
    let flagged = Outcome {
        verdict: Verdict::Merged,
        flags: vec![Flag {
            op: 0,
            code: "oversold".to_owned(),
            message: "2 sold, 1 there".to_owned(),
        }],
        ..accepted.clone()
    };
    let refusal = Refusal::new("validation", "a price is not negative").of_field("price");
    let rejected = Outcome {
        verdict: Verdict::Rejected,
        refusal: Some(refusal),
        ..accepted.clone()
    };
    vec![
        ("outcome_accepted", accepted),
        ("outcome_conflict", conflict),
        ("outcome_flagged", flagged),
        ("outcome_rejected", rejected),
    ]
}

pub(crate) fn changes() -> Vec<(&'static str, Change)> {
    let stamp = Stamp {
        at: time(),
        device: device(1),
        seq: Seq(12),
    };
    let write = |from| Write { from, stamp };
    let record = Record {
        writes: [
            ("shelf".to_owned(), vec![write(None)]),
            ("supplier".to_owned(), vec![write(text("a")), write(None)]),
        ]
        .into(),
        ..Record::inserted(id(1), Position(41), now(), product(AWKWARD))
    };
    let of = |record| Change {
        collection: "products".into(),
        record,
    };
    let deleted = Record {
        deleted: true,
        ..Record::inserted(id(2), Position(41), now(), Document::new())
    };
    let stub = Record {
        stub: true,
        ..Record::inserted(
            id(3),
            Position(41),
            now(),
            Document::new().with("stock", -1_000),
        )
    };
    vec![
        ("change", of(record)),
        ("change_deleted", of(deleted)),
        ("change_stub", of(stub)),
    ]
}
