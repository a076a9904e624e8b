//! Every device's base is what the master has.

use super::End;

pub(super) fn broken(end: &End<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    for device in end.devices {
        let Some(client) = device.client() else {
            broken.push(format!("device {} is not open", device.number));
            continue;
        };
        let (_, sums) = client.checksums();
        if sums != end.sums {
            broken.push(format!(
                "device {} has other checksums than the master",
                device.number
            ));
        }
    }
    broken
}
