//! Taking devices in.

use std::net::IpAddr;

use sync_core::{Code, DeviceId, DeviceKind, Enroll, Enrolled, Millis, WireError};

use super::holder;
use crate::ledger::{CodeTerms, Command, Ledger, Proof, code_hash, token_hash};
use crate::state::AppState;

/// How long a code can be used, in milliseconds.
const CODE_LIFE: u64 = 5 * 60_000;
/// Letters and digits that cannot be mistaken for each other when read aloud.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// The longest name of a device, in characters.
const LONGEST_NAME: usize = 80;

/// Where a request came from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Arrival {
    /// The address of the other side; absent on a local door.
    pub(crate) address: Option<IpAddr>,
}

impl Arrival {
    fn is_loopback(self) -> bool {
        self.address.is_some_and(|address| address.is_loopback())
    }
}

/// Takes a device in: by a code, by the token of its closed identity, or in the demo on loopback.
///
/// # Errors
/// When the proof is not good, or there were too many tries.
pub(crate) async fn enrol(
    state: &AppState,
    arrival: Arrival,
    enroll: Enroll,
) -> Result<Enrolled, WireError> {
    let token = enroll.token.as_ref();
    let holder = token.and_then(|token| holder(&state.ledger, token));
    let enrolled = take_in(state, arrival, enroll).await;
    if let Err(error) = &enrolled {
        state.refused("enrolment_refused", holder, error);
    }
    enrolled
}

async fn take_in(
    state: &AppState,
    arrival: Arrival,
    enroll: Enroll,
) -> Result<Enrolled, WireError> {
    let ledger = &state.ledger;
    let proof = match (&enroll.token, &enroll.code) {
        (Some(token), _) => Proof::Token(token_hash(token)),
        (None, Some(code)) => Proof::Code(code_hash(code)),
        (None, None) if state.config.demo && arrival.is_loopback() => Proof::Trusted,
        (None, None) => {
            let message = "a new device needs a code; a manager opens one on the master";
            return Err(WireError::new(Code::BadEnrolmentCode, message).of_field("code"));
        }
    };
    let guessed = !matches!(proof, Proof::Trusted);
    let address = arrival.address.filter(|_| guessed);
    if let Some(address) = address {
        state.limits.take(address, ledger.env().now())?;
    }
    let name = short_name(&enroll.name)?;
    if enroll.kind == DeviceKind::Node {
        let message = "nodes do not enrol here";
        return Err(WireError::new(Code::Validation, message).of_field("kind"));
    }
    let token = hex(&ledger.env().random::<32>());
    let device = ledger
        .enrol(Command::Enrol {
            proof,
            id: DeviceId::new(ledger.env().now(), ledger.env().random()),
            token: token_hash(&token),
            name: name.to_owned(),
            kind: enroll.kind,
        })
        .await?;
    if let Some(address) = address {
        state.limits.give_back(address);
    }
    tracing::info!(device = %device.id, kind = ?device.kind, "a device enrolled");
    let identity = ledger.identity();
    Ok(Enrolled {
        store: identity.store,
        store_name: identity.store_name.clone(),
        device,
        token,
        log_id: identity.log_id,
    })
}

/// The name of a device without the space around it.
///
/// # Errors
/// [`Code::Validation`] where nothing or too much of it is left.
pub fn short_name(name: &str) -> Result<&str, WireError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let message = format!("a device has a name of 1 to {LONGEST_NAME} characters");
        return Err(WireError::new(Code::Validation, message).of_field("name"));
    }
    Ok(name)
}

/// Opens a one-time code, and says until when it can be used.
///
/// # Errors
/// When it cannot be written.
pub async fn open_code(ledger: &Ledger, terms: CodeTerms) -> Result<(String, Millis), WireError> {
    let random: [u8; 8] = ledger.env().random();
    let code: String = random
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect();
    let expires_at = ledger.env().now().plus(CODE_LIFE);
    let command = Command::OpenCode {
        code: code_hash(&code),
        terms,
        expires_at,
    };
    ledger.command(command).await?;
    Ok((format!("{}-{}", &code[..4], &code[4..]), expires_at))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
