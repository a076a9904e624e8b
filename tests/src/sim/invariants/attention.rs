//! What the master rejected is shown to the person who did it, until they dismiss it.

use super::End;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    for device in end.devices {
        let listed = device
            .client()
            .map_or(0, |client| client.attention().len() as u64);
        let rejected = end.oracle.poisoned_on(device.number);
        if listed < rejected {
            broken.push(format!(
                "device {} lists {listed} of {rejected} rejected mutations",
                device.number
            ));
        }
    }
    broken
}
