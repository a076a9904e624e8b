//! Once, and in an order that everybody derives alike.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;
use sync_core::{DeviceId, Digest, Hlc, Intake, Seq, Waiting, admit, order};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::shop::{at, cases, device};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Queued {
    device: u8,
    seq: u64,
    at: u64,
}

impl Waiting for Queued {
    fn device(&self) -> DeviceId {
        device(self.device)
    }

    fn clamped_at(&self) -> Hlc {
        at(self.at)
    }
}

fn queues() -> impl Strategy<Value = Vec<VecDeque<Queued>>> {
    let queue = prop::collection::vec(0..20_u64, 0..6);
    prop::collection::vec(queue, 0..5).prop_map(|queues| {
        let queue = |(device, times): (u8, Vec<u64>)| {
            let queued = |(seq, at)| Queued { device, seq, at };
            (1..).zip(times).map(queued).collect()
        };
        (1..).zip(queues).map(queue).collect()
    })
}

fn hash(of: u64) -> Digest {
    Digest::of(&[&of.to_be_bytes()])
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn every_mutation_is_new_exactly_once_however_often_it_is_sent(
        sent in prop::collection::vec(1..12_u64, 1..80),
    ) {
        let mut high_water = Seq(0);
        let mut decided = BTreeMap::new();
        for seq in sent {
            let intake = admit(high_water, decided.get(&seq).copied(), Seq(seq), hash(seq));
            match intake {
                Intake::New => {
                    prop_assert_eq!(Seq(seq), high_water.next());
                    prop_assert!(decided.insert(seq, hash(seq)).is_none());
                    high_water = Seq(seq);
                }
                Intake::Decided => prop_assert!(decided.contains_key(&seq)),
                Intake::Gap { expected } => {
                    prop_assert!(expected < Seq(seq));
                    prop_assert_eq!(expected, high_water.next());
                }
                Intake::Equivocation => prop_assert!(false, "nothing was sent under a taken number"),
            }
        }
        prop_assert_eq!(decided.len() as u64, high_water.0);
    }

    #[test]
    fn another_content_under_a_decided_number_is_equivocation(mark in 1..9_u64, back in 0..9_u64) {
        let seq = mark.saturating_sub(back).max(1);
        let intake = |hash| admit(Seq(mark), Some(super::intake::hash(seq)), Seq(seq), hash);
        prop_assert_eq!(intake(hash(seq)), Intake::Decided);
        prop_assert_eq!(intake(hash(seq + 1)), Intake::Equivocation);
    }

    #[test]
    fn each_devices_own_order_is_kept_and_nothing_is_lost(queues in queues()) {
        let ordered = order(queues.clone());
        for queue in &queues {
            let own: VecDeque<Queued> = ordered
                .iter()
                .filter(|queued| queue.front().is_some_and(|head| head.device == queued.device))
                .cloned()
                .collect();
            prop_assert_eq!(&own, queue);
        }
        prop_assert_eq!(ordered.len(), queues.iter().map(VecDeque::len).sum::<usize>());
    }

    #[test]
    fn whoever_waits_at_the_front_with_the_smallest_time_and_device_comes_next(queues in queues()) {
        let mut left = queues.clone();
        for next in order(queues) {
            let first = left
                .iter()
                .filter_map(VecDeque::front)
                .min_by_key(|queued| (queued.clamped_at(), queued.device()))
                .expect("something waits");
            prop_assert_eq!(first, &next);
            let queue = left
                .iter_mut()
                .find(|queue| queue.front() == Some(&next))
                .expect("it waited at a front");
            queue.pop_front();
        }
    }

    #[test]
    fn the_order_does_not_depend_on_how_the_queues_are_listed(
        (queues, shuffled) in queues().prop_flat_map(|q| (Just(q.clone()), Just(q).prop_shuffle())),
    ) {
        prop_assert_eq!(order(queues), order(shuffled));
    }
}

#[test]
fn a_number_that_was_never_given_out_is_not_taken_for_a_new_one() {
    assert_eq!(admit(Seq(3), None, Seq(0), hash(0)), Intake::Equivocation);
    assert_eq!(admit(Seq(0), None, Seq(1), hash(1)), Intake::New);
    let far = admit(Seq(u64::MAX), None, Seq(u64::MAX), hash(1));
    assert_ne!(far, Intake::Gap { expected: Seq(0) });
}
