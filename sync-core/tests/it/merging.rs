use std::collections::BTreeMap;

use sync_core::*;

fn stamp(at: u64, device: u8) -> Stamp {
    Stamp {
        at: Hlc::at(Millis(at)),
        device: DeviceId::from([device; 16]),
        seq: Seq(1),
    }
}

#[test]
fn an_earlier_edit_wins_also_when_it_arrives_later_and_an_older_write_stands_below() {
    let below = Write {
        from: None,
        stamp: stamp(1, 9),
    };
    let a = Value::from("a");
    let late = FieldPatch::new(Some(a.clone()), Some("late".into()));
    let early = FieldPatch::new(Some(a.clone()), Some("early".into()));
    for order in [[(&late, 3), (&early, 2)], [(&early, 2), (&late, 3)]] {
        let mut value = Some(a.clone());
        let mut writes = vec![below.clone()];
        for (patch, at) in order {
            let merged = merge_field(
                value.as_ref(),
                &writes,
                patch,
                Policy::EarliestWins,
                stamp(at, 1),
            );
            if merged.apply {
                value.clone_from(&patch.now);
            }
            writes = merged.writes;
        }
        assert_eq!(value, Some("early".into()));
    }
}

#[test]
fn a_confirmed_no_value_survives_the_wire() {
    let patch = FieldPatch {
        was: Some("x".into()),
        base: Some(None),
        now: None,
    };
    let json = serde_json::to_string(&patch).expect("json");
    assert_eq!(json, r#"{"was":"x","base":null}"#);
    assert_eq!(
        serde_json::from_str::<FieldPatch>(&json).expect("patch"),
        patch
    );
    let fields: BTreeMap<String, FieldPatch> = serde_json::from_str(r#"{"f":{}}"#).expect("map");
    assert_eq!(fields["f"], FieldPatch::default());
}
