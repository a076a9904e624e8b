use retail::{PinError, Tries, hash_pin, verify_pin};
use sync_core::Millis;

#[test]
fn a_pin_is_told_from_every_other() {
    let verifier = hash_pin("4711", [9; 16]).unwrap();
    assert!(
        verifier.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{verifier}"
    );
    assert_eq!(verify_pin("4711", &verifier), Ok(true));
    assert_eq!(verify_pin("4712", &verifier), Ok(false));
    assert_ne!(hash_pin("4711", [8; 16]).unwrap(), verifier);
}

#[test]
fn only_four_to_eight_digits_are_a_pin_and_only_argon2id_a_verifier() {
    for wrong in ["", "123", "123456789", "12a4", "١٢٣٤"] {
        assert_eq!(hash_pin(wrong, [0; 16]), Err(PinError::Digits));
    }
    let dear = "$argon2id$v=19$m=4194304,t=2,p=1$CQkJCQkJCQkJCQkJCQkJCQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(verify_pin("4711", dear), Err(PinError::Verifier));
    assert_eq!(verify_pin("4711", "4711"), Err(PinError::Verifier));
}

#[test]
fn the_fifth_wrong_try_locks_and_each_further_one_twice_as_long() {
    let now = Millis(1_000_000);
    let mut tries = Tries::default();
    for left in [4, 3, 2, 1] {
        tries = tries.after_wrong(now);
        assert_eq!((tries.left(), tries.locked(now)), (left, None));
    }
    tries = tries.after_wrong(now);
    assert_eq!(tries.locked(now), Some(now.plus(30_000)));
    assert_eq!(tries.locked(now.plus(30_000)), None);
    tries = tries.after_wrong(now);
    assert_eq!(tries.locked(now), Some(now.plus(60_000)));
    for _ in 0..100 {
        tries = tries.after_wrong(now);
    }
    assert_eq!(tries.locked(now), Some(now.plus(3_600_000)));
    assert_eq!(tries.after_right(), Tries::default());
}
