//! Resolving: one choice for each conflict, and no edit is overwritten unseen.

use proptest::prelude::*;
use sync_core::{
    Decision, Document, FieldPatch, Op, Record, RecordId, Value, Verdict, WithheldBecause,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{Shop, cases, delete, id, insert, patch, product, text};

/// A resolution by what was seen and what is wanted.
fn resolution(conflict: RecordId, seen: Option<Value>, wanted: Option<Value>) -> Op {
    let fields = [
        ("status", text("open"), text("resolved")),
        ("seen", None, seen),
        ("resolved", None, wanted),
    ];
    let fields = fields.map(|(name, was, now)| (name.to_owned(), FieldPatch::new(was, now)));
    Op::Patch {
        collection: "conflicts".into(),
        id: conflict,
        fields: fields.into(),
    }
}

/// What resolves a conflict about the note: the resolution, and the step that carries it out.
fn choose(conflict: RecordId, seen: &str, wanted: &str) -> Vec<Op> {
    let mut ops = vec![resolution(conflict, text(seen), text(wanted))];
    if seen != wanted {
        ops.push(patch("products", id(1), "note", text(seen), text(wanted)));
    }
    ops
}

fn conflicts(shop: &Shop) -> Vec<&Record> {
    shop.store.all("conflicts").collect()
}

fn only_conflict(shop: &Shop) -> Record {
    let [conflict] = conflicts(shop)[..] else {
        panic!("one conflict");
    };
    conflict.clone()
}

fn clash() -> (Shop, RecordId) {
    let mut shop = Shop::new();
    let tea = product("tea").with("note", "old");
    shop.does(9, vec![insert("products", id(1), tea)]);
    for (till, value) in [(1, "theirs"), (2, "mine")] {
        let edit = patch("products", id(1), "note", text("old"), text(value));
        shop.does(till, vec![edit]);
    }
    let conflict = only_conflict(&shop).id;
    (shop, conflict)
}

fn note(shop: &Shop) -> String {
    let record = shop.record("products", id(1));
    record.doc.text("note").expect("a note").to_owned()
}

fn status(shop: &Shop, conflict: RecordId) -> String {
    let record = shop.record("conflicts", conflict);
    record.doc.text("status").expect("a status").to_owned()
}

fn code(decision: &Decision) -> Option<&str> {
    Some(decision.refusal.as_ref()?.code.as_str())
}

#[test]
fn the_choice_takes_effect_and_the_other_one_stays_readable() {
    for (wanted, resolved) in [("theirs", "theirs"), ("mine", "mine"), ("both", "both")] {
        let (mut shop, conflict) = clash();
        let decision = shop.does(3, choose(conflict, "theirs", wanted));
        assert_eq!(decision.verdict, Verdict::Accepted);
        assert_eq!(note(&shop), resolved);
        let doc = only_conflict(&shop).doc;
        let kept = ["status", "was", "theirs", "mine", "seen", "resolved"];
        let kept = kept.map(|name| doc.text(name).expect("text"));
        assert_eq!(
            kept,
            ["resolved", "old", "theirs", "mine", "theirs", resolved]
        );
    }
}

#[test]
fn a_field_that_changed_since_it_was_seen_keeps_its_conflict_open() {
    let (mut shop, conflict) = clash();
    let third = patch("products", id(1), "note", text("theirs"), text("third"));
    assert_eq!(shop.does(4, vec![third]).verdict, Verdict::Accepted);
    let decision = shop.does(3, choose(conflict, "theirs", "mine"));
    assert_eq!(decision.verdict, Verdict::Conflict);
    let [part] = &decision.withheld[..] else {
        panic!("one part: {decision:?}");
    };
    assert_eq!((&part.theirs, &part.mine), (&text("third"), &text("mine")));
    assert_eq!(note(&shop), "third");
    let open = only_conflict(&shop).doc;
    assert_eq!(open.text("status"), Some("open"));
    assert_eq!(open.text("theirs"), Some("third"));
    assert_eq!(open.get("seen"), None);
    let again = shop.does(3, choose(conflict, "third", "mine"));
    assert_eq!(again.verdict, Verdict::Accepted);
    assert_eq!(note(&shop), "mine");
}

#[test]
fn what_somebody_else_chose_already_needs_no_second_look() {
    let (mut shop, conflict) = clash();
    let same = patch("products", id(1), "note", text("theirs"), text("mine"));
    shop.does(4, vec![same]);
    let decision = shop.does(3, choose(conflict, "theirs", "mine"));
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(status(&shop, conflict), "resolved");
}

#[test]
fn a_second_resolution_is_answered_so_and_changes_nothing() {
    let (mut shop, conflict) = clash();
    shop.does(3, choose(conflict, "theirs", "mine"));
    for wanted in ["mine", "theirs", "other"] {
        let decision = shop.does(4, choose(conflict, "theirs", wanted));
        assert_eq!(code(&decision), Some("already_resolved"));
    }
    assert_eq!(note(&shop), "mine");
    assert_eq!(only_conflict(&shop).doc.text("resolved"), Some("mine"));
}

#[test]
fn one_mutation_resolves_many_and_leaves_out_what_came_too_late() {
    let mut shop = Shop::new();
    let count: u8 = 4;
    for n in 1..=count {
        let tea = product("tea").with("note", "old");
        shop.does(9, vec![insert("products", id(n), tea)]);
        for (till, value) in [(1, "theirs"), (2, "mine")] {
            let edit = patch("products", id(n), "note", text("old"), text(value));
            shop.does(till, vec![edit]);
        }
    }
    let about = |n: u8| {
        let subject = id(n).to_string();
        let found = shop.store.all("conflicts");
        let mut found = found.filter(|record| record.doc.text("record") == Some(&subject));
        found.next().expect("a conflict").id
    };
    let ids: Vec<_> = (1..=count).map(about).collect();
    let one = |n: u8| {
        let wanted = patch("products", id(n), "note", text("theirs"), text("mine"));
        let conflict = ids[usize::from(n) - 1];
        [resolution(conflict, text("theirs"), text("mine")), wanted]
    };
    // The first was resolved by somebody else, the second edited once more.
    shop.does(4, vec![resolution(ids[0], text("theirs"), text("theirs"))]);
    let third = patch("products", id(2), "note", text("theirs"), text("third"));
    shop.does(5, vec![third]);
    let decision = shop.does(3, (1..=count).flat_map(one).collect());
    assert_eq!(decision.verdict, Verdict::Conflict);
    let because: Vec<_> = decision.withheld.iter().map(|part| part.because).collect();
    assert_eq!(
        because,
        [WithheldBecause::FirstWins, WithheldBecause::Conflict]
    );
    let notes: Vec<_> = (1..=count)
        .map(|n| {
            shop.record("products", id(n))
                .doc
                .text("note")
                .map(str::to_owned)
        })
        .collect();
    let notes: Vec<_> = notes
        .iter()
        .map(|note| note.as_deref().expect("a note"))
        .collect();
    assert_eq!(notes, ["theirs", "third", "mine", "mine"]);
    let open = conflicts(&shop).into_iter();
    let open = open.filter(|conflict| conflict.doc.text("status") == Some("open"));
    assert_eq!(open.map(|record| record.id).collect::<Vec<_>>(), [ids[1]]);
}

fn label(words: &str) -> Document {
    Document::new().with("text", words)
}

fn whole(doc: Document) -> Option<Value> {
    Some(doc.into())
}

#[test]
fn a_deleted_record_comes_back_only_by_resolving_its_conflict() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("labels", id(5), label("old"))]);
    shop.does(1, vec![delete("labels", id(5), &label("old"))]);
    let edit = patch("labels", id(5), "text", text("old"), text("new"));
    assert_eq!(shop.does(2, vec![edit]).verdict, Verdict::Conflict);
    let conflict = only_conflict(&shop).id;
    let restore = insert("labels", id(5), label("new"));
    assert_eq!(
        shop.does(3, vec![restore.clone()]).verdict,
        Verdict::Conflict
    );
    assert!(shop.record("labels", id(5)).deleted);
    let ops = vec![resolution(conflict, None, whole(label("new"))), restore];
    assert_eq!(shop.does(3, ops).verdict, Verdict::Accepted);
    let back = shop.record("labels", id(5));
    assert!(back.is_live());
    assert_eq!(back.doc, label("new"));
    shop.check_sums();
}

