//! PINs: verifiers that may lie on a till, and the lock after wrong tries.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use sync_core::{Body, FieldPatch, Millis, Op, RecordId, Refusal, Value};

use crate::build::{body, refused};
use crate::{BuildError, Occasion, collection, typed};

/// Wrong tries until the first lock.
pub const FREE_TRIES: u32 = 5;
/// How long a verifier on a device counts after the master was last reached, in milliseconds.
pub const VALID_OFFLINE: u64 = 7 * 24 * 3_600_000;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const FIRST_LOCK: u64 = 30_000;
const LONGEST_LOCK: u64 = 3_600_000;

/// A record of `credentials`, under its employee's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Whose.
    pub employee: RecordId,
    /// argon2id, as a PHC string.
    pub verifier: String,
    /// When it was set.
    pub set_at: Millis,
}

/// A PIN that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Not 4 to 8 digits.
    #[error("a PIN has 4 to 8 digits")]
    Digits,
    /// The verifier is no argon2id string of this build.
    #[error("the verifier cannot be read")]
    Verifier,
}

/// Wrong tries at one person's PIN on one device. The device keeps it durably.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// Wrong ones since the last right one.
    pub wrong: u32,
    /// Until when no more are taken.
    pub locked_until: Option<Millis>,
}

/// Whether something may be a PIN.
///
/// # Errors
/// When it has not 4 to 8 digits.
pub fn check_pin(pin: &str) -> Result<(), PinError> {
    if (4..=8).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(PinError::Digits)
    }
}

/// Makes the verifier of a PIN: argon2id with 19 MiB, two passes, one lane.
///
/// # Errors
/// When it has not 4 to 8 digits.
pub fn hash_pin(pin: &str, salt: [u8; 16]) -> Result<String, PinError> {
    check_pin(pin)?;
    let hash: PasswordHash = argon2()?
        .hash_password_with_salt(pin.as_bytes(), &salt)
        .map_err(|_| PinError::Verifier)?;
    Ok(hash.to_string())
}

/// Whether a PIN is the one of a verifier.
///
/// # Errors
/// When the verifier cannot be read.
pub fn verify_pin(pin: &str, verifier: &str) -> Result<bool, PinError> {
    let hash = PasswordHash::new(verifier).map_err(|_| PinError::Verifier)?;
    let params = Params::try_from(&hash).map_err(|_| PinError::Verifier)?;
    let dear = params.m_cost() > 4 * MEMORY_KIB || params.t_cost() > 4 * PASSES;
    if hash.algorithm != Algorithm::Argon2id.ident() || dear || params.p_cost() != LANES {
        return Err(PinError::Verifier);
    }
    Ok(argon2()?.verify_password(pin.as_bytes(), &hash).is_ok())
}

fn argon2() -> Result<Argon2<'static>, PinError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PinError::Verifier)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Tries {
    /// Until when no try is taken, where it is locked now.
    pub fn locked(&self, now: Millis) -> Option<Millis> {
        self.locked_until.filter(|until| *until > now)
    }

    /// How many wrong tries are left before it locks.
    pub fn left(&self) -> u32 {
        FREE_TRIES.saturating_sub(self.wrong)
    }

    /// After a wrong try: from the fifth on each locks, twice as long as the one before, up to an
    /// hour.
    #[must_use]
    pub fn after_wrong(self, now: Millis) -> Self {
        let wrong = self.wrong.saturating_add(1);
        let doublings = wrong.saturating_sub(FREE_TRIES).min(16);
        let lock = (FIRST_LOCK << doublings).min(LONGEST_LOCK);
        Self {
            wrong,
            locked_until: (wrong >= FREE_TRIES).then(|| now.plus(lock)),
        }
    }

    /// After a right one.
    #[must_use]
    pub fn after_right(self) -> Self {
        Self::default()
    }
}

/// Sets the verifier of an employee. Only a node does this; `seen` is the verifier that stood
/// before.
///
/// # Errors
/// When the verifier is none of [`hash_pin`].
pub fn set_credentials(
    occasion: &Occasion,
    employee: RecordId,
    seen: Option<&Credential>,
    verifier: &str,
) -> Result<Body, BuildError> {
    if verify_shape(verifier).is_err() {
        let message = "the verifier cannot be read";
        return Err(refused(
            Refusal::new("invalid", message).of_field("verifier"),
        ));
    }
    let collection = collection::CREDENTIALS.into();
    let op = match seen {
        None => Op::Insert {
            collection,
            id: employee,
            doc: typed::to_document(&Credential {
                employee,
                verifier: verifier.to_owned(),
                set_at: occasion.at,
            })?,
        },
        Some(seen) => {
            let time = |at: Millis| Some(Value::Int(at.0 as i64));
            let text = |text: &str| Some(Value::from(text));
            Op::Patch {
                collection,
                id: employee,
                fields: [
                    (
                        "verifier".to_owned(),
                        FieldPatch::new(text(&seen.verifier), text(verifier)),
                    ),
                    (
                        "set_at".to_owned(),
                        FieldPatch::new(time(seen.set_at), time(occasion.at)),
                    ),
                ]
                .into(),
            }
        }
    };
    Ok(body(occasion, "set_credentials", vec![op]))
}

fn verify_shape(verifier: &str) -> Result<(), PinError> {
    PasswordHash::new(verifier)
        .map(|_| ())
        .map_err(|_| PinError::Verifier)
}
