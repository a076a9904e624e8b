//! At every position of the log, what went through each drawer is what people did there. Its report
//! says what they counted, and a till that never lost anything numbers its reports without a gap.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use retail::collection;
use sync_core::RecordId;

use super::{End, documents};

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut broken = end.replay.drawers.clone();
    broken.extend(reports(end).unwrap_or_else(|error| vec![format!("{error:#}")]));
    broken
}

fn reports(end: &End<'_>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    // By the id under which a till joined: its place among the devices, and its numbers.
    let mut numbers: BTreeMap<String, (usize, Vec<i64>)> = BTreeMap::new();
    for (id, closing) in documents(&end.ledger, collection::SHIFT_CLOSINGS)? {
        let text = |field: &str| closing[field].as_str().unwrap_or_default();
        let int = |field: &str| closing[field].as_i64().unwrap_or_default();
        let session: RecordId = text("session").parse().context("a report of no drawer")?;
        let drawer = end.oracle.drawer(session);
        let counted = drawer.is_some_and(|drawer| drawer.counted.contains(&int("counted")));
        if !counted {
            broken.push(format!("report {id} of {session} was made by nobody"));
        }
        if int("difference") != int("counted") - int("expected") {
            broken.push(format!("report {id} has a difference of its own"));
        }
        let fact = end.oracle.fact(retail::closing_id(session));
        if let Some(fact) = fact {
            let till = numbers.entry(text("device").to_owned());
            let (_, given) = till.or_insert((fact.device, Vec::new()));
            given.push(int("number"));
        }
    }
    for (session, doc) in documents(&end.ledger, collection::DRAWER_SESSIONS)? {
        let float = end.oracle.drawer(session).map(|drawer| drawer.float);
        let stands = doc["float"].as_i64().unwrap_or_default();
        if float != Some(stands) {
            broken.push(format!(
                "drawer {session} began with {stands}, not {float:?}"
            ));
        }
    }
    for (till, (number, mut given)) in numbers {
        given.sort_unstable();
        let gapless = given.iter().copied().eq(1..=given.len() as i64);
        if !gapless && end.oracle.remembers(number) {
            broken.push(format!(
                "device {number} as {till} gave its reports {given:?}"
            ));
        }
    }
    Ok(broken)
}
