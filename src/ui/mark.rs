//! Shapes: one mark for each state, everywhere the same, and one picture for each kind of device.

use leptos::prelude::*;

use crate::engine::wire::Freshness;
use crate::link::LinkState;
use crate::observation::DeviceKind;

/// A state, as a shape that can be told apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Live,
    Late,
    Stale,
    Offline,
    NeverSeen,
    RetainedOld,
    Alarm,
    Connected,
    Connecting,
    Waiting,
    Stopped,
    Idle,
}

impl Mark {
    /// The value of `data-state`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Late => "late",
            Self::Stale => "stale",
            Self::Offline => "offline",
            Self::NeverSeen => "never-seen",
            Self::RetainedOld => "retained-old",
            Self::Alarm => "alarm",
            Self::Connected => "connected",
            Self::Connecting => "connecting",
            Self::Waiting => "waiting",
            Self::Stopped => "stopped",
            Self::Idle => "idle",
        }
    }

    /// The outline in a field of 16 by 16, and how wide it is drawn; 0: filled.
    const fn shape(self) -> (&'static str, &'static str) {
        match self {
            Self::Live | Self::Connected => (DOT, "0"),
            Self::Late => ("M8 1.5 15 14H1z", "0"),
            Self::Stale => ("M8 2.6 13.9 13.2H2.1z", "1.8"),
            Self::Offline | Self::Stopped => ("M3 3l10 10M13 3 3 13", "2.6"),
            Self::NeverSeen | Self::Idle => (DASHED_RING, "1.8"),
            Self::RetainedOld => (
                "M14 8a6 6 0 1 1-12 0 6 6 0 0 1 12 0zM8 4.6V8l2.4 1.6",
                "1.8",
            ),
            Self::Alarm => ("M8 1 15 8 8 15 1 8z", "0"),
            Self::Connecting | Self::Waiting => (
                "M4 1.5h8M4 14.5h8M5 2v2.5l3 3.5 3-3.5V2M5 14v-2.5L8 8l3 3.5V14",
                "1.8",
            ),
        }
    }
}

impl From<Freshness> for Mark {
    fn from(freshness: Freshness) -> Self {
        match freshness {
            Freshness::Live => Self::Live,
            Freshness::Late => Self::Late,
            Freshness::Stale => Self::Stale,
            Freshness::Offline => Self::Offline,
            Freshness::NeverSeen => Self::NeverSeen,
            // Both say of when it is.
            Freshness::RetainedOld | Freshness::Unseen => Self::RetainedOld,
        }
    }
}

impl From<&LinkState> for Mark {
    fn from(state: &LinkState) -> Self {
        match state {
            LinkState::Idle => Self::Idle,
            LinkState::Connecting { .. } => Self::Connecting,
            LinkState::Connected { .. } => Self::Connected,
            LinkState::Waiting { .. } => Self::Waiting,
            LinkState::Stopped { .. } => Self::Stopped,
        }
    }
}

/// Whether the word stands beside the shape, or is only read aloud because the shape says enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Seen,
    Aloud,
}

/// A mark with its word.
pub(super) fn mark(mark: Mark, word: impl Into<String>, seen: Word) -> AnyView {
    let word: String = word.into();
    let class = match seen {
        Word::Seen => "state__word",
        Word::Aloud => "unseen",
    };
    let (outline, width) = mark.shape();
    let filled = width == "0";
    view! {
        <span class="state" data-state=mark.name()>
            <svg class="state__shape" viewBox="0 0 16 16" aria-hidden="true">
                <path
                    d=outline
                    fill=if filled { "currentColor" } else { "none" }
                    stroke=if filled { "none" } else { "currentColor" }
                    stroke-width=width
                    stroke-linecap="round"
                    stroke-linejoin="round"
                />
            </svg>
            <span class=class>{word}</span>
        </span>
    }
    .into_any()
}

/// The picture of what a device is.
pub(super) fn icon(kind: DeviceKind) -> AnyView {
    let outline = match kind {
        DeviceKind::Counter => "M3 9l12-4 2 5-12 4zM7 14v5M4 19h6",
        DeviceKind::Area => "M3 20h5v-5h5v-5h5V5h3",
        DeviceKind::Door => "M6 20V4h9v16M4 20h14M12 12h.01",
        DeviceKind::Siren => {
            "M6 17v-5a5 5 0 0110 0v5M4 20h14v-3H4zM11 4V2M3.5 6.5l1.4 1M18.5 6.5l-1.4 1"
        }
        DeviceKind::Gateway => "M4 15h16v5H4zM8 15V9M16 15V9M8 9a4 4 0 018 0M7.5 17.5h.01",
        DeviceKind::Unknown => "M5 5h14v14H5zM9 12h.01M12 12h.01M15 12h.01",
    };
    view! {
        <svg
            class="device__icon"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="1.7"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d=outline />
        </svg>
    }
    .into_any()
}

const DOT: &str = "M14 8a6 6 0 1 1-12 0 6 6 0 0 1 12 0z";

/// Six arcs of a circle.
const DASHED_RING: &str = "M13.5 8a5.5 5.5 0 0 1-1 3.2M10.7 12.8a5.5 5.5 0 0 1-3.3.7M5 12.6a5.5 5.5 0 0 1-2.2-2.7M2.5 7.6a5.5 5.5 0 0 1 1.1-3.1M5.6 3.1a5.5 5.5 0 0 1 3.3-.5M11.2 3.5a5.5 5.5 0 0 1 2 2.7";
