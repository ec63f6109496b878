//! A device's state → what its card says.

use std::fmt::Write;
use std::time::Duration;

use super::mark::Mark;
use super::tongue::Tongue;
use crate::engine::wire::{DeviceView, Freshness, NoticeView, Summary};
use crate::observation::{DeviceKind, Presence, Severity};
use crate::time::Timestamp;
use crate::words::{Figures, shown};

/// What stands on a device's card.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DeviceText {
    /// The value of `data-device`.
    pub id: String,
    /// The value of `data-state`.
    pub state: &'static str,
    /// Shape and word of the state, and whether the word is seen.
    pub mark: Mark,
    pub word: String,
    pub word_seen: bool,
    pub kind: DeviceKind,
    pub name: String,
    pub says: String,
    /// How old the newest message is, where that is not what the card says anyway.
    pub age: String,
    /// All that is known, for who asks for it: name, id, what the card says, summary, notices.
    pub title: String,
}

/// `as_of`: all our links are down since then.
pub(super) fn device_text(
    device: &DeviceView,
    now: Timestamp,
    as_of: Option<Timestamp>,
    tongue: Tongue,
) -> DeviceText {
    let freshness = device.freshness;
    let (name, says) = (device_name(device, tongue), says(device, now, tongue));
    let mut text = DeviceText {
        id: device.id.clone(),
        state: Mark::from(freshness).name(),
        mark: Mark::from(freshness),
        word: tongue.words.freshness(freshness).to_owned(),
        // A card that is well has only the shape: eight times "live" would hide the one that is not.
        word_seen: matches!(
            freshness,
            Freshness::Unseen | Freshness::Late | Freshness::Stale | Freshness::Offline
        ),
        kind: device.kind,
        title: title(device, &name, &says, tongue),
        name,
        says,
        age: String::new(),
    };
    if matches!(freshness, Freshness::Live | Freshness::Unseen) {
        let as_of = match freshness {
            Freshness::Unseen => device.last_received_at,
            _ => as_of,
        };
        if let Some(at) = device.last_received_at {
            text.age = format!("· {}", tongue.words.span(now.since(at)));
        }
        // Nothing old looks current.
        if let Some(at) = as_of {
            text.mark = Mark::RetainedOld;
            text.word = (tongue.words.blind.as_of)(&tongue.clock(at));
        }
    }
    text
}

/// The site's name for it, the device's own, its id, or the topic where the sender is unknown.
pub(super) fn device_name(device: &DeviceView, tongue: Tongue) -> String {
    let name = device.name.as_ref().map(|name| tongue.name(name));
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| shown(&device.id))
}

fn says(device: &DeviceView, now: Timestamp, tongue: Tongue) -> String {
    let words = tongue.words;
    let silent_for = device.last_received_at.map(|at| now.since(at));
    let usual = device.usual_ms.map(Duration::from_millis);
    match (device.freshness, silent_for) {
        (Freshness::NeverSeen, _) => words.device.no_message_yet.to_owned(),
        (Freshness::Offline, _) => offline(device, tongue),
        (Freshness::Late | Freshness::Stale, Some(span)) => words.silent(span, usual),
        (Freshness::RetainedOld, Some(span)) => (words.device.stored_message)(&words.span(span)),
        (Freshness::RetainedOld, None) => words.device.stored_message_of_unknown_age.to_owned(),
        (Freshness::Live | Freshness::Unseen | Freshness::Late | Freshness::Stale, _) => {
            alive(device, now, tongue)
        }
    }
}

fn title(device: &DeviceView, name: &str, says: &str, tongue: Tongue) -> String {
    // Name and words may be cut on the card.
    let mut lines = vec![name.to_owned(), shown(&device.id)];
    if device.sender_unknown {
        lines.push(tongue.words.device.sender_unknown.to_owned());
    }
    lines.push(says.to_owned());
    let summary = summary(device, tongue);
    if device.summary != Summary::Nothing && summary != says {
        lines.push(summary);
    }
    lines.extend(device.notices.iter().map(|one| notice(one, tongue)));
    lines.join("\n")
}

fn alive(device: &DeviceView, now: Timestamp, tongue: Tongue) -> String {
    let newest = device.notices.first();
    let pressing = newest.filter(|notice| {
        notice.severity >= Severity::Warning && now.since(notice.at) < PRESSING_FOR
    });
    match (pressing, newest, &device.summary) {
        (Some(pressing), ..) => notice(pressing, tongue),
        (None, Some(newest), Summary::Nothing) => notice(newest, tongue),
        _ => summary(device, tongue),
    }
}

fn offline(device: &DeviceView, tongue: Tongue) -> String {
    let words = &tongue.words.device;
    match device.presence {
        Some((Presence::Lost, at)) => (words.lost_at)(&tongue.clock(at)),
        Some((_, at)) => (words.disconnected_at)(&tongue.clock(at)),
        None => tongue.words.state.offline.to_owned(),
    }
}

fn summary(device: &DeviceView, tongue: Tongue) -> String {
    let mut text = tongue
        .words
        .summary(&device.summary, device.kind, &tongue as &dyn Figures);
    if let Summary::Binary { first, .. } = &device.summary {
        text.push(':');
        for byte in first {
            let _written = write!(text, " {byte:02X}");
        }
    }
    text
}

fn notice(notice: &NoticeView, tongue: Tongue) -> String {
    let said = tongue.words.notice(&notice.what);
    format!("{} {said}", tongue.clock(notice.at))
}

/// A warning stands on the card for so long; then the card says again what the device says.
const PRESSING_FOR: Duration = Duration::from_secs(600);