#[test]
fn what_something_is_derived_for_does_not_come_back_without_it() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    shop.does(1, vec![delete("products", id(1), &product("tea"))]);
    let edit = patch("products", id(1), "note", None, text("new"));
    shop.does(2, vec![edit]);
    let conflict = only_conflict(&shop).id;
    let tea = product("tea").with("note", "new");
    let ops = vec![
        resolution(conflict, None, whole(tea.clone())),
        insert("products", id(1), tea),
    ];
    assert_eq!(code(&shop.does(3, ops)), Some("gone"));
    assert_eq!(status(&shop, conflict), "open");
}

#[test]
fn deleting_what_changed_can_be_insisted_on() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("labels", id(5), label("old"))]);
    let edit = |was, now| patch("labels", id(5), "text", text(was), text(now));
    shop.does(1, vec![edit("old", "new")]);
    let gone = shop.does(2, vec![delete("labels", id(5), &label("old"))]);
    assert_eq!(gone.verdict, Verdict::Conflict);
    let conflict = only_conflict(&shop).id;
    shop.does(4, vec![edit("new", "newer")]);
    let insist = |seen: &str| {
        let seen = label(seen);
        let gone = delete("labels", id(5), &seen);
        vec![resolution(conflict, whole(seen), None), gone]
    };
    assert_eq!(shop.does(3, insist("new")).verdict, Verdict::Conflict);
    assert!(shop.record("labels", id(5)).is_live());
    assert_eq!(
        only_conflict(&shop).doc.get("theirs"),
        whole(label("newer")).as_ref()
    );
    assert_eq!(shop.does(3, insist("newer")).verdict, Verdict::Accepted);
    assert!(shop.record("labels", id(5)).deleted);
    assert_eq!(status(&shop, conflict), "resolved");
}

