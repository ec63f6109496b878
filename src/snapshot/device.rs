//! A device: what is known of it before it speaks again.

use serde::{Deserialize, Serialize};

use super::{RecordError, read, write};
use crate::fleet::{Device, Latest, Rhythm};
use crate::observation::{DeviceId, DeviceKind, Presence};
use crate::time::Timestamp;

const VERSION: u8 = 2;

const PREFIX: &str = "device/";

#[derive(Serialize, Deserialize)]
struct Stored {
    own_name: Option<String>,
    kind: DeviceKind,
    presence: Option<(Presence, Timestamp)>,
    received_at: Option<Timestamp>,
    gaps_ms: Vec<u32>,
    longest_ms: u64,
    sender_unknown: bool,
    retained_from: Option<Timestamp>,
    only_retained: bool,
    #[serde(with = "Said")]
    latest: Latest,
}

/// [`Latest`] as it is written.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Latest")]
enum Said {
    Nothing,
    Counts,
    Present(u64),
    State {
        name: String,
        active: bool,
        since: Timestamp,
    },
    Measurement {
        name: String,
        value: f64,
    },
    Text(String),
    Binary {
        length: u64,
        first: Vec<u8>,
    },
}

/// The key of a device's record.
pub fn device_key(id: &DeviceId) -> String {
    format!("{PREFIX}{id}")
}

/// A device as bytes.
pub fn write_device(device: &Device) -> Vec<u8> {
    let (gaps_ms, longest_ms) = device.rhythm().parts();
    write(
        VERSION,
        &Stored {
            own_name: device.own_name().map(str::to_owned),
            kind: device.kind(),
            presence: device.presence(),
            received_at: device.received_at(),
            gaps_ms,
            longest_ms,
            sender_unknown: device.sender_unknown,
            retained_from: device.retained_from,
            only_retained: device.only_retained,
            latest: device.latest.clone(),
        },
    )
}

/// The device of a record; `None` if the key is not one of a device.
///
/// # Errors
/// [`RecordError`].
pub fn read_device(key: &str, bytes: &[u8]) -> Option<Result<(DeviceId, Device), RecordError>> {
    let id = DeviceId::new(key.strip_prefix(PREFIX)?);
    Some(read(VERSION, bytes).map(|stored: Stored| {
        let rhythm = Rhythm::from_parts(stored.gaps_ms, stored.longest_ms);
        let mut device = Device::from_parts(
            stored.own_name,
            stored.kind,
            stored.presence,
            stored.received_at,
            rhythm,
        );
        device.sender_unknown = stored.sender_unknown;
        device.retained_from = stored.retained_from;
        device.only_retained = stored.only_retained;
        device.latest = stored.latest;
        (id, device)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_device_comes_back_as_it_was() {
        let mut rhythm = Rhythm::default();
        rhythm.learn(Duration::from_secs(5));
        let at = Timestamp::from_millis(1_800_000_000_000);
        let mut device = Device::from_parts(
            Some("Gate".to_owned()),
            DeviceKind::Counter,
            Some((Presence::Connected, at)),
            Some(at),
            rhythm,
        );
        device.retained_from = Some(at);
        let name = || "temperature".to_owned();
        for latest in [
            Latest::Nothing,
            Latest::Counts,
            Latest::Present(7),
            Latest::State {
                name: name(),
                active: true,
                since: at,
            },
            Latest::Measurement {
                name: name(),
                value: 20.5,
            },
            Latest::Text("hello".to_owned()),
            Latest::Binary {
                length: 9,
                first: vec![0xFF],
            },
        ] {
            device.latest = latest;
            let id = DeviceId::new("ACCC8E012345");
            let (back_id, back) = read_device(&device_key(&id), &write_device(&device))
                .unwrap()
                .unwrap();
            assert_eq!(back_id, id);
            assert_eq!(back.latest, device.latest);
            assert_eq!(write_device(&back), write_device(&device));
        }
        assert!(read_device("link/x", &[]).is_none());
    }
}