fn shop_with_an_archived_label() -> Shop {
    let mut shop = Shop::new();
    let archived = patch("labels", id(5), "archived", None, Some(Value::Bool(true)));
    shop.does(1, vec![insert("labels", id(5), label("old"))]);
    shop.does(1, vec![archived]);
    shop
}

#[test]
fn a_choice_about_a_field_takes_effect_though_the_record_was_archived_meanwhile() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("labels", id(5), label("old"))]);
    let edit = |was, now| patch("labels", id(5), "text", text(was), text(now));
    for (till, value) in [(1, "theirs"), (2, "mine")] {
        shop.does(till, vec![edit("old", value)]);
    }
    let archived = patch("labels", id(5), "archived", None, Some(Value::Bool(true)));
    shop.does(1, vec![archived]);
    let conflict = only_conflict(&shop).id;
    let chosen = resolution(conflict, text("theirs"), text("mine"));
    let decision = shop.does(3, vec![chosen, edit("theirs", "mine")]);
    assert_eq!(decision.verdict, Verdict::Accepted);
    assert_eq!(status(&shop, only_conflict(&shop).id), "resolved");
    let label = shop.record("labels", id(5)).doc;
    assert_eq!(label.text("text"), Some("mine"));
    assert_eq!(label.get("archived"), Some(&Value::Bool(true)));
}

#[test]
fn an_edit_of_what_somebody_archived_is_a_conflict_about_the_record() {
    let mut shop = shop_with_an_archived_label();
    let yes = || Some(Value::Bool(true));
    let edit = |field, was, now| patch("labels", id(5), field, was, text(now));
    // Who wants what is there, or says that it comes back, disagrees with nobody.
    let same = shop.does(2, vec![edit("text", text("older"), "old")]);
    assert_eq!(same.verdict, Verdict::Accepted);
    let first = shop.does(2, vec![edit("text", text("old"), "new")]);
    assert_eq!(first.verdict, Verdict::Conflict);
    shop.does(2, vec![edit("colour", None, "red")]);
    assert_eq!(shop.record("labels", id(5)).doc.text("text"), Some("old"));
    let conflict = only_conflict(&shop);
    // An edit that did not know of the one before does not take its place.
    let mut other = shop_with_an_archived_label();
    for value in ["new", "newer"] {
        other.does(2, vec![edit("text", text("old"), value)]);
    }
    assert_eq!(other.count("conflicts"), 2);
    let archived = label("old").with("archived", true);
    assert_eq!(conflict.doc.get("theirs"), whole(archived.clone()).as_ref());
    let mine = label("new").with("colour", "red");
    assert_eq!(conflict.doc.get("mine"), whole(mine.clone()).as_ref());
    let back = Op::Patch {
        collection: "labels".into(),
        id: id(5),
        fields: [
            ("archived".to_owned(), FieldPatch::new(yes(), None)),
            ("colour".to_owned(), FieldPatch::new(None, text("red"))),
            ("text".to_owned(), FieldPatch::new(text("old"), text("new"))),
        ]
        .into(),
    };
    let ops = vec![
        resolution(conflict.id, whole(archived), whole(mine.clone())),
        back,
    ];
    assert_eq!(shop.does(3, ops).verdict, Verdict::Accepted);
    assert_eq!(shop.record("labels", id(5)).doc, mine);
}

#[test]
fn what_is_derived_does_not_reopen_a_conflict_about_the_whole_record() {
    let mut shop = Shop::new();
    shop.does(1, vec![insert("products", id(1), product("tea"))]);
    shop.does(2, vec![insert("products", id(1), product("coffee"))]);
    let conflict = only_conflict(&shop).id;
    shop.does(
        1,
        vec![insert("sales", id(7), crate::shop::sale(id(1), 1_000))],
    );
    let ops = vec![
        resolution(conflict, whole(product("tea")), whole(product("coffee"))),
        patch("products", id(1), "name", text("tea"), text("coffee")),
    ];
    assert_eq!(shop.does(3, ops).verdict, Verdict::Accepted);
    let record = shop.record("products", id(1));
    assert_eq!(record.doc.text("name"), Some("coffee"));
    assert_eq!(record.doc.int("stock"), Some(-1_000));
}

/// What people do who all saw the same conflict and nothing of each other.
#[derive(Clone, Debug)]
enum Apart {
    Resolves(&'static str),
    EditsFrom(&'static str),
}

fn apart() -> impl Strategy<Value = Vec<Apart>> {
    let choice = prop::sample::select(&["theirs", "mine", "other"][..]);
    let seen = prop::sample::select(&["theirs", "old"][..]);
    let resolves = prop::collection::vec(choice.prop_map(Apart::Resolves), 1..4);
    let edits = prop::collection::vec(seen.prop_map(Apart::EditsFrom), 0..3);
    (resolves, edits)
        .prop_map(|(resolves, edits)| [resolves, edits].concat())
        .prop_shuffle()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn however_resolutions_and_edits_arrive_one_choice_stands_and_no_edit_is_lost(all in apart()) {
        let (mut shop, conflict) = clash();
        let mut chosen = None;
        let mut edited = Vec::new();
        for (who, what) in (10..).zip(&all) {
            match what {
                Apart::Resolves(wanted) => {
                    let before = note(&shop);
                    let open = status(&shop, conflict) == "open";
                    let decision = shop.does(who, choose(conflict, "theirs", wanted));
                    let resolved = open && status(&shop, conflict) == "resolved";
                    if resolved {
                        prop_assert!(before == "theirs" || before == *wanted);
                        prop_assert_eq!(note(&shop), *wanted);
                        prop_assert_eq!(chosen.replace(*wanted), None);
                    } else {
                        prop_assert_eq!(note(&shop), before);
                        let late = code(&decision) == Some("already_resolved");
                        prop_assert_eq!(late, !open);
                    }
                }
                Apart::EditsFrom(seen) => {
                    let value = format!("edit of {who}");
                    let edit = patch("products", id(1), "note", text(seen), text(&value));
                    shop.does(who, vec![edit]);
                    edited.push(value);
                }
            }
        }
        let doc = shop.record("conflicts", conflict).doc;
        prop_assert_eq!(doc.text("status") == Some("resolved"), chosen.is_some());
        prop_assert_eq!(doc.text("mine"), Some("mine"));
        for value in edited {
            let open = shop.store.all("conflicts").any(|record| {
                record.doc.text("mine") == Some(&value) && record.doc.text("status") == Some("open")
            });
            prop_assert!(open || note(&shop) == value, "{} is lost", value);
        }
        shop.check_sums();
    }
}
